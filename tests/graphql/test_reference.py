"""The pages of docs/ name all of it, and the examples in docs/how-to/exchanges.md are run."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from saleor_returns_plugin import tasks
from saleor_returns_plugin.enums import ErrorCode, ExchangePricing, ExchangeStatus
from saleor_returns_plugin.models import Exchange, VendorReturn
from saleor_returns_plugin.services import branding, exchange_orders, sessions
from saleor_returns_plugin.services.queue import PREFIX
from sandbox.paths import CHECKOUT

from ..builders import MERCHANT, NOW
from ..saleor_rows import a_staff_user, a_variant
from ..services.exchange_shop import Shop
from .client import Caller, as_guest, as_user, codes
from .scene import global_id
from .test_sdl import contract

REFERENCE = CHECKOUT / "docs/reference/api.md"
EXCHANGES = CHECKOUT / "docs/how-to/exchanges.md"
SETTINGS = CHECKOUT / "docs/reference/settings.md"


def test_every_root_field_stands_in_the_reference() -> None:
    page = REFERENCE.read_text()
    roots = [name.split(".") for name in contract() if re.match(r"(Query|Mutation)\.", name)]
    assert len(roots) > 50
    assert [name for _, name in roots if not re.search(rf"`{name}\b", page)] == []


def test_every_field_of_saleors_types_stands_in_the_reference() -> None:
    page = REFERENCE.read_text()
    fields = [name for name in contract() if re.match(r"(Order|Product|User)\.", name)]
    assert fields
    assert [name for name in fields if f"`{name}`" not in page] == []


def test_every_error_code_stands_in_the_reference() -> None:
    page = REFERENCE.read_text()
    assert [code.name for code in ErrorCode if f"`{code.name}`" not in page] == []


def test_every_field_of_the_portal_that_is_the_merchants_stands_in_the_reference() -> None:
    [row] = [line for line in REFERENCE.read_text().splitlines() if "`returnPortal(" in line]
    names = [
        "senderName",
        "allowedOrigins",
        "notifyExchangeOrders",
        "checkoutUrl",
        "merchantEmails",
    ]
    assert {f"ReturnPortal.{name}" for name in names} <= set(contract())
    assert [name for name in names if f"`{name}`" not in row] == []


@pytest.mark.parametrize("kind", ["ReturnExchangeStatus", "ReturnExchangeFailure"])
def test_every_value_of_an_exchange_stands_in_a_table(kind: str) -> None:
    rows = [line for line in EXCHANGES.read_text().splitlines() if line.startswith("| ")]
    names = [name.split(".")[1] for name in contract() if name.startswith(f"{kind}.")]
    assert names
    first_cells = " ".join(row.split("|")[1] for row in rows)
    assert [name for name in names if not re.search(rf"\b{name}\b", first_cells)] == []


def test_every_field_of_an_exchange_is_asked_for_or_explained() -> None:
    page = EXCHANGES.read_text()
    fields = [name for name in contract() if re.match(r"ReturnExchange(Option)?\.", name)]
    assert fields
    not_shown = {"ReturnExchange.order", "ReturnExchange.createdAt", "ReturnExchangeOption.sku"}
    names = {name: name.split(".")[1] for name in fields if name not in not_shown}
    assert [name for name, word in names.items() if not re.search(rf"\b{word}\b", page)] == []


def test_every_task_stands_among_the_settings() -> None:
    page = SETTINGS.read_text()
    named = [each.name for each in vars(tasks).values() if hasattr(each, "delay")]
    assert len(named) > 10
    assert [name for name in named if f"| `{name}` |" not in page] == []
    assert all(name.startswith(PREFIX) for name in named)


def example_of(begin: str) -> str:
    """The block of the page that begins so."""
    blocks = re.findall(r"```graphql\n(.*?)```", EXCHANGES.read_text(), re.DOTALL)
    [example] = [block for block in blocks if re.match(rf"{begin}\b", block)]
    return example


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("exchanges_offered", "gateway")
def test_the_example_of_an_exchange_is_played_twice_and_orders_once() -> None:
    example = example_of("mutation SendInstead")
    shop = Shop()
    record = shop.order()
    given = {
        "order": global_id(record.order, "Order"),
        "orderLine": global_id(record.shipments.get().lines.get().order_line, "OrderLine"),
        "variant": global_id(shop.large, "ProductVariant"),
    }
    merchant = as_user(a_staff_user())
    payload = merchant(example, **given)["returnExchangeCreate"]
    assert codes(payload) == []
    assert payload["exchange"]["lines"] == [{"name": "Shirt, L", "quantity": 1}]
    assert (
        merchant(example, **given)["returnExchangeCreate"]["exchange"]["id"]
        == (payload["exchange"]["id"])
    )
    assert Exchange.objects.get().status == ExchangeStatus.RELEASED.value
    then = merchant(example_of("query WhatWasSent"), order=given["order"])["order"]
    [exchange] = then["returnRequests"][0]["vendorReturns"][0]["exchanges"]
    assert (exchange["status"], exchange["failure"]) == ("RELEASED", None)
    assert exchange["orderNumber"] == Exchange.objects.get().order_number


class Storefront:
    """A shopper's own page, which knows the examples and nothing else; asks for XL, 2.00 dearer."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.shop.rules(exchange_pricing=ExchangePricing.SETTLED)
        self.large = a_variant(self.shop.small, "XL", price="12.00")
        url = "https://shop.example/checkout?checkout={checkout}"
        branding.update(actor=MERCHANT, channel=None, values={"checkout_url": url})
        record = self.shop.order()
        self.shopper: Caller = as_guest(sessions.open_for(record=record, now=timezone.now()).token)
        order = self.shopper(example_of("query Choices"))["returnableOrder"]
        [line] = order["shipments"][0]["lines"]
        asked = self.shopper(
            example_of("mutation AskForExchange"),
            line=line["line"]["id"],
            variant=self.named(line["exchangeOptions"], "XL"),
        )["returnRequestCreate"]
        assert codes(asked) == []
        [self.part] = asked["returnRequest"]["vendorReturns"]

    def named(self, options: list[dict[str, Any]], size: str) -> str:
        [found] = [each for each in options if each["name"] == f"Shirt, {size}"]
        return found["variant"]["id"]

    def accept(self) -> None:
        self.shop.accept(VendorReturn.objects.get())

    def look(self) -> dict[str, Any]:
        answer = self.shopper(example_of("query WhatBecameOfIt"), vendorReturn=self.part["id"])
        return answer["vendorReturn"]

    def choose(self, name: str, **given: str) -> dict[str, Any]:
        [line] = self.look()["lines"]
        answer = self.shopper(example_of(f"mutation {name}"), returnLine=line["id"], **given)
        payload = answer["returnLineResolutionChange"]
        assert codes(payload) == []
        return payload["vendorReturn"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("exchanges_offered", "gateway")
def test_a_storefront_offers_what_is_dearer_to_be_paid() -> None:
    page = Storefront()
    assert page.look()["exchanges"] == []
    page.accept()
    [exchange] = page.look()["exchanges"]
    assert exchange["status"] == "AWAITING_PAYMENT"
    assert exchange["difference"]["amount"] == 2
    assert exchange["paymentUrl"].startswith("https://shop.example/checkout?checkout=")
    assert exchange["expiresAt"]
    assert exchange["orderNumber"] is None

    exchange_orders.end(exchange_id=Exchange.objects.get().pk, now=NOW)
    [ended] = page.look()["exchanges"]
    assert (ended["status"], ended["paymentUrl"], ended["expiresAt"]) == ("FAILED", None, None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("exchanges_offered", "gateway")
def test_a_storefront_lets_the_shopper_choose_anew_once_the_exchange_failed() -> None:
    page = Storefront()
    stocks = apps.get_model("warehouse.Stock").objects.filter(product_variant=page.large)
    stocks.update(quantity=0)
    page.accept()
    seen = page.look()
    [failed] = seen["exchanges"]
    assert (failed["status"], failed["failureCode"]) == ("FAILED", "OUT_OF_STOCK")
    assert "CHANGE_RESOLUTION" in seen["allowedActions"]
    options = seen["lines"][0]["exchangeOptions"]
    page.choose("ChooseAnother", variant=page.named(options, "L"))
    before, anew = page.look()["exchanges"]
    assert (before["id"], before["status"]) == (failed["id"], "CANCELLED")
    assert (anew["status"], anew["releaseRule"]) == ("ORDERED", "ON_RECEPTION")
    assert anew["orderNumber"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("exchanges_offered", "gateway")
def test_a_storefront_lets_the_shopper_take_the_money_once_the_exchange_failed() -> None:
    page = Storefront()
    apps.get_model("warehouse.Stock").objects.filter(product_variant=page.large).update(quantity=0)
    page.accept()
    chosen = page.choose("TakeTheMoney")
    assert [each["status"] for each in chosen["exchanges"]] == ["CANCELLED"]
    assert chosen["expected"]["refund"]["amount"] == 10
