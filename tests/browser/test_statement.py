"""A vendor's statement, and what the store writes on it."""

from collections.abc import Callable
from decimal import Decimal as D

import pytest

from saleor_returns_plugin.models import VendorMember
from saleor_returns_plugin.services import payouts
from tests.builders import MERCHANT
from tests.console.conftest import Shop
from tests.saleor_rows import a_customer, a_staff_user

from .conftest import WIDTHS, Person
from .test_whole_return import CONSOLE, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_statement(person: Callable[..., Person], shop: Shop, width: int) -> None:
    payouts.pay_out(
        vendor_id=shop.oak.pk, amount=D("400"), currency="USD", note="Bank 1", actor=MERCHANT
    )
    merchant = person("statement", width)
    sign_in(merchant, a_staff_user("staff@example.com").email)
    merchant.go(f"{CONSOLE}vendors/", "vendors")
    merchant.go(f"{CONSOLE}vendors/{shop.oak.pk}/", "vendor")
    merchant.press("Statement and balance", "statement")
    merchant.sees("Oak & Iron owes the store", "Closing balance", "Bank 1")
    merchant.open("Record a payout")
    merchant.look("payout")
    merchant.type("Amount", "a lot")
    merchant.press("Record the payout", "payout-problem")
    merchant.sees("Give an amount")
    merchant.type("Amount", "12.50")
    merchant.choose("Direction", "The vendor paid us")
    merchant.type("What for; the vendor reads it", "Paid back")
    merchant.press("Record the payout", "payout-recorded")
    merchant.sees("The payout stands on the statement.", "$12.50")
    merchant.open("Adjust the balance")
    merchant.look("adjustment")
    owner = person("statement-owner", width)
    user = a_customer("owner@example.com")
    VendorMember.objects.create(vendor=shop.oak, user=user, role="owner")
    sign_in(owner, user.email)
    owner.go(f"{CONSOLE}vendors/{shop.oak.pk}/statement/", "statement")
    owner.sees("You owe the store")
