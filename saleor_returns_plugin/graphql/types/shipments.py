"""A vendor's part of an order."""

from collections.abc import Sequence
from typing import Any

import graphene
from django.db.models import Prefetch

from ...domain.money import Taxed, rounded
from ...enums import DocumentKind
from ...models import Label
from ...models import VendorShipment as VendorShipmentRow
from ...models import VendorShipmentLine as LineRow
from ...selectors import labels
from ...selectors.access import owns_order
from ...selectors.replacements import held_though_arrived
from ...selectors.returned import units_in_returns
from ...selectors.shipments import tracking_sent
from ...web import pdf
from ...web.words import held_until
from .. import compat, rows
from ..enums import VendorShipmentStatus
from ..seen import ReturnsType, Seen, batched, related
from .common import (
    ReturnAddress,
    ReturnTracking,
    address_of,
    document_url,
    many,
    null_when_blank,
    required,
)
from .vendors import Vendor, is_inside, shown_vendor


def saleor_order(root: Seen, info: Any, record: Any) -> Any:
    """Saleor's order, for those to whom Saleor itself would show it: merchant and owner."""
    return saleor_order_by_key(root, info, record, record.order_id)


def saleor_order_by_key(root: Seen, info: Any, record: Any, order_id: Any) -> Any:
    """As `saleor_order`, another order of the same customer's."""
    owner = root.actor.user_id is not None and root.actor.user_id == record.user_id
    if order_id is None or not (root.actor.is_merchant or owner):
        return None
    return batched(info, "orders", order_id, _orders)


def _orders(ids: Sequence[Any]) -> list[Any]:
    found = compat.model_of(compat.Order).objects.in_bulk(ids)
    return [compat.host_root(found.get(key)) for key in ids]


def _order_lines(ids: Sequence[Any]) -> list[Any]:
    found = compat.model_of(compat.OrderLine).objects.in_bulk(ids)
    return [compat.host_root(found.get(key)) for key in ids]


def _returnable(lines: Sequence[LineRow]) -> list[int]:
    taken = units_in_returns(line.pk for line in lines)
    return [max(line.units_shipped - taken.get(line.pk, 0), 0) for line in lines]


def _hold_reasons(shipments: Sequence[VendorShipmentRow]) -> list[str]:
    arrived = held_though_arrived(shipments)
    return [held_until(row.hold_reason, is_arrived=row.pk in arrived) for row in shipments]


class VendorShipmentLine(ReturnsType):
    order_line = graphene.Field(compat.OrderLine)
    product_name = graphene.String(required=True)
    variant_name = graphene.String(required=True)
    sku = graphene.String()
    thumbnail_url = graphene.String()
    quantity = graphene.Int(required=True)
    quantity_fulfilled = graphene.Int(required=True)
    returnable_quantity = graphene.Int(required=True)
    unit_price = required(compat.TaxedMoney)
    total_price = required(compat.TaxedMoney)
    commission_rate = graphene.Field(compat.Decimal, description="Members and merchant only.")

    class Meta:
        interfaces = (graphene.relay.Node,)

    resolve_sku = null_when_blank("sku")
    resolve_thumbnail_url = null_when_blank("thumbnail_url")

    def resolve_order_line(root: Seen, info: Any) -> Any:
        record = root.node.shipment.record
        owner = owns_order(root.actor, record) and root.actor.user_id is not None
        if root.node.order_line_id is None or not (root.actor.is_merchant or owner):
            return None
        return batched(info, "order_lines", root.node.order_line_id, _order_lines)

    def resolve_returnable_quantity(root: Seen, info: Any) -> Any:
        return batched(info, "returnable", root.node, _returnable)

    def resolve_unit_price(root: Seen, info: Any) -> Any:
        """Rounded; for sums use `totalPrice`, which is what was paid."""
        line, currency = root.node, root.node.shipment.record.currency
        unit = Taxed(
            rounded(line.total_net / line.quantity, currency),
            rounded(line.total_gross / line.quantity, currency),
        )
        return compat.taxed(unit, currency)

    def resolve_total_price(root: Seen, info: Any) -> Any:
        line = root.node
        return compat.taxed(Taxed(line.total_net, line.total_gross), line.shipment.record.currency)

    def resolve_commission_rate(root: Seen, info: Any) -> Any:
        inside = is_inside(root, root.node.shipment.vendor_id)
        return root.node.commission_rate if inside else None


