"""What Saleor knows of an exchange's order before we do: paid, cancelled, or on its way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.exchanges import HELD, ON_PAYMENT
from saleor_returns_plugin.domain.money import Taxed
from saleor_returns_plugin.enums import (
    EventKind,
    ExchangePricing,
    ExchangeRelease,
    ExchangeStatus,
    OrderState,
    RefundStatus,
    Resolution,
    Unavailable,
)
from saleor_returns_plugin.errors import InvalidTransition
from saleor_returns_plugin.models import NotificationLog, OrderRecord, Refund, VendorReturn
from saleor_returns_plugin.services import (
    exchange_orders,
    exchange_refunds,
    exchanges,
    refunds,
    replacements,
    resolutions,
    split,
)
from tests.builders import MERCHANT, NOW
from tests.gateways.fixtures import scriptable  # noqa: F401
from tests.saleor_rows.common import age
from tests.saleor_rows.shop.common import gid

from .exchange_shop import (
    Shop,
    allocated,
    buys,
    differences,
    exchange_of,
    fresh,
    kinds,
    leftovers,
    on_statement,
    order_row,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]
D = Decimal


@pytest.fixture(autouse=True)
def gateway(settings: Any, scriptable: Any) -> None:  # noqa: F811
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()


@pytest.fixture(autouse=True)
def writer(gateway: Any) -> Iterator[None]:
    with host.current.allow_writer():
        yield


@pytest.fixture
def shop() -> Shop:
    """XL costs 2.00 more than what was bought, which the shopper pays."""
    shop = Shop()
    shop.sells_dearer()
    return shop


def offered(shop: Shop) -> VendorReturn:
    part = shop.accept(shop.ask(shop.order(1), variant=shop.dear))
    assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
    return part


def bought_unseen(part: VendorReturn, monkeypatch: Any) -> Any:
    """Paid and ordered; no hook reaches us."""
    with monkeypatch.context() as lost:
        lost.setattr(split, "split_order", lambda **_: None)
        order = buys(part)
    assert not OrderRecord.objects.filter(order_id=order.pk).exists()
    return order


def cancel(part: VendorReturn) -> None:
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="Torn.", now=NOW)


def is_paid_back(shop: Shop, part: VendorReturn) -> None:
    exchange = exchange_of(part)
    assert exchange.status == ExchangeStatus.CANCELLED.value
    assert exchange.withdrawn_at
    refund = Refund.objects.get(exchange=exchange)
    assert (refund.status, refund.amount) == (RefundStatus.SUCCEEDED.value, D(2))
    record = OrderRecord.objects.get(root__isnull=False)
    assert record.is_cancelled
    assert differences(part.request.record, record) == []
    assert (exchange.order_id, exchange.order_number) == (record.order_id, record.number)
    # And the price of the first goods is still there to be paid back.
    resolutions.change(
        return_line_id=part.lines.get().pk,
        actor=MERCHANT,
        resolution=Resolution.REFUND,
        now=NOW,
    )
    part = shop.receive(fresh(part))
    assert refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW).amount == 10
    assert differences(part.request.record, record) == []
    assert on_statement(shop.vendor) == 0


def never_confirm() -> None:
    apps.get_model("channel.Channel").objects.update(automatically_confirm_all_new_orders=False)


def notes_of(order: Any) -> list[str]:
    rows = order.events.filter(type="note_added").order_by("pk")
    return [event.parameters["message"] for event in rows]


@pytest.mark.parametrize("is_paid", [True, False])
def test_the_note_on_an_order_says_whether_its_payment_is_missing(
    shop: Shop, monkeypatch: Any, is_paid: bool
) -> None:
    """It is written once, before the exchange knows the order."""
    shop.rules(exchange_pricing=ExchangePricing.SETTLED, exchange_release=ExchangeRelease.ON_ACCEPT)
    part = offered(shop)
    order = bought_unseen(part, monkeypatch)
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    assert facts.is_paid
    assert replacements.take_up(replace(facts, is_paid=is_paid))
    (note, *_) = notes_of(order)
    assert note.endswith(HELD[ON_PAYMENT]) is not is_paid


@pytest.mark.skipif(not host.IS_V3, reason="2.10 confirms every order")
def test_a_paid_offer_that_saleor_does_not_confirm_is_released(shop: Shop) -> None:
    shop.rules(exchange_pricing=ExchangePricing.SETTLED, exchange_release=ExchangeRelease.ON_ACCEPT)
    part = offered(shop)
    never_confirm()

    order = buys(part)

    assert host.current.order_facts(order.pk).state is OrderState.PLACED
    assert exchange_of(part).status == ExchangeStatus.RELEASED.value
    assert notes_of(order)
    assert not any(HELD[ON_PAYMENT] in note for note in notes_of(order))
    assert host.current.HELD_UNTIL not in order_row(part).metadata


def test_what_was_paid_goes_back_though_we_never_split_the_order(
    shop: Shop, monkeypatch: Any
) -> None:
    part = offered(shop)
    bought_unseen(part, monkeypatch)
    cancel(part)
    is_paid_back(shop, part)


@pytest.mark.skipif(not host.IS_V3, reason="2.10 confirms every order")
def test_and_though_saleor_had_not_confirmed_it(shop: Shop, monkeypatch: Any) -> None:
    part = offered(shop)
    never_confirm()
    order = bought_unseen(part, monkeypatch)
    assert order.status == "unconfirmed"
    cancel(part)
    is_paid_back(shop, part)


def test_and_though_staff_cancelled_it_in_saleor_first(shop: Shop, monkeypatch: Any) -> None:
    part = offered(shop)
    order = bought_unseen(part, monkeypatch)
    type(order).objects.filter(pk=order.pk).update(status="canceled")
    exchange_orders.sweep(now=timezone.now())
    is_paid_back(shop, part)


def test_a_free_one_that_staff_cancelled_first_is_cancelled(shop: Shop, monkeypatch: Any) -> None:
    record = shop.order()
    with monkeypatch.context() as lost:
        lost.setattr(split, "split_order", lambda **_: None)
        part = shop.accepted(record)
    exchange = exchange_of(part)
    assert exchange.status == ExchangeStatus.PENDING.value
    made = host.current.find_exchange_order(exchange.checkout_token)
    assert host.current.cancel_exchange_order(made.id)
    exchange_orders.sweep(now=timezone.now() + 2 * exchange_orders.TAKE_UP_AFTER)
    assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
    assert allocated(shop.large) == 0
    assert Refund.objects.count() == 0


@pytest.mark.parametrize(
    "is_confirmed",
    [True, pytest.param(False, marks=pytest.mark.skipif(not host.IS_V3, reason="as above"))],
)
def test_a_paid_order_that_no_hook_told_of_is_taken_up(
    shop: Shop, monkeypatch: Any, is_confirmed: bool
) -> None:
    part = offered(shop)
    if not is_confirmed:
        never_confirm()
    bought_unseen(part, monkeypatch)
    exchange_orders.sweep(now=timezone.now())
    assert exchange_of(part).status == ExchangeStatus.ORDERED.value
    assert order_row(part).status == "unfulfilled"


def test_money_is_not_forgotten_while_its_price_is_unknown(shop: Shop, monkeypatch: Any) -> None:
    part = offered(shop)
    buys(part)
    with monkeypatch.context() as unknown:
        unknown.setattr(exchange_refunds, "_price", lambda _: Taxed())
        cancel(part)
    assert exchange_of(part).paid_back_at is None
    exchange_orders.sweep(now=timezone.now())
    is_paid_back(shop, part)


class TestAttempts:
    """To pay the difference, until the offer's time is over."""

    def attempt(
        self, part: VendorReturn, *, is_success: bool, ago: timedelta = timedelta(hours=1)
    ) -> Any:
        payment = apps.get_model("payment.Payment").objects.create(
            gateway="a.gateway",
            checkout_id=exchange_of(part).checkout_token,
            total=2,
            currency="USD",
        )
        row = payment.transactions.create(
            kind="capture", is_success=is_success, amount=2, currency="USD", gateway_response={}
        )
        for each in (payment, row):
            age(each, ago)
        return payment

    def test_one_that_was_declined_does_not_keep_the_offer(self, shop: Shop) -> None:
        part = offered(shop)
        self.attempt(part, is_success=False)
        exchange_orders.sweep(now=exchange_of(part).expires_at)
        exchange = exchange_of(part)
        assert exchange.status == ExchangeStatus.FAILED.value
        assert exchange.failure_code == Unavailable.OFFER_ENDED.value
        assert leftovers() == 0

    def test_money_that_became_no_order_is_not_forgotten(self, shop: Shop, caplog: Any) -> None:
        part = offered(shop)
        self.attempt(part, is_success=True)
        exchange_orders.sweep(now=exchange_of(part).expires_at)
        assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
        assert f"(return {part.number}) holds money" in caplog.text
        cancel(part)
        assert exchange_of(part).withdrawn_at is None
        exchange_orders.sweep(now=timezone.now())
        assert kinds(part).count(EventKind.EXCHANGE_STUCK.value) == 1
        assert leftovers() == 1

    @pytest.mark.parametrize("is_success", [True, False])
    @pytest.mark.parametrize("is_cancelled", [True, False])
    def test_nobody_is_told_of_money_while_somebody_may_be_paying(
        self, shop: Shop, is_success: bool, is_cancelled: bool
    ) -> None:
        part = offered(shop)
        payment = self.attempt(part, is_success=is_success, ago=timedelta(minutes=1))
        over = exchange_of(part).expires_at
        if is_cancelled:
            cancel(part)
        exchange_orders.sweep(now=over)
        assert (kinds(part).count(EventKind.EXCHANGE_STUCK.value), leftovers()) == (0, 1)

        for row in (payment, *payment.transactions.all()):
            age(row, timedelta(hours=1))
        exchange_orders.sweep(now=over)

        assert kinds(part).count(EventKind.EXCHANGE_STUCK.value) == is_success
        assert leftovers() == is_success

    def test_an_order_that_came_meanwhile_is_cancelled_and_paid_back(
        self, shop: Shop, monkeypatch: Any
    ) -> None:
        part = offered(shop)
        offer = exchange_orders.offer_of(exchange_of(part).checkout_token)
        drop = host.current.drop_exchange_checkout

        def too_late(token: Any) -> Any:
            """Saleor had found all in order before."""
            if leftovers():
                host.current.ask_offers_of(lambda _: offer)
                bought_unseen(part, monkeypatch)
                host.current.ask_offers_of(exchange_orders.offer_of)
            return drop(token)

        with monkeypatch.context() as beside:
            beside.setattr(host.current, "drop_exchange_checkout", too_late)
            cancel(part)

        is_paid_back(shop, part)
        assert EventKind.EXCHANGE_STUCK.value not in kinds(part)


