"""A vendor's statement, as its owners and the merchant see it."""

from collections.abc import Sequence
from typing import Any

import graphene

from ...models import Refund, VendorShipment, VendorShipmentLine
from .. import compat, rows
from ..connections import connection_of
from ..enums import VendorLedgerEntryKind
from ..seen import ReturnsType, Seen, batched
from .common import null_when_blank, required
from .refunds import ReturnRefund
from .shipments import VendorShipment as VendorShipmentType


class VendorLedgerEntry(ReturnsType):
    kind = VendorLedgerEntryKind(required=True)
    amount = required(compat.Money, description="Positive is owed to the vendor.")
    order_number = graphene.String()
    note = graphene.String(description="What a payout or an adjustment is for.")
    shipment = graphene.Field(VendorShipmentType)
    refund = graphene.Field(ReturnRefund)
    created_at = required(compat.DateTime)

    class Meta:
        interfaces = (graphene.relay.Node,)

    resolve_order_number = null_when_blank("order_number")
    resolve_note = null_when_blank("note")

    def resolve_amount(root: Seen, info: Any) -> Any:
        return compat.money(root.node.amount, root.node.currency)

    def resolve_shipment(root: Seen, info: Any) -> Any:
        actor = root.actor
        if root.node.shipment_line_id is None:
            return None

        def fetch(line_ids: Sequence[Any]) -> list[Seen | None]:
            lines = VendorShipmentLine.objects.filter(pk__in=line_ids)
            owners = dict(lines.values_list("pk", "shipment_id"))
            found = rows.shipments(actor).in_bulk(set(owners.values()))
            return [_seen(found.get(owners.get(key)), actor) for key in line_ids]

        name = (VendorShipment, "ledger", actor)
        return batched(info, name, root.node.shipment_line_id, fetch)

    def resolve_refund(root: Seen, info: Any) -> Any:
        actor = root.actor
        if root.node.refund_id is None:
            return None

        def fetch(refund_ids: Sequence[Any]) -> list[Seen | None]:
            visible = Refund.objects.filter(vendor_return__in=rows.vendor_returns(actor))
            found = visible.select_related("vendor_return").in_bulk(set(refund_ids))
            return [_seen(found.get(key), actor) for key in refund_ids]

        return batched(info, (Refund, "ledger", actor), root.node.refund_id, fetch)


def _seen(row: Any, actor: Any) -> Seen | None:
    return None if row is None else Seen(row, actor)


VendorLedgerEntryConnection = connection_of(VendorLedgerEntry)


class VendorStatement(graphene.ObjectType):
    opening = required(compat.Money)
    closing = required(compat.Money)
    entries = required(VendorLedgerEntryConnection, description="Oldest first.")
