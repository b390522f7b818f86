"""Orders of Saleor that nobody has split yet: `python -m bench.many_orders 1000`.

One real order, paid and shipped, of two vendors and the store itself, copied in Saleor's tables.
"""

import sys
from typing import Any

import django

SPAN = 1_000
"""Keys of a copy are those of its original and so many times its number."""


def main(count: int) -> None:
    django.setup()
    from django.db import connection

    from tests.builders import a_vendor, sells
    from tests.saleor_rows import a_product, a_saleor_order

    goods = [a_product(f"Shelf {number}", stock=1000) for number in range(3)]
    for name, variant in zip(("Oak", "Elm"), goods, strict=False):
        sells(a_vendor(name), variant)
    order = a_saleor_order([(variant, 2, "10.00") for variant in goods], shipping="5.00")
    copies_of(order, count - 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def copies_of(order: Any, times: int) -> None:
    """Of the order itself, its lines, payments and fulfilments, in Saleor's tables."""
    from saleor.order.models import Fulfillment, FulfillmentLine, Order, OrderLine
    from saleor.payment.models import Payment, Transaction

    from .copies import copy

    key, own = f"o.id + n * {SPAN}", f"o.order_id = {order.pk}"
    of_order = f"o.order_id + n * {SPAN}"
    copy(
        Order,
        f"o.id = {order.pk}",
        times,
        id=key,
        token="md5(n::text)",
        created="o.created - n * interval '1 minute'",
        user_email="'shopper-' || n || '@example.com'",
    )
    copy(OrderLine, own, times, id=key, order_id=of_order)
    copy(Payment, own, times, id=key, order_id=of_order)
    payments = f"o.payment_id IN (SELECT id FROM payment_payment AS o WHERE {own})"
    copy(Transaction, payments, times, id=key, payment_id=f"o.payment_id + n * {SPAN}")
    copy(Fulfillment, own, times, id=key, order_id=of_order)
    copy(
        FulfillmentLine,
        f"o.fulfillment_id IN (SELECT id FROM order_fulfillment AS o WHERE {own})",
        times,
        id=key,
        fulfillment_id=f"o.fulfillment_id + n * {SPAN}",
        order_line_id=f"o.order_line_id + n * {SPAN}",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
