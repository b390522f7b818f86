"""Many returns whose goods are to be exchanged: copies of one that came about by the services, each
with an order, a shipment and a request of its own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db.models import Model

from saleor_returns_plugin import host
from saleor_returns_plugin.models import (
    Exchange,
    ExchangeLine,
    OrderRecord,
    ReturnLine,
    ReturnRequest,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)

from .exchanging import intended


def many(lines: Sequence[tuple[Any, Any]], count: int) -> list[UUID]:
    """Exchanges that nobody has asked Saleor for yet, of what was bought and what is wanted."""
    first = Exchange.objects.get(pk=intended(lines))
    part = first.vendor_return
    shipment = part.shipment
    sold, sent_back = list(shipment.lines.all()), list(part.lines.all())
    replaced = list(first.lines.all())
    rows: dict[type[Model], list[Any]] = {}
    keys = [first.pk]
    for order in _orders(part.request.record, count - 1):
        number = str(order.number if host.IS_V3 else order.pk)
        record = _copy(rows, part.request.record, order_id=order.pk, number=number)
        parcel = _copy(rows, shipment, record_id=record.pk, number=f"{number}-S1")
        request = _copy(rows, part.request, record_id=record.pk, number=f"{number}-R1")
        new = _copy(
            rows,
            part,
            request_id=request.pk,
            shipment_id=parcel.pk,
            number=f"{number}-R1-S1",
        )
        bought = {
            each.pk: _copy(rows, each, shipment_id=parcel.pk, order_line_id=None).pk
            for each in sold
        }
        back = {
            each.pk: _copy(
                rows, each, vendor_return_id=new.pk, shipment_line_id=bought[each.shipment_line_id]
            ).pk
            for each in sent_back
        }
        exchange = _copy(rows, first, vendor_return_id=new.pk, checkout_token=uuid4())
        for each in replaced:
            line = back[each.return_line_id]
            _copy(rows, each, exchange_id=exchange.pk, return_line_id=line)
        keys.append(exchange.pk)
    for model in (
        OrderRecord,
        VendorShipment,
        VendorShipmentLine,
        ReturnRequest,
        VendorReturn,
        ReturnLine,
        Exchange,
        ExchangeLine,
    ):
        model.objects.bulk_create(rows[model])
    return keys


def _orders(record: OrderRecord, count: int) -> list[Any]:
    """Saleor's, without lines: these are of no matter to what replaces them."""
    model = apps.get_model("order.Order")
    original = model.objects.get(pk=record.order_id)
    has_token = any(field.name == "token" for field in model._meta.concrete_fields)
    return list(
        model.objects.bulk_create(
            _fresh(original, **({"token": str(uuid4())} if has_token else {})) for _ in range(count)
        )
    )


def _copy(rows: dict[type[Model], list[Any]], row: Any, **changes: Any) -> Any:
    fresh = _fresh(row, **changes)
    rows.setdefault(type(row), []).append(fresh)
    return fresh


def _fresh(row: Any, **changes: Any) -> Any:
    """Its primary key, and the number of an order of Saleor's, are new."""
    kept = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and not (field.name == "number" and field.default)
    }
    return type(row)(**{**kept, **changes})
