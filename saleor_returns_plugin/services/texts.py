"""Free text as people type it: bounded, printable, trimmed."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.formats import number_format
from django.utils.translation import gettext

from ..domain.addresses import address
from ..errors import InvalidInput, Required

LONGEST = 5_000
LONGEST_KEY = 80
LONGEST_ADDRESS_LINE = 256
_COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST_CHANNEL = 250

_is_web_address = URLValidator(schemes=["http", "https"])


def clean_text(text: str, *, field: str, index: int | None = None) -> str:
    """Trimmed. Raises InvalidInput over 5,000 characters or with control characters."""
    where = [index] if index is not None else None
    if len(text) > LONGEST:
        raise InvalidInput(
            gettext("At most %(most)s characters.")
            % {"most": number_format(LONGEST, use_l10n=True, force_grouping=True)},
            field=field,
            index=where,
        )
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in text):
        raise InvalidInput(gettext("Control characters are not text."), field=field, index=where)
    return text.strip()


def clean_channel(text: str | None) -> str:
    """A channel's slug, blank for every channel. Raises InvalidInput."""
    channel = clean_text(text or "", field="channel")
    if len(channel) > LONGEST_CHANNEL:
        raise InvalidInput(
            gettext("At most %(most)s characters.") % {"most": LONGEST_CHANNEL}, field="channel"
        )
    return channel


def web_address(text: str, *, field: str, index: int | None = None) -> str:
    """An http or https link. Raises InvalidInput: other schemes could run as script."""
    link = clean_text(text, field=field, index=index)
    try:
        _is_web_address(link)
    except ValidationError as error:
        raise InvalidInput(
            gettext("Give a link that starts with https://."),
            field=field,
            index=[index] if index is not None else None,
        ) from error
    return link


def clean_address(values: Mapping[str, str], *, field: str = "return_address") -> dict[str, str]:
    """As rows keep it. Raises InvalidInput for what is on no parcel: long or broken lines, a
    country that is no code of two letters."""
    cleaned = address(values)
    for name, value in cleaned.items():
        clean_text(value, field=field)
        if len(value) > LONGEST_ADDRESS_LINE or "\n" in value:
            words = name.replace("_", " ")
            raise InvalidInput(
                gettext("At most %(most)s characters on one line: %(words)s.")
                % {"most": LONGEST_ADDRESS_LINE, "words": words},
                field=field,
            )
    country = cleaned["country"].upper()
    if country and not _COUNTRY.fullmatch(country):
        raise InvalidInput(gettext("Give the country as its code, for example GB."), field=field)
    return {**cleaned, "country": country}


def check_key(key: str) -> None:
    """An idempotency key. Raises InvalidInput over 80 characters or with control characters."""
    if len(key) > LONGEST_KEY or clean_text(key, field="idempotency_key") != key:
        raise InvalidInput(
            gettext("At most %(most)s characters, without blanks around.") % {"most": LONGEST_KEY},
            field="idempotency_key",
        )


def digest_of(plain: Any) -> str:
    """Of what a caller sent with a key: the same input has the same."""
    return hashlib.sha256(json.dumps(plain, default=str, sort_keys=True).encode()).hexdigest()


def required_reason(text: str, *, is_for_vendor: bool = False) -> str:
    """A reason that the shopper, or vendor and shopper, will read. Raises Required when blank."""
    reason = clean_text(text, field="reason")
    if not reason and is_for_vendor:
        raise Required(gettext("Say why; shopper and vendor will read it."), field="reason")
    if not reason:
        raise Required(gettext("Say why; the shopper will read it."), field="reason")
    return reason
