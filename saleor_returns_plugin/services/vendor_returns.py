"""What the vendor decides on its part, and what staff and shopper change of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from ..domain.actors import SYSTEM, Actor
from ..domain.addresses import address, is_complete
from ..domain.requested import DeclinedUnits, Tracking
from ..enums import ActorKind, EventKind, Move, ReturnStatus
from ..errors import (
    InvalidInput,
    InvalidTransition,
    NotFound,
    QuantityExceedsReturnable,
    Required,
)
from ..models import ReturnLine, VendorReturn
from ..selectors.events import REPLACEMENT_CANCELLED
from ..selectors.notifications import WITH_RETURN
from ..selectors.returned import is_anything_refunded, lines_not_free
from ..selectors.vendor_returns import lacks_address
from . import carriers, exchanges, labels, lifecycle, positions
from .labels import GivenLabel
from .locks import in_transaction, locked_return
from .texts import clean_address, clean_text, required_reason, web_address

__all__ = ["DeclinedUnits", "Tracking", "accept", "add_tracking", "decline", "reopen"]

_LONGEST_TRACKING = 200


@in_transaction
def accept(
    *,
    vendor_return_id: UUID,
    actor: Actor,
    now: datetime,
    return_address: Mapping[str, str] | None = None,
    return_instructions: str | None = None,
    label: GivenLabel | None = None,
    declined: Sequence[DeclinedUnits] = (),
    note: str = "",
    expected: ReturnStatus | None = None,
) -> VendorReturn:
    """Take the goods back: freezes address and instructions, then tells the shopper.

    `return_address` and `return_instructions` are for this one return; the vendor's own when
    left out. `label` is prepaid, for the shopper to stick on. `declined` units are refused, as in
    `return_requests.approve`. `expected` is the status that the actor saw. Raises
    Required(return_address) when there is none to send to, Overtaken.
    """
    part = locked_return(vendor_return_id, for_actor=actor)
    lifecycle.check_expected(part, expected)
    _, role = lifecycle.check(part, Move.ACCEPT, actor=actor)
    rest = decline_units([part], declined, actor=actor, role=role, now=now)
    if rest:
        _accept(
            part,
            actor=actor,
            now=now,
            to=clean_address(return_address) if return_address is not None else None,
            instructions=return_instructions,
            note=clean_text(note, field="note"),
        )
        if label is not None:
            labels.attach(part, label)
    return part


@in_transaction
def decline(
    *,
    vendor_return_id: UUID,
    actor: Actor,
    reason: str,
    now: datetime,
    expected: ReturnStatus | None = None,
) -> VendorReturn:
    """Refuse the part, with a reason for the shopper.

    `expected` is the status that the actor saw. Raises Overtaken when it is another by now.
    """
    part = locked_return(vendor_return_id, for_actor=actor)
    lifecycle.check_expected(part, expected)
    decline_part(part, actor=actor, reason=required_reason(reason), now=now)
    return part


@in_transaction
def reopen(
    *,
    vendor_return_id: UUID,
    actor: Actor,
    reason: str,
    now: datetime,
    expected: ReturnStatus | None = None,
) -> VendorReturn:
    """Undo a decline, while its units are still free. Time to act starts anew.

    `expected` is the status that the actor saw. Raises Overtaken, and QuantityExceedsReturnable
    when a newer return holds the units by now.
    """
    part = locked_return(vendor_return_id, for_actor=actor)
    lifecycle.check_expected(part, expected)
    text = required_reason(reason, is_for_vendor=True)
    lifecycle.check(part, Move.REOPEN, actor=actor)
    lines = list(part.lines.select_related("shipment_line"))
    taken = lines_not_free(lines)
    if taken:
        raise QuantityExceedsReturnable(
            gettext("%(item)s is in a newer return by now; continue there.")
            % {"item": taken[0].shipment_line.product_name},
            field="id",
        )
    positions.hold(lines)
    ReturnLine.objects.bulk_update(lines, ["positions"])
    part.decline_reason = ""
    changed = ["decline_reason"]
    lifecycle.move(part, Move.REOPEN, actor=actor, message=text, now=now, changed=changed)
    if ReturnStatus(part.status) is ReturnStatus.APPROVED:
        after_approval(part, now=now)
    return part


@in_transaction
def add_tracking(
    *,
    vendor_return_id: UUID,
    actor: Actor,
    tracking: Tracking,
    now: datetime,
    expected: str | None = None,
) -> VendorReturn:
    """The goods are on their way; said again, it corrects what was said before.

    `expected` is the number that the actor saw, blank for none. Raises InvalidInput,
    Required(number), Overtaken, InvalidTransition where all stays with the shopper.
    """
    part = locked_return(vendor_return_id, for_actor=actor)
    if expected is not None and part.tracking != tracking_values(tracking):
        shown = (part.tracking or {}).get("number") or ""
        lifecycle.check_not_overtaken(part, holds=shown == expected)
    lifecycle.check(part, Move.TRACK, actor=actor)
    lines = list(part.lines.all())
    if not any(line.expected for line in lines):
        raise InvalidTransition(
            gettext("Nothing of return %(number)s is to be sent back.") % {"number": part.number},
            field="id",
        )
    values = tracking_values(tracking)
    if part.tracking == values:
        return part
    part.tracking = values
    number = part.tracking["number"]
    lifecycle.move(part, Move.TRACK, actor=actor, message=number, now=now, changed=["tracking"])
    exchanges.release_if_due(part, lines, now=now)
    return part


def tracking_values(given: Tracking) -> dict[str, str | None]:
    """As rows keep it; with the carrier's own link where none is given and the carrier is known.

    Raises InvalidInput, Required(number).
    """
    values = {}
    for name, text in (("carrier", given.carrier), ("number", given.number)):
        values[name] = clean_text(text, field=name)
        if len(values[name]) > _LONGEST_TRACKING:
            raise InvalidInput(
                gettext("At most %(most)s characters.") % {"most": _LONGEST_TRACKING}, field=name
            )
    if not values["number"]:
        raise Required(gettext("Give the parcel's tracking number."), field="number")
    if given.url:
        return {**values, "url": web_address(given.url, field="url")}
    return {**values, "url": carriers.tracking_url(values["carrier"], values["number"])}


def decline_units(
    parts: Sequence[VendorReturn],
    declined: Sequence[DeclinedUnits],
    *,
    actor: Actor,
    role: ActorKind,
    now: datetime,
) -> list[VendorReturn]:
    """Refuse some units of parts whose order is locked; answers the parts of which some are left.

    A part of which none are left is declined as a whole, and could be reopened.
    """
    lines = {line.pk: line for line in _lines(parts)} if declined else {}
    _check_declined(declined, lines)
    by_part: dict[UUID, list[DeclinedUnits]] = {}
    for item in declined:
        by_part.setdefault(lines[item.return_line_id].vendor_return_id, []).append(item)
    rest = []
    for part in parts:
        own = by_part.get(part.pk, [])
        own_lines = [line for line in lines.values() if line.vendor_return_id == part.pk]
        refused = {item.return_line_id: item.quantity for item in own}
        if own and all(refused.get(line.pk, 0) == line.accepted for line in own_lines):
            reasons = dict.fromkeys(item.reason.strip() for item in own)
            decline_part(part, actor=actor, reason="\n".join(reasons), now=now)
            continue
        if own:
            _decline_some(part, own, lines, actor, role)
        rest.append(part)
    return rest


def decline_part(part: VendorReturn, *, actor: Actor, reason: str, now: datetime) -> None:
    """The order's lock is held."""
    part.decline_reason = reason
    changed = ["decline_reason"]
    lifecycle.move(part, Move.DECLINE, actor=actor, message=reason, now=now, changed=changed)


