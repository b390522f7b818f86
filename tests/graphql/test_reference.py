"""docs/reference/api.md names all of it, and the example in docs/how-to/exchanges.md is run."""

import re

import pytest

from saleor_returns_plugin.enums import ErrorCode, ExchangeStatus
from saleor_returns_plugin.models import Exchange
from sandbox.paths import CHECKOUT

from ..saleor_rows import a_staff_user
from ..services.exchange_shop import Shop
from .client import as_user, codes
from .scene import global_id
from .test_sdl import contract

REFERENCE = CHECKOUT / "docs/reference/api.md"
EXCHANGES = CHECKOUT / "docs/how-to/exchanges.md"


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("exchanges_offered", "gateway")
def test_the_example_of_an_exchange_is_played_twice_and_orders_once() -> None:
    [example] = re.findall(
        r"```graphql\n(mutation SendInstead.*?)```", EXCHANGES.read_text(), re.DOTALL
    )
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
