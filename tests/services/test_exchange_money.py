"""What was paid, less what went back, is what the shopper keeps: whatever becomes of exchanges."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import ReceivedLine, RequestedLine
from saleor_returns_plugin.enums import (
    Action,
    Condition,
    EventKind,
    ExchangePricing,
    ExchangeRelease,
    ExchangeStatus,
    RefundMethod,
    RefundStatus,
    Resolution,
    ReturnStatus,
    Source,
    Task,
)
from saleor_returns_plugin.errors import (
    InvalidInput,
    InvalidTransition,
    NothingToRefund,
    RefundExceedsCharged,
    Required,
)
from saleor_returns_plugin.models import Refund, VendorReturn
from saleor_returns_plugin.selectors import deadlines, quotes, refund_ways
from saleor_returns_plugin.selectors import exchanges as selected
from saleor_returns_plugin.selectors.exchanges import options_for, options_of_lines
from saleor_returns_plugin.selectors.refunds import can_go_on
from saleor_returns_plugin.selectors.vendor_returns import allowed_actions
from saleor_returns_plugin.services import (
    branding,
    exchange_orders,
    exchange_refunds,
    exchanges,
    receptions,
    refunds,
    resolutions,
    return_requests,
    shipments,
    split,
    staff_exchanges,
)
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits
from tests.builders import MERCHANT, NOW, a_vendor, acts_for, an_order, sells, shopper_of
from tests.gateways.fixtures import authorised, scriptable  # noqa: F401
from tests.saleor_rows import a_product, a_saleor_order, a_variant, pay
from tests.saleor_rows.gift_cards import a_gift_card, balance_of, card_events, pay_with_cards
from tests.saleor_rows.shop.common import gid

from .exchange_shop import (
    Shop,
    buyer,
    buys,
    differences,
    exchange_of,
    fresh,
    kinds,
    new_record,
    new_shipment,
    on_statement,
    order_row,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]
D = Decimal
LESS = D("0.92")
"""What commission leaves the vendor: 10 % of net, of which a quarter is tax."""


@pytest.fixture(autouse=True)
def gateway(settings: Any, scriptable: Any) -> None:  # noqa: F811
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()


@pytest.fixture(autouse=True)
def writer(gateway: Any) -> Any:
    with host.current.allow_writer():
        yield


@pytest.fixture
def shop() -> Shop:
    """Differences are settled: M costs 3.00 less than S, XL 2.00 more."""
    shop = Shop()
    shop.rules(exchange_pricing=ExchangePricing.SETTLED)
    shop.medium = a_variant(shop.small, "M", price="7.00")
    shop.dear = a_variant(shop.small, "XL", price="12.00")
    branding.update(
        actor=MERCHANT, channel="", values={"checkout_url": "https://shop.example/pay/{token}"}
    )
    return shop


def refund(part: VendorReturn, **values: Any) -> Refund:
    return refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW, **values)


def change(shop: Shop, part: VendorReturn, resolution: Resolution, variant: Any = None) -> None:
    resolutions.change(
        return_line_id=part.lines.get().pk,
        actor=MERCHANT,
        resolution=resolution,
        exchange_variant_id=variant and variant.pk,
        now=NOW,
    )


def cancel(part: VendorReturn) -> VendorReturn:
    exchanges.cancel(
        exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="Torn in the store", now=NOW
    )
    return fresh(part)


def cheaper(shop: Shop, units: int = 1) -> VendorReturn:
    """An exchange for something cheaper, of which the difference is paid back."""
    record = shop.order(units)
    part = shop.receive(shop.accept(shop.ask(record, units=units, variant=shop.medium)))
    assert refund(part).amount == 3 * units
    return fresh(part)


def test_the_rest_of_the_price_goes_back_when_nothing_comes_after_all(shop: Shop) -> None:
    part = cheaper(shop, units=2)
    record = part.request.record
    assert part.status == ReturnStatus.SETTLED.value
    part = cancel(part)
    assert part.status == ReturnStatus.RECEIVED.value
    change(shop, part, Resolution.REFUND)
    rest = refund(fresh(part))
    assert (rest.status, rest.amount) == (RefundStatus.SUCCEEDED.value, D(14))
    assert [step[0::2] for step in rest.steps] == [["2 × Shirt", "rest"]]
    assert fresh(part).status == ReturnStatus.SETTLED.value
    assert on_statement(shop.vendor) == 0
    assert differences(record, new_record(part)) == []
    with pytest.raises(NothingToRefund):
        refund(fresh(part))


def test_what_arrives_later_is_paid_beside_the_rest(shop: Shop) -> None:
    """One unit had its difference, the other comes once all of the money is wanted."""
    shop.rules(exchange_release=ExchangeRelease.ON_RECEPTION)
    record = shop.order(2)
    part = shop.receive(shop.accept(shop.ask(record, units=2, variant=shop.medium)), units=1)
    assert refund(part).amount == 3
    change(shop, fresh(part), Resolution.REFUND)
    assert refund(fresh(part)).amount == 7
    part = shop.receive(fresh(part))
    assert refund(part).amount == 10
    assert fresh(part).status == ReturnStatus.SETTLED.value
    assert on_statement(shop.vendor) == 0
    assert differences(record) == []


def test_both_are_one_refund(shop: Shop) -> None:
    record = shop.order(2)
    part = shop.receive(shop.accept(shop.ask(record, units=2, variant=shop.medium)), units=1)
    refund(part)
    change(shop, fresh(part), Resolution.REFUND)
    part = shop.receive(fresh(part))
    both = refund(part)
    assert both.amount == 17
    assert sorted(step[2] for step in both.steps) == ["rest", "text"]
    assert on_statement(shop.vendor) == 0
    assert differences(record) == []


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_difference_that_staff_paid_back_in_saleor_is_not_paid_again(
    shop: Shop, is_sent: bool
) -> None:
    record = shop.order(1)
    part = shop.receive(shop.accept(shop.ask(record, variant=shop.medium)))
    host.current.refund(host.current.payments(record.order_id)[0].reference, D(3), "staff")
    if is_sent:
        shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    done = refund(fresh(part))
    assert (done.already_refunded, done.amount) == (3, 0)
    record.refresh_from_db()
    assert differences(record, new_record(part)) == []


def test_another_choice_keeps_the_difference_that_was_paid(shop: Shop) -> None:
    part = cancel(cheaper(shop))
    with pytest.raises(InvalidTransition) as refused:
        change(shop, part, Resolution.EXCHANGE, shop.large)
    assert refused.value.field == "exchange_variant_id"
    exchanges.retry(exchange_id=exchange_of(part).pk, actor=MERCHANT)
    assert exchange_of(part).status == ExchangeStatus.RELEASED.value
    assert fresh(part).status == ReturnStatus.SETTLED.value
    assert part.refunds.count() == 1
    line = new_shipment(part).lines.get()
    assert (line.total_gross, line.carried_gross) == (7, 7)
    assert differences(part.request.record, new_record(part)) == []


class TestADifferenceOfWhatCouldNotBeOrdered:
    @pytest.fixture
    def part(self, shop: Shop) -> VendorReturn:
        """Sold out when it was ordered."""
        part = shop.ask(shop.order(1), variant=shop.medium)
        stock = apps.get_model("warehouse.Stock").objects.filter(product_variant=shop.medium)
        stock.update(quantity=0)
        part = shop.accept(part)
        stock.update(quantity=9)
        assert exchange_of(part).status == ExchangeStatus.FAILED.value
        return part

    def test_is_not_due(self, shop: Shop, part: VendorReturn) -> None:
        part = shop.receive(part)
        assert quotes.due_now(part).refund == 0
        assert quotes.expected(part).refund == 3
        assert deadlines.task_of(part) is Task.CHOOSE_AGAIN
        for actor in (MERCHANT, acts_for(shop.vendor)):
            assert Action.REFUND not in allowed_actions(part, actor)
            with pytest.raises(NothingToRefund):
                refunds.release(vendor_return_id=part.pk, actor=actor, now=NOW)
        assert not part.refunds.exists()

    def test_is_due_once_it_is(self, shop: Shop, part: VendorReturn) -> None:
        part = shop.receive(part)
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=MERCHANT)
        assert quotes.due_now(fresh(part)).refund == 3
        assert Action.REFUND in allowed_actions(fresh(part), MERCHANT)
        assert refund(fresh(part)).amount == 3
        assert differences(part.request.record, new_record(part)) == []

    def test_that_was_paid_before_leaves_what_costs_as_much(self, shop: Shop) -> None:
        part = cancel(cheaper(shop))
        line = part.lines.get()
        offered = options_for(part.request.record, [line])[line.shipment_line_id]
        assert {option.name: option.difference for option in offered} == {"Shirt, M": -3}
        assert options_of_lines([line]) == {line.pk: offered}


def test_staff_send_something_for_what_is_left_of_the_price(shop: Shop) -> None:
    part = cancel(cheaper(shop))
    staff_exchanges.create(
        actor=MERCHANT,
        record_id=part.request.record_id,
        lines=[ExchangedUnits(shop.large.pk, 1, return_line_id=part.lines.get().pk)],
        now=NOW,
    )
    line = new_shipment(part).lines.get()
    assert (line.total_gross, line.carried_gross) == (7, 7)
    assert differences(part.request.record, new_record(part)) == []


@pytest.mark.parametrize("condition", [Condition.MISSING, Condition.NOT_ACCEPTABLE])
def test_what_is_owed_beside_something_cheaper_is_less_the_difference_that_stayed(
    shop: Shop, condition: Condition
) -> None:
    """30.00 is paid, and 3.00 goes back for the one that came; two shirts and three for 7.00 are
    with the shopper, or on their way to be."""
    shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
    part = shop.accept(shop.ask(shop.order(3), units=3, variant=shop.medium))
    receive(part, (Condition.GOOD, 1), (condition, 2))
    assert refund(part).amount == 3
    assert owed(part) == 14
    event = part.events.get(kind=EventKind.EXCHANGE_OWED.value)
    assert D(event.data["amount"]) == 14
    is_missing = condition is Condition.MISSING
    assert selected.owed_by_shopper(fresh(part)) == (14 if is_missing else 0)


def test_what_is_owed_beside_something_dearer_is_the_price_of_what_stayed(shop: Shop) -> None:
    """10.00 and 2.00 are paid, and goods for 10.00 and 12.00 kept."""
    shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
    record = shop.order(1)
    part = shop.accept(shop.ask(record, variant=shop.dear))
    buys(part)
    assert exchange_of(part).status == ExchangeStatus.RELEASED.value
    receive(part, (Condition.MISSING, 1))
    assert owed(part) == 10


def receive(part: VendorReturn, *units: tuple[Condition, int]) -> None:
    line = part.lines.get()
    receptions.receive(
        vendor_return_id=part.pk,
        actor=MERCHANT,
        lines=[ReceivedLine(line.pk, count, condition, note="Torn") for condition, count in units],
        now=NOW,
    )


def owed(part: VendorReturn) -> Decimal:
    exchange = exchange_of(part)
    return sum((each.amount for each in selected.owed_of([exchange])[exchange.pk]), D(0))


def test_a_difference_that_failed_is_not_paid_beside_the_whole(shop: Shop) -> None:
    from tests.saleor_rows.gateway import RecordedGateway, accepts, declines

    record = shop.order(1)
    part = shop.receive(shop.accept(shop.ask(record, variant=shop.medium)))
    RecordedGateway.answers_with(declines)
    failed = refund(part)
    RecordedGateway.answers_with(accepts)
    assert failed.status == RefundStatus.FAILED.value
    change(shop, fresh(part), Resolution.REFUND)
    assert refund(fresh(part)).amount == 10
    with pytest.raises(NothingToRefund):
        refunds.retry(refund_id=failed.pk, actor=MERCHANT, now=NOW)
    assert len(RecordedGateway.calls) == 2
    assert differences(record) == []


def dearer(shop: Shop, record: Any = None) -> VendorReturn:
    """The difference of 2.00 is paid on Saleor's own checkout, and the replacement is ordered."""
    part = shop.accept(shop.ask(record or shop.order(1), variant=shop.dear))
    assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
    buys(part)
    assert exchange_of(part).status == ExchangeStatus.ORDERED.value
    return fresh(part)


