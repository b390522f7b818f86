"""What Saleor's staff do there with the order of a replacement that was sent: on 3.x."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import EventKind, ExchangeStatus, Resolution, ReturnStatus
from saleor_returns_plugin.models import OrderRecord, Refund, VendorReturn
from saleor_returns_plugin.selectors import quotes
from saleor_returns_plugin.selectors.exchanges import SENT_IN_PART
from saleor_returns_plugin.services import (
    refunds,
    resolutions,
    shipments,
    split,
    staff_exchanges,
)
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits
from tests.builders import MERCHANT, NOW, a_vendor, acts_for, sells
from tests.saleor_rows import a_product
from tests.saleor_rows.shop.common import gid

from .exchange_shop import (
    Shop,
    differences,
    exchange_of,
    fresh,
    new_record,
    new_shipment,
    on_statement,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("exchanges_offered"),
    pytest.mark.skipif(not host.IS_V3, reason="2.10 knows no returned units"),
]
D = Decimal
CANCEL = "mutation($id: ID!) { orderCancel(id: $id) { errors { message } } }"
RETURN = """
mutation($order: ID!, $line: ID!) {
  orderFulfillmentReturnProducts(
    order: $order, input: {fulfillmentLines: [{fulfillmentLineId: $line, quantity: 1}]}
  ) { errors { message } }
}
"""


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> Any:
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    with host.current.allow_writer():
        yield


@pytest.fixture
def shop() -> Shop:
    return Shop()


def broken() -> list[str]:
    return differences(*OrderRecord.objects.all())


def refund(part: VendorReturn) -> Refund:
    return refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)


def send(part: VendorReturn, vendor: Any) -> OrderRecord:
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(vendor), now=NOW)
    return new_record(part)


def staff(mutation: str, part: VendorReturn, **variables: Any) -> None:
    """In Saleor, with the replacement's order; then we look at it."""
    from saleor_returns_plugin.host.v3 import api

    assert api.errors_of(mutation, variables) == ""
    split.split_order(order_id=exchange_of(part).order_id, now=NOW)


def cancel(part: VendorReturn) -> None:
    staff(CANCEL, part, id=gid("Order", exchange_of(part).order_id))
    assert new_record(part).is_cancelled


def take_back(part: VendorReturn) -> None:
    lines = apps.get_model("order.FulfillmentLine").objects
    line = lines.get(fulfillment__order_id=exchange_of(part).order_id)
    order = gid("Order", exchange_of(part).order_id)
    staff(RETURN, part, order=order, line=gid("FulfillmentLine", line.pk))
    assert new_shipment(part).lines.get().quantity_taken_back == 1


class TestItIsCancelledOnceItCameBack:
    def check(self, part: VendorReturn) -> None:
        assert exchange_of(part).status == ExchangeStatus.RELEASED.value
        assert fresh(part).status == ReturnStatus.SETTLED.value
        assert quotes.due_now(fresh(part)).refund == 0

    def test_for_other_goods_nothing_is_owed_for_the_first(self, shop: Shop) -> None:
        record = shop.order(1)
        sold = on_statement(shop.vendor)
        first = shop.receive(shop.accepted(record))
        second = send(first, shop.vendor)
        swapped = shop.receive(shop.accept(shop.ask(second, variant=shop.small)))
        third = send(swapped, shop.vendor)
        cancel(first)
        self.check(first)
        assert on_statement(shop.vendor) == sold
        last = shop.receive(shop.accept(shop.back(third)))
        assert refund(last).amount == 10
        assert on_statement(shop.vendor) == 0
        self.check(first)
        assert broken() == []

    def test_for_money_nothing_is_owed_for_the_first(self, shop: Shop) -> None:
        """Of two: 10.00 are left that could be paid."""
        record = shop.order(2)
        first = shop.receive(shop.accepted(record))
        second = send(first, shop.vendor)
        back = shop.receive(shop.accept(shop.back(second)))
        assert refund(back).amount == 10
        left = on_statement(shop.vendor)
        cancel(first)
        self.check(first)
        assert on_statement(shop.vendor) == left
        assert broken() == []

    def test_what_was_not_sent_is_the_stores_to_see_to(self, shop: Shop) -> None:
        first = shop.receive(shop.accepted(shop.order(2), units=2))
        shipment = new_shipment(first)
        one = [shipments.ShippedUnits(shipment.lines.get().pk, 1)]
        shipments.fulfil(shipment_id=shipment.pk, actor=acts_for(shop.vendor), now=NOW, units=one)
        assert refund(shop.receive(shop.accept(shop.back(new_record(first), 1)))).amount == 10
        cancel(first)
        split.split_order(order_id=exchange_of(first).order_id, now=NOW)
        self.check(first)
        told = first.events.get(kind=EventKind.EXCHANGE_STUCK.value)
        assert told.data["code"] == SENT_IN_PART
        assert exchange_of(first).order_number in told.message
        assert broken() == []

    def test_what_another_vendor_sent_is_that_vendors(self, shop: Shop) -> None:
        elm = a_vendor("Elm", commission_rate="20")
        coat = sells(elm, a_product(name="Coat", price="10.00"))
        record = shop.order(1)
        units = ExchangedUnits(
            coat.pk, 1, order_line_id=record.shipments.get().lines.get().order_line_id
        )
        exchange = staff_exchanges.create(
            actor=MERCHANT, record_id=record.pk, lines=[units], now=NOW
        )
        first = exchange.vendor_return
        second = send(first, elm)
        shop.vendor, first_vendor = elm, shop.vendor
        back = shop.receive(shop.accept(shop.back(second)))
        cancel(first)
        assert exchange_of(first).status == ExchangeStatus.RELEASED.value
        assert on_statement(first_vendor) == 0
        assert on_statement(elm) > 0
        assert broken() == []
        assert refund(fresh(back)).amount == 10
        assert (on_statement(first_vendor), on_statement(elm)) == (0, 0)
        assert broken() == []


class TestStaffTookItBackInSaleor:
    def test_its_vendor_keeps_nothing(self, shop: Shop) -> None:
        record = shop.order(1)
        assert on_statement(shop.vendor) > 0
        part = shop.receive(shop.accepted(record))
        send(part, shop.vendor)
        take_back(part)
        assert on_statement(shop.vendor) == 0
        assert broken() == []

    def test_of_what_was_paid_back_before_nothing_leaves_twice(self, shop: Shop) -> None:
        record = shop.order(2)
        one = on_statement(shop.vendor) / 2
        part = shop.receive(shop.accepted(record, units=2))
        second = send(part, shop.vendor)
        take_back(part)
        assert on_statement(shop.vendor) == one
        line = second.shipments.get().lines.get()
        assert line.units_shipped == 1
        back = shop.receive(shop.accept(shop.back(second, 1)))
        assert refund(back).amount == 10
        assert on_statement(shop.vendor) == 0
        assert broken() == []

    def test_once_it_is_cancelled_the_first_is_sold_again(self, shop: Shop) -> None:
        record = shop.order(1)
        sold = on_statement(shop.vendor)
        part = shop.receive(shop.accepted(record))
        send(part, shop.vendor)
        take_back(part)
        cancel(part)
        assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
        assert on_statement(shop.vendor) == sold
        assert broken() == []
        resolutions.change(
            return_line_id=part.lines.get().pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            now=NOW,
        )
        assert refund(fresh(part)).amount == 10
        assert on_statement(shop.vendor) == 0
        assert broken() == []