@pytest.mark.skipif(not host.IS_V3, reason="apps of 2.10 make no orders of checkouts")
@pytest.mark.parametrize("units", [1, 3])
def test_what_an_app_makes_an_order_of_is_what_was_offered(shop: Shop, units: int) -> None:
    from saleor_returns_plugin.host.v3 import api

    part = offered(shop)
    checkouts = apps.get_model("checkout.Checkout").objects
    checkout = checkouts.get(pk=exchange_of(part).checkout_token)
    checkout.lines.update(quantity=units)
    checkouts.filter(pk=checkout.pk).update(price_expiration=timezone.now())
    handles = apps.get_model("permission.Permission").objects.get(codename="handle_checkouts")
    api.own_app().permissions.add(handles)

    answer = api.answer_of(FROM_CHECKOUT, {"id": gid("Checkout", checkout)})

    refused = [error["message"] for error in answer["errors"]]
    assert ["not the goods of the offer" in each for each in refused] == (
        [True] if units > 1 else []
    )
    made = exchange_of(part).status == ExchangeStatus.ORDERED.value
    assert made is (units == 1)


FROM_CHECKOUT = """
mutation($id: ID!) { orderCreateFromCheckout(id: $id) { errors { field code message } } }
"""


class TestOnItsWay:
    """Saleor has a parcel that we have not heard of."""

    def a_parcel(self, part: VendorReturn) -> Any:
        status = "waiting_for_approval" if host.IS_V3 else "fulfilled"
        parcels = apps.get_model("order.Fulfillment").objects
        return parcels.create(order_id=exchange_of(part).order_id, status=status)

    def test_it_is_not_cancelled(self, shop: Shop) -> None:
        part = shop.accepted()
        self.a_parcel(part)
        with pytest.raises(InvalidTransition, match="was sent already"):
            cancel(part)
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        assert EventKind.EXCHANGE_CANCELLED.value not in kinds(part)

    def test_one_that_came_in_between_is_told_once(self, shop: Shop, monkeypatch: Any) -> None:
        part = shop.accepted()
        with monkeypatch.context() as late:
            late.setattr(exchange_orders, "undo", lambda **_: None)
            cancel(part)
        parcel = self.a_parcel(part)
        mails = NotificationLog.objects.exclude(recipient="").count()
        for _ in range(2):
            exchange_orders.sweep(now=timezone.now())
        assert exchange_of(part).withdrawn_at is None
        events = part.events.filter(kind=EventKind.EXCHANGE_STUCK.value)
        assert [event.data["order_number"] for event in events] == [exchange_of(part).order_number]
        assert "cannot cancel its order" in events.get().message
        told = NotificationLog.objects.exclude(recipient="").order_by("created_at")[mails:]
        assert [row.kind for row in told] == ["exchange_stuck_merchant"]
        parcel.delete()
        exchange_orders.sweep(now=timezone.now())
        assert exchange_of(part).withdrawn_at is not None
        assert allocated(shop.large) == 0