def paid_back(part: VendorReturn) -> Refund | None:
    return Refund.objects.filter(exchange=exchange_of(part)).first()


@pytest.mark.usefixtures("authorised")
@pytest.mark.parametrize(
    ("rule", "by_sweep"),
    [(ExchangeRelease.ON_RECEPTION, False), (ExchangeRelease.ON_ACCEPT, True)],
)
def test_a_dearer_replacement_is_held_until_it_is_paid(
    shop: Shop, rule: ExchangeRelease, by_sweep: bool
) -> None:
    shop.rules(exchange_pricing=ExchangePricing.SETTLED, exchange_release=rule)
    part = dearer(shop)
    if rule is ExchangeRelease.ON_RECEPTION:
        assert order_row(part).metadata[host.current.HELD_UNTIL] == "on_reception"
        part = shop.receive(part)
        assert part.status == ReturnStatus.RECEIVED.value
    assert exchange_of(part).status == ExchangeStatus.ORDERED.value
    assert order_row(part).metadata[host.current.HELD_UNTIL] == "on_payment"
    assert new_shipment(part).hold_reason == "on_payment"
    with pytest.raises(InvalidTransition):
        shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    exchange_orders.sweep(now=NOW)
    assert exchange_of(part).status == ExchangeStatus.ORDERED.value

    pay(order_row(part))
    if by_sweep:
        exchange_orders.sweep(now=NOW)
    else:
        split.split_order(order_id=exchange_of(part).order_id, now=NOW)

    assert exchange_of(part).status == ExchangeStatus.RELEASED.value
    assert host.current.HELD_UNTIL not in order_row(part).metadata
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    assert differences(part.request.record, new_record(part)) == []


