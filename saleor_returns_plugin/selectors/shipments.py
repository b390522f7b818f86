"""The order as the shopper can return it, and the parcels in which it left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from .. import host
from ..domain import eligibility, windows
from ..domain.policy import Policy
from ..enums import OrderState, Resolution
from ..models import OrderRecord, ReturnLine, VendorShipment, VendorShipmentLine
from .policies import policies_for
from .returned import lines_in_returns, units_of


@dataclass(frozen=True)
class ReturnableLine:
    """`until` is the last moment that counts; `refusal` says why nothing can be returned."""

    line: VendorShipmentLine
    returnable_quantity: int
    until: datetime | None
    refusal: eligibility.Refusal | None
    resolutions: tuple[Resolution, ...]
    policy: Policy


@dataclass(frozen=True)
class ReturnableShipment:
    shipment: VendorShipment
    lines: tuple[ReturnableLine, ...]


@dataclass(frozen=True)
class ReturnableOrder:
    """`returned`: what was asked for so far, as `lines_in_returns` reads it."""

    record: OrderRecord
    shipments: tuple[ReturnableShipment, ...]
    returned: Sequence[ReturnLine]

    @property
    def request_count(self) -> int:
        """Requests made so far, whatever became of them."""
        return len({line.vendor_return.request_id for line in self.returned})

    @property
    def by_id(self) -> dict[UUID, tuple[VendorShipmentLine, Policy]]:
        """Its lines, each with the policy for it."""
        return {ln.line.pk: (ln.line, ln.policy) for s in self.shipments for ln in s.lines}

    def line(self, line_id: object) -> ReturnableLine | None:
        return next(
            (line for s in self.shipments for line in s.lines if line.line.pk == line_id), None
        )


@dataclass(frozen=True)
class Parcel:
    """One fulfilment of Saleor's with goods of a shipment; `tracking` is None until it is known."""

    id: str
    sent_at: datetime
    tracking: Mapping[str, str | None] | None
    items: tuple[str, ...]


def parcels_of(shipment: VendorShipment) -> tuple[Parcel, ...]:
    """As Saleor has them now, oldest first."""
    order_id = shipment.record.order_id
    facts = host.current.order_facts(order_id) if order_id is not None else None
    names = {line.order_line_id: line.name for line in shipment.lines.all()}
    known = {row["number"]: row for row in shipment.tracking}
    parcels = (
        Parcel(
            id=fulfilment.id,
            sent_at=fulfilment.created_at,
            tracking=known.get(fulfilment.tracking_number)
            or ({"number": fulfilment.tracking_number} if fulfilment.tracking_number else None),
            items=tuple(names[key] for key in fulfilment.line_ids if key in names),
        )
        for fulfilment in (facts.fulfilments if facts else ())
    )
    return tuple(sorted((p for p in parcels if p.items), key=lambda parcel: parcel.sent_at))


def tracking_sent(shipment: VendorShipment) -> list[dict[str, Any]]:
    """Of parcels that left: the shopper has no use for those that wait for approval."""
    return [row for row in shipment.tracking if not row.get("waiting")]


def units_waiting(shipment: VendorShipment) -> dict[UUID, int]:
    """Line id -> units that wait for approval in Saleor now; without those of which none does."""
    order_id = shipment.record.order_id
    facts = host.current.order_facts(order_id) if order_id is not None else None
    waiting = {line.id: line.quantity_waiting for line in (facts.lines if facts else ())}
    found = {line.pk: waiting.get(line.order_line_id, 0) for line in shipment.lines.all()}
    return {key: units for key, units in found.items() if units}


def units_sent(lines: Iterable[VendorShipmentLine], waiting: Mapping[UUID, int]) -> int:
    """Of all these lines, those that wait for approval in Saleor among them."""
    return sum(line.quantity_fulfilled + waiting.get(line.pk, 0) for line in lines)


