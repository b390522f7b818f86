"""Staff send something else: a line split, another product found, a price, looked over, ordered."""

from collections.abc import Callable

import pytest

from saleor_returns_plugin.models import Exchange, ReturnPortal
from tests.builders import a_request, a_vendor, an_order, sells
from tests.saleor_rows import a_product, a_staff_user, a_variant
from tests.services.exchange_shop import Shop, new_shipment

from .conftest import WIDTHS, Person
from .test_whole_return import CONSOLE, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]


@pytest.mark.parametrize("width", WIDTHS)
def test_goods_that_nobody_returns(person: Callable[..., Person], width: int) -> None:
    shirts = Shop()
    ReturnPortal.objects.create(checkout_url="https://shop.example/pay/{token}")
    a_variant(shirts.small, "XL, organic cotton with a rather long name", price="12.00", stock=2)
    mug = sells(shirts.vendor, a_product(name="Mug", sku="MUG-1", price="3.00"))
    studio = a_vendor("Clay Studio")
    for number in range(12):
        name = f"Stoneware Bowl {number}"
        sells(studio, a_product(name=name, sku=f"CS-BOWL-{number}", price="38.00"))
    record = an_order([(shirts.small, 3, "10.00"), (mug, 2, "3.00")])
    shipment = record.shipments.get()
    staff = person("new-exchange", width)
    sign_in(staff, a_staff_user("staff@example.com").email)
    staff.go(f"{CONSOLE}shipments/{shipment.pk}/", "shipment")
    staff.press("New exchange: send something else", "new")
    staff.sees("up to 3", "up to 2")
    units = staff.page.get_by_label("Units", exact=True)
    assert not units.first.is_visible()
    staff.press("Preview", "problem")
    staff.sees("Tick what is replaced.")
    staff.page.get_by_label("Replace this item").first.check()
    assert units.first.is_visible()
    assert not units.nth(1).is_visible()
    staff.look("ticked")
    staff.press("Split: send several variants Shirt", "split")
    staff.choose("Sent instead", "Shirt, L · $10.00", 0)
    staff.type("Units", "2", 0)
    staff.choose("Sent instead", "Shirt, XL, organic cotton with a rather long name · $12.00", 1)
    staff.type("Units", "2", 1)
    staff.type("Price of one, in USD", "cheap", 1)
    staff.type("Find an item by name or SKU", "bowl")
    staff.press("Search", "found", exact=True)
    staff.sees("There are more.")
    staff.press("Add Stoneware Bowl 1", "added")
    staff.sees("The item is added below. Say how many.")
    staff.press("Preview", "problems")
    staff.sees("At most 3 can be replaced.", "Give an amount in USD, such as 12.50.")
    staff.type("Units", "1", 1)
    staff.type("Price of one, in USD", "2", 1)
    staff.choose("Tell the shopper by mail", "No")
    staff.press("Preview", "review")
    staff.sees(
        "2 × Shirt, L",
        "the shopper pays $2.00 each",
        "1 × Stoneware Bowl 1",
        "Clay Studio",
        "We send no other.",
    )
    staff.press("Change something", "again")
    staff.type("Price of one, in USD", "0", 1)
    staff.press("Preview", "review-free")
    staff.sees("It is ordered, and may be sent, at once.")
    staff.press("Order it", "ordered")
    staff.sees("Done. What becomes of the replacement stands below.", "To be sent")
    assert Exchange.objects.get().lines.count() == 3


@pytest.mark.parametrize("width", WIDTHS)
def test_a_return(person: Callable[..., Person], width: int) -> None:
    shirts = Shop()
    part = shirts.accept(a_request(shirts.order(), 2).vendor_returns.get())
    staff = person("new-exchange-of-return", width)
    sign_in(staff, a_staff_user("staff@example.com").email)
    staff.go(f"{CONSOLE}returns/{part.pk}/", "return")
    staff.press("New exchange: send something else", "new")
    staff.sees("The shopper pays nothing for it.", "2 units, all together")
    staff.choose("Sent instead", "Shirt, L · $10.00")
    staff.press("Preview", "review")
    staff.press("Order it", "ordered")
    staff.sees("Exchange: 2 × Shirt, L")
    assert new_shipment(part).lines.get().quantity == 2