@pytest.mark.skipif(not host.IS_V3, reason="2.10 places no order without a payment")
def test_what_a_channel_lets_be_ordered_unpaid_is_held_too(shop: Shop) -> None:
    from tests.saleor_rows.shop.v3 import COMPLETE

    apps.get_model("channel.Channel").objects.update(allow_unpaid_orders=True)
    part = shop.accept(shop.ask(shop.order(1), variant=shop.dear))
    buyer().do(COMPLETE, id=gid("Checkout", exchange_of(part).checkout_token))

    part = shop.receive(fresh(part))
    assert exchange_of(part).status == ExchangeStatus.ORDERED.value
    assert new_shipment(part).hold_reason == "on_payment"

    pay(order_row(part))
    split.split_order(order_id=exchange_of(part).order_id, now=NOW)
    assert exchange_of(part).status == ExchangeStatus.RELEASED.value


@pytest.mark.usefixtures("authorised")
def test_payment_alone_releases_nothing(shop: Shop) -> None:
    part = dearer(shop)
    pay(order_row(part))
    split.split_order(order_id=exchange_of(part).order_id, now=NOW)
    assert exchange_of(part).status == ExchangeStatus.ORDERED.value
    assert new_shipment(part).hold_reason == "on_reception"
    shop.receive(part)
    assert exchange_of(part).status == ExchangeStatus.RELEASED.value


