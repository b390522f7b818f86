"""Who hears of what: one table of mails, and of notes on Saleor's order, for every event.

`services/notifications.py` acts on it, and `make docs` writes docs/reference/notifications.md from
it. A new mail is a line here and a folder of templates/saleor_returns_plugin/email/.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from ..enums import ActorKind, EventKind, ExchangeStatus, RefundStatus, ReturnStatus
from . import exchange_status


class Audience(Enum):
    """Whom a mail is for; the last word of its kind says so."""

    MERCHANT = "merchant"
    VENDOR = "vendor"
    SHOPPER = "shopper"
    MEMBER = "member"
    """Who was invited to act for a vendor."""


class About(Enum):
    """What a mail tells of; `selectors/mail_facts.py` finds it from the event."""

    REQUEST = "the request, every part"
    PART = "the part"
    ACCEPTANCE = "the part, and which of its units were declined"
    LABEL = "the part, and its return label"
    TRACKING = "the part, and whether its tracking had been told before"
    UNITS = "the declined units"
    RECEPTION = "the parcel"
    RULING = "the units that are accepted after all"
    RESOLUTION = "the line that changed, and the new quote"
    REFUND = "the refund"
    EXCHANGE = "the exchange, and what it waits for"
    OWED = "what was sent, what never came back or was refused, and what that is worth"
    DEADLINE = "the parts that wait, and until when"
    SHIPMENT = "the shipment"
    ORDERS = "the shopper's orders, with a link each"
    MEMBERSHIP = "for which vendor somebody may act, and as whom"


@dataclass(frozen=True)
class Happened:
    """What the conditions ask about an event."""

    by: ActorKind
    before: str = ""
    after: str = ""
    is_in_house: bool = False
    followed_by: EventKind | None = None
    """What was done with the same part in the same act, if that is what it went on with."""
    units: int = 0
    """Units of the reception; `refused` and `missing` are some of them."""
    refused: int = 0
    missing: int = 0
    is_let_go: bool = False
    """Units that did not come with a late parcel; the mail about the parcel lists them."""
    off: frozenset[str] = frozenset()
    """Kinds of mail that the store has switched off."""
    waits_for: ActorKind | None = None
    is_told_with_another: bool = False
    """Another part of the request waits, too, and its event names this part as well."""
    is_recorded: bool = False
    """The store's staff said what became of a refund: no answer of a payment provider did."""
    tells_of_exchange: bool = True
    """The shopper is to have our mails of an exchange's order."""
    is_let_go_at_once: bool = False
    """The replacement did not have to wait: it was released as it was ordered."""
    is_with_more: bool = False
    """It was done with something else, which is told: an exchange cancelled with its return, a line
    changed by a new exchange, or a return cancelled with what staff sent unasked."""
    is_unasked: bool = False
    """Of a return that staff made to send something else: nothing comes back, nobody asked."""
    was_left_to_store: bool = False
    """Nothing was ordered, and the shopper was told that the store decides what comes next."""


@dataclass(frozen=True)
class When:
    """A condition, with the words that the reference has for it."""

    words: str
    holds: Callable[[Happened], bool]


@dataclass(frozen=True)
class Mail:
    kind: str
    about: About
    when: When
    is_on: bool = True

    @property
    def to(self) -> Audience:
        return Audience(self.kind.rpartition("_")[2])


@dataclass(frozen=True)
class Rule:
    """What follows from an event. `note` goes onto Saleor's order, for its staff; blank: none.

    It may name {number}, {reason}, {sum} and {units}. `taken_back` is the note of one that takes
    back what another had said.
    """

    note: str
    mails: tuple[Mail, ...]
    taken_back: str = ""


def gettext_noop(text: str) -> str:
    """Marks a sentence for translators; it is translated where it is written."""
    return text


