"""States, conditions and resolutions in words."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..domain.exchanges import HELD, ON_PAYMENT
from ..enums import (
    ActorKind,
    Condition,
    Disposition,
    EventKind,
    ExchangeStatus,
    LedgerKind,
    RefundStatus,
    RefundWay,
    RequestStatus,
    Resolution,
    ReturnStatus,
    ShipmentStatus,
    Text,
)

# By type first: members of two enums with one value are equal, and would share a key.
_WORDS: dict[type[Text], dict[Text, Any]] = {
    RequestStatus: {
        RequestStatus.AWAITING_APPROVAL: _("Waiting for the store"),
        RequestStatus.IN_PROGRESS: _("In progress"),
        RequestStatus.COMPLETED: _("Completed"),
        RequestStatus.DECLINED: _("Declined"),
        RequestStatus.CANCELLED: _("Cancelled"),
    },
    ReturnStatus: {
        ReturnStatus.REQUESTED: _("Requested"),
        ReturnStatus.APPROVED: _("Approved"),
        ReturnStatus.ACCEPTED: _("Accepted"),
        ReturnStatus.IN_TRANSIT: _("On its way"),
        ReturnStatus.PARTIALLY_RECEIVED: _("Partly received"),
        ReturnStatus.RECEIVED: _("Received"),
        ReturnStatus.SETTLED: _("Completed"),
        ReturnStatus.DECLINED: _("Declined"),
        ReturnStatus.CANCELLED: _("Cancelled"),
        ReturnStatus.EXPIRED: _("Expired"),
    },
    Resolution: {
        Resolution.REFUND: _("Money back"),
        Resolution.EXCHANGE: _("Exchange"),
        Resolution.STORE_CREDIT: _("Store credit"),
    },
    Condition: {
        Condition.GOOD: _("Good"),
        Condition.DAMAGED: _("Damaged"),
        Condition.WRONG_ITEM: _("Wrong item"),
        Condition.NOT_ACCEPTABLE: _("Not acceptable"),
        Condition.MISSING: _("Missing"),
    },
    Disposition: {
        Disposition.RESTOCKED: _("Back into stock"),
        Disposition.NOT_RESTOCKED: _("Not into stock"),
    },
    RefundStatus: {
        RefundStatus.PENDING: _("Under way"),
        RefundStatus.SUCCEEDED: _("Paid back"),
        RefundStatus.FAILED: _("Failed"),
        RefundStatus.UNKNOWN: _("Outcome unknown"),
    },
    ExchangeStatus: {
        ExchangeStatus.PENDING: _("Being ordered"),
        ExchangeStatus.AWAITING_PAYMENT: _("Waiting for payment"),
        ExchangeStatus.ORDERED: _("Reserved"),
        ExchangeStatus.RELEASED: _("To be sent"),
        ExchangeStatus.FAILED: _("Not ordered"),
        ExchangeStatus.CANCELLED: _("Cancelled"),
    },
    LedgerKind: {
        LedgerKind.SALE: _("Sale"),
        LedgerKind.COMMISSION: _("Commission"),
        LedgerKind.REFUND: _("Refund"),
        LedgerKind.COMMISSION_REVERSAL: _("Commission back"),
        LedgerKind.FEE: _("Fees and shipping"),
        LedgerKind.ADJUSTMENT: _("Adjustment"),
        LedgerKind.PAYOUT: _("Payout"),
    },
    RefundWay: {
        RefundWay.PAYMENT: _("To the original payment"),
        RefundWay.GIFT_CARD: _("To the gift card"),
        RefundWay.MANUAL: _("By hand"),
    },
    ShipmentStatus: {
        ShipmentStatus.HELD: _("Held"),
        ShipmentStatus.OPEN: _("To ship"),
        ShipmentStatus.PARTIALLY_FULFILLED: _("Partly shipped"),
        ShipmentStatus.FULFILLED: _("Shipped"),
        ShipmentStatus.CANCELLED: _("Cancelled"),
    },
    ActorKind: {
        ActorKind.SHOPPER: _("Shopper"),
        ActorKind.VENDOR: _("Vendor"),
        ActorKind.MERCHANT: _("Store"),
        ActorKind.SYSTEM: _("Automatic"),
        ActorKind.NOBODY: _("Nobody"),
    },
    EventKind: {
        EventKind.CREATED: _("Requested"),
        EventKind.APPROVED: _("Approved"),
        EventKind.DECLINED: _("Declined"),
        EventKind.UNITS_DECLINED: _("Declined in part"),
        EventKind.ADDRESS_MISSING: _("Return address missing"),
        EventKind.ACCEPTED: _("Accepted"),
        EventKind.LABEL_ADDED: _("Return label added"),
        EventKind.TRACKING_ADDED: _("Tracking added"),
        EventKind.RECEIVED: _("Goods received"),
        EventKind.RECEPTION_VOIDED: _("Reception undone"),
        EventKind.OVERRULED: _("Accepted nevertheless"),
        EventKind.CLOSED: _("Closed: the rest never came"),
        EventKind.REOPENED: _("Reopened"),
        EventKind.RESOLUTION_CHANGED: _("Resolution changed"),
        EventKind.REFUND_REQUESTED: _("Refund started"),
        EventKind.REFUND_SUCCEEDED: _("Refund paid"),
        EventKind.REFUND_FAILED: _("Refund failed"),
        EventKind.REFUND_UNKNOWN: _("Refund without an answer"),
        EventKind.REFUND_RESOLVED: _("Refund cleared up"),
        EventKind.EXCHANGE_OFFERED: _("Difference to be paid"),
        EventKind.EXCHANGE_ORDERED: _("Exchange ordered"),
        EventKind.EXCHANGE_RELEASED: _("Exchange released"),
        EventKind.EXCHANGE_FAILED: _("Exchange failed"),
        EventKind.EXCHANGE_CANCELLED: _("Exchange cancelled"),
        EventKind.EXCHANGE_STUCK: _("Exchange left something behind"),
        EventKind.EXCHANGE_OWED: _("Replaced, and not all was taken back"),
        EventKind.SETTLED: _("Completed"),
        EventKind.CANCELLED: _("Cancelled"),
        EventKind.EXPIRED: _("Expired"),
        EventKind.REMINDED: _("Reminded"),
        EventKind.OVERDUE: _("Overdue"),
        EventKind.EXPIRY_WARNED: _("Warned that it will expire"),
    },
}


def held_until(reason: str, *, is_arrived: bool = False) -> str:
    """Why a shipment may not be sent yet, for store and vendor; blank for none. `is_arrived`: the
    goods that it replaces are here, and were not all accepted."""
    if is_arrived and reason in HELD and reason != ON_PAYMENT:
        return gettext("Held until somebody decides: the returned goods are here.")
    return gettext(HELD[reason]) if reason in HELD else reason


def word(member: Text) -> str:
    """In the active language."""
    return str(_WORDS[type(member)][member])