@pytest.mark.usefixtures("authorised")
def test_a_price_that_was_never_paid_is_not_given_back(shop: Shop) -> None:
    record = shop.order(1)
    part = shop.receive(dearer(shop, record))
    exchanges.release(exchange_id=exchange_of(part).pk, actor=MERCHANT, now=NOW)
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)

    again = shop.receive(shop.accept(shop.back(new_record(part))))

    with pytest.raises(RefundExceedsCharged, match=r"10\.00"):
        refund(again)
    assert refund(again, amount=D(10), reason="2.00 were not paid").amount == 10
    assert differences(record, new_record(part)) == []


BY_HAND = {"method": RefundMethod.MANUAL, "reference": "Cash"}


def dearer_and_back(shop: Shop, record: Any) -> VendorReturn:
    """The replacement was sent, for 12.00 with what it replaced, and returned."""
    part = shop.receive(dearer(shop, record))
    if exchange_of(part).status == ExchangeStatus.ORDERED.value:
        exchanges.release(exchange_id=exchange_of(part).pk, actor=MERCHANT, now=NOW)
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    return shop.receive(shop.accept(shop.back(new_record(part))))


class TestAFirstOrderThatSaleorHoldsNothingOf:
    """It was paid elsewhere, and the difference on Saleor's checkout."""

    def test_gives_back_both_prices(self, shop: Shop) -> None:
        record = shop.unpaid(1)
        again = dearer_and_back(shop, record)
        assert refund(again, **BY_HAND).amount == 12
        assert differences(record, again.request.record) == []

    @pytest.mark.usefixtures("authorised")
    def test_gives_back_its_own_where_the_difference_was_never_paid(self, shop: Shop) -> None:
        again = dearer_and_back(shop, shop.unpaid(1))
        with pytest.raises(RefundExceedsCharged, match=r"10\.00"):
            refund(again, **BY_HAND)
        assert refund(again, amount=D(10), reason="Not all was paid", **BY_HAND).amount == 10


def test_of_a_first_order_that_was_paid_in_part_no_more_than_that_goes_back(shop: Shop) -> None:
    record = shop.unpaid(1)
    pay(apps.get_model("order.Order").objects.get(pk=record.order_id), "4.00")
    again = dearer_and_back(shop, record)
    with pytest.raises(RefundExceedsCharged, match=r"6\.00"):
        refund(again, **BY_HAND)
    assert refund(again, amount=D(6), reason="Not all was paid", **BY_HAND).amount == 6


def test_a_difference_that_saleor_knows_no_payment_of_any_more_was_paid(shop: Shop) -> None:
    part = shop.receive(dearer(shop))
    payments = apps.get_model("payment.Payment").objects
    payments.filter(order_id=exchange_of(part).order_id).update(order=None)
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    again = shop.receive(shop.accept(shop.back(new_record(part))))
    assert refund(again, **BY_HAND).amount == 12