_always = When("", lambda _: True)
_by_vendor = When("the vendor did it", lambda it: it.by is ActorKind.VENDOR)
_by_shopper = When("the shopper did it", lambda it: it.by is ActorKind.SHOPPER)
_by_time = When("the deadline did it", lambda it: it.by is ActorKind.SYSTEM)
_to_others = When("the vendor is not in-house", lambda it: not it.is_in_house)
_by_store_to_others = When(
    "the store did it, and the vendor is not in-house",
    lambda it: it.by is ActorKind.MERCHANT and not it.is_in_house,
)
_not_by_vendor_to_others = When(
    "the store or the shopper did it, and the vendor is not in-house",
    lambda it: it.by is not ActorKind.VENDOR and not it.is_in_house,
)
_not_with_exchange = When(
    "not with a new exchange by staff, which has mails of its own", lambda it: not it.is_with_more
)
_for_others = When(
    "it was accepted in the vendor's place, and the vendor is not in-house",
    lambda it: it.by is not ActorKind.VENDOR and not it.is_in_house,
)
_vendor_must_accept = When(
    "it is neither accepted at once nor stopped by a missing address",
    lambda it: (
        not it.is_unasked and it.followed_by not in (EventKind.ACCEPTED, EventKind.ADDRESS_MISSING)
    ),
)
_asked_for = When(
    "not where staff send something and nothing comes back", lambda it: not it.is_unasked
)
_vendor_must_accept_again = When(
    f"it is approved again; {_vendor_must_accept.words}",
    lambda it: it.after == ReturnStatus.APPROVED.value and _vendor_must_accept.holds(it),
)
_vendor_loses_it = When(
    "the store did it after approval, and the vendor is not in-house",
    lambda it: it.before == ReturnStatus.APPROVED.value and _by_store_to_others.holds(it),
)
_vendor_knew = When(
    "it was approved before, and did not end with what staff sent unasked, of which mails of the "
    "exchange tell",
    lambda it: not it.is_with_more and it.before not in ("", ReturnStatus.REQUESTED.value),
)
_by_store_not_with_exchange = When(
    "the store did it, and it did not end with what staff sent unasked, of which mails of the "
    "exchange tell",
    lambda it: it.by is ActorKind.MERCHANT and not it.is_with_more,
)
_was_declined = When("it was declined", lambda it: it.before == ReturnStatus.DECLINED.value)
_something_is_refused = When(
    "some units are the wrong item or not acceptable", lambda it: it.refused > 0
)
_anything_good_arrived = When(
    "some units arrived and were not refused", lambda it: it.units > it.refused + it.missing
)
_nothing_arrived = When(
    "all its units are missing", lambda it: it.missing > 0 and it.missing == it.units
)
_vendor_undid_a_refusal = When(
    "the vendor did it, and some units had been refused",
    lambda it: it.by is ActorKind.VENDOR and it.refused > 0,
)
_by_time_to_others = When(
    "the deadline did it, and the vendor is not in-house",
    lambda it: it.by is ActorKind.SYSTEM and not it.is_in_house,
)


def _is_said_with_more(it: Happened) -> bool:
    if it.is_let_go:
        return it.off.isdisjoint(("goods_received_shopper", "goods_refused_shopper"))
    return it.followed_by is EventKind.ACCEPTED and "return_accepted_shopper" not in it.off


_not_said_with_more = When(
    "the rest is not accepted at once, nor were they missing in a late parcel: else the mail about "
    "that lists them, if it is on",
    lambda it: not _is_said_with_more(it),
)
_only_refused_arrived = When(
    "some units are the wrong item or not acceptable, and no others arrived",
    lambda it: it.refused > 0 and it.units == it.refused + it.missing,
)


_recorded = When("the store recorded it", lambda it: it.is_recorded)
_not_paid = When(
    "it had not been reported paid", lambda it: it.before != RefundStatus.SUCCEEDED.value
)
_not_paid_as_recorded = When(
    f"{_not_paid.words}, the store recorded it, and the vendor is not in-house",
    lambda it: _not_paid.holds(it) and it.is_recorded and not it.is_in_house,
)
_came_back = When("it had been reported paid", lambda it: not _not_paid.holds(it))
_came_back_to_others = When(
    f"{_came_back.words}, and the vendor is not in-house",
    lambda it: _came_back.holds(it) and not it.is_in_house,
)
_once_per_request = When(
    "once for all parts of the request", lambda it: not it.is_told_with_another
)


_exchange_told = When(
    "the shopper is to have mails of exchange orders", lambda it: it.tells_of_exchange
)
_exchange_released = When(
    f"it had been held; {_exchange_told.words}",
    lambda it: it.tells_of_exchange and not it.is_let_go_at_once,
)


