"""The whole return in three people's windows, at a desk and on a telephone."""

from collections.abc import Callable

import pytest

from saleor_returns_plugin.enums import VendorRole
from saleor_returns_plugin.models import Refund, ReturnRequest, VendorMember
from tests.console.conftest import Shop
from tests.saleor_rows import a_customer, a_staff_user
from tests.saleor_rows.common import PASSWORD

from .conftest import WIDTHS, Person

pytestmark = pytest.mark.django_db(transaction=True)

CONSOLE = "/returns/console/"


def sign_in(person: Person, email: str) -> None:
    person.go(CONSOLE, "sign-in")
    person.type("E-mail address", email)
    person.type("Password", PASSWORD)
    person.press("Sign in", "to-do")


def of_the_vendor(vendor, email: str) -> str:
    user = a_customer(email)
    VendorMember.objects.create(vendor=vendor, user=user, role=VendorRole.OWNER.value)
    return email


@pytest.mark.parametrize("width", WIDTHS)
def test_a_return_from_request_to_refund(
    person: Callable[..., Person], shop: Shop, width: int
) -> None:
    shopper = person("shopper", width)
    shopper.go("/returns", "sign-in")
    shopper.press("Find my order", "sign-in-problem")
    shopper.type("Order number", f"#{shop.record.number}")
    shopper.type("E-mail address", "ada@example.com")
    shopper.press("Find my order", "order")
    shopper.press("Review return", "order-problem")
    shopper.type("How many?", "2", 0)
    shopper.type("How many?", "2", 1)
    shopper.type("Anything we should know", "The leg is loose.\nThe second one, too.", 0)
    shopper.type("A note for the whole return", "Thank you!")
    shopper.press("Review return", "review")
    shopper.press("Submit return request", "confirmation")
    shopper.press("View status", "status-requested")
    shopper.sees("The store looks at your request", "The leg is loose.")
    request = ReturnRequest.objects.get()
    oak, clay = request.vendor_returns.order_by("number")

    merchant = person("merchant", width)
    sign_in(merchant, a_staff_user("staff@example.com").email)
    merchant.sees("To approve", oak.number, clay.number)
    merchant.press(clay.number, "return-requested")
    merchant.open("Decline some of it")
    merchant.type("Units to decline", "1")
    merchant.press("Approve", "partly-without-a-reason")
    merchant.sees("Say why; the shopper will read it.")
    merchant.type("Reason, which the shopper will read", "This one was a gift.")
    merchant.page.get_by_label("Also approve the other").check()
    merchant.press("Approve", "approved")
    merchant.sees("Approved.", "1 declined, because:")

    maker = person("potter", width)
    sign_in(maker, of_the_vendor(shop.clay, "clay@example.com"))
    maker.press(clay.number, "return-without-address")
    maker.press("Or give one for all returns", "vendor")
    maker.type("Street", "310 Kiln Avenue")
    maker.press("Save", "vendor-problem")
    maker.type("City", "Asheville")
    maker.type("State or province", "NC")
    maker.type("Postal code", "28801")
    maker.choose("Country", "United States")
    maker.press("Save", "vendor-saved")
    maker.sees("Saved.")
    maker.go(f"{CONSOLE}returns/{clay.pk}/", "return-approved")
    maker.sees("Asheville, NC 28801")
    maker.press("Accept", "accepted")

    joiner = person("joiner", width)
    sign_in(joiner, of_the_vendor(shop.oak, "oak@example.com"))
    joiner.press(oak.number, "return-approved")
    joiner.press("Accept", "accepted")

    shopper.go(f"/returns/requests/{request.pk}/", "status-accepted")
    shopper.sees("Asheville, NC 28801", "This one was a gift.", "Please send the goods back by")
    shopper.press(f"I have sent it: add tracking {oak.number}", "tracking")
    shopper.press("I have sent it", "tracking-problem")
    shopper.type("Tracking number", "1Z999AA10123456784")
    shopper.type("Carrier", "UPS")
    shopper.press("I have sent it", "status-in-transit")
    shopper.sees("Your tracking number is saved", "UPS 1Z999AA10123456784")

    joiner.go(f"{CONSOLE}returns/{oak.pk}/", "return-in-transit")
    joiner.sees("1Z999AA10123456784")
    joiner.type("Units received", "1")
    joiner.press("Split: add another condition", "split", exact=False)
    joiner.type("Units received", "1", 1)
    joiner.choose("Condition", "Not acceptable", 1)
    joiner.press("Record what arrived", "receive-problem")
    joiner.type("Note; the shopper reads it", "Sawn in two.", 1)
    joiner.press("Record what arrived", "received")
    joiner.sees("The goods are recorded.", "Refund $189.00")

    shopper.go(f"/returns/requests/{request.pk}/", "status-received")
    shopper.sees("Sawn in two.", "Not paid back.")

    merchant.go(f"{CONSOLE}returns/{oak.pk}/", "return-received")
    merchant.open("Pay nevertheless")
    merchant.press("Pay these units", "overrule-problem")
    merchant.type("Why the store pays", "As a courtesy.")
    merchant.press("Pay these units", "overruled")
    merchant.sees("These units will be paid.", "Refund $378.00")

    joiner.go(f"{CONSOLE}returns/{oak.pk}/", "return-overruled")
    joiner.press("Refund $378.00", "refunded")
    joiner.sees("$378.00 is paid back.", "Completed")
    assert [refund.amount for refund in Refund.objects.all()] == [378]
    shopper.go(f"/returns/requests/{request.pk}/", "status-refunded")
    shopper.sees("Paid back", "$378.00", "the store decided so")
