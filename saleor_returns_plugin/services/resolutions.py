"""What becomes of a line of a return: its resolution, and whether the goods come back at all."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from ..domain import quotes as quote_rules
from ..domain import transitions
from ..domain.actors import Actor
from ..domain.addresses import address, is_complete
from ..domain.exchanges import Option
from ..domain.money import ZERO
from ..enums import (
    ActorKind,
    EventKind,
    ExchangeRelease,
    ExchangeStatus,
    Move,
    Resolution,
    ReturnStatus,
)
from ..errors import InvalidTransition, NotPermitted, Required, ResolutionNotAllowed
from ..models import Exchange, ReturnLine, VendorReturn
from ..selectors import quotes
from ..selectors.exchanges import (
    are_none_accepted,
    exchanged,
    failed,
    is_free_to_choose,
    left_to_shopper,
    live,
    newest,
    option_for,
    options_for,
    wanted_beside,
)
from ..selectors.returned import as_paid, paid_units
from ..selectors.vendor_returns import (
    EXCHANGEABLE,
    TO_BE_SENT,
    changeable_to,
    handling_role,
    is_on_its_way,
    roles_of,
)
from . import exchanges, lifecycle
from .locks import in_transaction, locked_return
from .settling import settle_if_done
from .turns import passed_on


@in_transaction
def change(
    *,
    return_line_id: UUID,
    actor: Actor,
    resolution: Resolution,
    now: datetime,
    send_back: bool | None = None,
    exchange_variant_id: Any = None,
    failed_exchange_id: UUID | None = None,
    expected: str | None = None,
) -> ReturnLine:
    """Before settlement, by the vendor or the store; the shopper is mailed the new quote.

    The shopper may, too, where the exchange could not be made. With EXCHANGE the variant that is
    wanted instead, the same one when none is named; what failed is tried again so. An order that
    was made for the exchange stays where only the way of the goods changes. Else it is cancelled,
    and a new one follows; none does for other lines that staff chose something for, as only they
    know what: if that failed, it is left to be chosen anew. `failed_exchange_id` is the exchange
    that the shopper saw fail; `expected` is `fingerprint` of the line that the actor saw.

    `send_back` False lets the shopper keep the goods, which only the store may decide, and only
    before any of them is on its way. Raises NotFound, NotPermitted, InvalidTransition,
    ResolutionNotAllowed, ExchangeUnavailable, Overtaken.
    """
    part_id = ReturnLine.objects.filter(pk=return_line_id).values_list("vendor_return", flat=True)
    part = locked_return(part_id.first(), for_actor=actor)
    line = ReturnLine.objects.select_related("shipment_line").get(pk=return_line_id)
    line.vendor_return = part
    if failed_exchange_id is not None:
        lifecycle.check_not_overtaken(part, holds=_is_failed(part, failed_exchange_id))
    role = _role(actor, part)
    if ReturnStatus(part.status) in transitions.FINAL:
        raise InvalidTransition(
            gettext("Return %(number)s is over.") % {"number": part.number}, field="id"
        )
    stays = _is_same(line, resolution, exchange_variant_id) and failed(part) is None
    if not stays and resolution not in changeable_to(part, {role}):
        raise ResolutionNotAllowed(gettext("This is not offered."), field="resolution")
    if send_back is None:
        send_back = line.send_back
    chosen = _chosen_by_staff(part)
    option = None
    if resolution is Resolution.EXCHANGE and not stays:
        _check_free(part, line, chosen, role)
        option = _option(part, line, exchange_variant_id)
    wish = _Wish(resolution, send_back, option, chosen, stays, live(part) if stays else None)
    wanted = line.exchange_variant_id if stays else wish.variant_id
    before = (line.resolution, line.send_back, line.exchange_variant_id)
    is_tried_again = option is not None  # what goes on as it was needs none
    if before == (resolution.value, send_back, wanted) and not is_tried_again:
        return line
    lifecycle.check_not_overtaken(part, holds=expected in (None, fingerprint(line)))
    _check_money(line, option, is_moved=send_back != line.send_back)
    with passed_on(part, now=now):
        _change(line, wish, actor, role, now)
    return line


@dataclass(frozen=True)
class _Wish:
    """What is to become of a line. `chosen` is what staff last chose to send for the return. With
    `stays` the line is exchanged for the same as before, else for the `option`; `standing` is the
    exchange of it, if there is one."""

    resolution: Resolution
    send_back: bool
    option: Option | None
    chosen: Exchange | None
    stays: bool
    standing: Exchange | None

    @property
    def variant_id(self) -> Any:
        return self.option.variant_id if self.option else None

    @cached_property
    def goes_on(self) -> bool:
        """The exchange need not be ordered anew, which would find its own units taken: unless it
        was let go for goods that are to come back after all."""
        if self.standing is None:
            return False
        is_let_go = self.standing.status == ExchangeStatus.RELEASED.value
        waits_for_goods = self.standing.release_rule != ExchangeRelease.ON_ACCEPT.value
        is_given_up = waits_for_goods or exchanges.is_sent(self.standing.vendor_return)
        return not (self.send_back and is_let_go and is_given_up)


def _change(line: ReturnLine, wish: _Wish, actor: Actor, role: ActorKind, now: datetime) -> None:
    part, option, send_back = line.vendor_return, wish.option, wish.send_back
    is_withdrawn = False
    is_changed = not wish.goes_on and (line.is_exchanged or option is not None)
    if is_changed and not _are_others_left_to_shopper(line, wish):
        is_withdrawn = live(part) is not None
        exchanges.withdraw_of(part, actor=actor, role=role)
    is_moved = send_back != line.send_back
    if is_moved:
        _check_send_back(part, line, actor)
        if send_back and ReturnStatus(part.status) in TO_BE_SENT:
            _freeze_address(part)
        is_kept_and_accepted = not send_back and ReturnStatus(part.status) in TO_BE_SENT
        line.payable = line.accepted if is_kept_and_accepted else 0
    line.resolution = wish.resolution.value
    line.send_back = send_back
    if not wish.stays:
        line.exchange_variant_id = wish.variant_id
        line.exchange_name = option.name if option else ""
        line.exchange_difference = option.difference if option else ZERO
    line.save(
        update_fields=[
            "resolution",
            "send_back",
            "payable",
            "exchange_variant",
            "exchange_name",
            "exchange_difference",
        ]
    )
    if is_moved:
        _give_time(part, is_asked_to_send=send_back, now=now)
    record(line, actor=actor, role=role)
    if wish.goes_on:
        exchanges.release_if_due(part, part.lines.all(), now=now)
    elif ReturnStatus(part.status) in EXCHANGEABLE and (is_withdrawn or option is not None):
        _begin(part, line, wish, actor=actor)
    _follow(part, actor, now)
    if is_moved:
        exchanges.tell_owed(part, part.lines.select_related("shipment_line"))
    settle_if_done(part, now=now)


def record(
    line: ReturnLine, *, actor: Actor, role: ActorKind, instead: str = "", code: str = ""
) -> None:
    """Say what the line, which comes with its return, became: people are mailed it, unless by its
    `code` it is told otherwise. `instead` is what comes for it, where the line cannot say it."""
    part = line.vendor_return
    lifecycle.record_event(
        part.request,
        EventKind.RESOLUTION_CHANGED,
        actor=actor,
        role=role,
        vendor_return=part,
        is_override=role is ActorKind.MERCHANT,
        data={
            "return_line": str(line.pk),
            "resolution": line.resolution,
            "send_back": line.send_back,
            "exchange_name": instead or line.exchange_name,
            "code": code,
            "quote": quote_rules.snapshot(quotes.expected(part)),
        },
    )


def fingerprint(line: ReturnLine) -> str:
    """What becomes of it, to be compared."""
    goods = "yes" if line.send_back else "no"
    return f"{line.resolution}/{goods}/{line.exchange_variant_id or ''}"


def _chosen_by_staff(part: VendorReturn) -> Exchange | None:
    """The newest exchange, where staff chose what it sends."""
    exchange = newest(part)
    if exchange is None or not exchange.is_by_staff:
        return None
    exchange.vendor_return = part
    return exchange


def _is_same(line: ReturnLine, resolution: Resolution, variant_id: Any) -> bool:
    """It is exchanged for what it was to be: only where its goods go may change."""
    is_same = variant_id is None or variant_id == line.exchange_variant_id
    return line.is_exchanged and resolution is Resolution.EXCHANGE and is_same


def _check_free(
    part: VendorReturn, line: ReturnLine, chosen: Exchange | None, role: ActorKind
) -> None:
    """Raises InvalidTransition where only a new exchange by staff can send something else."""
    if is_free_to_choose(
        line,
        part.lines.all(),
        is_staffs=chosen is not None,
        has_price=chosen is not None and chosen.difference > 0,
        is_merchant=role is ActorKind.MERCHANT,
    ):
        return
    raise InvalidTransition(
        gettext(
            "The store's staff chose what is sent for return %(number)s. For something else they "
            "cancel that, and make a new exchange."
        )
        % {"number": part.number},
        field="resolution",
    )


def _begin(part: VendorReturn, line: ReturnLine, wish: _Wish, *, actor: Actor) -> None:
    """Order what is wanted now. What staff chose for other lines these do not say; what was given
    up stays so."""
    own = list(part.lines.select_related("shipment_line"))
    if wish.stays:
        if wish.standing is not None:
            exchanges.again(wish.standing, actor=actor)
    elif wish.chosen is None or all(each.pk == line.pk for each in exchanged(own)):
        exchanges.begin(part, own, actor=actor)


def _are_others_left_to_shopper(line: ReturnLine, wish: _Wish) -> bool:
    """What staff chose for other lines failed as well, and the shopper chooses for these, too."""
    if wish.chosen is None or wish.option is not None:
        return False
    part = line.vendor_return
    others = [each for each in exchanged(part.lines.all()) if each.pk != line.pk]
    is_wanting = bool(others) and not are_none_accepted(others)
    return is_wanting and left_to_shopper(part) is not None


def _check_money(line: ReturnLine, option: Option | None, *, is_moved: bool) -> None:
    """Raises InvalidTransition once units are paid back. A difference that was paid for something
    cheaper stays paid: the rest of the price goes back, or something else that costs as much."""
    paid = paid_units([line.pk])[line.pk]
    if paid.whole or (paid.touched and is_moved):
        raise InvalidTransition(gettext("Units of this item are paid back already."), field="id")
    if option is not None and not as_paid([option], line.pk, paid):
        raise InvalidTransition(
            gettext(
                "A difference was paid back for this item already: only what costs as much, or the "
                "rest of the money, can be had for it."
            ),
            field="exchange_variant_id",
        )


def _option(part: VendorReturn, line: ReturnLine, variant_id: Any) -> Option:
    """Raises ExchangeUnavailable."""
    sold = line.shipment_line
    offered = options_for(part.request.record, [line], at_any_price=True)[sold.pk]
    option = option_for(offered, variant_id or line.wanted_variant_id)
    before = wanted_beside([line]).get(line.pk, {}).get(option.variant_id, 0) if option else 0
    option = exchanges.checked_option(option, units=line.accepted, index=None, before=before)
    others = part.lines.filter(resolution=Resolution.EXCHANGE.value).exclude(pk=line.pk)
    with_it = [
        Option(each.exchange_variant_id, each.exchange_name, "", each.exchange_difference, 0)
        for each in others
        if each.accepted
    ]
    exchanges.check_one_price(option, with_it, index=None)
    return option


def _is_failed(part: VendorReturn, exchange_id: UUID) -> bool:
    exchange = left_to_shopper(part)
    return exchange is not None and exchange.pk == exchange_id


def _role(actor: Actor, part: VendorReturn) -> ActorKind:
    role = handling_role(actor, part)
    if role in (ActorKind.MERCHANT, ActorKind.VENDOR):
        return role
    if ActorKind.SHOPPER in roles_of(actor, part) and left_to_shopper(part) is not None:
        return ActorKind.SHOPPER
    raise NotPermitted(gettext("Only the vendor or the store's staff may change this."), field="id")


def _check_send_back(part: VendorReturn, line: ReturnLine, actor: Actor) -> None:
    if not actor.is_merchant:
        raise NotPermitted(
            gettext("Only the store may let a shopper keep goods."), field="send_back"
        )
    if is_on_its_way(part, line):
        raise InvalidTransition(
            gettext("These goods are on their way, or have arrived: this can no longer change."),
            field="send_back",
        )


def _freeze_address(part: VendorReturn) -> None:
    """A return that was accepted without one, as nothing was to be sent, needs an address now."""
    if is_complete(part.return_address or {}):
        return
    if not is_complete(part.vendor.return_address):
        raise Required(
            gettext("%(name)s has no return address.") % {"name": part.vendor.name},
            field="send_back",
        )
    part.return_address = address(part.vendor.return_address)
    part.save(update_fields=["return_address"])


def _give_time(part: VendorReturn, *, is_asked_to_send: bool, now: datetime) -> None:
    """All the time for whoever acts next: the shopper with more to send, or the vendor who has
    only to pay."""
    status = ReturnStatus(part.status)
    is_more_to_come = any(line.expected for line in part.lines.all())
    is_only_to_pay = status is ReturnStatus.ACCEPTED and not is_more_to_come
    if status in TO_BE_SENT and (is_asked_to_send or is_only_to_pay):
        lifecycle.restart_waiting(part, now=now, is_more_to_come=is_more_to_come)


def _follow(part: VendorReturn, actor: Actor, now: datetime) -> None:
    """All else had arrived: with nothing more to come, the goods are complete."""
    is_waiting = ReturnStatus(part.status) is ReturnStatus.PARTIALLY_RECEIVED
    if is_waiting and not any(line.expected for line in part.lines.all()):
        lifecycle.move(part, Move.CLOSE, actor=actor, now=now)
        exchanges.release_if_due(part, part.lines.all(), now=now)
        settle_if_done(part, now=now)