@pytest.mark.usefixtures("authorised")
def test_a_price_that_was_never_paid_is_not_given_back_with_a_cancelled_order(shop: Shop) -> None:
    part = cancel(dearer(shop))
    change(shop, part, Resolution.REFUND)
    part = shop.receive(fresh(part))
    with pytest.raises(RefundExceedsCharged, match=r"10\.00"):
        refund(part, amount=D(12), reason="Goodwill", **BY_HAND)
    assert refund(part, **BY_HAND).amount == 10


def test_a_dearer_replacement_is_worth_both_payments(shop: Shop) -> None:
    record = shop.order(1)
    part = shop.receive(dearer(shop, record))
    assert part.status == ReturnStatus.SETTLED.value
    assert on_statement(shop.vendor) == LESS * 10 + D("1.80")  # the checkout has no taxes
    assert differences(record, new_record(part)) == []
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    again = shop.receive(shop.accept(shop.back(new_record(part))))
    assert refund(again).amount == 12
    assert {row.payment_reference for row in again.refunds.get().parts.all()} == {
        payment.reference
        for each in (record, new_record(part))
        for payment in host.current.payments(each.order_id)
    }
    assert on_statement(shop.vendor) == 0
    assert differences(record, new_record(part)) == []


def test_what_was_paid_for_a_replacement_goes_back_once_it_is_cancelled(shop: Shop) -> None:
    part = dearer(shop)
    record = part.request.record
    part = cancel(part)
    refunded = paid_back(part)
    assert refunded is not None
    assert (refunded.status, refunded.amount) == (RefundStatus.SUCCEEDED.value, D(2))
    assert part.status == ReturnStatus.ACCEPTED.value
    for _ in range(2):
        exchange_refunds.pay_back(exchange_id=exchange_of(part).pk, now=NOW)
        exchange_orders.sweep(now=NOW)
    assert Refund.objects.count() == 1
    assert differences(record, new_record(part)) == []
    change(shop, part, Resolution.REFUND)
    assert refund(shop.receive(fresh(part))).amount == 10
    assert on_statement(shop.vendor) == 0
    assert differences(record, new_record(part)) == []


def test_so_it_does_when_staff_cancel_it_in_saleor(shop: Shop) -> None:
    part = shop.receive(dearer(shop))
    assert part.status == ReturnStatus.SETTLED.value
    order = order_row(part)
    order.status = "canceled"
    order.save(update_fields=["status"])
    split.split_order(order_id=order.pk, now=NOW)
    assert fresh(part).status == ReturnStatus.RECEIVED.value
    refunded = paid_back(part)
    assert refunded is not None
    assert (refunded.status, refunded.amount) == (RefundStatus.SUCCEEDED.value, D(2))
    change(shop, fresh(part), Resolution.REFUND)
    assert refund(fresh(part)).amount == 10
    assert differences(part.request.record, new_record(part)) == []


def test_what_was_killed_in_between_is_paid_back_by_the_sweep(shop: Shop, monkeypatch: Any) -> None:
    part = dearer(shop)
    with monkeypatch.context() as broken:
        broken.setattr(exchange_refunds, "pay_back", lambda **_: None)
        part = cancel(part)
    assert paid_back(part) is None
    exchange_orders.sweep(now=NOW)
    refunded = paid_back(part)
    assert refunded is not None
    assert refunded.status == RefundStatus.SUCCEEDED.value


@pytest.mark.usefixtures("authorised")
@pytest.mark.parametrize("by_sweep", [False, True])
def test_what_is_paid_only_after_that_goes_back_then(shop: Shop, by_sweep: bool) -> None:
    part = cancel(dearer(shop))
    exchange_orders.sweep(now=NOW)
    assert paid_back(part) is None
    pay(order_row(part))
    if by_sweep:
        exchange_orders.sweep(now=NOW)
    else:
        split.split_order(order_id=exchange_of(part).order_id, now=NOW)
    refunded = paid_back(part)
    assert refunded is not None
    assert (refunded.status, refunded.amount) == (RefundStatus.SUCCEEDED.value, D(2))
    assert differences(part.request.record, new_record(part)) == []


def test_of_an_offer_that_nobody_took_nothing_is_looked_for(shop: Shop) -> None:
    part = cancel(shop.accept(shop.ask(shop.order(1), variant=shop.dear)))
    exchange_orders.sweep(now=NOW)
    assert exchange_of(part).paid_back_at is not None
    assert paid_back(part) is None


