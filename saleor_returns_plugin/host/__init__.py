"""The only door to Saleor. Which Saleor is there is decided here, once.

`v2` and `v3` give the same names with the same results from `types`:

- `version() -> str`, `capabilities`
- `order_facts(order_id) -> OrderFacts | None`
- `facts_of_orders(order_ids) -> list[OrderFacts]`: of those that there are, in no order
- `find_order_ids(since=None, after=None, limit=500) -> list[SaleorId]`: placed orders, by id
- `changed_orders(since, after=None, limit=500) -> list[tuple[SaleorId, datetime]]`: and when
- `payments(order_id) -> list[PaymentFacts]`: first captured first, with those that were refunded
- `refund(payment_reference, amount, key) -> RefundAnswer`: never inside a transaction
- `refund_mark(payment_reference) -> str`: the newest record of that payment, before it is asked
- `refund_outcome(payment_reference, key, amount, mark, claimed, psp_reference="") -> RefundAnswer`:
  what became of it, by evidence only; `psp_reference` is what its gateway answered with
- `gift_cards(order_id) -> list[GiftCardFacts]`: cards used as a promo code, first used first
- `gift_card_endings(order_id) -> dict[str, str]`: last characters of every gift card that paid, by
  reference, also of those that are transactions; blank where the card is gone
- `credit_gift_card(reference, amount, order_id, key) -> bool`: in the caller's transaction
- `restock(units: Sequence[RestockedUnits]) -> list[SaleorId | None]`: the warehouse that each went
  to; None where nothing can be restocked
- `unstock(units: Sequence[RestockedUnits]) -> bool`: undo a restock; False when the units are
  no longer there
- `return_products(order_id, lines, user_id=None) -> dict[SaleorId, int]`: tell Saleor's order what
  came back; units per order line that moved from `quantity_fulfilled` to `quantity_returned`. Call
  it before `restock`: Saleor locks stock last. With `capabilities.native_returns` only
- `fulfil(order_id, units, tracking_number="", notify_customer=True, user_id=None) -> tuple[str, ...]`:
  ship; the ids of Saleor's fulfilments, one per warehouse
- `mark_sent(fulfilment_ids, key, digest)`: which call shipped them, kept in their private metadata
- `sent_with(order_id, key) -> str | None`: the digest of what was sent with this key; blank once all
  of it was cancelled, None for nothing
- `create_exchange_order(*, original_id, items, token, user_id=None, note="", hold=None,
  paid_otherwise=False) -> ExchangeOrder`: one order through Saleor's checkout with the original's
  addresses, e-mail, user, language and way of shipping, free of charge (or at the items' prices where
  it was paid otherwise), placed and confirmed, its stock allocated, with Saleor's own events and
  mails; a `hold` stands in it before anybody is told. Once per `token`, which the caller stores
  first. Raises ExchangeUnavailable, and leaves nothing behind
- `find_exchange_order(token) -> ExchangeOrder | None`: also one that a shopper paid for
- `tokens_with_order(tokens) -> list[UUID]`: of which there is an order
- `can_cancel_exchange_order(order_id) -> bool`: whether nothing of it was shipped, or is about to be
- `drop_exchange_checkout(token) -> bool`: what an offer left behind, unless an order, or money, came
- `has_exchange_money(token) -> bool`: whether that checkout holds money of which no order comes
- `offer_exchange(*, original_id, items, token, hold=None) -> ExchangeOffer`: a checkout with this
  token as its key, which the shopper pays on the store's own page; answers what it costs there
- `ask_offers_of(source)`: `source(token)` answers the offer that may be paid now, or None; asked
  whenever a checkout is completed, by whomever
- `check_completion(checkout_or_info)`, `total_of_checkout(checkout, previous)`,
  `price_as_offered(order)`, `ship_as_offered(checkout)`: for Saleor's hooks
- `link_exchange_order(*, order_id, original_id, user_id=None, note="", hold=None)`: mark an order that
  came of an offer, once
- `cancel_exchange_order(order_id, user_id=None) -> bool`: its stock is free again; False, and nothing
  changed, when something of it was shipped
- `markets_of(order_ids) -> dict[SaleorId, Hashable]`: orders of the same one are offered the same
  variants, at the same prices; of those that there are
- `variants_for_exchange(*, order_id, product_ids=(), variant_ids=()) -> dict[SaleorId, VariantFacts]`:
  by variant, those of the products and the named ones, also what cannot be ordered now
- `find_variants(*, order_id, text, limit) -> list[SaleorId]`: sold in the order's channel, by words of
  the product's and the variant's name and SKU; also what cannot be ordered now
- `without_goods(variant_ids) -> set[SaleorId]`: gift cards, and what is only downloaded
- `mark_held(order_id, reason)`: on the order, for warehouse systems to see, which Saleor tells of a
  change; blank: not any more
- `checkout_id(token) -> str`: the ID of a checkout in Saleor's API
- `update_tracking(fulfilment_id, tracking_number, notify_customer=False, user_id=None)`
- `add_order_note(order_id, message, user_id=None)`
- `user_facts(user_id) -> UserFacts | None`, `user_by_email(email) -> UserFacts | None`
- `facts_of(user) -> UserFacts`: of a row that the host itself has read and authenticated
- `authenticate(email, password) -> UserFacts | None`: for the console's own login
- `user_of_request(request) -> UserFacts | None`: bearer token of a plain Django request
- `currency_of(channel) -> str | None`: of all orders of that channel. Where the host has no channels
  there is one, of the blank channel; where it has, the blank one has none
- `existing_products(product_ids) -> set[SaleorId]`
- `store_name() -> str`, `default_email() -> str`, `public_url() -> str`: the site's name, sender, base URL
- `celery`: Saleor's Celery application. `celery.current_app` may be another one in all threads but the
  first, where a library made one of its own before Saleor did
- `allow_writer()`: a context in which 3.x lets its main database be written; nothing on 2.10
- `HELD_UNTIL`: key of an order's metadata, as `mark_held` writes it
- `order_model`, `orderline_model`, `product_model`, `user_model`, `variant_model`,
  `warehouse_model`: labels for foreign keys
"""

from importlib.util import find_spec

from .types import (
    Capabilities,
    ExchangeItem,
    ExchangeOffer,
    ExchangeOrder,
    FulfilledUnits,
    FulfilmentFacts,
    GiftCardFacts,
    Hold,
    LineFacts,
    OrderFacts,
    PaymentFacts,
    RefundAnswer,
    RestockedUnits,
    ReturnedUnits,
    SaleorId,
    UserFacts,
    VariantFacts,
)

# 2.10.1 calls itself "dev", so the version string cannot tell; channels came with 3.0.
IS_V3 = find_spec("saleor.channel") is not None

if IS_V3:
    from . import v3 as current
else:
    from . import v2 as current  # type: ignore[no-redef]

__all__ = [
    "IS_V3",
    "Capabilities",
    "ExchangeItem",
    "ExchangeOffer",
    "ExchangeOrder",
    "FulfilledUnits",
    "FulfilmentFacts",
    "GiftCardFacts",
    "Hold",
    "LineFacts",
    "OrderFacts",
    "PaymentFacts",
    "RefundAnswer",
    "RestockedUnits",
    "ReturnedUnits",
    "SaleorId",
    "UserFacts",
    "VariantFacts",
    "current",
]