def cancel_part(part: VendorReturn, *, actor: Actor, now: datetime) -> None:
    """The order's lock is held. Raises InvalidTransition once money went back, or a replacement
    was sent."""
    _, role = lifecycle.check(part, Move.CANCEL, actor=actor)
    if is_anything_refunded(part):
        raise InvalidTransition(
            gettext("Return %(number)s is paid back in part: it cannot be cancelled.")
            % {"number": part.number},
            field="id",
        )
    # Of what nobody asked for, people know the exchange alone: its end is told, not the return's.
    is_told_so = role is ActorKind.MERCHANT and exchanges.is_nothing_else(part)
    exchanges.withdraw_of(part, actor=actor, role=role, code="" if is_told_so else WITH_RETURN)
    why = {"code": REPLACEMENT_CANCELLED} if is_told_so else None
    lifecycle.move(part, Move.CANCEL, actor=actor, now=now, data=why)
    # What the shopper was to keep is not paid any more.
    part.lines.filter(send_back=False, payable__gt=0).update(payable=0)


def after_approval(part: VendorReturn, *, now: datetime) -> None:
    """Accept at once where the vendor wants that; without an address it cannot, and is told."""
    if lacks_address(part):
        lifecycle.record_event(
            part.request,
            EventKind.ADDRESS_MISSING,
            actor=SYSTEM,
            role=ActorKind.SYSTEM,
            vendor_return=part,
        )
    elif part.vendor.auto_accept_returns:
        accept_automatically(part, now=now)


