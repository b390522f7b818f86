"""Whom the one order-level discount of 2.10 belongs to.

`Order.discount_amount` left net and gross of the total alike, and 2.10 stores nowhere which lines
it was for: the voucher, as it is now, has to tell. Saleor's rules: `checkout/utils.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from prices import Money
from saleor.discount import VoucherType
from saleor.discount.models import Voucher
from saleor.order.models import Order, OrderLine

from ...domain.money import ZERO, Taxed, allocate


@dataclass(frozen=True)
class Shares:
    """The discount in parts that sum to it; `lines` in the order they came."""

    shipping: Decimal
    lines: list[Decimal]
    is_estimated: bool = False


def share_discount(order: Order, lines: Sequence[OrderLine]) -> Shares:
    """Share `order.discount_amount` among shipping and lines, as its voucher meant it."""
    discount = order.discount_amount
    nothing = [ZERO] * len(lines)
    if not discount:
        return Shares(ZERO, nothing)
    voucher = order.voucher
    if voucher is not None and voucher.type == VoucherType.SHIPPING:
        shipping = min(discount, order.shipping_price_gross_amount)
        return Shares(
            shipping,
            _in_proportion(discount - shipping, lines, order.currency),
            # A free shipping voucher never exceeds shipping: the method changed since.
            is_estimated=shipping != discount,
        )
    if voucher is not None and voucher.type == VoucherType.SPECIFIC_PRODUCT:
        weights = _specific_weights(voucher, lines)
        if sum(weights):
            return _capped(discount, weights, lines, order)
        return _in_proportion_and_rest(discount, lines, order, is_estimated=True)
    return _in_proportion_and_rest(discount, lines, order, is_estimated=voucher is None)


def after(paid: Taxed, share: Decimal) -> Taxed:
    """What is left of a price after its share of the discount.

    Saleor takes the same amount off net and gross, and its net may so fall below nothing; there
    it stops at 0, as Saleor's own total does.
    """
    gross = paid.gross - share
    return Taxed(net=max(ZERO, min(gross, paid.net - share)), gross=gross)


def _specific_weights(voucher: Voucher, lines: Sequence[OrderLine]) -> list[Decimal]:
    """How much the voucher takes off each line; 0 for those it was not for."""
    eligible = [_is_eligible(voucher, line) for line in lines]
    if voucher.apply_once_per_order:
        cheapest = min(
            (
                line.unit_price_gross_amount
                for line, yes in zip(lines, eligible, strict=True)
                if yes
            ),
            default=None,
        )
        weights = [ZERO] * len(lines)
        for index, line in enumerate(lines):
            if eligible[index] and line.unit_price_gross_amount == cheapest:
                weights[index] = Decimal(1)
                break
        return weights
    return [
        _discount_of_unit(voucher, line) * line.quantity if yes else ZERO
        for line, yes in zip(lines, eligible, strict=True)
    ]


def _discount_of_unit(voucher: Voucher, line: OrderLine) -> Decimal:
    price = Money(line.unit_price_gross_amount, line.currency)
    return voucher.get_discount_amount_for(price).amount


def _is_eligible(voucher: Voucher, line: OrderLine) -> bool:
    """Child categories do not count, and a voucher that names nothing is for everything."""
    products = {row.pk for row in voucher.products.all()}
    categories = {row.pk for row in voucher.categories.all()}
    collections = {row.pk for row in voucher.collections.all()}
    if not (products or categories or collections):
        return True
    if line.variant is None:
        return False
    product = line.variant.product
    return (
        product.pk in products
        or product.category_id in categories
        or any(row.pk in collections for row in product.collections.all())
    )


def _capped(
    discount: Decimal, weights: list[Decimal], lines: Sequence[OrderLine], order: Order
) -> Shares:
    """By weight, unless a line would fall below nothing: then the voucher changed since."""
    shares = allocate(discount, weights, order.currency)
    if all(share <= _gross(line) for share, line in zip(shares, lines, strict=True)):
        return Shares(ZERO, shares)
    return _in_proportion_and_rest(discount, lines, order, is_estimated=True)


def _in_proportion_and_rest(
    discount: Decimal, lines: Sequence[OrderLine], order: Order, *, is_estimated: bool
) -> Shares:
    """To the lines in proportion to price; what exceeds them is shipping's."""
    goods = min(discount, sum((_gross(line) for line in lines), ZERO))
    return Shares(discount - goods, _in_proportion(goods, lines, order.currency), is_estimated)


def _in_proportion(amount: Decimal, lines: Sequence[OrderLine], currency: str) -> list[Decimal]:
    return allocate(amount, [_gross(line) for line in lines], currency)


def _gross(line: OrderLine) -> Decimal:
    return line.unit_price_gross_amount * line.quantity