class VendorShipment(ReturnsType):
    number = graphene.String(required=True)
    order_number = graphene.String(required=True)
    placed_at = required(compat.DateTime)
    order = graphene.Field(compat.Order)
    vendor = required(Vendor)
    status = VendorShipmentStatus(required=True)
    hold_reason = graphene.String()
    delivered_at = graphene.Field(compat.DateTime)
    label_url = graphene.String(
        description="Signed, for a while, or a link elsewhere. Members and merchant only."
    )
    lines = many(VendorShipmentLine, required=True)
    tracking = many(
        ReturnTracking,
        required=True,
        description="Also of parcels that wait for approval in Saleor. The shopper: of sent ones.",
    )
    shipping_address = graphene.Field(ReturnAddress)
    packing_slip_url = graphene.String(
        description="Signed, for a while. Members and merchant only."
    )
    packing_slip_pdf_url = graphene.String(
        description="Null, too, where the store cannot make PDFs."
    )
    vendor_returns = many(lambda: _vendor_return_type(), required=True)
    created_at = required(compat.DateTime)

    class Meta:
        interfaces = (graphene.relay.Node,)

    def resolve_hold_reason(root: Seen, info: Any) -> Any:
        if not root.node.hold_reason:
            return None
        return batched(info, "hold_reasons", root.node, _hold_reasons)

    def resolve_order_number(root: Seen, info: Any) -> str:
        return root.node.record.number

    def resolve_placed_at(root: Seen, info: Any) -> Any:
        return root.node.record.placed_at

    def resolve_order(root: Seen, info: Any) -> Any:
        return saleor_order(root, info, root.node.record)

    def resolve_vendor(root: Seen, info: Any) -> Seen:
        return shown_vendor(root, info, root.node.vendor, root.node.record.channel)

    def resolve_lines(root: Seen, info: Any) -> Any:
        return related(info, root, "lines")

    def resolve_tracking(root: Seen, info: Any) -> list[Seen]:
        inside = is_inside(root, root.node.vendor_id)
        return root.each(root.node.tracking if inside else tracking_sent(root.node))

    def resolve_shipping_address(root: Seen, info: Any) -> Seen | None:
        return address_of(root, root.node.record.shipping_address)

    def resolve_label_url(root: Seen, info: Any) -> Any:
        if not is_inside(root, root.node.vendor_id):
            return None

        def url(label: Label | None) -> str | None:
            return document_url(DocumentKind.SHIPMENT_LABEL, root, label) if label else None

        return batched(info, "shipment_labels", root.node.pk, labels.of_shipments).then(
            compat.reads(url)
        )

    def resolve_packing_slip_url(root: Seen, info: Any) -> str | None:
        inside = is_inside(root, root.node.vendor_id)
        return document_url(DocumentKind.PACKING_SLIP, root) if inside else None

    def resolve_packing_slip_pdf_url(root: Seen, info: Any) -> str | None:
        inside = is_inside(root, root.node.vendor_id)
        if not inside or not pdf.is_offered():
            return None
        return document_url(DocumentKind.PACKING_SLIP_PDF, root)

    def resolve_vendor_returns(root: Seen, info: Any) -> Any:
        return related(
            info,
            root,
            "seen_vendor_returns",
            lambda: Prefetch(
                "vendor_returns",
                rows.oldest_first(rows.vendor_returns(root.actor)),
                to_attr="seen_vendor_returns",
            ),
        )


def _vendor_return_type() -> Any:
    from .vendor_returns import VendorReturn

    return VendorReturn
