"""Rows of the plugin with sensible defaults, made by its own services."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from saleor_returns_plugin.domain import transitions
from saleor_returns_plugin.domain.actors import Actor
from saleor_returns_plugin.domain.requested import ReceivedLine, RequestedLine
from saleor_returns_plugin.enums import (
    ActorKind,
    Condition,
    Move,
    RefundMethod,
    RefundStatus,
    ReturnStatus,
    Source,
    VendorRole,
)
from saleor_returns_plugin.models import (
    OrderRecord,
    Refund,
    ReturnPolicy,
    ReturnRequest,
    Vendor,
    VendorProduct,
    VendorReturn,
)
from saleor_returns_plugin.services import (
    receptions,
    return_requests,
    split,
    vendor_returns,
    vendors,
)

from .saleor_rows import a_product, a_saleor_order

NOW = datetime.now(tz=UTC)
MERCHANT = Actor(kind=ActorKind.MERCHANT, name="Grace", email="staff@example.com")

ADDRESS = {
    "name": "Returns desk",
    "street_address_1": "1 Mill Lane",
    "city": "Leeds",
    "postal_code": "LS1 1AA",
    "country": "GB",
}


def a_vendor(name: str = "Oak & Sons", **values: Any) -> Vendor:
    given = {
        "name": name,
        "email": f"{name.split()[0].lower()}@vendors.example",
        "return_address": ADDRESS,
        "return_instructions": "Write the return number on the parcel.",
        "commission_rate": "10",
        **values,
    }
    return vendors.create(actor=MERCHANT, values=given)


def sells(vendor: Vendor, variant: Any) -> Any:
    """Give the variant's product to the vendor; answers the variant."""
    VendorProduct.objects.create(vendor=vendor, product_id=variant.product_id)
    return variant


def acts_for(vendor: Vendor, role: VendorRole = VendorRole.OWNER) -> Actor:
    """Somebody of that vendor, without an account of Saleor."""
    owned = frozenset({vendor.pk}) if role is VendorRole.OWNER else frozenset()
    return Actor(
        kind=ActorKind.VENDOR,
        name=vendor.name,
        vendor_ids=frozenset({vendor.pk}),
        owned_vendor_ids=owned,
    )


def shopper_of(record: OrderRecord) -> Actor:
    return Actor(kind=ActorKind.SHOPPER, email=record.email, record_id=record.pk)


def an_order(lines: Sequence[tuple[Any, int, str]], **values: Any) -> OrderRecord:
    """A paid, fulfilled order of Saleor, split. Lines: (variant, quantity, gross of one)."""
    order = a_saleor_order(lines=list(lines), **values)
    record = split.split_order(order_id=order.pk, now=NOW)
    assert record is not None
    return record


def a_policy_for(record: OrderRecord, **values: Any) -> ReturnPolicy:
    """One that counts for orders like this, whose amounts are in their currency."""
    currency = "" if record.channel else record.currency
    return ReturnPolicy.objects.create(channel=record.channel, currency=currency, **values)


def a_request(record: OrderRecord, units: int = 1, **values: Any) -> ReturnRequest:
    """A request for `units` of every line of the order."""
    lines = [
        RequestedLine(shipment_line_id=line.pk, quantity=units)
        for shipment in record.shipments.order_by("number")
        for line in shipment.lines.all()
    ]
    given = {"lines": lines, "source": Source.PORTAL, "now": NOW, **values}
    return return_requests.create(actor=shopper_of(record), record_id=record.pk, **given)


def a_return(move: Move | None = None, *, units: int = 1, quantity: int = 2) -> VendorReturn:
    """The vendor return of a one-line order, taken as far as `move` of the usual way."""
    vendor = a_vendor()
    variant = sells(vendor, a_product(name="Oak chair", price="10.00", stock=5))
    record = an_order([(variant, quantity, "10.00")])
    request = a_request(record, units)
    part = request.vendor_returns.get()
    if move in (Move.APPROVE, Move.ACCEPT, Move.RECEIVE_ALL):
        return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    if move in (Move.ACCEPT, Move.RECEIVE_ALL):
        vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(vendor), now=NOW)
    if move is Move.RECEIVE_ALL:
        receive_all(part, acts_for(vendor))
    return VendorReturn.objects.get(pk=part.pk)


def put(part: VendorReturn, status: ReturnStatus) -> None:
    """Only its row, as it stands in that state: nobody did anything."""
    is_over = status in transitions.FINAL
    VendorReturn.objects.filter(pk=part.pk).update(
        status=status.value,
        waiting_since=None if is_over else NOW,
        due_at=None if is_over else NOW + timedelta(days=3),
        return_address=ADDRESS,
        return_instructions="",
        tracking={"carrier": "", "number": "1Z", "url": None},
        decline_reason="Worn",
    )


def a_refund(part: VendorReturn, status: str, amount: int = 10) -> Refund:
    """Only its row, as it stands in that state: no gateway was asked, no unit is named."""
    is_paid = status == RefundStatus.SUCCEEDED.value
    return part.refunds.create(
        status=status,
        method=RefundMethod.ORIGINAL.value,
        idempotency_key=f"{part.pk}:{status}",
        amount=amount,
        currency="USD",
        goods_net=amount * 8 / Decimal(10),
        goods_gross=amount,
        paid=amount if is_paid else 0,
        succeeded_at=NOW if is_paid else None,
    )


def receive_all(
    part: VendorReturn, actor: Actor, condition: Condition = Condition.GOOD
) -> VendorReturn:
    lines = [
        ReceivedLine(return_line_id=line.pk, quantity=line.expected, condition=condition)
        for line in part.lines.all()
    ]
    return receptions.receive(vendor_return_id=part.pk, actor=actor, lines=lines, now=NOW)