def accept_automatically(part: VendorReturn, *, now: datetime, for_silence: bool = False) -> None:
    """To the vendor's own address. The order's lock is held. `for_silence`: the vendor let its
    time pass, rather than wanting it so."""
    _accept(part, actor=SYSTEM, now=now, data={"for_silence": for_silence})


def accept_kept(
    part: VendorReturn, *, actor: Actor, now: datetime, data: dict[str, Any] | None = None
) -> None:
    """An approved return of which nothing is to be sent, for an exchange that the caller makes."""
    _accept(part, actor=actor, now=now, data=data, begins_exchange=False)


def pay_kept_units(lines: Sequence[ReturnLine]) -> None:
    """What the shopper keeps of an accepted return is payable at once."""
    for line in lines:
        if not line.send_back:
            line.payable = line.accepted
    ReturnLine.objects.bulk_update(lines, ["payable"])


def _accept(
    part: VendorReturn,
    *,
    actor: Actor,
    now: datetime,
    to: dict[str, str] | None = None,
    instructions: str | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
    begins_exchange: bool = True,
) -> None:
    lines = list(part.lines.select_related("shipment_line"))
    to = part.vendor.return_address if to is None else to
    if not is_complete(to) and any(line.is_sent_back for line in lines):
        raise Required(
            gettext(
                "%(name)s has no return address: give one with street or company, city and country."
            )
            % {"name": part.vendor.name},
            field="return_address",
        )
    part.return_address = address(to)
    part.return_instructions = (
        part.vendor.return_instructions
        if instructions is None
        else clean_text(instructions, field="return_instructions")
    )
    lifecycle.move(
        part,
        Move.ACCEPT,
        actor=actor,
        message=note,
        data=data,
        now=now,
        changed=["return_address", "return_instructions"],
        is_more_to_come=any(line.expected for line in lines),
    )
    if any(not line.send_back for line in lines):
        pay_kept_units(lines)
    if begins_exchange:
        exchanges.begin(part, lines, actor=actor)


def _lines(parts: Sequence[VendorReturn]) -> list[ReturnLine]:
    return list(ReturnLine.objects.filter(vendor_return__in=parts).select_related("shipment_line"))


def _check_declined(declined: Sequence[DeclinedUnits], lines: Mapping[UUID, ReturnLine]) -> None:
    seen = set()
    for index, item in enumerate(declined):
        line = lines.get(item.return_line_id)
        if line is None:
            raise NotFound(
                gettext("This item is not in what you decide on."),
                field="return_line_id",
                index=[index],
            )
        if item.return_line_id in seen:
            raise InvalidInput(
                gettext("This item stands here twice."), field="declined", index=[index]
            )
        seen.add(item.return_line_id)
        if item.quantity < 1:
            raise InvalidInput(
                gettext("Decline at least one unit."), field="quantity", index=[index]
            )
        if item.quantity > line.accepted:
            raise QuantityExceedsReturnable(
                gettext("Only %(most)s of %(item)s can be declined.")
                % {"most": line.accepted, "item": line.shipment_line.product_name},
                field="quantity",
                index=[index],
            )
        if not clean_text(item.reason, field="reason", index=index):
            raise Required(
                gettext("Say why; the shopper will read it."), field="reason", index=[index]
            )


def _decline_some(
    part: VendorReturn,
    declined: Sequence[DeclinedUnits],
    lines: Mapping[UUID, ReturnLine],
    actor: Actor,
    role: ActorKind,
) -> None:
    for item in declined:
        lines[item.return_line_id].declined += item.quantity
    changed = [lines[item.return_line_id] for item in declined]
    positions.hold(changed)
    ReturnLine.objects.bulk_update(changed, ["declined", "positions"])
    tell_declined(part, declined, actor=actor, role=role)


def tell_declined(
    part: VendorReturn,
    declined: Sequence[DeclinedUnits],
    *,
    actor: Actor,
    role: ActorKind,
    code: str = "",
) -> None:
    """Record which units are free again and why; the shopper reads it.

    `role` is that in which the actor decides, as `lifecycle.check` answers it. `code` says why
    where nobody gave a reason.
    """
    lifecycle.record_event(
        part.request,
        EventKind.UNITS_DECLINED,
        actor=actor,
        role=role,
        vendor_return=part,
        message="\n".join(dict.fromkeys(item.reason.strip() for item in declined)),
        data={
            **({"code": code} if code else {}),
            "lines": [
                {
                    "return_line": str(item.return_line_id),
                    "quantity": item.quantity,
                    "reason": item.reason.strip(),
                }
                for item in declined
            ],
        },
    )
