"""Exchanges from the request to the replacement, through Saleor's own checkout."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone, translation

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.exchanges import HELD
from saleor_returns_plugin.domain.requested import ReceivedLine, RequestedLine, Tracking
from saleor_returns_plugin.enums import (
    Action,
    Condition,
    ErrorCode,
    EventKind,
    ExchangePricing,
    ExchangeRelease,
    ExchangeStatus,
    RefundStatus,
    Resolution,
    ReturnStatus,
    ShipmentStatus,
    Source,
    Unavailable,
)
from saleor_returns_plugin.errors import (
    ExchangeUnavailable,
    InvalidTransition,
    Overtaken,
    ResolutionNotAllowed,
)
from saleor_returns_plugin.models import (
    LedgerEntry,
    OrderRecord,
    ReturnEvent,
    Vendor,
    VendorReturn,
)
from saleor_returns_plugin.selectors import exchanges as selected
from saleor_returns_plugin.selectors import quotes
from saleor_returns_plugin.selectors.receptions import undoable
from saleor_returns_plugin.selectors.vendor_returns import allowed_actions
from saleor_returns_plugin.services import (
    branding,
    deadlines,
    exchange_orders,
    exchanges,
    queue,
    receptions,
    refunds,
    resolutions,
    return_requests,
    shipments,
    split,
    vendor_returns,
)
from tests.builders import MERCHANT, NOW, acts_for, an_order, sells, shopper_of
from tests.saleor_rows import a_product, a_variant, stock_of
from tests.saleor_rows.listener import PATH as LISTENER
from tests.saleor_rows.listener import Listener

from .exchange_shop import (
    Shop,
    allocated,
    differences,
    exchange_of,
    fresh,
    kinds,
    leftovers,
    new_record,
    new_shipment,
    on_statement,
    order_row,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]
D = Decimal


@pytest.fixture(autouse=True)
def gateway(settings):
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()


@pytest.fixture(autouse=True)
def writer(gateway):
    with host.current.allow_writer():
        yield


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_acceptance_orders_the_replacement_and_holds_it(shop):
    part = shop.accepted()
    exchange, shipment = exchange_of(part), new_shipment(part)
    assert exchange.status == ExchangeStatus.ORDERED.value
    assert order_row(part).total_gross_amount == 0
    assert new_record(part).root_id == part.request.record_id
    assert (shipment.status, shipment.hold_reason) == (ShipmentStatus.HELD.value, "on_reception")
    assert [line.variant_id for line in shipment.lines.all()] == [shop.large.pk]
    assert allocated(shop.large) == 1
    with pytest.raises(InvalidTransition):
        shipments.fulfil(shipment_id=shipment.pk, actor=acts_for(shop.vendor), now=NOW)


@pytest.mark.parametrize("rule", list(ExchangeRelease))
def test_saleor_tells_whoever_listens_what_the_order_is_held_for(shop, rule, settings):
    settings.PLUGINS = [*settings.PLUGINS, LISTENER]
    Listener.heard.clear()
    shop.rules(exchange_release=rule)
    part = shop.accepted()
    told = Listener.of(exchange_of(part).order_id)
    says = {each.metadata.get("returns.held_until", "") for each in told}
    assert says == {"" if rule is ExchangeRelease.ON_ACCEPT else rule.value}
    notes = order_row(part).events.filter(type="note_added").order_by("pk")
    message = notes.first().parameters["message"]
    assert message.endswith(HELD[rule]) is (rule is not ExchangeRelease.ON_ACCEPT)
    Listener.heard.clear()

    shop.receive(part)

    told = Listener.of(exchange_of(part).order_id)
    assert bool(told) is (rule is not ExchangeRelease.ON_ACCEPT)
    assert not any("returns.held_until" in each.metadata for each in told)


@pytest.mark.parametrize("is_there", [False, True])
def test_what_is_offered_is_held_for_the_goods_or_for_its_price(shop, is_there):
    shop.rules(exchange_pricing=ExchangePricing.SETTLED)
    url = "https://shop.example/{token}"
    branding.update(actor=MERCHANT, channel=None, values={"checkout_url": url})
    part = shop.accepted(variant=a_variant(shop.small, "XL", price="12.00"))
    assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
    if is_there:
        part = shop.receive(part)
    hold = exchanges.hold_of(exchange_of(part))
    assert (hold and hold.reason) == ("on_payment" if is_there else "on_reception")


def test_its_order_is_known_by_a_token_that_is_not_its_id(shop):
    exchange = exchange_of(part := shop.accepted())
    assert order_row(part).checkout_token == str(exchange.checkout_token) != str(exchange.pk)


def test_those_from_before_keep_their_id_for_a_token(shop):
    """Their checkouts and orders were made under it."""
    one, other = (exchange_of(shop.accepted()) for _ in range(2))
    migration = import_module("saleor_returns_plugin.migrations.0017_checkout_token")
    migration.keep_tokens(apps, None)
    for exchange in (one, other):
        exchange.refresh_from_db()
        assert exchange.checkout_token == exchange.pk


def test_reception_releases_it_settles_and_moves_no_money(shop):
    record = shop.order()
    before = on_statement(shop.vendor)
    part = shop.receive(shop.accepted(record))
    assert exchange_of(part).status == ExchangeStatus.RELEASED.value
    assert new_shipment(part).status == ShipmentStatus.OPEN.value
    assert part.status == ReturnStatus.SETTLED.value
    assert part.refunds.count() == 0
    assert on_statement(shop.vendor) == before
    assert stock_of(shop.small) == 6  # sold ones left the shelf before the test
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    assert new_shipment(part).status == ShipmentStatus.FULFILLED.value
    assert differences(record, new_record(part)) == []


def test_what_came_in_exchange_gives_back_what_was_paid_for_the_first(shop):
    record = shop.order(price="8.00")
    first = shop.receive(shop.accepted(record))
    shipments.fulfil(shipment_id=new_shipment(first).pk, actor=acts_for(shop.vendor), now=NOW)
    later = new_record(first)
    line = later.shipments.get().lines.get()
    request = return_requests.create(
        actor=shopper_of(later),
        record_id=later.pk,
        lines=[RequestedLine(shipment_line_id=line.pk, quantity=1)],
        source=Source.PORTAL,
        now=NOW,
    )
    second = shop.receive(shop.accept(request.vendor_returns.get()))
    refund = refunds.release(vendor_return_id=second.pk, actor=MERCHANT, now=NOW)
    assert (refund.status, refund.amount) == (RefundStatus.SUCCEEDED.value, D(8))
    assert differences(record, later) == []
    # One of two shirts is kept.
    sold = LedgerEntry.objects.filter(kind__in=["sale", "commission"])
    assert on_statement(shop.vendor) == sum(sold.values_list("amount", flat=True)) / 2


def test_nothing_is_left_when_it_is_out_of_stock(shop):
    part = shop.ask(shop.order())
    apps.get_model("warehouse.Stock").objects.filter(product_variant=shop.large).update(quantity=0)
    part = shop.accept(part)
    exchange = exchange_of(part)
    assert (exchange.status, exchange.failure_code) == (
        ExchangeStatus.FAILED.value,
        Unavailable.OUT_OF_STOCK.value,
    )
    assert exchange.failure
    assert (leftovers(), allocated(shop.large), OrderRecord.objects.count()) == (0, 0, 1)
    assert kinds(part)[-1] == EventKind.EXCHANGE_FAILED.value
    # The shopper takes the money instead.
    line = part.lines.get()
    resolutions.change(
        return_line_id=line.pk,
        actor=shopper_of(part.request.record),
        resolution=Resolution.REFUND,
        now=NOW,
    )
    assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
    part = shop.receive(fresh(part))
    refund = refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    assert (refund.amount, fresh(part).status) == (D(10), ReturnStatus.SETTLED.value)


def test_a_failed_exchange_is_tried_again(shop):
    part = shop.ask(shop.order())
    stocks = apps.get_model("warehouse.Stock").objects.filter(product_variant=shop.large)
    stocks.update(quantity=0)
    part = shop.accept(part)
    stocks.update(quantity=1)
    exchanges.retry(exchange_id=exchange_of(part).pk, actor=acts_for(shop.vendor))
    assert exchange_of(part).status == ExchangeStatus.ORDERED.value
    assert part.exchanges.count() == 1


class TestWhatIsWantedIsDeleted:
    """Nothing else is sent for it, least of all the same as goes back."""

    @staticmethod
    def is_not_ordered(part):
        exchange = exchange_of(part)
        assert (exchange.status, exchange.failure_code) == (
            ExchangeStatus.FAILED.value,
            Unavailable.VARIANT_GONE.value,
        )
        assert [line.name for line in exchange.lines.all()] == ["Shirt, L"]

    def test_before_it_is_accepted(self, shop):
        part = shop.ask(shop.order())
        shop.large.delete()
        part = shop.accept(part)
        self.is_not_ordered(part)
        assert (leftovers(), allocated(shop.small), OrderRecord.objects.count()) == (0, 0, 1)
        line = part.lines.get()
        change = {"return_line_id": line.pk, "actor": shopper_of(part.request.record), "now": NOW}
        with pytest.raises(ExchangeUnavailable) as refused:
            resolutions.change(**change, resolution=Resolution.EXCHANGE)
        assert refused.value.reason is Unavailable.NOT_SOLD
        resolutions.change(
            **change, resolution=Resolution.EXCHANGE, exchange_variant_id=shop.small.pk
        )
        assert [line.name for line in exchange_of(part).lines.all()] == ["Shirt"]
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value

    def test_before_it_is_ordered_again(self, shop):
        part = shop.accepted()
        exchange = exchange_of(part)
        exchanges.cancel(exchange_id=exchange.pk, actor=MERCHANT, reason="Torn.", now=NOW)
        shop.large.delete()
        exchanges.retry(exchange_id=exchange.pk, actor=MERCHANT)
        assert exchange_of(part) != exchange
        self.is_not_ordered(part)

    def test_beside_something_else(self, shop):
        """A failed exchange of both: one is deleted, and it is tried again."""
        medium = a_variant(shop.small, "M")
        record = an_order([(shop.small, 1, "10.00"), (medium, 1, "10.00")])
        wishes = {shop.small.pk: shop.large, medium.pk: shop.small}
        request = return_requests.create(
            actor=shopper_of(record),
            record_id=record.pk,
            lines=[
                RequestedLine(
                    line.pk,
                    1,
                    resolution=Resolution.EXCHANGE,
                    exchange_variant_id=wishes[line.variant_id].pk,
                )
                for line in record.shipments.get().lines.all()
            ],
            source=Source.PORTAL,
            now=NOW,
        )
        part = request.vendor_returns.get()
        stock(shop.large, 0)
        part = shop.accept(part)
        exchange = exchange_of(part)
        assert exchange.failure_code == Unavailable.OUT_OF_STOCK.value
        shop.large.delete()
        exchanges.retry(exchange_id=exchange.pk, actor=MERCHANT)
        exchange.refresh_from_db()
        assert (exchange.status, exchange.failure_code) == (
            ExchangeStatus.FAILED.value,
            Unavailable.VARIANT_GONE.value,
        )
        assert (leftovers(), allocated(shop.small)) == (0, 0)


def test_cancelling_the_return_cancels_the_order_and_frees_the_stock(shop):
    part = shop.accepted()
    record = new_record(part)
    return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
    exchange = exchange_of(part)
    assert exchange.status == ExchangeStatus.CANCELLED.value
    assert exchange.withdrawn_at is not None
    assert allocated(shop.large) == 0
    assert OrderRecord.objects.get(pk=record.pk).is_cancelled
    assert new_shipment(part).status == ShipmentStatus.CANCELLED.value
    assert differences(*OrderRecord.objects.all()) == []
    shop.ask(part.request.record, units=2)  # the units are free again


def test_a_return_whose_replacement_was_sent_cannot_be_cancelled(shop):
    shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
    part = shop.accepted()
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    with pytest.raises(InvalidTransition):
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
    assert fresh(part).status == ReturnStatus.ACCEPTED.value


@pytest.mark.parametrize("rule", list(ExchangeRelease))
def test_it_is_released_when_the_policy_says(shop, rule):
    shop.rules(exchange_release=rule)
    part = shop.accepted()
    seen = [new_shipment(part).status]
    vendor_returns.add_tracking(
        vendor_return_id=part.pk,
        actor=shopper_of(part.request.record),
        tracking=Tracking("UPS", "1Z"),
        now=NOW,
    )
    seen.append(new_shipment(part).status)
    shop.receive(part)
    seen.append(new_shipment(part).status)
    held = list(ExchangeRelease).index(rule)
    assert seen == ["held"] * held + ["open"] * (3 - held)


def test_goods_that_are_not_acceptable_hold_it_until_somebody_decides(shop):
    part = shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE)
    assert part.status == ReturnStatus.RECEIVED.value
    assert new_shipment(part).status == ShipmentStatus.HELD.value
    exchanges.release(exchange_id=exchange_of(part).pk, actor=MERCHANT, now=NOW)
    assert new_shipment(part).status == ShipmentStatus.OPEN.value
    assert fresh(part).status == ReturnStatus.SETTLED.value


def test_or_it_is_cancelled_and_nothing_is_owed(shop):
    part = shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE)
    exchanges.cancel(
        exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="It is torn.", now=NOW
    )
    assert fresh(part).status == ReturnStatus.SETTLED.value
    assert allocated(shop.large) == 0


def test_what_staff_sends_from_saleor_is_released(shop):
    part = shop.accepted()
    shipment = new_shipment(part)
    line = shipment.lines.get()
    host.current.fulfil(
        order_id=exchange_of(part).order_id, units=[host.FulfilledUnits(line.order_line_id, 1)]
    )
    split.split_order(order_id=exchange_of(part).order_id, now=NOW)
    assert exchange_of(part).status == ExchangeStatus.RELEASED.value
    assert EventKind.EXCHANGE_RELEASED.value in kinds(part)
    assert new_shipment(part).status == ShipmentStatus.FULFILLED.value


def test_what_staff_cancels_in_saleor_is_cancelled(shop):
    part = shop.accepted()
    assert host.current.cancel_exchange_order(exchange_of(part).order_id)
    split.split_order(order_id=exchange_of(part).order_id, now=NOW)
    assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
    assert kinds(part)[-1] == EventKind.EXCHANGE_CANCELLED.value


def test_an_order_that_nobody_took_up_is_found_by_the_sweep(shop, monkeypatch):
    record = shop.order()
    with monkeypatch.context() as patch:
        patch.setattr(split, "split_order", lambda **_: None)
        part = shop.accepted(record)
    assert exchange_of(part).status == ExchangeStatus.PENDING.value
    assert exchange_orders.sweep(now=timezone.now() + 2 * exchange_orders.TAKE_UP_AFTER) == 1
    assert exchange_of(part).status == ExchangeStatus.ORDERED.value
    assert apps.get_model("order.Order").objects.count() == 2


def test_the_resolution_can_be_changed_back_and_forth(shop):
    part = shop.accepted()
    line = part.lines.get()
    change = {"return_line_id": line.pk, "actor": MERCHANT, "now": NOW}
    resolutions.change(resolution=Resolution.REFUND, **change)
    assert allocated(shop.large) == 0
    assert quotes.expected(fresh(part)).refund == 10
    resolutions.change(resolution=Resolution.EXCHANGE, exchange_variant_id=shop.large.pk, **change)
    assert allocated(shop.large) == 1
    assert quotes.expected(fresh(part)).refund == 0
    part = shop.receive(fresh(part))
    assert part.status == ReturnStatus.SETTLED.value
    with pytest.raises(InvalidTransition):
        resolutions.change(resolution=Resolution.REFUND, **change)
    records = OrderRecord.objects.all()
    assert differences(*records) == []


class TestPrices:
    def test_only_the_same_price_is_offered_by_default(self, shop):
        dear = a_variant(shop.small, "XL", price="12.00")
        with pytest.raises(ExchangeUnavailable) as refused:
            shop.ask(shop.order(), variant=dear)
        assert refused.value.code is ErrorCode.EXCHANGE_UNAVAILABLE
        assert (refused.value.field, refused.value.index) == ("exchange_variant_id", [0])

    def test_the_store_can_bear_the_difference(self, shop):
        shop.rules(exchange_pricing=ExchangePricing.ABSORBED)
        dear = a_variant(shop.small, "XL", price="12.00")
        part = shop.receive(shop.accepted(variant=dear))
        assert part.status == ReturnStatus.SETTLED.value
        assert order_row(part).total_gross_amount == 0
        assert new_shipment(part).lines.get().total_gross == 10

    def test_what_is_cheaper_goes_back_with_the_returns_own_refund(self, shop):
        shop.rules(exchange_pricing=ExchangePricing.SETTLED)
        cheap = a_variant(shop.small, "XS", price="7.00")
        record = shop.order()
        part = shop.ask(record, variant=cheap, units=2)
        assert quotes.expected(part).refund == 6
        part = shop.receive(shop.accept(part))
        assert part.status == ReturnStatus.RECEIVED.value
        refund = refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        assert (refund.amount, fresh(part).status) == (D(6), ReturnStatus.SETTLED.value)
        assert new_shipment(part).lines.get().total_gross == 14
        assert differences(record, new_record(part)) == []


def test_more_than_there_is_cannot_be_asked_for(shop):
    scarce = a_variant(shop.small, "M", stock=1)
    with pytest.raises(ExchangeUnavailable) as refused:
        shop.ask(shop.order(), units=2, variant=scarce)
    assert refused.value.reason is Unavailable.OUT_OF_STOCK


def test_another_products_variant_is_not_offered(shop):
    with pytest.raises(ExchangeUnavailable):
        shop.ask(shop.order(), variant=a_product(name="Lamp"))


class TestOwed:
    """A replacement that is out, and goods for it that are not."""

    @pytest.fixture
    def out(self, shop):
        """Of three shirts for three large ones."""
        shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
        part = shop.accepted(shop.order(quantity=3), units=3)
        shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
        return part

    def receive(self, part, *units):
        line = part.lines.get()
        receptions.receive(
            vendor_return_id=part.pk,
            actor=MERCHANT,
            lines=[
                ReceivedLine(line.pk, count, condition, note="" if count > 1 else "torn")
                for condition, count in units
            ],
            now=NOW,
        )

    def told(self, part):
        events = ReturnEvent.objects.filter(vendor_return=part, kind=EventKind.EXCHANGE_OWED.value)
        return [
            (
                D(event.data["amount"]),
                [
                    (each["reason"], each["quantity"], D(each["amount"]))
                    for each in event.data["lines"]
                ],
            )
            for event in events
        ]

    def test_a_unit_that_is_recorded_missing_is_owed(self, out):
        self.receive(out, (Condition.GOOD, 2), (Condition.MISSING, 1))
        assert self.told(out) == [(D(10), [("missing", 1, D(10))])]
        assert selected.owed_by_shopper(fresh(out)) == 10
        assert fresh(out).status == ReturnStatus.SETTLED.value

    def test_what_was_refused_is_owed_and_did_come(self, out):
        self.receive(
            out, (Condition.GOOD, 1), (Condition.MISSING, 1), (Condition.NOT_ACCEPTABLE, 1)
        )
        assert self.told(out) == [(D(20), [("missing", 1, D(10)), ("refused", 1, D(10))])]
        assert selected.owed_by_shopper(fresh(out)) == 10

    def test_it_is_told_once_no_more_is_to_come(self, out):
        self.receive(out, (Condition.MISSING, 1))
        self.receive(out, (Condition.WRONG_ITEM, 1))
        assert self.told(out) == []
        self.receive(out, (Condition.GOOD, 1))
        assert self.told(out) == [(D(20), [("missing", 1, D(10)), ("refused", 1, D(10))])]

    def test_what_is_undone_is_owed_no_more_once_nothing_is(self, out):
        self.receive(out, (Condition.GOOD, 1), (Condition.NOT_ACCEPTABLE, 1))
        receptions.close(vendor_return_id=out.pk, actor=MERCHANT, now=NOW)
        both = (D(20), [("missing", 1, D(10)), ("refused", 1, D(10))])
        assert self.told(out) == [both]
        first, closing = out.receptions.order_by("created_at")
        self.void(closing)
        assert self.told(out) == [both]  # more is to come, and something of it is still owed
        self.receive(out, (Condition.GOOD, 1))
        refused = (D(10), [("refused", 1, D(10))])
        assert self.told(out) == [both, refused]
        self.void(first)
        assert self.told(out) == [both, refused, (D(0), [])]
        self.receive(out, (Condition.GOOD, 2))
        assert self.told(out) == [both, refused, (D(0), [])]

    def void(self, reception):
        receptions.void(reception_id=reception.pk, actor=MERCHANT, reason="Not so.", now=NOW)

    @pytest.mark.parametrize("condition", [Condition.MISSING, Condition.NOT_ACCEPTABLE])
    def test_what_is_overruled_is_owed_no_more(self, out, condition):
        self.receive(out, (Condition.GOOD, 2), (condition, 1))
        row = out.lines.get().receptions.get(condition=condition.value)
        receptions.overrule(reception_line_id=row.pk, actor=MERCHANT, reason="Lost.", now=NOW)
        assert selected.owed(fresh(out), out.lines.all()) == []
        assert self.told(out)[1:] == [(D(0), [])]
        assert fresh(out).status == ReturnStatus.SETTLED.value

    @pytest.mark.parametrize("by_staff_in_saleor", [False, True])
    def test_of_what_is_held_it_is_told_once_that_goes(self, shop, by_staff_in_saleor):
        part = shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE)
        assert self.told(part) == []
        exchange = exchange_of(part)
        if by_staff_in_saleor:
            line = new_shipment(part).lines.get()
            host.current.fulfil(
                order_id=exchange.order_id, units=[host.FulfilledUnits(line.order_line_id, 1)]
            )
            split.split_order(order_id=exchange.order_id, now=NOW)
        else:
            exchanges.release(exchange_id=exchange.pk, actor=MERCHANT, now=NOW)
        assert self.told(part) == [(D(10), [("refused", 1, D(10))])]

    def test_it_is_told_once_where_the_parcel_lets_it_go(self, shop):
        shop.rules(exchange_release=ExchangeRelease.ON_TRACKING)
        part = shop.accepted(shop.order(quantity=3), units=3)
        self.receive(part, (Condition.GOOD, 2), (Condition.MISSING, 1))
        assert exchange_of(part).status == ExchangeStatus.RELEASED.value
        assert self.told(part) == [(D(10), [("missing", 1, D(10))])]


def a_shirt_and_a_lamp(shop: Shop) -> VendorReturn:
    """Accepted: a shirt, for a large one; and a lamp, for the money."""
    record = an_order([(shop.small, 1, "10.00"), (sells(shop.vendor, a_product()), 1, "7.00")])
    lines = {line.variant_id: line for line in record.shipments.get().lines.all()}
    shirt = lines.pop(shop.small.pk)
    [lamp] = lines.values()
    request = return_requests.create(
        actor=shopper_of(record),
        record_id=record.pk,
        lines=[
            RequestedLine(
                shirt.pk, 1, resolution=Resolution.EXCHANGE, exchange_variant_id=shop.large.pk
            ),
            RequestedLine(lamp.pk, 1),
        ],
        source=Source.PORTAL,
        now=NOW,
    )
    return shop.accept(request.vendor_returns.get())


class TestTheGoodsNeedNotComeBack:
    def keeps(self, part: VendorReturn, is_kept: bool = True) -> None:
        resolutions.change(
            return_line_id=part.lines.get(resolution="exchange").pk,
            actor=MERCHANT,
            resolution=Resolution.EXCHANGE,
            send_back=not is_kept,
            now=NOW,
        )

    def test_the_last_one_of_its_size_is_sent_all_the_same(self, shop):
        last = a_variant(shop.small, "XL", stock=1)
        part = shop.accepted(variant=last)
        exchange = exchange_of(part)
        self.keeps(part)
        exchange.refresh_from_db()
        assert exchange_of(part) == exchange
        assert exchange.status == ExchangeStatus.RELEASED.value
        assert new_shipment(part).status == ShipmentStatus.OPEN.value
        assert fresh(part).status == ReturnStatus.SETTLED.value
        assert allocated(last) == 1
        assert differences(*OrderRecord.objects.all()) == []

    def test_what_is_wanted_back_after_all_holds_a_new_order(self, shop):
        apps.get_model("warehouse.Stock").objects.filter(product_variant=shop.large).update(
            quantity=1
        )
        part = a_shirt_and_a_lamp(shop)
        exchange = exchange_of(part)
        self.keeps(part)
        self.keeps(part, False)
        anew = exchange_of(part)
        assert anew != exchange
        assert new_shipment(part).status == ShipmentStatus.HELD.value
        assert allocated(shop.large) == 1
        assert differences(*OrderRecord.objects.all()) == []

    def test_it_may_be_said_where_nothing_is_exchanged_any_more(self, shop, settings):
        part = shop.accepted()
        settings.RETURNS_EXCHANGES = False
        change = {"return_line_id": part.lines.get().pk, "actor": MERCHANT, "now": NOW}
        exchange = {**change, "resolution": Resolution.EXCHANGE, "send_back": False}
        with pytest.raises(ResolutionNotAllowed):
            resolutions.change(**exchange, exchange_variant_id=shop.small.pk)
        assert not resolutions.change(**exchange).send_back
        assert part.exchanges.get().status == ExchangeStatus.RELEASED.value

    def test_what_waits_for_no_goods_stays_let_go(self, shop):
        shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
        part = a_shirt_and_a_lamp(shop)
        exchange = exchange_of(part)
        self.keeps(part)
        self.keeps(part, False)
        assert exchange_of(part) == exchange
        assert new_shipment(part).status == ShipmentStatus.OPEN.value

    def test_what_was_given_up_is_not_ordered_by_that(self, shop):
        part = a_shirt_and_a_lamp(shop)
        exchange = exchange_of(part)
        exchanges.cancel(exchange_id=exchange.pk, actor=MERCHANT, reason="Torn.", now=NOW)
        self.keeps(part)
        assert exchange_of(part) == exchange
        assert allocated(shop.large) == 0

    def test_nor_is_it_by_what_becomes_of_another_item(self, shop):
        part = a_shirt_and_a_lamp(shop)
        exchange = exchange_of(part)
        exchanges.cancel(exchange_id=exchange.pk, actor=MERCHANT, reason="Torn.", now=NOW)
        resolutions.change(
            return_line_id=part.lines.get(resolution="refund").pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            send_back=False,
            now=NOW,
        )
        assert exchange_of(part) == exchange
        assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
        assert allocated(shop.large) == 0

    def test_it_may_be_said_once_the_replacement_was_sent(self, shop):
        shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
        part = shop.accepted()
        shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
        part = fresh(part)
        assert Action.CHANGE_RESOLUTION in allowed_actions(part, MERCHANT)
        assert Action.CHANGE_RESOLUTION not in allowed_actions(part, acts_for(shop.vendor))
        self.keeps(part)
        assert fresh(part).status == ReturnStatus.SETTLED.value
        assert differences(*OrderRecord.objects.all()) == []

    def test_what_never_came_beside_it_is_told(self, shop):
        shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
        belt = sells(shop.vendor, a_product(name="Belt", price="7.00", stock=5))
        record = an_order([(shop.small, 1, "10.00"), (belt, 1, "7.00")])
        request = return_requests.create(
            actor=shopper_of(record),
            record_id=record.pk,
            lines=[
                RequestedLine(
                    line.pk, 1, resolution=Resolution.EXCHANGE, exchange_variant_id=line.variant_id
                )
                for line in record.shipments.get().lines.all()
            ],
            source=Source.PORTAL,
            now=NOW,
        )
        part = shop.accept(request.vendor_returns.get())
        shirt = part.lines.get(shipment_line__variant_id=shop.small.pk)
        missing = part.lines.exclude(pk=shirt.pk).get()
        receptions.receive(
            vendor_return_id=part.pk,
            actor=acts_for(shop.vendor),
            lines=[ReceivedLine(missing.pk, 1, Condition.MISSING)],
            now=NOW,
        )
        told = part.events.filter(kind=EventKind.EXCHANGE_OWED.value)
        assert not told.exists()
        resolutions.change(
            return_line_id=shirt.pk,
            actor=MERCHANT,
            resolution=Resolution.EXCHANGE,
            send_back=False,
            now=NOW,
        )
        assert fresh(part).status == ReturnStatus.SETTLED.value
        assert told.get().data["amount"] == "7.00"


def test_another_choice_finds_what_the_return_held_before_free(shop, monkeypatch):
    last = a_variant(shop.small, "XL", stock=1)
    part = shop.accepted(variant=last)
    first = exchange_of(part)
    with monkeypatch.context() as late:
        late.setattr(queue, "on_commit", lambda *_, **__: None)
        exchanges.cancel(exchange_id=first.pk, actor=MERCHANT, reason="Anew.", now=NOW)
        exchanges.retry(exchange_id=first.pk, actor=MERCHANT)
    assert allocated(last) == 1
    exchange_orders.order(exchange_id=exchange_of(part).pk, now=NOW)
    anew = exchange_of(part)
    assert (anew != first, anew.status) == (True, ExchangeStatus.ORDERED.value)
    assert allocated(last) == 1


class TestTheRestNeverCame:
    """A shirt that is here, for a large one; and a lamp, for the money, that is not."""

    @pytest.fixture
    def part(self, shop):
        part = a_shirt_and_a_lamp(shop)
        receptions.receive(
            vendor_return_id=part.pk,
            actor=acts_for(shop.vendor),
            lines=[ReceivedLine(part.lines.get(resolution="exchange").pk, 1, Condition.GOOD)],
            now=NOW,
        )
        assert new_shipment(part).status == ShipmentStatus.HELD.value
        return fresh(part)

    def test_closing_releases_what_is_due(self, part):
        receptions.close(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
        assert new_shipment(part).status == ShipmentStatus.OPEN.value
        assert fresh(part).status == ReturnStatus.SETTLED.value

    def test_so_does_time(self, part):
        for days in (60, 90):  # first the warning
            deadlines.run(now=NOW + timedelta(days=days))
        assert new_shipment(part).status == ShipmentStatus.OPEN.value
        assert fresh(part).status == ReturnStatus.SETTLED.value

    def test_so_does_letting_the_shopper_keep_it(self, part):
        resolutions.change(
            return_line_id=part.lines.get(resolution="refund").pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            send_back=False,
            now=NOW,
        )
        assert new_shipment(part).status == ShipmentStatus.OPEN.value
        assert fresh(part).status == ReturnStatus.RECEIVED.value  # 7.00 are still to be paid

    def test_what_is_missing_of_the_exchange_itself_holds_it(self, shop):
        part = shop.accepted(units=2)
        shop.receive(part, units=1)
        receptions.close(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
        assert new_shipment(part).status == ShipmentStatus.HELD.value


class TestAReceptionThatIsUndone:
    def void(self, part, **values):
        reception = part.receptions.filter(is_voided=False).latest("created_at")
        receptions.void(
            reception_id=reception.pk,
            actor=acts_for(part.vendor),
            reason="Another's parcel.",
            now=NOW,
            **values,
        )
        return fresh(part)

    def refused(self, part):
        before = fresh(part).status, exchange_of(part).status, stock_of(part_variant(part))
        with pytest.raises(InvalidTransition) as refused:
            self.void(part)
        found = fresh(part).status, exchange_of(part).status, stock_of(part_variant(part))
        assert found == before
        return str(refused.value)

    def test_what_it_let_go_is_cancelled_first(self, shop):
        part = shop.receive(shop.accepted())
        exchange = exchange_of(part)
        assert "Cancel that exchange first" in self.refused(part)
        exchanges.cancel(
            exchange_id=exchange.pk, actor=acts_for(shop.vendor), reason="Not ours.", now=NOW
        )
        part = self.void(part)
        assert part.status == ReturnStatus.ACCEPTED.value
        exchanges.retry(exchange_id=exchange.pk, actor=acts_for(shop.vendor))
        assert new_shipment(part).status == ShipmentStatus.HELD.value

    def test_what_was_sent_for_it_is_sent(self, shop):
        part = shop.receive(shop.accepted())
        shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
        number = exchange_of(part).order_number
        assert f"Order {number} was sent in exchange" in self.refused(part)

    @pytest.mark.parametrize("is_sent", [False, True])
    @pytest.mark.parametrize("rule", [ExchangeRelease.ON_ACCEPT, ExchangeRelease.ON_TRACKING])
    def test_what_did_not_wait_for_it_goes_on(self, shop, rule, is_sent):
        shop.rules(exchange_release=rule)
        part = shop.accepted()
        vendor_returns.add_tracking(
            vendor_return_id=part.pk,
            actor=shopper_of(part.request.record),
            tracking=Tracking("UPS", "1Z"),
            now=NOW,
        )
        shop.receive(part)
        if is_sent:
            shipments.fulfil(
                shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW
            )
        assert self.void(part).status == ReturnStatus.IN_TRANSIT.value
        assert exchange_of(part).status == ExchangeStatus.RELEASED.value

    def test_nothing_goes_for_what_was_never_sent(self, shop):
        shop.rules(exchange_release=ExchangeRelease.ON_TRACKING)
        part = shop.accepted()
        shop.receive(part, Condition.MISSING)
        assert new_shipment(part).status == ShipmentStatus.HELD.value

    def test_without_tracking_the_goods_let_it_go(self, shop):
        shop.rules(exchange_release=ExchangeRelease.ON_TRACKING)
        assert "Cancel that exchange first" in self.refused(shop.receive(shop.accepted()))

    def test_what_somebody_let_go_goes_on(self, shop):
        part = shop.receive(shop.accepted(), Condition.WRONG_ITEM)
        exchanges.release(exchange_id=exchange_of(part).pk, actor=MERCHANT, now=NOW)
        assert self.void(part).status == ReturnStatus.ACCEPTED.value
        assert exchange_of(part).status == ExchangeStatus.RELEASED.value

    def test_what_is_held_stays_held(self, shop):
        part = shop.receive(shop.accepted(units=2), units=1)
        assert self.void(part).status == ReturnStatus.ACCEPTED.value
        assert new_shipment(part).status == ShipmentStatus.HELD.value

    @pytest.fixture
    def late(self, shop):
        """A parcel of a return that was cancelled, and its exchange begun anew."""
        part = shop.accepted()
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        part = shop.receive(fresh(part))
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=acts_for(shop.vendor))
        assert exchange_of(part).status == ExchangeStatus.RELEASED.value
        return fresh(part)

    def test_a_return_that_ends_again_takes_its_exchange_with_it(self, shop, late):
        assert self.void(late).status == ReturnStatus.CANCELLED.value
        assert exchange_of(late).status == ExchangeStatus.CANCELLED.value
        assert allocated(shop.large) == 0
        assert differences(*OrderRecord.objects.all()) == []

    def test_also_one_that_nobody_ordered_yet(self, shop, late, monkeypatch):
        exchanges.cancel(exchange_id=exchange_of(late).pk, actor=MERCHANT, reason="Again.", now=NOW)
        with monkeypatch.context() as patch:
            patch.setattr(exchange_orders, "order", lambda **_: None)
            exchanges.retry(exchange_id=exchange_of(late).pk, actor=MERCHANT)
        assert exchange_of(late).status == ExchangeStatus.PENDING.value
        self.void(late)
        assert exchange_of(late).status == ExchangeStatus.CANCELLED.value
        later = timezone.now() + 2 * exchange_orders.TAKE_UP_AFTER
        assert selected.to_order(before=later, limit=9) == []

    def test_but_not_once_it_was_sent(self, shop, late):
        shipments.fulfil(shipment_id=new_shipment(late).pk, actor=acts_for(shop.vendor), now=NOW)
        assert "was sent in exchange" in self.refused(late)

    def test_the_console_offers_what_can_be_undone(self, shop):
        part = shop.accepted(units=2)
        shop.receive(part, units=1)
        first = part.receptions.get()
        assert undoable(list(part.receptions.all())) == {first.pk}
        shop.receive(part, units=1)
        assert undoable(list(part.receptions.all())) == set()


def part_variant(part):
    return part.lines.get().shipment_line.variant


def test_staff_cancel_in_saleor_what_nothing_is_owed_for(shop):
    part = shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE)
    assert host.current.cancel_exchange_order(exchange_of(part).order_id)
    split.split_order(order_id=exchange_of(part).order_id, now=NOW)
    assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
    assert fresh(part).status == ReturnStatus.SETTLED.value


def test_what_is_owed_stays_open_when_staff_cancel_in_saleor(shop):
    part = shop.receive(shop.accepted())
    assert host.current.cancel_exchange_order(exchange_of(part).order_id)
    split.split_order(order_id=exchange_of(part).order_id, now=NOW)
    assert fresh(part).status == ReturnStatus.RECEIVED.value


class TestTheClock:
    LATER = NOW + timedelta(days=5)

    @pytest.fixture
    def failed(self, shop):
        part = shop.ask(shop.order())
        stock(shop.large, 0)
        part = shop.receive(shop.accept(part))
        assert exchange_of(part).status == ExchangeStatus.FAILED.value
        type(part).objects.update(reminded_at=NOW)
        return fresh(part)

    def change(self, part, resolution=Resolution.REFUND, actor=None):
        resolutions.change(
            return_line_id=part.lines.get().pk,
            actor=actor or shopper_of(part.request.record),
            resolution=resolution,
            now=self.LATER,
        )
        return fresh(part)

    def test_the_shoppers_choice_gives_the_vendor_time(self, failed):
        part = self.change(failed)
        assert (part.waiting_since, part.reminded_at) == (self.LATER, None)
        assert part.due_at == failed.due_at + timedelta(days=5)

    def test_a_failure_gives_the_shopper_time(self, shop, monkeypatch):
        part = shop.ask(shop.order())
        with monkeypatch.context() as patch:
            patch.setattr(exchange_orders, "order", lambda **_: None)
            part = shop.receive(shop.accept(part))
        type(part).objects.update(reminded_at=NOW)
        stock(shop.large, 0)
        exchange_orders.order(exchange_id=exchange_of(part).pk, now=self.LATER)
        assert exchange_of(part).status == ExchangeStatus.FAILED.value
        assert (fresh(part).waiting_since, fresh(part).reminded_at) == (self.LATER, None)
        assert fresh(part).due_at == part.due_at + timedelta(days=5)

    def test_who_has_to_act_anyhow_gets_no_more(self, shop):
        part = shop.receive(shop.accepted(), units=1)
        lines = part.lines.get()
        assert lines.payable == 1
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="No.", now=NOW)
        part = fresh(part)
        assert part.status == ReturnStatus.RECEIVED.value
        assert self.change(part, actor=MERCHANT).waiting_since == part.waiting_since

    def test_before_the_goods_are_here_time_runs_for_them(self, shop):
        part = shop.ask(shop.order())
        stock(shop.large, 0)
        part = shop.accept(part)
        assert self.change(part).due_at == part.due_at


class TestTheHistory:
    def cancelled(self):
        return ReturnEvent.objects.get(kind=EventKind.EXCHANGE_CANCELLED.value)

    @pytest.mark.parametrize("is_by_staff", [True, False])
    def test_it_says_who_did_the_vendors(self, shop, is_by_staff):
        part = shop.accepted()
        actor = MERCHANT if is_by_staff else acts_for(shop.vendor)
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=actor, reason="No.", now=NOW)
        assert self.cancelled().is_override is is_by_staff

    def test_in_house_the_store_is_the_vendor(self, shop):
        part = shop.accepted()
        Vendor.objects.filter(is_in_house=True).update(is_in_house=False)
        Vendor.objects.filter(pk=shop.vendor.pk).update(is_in_house=True)
        exchanges.release(exchange_id=exchange_of(part).pk, actor=MERCHANT, now=NOW)
        event = ReturnEvent.objects.get(kind=EventKind.EXCHANGE_RELEASED.value)
        assert event.is_override is False

    def test_a_return_that_is_cancelled_says_it_itself(self, shop):
        part = shop.accepted()
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        assert self.cancelled().is_override is False

    def test_a_refusal_has_no_codes_in_it(self, shop):
        part = shop.accepted()
        cancel = {"exchange_id": exchange_of(part).pk, "actor": MERCHANT, "reason": "No."}
        exchanges.cancel(**cancel, now=NOW)
        with translation.override("de"), pytest.raises(InvalidTransition) as refused:
            exchanges.cancel(**cancel, now=NOW)
        assert (
            str(refused.value) == f"Der Umtausch der Rücksendung {part.number} ist schon storniert."
        )


class TestTheSameForSeveralLines:
    """Two lines of one product, both to be exchanged for its large one."""

    @pytest.fixture
    def record(self, shop):
        medium = a_variant(shop.small, "M")
        return an_order([(shop.small, 1, "10.00"), (medium, 1, "10.00")])

    def ask(self, shop, record):
        lines = [
            RequestedLine(line.pk, 1, resolution=Resolution.EXCHANGE, exchange_variant_id=key)
            for line in record.shipments.get().lines.order_by("sku")
            for key in [shop.large.pk]
        ]
        request = return_requests.create(
            actor=shopper_of(record),
            record_id=record.pk,
            lines=lines,
            source=Source.PORTAL,
            now=NOW,
        )
        return request.vendor_returns.get()

    def test_together_they_ask_for_no_more_than_there_is(self, shop, record):
        stock(shop.large, 1)
        with pytest.raises(ExchangeUnavailable) as refused:
            self.ask(shop, record)
        assert (refused.value.field, refused.value.index) == ("exchange_variant_id", [1])
        assert refused.value.reason is Unavailable.OUT_OF_STOCK
        stock(shop.large, 2)
        part = shop.accept(self.ask(shop, record))
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        assert [line.quantity for line in new_shipment(part).lines.all()] == [2]
        assert allocated(shop.large) == 2

    def test_chosen_anew_they_ask_for_no_more_either(self, shop, record):
        part = self.ask(shop, record)
        stock(shop.large, 1)
        part = shop.accept(part)
        failed = exchange_of(part)
        assert failed.failure_code == Unavailable.OUT_OF_STOCK.value
        lines = list(part.lines.select_related("shipment_line", "vendor_return"))
        line = next(each for each in lines if each.shipment_line.variant_id == shop.small.pk)
        offered = selected.options_for(record, lines)
        assert {option.name for some in offered.values() for option in some} == {
            "Shirt",
            "Shirt, M",
        }
        assert selected.options_of_lines(lines)[line.pk] == offered[line.shipment_line_id]
        change = {
            "return_line_id": line.pk,
            "actor": shopper_of(record),
            "resolution": Resolution.EXCHANGE,
            "now": NOW,
        }
        with pytest.raises(ExchangeUnavailable) as refused:
            resolutions.change(**change, exchange_variant_id=shop.large.pk)
        assert refused.value.reason is Unavailable.OUT_OF_STOCK
        assert exchange_of(part) == failed
        resolutions.change(**change, exchange_variant_id=shop.small.pk)
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        assert (allocated(shop.large), allocated(shop.small)) == (1, 1)

    def test_what_is_ordered_for_the_other_is_taken_once(self, shop, record):
        part = self.ask(shop, record)
        stock(shop.large, 2)
        line = part.lines.first()
        change = {"return_line_id": line.pk, "actor": MERCHANT, "now": NOW}
        resolutions.change(**change, resolution=Resolution.REFUND)
        part = shop.accept(part)
        assert allocated(shop.large) == 1
        resolutions.change(
            **change, resolution=Resolution.EXCHANGE, exchange_variant_id=shop.large.pk
        )
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        assert allocated(shop.large) == 2

    def test_an_acceptance_orders_both_or_none(self, shop, record):
        part = self.ask(shop, record)
        stock(shop.large, 1)
        part = shop.accept(part)
        exchange = exchange_of(part)
        assert (exchange.status, exchange.failure_code) == (
            ExchangeStatus.FAILED.value,
            Unavailable.OUT_OF_STOCK.value,
        )
        assert (leftovers(), allocated(shop.large), OrderRecord.objects.count()) == (0, 0, 1)


def stock(variant, units):
    apps.get_model("warehouse.Stock").objects.filter(product_variant=variant).update(quantity=units)


def test_who_saw_it_fail_may_choose_the_same_once_more(shop):
    part = shop.ask(shop.order())
    stock(shop.large, 0)
    part = shop.accept(part)
    failed = exchange_of(part)
    change = {
        "return_line_id": part.lines.get().pk,
        "actor": shopper_of(part.request.record),
        "resolution": Resolution.EXCHANGE,
        "failed_exchange_id": failed.pk,
        "now": NOW,
    }
    with pytest.raises(ExchangeUnavailable):
        resolutions.change(**change)
    assert exchange_of(part).status == ExchangeStatus.FAILED.value
    stock(shop.large, 1)
    resolutions.change(**change)
    assert exchange_of(part).status == ExchangeStatus.ORDERED.value
    failed.refresh_from_db()
    assert failed.status == ExchangeStatus.CANCELLED.value
    with pytest.raises(Overtaken):
        resolutions.change(**change)
    assert (allocated(shop.large), leftovers()) == (1, 0)
