"""What was said with an event, in the reader's language."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext

from ..domain.money import rounded
from ..enums import EventKind, ExchangeStatus, Unavailable
from ..host import refusals
from ..models import Exchange, ReturnEvent
from .declined import LET_GO, let_go
from .exchanges import LEFT, what_is_left

SENT_IN_SALEOR = "sent_in_saleor"
CANCELLED_IN_SALEOR = "cancelled_in_saleor"
REPLACEMENT_CANCELLED = "replacement_cancelled"
PAID_BESIDE = "paid_beside"
"""Codes of what became of a replacement, or of money, without anybody's words."""


def message_of(event: ReturnEvent, *, hides_goods: bool = False) -> str:
    """People's own words; of what the system does, why it does so.

    `hides_goods`: the reader may not know what could not be ordered.
    """
    code = event.data.get("code")
    if code == LET_GO:
        return let_go()
    if event.kind == EventKind.ACCEPTED.value and event.data.get("for_silence"):
        return gettext("The vendor did not answer in time.")
    if code in LEFT:
        return what_is_left(code, event.data["order_number"])
    if code == SENT_IN_SALEOR:
        return gettext("It was sent from Saleor.")
    if code == CANCELLED_IN_SALEOR:
        return gettext("Its order was cancelled in Saleor.")
    if code == REPLACEMENT_CANCELLED:
        return gettext("Its replacement was cancelled.")
    if code == PAID_BESIDE:
        return gettext(
            "The payment provider reports late that it paid %(amount)s %(currency)s, which went "
            "another way since: the shopper may have it twice."
        ) % {
            "amount": rounded(Decimal(event.data["paid"]), event.data["currency"]),
            "currency": event.data["currency"],
        }
    if event.kind == EventKind.EXCHANGE_FAILED.value:
        return _refusal(event, hides_goods)
    return event.message


def failures(exchanges: Iterable[Exchange]) -> dict[UUID, ReturnEvent]:
    """Exchange id -> the event that says why there is no order; only of those that failed."""
    failed = {row.pk: row for row in exchanges if row.status == ExchangeStatus.FAILED.value}
    if not failed:
        return {}
    events = ReturnEvent.objects.filter(
        vendor_return__in={row.vendor_return_id for row in failed.values()},
        kind=EventKind.EXCHANGE_FAILED.value,
    )
    found = {UUID(event.data["exchange"]): event for event in events.order_by("created_at", "pk")}
    return {key: found[key] for key in failed if key in found}


def ended_as_refused(exchange: Exchange) -> bool:
    """Whether its offer ended as none of the goods was accepted, not with its time."""
    event = failures([exchange]).get(exchange.pk)
    return event is not None and is_as_refused(event)


def is_as_refused(event: ReturnEvent) -> bool:
    """Whether an exchange failed with it as none of the goods was accepted."""
    return refusals.REFUSED in event.data.get("facts", ())


def is_nothing_owed(event: ReturnEvent) -> bool:
    """Whether it takes back what was said to be owed for replaced goods."""
    return event.kind == EventKind.EXCHANGE_OWED.value and event.data.get("lines") == []


def _refusal(event: ReturnEvent, hides_goods: bool) -> str:
    """As it was worded once, where what it names was not kept."""
    facts = dict(event.data.get("facts", ()))
    if hides_goods:
        # What the host says may name them, too.
        facts = {key: value for key, value in facts.items() if key != "reason"}
        facts["item"] = other_goods()
    try:
        return refusals.words(Unavailable(event.data.get("code")), facts)
    except (KeyError, ValueError):
        return "" if hides_goods else event.message


def other_goods() -> str:
    return gettext("goods of another vendor")
