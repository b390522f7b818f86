"""The order as the shopper can return it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ..domain import eligibility, windows
from ..domain.policy import Policy
from ..enums import OrderState, Resolution
from ..errors import ReturnsError
from ..models import OrderRecord, VendorShipment, VendorShipmentLine
from .policies import policies_for
from .returned import units_in_returns


@dataclass(frozen=True)
class ReturnableLine:
    """`until` is the last moment that counts; `refusal` says why nothing can be returned."""

    line: VendorShipmentLine
    returnable_quantity: int
    until: datetime | None
    refusal: ReturnsError | None
    resolutions: tuple[Resolution, ...]
    policy: Policy


@dataclass(frozen=True)
class ReturnableShipment:
    shipment: VendorShipment
    lines: tuple[ReturnableLine, ...]


@dataclass(frozen=True)
class ReturnableOrder:
    record: OrderRecord
    shipments: tuple[ReturnableShipment, ...]

    def line(self, line_id: object) -> ReturnableLine | None:
        return next(
            (line for s in self.shipments for line in s.lines if line.line.pk == line_id), None
        )


def returnable_order(record: OrderRecord, now: datetime) -> ReturnableOrder:
    """Every shipment with every line; a constant number of statements."""
    shipments = list(
        record.shipments.select_related("vendor")
        .prefetch_related("lines")
        .order_by("created_at", "number")
    )
    taken = units_in_returns(line.pk for s in shipments for line in s.lines.all())
    policies = policies_for({s.vendor_id for s in shipments}, record.channel)
    return ReturnableOrder(
        record,
        tuple(
            ReturnableShipment(
                shipment,
                tuple(
                    _line(line, shipment, record, policies[shipment.vendor_id], taken, now)
                    for line in shipment.lines.all()
                ),
            )
            for shipment in shipments
        ),
    )


def _line(
    line: VendorShipmentLine,
    shipment: VendorShipment,
    record: OrderRecord,
    policy: Policy,
    taken: dict,
    now: datetime,
) -> ReturnableLine:
    left = max(line.quantity_fulfilled - taken.get(line.pk, 0), 0)
    until = _until(shipment, record, policy)
    refusal = eligibility.refusal(
        eligibility.Candidate(
            order_state=OrderState.CANCELLED if record.is_cancelled else OrderState.PLACED,
            policy_allows=policy.returnable and bool(policy.resolutions),
            quantity_fulfilled=line.quantity_fulfilled,
            quantity_returnable=left,
            until=until,
            now=now,
        )
    )
    return ReturnableLine(line, 0 if refusal else left, until, refusal, policy.resolutions, policy)


def _until(shipment: VendorShipment, record: OrderRecord, policy: Policy) -> datetime | None:
    start = windows.anchor_moment(
        policy.window_anchor,
        placed_at=record.placed_at,
        fulfilled_at=shipment.fulfilled_at,
        delivered_at=shipment.delivered_at,
    )
    if start is None or policy.window_days is None:
        return None
    return windows.last_moment(start, policy.window_days, timezone.get_default_timezone())
