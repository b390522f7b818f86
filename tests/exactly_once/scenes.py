"""A return whose money is due, paid through a gateway that follows a script."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from saleor_returns_plugin.models import LedgerEntry, Refund, VendorReturn
from saleor_returns_plugin.services import reconciliation, split
from tests.builders import MERCHANT, NOW, a_request, a_vendor, receive_all, sells
from tests.builders import acts_for as acts_for
from tests.gateways.scriptable import GATEWAY_ID
from tests.saleor_rows import a_product, a_saleor_order, pay

TEN = Decimal("10.00")


def an_unpaid_order(units: int = 2) -> Any:
    """Of Saleor; each unit costs 10."""
    chair = sells(a_vendor(), a_product(name="Oak chair", price="10.00", stock=9))
    return a_saleor_order([(chair, units, "10.00")], paid=False)


def due_parts(order: Any, parts: int = 1, units: int = 1) -> list[VendorReturn]:
    """Returns of `units` of the order, each received and yet to be paid."""
    from saleor_returns_plugin.services import return_requests, vendor_returns

    record = split.split_order(order_id=order.pk, now=NOW)
    assert record is not None
    found = []
    for _ in range(parts):
        request = a_request(record, units)
        part = request.vendor_returns.get()
        return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
        vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        found.append(receive_all(part, MERCHANT))
    return found


def a_due_part(*amounts: str, units: int = 1) -> VendorReturn:
    """Paid by the scriptable gateway in one payment, or in those of the `amounts`."""
    order = an_unpaid_order()
    for amount in amounts or ("20.00",):
        pay(order, amount, gateway=GATEWAY_ID)
    return due_parts(order, units=units)[0]


def later(minutes: int, limit: int = 500) -> int:
    """The task that reconciles, so much later; answers how many refunds changed."""
    return reconciliation.run(now=timezone.now() + timedelta(minutes=minutes), limit=limit)


def the_refund() -> Refund:
    return Refund.objects.get()


def owed_to_vendor() -> Decimal:
    return sum((entry.amount for entry in LedgerEntry.objects.all()), Decimal(0))