_exchange_known = When(
    f"{_asked_for.words}, unless it was offered",
    lambda it: not it.is_unasked or it.before == ExchangeStatus.AWAITING_PAYMENT.value,
)


def had_heard(before: str, *, tells_of_exchange: bool) -> bool:
    """Whether the shopper knew of an exchange that was so: an offer is told in any case."""
    if before == ExchangeStatus.AWAITING_PAYMENT.value:
        return True
    return tells_of_exchange and before in [status.value for status in exchange_status.ORDERED]


def _exchange_stood(it: Happened) -> bool:
    is_known = had_heard(it.before, tells_of_exchange=it.tells_of_exchange)
    return not it.is_with_more and (is_known or it.was_left_to_store)


_NOT_WITH_RETURN = "not when the return ended or was changed with it"
_exchange_ended = When(
    "it was offered, or ordered and the shopper is to have mails of exchange orders, or came to "
    "nothing and the shopper was told that the store decides; " + _NOT_WITH_RETURN,
    _exchange_stood,
)
_exchange_ended_by_vendor = When(
    f"the vendor did it; {_NOT_WITH_RETURN}",
    lambda it: it.by is ActorKind.VENDOR and not it.is_with_more,
)
_exchange_ended_for_others = When(
    "the store did it, here or in Saleor, and the vendor is not in-house; " + _NOT_WITH_RETURN,
    lambda it: it.by is not ActorKind.VENDOR and not it.is_in_house and not it.is_with_more,
)


def _waits_for(who: ActorKind) -> When:
    return When(
        f"the {who.value} has to act; {_once_per_request.words} that are due then",
        lambda it: it.waits_for is who and _once_per_request.holds(it),
    )


def _mail(kind: str, about: About, when: When = _always, *, is_on: bool = True) -> Mail:
    return Mail(kind, about, when, is_on)


def _rule(*mails: Mail, note: str = "", taken_back: str = "") -> Rule:
    return Rule(note, mails, taken_back)


_ = gettext_noop

