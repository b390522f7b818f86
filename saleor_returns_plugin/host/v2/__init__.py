"""Saleor 2.10. Import it only once Django's apps are ready."""

from contextlib import nullcontext as allow_writer

# Saleor 2.10's modules import each other in a circle; entered here, it closes.
import saleor.product.utils  # noqa: F401
from saleor.celeryconf import app as celery

from ..both.exchanges import (
    can_cancel_exchange_order,
    drop_exchange_checkout,
    has_exchange_money,
    tokens_with_order,
    without_goods,
)
from ..both.marks import HELD_UNTIL, checkout_id
from ..both.offers import ask_offers_of
from ..both.sent import mark_sent, sent_with
from ..both.shop import default_email, public_url, store_name, version
from ..both.stock import restock, unstock
from ..types import Capabilities
from .currencies import currency_of
from .exchanges import (
    cancel_exchange_order,
    create_exchange_order,
    find_exchange_order,
    link_exchange_order,
)
from .fulfilments import fulfil, update_tracking
from .gift_cards import credit_gift_card, gift_card_endings, gift_cards
from .marks import mark_held
from .notes import add_order_note
from .offers import (
    check_completion,
    offer_exchange,
    price_as_offered,
    ship_as_offered,
    total_of_checkout,
)
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
from .variants import find_variants, markets_of, variants_for_exchange

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
    "HELD_UNTIL",
    "add_order_note",
    "allow_writer",
    "ask_offers_of",
    "authenticate",
    "can_cancel_exchange_order",
    "cancel_exchange_order",
    "capabilities",
    "celery",
    "changed_orders",
    "check_completion",
    "checkout_id",
    "create_exchange_order",
    "credit_gift_card",
    "currency_of",
    "default_email",
    "drop_exchange_checkout",
    "existing_products",
    "facts_of",
    "facts_of_orders",
    "find_exchange_order",
    "find_order_ids",
    "find_variants",
    "fulfil",
    "gift_card_endings",
    "gift_cards",
    "has_exchange_money",
    "link_exchange_order",
    "mark_held",
    "mark_sent",
    "markets_of",
    "offer_exchange",
    "order_facts",
    "order_model",
    "orderline_model",
    "payments",
    "price_as_offered",
    "product_model",
    "public_url",
    "refund",
    "refund_mark",
    "refund_outcome",
    "restock",
    "return_products",
    "sent_with",
    "ship_as_offered",
    "store_name",
    "tokens_with_order",
    "total_of_checkout",
    "unstock",
    "update_tracking",
    "user_by_email",
    "user_facts",
    "user_model",
    "user_of_request",
    "variant_model",
    "variants_for_exchange",
    "version",
    "warehouse_model",
    "without_goods",
]
