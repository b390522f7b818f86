"""All that is kept of one order, read for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Sum

from ... import host
from ...host import OrderFacts
from ...models import (
    ExchangeLine,
    LedgerEntry,
    OrderRecord,
    Refund,
    RefundLine,
    RefundPart,
    ReturnLine,
    VendorShipmentLine,
)
from .. import payments, quotes
from ..exchanges import ordered_lines
from ..quotes import OrderReturns

_Row = TypeVar("_Row")
Account = tuple[UUID, UUID | None, UUID | None, str]
"""What entries are summed by: vendor, shipment line, refund, kind."""


@dataclass(frozen=True)
class Book:
    """`facts` is None where Saleor has the order no more. `parts` are those that count: without
    those whose money went another way. `came_back`: as `selectors/payments.py` has it."""

    record: OrderRecord
    facts: OrderFacts | None
    lines: Sequence[VendorShipmentLine]
    return_lines: Sequence[ReturnLine]
    refunds: Sequence[Refund]
    refund_lines: Sequence[RefundLine]
    parts: Sequence[RefundPart]
    came_back: Decimal
    posted: Mapping[Account, Decimal]
    exchanged: Sequence[ExchangeLine]
    """Of its units, for goods that are in an order."""

    def exchanged_of(self, line: VendorShipmentLine) -> list[ExchangeLine]:
        return [row for row in self.exchanged if row.return_line.shipment_line_id == line.pk]

    @cached_property
    def chain(self) -> OrderReturns | None:
        """With what its goods were exchanged for; None where nothing was."""
        is_exchanged = any(line.is_exchanged for line in self.return_lines) or any(
            refund.exchange_id is not None for refund in self.refunds
        )
        return quotes.returns_of(self.record) if is_exchanged else None

    @cached_property
    def chain_parts(self) -> Sequence[RefundPart]:
        """Of all refunds of the chain that were ever tried."""
        return payments.parts_of(self.chain.records.values()) if self.chain else ()

    def amount(self, value: Decimal) -> str:
        return f"{value.normalize():f} {self.record.currency}"


def books(records: Sequence[OrderRecord]) -> list[Book]:
    keys = [record.pk for record in records]
    facts = {facts.id: facts for facts in _facts(records)}
    in_order = "return_line__shipment_line__shipment"
    of_refund = "refund__vendor_return__request"
    lines = _grouped(
        VendorShipmentLine.objects.filter(shipment__record__in=keys).select_related("shipment"),
        lambda row: row.shipment.record_id,
    )
    return_lines = _grouped(
        ReturnLine.objects.filter(shipment_line__shipment__record__in=keys).select_related(
            "vendor_return__request"
        ),
        lambda row: row.vendor_return.request.record_id,
    )
    refunds = _grouped(
        Refund.objects.filter(vendor_return__request__record__in=keys).select_related(
            "vendor_return__request"
        ),
        lambda row: row.vendor_return.request.record_id,
    )
    refund_lines = _grouped(
        RefundLine.objects.filter(refund__vendor_return__request__record__in=keys).select_related(
            in_order, of_refund
        ),
        lambda row: row.refund.vendor_return.request.record_id,
    )
    parts = _grouped(
        RefundPart.objects.filter(
            refund__vendor_return__request__record__in=keys, is_replaced=False
        ).select_related(of_refund),
        lambda row: row.refund.vendor_return.request.record_id,
    )
    came_back = payments.came_back(keys)
    posted = _posted(keys)
    exchanged = _grouped(
        ordered_lines(line for own in return_lines.values() for line in own).select_related(
            "exchange__vendor_return__request"
        ),
        lambda row: row.exchange.vendor_return.request.record_id,
    )
    return [
        Book(
            record=record,
            facts=facts.get(record.order_id),
            lines=lines[record.pk],
            return_lines=return_lines[record.pk],
            refunds=refunds[record.pk],
            refund_lines=refund_lines[record.pk],
            parts=parts[record.pk],
            came_back=came_back[record.pk],
            posted=posted[record.pk],
            exchanged=exchanged[record.pk],
        )
        for record in records
    ]


def _facts(records: Sequence[OrderRecord]) -> Sequence[OrderFacts]:
    ids = [record.order_id for record in records if record.order_id is not None]
    return host.current.facts_of_orders(ids)


def _grouped(rows: Iterable[_Row], key: Any) -> dict[UUID, list[_Row]]:
    found: dict[UUID, list[_Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _posted(keys: Sequence[UUID]) -> dict[UUID, dict[Account, Decimal]]:
    found: dict[UUID, dict[Account, Decimal]] = defaultdict(dict)
    columns = ("record_id", "vendor_id", "shipment_line_id", "refund_id", "kind")
    rows = LedgerEntry.objects.filter(record_id__in=keys).order_by().values_list(*columns)
    for record_id, *account, total in rows.annotate(total=Sum("amount")):
        found[record_id][tuple(account)] = total
    return found
