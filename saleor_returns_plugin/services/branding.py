"""How the portal looks, as the merchant sets it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from ..domain.actors import Actor
from ..errors import InvalidInput, NotUnique
from ..models import ReturnPortal
from ..selectors.branding import COLORS
from .settings_values import only_merchant
from .texts import clean_channel, clean_text, web_address

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_MOST_EMAILS = 20
_LONGEST_EMAIL = 254
_MOST_LINKS = 20
_MOST_ORIGINS = 20
_LONGEST_LABEL = 60
_LONGEST_CHECKOUT_URL = 500


@transaction.atomic
def update(*, actor: Actor, channel: str | None, values: Mapping[str, Any]) -> ReturnPortal:
    """Raises NotPermitted, InvalidInput with the field, NotUnique(domain)."""
    only_merchant(actor)
    portal, _ = ReturnPortal.objects.select_for_update().get_or_create(
        channel=clean_channel(channel)
    )
    for name, value in values.items():
        setattr(portal, name, _clean(name, value, portal))
    try:
        with transaction.atomic():
            portal.save()
    except IntegrityError as error:
        raise NotUnique(gettext("Another portal has this domain."), field="domain") from error
    return portal


def _clean(name: str, value: Any, portal: ReturnPortal) -> Any:
    if name == "colors":
        return {**portal.colors, **_colors(value or {})}
    if name == "domain":
        return _domain(value)
    if name == "merchant_emails":
        return _emails(value or [])
    if name == "locales":
        return _locales(value or [])
    if name == "footer_links":
        return _links(value or [])
    if name == "allowed_origins":
        return _origins(value or [])
    if name in ("logo", "favicon"):
        return _image(value, name)
    if name in ("show_vendor_names", "notify_exchange_orders"):
        return bool(value)
    if name == "checkout_url":
        return _checkout_url(value)
    text = clean_text(str(value or ""), field=name)
    if name == "support_email" and text:
        return _emails([text], field=name)[0]
    if name in ("name", "sender_name") and (len(text) > 200 or "\n" in text):
        raise InvalidInput(gettext("At most 200 characters on one line."), field=name)
    return text


def _colors(values: Mapping[str, Any]) -> dict[str, str]:
    colors = {}
    for name, value in values.items():
        if name not in COLORS or (value and not _COLOR.fullmatch(value)):
            raise InvalidInput(gettext("Give a colour as #rrggbb."), field=f"colors.{name}")
        colors[name] = value or COLORS[name]
    return colors


def _domain(value: str | None) -> str | None:
    domain = (value or "").strip().casefold()
    if domain and (len(domain) > 253 or not _DOMAIN.fullmatch(domain)):
        raise InvalidInput(
            gettext("Give a host name, for example returns.example.com."), field="domain"
        )
    return domain or None


def _emails(values: list[str], field: str = "merchant_emails") -> list[str]:
    if len(values) > _MOST_EMAILS:
        raise InvalidInput(
            gettext("At most %(most)s addresses.") % {"most": _MOST_EMAILS}, field=field
        )
    for index, value in enumerate(values):
        try:
            validate_email(value)
        except ValidationError as error:
            raise InvalidInput(
                gettext("This is no e-mail address."), field=field, index=[index]
            ) from error
        if len(value) > _LONGEST_EMAIL:
            raise InvalidInput(
                gettext("At most %(most)s characters.") % {"most": _LONGEST_EMAIL},
                field=field,
                index=[index],
            )
    return list(values)


def _locales(values: Sequence[str]) -> list[str]:
    """Codes of languages that Django knows, as it spells them; each once."""
    known = {*LANG_INFO, *(code.lower() for code, _ in settings.LANGUAGES)}
    codes = [value.strip().lower().replace("_", "-") for value in values]
    for index, code in enumerate(codes):
        if code not in known:
            raise InvalidInput(
                gettext("Give the code of a language, for example en or pt-br."),
                field="locales",
                index=[index],
            )
    return list(dict.fromkeys(codes))


def _links(values: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    if len(values) > _MOST_LINKS:
        raise InvalidInput(
            gettext("At most %(most)s links.") % {"most": _MOST_LINKS}, field="footer_links"
        )
    links = []
    for index, given in enumerate(values):
        label = clean_text(given["label"], field="footer_links.label", index=index)
        if not label or len(label) > _LONGEST_LABEL or "\n" in label:
            raise InvalidInput(
                gettext("Give one line of 1 to %(most)s characters.") % {"most": _LONGEST_LABEL},
                field="footer_links.label",
                index=[index],
            )
        url = web_address(given["url"], field="footer_links.url", index=index)
        links.append({"label": label, "url": url})
    return links


def _checkout_url(value: str | None) -> str:
    """The store's own page on which a checkout is paid for; `{checkout}` stands for its ID."""
    text = (value or "").strip()
    if not text:
        return ""
    if "{checkout}" not in text and "{token}" not in text:
        raise InvalidInput(
            gettext("Say with {checkout} or {token} where the checkout's ID or token belongs."),
            field="checkout_url",
        )
    tried = text.replace("{checkout}", "x").replace("{token}", "x").replace("{channel}", "x")
    if len(text) > _LONGEST_CHECKOUT_URL or "{" in tried or "}" in tried:
        raise InvalidInput(gettext("This is not the address of a page."), field="checkout_url")
    web_address(tried, field="checkout_url")
    return text


def _origins(values: Sequence[str]) -> list[str]:
    """Each `scheme://host[:port]`, as a browser sends it; each once."""
    if len(values) > _MOST_ORIGINS:
        raise InvalidInput(
            gettext("At most %(most)s origins.") % {"most": _MOST_ORIGINS}, field="allowed_origins"
        )
    origins = []
    for index, value in enumerate(values):
        origin = _origin(value)
        if origin is None:
            raise InvalidInput(
                gettext("Give scheme, host and port alone, for example https://shop.example.com."),
                field="allowed_origins",
                index=[index],
            )
        origins.append(origin)
    return list(dict.fromkeys(origins))


def _origin(value: str) -> str | None:
    text = value.strip().lower()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    # Whatever else there was: a user, a path, a query.
    return origin if text == origin else None


def _image(upload: Any, field: str) -> Any:
    """PNG, JPEG, GIF or WebP up to 1 MB, told by its bytes. No SVG: it can carry scripts."""
    if upload is None:
        return ""
    head = upload.read(16)
    upload.seek(0)
    known = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8")
    is_image = head.startswith(known) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
    if not is_image or upload.size > 1_000_000:
        raise InvalidInput(
            gettext("Give a PNG, JPEG, GIF or WebP image of at most 1 MB."), field=field
        )
    return upload
