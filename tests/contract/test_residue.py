"""Where a difference between Saleor's total and its parts goes."""

from decimal import Decimal

import pytest

from saleor_returns_plugin.domain.money import Taxed
from saleor_returns_plugin.host.both.residue import with_residue

LINES = [("8.00", "10.00"), ("24.00", "30.00"), ("4.00", "5.00")]
SHIPPING = ("4.00", "5.00")


@pytest.mark.parametrize(
    ("due", "lines", "shipping"),
    [
        ("50.00", LINES, SHIPPING),
        ("50.01", [LINES[0], ("24.01", "30.01"), LINES[2]], SHIPPING),
        ("45.00", [LINES[0], ("20.00", "25.00"), LINES[2]], SHIPPING),
        ("15.00", [("4.00", "5.00"), ("0", "0"), LINES[2]], SHIPPING),
        ("3.00", [("0", "0")] * 3, ("2.40", "3.00")),
    ],
)
def test_it_goes_to_the_largest_line_and_on_to_the_next(
    due: str, lines: list[tuple[str, str]], shipping: tuple[str, str]
) -> None:
    parts, delivery = with_residue(
        [taxed(line) for line in LINES], taxed(SHIPPING), Decimal(due), "USD"
    )

    assert parts == [taxed(line) for line in lines]
    assert delivery == taxed(shipping)


def test_an_order_without_lines_has_it_in_shipping() -> None:
    assert with_residue([], Taxed(), Decimal("1.00"), "USD") == ([], taxed(("1.00", "1.00")))


def taxed(amounts: tuple[str, str]) -> Taxed:
    return Taxed(Decimal(amounts[0]), Decimal(amounts[1]))
