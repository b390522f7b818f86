"""Turns the templates of a mail into text: an engine of its own, whatever Saleor's TEMPLATES say.

Also the filters that these templates use. They speak the active language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django.template import Engine, Library
from django.utils.translation import get_language, gettext_lazy, to_locale

from ..domain.addresses import formatted
from ..enums import Condition, Resolution
from .quotes import step_label
from .refund_words import way_label, way_outcome

TEMPLATES = Path(__file__).parent.parent / "templates" / "saleor_returns_plugin" / "email"

register = Library()
register.filter(step_label)
register.filter(way_label)
register.filter(way_outcome)


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    html: str


def render(kind: str, context: dict[str, Any]) -> Mail:
    """The mail of that folder, in the active language."""
    subject = _engine(autoescape=False).render_to_string(f"{kind}/subject.txt", context)
    # A subject is one line: a line break would start another header.
    subject = " ".join(subject.split())
    text = _engine(autoescape=False).render_to_string(f"{kind}/body.txt", context)
    html = _engine(autoescape=True).render_to_string(
        f"{kind}/body.html", {**context, "subject": subject}
    )
    return Mail(subject, _tidy(text), html)


@cache
def _engine(*, autoescape: bool) -> Engine:
    return Engine(
        dirs=[str(TEMPLATES)],
        autoescape=autoescape,
        builtins=["django.templatetags.i18n", __name__],
    )


def _tidy(text: str) -> str:
    """Without the blank lines that template tags leave."""
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@register.filter
def money(amount: Decimal | str, currency: str) -> str:
    """The amount as the reader writes it, with its currency."""
    return format_currency(amount, currency, locale=_locale())


@register.filter
def on_parcel(values: Mapping[str, str]) -> list[str]:
    """The lines of an address, its country in the reader's language."""
    country = _locale().territories.get((values.get("country") or "").upper(), "")
    return formatted(values, str(country))


def _locale() -> Locale:
    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


_CONDITIONS = {
    Condition.GOOD.value: gettext_lazy("in good condition"),
    Condition.DAMAGED.value: gettext_lazy("damaged"),
    Condition.WRONG_ITEM.value: gettext_lazy("another item than expected"),
    Condition.NOT_ACCEPTABLE.value: gettext_lazy("in a condition that was not accepted"),
    Condition.MISSING.value: gettext_lazy("missing"),
}


@register.filter
def condition(value: str) -> str:
    """In what condition units arrived, in words."""
    return str(_CONDITIONS.get(value, value))


_RESOLUTIONS = {
    Resolution.REFUND.value: gettext_lazy("money back"),
    Resolution.EXCHANGE.value: gettext_lazy("an exchange"),
    Resolution.STORE_CREDIT.value: gettext_lazy("store credit"),
}


@register.filter
def resolution(value: str) -> str:
    """What the shopper gets, in words."""
    return str(_RESOLUTIONS.get(value, value))
