"""The part of a request that one vendor handles."""

from collections.abc import Callable, Sequence
from typing import Any

import graphene
from django.db.models import Prefetch

from ...domain.actors import Actor
from ...enums import DocumentKind
from ...models import Label
from ...models import VendorReturn as PartRow
from ...selectors import deadlines, labels, quotes
from ...selectors.access import owns_order
from ...selectors.exchanges import options_of_lines
from ...selectors.foreign_goods import foreign_wishes, reads_all
from ...selectors.returned import in_conflict, units_refunded_by_return_line
from ...selectors.vendor_returns import actions_of, exchangeable_lines
from .. import compat, rows
from ..actors import now_of
from ..enums import (
    ReturnAction,
    ReturnCondition,
    ReturnDisposition,
    ReturnResolution,
    VendorReturnStatus,
)
from ..ids import to_id
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
from .events import ReturnEvent
from .exchanges import ReturnExchange, variant_of
from .quotes import ShipmentQuote, VendorReturnQuote
from .reasons import ReturnReason
from .refunds import ReturnRefund
from .returnable import Offered, ReturnExchangeOption
from .shipments import VendorShipment, VendorShipmentLine
from .vendors import Vendor, shown_vendor


class ReturnReceptionLine(ReturnsType):
    id = graphene.ID(required=True)
    reception_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)
    condition = ReturnCondition(required=True)
    disposition = ReturnDisposition()
    note = graphene.String(required=True)
    is_payable = graphene.Boolean(
        required=True, description="Whether these units are paid back: by the policy, or overruled."
    )
    is_overruled = graphene.Boolean(
        required=True, description="The store pays them although they were refused or are missing."
    )
    created_at = required(compat.DateTime)

    def resolve_id(root: Seen, info: Any) -> str:
        return to_id("ReturnReceptionLine", root.node.pk)

    def resolve_reception_id(root: Seen, info: Any) -> str:
        return to_id("ReturnReception", root.node.reception_id)


def _refunded(line_ids: Sequence[Any]) -> list[int]:
    done = units_refunded_by_return_line(line_ids)
    return [done.get(line_id, 0) for line_id in line_ids]


class ReturnLine(ReturnsType):
    shipment_line = required(VendorShipmentLine)
    quantity = graphene.Int(required=True)
    declined_quantity = graphene.Int(required=True)
    received_quantity = graphene.Int(required=True)
    payable_quantity = graphene.Int(
        required=True,
        description="Units that arrived or were kept and are paid back, of quantity.",
    )
    refunded_quantity = graphene.Int(required=True)
    missing_quantity = graphene.Int(required=True)
    send_back = graphene.Boolean(required=True)
    reason = graphene.Field(ReturnReason)
    note = graphene.String(required=True)
    resolution = ReturnResolution(required=True)
    exchange_variant = graphene.Field(
        compat.ProductVariant,
        description=(
            "What is wanted instead; null when it is gone, or not shown, and to its vendor when "
            "another one sells it."
        ),
    )
    exchange_name = graphene.String(description="Of that variant, as it was when it was chosen.")
    exchange_difference = required(
        compat.Money,
        description="What a unit of it costs the shopper more or, negative, gives back.",
    )
    exchange_options = many(
        ReturnExchangeOption,
        required=True,
        description=(
            "What the caller may have it exchanged for now, with returnLineResolutionChange; "
            "empty where that is not possible."
        ),
    )
    receptions = many(ReturnReceptionLine, required=True)

    class Meta:
        interfaces = (graphene.relay.Node,)

    def resolve_shipment_line(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.shipment_line)

    def resolve_exchange_name(root: Seen, info: Any) -> Any:
        name = root.node.exchange_name or None
        return _unless_foreign(root, info, lambda: name)

    def resolve_exchange_variant(root: Seen, info: Any) -> Any:
        line = root.node
        channel = line.vendor_return.request.channel
        return _unless_foreign(
            root, info, lambda: variant_of(info, root, line.exchange_variant_id, channel)
        )

    def resolve_exchange_options(root: Seen, info: Any) -> Any:
        options = batched(info, ("line_options", root.actor), root.node, _line_options(root.actor))
        return options.then(root.each)

    def resolve_exchange_difference(root: Seen, info: Any) -> Any:
        record = root.node.shipment_line.shipment.record
        return compat.money(root.node.exchange_difference, record.currency)

    def resolve_declined_quantity(root: Seen, info: Any) -> int:
        return root.node.declined

    def resolve_received_quantity(root: Seen, info: Any) -> int:
        return root.node.received

    def resolve_payable_quantity(root: Seen, info: Any) -> int:
        return root.node.payable

    def resolve_missing_quantity(root: Seen, info: Any) -> int:
        return root.node.missing

    def resolve_refunded_quantity(root: Seen, info: Any) -> Any:
        return batched(info, "refunded", root.node.pk, _refunded)

    def resolve_reason(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.reason)

    def resolve_receptions(root: Seen, info: Any) -> Any:
        return related(info, root, "valid_receptions", rows.reception_lines)


def _unless_foreign(root: Seen, info: Any, answer: Callable[[], Any]) -> Any:
    """Null where the goods that are wanted are another vendor's, and not for the viewer to know."""
    line = root.node
    if not line.exchange_name or reads_all(root.actor, line.shipment_line.shipment.record):
        return answer()
    return batched(info, "foreign_wishes", line.pk, _are_foreign).then(
        compat.reads(lambda is_foreign: None if is_foreign else answer())
    )