class TestAnotherRefundUsedWhatWasPaidForIt:
    """A shirt is exchanged for something that costs 2.00 more, and a mug beside it paid back."""

    def given_back(
        self,
        shop: Shop,
        card: str,
        price: str = "10.00",
        status: RefundStatus = RefundStatus.SUCCEEDED,
    ) -> VendorReturn:
        """Once the mug is; the first order was paid by a gift card and the rest otherwise."""
        mug = sells(shop.vendor, a_product("Mug", price=price, stock=5))
        order = a_saleor_order([(shop.small, 1, "10.00"), (mug, 1, price)], paid=False)
        if card:
            self.card = a_gift_card(card)
            pay_with_cards(order, [self.card])
        pay(order)
        record = split.split_order(order_id=order.pk, now=NOW)
        assert record is not None
        self.record, own = record, record.shipments.get().lines
        shirt = RequestedLine(
            own.get(variant_id=shop.small.pk).pk,
            1,
            resolution=Resolution.EXCHANGE,
            exchange_variant_id=shop.dear.pk,
        )
        part = shop.accept(self.asked(shirt))
        buys(part)
        if not card:
            payments = apps.get_model("payment.Payment").objects
            payments.filter(order_id=order.pk).update(gateway="mirumee.gone")
        back = self.asked(RequestedLine(own.get(variant_id=mug.pk).pk, 1))
        done = refund(shop.receive(shop.accept(back)))
        assert (done.status, done.amount) == (status.value, D(price))
        return fresh(part)

    def asked(self, line: RequestedLine) -> VendorReturn:
        request = return_requests.create(
            actor=shopper_of(self.record),
            record_id=self.record.pk,
            lines=[line],
            source=Source.PORTAL,
            now=NOW,
        )
        return request.vendor_returns.get()

    def check(self, part: VendorReturn) -> None:
        self.record.refresh_from_db()
        assert differences(self.record, new_record(part)) == []

    def test_all_of_it_goes_back_another_way(self, shop: Shop) -> None:
        """8.00 and 2.00 paid the mug back: of the payments nothing is left, of the card 12.00."""
        part = cancel(self.given_back(shop, card="12.00"))
        refunded = paid_back(part)
        assert refunded is not None
        assert (refunded.status, refunded.amount) == (RefundStatus.SUCCEEDED.value, D(2))
        assert balance_of(self.card) == 2
        self.check(part)
        change(shop, part, Resolution.REFUND)
        assert refund(shop.receive(fresh(part))).amount == 10
        assert balance_of(self.card) == 12
        self.check(part)

    def test_nor_is_what_it_may_have_used_asked_for_again(self, shop: Shop) -> None:
        """Whether 8.00 and 2.00 paid the mug back, nobody knows."""
        from tests.saleor_rows.gateway import RecordedGateway, times_out

        RecordedGateway.answers_with(times_out)
        part = self.given_back(shop, card="12.00", status=RefundStatus.UNKNOWN)
        RecordedGateway.reset()
        refunded = paid_back(cancel(part))
        assert refunded is not None
        assert (refunded.status, refunded.amount) == (RefundStatus.SUCCEEDED.value, D(2))
        assert (balance_of(self.card), RecordedGateway.calls) == (2, [])

    def test_what_no_way_can_take_waits_for_the_store(self, shop: Shop) -> None:
        """1.00 of it paid the mug back, and Saleor cannot refund what paid the first order."""
        part = cancel(self.given_back(shop, card="", price="1.00"))
        refunded = paid_back(part)
        assert refunded is not None
        assert (refunded.status, refunded.amount, refunded.paid) == (
            RefundStatus.FAILED.value,
            D(2),
            D(1),
        )
        assert can_go_on(refunded, MERCHANT, is_due=False, obstacle=None)
        refunds.resolve(
            refund_id=refunded.pk, succeeded=True, actor=MERCHANT, reference="Cash", now=NOW
        )
        refunded.refresh_from_db()
        assert (refunded.status, refunded.paid) == (RefundStatus.SUCCEEDED.value, D(2))
        self.check(part)

    def test_what_staff_gave_back_of_it_is_not_given_again(self, shop: Shop) -> None:
        part = self.given_back(shop, card="11.00")
        own = host.current.payments(exchange_of(part).order_id)
        assert [(row.captured, row.refunded) for row in own] == [(1, 1)]
        host.current.refund(own[0].reference, D(1), "staff")
        part = cancel(part)
        refunded = paid_back(part)
        assert refunded is not None
        assert (refunded.status, refunded.amount) == (RefundStatus.SUCCEEDED.value, D(1))
        change(shop, part, Resolution.REFUND)
        assert refund(shop.receive(fresh(part))).amount == 10
        self.check(part)