RULES: dict[EventKind, Rule] = {
    EventKind.CREATED: _rule(
        _mail("request_created_merchant", About.REQUEST, _asked_for),
        _mail("request_received_shopper", About.REQUEST, _asked_for),
        note=_("Return {number} was requested."),
    ),
    EventKind.APPROVED: _rule(
        _mail("return_approved_vendor", About.PART, _vendor_must_accept),
        note=_("Return {number} was approved."),
    ),
    EventKind.DECLINED: _rule(
        _mail("return_declined_merchant", About.PART, _by_vendor),
        _mail("return_declined_vendor", About.PART, _vendor_loses_it),
        _mail("return_declined_shopper", About.PART),
        note=_("Return {number} was declined: {reason}"),
    ),
    EventKind.UNITS_DECLINED: _rule(
        _mail("units_declined_merchant", About.UNITS, _by_vendor),
        _mail("units_declined_shopper", About.UNITS, _not_said_with_more),
        note=_("{units} of return {number} were declined: {reason}"),
    ),
    EventKind.ADDRESS_MISSING: _rule(
        _mail("address_missing_merchant", About.PART),
        _mail("address_missing_vendor", About.PART),
    ),
    EventKind.ACCEPTED: _rule(
        _mail("return_accepted_vendor", About.ACCEPTANCE, _for_others),
        _mail("return_accepted_shopper", About.ACCEPTANCE, _asked_for),
        note=_("Return {number} was accepted."),
    ),
    EventKind.LABEL_ADDED: _rule(_mail("return_label_shopper", About.LABEL)),
    EventKind.TRACKING_ADDED: _rule(_mail("tracking_added_vendor", About.TRACKING)),
    EventKind.RECEIVED: _rule(
        _mail("goods_refused_merchant", About.RECEPTION, _something_is_refused),
        _mail("goods_received_shopper", About.RECEPTION, _anything_good_arrived),
        _mail("goods_refused_shopper", About.RECEPTION, _only_refused_arrived),
        _mail("goods_missing_shopper", About.RECEPTION, _nothing_arrived),
        note=_("Goods of return {number} were received: {units}."),
    ),
    EventKind.RECEPTION_VOIDED: _rule(
        _mail("reception_voided_merchant", About.RECEPTION, _vendor_undid_a_refusal),
        _mail("reception_voided_vendor", About.RECEPTION, _by_store_to_others),
        _mail("reception_voided_shopper", About.RECEPTION),
        note=_("A reception of return {number} was undone: {reason}"),
    ),
    EventKind.OVERRULED: _rule(
        _mail("goods_overruled_vendor", About.RULING, _to_others),
        _mail("goods_overruled_shopper", About.RULING),
        note=_("{units} of return {number} are accepted after all: {reason}"),
    ),
    EventKind.CLOSED: _rule(
        _mail("return_closed_merchant", About.RECEPTION, _by_time),
        _mail("return_closed_vendor", About.RECEPTION, _by_time_to_others),
        _mail("goods_missing_shopper", About.RECEPTION, _nothing_arrived),
        note=_("Return {number} was closed; what did not come: {units}."),
    ),
    EventKind.REOPENED: _rule(
        _mail("return_reopened_vendor", About.PART, _vendor_must_accept_again),
        _mail("return_reopened_shopper", About.PART, _was_declined),
        note=_("Return {number} was opened again: {reason}"),
    ),
    EventKind.RESOLUTION_CHANGED: _rule(
        _mail("resolution_changed_merchant", About.RESOLUTION, _by_shopper),
        _mail("resolution_changed_vendor", About.RESOLUTION, _not_by_vendor_to_others),
        _mail("resolution_changed_shopper", About.RESOLUTION, _not_with_exchange),
        note=_("What becomes of {units} of return {number} was changed."),
    ),
    EventKind.REFUND_REQUESTED: _rule(),
    EventKind.REFUND_SUCCEEDED: _rule(
        _mail("refund_recorded_merchant", About.REFUND, _recorded),
        _mail("refunded_vendor", About.REFUND, _to_others),
        _mail("refunded_shopper", About.REFUND),
        note=_("{sum} were refunded for return {number}."),
    ),
    EventKind.REFUND_FAILED: _rule(
        _mail("refund_failed_merchant", About.REFUND, _not_paid),
        _mail("refund_failed_vendor", About.REFUND, _not_paid_as_recorded),
        _mail("refund_came_back_merchant", About.REFUND, _came_back),
        _mail("refund_came_back_vendor", About.REFUND, _came_back_to_others),
        _mail("refund_came_back_shopper", About.REFUND, _came_back),
        note=_("The refund of {sum} for return {number} failed: {reason}"),
    ),
    EventKind.REFUND_UNKNOWN: _rule(
        _mail("refund_unknown_merchant", About.REFUND),
        note=_("Nobody knows yet whether the refund of {sum} for return {number} was paid."),
    ),
    EventKind.REFUND_RESOLVED: _rule(
        note=_("The refund of {sum} for return {number} was cleared up: {reason}"),
    ),
    EventKind.EXCHANGE_OFFERED: _rule(
        _mail("exchange_offered_shopper", About.EXCHANGE),
        note=_("The exchange of return {number} waits for the shopper to pay the difference."),
    ),
    # With the order Saleor's own notes on both orders come.
    EventKind.EXCHANGE_ORDERED: _rule(
        _mail("exchange_ordered_shopper", About.EXCHANGE, _exchange_told),
    ),
    EventKind.EXCHANGE_RELEASED: _rule(
        _mail("exchange_released_shopper", About.EXCHANGE, _exchange_released),
        note=_("The replacement for return {number} was released to be sent."),
    ),
    EventKind.EXCHANGE_FAILED: _rule(
        _mail("exchange_failed_merchant", About.EXCHANGE),
        _mail("exchange_failed_vendor", About.EXCHANGE, _to_others),
        _mail("exchange_failed_shopper", About.EXCHANGE, _exchange_known),
        note=_("The replacement for return {number} could not be ordered: {reason}"),
    ),
    EventKind.EXCHANGE_CANCELLED: _rule(
        _mail("exchange_cancelled_merchant", About.EXCHANGE, _exchange_ended_by_vendor),
        _mail("exchange_cancelled_vendor", About.EXCHANGE, _exchange_ended_for_others),
        _mail("exchange_cancelled_shopper", About.EXCHANGE, _exchange_ended),
        note=_("The exchange of return {number} was cancelled: {reason}"),
    ),
    EventKind.EXCHANGE_STUCK: _rule(
        _mail("exchange_stuck_merchant", About.EXCHANGE),
        note=_("The exchange of return {number} left something to do in Saleor: {reason}"),
    ),
    EventKind.EXCHANGE_OWED: _rule(
        _mail("exchange_owed_merchant", About.OWED),
        _mail("exchange_owed_vendor", About.OWED, _to_others),
        note=_(
            "{units} of return {number} were replaced and not taken back: the shopper owes {sum}."
        ),
        taken_back=_("For what return {number} was exchanged the shopper owes nothing any more."),
    ),
    EventKind.SETTLED: _rule(),
    EventKind.CANCELLED: _rule(
        _mail("return_cancelled_merchant", About.PART, _by_shopper),
        _mail("return_cancelled_vendor", About.PART, _vendor_knew),
        _mail("return_cancelled_shopper", About.PART, _by_store_not_with_exchange),
        note=_("Return {number} was cancelled."),
    ),
    EventKind.EXPIRED: _rule(
        _mail("return_expired_merchant", About.PART, is_on=False),
        _mail("return_expired_vendor", About.PART),
        _mail("return_expired_shopper", About.PART),
        note=_("Return {number} has expired: the goods were not sent."),
    ),
    EventKind.REMINDED: _rule(
        _mail("reminder_merchant", About.DEADLINE, _waits_for(ActorKind.MERCHANT)),
        _mail("reminder_vendor", About.DEADLINE, _waits_for(ActorKind.VENDOR)),
        _mail("reminder_shopper", About.DEADLINE, _waits_for(ActorKind.SHOPPER)),
    ),
    EventKind.OVERDUE: _rule(_mail("return_overdue_merchant", About.DEADLINE, _once_per_request)),
    EventKind.EXPIRY_WARNED: _rule(
        _mail("expiry_warned_shopper", About.DEADLINE, _once_per_request)
    ),
}

