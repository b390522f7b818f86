"""What Saleor's order says of its returns: one short sentence per decision, for the store's staff."""

from collections.abc import Sequence
from textwrap import shorten

from django.conf import settings
from django.utils.translation import gettext, override

from ..domain.notifications import RULES
from ..enums import EventKind
from ..selectors.events import is_nothing_owed, message_of
from ..selectors.languages import spoken
from ..selectors.mail_facts import Arrived, units_of
from ..selectors.notifications import Subject
from .mail_rendering import condition, money

_LONGEST_REASON = 200


def note(subject: Subject) -> str:
    """In the store's own language, if we speak it; blank when the event leaves none."""
    event = subject.event
    assert event is not None
    rule = RULES[EventKind(event.kind)]
    sentence = rule.taken_back if is_nothing_owed(event) else rule.note
    if not sentence:
        return ""
    with override(spoken(settings.LANGUAGE_CODE)):
        text = gettext(sentence).format(
            number=subject.part.number if subject.part else event.request.number,
            reason=shorten(message_of(event), _LONGEST_REASON, placeholder=" …"),
            sum=_sum(event.data),
            units=_units(units_of(subject)) if "{units}" in sentence else "",
        )
    # Without a reason, the sentence ends where its reason would begin.
    return text if not text.endswith(": ") else text[:-2] + "."


def _sum(data: dict[str, str]) -> str:
    return money(data["amount"], data["currency"]) if "amount" in data else ""


def _units(units: Sequence[Arrived]) -> str:
    named = ", ".join(
        f"{each.quantity} × {each.name}"
        + (f" {condition(each.condition)}" if each.condition else "")
        for each in units
    )
    return named or gettext("nothing")
