"""Rows of Saleor's own, built the same way on every host: what tests start from.

    chair = a_product(name="Chair", price="10.00", stock=5)        # a ProductVariant
    order = a_saleor_order(lines=[(chair, 2, "10.00")])            # paid and fulfilled

Amounts are gross strings or Decimals; net is worked out from `tax_rate`. Orders are put together
as Saleor stores them after a checkout, without running one, so no hook has fired for them.
Payments go through `gateway.RecordedGateway`, which has to be named in PLUGINS.
"""

from importlib.util import find_spec

if find_spec("saleor.channel") is not None:
    from . import v3 as _rows
else:
    from . import v2 as _rows  # type: ignore[no-redef]

a_customer = _rows.a_customer
a_product = _rows.a_product
a_saleor_order = _rows.a_saleor_order
a_shipping_method = _rows.a_shipping_method
a_site = _rows.a_site
a_staff_user = _rows.a_staff_user
a_variant = _rows.a_variant
a_voucher = _rows.a_voucher
a_warehouse = _rows.a_warehouse
allocate = _rows.allocate
an_address = _rows.an_address
events_of = _rows.events_of
demand_return_reasons = _rows.demand_return_reasons
fulfil = _rows.fulfil
make_digital = _rows.make_digital
make_gift_card = _rows.make_gift_card
order_line = _rows.order_line
pay = _rows.pay
resize_line = _rows.resize_line
stock_of = _rows.stock_of
unpublish = _rows.unpublish

__all__ = [
    "a_customer",
    "a_product",
    "a_saleor_order",
    "a_shipping_method",
    "a_site",
    "a_staff_user",
    "a_variant",
    "a_voucher",
    "a_warehouse",
    "allocate",
    "an_address",
    "demand_return_reasons",
    "events_of",
    "fulfil",
    "make_digital",
    "make_gift_card",
    "order_line",
    "pay",
    "resize_line",
    "stock_of",
    "unpublish",
]
