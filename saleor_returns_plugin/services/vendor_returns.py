"""What the vendor decides on its part."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ..domain.actors import SYSTEM, Actor
from ..domain.addresses import address, is_complete
from ..domain.policy import Policy
from ..enums import Move
from ..errors import Required
from ..models import VendorReturn
from . import lifecycle, notifications
from .locks import locked_return
from .texts import clean_text, required_reason


@transaction.atomic
def accept(
    *,
    vendor_return_id: UUID,
    actor: Actor,
    now: datetime,
    return_address: Mapping[str, str] | None = None,
    return_instructions: str | None = None,
    note: str = "",
) -> VendorReturn:
    """Take the goods back: freezes address and instructions, then tells the shopper.

    `return_address` and `return_instructions` are for this one return; the vendor's own when
    left out. Raises Required(return_address) when there is none to send to.
    """
    part = locked_return(vendor_return_id, for_actor=actor)
    _accept(
        part,
        actor=actor,
        now=now,
        to=address(return_address) if return_address is not None else None,
        instructions=return_instructions,
        note=clean_text(note, field="note"),
    )
    return part


@transaction.atomic
def decline(*, vendor_return_id: UUID, actor: Actor, reason: str, now: datetime) -> VendorReturn:
    """Refuse the part, with a reason for the shopper."""
    part = locked_return(vendor_return_id, for_actor=actor)
    decline_part(part, actor=actor, reason=required_reason(reason))
    return part


def decline_part(part: VendorReturn, *, actor: Actor, reason: str) -> None:
    """The order's lock is held."""
    lifecycle.move(part, Move.DECLINE, actor=actor, message=reason)
    part.decline_reason = reason
    part.save(update_fields=["decline_reason"])
    notifications.notify("return_declined_shopper", part.pk)


def after_approval(part: VendorReturn, *, now: datetime) -> None:
    """Accept at once where the vendor wants that and has an address; else ask it."""
    vendor = part.vendor
    if vendor.auto_accept_returns and is_complete(vendor.return_address):
        _accept(part, actor=SYSTEM, now=now)
    else:
        notifications.notify("return_approved_vendor", part.pk)


def _accept(
    part: VendorReturn,
    *,
    actor: Actor,
    now: datetime,
    to: dict[str, str] | None = None,
    instructions: str | None = None,
    note: str = "",
) -> None:
    to = part.vendor.return_address if to is None else to
    lifecycle.move(part, Move.ACCEPT, actor=actor, message=note)
    if not is_complete(to):
        raise Required(
            f"{part.vendor.name} has no return address: give one with street, city and country.",
            field="return_address",
        )
    part.return_address = address(to)
    part.return_instructions = (
        part.vendor.return_instructions
        if instructions is None
        else clean_text(instructions, field="return_instructions")
    )
    days = Policy.from_snapshot(part.policy_snapshot).send_back_days
    part.due_at = now + timedelta(days=days)
    part.save(update_fields=["return_address", "return_instructions", "due_at"])
    notifications.notify("return_accepted_shopper", part.pk)
