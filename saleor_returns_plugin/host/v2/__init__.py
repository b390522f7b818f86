"""Saleor 2.10. Import it only once Django's apps are ready."""

from contextlib import nullcontext as allow_writer

# Saleor 2.10's modules import each other in a circle; entered here, it closes.
import saleor.product.utils  # noqa: F401

from ..both.shop import default_email, public_url, store_name, version
from ..both.stock import restock, unstock
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
from .users import authenticate, facts_of, user_by_email, user_facts, user_of_request

capabilities = Capabilities(
    channels=False, transactions=False, dashboard_extensions=False, native_returns=False
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