SHIPMENT_NEW = _mail(
    "shipment_new_vendor",
    About.SHIPMENT,
    When(
        "an order is paid and is not shipped yet, or a replacement is released; the vendor is not "
        "in-house",
        lambda _: True,
    ),
)
SHIPMENT_CANCELLED = _mail(
    "shipment_cancelled_vendor",
    About.SHIPMENT,
    When(
        "a replacement that was released is cancelled before it is sent; not to the vendor that did "
        "it, nor to the in-house one",
        lambda _: True,
    ),
)
SIGN_IN_LINKS = _mail(
    "sign_in_links_shopper",
    About.ORDERS,
    When(
        "somebody who gives an e-mail address asks for it, and it has such orders", lambda _: True
    ),
)
INVITATION = _mail(
    "invitation_member",
    About.MEMBERSHIP,
    When("somebody becomes a member of a vendor that is active", lambda _: True),
)
WITHOUT_EVENT = (SHIPMENT_NEW, SHIPMENT_CANCELLED, SIGN_IN_LINKS, INVITATION)
"""Mails that no event of a return is behind: `split.py`, `exchanges.py`, `sign_in_links.py` and
`vendors.py` ask for them."""

KINDS: dict[str, Mail] = {
    mail.kind: mail
    for mail in (*WITHOUT_EVENT, *(mail for rule in RULES.values() for mail in rule.mails))
}


def mails_of(event: EventKind, happened: Happened, switches: Mapping[str, bool]) -> list[Mail]:
    """The mails that follow, the vendor's last; `switches` turns kinds on or off by name."""
    off = frozenset(kind for kind, mail in KINDS.items() if not is_on(mail, switches))
    happened = replace(happened, off=off)
    mails = [
        mail for mail in RULES[event].mails if is_on(mail, switches) and mail.when.holds(happened)
    ]
    return sorted(mails, key=lambda mail: mail.to is Audience.VENDOR)


def tells_somebody(event: EventKind) -> bool:
    """Whether a mail or a note can follow at all."""
    return bool(RULES[event].mails or RULES[event].note)


def is_on(mail: Mail, switches: Mapping[str, bool]) -> bool:
    return bool(switches.get(mail.kind, mail.is_on))


def unknown_kinds(names: Iterable[str]) -> list[str]:
    """Those that are no mail: a store's switches name mails only."""
    return sorted(set(names) - set(KINDS))
