"""A shop that sells through Saleor's own public API, so that Saleor alone works out every figure.

    shop = a_shop(settings, currency="USD", with_tax=True)      # with_tax None: no taxes at all
    chair = shop.sells("9.99", rate=23)
    shop.has_sale([chair], 15, percentage=True)
    code = shop.takes_voucher("entire_order", "5")
    card = shop.gives_card("20.00")
    order = shop.checkout([(chair, 3)], shipping="4.90", codes=[code, card.code])
    order = shop.draft([(chair, 3)], shipping="4.90", line_discounts=[...], order_discounts=[...])

Orders of `checkout` are paid in full by the scriptable gateway; those of `draft` are not paid.
"""

from importlib.util import find_spec

if find_spec("saleor.channel") is not None:
    from .v3 import Shop
else:
    from .v2 import Shop  # type: ignore[assignment]

a_shop = Shop.opened

__all__ = ["Shop", "a_shop"]