def test_of_an_order_that_is_gone_nothing_is_ordered_for_ever(shop: Shop) -> None:
    part = shop.ask(shop.order())
    OrderRecord.objects.update(order_id=None)
    part = shop.accept(part)
    exchange = exchange_of(part)
    assert (exchange.status, exchange.failure_code) == (
        ExchangeStatus.FAILED.value,
        Unavailable.HOST.value,
    )
    assert exchange.failure
    assert kinds(fresh(part))[-1] == EventKind.EXCHANGE_FAILED.value


def test_what_was_left_open_under_its_token_fails_as_well(shop: Shop) -> None:
    part = shop.ask(shop.order())
    exchange_key: list[Any] = []
    claim = host.current.create_exchange_order

    def taken(**values: Any) -> Any:
        exchange_key.append(values["token"])
        apps.get_model("checkout.Checkout").objects.create(
            token=values["token"], **_values_of_a_checkout()
        )
        return claim(**values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(host.current, "create_exchange_order", taken)
        part = shop.accept(part)
    assert exchange_key
    assert exchange_of(part).failure_code == Unavailable.HOST.value


def _values_of_a_checkout() -> dict[str, Any]:
    if not host.IS_V3:
        return {"currency": "USD"}
    channel = apps.get_model("channel.Channel").objects.first()
    return {"currency": channel.currency_code, "channel": channel}


@pytest.mark.skipif(not host.IS_V3, reason="2.10 sells every variant, at a price")
def test_what_is_not_sold_any_more_counts_as_it_was_paid_for(shop: Shop) -> None:
    record = shop.order(1)
    apps.get_model("product.ProductVariantChannelListing").objects.filter(
        variant=shop.small
    ).delete()
    part = shop.ask(record, variant=shop.dear)
    assert part.lines.get().exchange_difference == 2
    other = shop.ask(shop.order(1), variant=shop.large)
    assert other.lines.get().exchange_difference == 0