def _are_foreign(line_ids: Sequence[Any]) -> list[bool]:
    found = foreign_wishes(line_ids)
    return [line_id in found for line_id in line_ids]


def _line_options(actor: Actor) -> Callable[[Sequence[Any]], list[list[Offered]]]:
    """One look at the host for all lines of the query that are sold alike."""

    def answer(lines: Sequence[Any]) -> list[list[Offered]]:
        parts = PartRow.objects.filter(pk__in={line.vendor_return_id for line in lines})
        parts = parts.select_related("request__record", "vendor", "shipment")
        open_ids = exchangeable_lines(list(parts), actor)
        found = options_of_lines(line for line in lines if line.pk in open_ids)
        return [
            [Offered(each, line.shipment_line.shipment.record) for each in found.get(line.pk, ())]
            for line in lines
        ]

    return answer


class VendorReturn(ReturnsType):
    number = graphene.String(required=True)
    request = required(lambda: _request_type())
    vendor = required(Vendor)
    shipment = required(VendorShipment)
    status = VendorReturnStatus(required=True)
    lines = many(ReturnLine, required=True)
    quote = required(
        VendorReturnQuote,
        description=(
            "As promised at the request; dueNow follows what was declined, received and "
            "refunded since."
        ),
    )
    due_now = required(VendorReturnQuote)
    expected = required(
        VendorReturnQuote,
        description=(
            "What is still to be paid when all that is to come arrives in good condition."
        ),
    )
    due_at = graphene.Field(
        compat.DateTime, description="When the next person must act, and whether that is over."
    )
    is_overdue = graphene.Boolean(required=True)
    is_in_conflict = graphene.Boolean(
        required=True,
        description=(
            "Staff took units back in Saleor itself, or the order was cancelled, while this "
            "return is open."
        ),
    )
    return_address = graphene.Field(
        ReturnAddress, description="Frozen when the vendor accepts; null before."
    )
    return_instructions = graphene.String()
    return_label_url = graphene.String(
        description=(
            "The prepaid label: signed, for a while, or a link elsewhere. The shopper's as long "
            "as something is to be sent."
        )
    )
    tracking = graphene.Field(ReturnTracking)
    decline_reason = graphene.String()
    refunds = many(ReturnRefund, required=True)
    exchanges = many(ReturnExchange, required=True)
    allowed_actions = many(ReturnAction, required=True, description="What the caller may do now.")
    events = many(ReturnEvent, required=True)
    created_at = required(compat.DateTime)

    class Meta:
        interfaces = (graphene.relay.Node,)

    resolve_decline_reason = null_when_blank("decline_reason")

    def resolve_request(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.request)

    def resolve_vendor(root: Seen, info: Any) -> Seen:
        return shown_vendor(root, info, root.node.vendor, root.node.request.channel)

    def resolve_shipment(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.shipment)

    def resolve_lines(root: Seen, info: Any) -> Any:
        return related(info, root, "lines", rows.return_lines)

    def resolve_quote(root: Seen, info: Any) -> Seen | None:
        part = root.node
        return root.beside(ShipmentQuote(part.shipment, quotes.promised(part)))

    def resolve_due_now(root: Seen, info: Any) -> Any:
        return _owed(root, info, lambda owed: owed.due_now)

    def resolve_expected(root: Seen, info: Any) -> Any:
        return _owed(root, info, lambda owed: owed.expected)

    def resolve_is_overdue(root: Seen, info: Any) -> bool:
        return deadlines.is_overdue(root.node, now_of(info))

    def resolve_is_in_conflict(root: Seen, info: Any) -> Any:
        return batched(info, "in_conflict", root.node, in_conflict)

    def resolve_return_address(root: Seen, info: Any) -> Seen | None:
        return address_of(root, root.node.return_address)

    def resolve_return_label_url(root: Seen, info: Any) -> Any:
        if not labels.sees_return_label(root.actor, root.node):
            return None

        def url(label: Label | None) -> str | None:
            return document_url(DocumentKind.RETURN_LABEL, root, label) if label else None

        return batched(info, "return_labels", root.node.pk, labels.of_returns).then(
            compat.reads(url)
        )

    def resolve_tracking(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.tracking or None)

    def resolve_refunds(root: Seen, info: Any) -> Any:
        return related(info, root, "refunds")

    def resolve_exchanges(root: Seen, info: Any) -> Any:
        return related(info, root, "exchanges", rows.exchanges)

    def resolve_allowed_actions(root: Seen, info: Any) -> Any:
        def actions(parts: Sequence[PartRow]) -> list[Any]:
            return actions_of(parts, root.actor)

        return batched(info, ("actions", root.actor), root.node, actions)

    def resolve_events(root: Seen, info: Any) -> Any:
        sees_all = root.actor.is_merchant or owns_order(root.actor, root.node.request.record)
        return related(
            info,
            root,
            "seen_events" if sees_all else "own_events",
            lambda: Prefetch(
                "events",
                rows.events(root.actor, sees_all),
                to_attr="seen_events" if sees_all else "own_events",
            ),
        )


def _owed(root: Seen, info: Any, quote_of: Callable[[quotes.Owed], Any]) -> Any:
    def quoted(owed: quotes.Owed) -> Seen | None:
        return root.beside(ShipmentQuote(root.node.shipment, quote_of(owed)))

    return batched(info, "owed", root.node, quotes.owed).then(quoted)


def _request_type() -> Any:
    from .return_requests import ReturnRequest

    return ReturnRequest