def test_what_saleor_cannot_pay_back_waits_for_the_store(shop: Shop) -> None:
    part = dearer(shop)
    payments = apps.get_model("payment.Payment").objects
    payments.filter(order_id=exchange_of(part).order_id).update(gateway="mirumee.gone")
    part = cancel(part)
    failed = paid_back(part)
    assert failed is not None
    assert failed.status == RefundStatus.FAILED.value
    assert EventKind.REFUND_FAILED.value in kinds(part)
    assert Action.REFUND not in allowed_actions(part, MERCHANT)
    assert can_go_on(failed, MERCHANT, is_due=False, obstacle=None), "of goods nothing is due"
    refunds.resolve(
        refund_id=failed.pk, succeeded=True, actor=MERCHANT, reference="Cash, 28 Nov", now=NOW
    )
    failed.refresh_from_db()
    assert (failed.status, failed.paid) == (RefundStatus.SUCCEEDED.value, D(2))
    assert differences(part.request.record, new_record(part)) == []


def test_what_staff_gave_beside_that_is_taken_off_the_next_refund(shop: Shop) -> None:
    part = cancel(dearer(shop))
    record = part.request.record
    payment = host.current.payments(record.order_id)[0]
    host.current.refund(payment.reference, D(2), "staff")
    change(shop, part, Resolution.REFUND)
    rest = refund(shop.receive(fresh(part)))
    assert (rest.already_refunded, rest.amount) == (D(2), D(8))
    record.refresh_from_db()
    assert differences(record, new_record(part)) == []


def test_a_return_whose_replacement_was_paid_back_can_be_cancelled(shop: Shop) -> None:
    part = cancel(dearer(shop))
    assert Action.CANCEL in allowed_actions(part, MERCHANT)
    return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
    assert fresh(part).status == ReturnStatus.CANCELLED.value
    assert on_statement(shop.vendor) == LESS * 10


def test_what_the_store_was_paid_is_not_taken_from_the_vendor(shop: Shop) -> None:
    """Staff ask 2.00 that are not the vendor's; then the goods are exchanged again, and returned."""
    record = shop.order(1)
    part = shop.accept(shop.ask(record, variant=shop.large))
    cancel(part)
    staff_exchanges.create(
        actor=MERCHANT,
        record_id=record.pk,
        lines=[
            ExchangedUnits(shop.large.pk, 1, unit_price=D(2), return_line_id=part.lines.get().pk)
        ],
        charges_vendor=False,
        now=NOW,
    )
    buys(part)
    part = shop.receive(fresh(part))
    assert on_statement(shop.vendor) == LESS * 10
    second = new_record(part)
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    swapped = shop.receive(shop.accept(shop.ask(second, variant=shop.small)))
    assert (new_shipment(swapped).lines.get().total_gross, on_statement(shop.vendor)) == (
        12,
        LESS * 10,
    )
    shipments.fulfil(shipment_id=new_shipment(swapped).pk, actor=acts_for(shop.vendor), now=NOW)
    last = shop.receive(shop.accept(shop.back(new_record(swapped))))
    assert refund(last).amount == 12
    assert on_statement(shop.vendor) == 0
    assert differences(record, second, new_record(swapped)) == []


@pytest.mark.parametrize("variant", ["large", "medium"])
def test_of_an_unpaid_order_nothing_is_credited(shop: Shop, variant: str) -> None:
    """Until it is paid: then all of it is, as if it had been at once."""
    record = shop.unpaid(1)
    part = shop.receive(shop.accept(shop.ask(record, variant=getattr(shop, variant))))
    if variant == "medium":
        refund(part, method=RefundMethod.MANUAL, reference="Cash")
    assert on_statement(shop.vendor) == 0
    assert differences(record, new_record(part)) == []
    shop.pays(record)
    assert on_statement(shop.vendor) == LESS * (7 if variant == "medium" else 10)
    assert differences(record, new_record(part)) == []


def test_of_an_unpaid_order_no_other_vendor_is_credited_either(shop: Shop) -> None:
    elm = a_vendor("Elm")
    mug = sells(elm, a_product("Mug", price="10.00", stock=5))
    record = shop.unpaid(1)
    exchange = staff_exchanges.create(
        actor=MERCHANT,
        record_id=record.pk,
        lines=[
            ExchangedUnits(
                mug.pk, 1, order_line_id=record.shipments.get().lines.get().order_line_id
            )
        ],
        now=NOW,
    )
    part = fresh(exchange.vendor_return)
    assert (on_statement(shop.vendor), on_statement(elm)) == (0, 0)
    shop.pays(record)
    assert (on_statement(shop.vendor), on_statement(elm)) == (0, LESS * 10)
    assert differences(record, new_record(part)) == []


