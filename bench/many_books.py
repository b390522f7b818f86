"""Orders that were sold, returned and refunded in part, with all that is kept of them.

`python -m bench.many_books 1000`: one order of two vendors, split, half of it returned and paid
back through its payment, copied in Saleor's tables and ours.
"""

import sys
from typing import Any

import django

from .many_orders import SPAN, copies_of


def main(count: int) -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection

    from saleor_returns_plugin.services import refunds, return_requests, vendor_returns
    from tests.builders import MERCHANT, NOW, a_request, a_vendor, an_order, receive_all, sells
    from tests.saleor_rows import a_product
    from tests.saleor_rows.gateway import PATH

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    goods = [a_product(f"Shelf {number}", stock=1000) for number in range(3)]
    for name, variant in zip(("Oak", "Elm"), goods[:2], strict=True):
        sells(a_vendor(name), variant)
    record = an_order([(variant, 2, "10.00") for variant in goods], shipping="5.00")
    request = a_request(record)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    for part in request.vendor_returns.all():
        if part.vendor.auto_accept_returns is False:
            vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        part.refresh_from_db()
        if part.status == "accepted":
            receive_all(part, MERCHANT)
            refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    copies_of(record.order, count - 1)
    _copies_of_ours(count - 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _copies_of_ours(times: int) -> None:
    """Each key is made of the original's, so that those who point to it agree."""
    from saleor_returns_plugin import models

    from .copies import copy

    def key(column: str) -> str:
        return f"md5(o.{column}::text || n)::uuid"

    def keys(*columns: str) -> dict[str, str]:
        return {column: key(column) for column in ("id", *columns)}

    order_id = f"o.order_id + n * {SPAN}"
    numbered = {"number": "o.number || '-' || n"}
    part = f"'payment:' || (split_part(o.payment_reference, ':', 2)::int + n * {SPAN})"
    once = {"idempotency_key": "o.idempotency_key || '-' || n"}
    rows: dict[Any, dict[str, str]] = {
        models.OrderRecord: {**keys(), "order_id": order_id, "number": f"({order_id})::text"},
        models.VendorShipment: {**keys("record_id"), **numbered},
        models.VendorShipmentLine: {
            **keys("shipment_id"),
            "order_line_id": f"o.order_line_id + n * {SPAN}",
        },
        models.ReturnRequest: {**keys("record_id"), **numbered},
        models.VendorReturn: {**keys("request_id", "shipment_id"), **numbered},
        models.ReturnLine: keys("vendor_return_id", "shipment_line_id"),
        models.Refund: {**keys("vendor_return_id"), **once},
        models.RefundLine: keys("refund_id", "return_line_id"),
        models.RefundPart: {**keys("refund_id"), "payment_reference": part},
        models.LedgerEntry: {**keys("record_id", "shipment_line_id", "refund_id"), **once},
    }
    for model, changed in rows.items():
        # All that there is, when it is copied, is the original.
        copy(model, "true", times, **changed)


if __name__ == "__main__":
    main(int(sys.argv[1]))
