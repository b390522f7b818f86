"""The cases of a mail that read otherwise than its plain one, for previews."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from ..domain.quotes import Step
from ..enums import (
    ActorKind,
    ExchangeRelease,
    RefundStatus,
    RefundWay,
    Resolution,
    ReturnStatus,
    StepKind,
    Task,
    Unavailable,
)
from ..selectors import refund_ways
from ..selectors.exchanges import HOLDS_MONEY, SENT_IN_PART
from ..selectors.mail_facts import Item, Part, Waiting
from ..selectors.refund_ways import Way
from .mail_examples import (
    CHAIR,
    DUE,
    GOOD,
    LABEL,
    LAMP,
    MISSING,
    OTHER_PART,
    PART,
    RECEIVED_PART,
    REFUND,
    REPLACEMENT,
    STEPS,
    TO_PAYMENT,
)


@dataclass(frozen=True)
class Variant:
    """The same mail in another case. `part` changes its part, or each of its parts."""

    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    part: Mapping[str, Any] = field(default_factory=dict)
    by: ActorKind = ActorKind.MERCHANT
    reason: str | None = None


_KEPT_ITEMS = tuple(replace(item, is_kept=True) for item in (CHAIR, LAMP))
_KEPT = Variant("kept", part={"is_sent_back": False, "items": _KEPT_ITEMS})
_NOTHING_TO_SEND = replace(_KEPT, facts={"is_sent_back": False})
_EXCHANGED = replace(CHAIR, amount=None, instead="2 × Oak chair, dark")
_EXCHANGE = Variant(
    "exchange",
    part={
        "is_refunded": False,
        "is_exchanged": True,
        "items": (_EXCHANGED,),
        "refund": None,
        "steps": (),
    },
)
_EXCHANGE_KEPT = Variant(
    "exchange-kept",
    part={
        **_EXCHANGE.part,
        "is_sent_back": False,
        "items": (replace(_EXCHANGED, is_kept=True),),
    },
)
_EXCHANGE_DEARER = Variant("exchange-dearer", part={**_EXCHANGE.part, "to_pay": Decimal("24.00")})
_MIXED = Variant(
    "mixed",
    part={
        "is_exchanged": True,
        "items": (_EXCHANGED, LAMP),
        "steps": (Step("2 × Oak chair", Decimal(0), StepKind.EXCHANGE), *OTHER_PART.steps),
        "refund": OTHER_PART.refund,
    },
)
_MIXED_KEPT = Variant(
    "mixed-kept",
    part={
        **_MIXED.part,
        "is_sent_back": False,
        "items": (replace(_EXCHANGED, is_kept=True), replace(LAMP, is_kept=True)),
    },
)
_TO_EXCHANGE = {
    "resolution": Resolution.EXCHANGE.value,
    "instead": REPLACEMENT.name,
    "items": [Item(CHAIR.name, CHAIR.sku, CHAIR.quantity)],
    "is_kept": False,
    "is_to_come": True,
}
_TO_SEND_BACK = {"is_kept": False, "is_to_come": True, "items": [LAMP]}
_CHOSEN_ANEW = {**_TO_SEND_BACK, "is_to_come": False}
_CHOOSES = Variant("by-shopper", by=ActorKind.SHOPPER)
_CHOOSES_MONEY = replace(
    _CHOOSES, name="arrived", facts={**_CHOSEN_ANEW, "refunds": ActorKind.VENDOR.value}
)
_OUT_OF_STOCK = Variant(
    "",
    facts={"code": Unavailable.OUT_OF_STOCK.value},
    reason="Of Oak chair, dark there are only 1 left.",
)
_OFFER_ENDED = Variant("not-paid", facts={"code": Unavailable.OFFER_ENDED.value})
_NO_SHIPPING = Variant(
    "no-shipping",
    facts={"code": Unavailable.NO_SHIPPING.value},
    reason="Nothing is shipped there.",
)
_CANCELLED_LATER = Variant("arrived", facts={"is_arrived": True})
_CANCELLED_AND_OVER = Variant("over", facts={"is_over": True})
_CANCELLED_WITH_RETURN = Variant("unasked", facts={"is_over": True, "is_ended": True})
_PAID_BACK = Variant("paid-for", facts={"is_paid_back": True})
_NOT_SENT = Variant("not-sent", facts={"is_sent": False})
_REFUSED_ALL = Variant(
    "refused",
    facts={
        "missing": [],
        "refused": [Item(CHAIR.name, CHAIR.sku, CHAIR.quantity, Decimal("118.00"))],
    },
)
_NOTHING_OWED = Variant(
    "nothing", facts={"missing": [], "amount": Decimal(0), "is_taken_back": True}
)
_WITH_PRICE = replace(REPLACEMENT, amount=Decimal("24.00"))
_ON_ITS_WAY = Variant("on-its-way", facts={"is_sent": True})
_DECLINED = Item("Oak chair, natural", "OAK-1", 2, why="This one was on final sale.")
_LAMP_ONLY = {"items": (LAMP,), "steps": OTHER_PART.steps, "refund": OTHER_PART.refund}
_PARTIAL = Variant("partial", facts={"declined": [_DECLINED]}, part=_LAMP_ONLY)
_SEVERAL = Variant(
    "several-parts",
    facts={"parts": [PART, OTHER_PART], "is_waiting": True},
)
_APPROVED = Variant("approved-by-policy", facts={"is_waiting": False, "due_at": None})
_ONLY_MISSING = Variant(
    "nothing-arrived",
    facts={"arrived": [MISSING], "taken": [], "refused": []},
    part={"refund": None, "steps": ()},
)
_ALL_GOOD = Variant(
    "all-good",
    facts={"arrived": [GOOD], "taken": [GOOD], "refused": [], "missing": []},
)
_MORE_TO_COME = Variant(
    "more-to-come",
    facts={**_ALL_GOOD.facts, "is_more_to_come": True},
)
_LAMP_LEFT = Item(LAMP.name, LAMP.sku, LAMP.quantity)
_LET_GO = Variant("let-go", facts={**_ALL_GOOD.facts, "let_go": [_LAMP_LEFT]})
_SET_ASIDE = Variant("exchange", facts={"is_exchanged": True, "exchange": "decides"})
"""Goods of an exchange that were not accepted, or did not come."""
_OF_EXCHANGE = replace(_SET_ASIDE, part=_EXCHANGE.part)
_ACCEPTED_AFTER_ALL = Variant(
    "exchange", facts={"is_exchanged": True, "exchange": "released"}, part=_EXCHANGE.part
)
_TO_PAY_FOR = {
    "exchange": "pay",
    "is_for_shopper": True,
    "amount": Decimal("24.00"),
    "until": DUE,
    "payment_link": "https://shop.example.com/checkout/1001",
}
_TO_CHOOSE_ANEW = {"exchange": "choose", "is_for_shopper": True}
_OWED = Variant("exchange-owed", facts={"is_exchanged": True, "is_owed": True}, part=_EXCHANGE.part)
"""The replacement was sent."""
_ORDER_GONE = Variant("exchange", facts={"exchange_order": "1007"}, part=_EXCHANGE.part)
_ALL_STAFFS = Variant(
    "staff", facts={"is_by_staff": True, "is_all_staffs": True, "is_left_to_store": True}
)
_NONE_ACCEPTED = Variant(
    "refused",
    facts={
        "code": Unavailable.OFFER_ENDED.value,
        "is_refused": True,
        "is_left_to_store": True,
    },
)
_OFFER_GONE = Variant("exchange-offered", facts={"was_offered": True}, part=_EXCHANGE.part)
_REPLACING = {"is_replacement": True, "items": [REPLACEMENT]}
_REPLACES = Variant("replacement", facts={**_REPLACING, "replaces": PART.number})
_REPLACES_ANOTHERS = Variant("replacement-of-another-vendor", facts=_REPLACING)
_NOT_IN_PARCEL = Variant(
    "let-go",
    facts={"is_let_go": True, "declined": [replace(_DECLINED, why="")]},
)
_BY_SHOPPER = Variant("by-shopper", by=ActorKind.SHOPPER)
_BY_ITSELF = Variant("by-itself", by=ActorKind.SYSTEM, reason="")
_FOR_SILENCE = Variant("for-silence", facts={"is_for_silence": True}, by=ActorKind.SYSTEM)


def _waiting(
    status: ReturnStatus, who: ActorKind, *parts: Part, is_to_pay: bool = False
) -> Variant:
    waiting = [
        Waiting(
            part, status.value, who.value, DUE, is_to_pay, is_to_pay and who is ActorKind.MERCHANT
        )
        for part in parts or (PART,)
    ]
    kind = "to-pay" if is_to_pay else status.value.replace("_", "-")
    return Variant(
        f"{kind}-several" if len(waiting) > 1 else kind,
        facts={
            "waiting": waiting,
            "number": "1001-R1" if len(waiting) > 1 else PART.number,
            "is_rest": status is ReturnStatus.PARTIALLY_RECEIVED,
            "is_to_decide": status is ReturnStatus.REQUESTED,
        },
    )


def _of_exchange(task: Task, who: ActorKind, name: str = "") -> Variant:
    found = _waiting(ReturnStatus.RECEIVED, who, RECEIVED_PART)
    is_left = task is Task.EXCHANGE and who is ActorKind.MERCHANT
    waiting = [
        replace(each, task=task.value, is_left_to_store=is_left) for each in found.facts["waiting"]
    ]
    name = name or task.value.replace("_", "-")
    return replace(found, name=name, facts={**found.facts, "waiting": waiting, "is_to_send": False})


def _but(variant: Variant, name: str, **values: Any) -> Variant:
    """With all that it waits for changed so."""
    waiting = [replace(each, **values) for each in variant.facts["waiting"]]
    return replace(variant, name=name, facts={**variant.facts, "waiting": waiting})


_TO_APPROVE = _waiting(ReturnStatus.REQUESTED, ActorKind.MERCHANT)
_SEVERAL_TO_APPROVE = _waiting(ReturnStatus.REQUESTED, ActorKind.MERCHANT, PART, OTHER_PART)
_TO_SEND = _waiting(ReturnStatus.ACCEPTED, ActorKind.SHOPPER)
_SEVERAL_TO_SEND = _waiting(ReturnStatus.ACCEPTED, ActorKind.SHOPPER, PART, OTHER_PART)
_TO_SEND_REST = _waiting(ReturnStatus.PARTIALLY_RECEIVED, ActorKind.SHOPPER)
_TO_SEND_FOR_NOTHING = [
    _but(_TO_SEND, name, not_ordered=not_ordered)
    for name, not_ordered in (("exchange-cancelled", "decides"), ("exchange-failed", "choose"))
]
"""Nothing is ordered in exchange at present."""
_TO_RECEIVE = _waiting(ReturnStatus.IN_TRANSIT, ActorKind.VENDOR)
_TO_RECEIVE_REST = _waiting(ReturnStatus.PARTIALLY_RECEIVED, ActorKind.VENDOR)
_UNANSWERED = replace(
    _waiting(ReturnStatus.RECEIVED, ActorKind.MERCHANT, RECEIVED_PART, is_to_pay=True),
    name="unanswered",
)
_TO_CHOOSE = _of_exchange(Task.CHOOSE_AGAIN, ActorKind.SHOPPER)
_TO_PAY_MORE = _of_exchange(Task.PAY_DIFFERENCE, ActorKind.SHOPPER)
_TO_DECIDE = _of_exchange(Task.EXCHANGE, ActorKind.VENDOR)
_TO_GIVE_UP = _but(_TO_DECIDE, "exchange-refused", is_refused=True)
_UNPAID = _of_exchange(Task.EXCHANGE, ActorKind.MERCHANT, "exchange-unpaid")
_TO_PAY_BACK = _of_exchange(Task.PAY_BACK, ActorKind.MERCHANT)
_BEING_ORDERED = _but(
    _TO_DECIDE, "exchange-being-ordered", task="", waits_for="", is_being_ordered=True
)
_TO_PAY = _waiting(ReturnStatus.RECEIVED, ActorKind.VENDOR, RECEIVED_PART, is_to_pay=True)

_TO_CARD = Way(RefundWay.GIFT_CARD, Decimal("20.00"), RefundStatus.SUCCEEDED, card="7F2K")
_BY_HAND = Way(RefundWay.MANUAL, REFUND, RefundStatus.SUCCEEDED, reference="SEPA 4711")
_REST = replace(TO_PAYMENT, amount=REFUND - _TO_CARD.amount)
_FAILED, _UNKNOWN = RefundStatus.FAILED, RefundStatus.UNKNOWN


def _ways(name: str, *ways: Way, **facts: Any) -> Variant:
    sums = {status: refund_ways.total(ways, status) for status in RefundStatus}
    found = {
        "ways": ways,
        "paid": sums[RefundStatus.SUCCEEDED],
        "failed": sums[_FAILED],
        "unknown": sums[_UNKNOWN],
    }
    return Variant(name, facts={**found, **facts})


_NOT_PAID = _ways("", replace(TO_PAYMENT, status=_FAILED))
_NOT_PAID_IN_PART = _ways(
    "in-part",
    replace(_REST, status=_FAILED),
    replace(_TO_CARD, status=_FAILED, was_asked=False),
)
_PAID_IN_PART = _ways("paid-in-part", replace(_REST, status=_FAILED), _TO_CARD)
_BY_ANOTHER_STORE = replace(
    _NOT_PAID,
    name="other-figures",
    facts={**_NOT_PAID.facts, "store_can_retry": False, "store_can_refund": True},
)
_BY_ANOTHER_VENDOR = replace(
    _NOT_PAID, name="other-figures", facts={**_NOT_PAID.facts, "vendor_can_refund": True}
)
_RECORDED = {"is_recorded": True, "evidence": "Bank 4712"}
_REFUNDED_ELSEWHERE = {
    "amount": Decimal(0),
    "steps": [*STEPS, Step("", -REFUND, StepKind.ALREADY_REFUNDED)],
}
_LESS = {
    "steps": [*STEPS, Step("", Decimal("-20.00"), StepKind.ADJUSTMENT)],
    "amount": REFUND - 20,
    "changed_why": "The seat has deep scratches.",
}

VARIANTS: dict[str, tuple[Variant, ...]] = {
    "invitation_member": (
        Variant("owner", facts={"is_owner": True}),
        Variant("in-house", facts={"is_in_house": True}),
    ),
    "request_created_merchant": (_SEVERAL, _APPROVED, _EXCHANGE_DEARER),
    "request_received_shopper": (_SEVERAL, _NOTHING_TO_SEND, _EXCHANGE_DEARER),
    "return_approved_vendor": (_KEPT, _EXCHANGE_DEARER),
    "return_reopened_vendor": (_KEPT,),
    "return_accepted_shopper": (
        Variant("with-label", facts=LABEL),
        _PARTIAL,
        _KEPT,
        _EXCHANGE,
        _EXCHANGE_KEPT,
        _EXCHANGE_DEARER,
        _MIXED,
        _MIXED_KEPT,
    ),
    "return_accepted_vendor": (
        _BY_ITSELF,
        _FOR_SILENCE,
        _KEPT,
        _EXCHANGE_KEPT,
        _MIXED,
        _MIXED_KEPT,
    ),
    "return_cancelled_shopper": (_ORDER_GONE, _OFFER_GONE),
    "return_cancelled_vendor": (_BY_SHOPPER,),
    "return_expired_shopper": (_ORDER_GONE, _OFFER_GONE),
    "shipment_new_vendor": (_REPLACES, _REPLACES_ANOTHERS),
    "address_missing_vendor": (Variant("accepts-by-itself", part={"accepts_by_itself": True}),),
    "tracking_added_vendor": (Variant("corrected", facts={"is_correction": True}),),
    "units_declined_shopper": (_NOT_IN_PARCEL,),
    "goods_received_shopper": (
        _ALL_GOOD,
        _MORE_TO_COME,
        _LET_GO,
        _OF_EXCHANGE,
        Variant(
            "exchange-released",
            facts={**_ALL_GOOD.facts, "exchange": "released"},
            part=_EXCHANGE.part,
        ),
        Variant(
            "exchange-waits",
            facts={**_MORE_TO_COME.facts, "exchange": "waits"},
            part=_EXCHANGE.part,
        ),
        Variant(
            "exchange-unpaid",
            facts={**_ALL_GOOD.facts, "exchange": "unpaid", "is_for_shopper": True},
            part=_EXCHANGE.part,
        ),
        Variant("exchange-to-pay", facts={**_ALL_GOOD.facts, **_TO_PAY_FOR}, part=_EXCHANGE.part),
        Variant(
            "exchange-to-choose", facts={**_ALL_GOOD.facts, **_TO_CHOOSE_ANEW}, part=_EXCHANGE.part
        ),
        _OWED,
    ),
    "goods_refused_merchant": (_OF_EXCHANGE,),
    "reception_voided_shopper": (Variant("exchange-to-pay", facts=_TO_PAY_FOR),),
    "goods_overruled_vendor": (_ACCEPTED_AFTER_ALL,),
    "goods_overruled_shopper": (
        _ACCEPTED_AFTER_ALL,
        Variant(
            "exchange-to-pay", facts={"is_exchanged": True, **_TO_PAY_FOR}, part=_EXCHANGE.part
        ),
        Variant(
            "exchange-to-choose",
            facts={"is_exchanged": True, **_TO_CHOOSE_ANEW},
            part=_EXCHANGE.part,
        ),
    ),
    "goods_refused_shopper": (
        _OF_EXCHANGE,
        Variant("refused-only", facts={"missing": []}),
        Variant("let-go", facts={"missing": [], "let_go": [_LAMP_LEFT]}),
        _OWED,
    ),
    "goods_missing_shopper": (_ONLY_MISSING, _OF_EXCHANGE, _OWED),
    "return_closed_merchant": (_ONLY_MISSING, _OF_EXCHANGE),
    "return_closed_vendor": (_ONLY_MISSING,),
    "resolution_changed_shopper": (
        Variant("to-send", facts=_TO_SEND_BACK),
        Variant("exchange", facts=_TO_EXCHANGE, part=_EXCHANGE.part),
        Variant("exchange-dearer", facts=_TO_EXCHANGE, part=_EXCHANGE_DEARER.part),
        Variant("arrived", facts=_CHOSEN_ANEW),
        _PAID_BACK,
    ),
    "resolution_changed_merchant": (
        replace(_CHOOSES_MONEY, facts={**_CHOSEN_ANEW, "refunds": ActorKind.MERCHANT.value}),
        replace(_CHOOSES, facts={**_TO_EXCHANGE, "is_to_come": False}, part=_EXCHANGE.part),
    ),
    "resolution_changed_vendor": (
        _CHOOSES_MONEY,
        Variant("kept", part={"is_sent_back": False}),
        Variant("to-send", facts=_TO_SEND_BACK),
        Variant("exchange", facts=_TO_EXCHANGE, part=_EXCHANGE.part),
    ),
    "exchange_ordered_shopper": (
        Variant("at-once", facts={"release_rule": ""}),
        Variant("on-tracking", facts={"release_rule": ExchangeRelease.ON_TRACKING.value}),
        Variant("arrived", facts={"is_arrived": True}),
        Variant("unpaid", facts={"is_unpaid": True}),
        _ON_ITS_WAY,
    ),
    "exchange_released_shopper": (_ON_ITS_WAY,),
    "exchange_offered_shopper": (
        Variant("no-link", facts={"items": [_WITH_PRICE], "payment_link": ""}),
    ),
    "exchange_failed_merchant": (_OFFER_ENDED, _NO_SHIPPING, _ALL_STAFFS, _NONE_ACCEPTED),
    "exchange_failed_vendor": (_OFFER_ENDED, _NO_SHIPPING, _ALL_STAFFS, _NONE_ACCEPTED),
    "exchange_failed_shopper": (_OFFER_ENDED, _NO_SHIPPING, _ALL_STAFFS, _NONE_ACCEPTED),
    "exchange_cancelled_merchant": (
        _CANCELLED_LATER,
        _CANCELLED_AND_OVER,
        _CANCELLED_WITH_RETURN,
    ),
    "exchange_cancelled_vendor": (
        replace(_CANCELLED_LATER, by=ActorKind.SYSTEM),
        _CANCELLED_AND_OVER,
        _CANCELLED_WITH_RETURN,
    ),
    "exchange_cancelled_shopper": (
        Variant("offer", facts={"was_offered": True}),
        Variant("not-ordered", facts={"is_given_up": True, "exchange_order": "", "is_over": True}),
        _CANCELLED_AND_OVER,
        _PAID_BACK,
    ),
    "exchange_stuck_merchant": (
        Variant("money", facts={"code": HOLDS_MONEY}),
        Variant("sent-in-part", facts={"code": SENT_IN_PART}),
    ),
    "exchange_owed_merchant": (_NOT_SENT, _REFUSED_ALL, _NOTHING_OWED),
    "exchange_owed_vendor": (_NOT_SENT, _REFUSED_ALL, _NOTHING_OWED),
    "refunded_vendor": (
        Variant("owes-nothing", facts={"owed": Decimal(0)}),
        Variant("another-amount", facts=_LESS),
    ),
    "refunded_shopper": (
        _ways("gift-card", replace(_TO_CARD, amount=REFUND)),
        _ways("gift-card-gone", replace(_TO_CARD, amount=REFUND, card="")),
        _ways("by-hand", _BY_HAND),
        _ways("in-parts", _REST, _TO_CARD),
        _ways("in-parts-by-hand", replace(_BY_HAND, amount=_REST.amount), _TO_CARD),
        _ways("another-amount", replace(TO_PAYMENT, amount=REFUND - 20), **_LESS),
        _ways("nothing", **_REFUNDED_ELSEWHERE),
    ),
    "refund_failed_merchant": (
        replace(
            _NOT_PAID, name="refunded-since", facts={**_NOT_PAID.facts, "store_can_retry": False}
        ),
        _BY_ANOTHER_STORE,
        _NOT_PAID_IN_PART,
        _PAID_IN_PART,
        replace(_NOT_PAID, name="recorded", facts={**_NOT_PAID.facts, **_RECORDED}),
    ),
    "refund_failed_vendor": (
        _PAID_IN_PART,
        replace(_NOT_PAID, name="may-retry", facts={**_NOT_PAID.facts, "vendor_can_retry": True}),
        _BY_ANOTHER_VENDOR,
    ),
    "refund_unknown_merchant": (_ways("in-part", replace(_REST, status=_UNKNOWN), _TO_CARD),),
    "refund_recorded_merchant": (
        _ways("was-unknown", _REST, _TO_CARD, evidence=_RECORDED["evidence"]),
    ),
    "refund_came_back_merchant": (
        _PAID_IN_PART,
        replace(_NOT_PAID, name="recorded", facts={**_NOT_PAID.facts, **_RECORDED}),
        replace(_NOT_PAID, name="paid-since", facts={**_NOT_PAID.facts, "store_can_retry": False}),
        _BY_ANOTHER_STORE,
    ),
    "refund_came_back_vendor": (
        _PAID_IN_PART,
        replace(_NOT_PAID, name="may-retry", facts={**_NOT_PAID.facts, "vendor_can_retry": True}),
        _BY_ANOTHER_VENDOR,
        replace(_NOT_PAID, name="owes-nothing", facts={**_NOT_PAID.facts, "owed": Decimal(0)}),
    ),
    "refund_came_back_shopper": (_PAID_IN_PART,),
    "reminder_merchant": (_SEVERAL_TO_APPROVE, _UNANSWERED, _UNPAID, _TO_PAY_BACK),
    "reminder_vendor": (_TO_RECEIVE, _TO_RECEIVE_REST, _TO_PAY, _TO_DECIDE, _TO_GIVE_UP),
    "reminder_shopper": (_SEVERAL_TO_SEND, *_TO_SEND_FOR_NOTHING, _TO_CHOOSE, _TO_PAY_MORE),
    "expiry_warned_shopper": (
        _SEVERAL_TO_SEND,
        _TO_SEND_REST,
        replace(
            _TO_SEND_REST, name="exchange", facts={**_TO_SEND_REST.facts, "is_exchanged": True}
        ),
        replace(
            _TO_SEND,
            name="exchange-sent",
            facts={**_TO_SEND.facts, "is_exchanged": True, "is_replaced": True},
        ),
        *_TO_SEND_FOR_NOTHING,
    ),
    "return_overdue_merchant": (
        _TO_APPROVE,
        _SEVERAL_TO_APPROVE,
        _TO_SEND,
        _TO_RECEIVE,
        _TO_PAY,
        _UNANSWERED,
        _TO_CHOOSE,
        _TO_PAY_MORE,
        _TO_DECIDE,
        _UNPAID,
        _BEING_ORDERED,
        _TO_PAY_BACK,
    ),
}

PLAIN = {
    "reminder_merchant": replace(_TO_APPROVE, name=""),
    "reminder_shopper": replace(_TO_SEND, name=""),
    "expiry_warned_shopper": replace(_TO_SEND, name=""),
    "resolution_changed_merchant": replace(_CHOOSES, name="", facts=_TO_SEND_BACK),
    "exchange_failed_merchant": _OUT_OF_STOCK,
    "exchange_failed_vendor": _OUT_OF_STOCK,
    "exchange_failed_shopper": _OUT_OF_STOCK,
    "exchange_offered_shopper": Variant("", facts={"items": [_WITH_PRICE]}),
    "refund_unknown_merchant": _ways("", replace(TO_PAYMENT, status=_UNKNOWN)),
    "refund_failed_merchant": _NOT_PAID,
    "refund_failed_vendor": _NOT_PAID,
    "refund_recorded_merchant": _ways("", _BY_HAND),
    "refund_came_back_merchant": _NOT_PAID,
    "refund_came_back_vendor": _NOT_PAID,
    "refund_came_back_shopper": _NOT_PAID,
}
"""The plain one of mails whose example suits another."""
