"""One shipment: what goes where, and how it went."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import ShipmentStatus
from ...models import Label, VendorReturn, VendorShipment
from ...selectors import labels
from ...selectors.replacements import held_though_arrived, replaced_by
from ...selectors.shipments import tracking_sent, units_waiting
from ...selectors.staff_exchanges import units_of_shipment
from ...web import addresses, formats
from ...web.forms import Field, Problems
from ...web.labels import LabelView, label_view
from ...web.notices import Notice
from ...web.page import page, render
from ...web.shell import shell_of
from ...web.tracking import TrackingView, tracking_view
from ...web.words import held_until, word
from .. import access, fulfil_form, label_form, parcels
from ..forms import Typed
from ..fulfil_form import FulfilForm
from ..label_form import LabelForm
from ..parcels import ParcelView
from ..rows import RowView, row_views
from ..session import NOTICES, Me, for_member, me

_TO_SEND = (ShipmentStatus.OPEN, ShipmentStatus.PARTIALLY_FULFILLED)


@dataclass(frozen=True)
class ItemView:
    name: str
    sku: str
    quantity: int
    shipped: int
    taken_back: int
    waiting: int
    """Units that somebody has to approve in Saleor before they leave."""


@dataclass(frozen=True)
class ReplacedView:
    """A return whose goods the shipment replaces."""

    id: UUID
    number: str


@dataclass(frozen=True)
class ShipmentView:
    me: Me
    id: UUID
    number: str
    order_number: str
    vendor: str
    status: str
    status_key: str
    hold_reason: str
    is_held: bool
    is_replacement: bool
    replaced: ReplacedView | None
    """None for those who may not see that return, too."""
    placed: str
    fulfilled: str
    delivered: str
    address: tuple[str, ...]
    items: tuple[ItemView, ...]
    parcels: tuple[ParcelView, ...]
    old_tracking: tuple[TrackingView, ...]
    """Of parcels that Saleor has no more: all of it came back."""
    waiting_tracking: tuple[TrackingView, ...]
    """Of parcels that somebody has to approve in Saleor before they leave."""
    returns: tuple[RowView, ...]
    can_exchange: bool
    """Staff may send something else for units that nobody returns."""
    label: LabelView | None
    label_form: LabelForm | None
    fulfil: FulfilForm | None
    only_waits: bool
    """Somebody has to approve all that is left, so that there is nothing to record."""
    delivered_at: Field | None
    last_day: str
    notice: Notice | None
    problems: Problems


@page("GET")
@for_member
def shipment(request: HttpRequest, actor: Actor, shipment_id: UUID) -> HttpResponse:
    return show(request, actor, access.shipment(actor, shipment_id))


def show(
    request: HttpRequest,
    actor: Actor,
    row: VendorShipment,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with one of its forms as it was typed."""
    typed = typed or Typed()
    state = ShipmentStatus(row.status)
    lines = list(row.lines.all())
    waiting = units_waiting(row) if state in _TO_SEND else {}
    replaced = replaced_by(row.record)
    is_sent = row.fulfilled_at is not None
    found = parcels.views_of(row, typed) if is_sent else ()
    may_fulfil = _may_fulfil(row, state, lines, waiting)
    label = labels.of_shipment(row)
    label_url = reverse("returns:console-shipment-label-file", args=[row.pk])
    day = timezone.localdate(row.delivered_at).isoformat() if row.delivered_at else ""
    data = ShipmentView(
        me=me(actor),
        id=row.pk,
        number=row.number,
        order_number=row.record.number,
        vendor=row.vendor.name,
        status=word(state),
        status_key=row.status,
        hold_reason=held_until(row.hold_reason, is_arrived=bool(held_though_arrived([row]))),
        is_held=state is ShipmentStatus.HELD,
        is_replacement=replaced is not None,
        replaced=_replaced(replaced, actor) if replaced else None,
        placed=formats.day(row.record.placed_at),
        fulfilled=formats.day(row.fulfilled_at),
        delivered=formats.day(row.delivered_at),
        address=addresses.lines(row.record.shipping_address),
        items=tuple(
            ItemView(
                line.name,
                line.sku,
                line.quantity,
                line.quantity_fulfilled,
                line.quantity_taken_back,
                waiting.get(line.pk, 0),
            )
            for line in lines
        ),
        parcels=found,
        old_tracking=_tracking(tracking_sent(row), found),
        waiting_tracking=_tracking([t for t in row.tracking if t.get("waiting")], found),
        returns=_returns(row, actor),
        can_exchange=actor.is_merchant and bool(units_of_shipment(row.record, lines)),
        label=label_view(label, label_url),
        label_form=label_form.form_of(typed, label, is_return=False)
        if labels.takes_label(row)
        else None,
        fulfil=fulfil_form.form_of(lines, waiting, typed, _tracking_of(label, row))
        if may_fulfil
        else None,
        only_waits=bool(waiting) and not may_fulfil,
        delivered_at=typed.field("delivered-delivered_at", day) if is_sent else None,
        last_day=formats.today(),
        notice=_notice(NOTICES.of(request), row, bool(waiting)) if not typed.problems else None,
        problems=typed.problems,
    )
    shell = shell_of(row.record.channel)
    response = render(request, "console/shipment.html", data, shell=shell, status=status)
    NOTICES.forget(request, response)
    return response


def _replaced(part: VendorReturn, actor: Actor) -> ReplacedView | None:
    is_seen = access.parts(actor).filter(pk=part.pk).exists()
    return ReplacedView(part.pk, part.number) if is_seen else None


def _tracking(
    rows: Iterable[dict[str, Any]], found: tuple[ParcelView, ...]
) -> tuple[TrackingView, ...]:
    """Without what stands beside its parcel."""
    known = {parcel.tracking.number for parcel in found if parcel.tracking}
    return tuple(tracking_view(each) for each in rows if each["number"] not in known)


def _tracking_of(label: Label | None, row: VendorShipment) -> dict[str, str | None]:
    """What its label says of the parcel that leaves next, unless that is recorded already."""
    if label is None or not label.number or label.number in {t["number"] for t in row.tracking}:
        return {}
    return {"carrier": label.carrier, "number": label.number}


def _may_fulfil(
    row: VendorShipment, state: ShipmentStatus, lines: list, waiting: dict[UUID, int]
) -> bool:
    is_known = row.record.order_id is not None
    return state in _TO_SEND and is_known and any(fulfil_form.left(line, waiting) for line in lines)


def _returns(row: VendorShipment, actor: Actor) -> tuple[RowView, ...]:
    rows = access.parts(actor).filter(shipment=row).order_by("created_at", "pk")
    return row_views(rows.prefetch_related("lines__shipment_line"), timezone.now())


def _notice(left: str, row: VendorShipment, is_waiting: bool) -> Notice | None:
    key, _colon, done = left.partition(":")
    text = {
        "label": _("The label is attached."),
        "fulfil": _("Recorded in Saleor, where somebody has to approve it before it is sent.")
        if is_waiting
        else _("Recorded in Saleor as sent."),
        "tracking": _("The tracking is saved."),
        "delivered": _("The day of delivery is saved."),
    }.get(done)
    return Notice(text) if text and key == str(row.pk) else None
