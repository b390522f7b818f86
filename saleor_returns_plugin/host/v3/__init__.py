"""Saleor 3.20 to 3.24. Import it only once Django's apps are ready.

Saleor reads from a replica where it may be late, and refuses its writer outside `allow_writer`.
Money and stock must not be late, so all that is done here is done on the writer.
"""

from saleor.core.db.connection import allow_writer

from ..both import people, shop, stock
from ..types import Capabilities
from .currencies import currency_of
from .fulfilments import fulfil, update_tracking
from .gift_cards import credit_gift_card, gift_card_endings, gift_cards
from .notes import add_order_note
from .orders import (
    changed_orders,
    existing_products,
    facts_of_orders,
    find_order_ids,
    order_facts,
)
from .payments import payments, refund, refund_mark, refund_outcome
from .returned import return_products
from .users import authenticate, user_of_request

default_email = allow_writer()(shop.default_email)
public_url = allow_writer()(shop.public_url)
store_name = allow_writer()(shop.store_name)
version = shop.version
restock = allow_writer()(stock.restock)
unstock = allow_writer()(stock.unstock)
user_by_email = allow_writer()(people.user_by_email)
user_facts = allow_writer()(people.user_facts)
facts_of = allow_writer()(people.facts_of)

capabilities = Capabilities(
    channels=True, transactions=True, dashboard_extensions=True, native_returns=True
)

order_model = "order.Order"
orderline_model = "order.OrderLine"
product_model = "product.Product"
variant_model = "product.ProductVariant"
user_model = "account.User"
warehouse_model = "warehouse.Warehouse"

__all__ = [
    "add_order_note",
    "allow_writer",
    "authenticate",
    "capabilities",
    "changed_orders",
    "credit_gift_card",
    "currency_of",
    "default_email",
    "existing_products",
    "facts_of",
    "facts_of_orders",
    "find_order_ids",
    "fulfil",
    "gift_card_endings",
    "gift_cards",
    "order_facts",
    "order_model",
    "orderline_model",
    "payments",
    "product_model",
    "public_url",
    "refund",
    "refund_mark",
    "refund_outcome",
    "restock",
    "return_products",
    "store_name",
    "unstock",
    "update_tracking",
    "user_by_email",
    "user_facts",
    "user_model",
    "user_of_request",
    "variant_model",
    "version",
    "warehouse_model",
]