def key_of(shipment: VendorShipment, key: str) -> str:
    """A caller's idempotency key among those of Saleor's whole order."""
    return f"{shipment.pk}:{key}"


def sent_with(shipment: VendorShipment, key: str) -> str | None:
    """The digest of what was sent with a caller's key, blank once all of it was cancelled in
    Saleor; None for nothing."""
    order_id = shipment.record.order_id
    return None if order_id is None else host.current.sent_with(order_id, key_of(shipment, key))


def left_to_pack(shipment: VendorShipment) -> list[tuple[VendorShipmentLine, int]]:
    """Lines with units that were neither sent nor wait for approval in Saleor."""
    waiting = units_waiting(shipment)
    left = [
        (line, line.quantity - line.quantity_fulfilled - waiting.get(line.pk, 0))
        for line in shipment.lines.all()
    ]
    return [(line, units) for line, units in left if units > 0]


def whose_vendors_wait(records: QuerySet[OrderRecord]) -> QuerySet[OrderRecord]:
    """Those with a shipment that its vendor was not told of, as the order was not paid yet."""
    later = VendorShipment.objects.filter(
        record=OuterRef("pk"), created_at__gt=OuterRef("vendors_told_at")
    )
    return records.filter(Q(vendors_told_at=None) | Exists(later), is_cancelled=False)


def returnable_order(record: OrderRecord, now: datetime) -> ReturnableOrder:
    """Every shipment with every line; a constant number of statements."""
    lines = _lines_by_shipment(record)
    returned = list(lines_in_returns([record]))
    taken = units_of(returned)
    policies = policies_for(
        {shipment.vendor_id for shipment in lines}, record.channel, record.currency
    )
    return ReturnableOrder(
        record,
        tuple(
            ReturnableShipment(
                shipment,
                tuple(
                    _line(line, shipment, record, policies[shipment.vendor_id], taken, now)
                    for line in own
                ),
            )
            for shipment, own in lines.items()
        ),
        returned,
    )


def _lines_by_shipment(record: OrderRecord) -> dict[VendorShipment, list[VendorShipmentLine]]:
    """In one statement; of a shipment without lines there is nothing to return."""
    rows = VendorShipmentLine.objects.filter(shipment__record=record)
    found: dict[VendorShipment, list[VendorShipmentLine]] = {}
    for line in rows.select_related("shipment__vendor").order_by(
        "shipment__created_at", "shipment__number", "created_at", "id"
    ):
        found.setdefault(line.shipment, []).append(line)
    for shipment, lines in found.items():
        shipment.record = record
        for line in lines:
            line.shipment = shipment
    return found


def _line(
    line: VendorShipmentLine,
    shipment: VendorShipment,
    record: OrderRecord,
    policy: Policy,
    taken: Mapping[UUID, int],
    now: datetime,
) -> ReturnableLine:
    left = max(line.units_shipped - taken.get(line.pk, 0), 0)
    until = _until(shipment, record, policy)
    refusal = eligibility.refusal(
        eligibility.Candidate(
            order_state=OrderState.CANCELLED if record.is_cancelled else OrderState.PLACED,
            policy_allows=policy.returnable and bool(policy.resolutions),
            quantity_fulfilled=line.quantity_fulfilled,
            quantity_returnable=left,
            until=until,
            now=now,
            window_days=policy.window_days,
            window_anchor=policy.window_anchor,
        )
    )
    return ReturnableLine(line, 0 if refusal else left, until, refusal, policy.resolutions, policy)


def _until(shipment: VendorShipment, record: OrderRecord, policy: Policy) -> datetime | None:
    start = windows.anchor_moment(
        policy.window_anchor,
        placed_at=record.placed_at,
        fulfilled_at=shipment.fulfilled_at,
        delivered_at=shipment.delivered_at,
        transit_days=policy.transit_days,
    )
    if start is None or policy.window_days is None:
        return None
    return windows.last_moment(start, policy.window_days, timezone.get_default_timezone())