def test_staff_edit_what_is_to_be_sent_in_exchange(shop: Shop) -> None:
    """More units at Saleor's price: what was carried over stays in the line."""
    part = shop.accept(shop.ask(shop.order(1), variant=shop.large))
    order = order_row(part)
    line = order.lines.get()
    line.quantity = 2
    for name in ("gross", "net"):
        setattr(line, f"total_price_{name}_amount", D(4))
        setattr(line, f"unit_price_{name}_amount", D(2))
        setattr(line, f"undiscounted_total_price_{name}_amount", D(4))
        setattr(line, f"undiscounted_unit_price_{name}_amount", D(2))
        setattr(order, f"total_{name}_amount", D(4))
    line.save()
    order.save()
    split.split_order(order_id=order.pk, now=NOW)
    own = new_shipment(part).lines.get()
    assert (own.quantity, own.total_gross, own.carried_gross) == (2, 14, 10)


def test_a_gift_card_gets_its_share_back_along_the_chain(shop: Shop) -> None:
    """It paid for the first order, and the return is of the second."""
    order = a_saleor_order([(shop.small, 1, "10.00")], paid=False)
    card = a_gift_card("4.00")
    pay_with_cards(order, [card])
    pay(order)
    record = split.split_order(order_id=order.pk, now=NOW)
    assert record is not None
    first = shop.receive(shop.accept(shop.ask(record, variant=shop.large)))
    shipments.fulfil(shipment_id=new_shipment(first).pk, actor=acts_for(shop.vendor), now=NOW)
    again = shop.receive(shop.accept(shop.back(new_record(first))))
    paid = refund(again)
    assert (paid.status, paid.amount) == (RefundStatus.SUCCEEDED.value, D(10))
    assert sorted(paid.parts.values_list("amount", flat=True)) == [4, 6]
    assert balance_of(card) == 4
    ways = refund_ways.of_parts(paid.parts.all(), new_record(first))
    assert {way.card for way in ways} == {"", card.code[-4:]}
    assert card_events(order, card) > 0
    assert differences(record, new_record(first)) == []


def test_one_variant_has_one_price_in_an_exchange(shop: Shop) -> None:
    """Saleor's order could not say otherwise: two prices on top of two are four returns."""
    other = a_variant(shop.small, "XS", price="9.00")
    record = an_order([(shop.small, 1, "10.00"), (other, 1, "9.00")])
    lines = list(record.shipments.get().lines.all())
    wanted = [
        RequestedLine(line.pk, 1, resolution=Resolution.EXCHANGE, exchange_variant_id=shop.dear.pk)
        for line in lines
    ]

    def ask(*asked: RequestedLine) -> Any:
        return return_requests.create(
            actor=shopper_of(record),
            record_id=record.pk,
            lines=asked,
            source=Source.PORTAL,
            now=NOW,
        )

    with pytest.raises(InvalidInput) as refused:
        ask(*wanted)
    assert (refused.value.field, refused.value.index) == ("exchange_variant_id", [1])
    assert [ask(each).vendor_returns.count() for each in wanted] == [1, 1]


def test_staff_leave_nothing_that_is_to_be_exchanged(shop: Shop) -> None:
    other = a_variant(shop.small, "XS")
    record = an_order([(shop.small, 1, "10.00"), (other, 1, "10.00")])
    lines = list(record.shipments.get().lines.all())
    wanted = [
        RequestedLine(line.pk, 1, resolution=Resolution.EXCHANGE, exchange_variant_id=shop.large.pk)
        for line in lines
    ]
    request = return_requests.create(
        actor=shopper_of(record),
        record_id=record.pk,
        lines=wanted,
        source=Source.PORTAL,
        now=NOW,
    )
    part = cancel(shop.accept(request.vendor_returns.get()))
    own = {line.shipment_line_id: line.pk for line in part.lines.all()}
    only = ExchangedUnits(shop.large.pk, 1, return_line_id=own[lines[0].pk])
    with pytest.raises(Required) as refused:
        staff_exchanges.create(actor=MERCHANT, record_id=record.pk, lines=[only], now=NOW)
    assert refused.value.field == "lines"
    both = [only, ExchangedUnits(shop.medium.pk, 1, return_line_id=own[lines[1].pk])]
    staff_exchanges.create(actor=MERCHANT, record_id=record.pk, lines=both, now=NOW)
    assert differences(record, new_record(part)) == []
