"""One return as its page tells it: goods, money and history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from ..domain import transitions
from ..domain.actors import Actor
from ..enums import ActorKind, EventKind, Resolution, ReturnStatus
from ..models import ReturnEvent, ReturnLine, VendorReturn
from ..selectors.declined import Declined
from ..selectors.events import is_nothing_owed, message_of, other_goods
from ..selectors.foreign_goods import naming_foreign
from ..selectors.returned import units_in_conflict
from ..web import formats
from ..web.exchange_options import each
from ..web.words import word


@dataclass(frozen=True)
class DeclinedView:
    quantity: int
    reason: str


@dataclass(frozen=True)
class ItemView:
    """`due`: units that are payable and not paid yet."""

    name: str
    sku: str
    quantity: int
    declined: int
    why_declined: tuple[DeclinedView, ...]
    received: int
    missing: int
    due: int
    paid: int
    is_kept: bool
    reason: str
    note: str
    resolution: str
    instead: str
    """What is wanted in exchange."""


@dataclass(frozen=True)
class EventView:
    what: str
    who: str
    moment: str
    message: str
    is_override: bool


def item_view(
    line: ReturnLine,
    declined: Mapping[UUID, Sequence[Declined]],
    paid: Mapping[UUID, int],
    instead: Mapping[UUID, str],
    foreign: Collection[UUID] = (),
) -> ItemView:
    """`paid`: return line id -> units paid back, or on their way; `instead`: what is sent for it,
    where staff chose that, as the reader may know it. `foreign`: lines for which they may not know
    what is wanted."""
    sold = line.shipment_line
    back = paid.get(line.pk, 0)
    return ItemView(
        name=sold.name,
        sku=sold.sku,
        quantity=line.quantity,
        declined=line.declined,
        why_declined=tuple(
            DeclinedView(item.quantity, item.reason) for item in declined.get(line.pk, ())
        ),
        received=line.received,
        missing=line.missing,
        due=max(line.payable - back, 0) if line.is_paid_back else 0,
        paid=back,
        is_kept=not line.send_back,
        reason=line.reason_label,
        note=line.note,
        resolution=word(Resolution(line.resolution)),
        instead=_instead(line, instead, foreign),
    )


def _instead(line: ReturnLine, instead: Mapping[UUID, str], foreign: Collection[UUID]) -> str:
    """With what it costs the shopper more, or gives back."""
    currency = line.vendor_return.request.record.currency
    if not line.is_exchanged:
        return ""
    wanted = other_goods() if line.pk in foreign else line.exchange_name
    name = instead.get(line.pk, wanted)
    price = each(line.exchange_difference, line.accepted, currency) if name else ""
    return " · ".join(text for text in (name, price) if text)


def conflicts(part: VendorReturn) -> tuple[str, ...]:
    """Where Saleor's own order says something else than this return, as long as it runs."""
    found = []
    if ReturnStatus(part.status) in transitions.FINAL:
        return ()
    if part.request.record.is_cancelled:
        found.append(
            _(
                "The order was cancelled in Saleor. Check there what was paid back already before "
                "you pay anything here."
            )
        )
    lines = list(part.lines.all())
    units = units_in_conflict(line.shipment_line_id for line in lines)
    for line in lines:
        if count := units.get(line.shipment_line_id):
            found.append(
                _(
                    "Staff took units back in Saleor itself, or they never left: %(count)s of "
                    "%(name)s in returns can no longer come back. Decline, cancel or close "
                    "what is too much."
                )
                % {"count": count, "name": line.shipment_line.name}
            )
    return tuple(found)


def event_views(part: VendorReturn, actor: Actor) -> tuple[EventView, ...]:
    """Of this part, and of its request as a whole; nothing of the parts beside it."""
    rows = ReturnEvent.objects.filter(
        Q(vendor_return=part) | Q(request=part.request, vendor_return=None)
    )
    events = list(rows.order_by("created_at", "pk"))
    foreign = set() if actor.is_merchant else naming_foreign(events)
    return tuple(_event(row, actor, hides_goods=row.pk in foreign) for row in events)


def _event(row: ReturnEvent, actor: Actor, *, hides_goods: bool) -> EventView:
    kind = ActorKind(row.actor_kind)
    # Who the shopper or a member of staff is by name, a vendor need not know.
    is_named = row.actor_name and (actor.is_merchant or kind is ActorKind.VENDOR)
    return EventView(
        what=_("Nothing is owed for the exchange any more")
        if is_nothing_owed(row)
        else word(EventKind(row.kind)),
        who=f"{row.actor_name} ({word(kind)})" if is_named else word(kind),
        moment=formats.moment(row.created_at),
        message=message_of(row, hides_goods=hides_goods),
        is_override=row.is_override,
    )
