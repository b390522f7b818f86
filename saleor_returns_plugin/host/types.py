"""What both hosts answer with: frozen facts, never Saleor's own rows.

Amounts are in the order's currency, as Saleor stores them, after every discount.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..enums import OrderState, RefundStatus

SaleorId = int | Any
"""Primary key of a row of Saleor's: int on 2.10, UUID or int on 3.x."""


@dataclass(frozen=True)
class Capabilities:
    """What the host has; what is False is answered with NOT_SUPPORTED_BY_HOST."""

    channels: bool
    transactions: bool
    dashboard_extensions: bool
    native_returns: bool
    """Saleor's orders know returned units, and `return_products` tells them."""


@dataclass(frozen=True)
class LineFacts:
    id: SaleorId
    product_id: SaleorId | None
    variant_id: SaleorId | None
    product_name: str
    variant_name: str
    sku: str
    quantity: int
    quantity_fulfilled: int
    """Units in fulfilments that were really shipped, less what Saleor holds as returned."""
    quantity_returned: int
    """Units that Saleor holds as returned, replaced or refunded, by whomever; 0 without native returns."""
    total_net: Decimal
    total_gross: Decimal
    """What was paid for the whole line, order-level discounts included."""
    discount_share: Decimal = Decimal(0)
    """What of an order-level discount is already taken off the totals; 0 where the host has none."""
    thumbnail_url: str = ""
    quantity_waiting: int = 0
    """Units in fulfilments that wait for approval in Saleor; they did not leave yet."""


@dataclass(frozen=True)
class FulfilmentFacts:
    id: str
    """What `update_tracking` takes; Saleor deletes a fulfilment once all its units are returned."""
    created_at: datetime
    tracking_number: str
    line_ids: tuple[SaleorId, ...]


@dataclass(frozen=True)
class RestockedUnits:
    """Units of an order line that go into a warehouse: the named one, or where they came from."""

    order_line_id: SaleorId
    quantity: int
    warehouse_id: SaleorId | None = None


@dataclass(frozen=True)
class ReturnedUnits:
    """Units of an order line that came back."""

    order_line_id: SaleorId
    quantity: int


@dataclass(frozen=True)
class FulfilledUnits:
    """Units of an order line to ship, from the named warehouse or one that is found."""

    order_line_id: SaleorId
    quantity: int
    warehouse_id: SaleorId | None = None


@dataclass(frozen=True)
class ExchangeItem:
    """Units of a variant that replace something; each variant once in an order."""

    variant_id: SaleorId | None
    """None for one that is gone, which is refused."""
    quantity: int
    unit_price: Decimal = Decimal(0)
    """Gross, in the order's currency: what the shopper owes for one."""


@dataclass(frozen=True)
class Hold:
    """Why an order must not be sent yet."""

    reason: str
    """For systems, `on_reception` for example."""
    text: str
    """For people, a sentence."""


@dataclass(frozen=True)
class ExchangeOrder:
    id: SaleorId
    number: str
    line_ids: tuple[SaleorId, ...]
    """Of the items that were asked for, in their sequence; all lines for an order that is found."""


@dataclass(frozen=True)
class ExchangeOffer:
    """What a shopper may pay for on the store's own checkout page, and nothing else."""

    items: tuple[ExchangeItem, ...]
    total: Decimal
    """Gross, shipping included."""


@dataclass(frozen=True)
class VariantFacts:
    """A variant as a shopper could order it now, in the channel and to the country of an order, or
    where that was collected."""

    id: SaleorId
    product_id: SaleorId
    product_name: str
    name: str
    sku: str
    unit_price: Decimal | None
    """Gross, with the sales that run now; None where it has no price."""
    undiscounted_unit_price: Decimal | None
    available: int
    """Units that are not kept for others; never more than Saleor lets one line have."""
    is_published: bool
    is_digital: bool
    is_gift_card: bool

    @property
    def can_be_ordered(self) -> bool:
        return self.is_published and self.available > 0 and self.is_goods

    @property
    def is_goods(self) -> bool:
        return not self.is_digital and not self.is_gift_card


@dataclass(frozen=True)
class OrderFacts:
    id: SaleorId
    number: str
    state: OrderState
    is_paid: bool
    email: str
    user_id: SaleorId | None
    channel: str
    """Slug; empty where the host has no channels."""
    language: str
    currency: str
    placed_at: datetime
    shipping_net: Decimal
    shipping_gross: Decimal
    shipping_address: dict[str, str]
    lines: tuple[LineFacts, ...]
    fulfilments: tuple[FulfilmentFacts, ...] = field(default=())
    waiting_numbers: frozenset[str] = frozenset()
    """Tracking numbers of fulfilments that wait for approval in Saleor."""
    total_gross: Decimal = Decimal(0)
    """Order.total: lines and shipping, less gift cards used as a promo code."""
    gift_cards: Decimal = Decimal(0)
    """What gift cards used as a promo code paid of the lines and shipping."""
    refunded: Decimal = Decimal(0)
    """What went back through its payments, by whomever it was asked for."""
    discount: Decimal = Decimal(0)
    """The order-level discount that was shared out; 0 where prices have it inside already."""
    checkout_token: str = ""
    """Of the checkout that it was placed with; empty for an order without one."""
    discount_is_estimated: bool = False
    """The voucher is gone or changed, so the discount was shared in proportion to price."""
    reference: str = ""
    """The store's own name for it, as from its ERP; empty where the host keeps none."""


@dataclass(frozen=True)
class PaymentFacts:
    """A payment (or transaction) that holds money of the order, or that gave some back."""

    reference: str
    """`payment:<id>` or `transaction:<id>`; what `refund` takes."""
    captured: Decimal
    """Still captured: net of what was refunded."""
    currency: str
    refundable: bool
    """False for manual payments, gateways that are gone, and where nothing is captured."""
    refunded: Decimal = Decimal(0)
    """What Saleor holds as refunded through it, by whomever; on its way counts, as in `captured`."""


@dataclass(frozen=True)
class GiftCardFacts:
    """A gift card that lowered the order's total; those that are transactions are payments."""

    reference: str
    """`gift_card:<id>`; what `credit_gift_card` takes."""
    used: Decimal
    """What it paid of the order, refunds left aside."""
    currency: str
    is_usable: bool
    """False when it is inactive or expired, or when the host cannot prove what it paid."""
    label: str
    """Its last characters, as Saleor shows them."""


@dataclass(frozen=True)
class RefundAnswer:
    """What the host says of one refund; UNKNOWN when silence cannot tell."""

    status: RefundStatus
    psp_reference: str = ""
    message: str = ""
    asked: bool = True
    """False when nothing was sent to the gateway: a FAILED of the host's own, safe to try again."""


@dataclass(frozen=True)
class UserFacts:
    id: SaleorId
    email: str
    name: str
    is_merchant: bool
    """Staff with MANAGE_ORDERS."""
    language: str = ""
    is_confirmed: bool = True
    """False as long as the store waits for proof that the e-mail is the user's own."""
    password_mark: str = ""
    """Changes with the password, so that what was signed in before can end."""
