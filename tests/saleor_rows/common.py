"""What both hosts' rows agree on."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any

from django.utils import timezone

Amount = Decimal | str | int
Line = tuple[Any, int, Amount]
"""A variant, how many, and the gross price of one."""

PASSWORD = "correct horse battery staple"
TAX_RATE = Decimal("0.25")

ADDRESS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "company_name": "",
    "street_address_1": "1 Analytical Street",
    "street_address_2": "",
    "city": "New York",
    "city_area": "",
    "postal_code": "10001",
    "country": "US",
    "country_area": "NY",
    "phone": "+12125550100",
}

_numbers = count(1)


def next_number() -> int:
    """Makes slugs and SKUs unique within one run."""
    return next(_numbers)


def net_of(gross: Amount, tax_rate: Decimal) -> Decimal:
    return (Decimal(gross) / (1 + tax_rate)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def goods_total(lines: Sequence[Line], tax_rate: Decimal) -> tuple[Decimal, Decimal]:
    """Net and gross of all lines, before any order-level discount."""
    net = sum((net_of(gross, tax_rate) * quantity for _, quantity, gross in lines), Decimal(0))
    gross = sum((Decimal(gross) * quantity for _, quantity, gross in lines), Decimal(0))
    return net, gross


def age(row: Any, by: timedelta) -> None:
    """Saleor made it that long ago."""
    name = "created_at" if hasattr(row, "created_at") else "created"
    type(row).objects.filter(pk=row.pk).update(**{name: timezone.now() - by})
