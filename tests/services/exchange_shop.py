"""A vendor's shirt in sizes, its returns, and what there is of an exchange afterwards."""

from decimal import Decimal
from typing import Any

from django.apps import apps

from saleor_returns_plugin.domain.requested import ReceivedLine, RequestedLine
from saleor_returns_plugin.enums import Condition, ExchangePricing, Resolution, Source
from saleor_returns_plugin.models import (
    Exchange,
    LedgerEntry,
    OrderRecord,
    ReturnEvent,
    VendorReturn,
    VendorShipment,
)
from saleor_returns_plugin.selectors import checks
from saleor_returns_plugin.services import (
    branding,
    policies,
    receptions,
    return_requests,
    split,
    vendor_returns,
)
from tests.builders import MERCHANT, NOW, a_vendor, acts_for, an_order, sells, shopper_of
from tests.saleor_rows import a_product, a_shipping_method, a_variant, pay
from tests.saleor_rows.shop import Shop as SaleorShop
from tests.saleor_rows.shop.common import gid


class Shop:
    """A vendor's shirt in two sizes, of which two of one size were sold, at 10.00 each."""

    def __init__(self) -> None:
        self.vendor = a_vendor()  # commission 10 %
        self.small = sells(self.vendor, a_product(name="Shirt", price="10.00", stock=5))
        self.large = a_variant(self.small, "L")
        a_shipping_method()
        self.rules()

    def rules(self, **values: Any) -> None:
        given = {"resolutions": [Resolution.REFUND, Resolution.EXCHANGE], **values}
        row = apps.get_model("saleor_returns_plugin.ReturnPolicy").objects.first()
        if row is None:
            policies.create(actor=MERCHANT, values=given)
        else:
            policies.update(actor=MERCHANT, policy_id=row.pk, values=given)

    def sells_dearer(self) -> None:
        """XL, `dear`, costs 2.00 more, which the shopper pays on the store's page."""
        self.rules(exchange_pricing=ExchangePricing.SETTLED)
        self.dear = a_variant(self.small, "XL", price="12.00")
        url = "https://shop.example/pay/{token}"
        branding.update(actor=MERCHANT, channel="", values={"checkout_url": url})

    def order(self, quantity: int = 2, price: str = "10.00") -> OrderRecord:
        return an_order([(self.small, quantity, price)])

    def unpaid(self, quantity: int = 1, price: str = "10.00") -> OrderRecord:
        return an_order([(self.small, quantity, price)], paid=False)

    def pays(self, record: OrderRecord) -> None:
        order = apps.get_model("order.Order").objects.get(pk=record.order_id)
        pay(order)
        split.split_order(order_id=order.pk, now=NOW)
        record.refresh_from_db()

    def back(self, record: OrderRecord, units: int | None = None) -> VendorReturn:
        """A request for the money of its one line, or of so many units of it."""
        line = record.shipments.get().lines.get()
        request = return_requests.create(
            actor=shopper_of(record),
            record_id=record.pk,
            lines=[RequestedLine(shipment_line_id=line.pk, quantity=units or line.quantity)],
            source=Source.PORTAL,
            now=NOW,
        )
        return request.vendor_returns.get()

    def ask(
        self, record: OrderRecord, units: int = 1, variant: Any = None, **values: Any
    ) -> VendorReturn:
        line = record.shipments.get().lines.get()
        wanted = RequestedLine(
            shipment_line_id=line.pk,
            quantity=units,
            resolution=Resolution.EXCHANGE,
            exchange_variant_id=(variant or self.large).pk,
        )
        request = return_requests.create(
            actor=shopper_of(record),
            record_id=record.pk,
            lines=[wanted],
            source=Source.PORTAL,
            now=NOW,
            **values,
        )
        return request.vendor_returns.get()

    def accept(self, part: VendorReturn) -> VendorReturn:
        return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
        vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(self.vendor), now=NOW)
        return fresh(part)

    def accepted(self, record: OrderRecord | None = None, **values: Any) -> VendorReturn:
        return self.accept(self.ask(record or self.order(), **values))

    def receive(
        self, part: VendorReturn, condition: Condition = Condition.GOOD, units: int | None = None
    ) -> VendorReturn:
        line = part.lines.get()
        receptions.receive(
            vendor_return_id=part.pk,
            actor=acts_for(self.vendor),
            lines=[
                ReceivedLine(
                    return_line_id=line.pk,
                    quantity=units or line.expected,
                    condition=condition,
                    note="" if condition is Condition.GOOD else "torn",
                )
            ],
            now=NOW,
        )
        return fresh(part)


def fresh(part: VendorReturn) -> VendorReturn:
    return VendorReturn.objects.get(pk=part.pk)


def exchange_of(part: VendorReturn) -> Exchange:
    return part.exchanges.latest("created_at")


def buyer() -> SaleorShop:
    """Who pays for what others offer; a shop of its own is not needed."""
    return SaleorShop.__new__(SaleorShop)


def buys(part: VendorReturn) -> Any:
    """The shopper pays for the replacement on Saleor's own checkout; the order that it becomes."""
    return buyer().buys(gid("Checkout", exchange_of(part).checkout_token))


def new_record(part: VendorReturn) -> OrderRecord:
    return OrderRecord.objects.get(order_id=exchange_of(part).order_id)


def new_shipment(part: VendorReturn) -> VendorShipment:
    return new_record(part).shipments.get()


def order_row(part: VendorReturn) -> Any:
    return apps.get_model("order.Order").objects.get(pk=exchange_of(part).order_id)


def allocated(variant: Any) -> int:
    rows = apps.get_model("warehouse.Allocation").objects.filter(stock__product_variant=variant)
    return sum(rows.values_list("quantity_allocated", flat=True))


def leftovers() -> int:
    return apps.get_model("checkout.Checkout").objects.count()


def kinds(part: VendorReturn) -> list[str]:
    return list(ReturnEvent.objects.filter(vendor_return=part).values_list("kind", flat=True))


def differences(*records: OrderRecord) -> list[str]:
    return [f"{each.about}: {each.text}" for each in checks.of_orders(list(records))]


def on_statement(vendor: Any) -> Decimal:
    return sum(LedgerEntry.objects.filter(vendor_id=vendor.pk).values_list("amount", flat=True))
