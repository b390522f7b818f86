"""How the portal looks, as the merchant sets it."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from ..domain.actors import Actor
from ..errors import InvalidInput, NotUnique
from ..models import ReturnPortal
from ..selectors.branding import COLORS
from .settings_values import only_merchant
from .texts import clean_text

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_MOST_EMAILS = 20


@transaction.atomic
def update(*, actor: Actor, channel: str | None, values: Mapping[str, Any]) -> ReturnPortal:
    """Raises NotPermitted, InvalidInput with the field, NotUnique(domain)."""
    only_merchant(actor)
    portal, _ = ReturnPortal.objects.select_for_update().get_or_create(channel=channel or "")
    for name, value in values.items():
        setattr(portal, name, _clean(name, value, portal))
    try:
        with transaction.atomic():
            portal.save()
    except IntegrityError as error:
        raise NotUnique("Another portal has this domain.", field="domain") from error
    return portal


def _clean(name: str, value: Any, portal: ReturnPortal) -> Any:
    if name == "colors":
        return {**portal.colors, **_colors(value or {})}
    if name == "domain":
        return _domain(value)
    if name == "merchant_emails":
        return _emails(value or [])
    if name == "logo":
        return _image(value)
    if name == "show_vendor_names":
        return bool(value)
    text = clean_text(str(value or ""), field=name)
    if name == "support_email" and text:
        return _emails([text], field=name)[0]
    if name in ("name", "sender_name") and (len(text) > 200 or "\n" in text):
        raise InvalidInput("At most 200 characters on one line.", field=name)
    return text


def _colors(values: Mapping[str, Any]) -> dict[str, str]:
    colors = {}
    for name, value in values.items():
        if name not in COLORS or (value and not _COLOR.fullmatch(value)):
            raise InvalidInput("Give a colour as #rrggbb.", field=f"colors.{name}")
        colors[name] = value or COLORS[name]
    return colors


def _domain(value: str | None) -> str | None:
    domain = (value or "").strip().casefold()
    if domain and (len(domain) > 253 or not _DOMAIN.fullmatch(domain)):
        raise InvalidInput("Give a host name, for example returns.example.com.", field="domain")
    return domain or None


def _emails(values: list[str], field: str = "merchant_emails") -> list[str]:
    if len(values) > _MOST_EMAILS:
        raise InvalidInput(f"At most {_MOST_EMAILS} addresses.", field=field)
    for index, value in enumerate(values):
        try:
            validate_email(value)
        except ValidationError as error:
            raise InvalidInput("This is no e-mail address.", field=field, index=[index]) from error
    return list(values)


def _image(upload: Any) -> Any:
    """PNG, JPEG, GIF or WebP up to 1 MB, told by its bytes. No SVG: it can carry scripts."""
    if upload is None:
        return ""
    head = upload.read(16)
    upload.seek(0)
    known = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8")
    is_image = head.startswith(known) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
    if not is_image or upload.size > 1_000_000:
        raise InvalidInput("Give a PNG, JPEG, GIF or WebP image of at most 1 MB.", field="logo")
    return upload
