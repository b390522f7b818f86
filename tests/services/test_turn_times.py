"""How long the shopper has for an exchange: whole, and as long as an offer can be paid for."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.timezone import localdate

from saleor_returns_plugin import host
from saleor_returns_plugin.console.turn import turn_view
from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import (
    Condition,
    EventKind,
    ExchangeRelease,
    ExchangeStatus,
    RefundStatus,
    ReturnStatus,
    Task,
)
from saleor_returns_plugin.models import Refund, ReturnEvent, VendorReturn
from saleor_returns_plugin.selectors import deadlines
from saleor_returns_plugin.services import deadlines as time
from saleor_returns_plugin.services import exchange_orders, exchanges, receptions, refunds
from saleor_returns_plugin.web import formats
from tests.builders import MERCHANT, NOW, acts_for
from tests.portal.test_way_through import signed_in
from tests.saleor_rows.gateway import PATH, RecordedGateway, declines, times_out

from .exchange_shop import Shop, exchange_of, fresh
from .telling import LOCMEM, SHOPPER, a_portal, addressees, mails_about, says, says_not
from .test_exchanges import a_shirt_and_a_lamp

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> Any:
    settings.EMAIL_BACKEND = LOCMEM
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    with host.current.allow_writer():
        yield


class SoldOut(Shop):
    """What is wanted in exchange is gone by the time that it is ordered."""

    def accept(self, part: VendorReturn) -> VendorReturn:
        stock(self, 0)
        return super().accept(part)


@pytest.fixture
def shop() -> Shop:
    """XL costs 2.00 more."""
    shop = Shop()
    shop.sells_dearer()
    return shop


def stock(shop: Shop, quantity: int) -> None:
    rows = apps.get_model("warehouse.Stock").objects.filter(product_variant=shop.large)
    rows.update(quantity=quantity)


def received(part: VendorReturn, day: int = 0) -> VendorReturn:
    """All of it, in good condition."""
    receptions.receive(
        vendor_return_id=part.pk,
        actor=MERCHANT,
        lines=[ReceivedLine(line.pk, 1, Condition.GOOD) for line in part.lines.all()],
        now=NOW + day * DAY,
    )
    return fresh(part)


def refunded(part: VendorReturn, day: int, answer: Any = None) -> VendorReturn:
    if answer:
        RecordedGateway.answers_with(answer)
    refunds.release(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        now=NOW + day * DAY,
    )
    return fresh(part)


def is_due(part: VendorReturn, day: int) -> bool:
    assert part.due_at is not None
    return localdate(part.due_at) == localdate(NOW + day * DAY)


def turn(part: VendorReturn) -> Task | None:
    return deadlines.task_of(part)


class TestOnceTheOtherGoodsAreRefunded:
    @pytest.fixture
    def part(self) -> VendorReturn:
        """A shirt that was sold out, and a lamp to be paid back; its vendor was reminded."""
        part = received(a_shirt_and_a_lamp(SoldOut()))
        assert turn(part) is Task.REFUND
        time.run(now=NOW + 5 * DAY)
        part = fresh(part)
        assert is_due(part, 7)
        assert part.reminded_at
        return part

    def test_the_shopper_has_the_whole_time(self, part: VendorReturn) -> None:
        part = refunded(part, 6)
        assert (turn(part), part.status) == (Task.CHOOSE_AGAIN, ReturnStatus.RECEIVED.value)
        assert is_due(part, 13)
        assert (part.waiting_since, part.reminded_at) == (NOW + 6 * DAY, None)
        time.run(now=NOW + 12 * DAY)
        assert addressees(EventKind.REMINDED) == {"reminder_shopper": SHOPPER}
        assert not ReturnEvent.objects.filter(kind=EventKind.OVERDUE.value).exists()

    def test_one_that_failed_gives_it_back_to_the_vendor(self, part: VendorReturn) -> None:
        part = refunded(part, 6, declines)
        assert turn(part) is Task.REFUND
        assert is_due(part, 13)
        RecordedGateway.reset()
        refunds.retry(refund_id=Refund.objects.get().pk, actor=MERCHANT, now=NOW + 8 * DAY)
        assert turn(fresh(part)) is Task.CHOOSE_AGAIN
        assert is_due(fresh(part), 15)

    def test_one_without_an_answer_is_the_stores_first(self, part: VendorReturn) -> None:
        part = refunded(part, 6, times_out)
        assert (turn(part), is_due(part, 13)) == (Task.LOOK_UP, True)
        refunds.resolve(
            refund_id=Refund.objects.get().pk, succeeded=True, actor=MERCHANT, now=NOW + 9 * DAY
        )
        assert turn(fresh(part)) is Task.CHOOSE_AGAIN
        assert is_due(fresh(part), 16)

    def test_one_that_came_back_is_the_vendors_again(self, part: VendorReturn) -> None:
        part = refunded(part, 6)
        refunds.resolve(
            refund_id=Refund.objects.get().pk,
            succeeded=False,
            actor=MERCHANT,
            reference="Bank",
            now=NOW + 9 * DAY,
        )
        assert turn(fresh(part)) is Task.REFUND
        assert is_due(fresh(part), 16)


def test_a_refund_that_failed_gives_no_time_anew_where_nobody_else_had_a_turn(shop: Shop) -> None:
    shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
    part = received(a_shirt_and_a_lamp(shop))
    assert exchange_of(part).status == ExchangeStatus.RELEASED.value
    part = refunded(part, 6, declines)
    assert Refund.objects.get().status == RefundStatus.FAILED.value
    assert turn(part) is Task.REFUND
    assert is_due(part, 7)


def offer(shop: Shop) -> VendorReturn:
    part = shop.accepted(shop.order(1), variant=shop.dear)
    exchange = exchange_of(part)
    assert exchange.status == ExchangeStatus.AWAITING_PAYMENT.value
    assert localdate(exchange.expires_at) == localdate(NOW + 7 * DAY)
    return part


class TestAnOffer:
    @pytest.mark.parametrize("inspect_days", [1, 7])
    def test_can_be_paid_for_until_it_ends(self, shop: Shop, inspect_days: int) -> None:
        shop.rules(inspect_days=inspect_days)
        part = received(offer(shop), day=2)
        until = exchange_of(part).expires_at
        assert (turn(part), part.due_at) == (Task.PAY_DIFFERENCE, until)
        view = turn_view(part, NOW + 6 * DAY, is_left_to_store=False)
        assert (view.due, view.is_overdue) == (formats.day(until), False)
        time.run(now=NOW + 5 * DAY)
        message = mails_about(EventKind.REMINDED)["reminder_shopper"]
        says(message, f"please pay what the exchange costs more by {formats.day(until)}.")
        assert formats.day(until) in exchange_page(part)
        time.run(now=NOW + 6 * DAY)
        assert not ReturnEvent.objects.filter(kind=EventKind.OVERDUE.value).exists()

    def test_once_it_is_over_there_is_time_to_choose(self, shop: Shop) -> None:
        part = received(offer(shop), day=2)
        time.run(now=NOW + 5 * DAY)
        time.run(now=exchange_of(part).expires_at + timedelta(minutes=1))
        exchange_orders.end(exchange_id=exchange_of(part).pk, now=NOW + 8 * DAY)
        part = fresh(part)
        assert not ReturnEvent.objects.filter(kind=EventKind.OVERDUE.value).exists()
        assert (turn(part), part.reminded_at) == (Task.CHOOSE_AGAIN, None)
        assert is_due(part, 15)

    def test_that_does_not_end_is_told(self, shop: Shop) -> None:
        part = received(offer(shop), day=2)
        time.run(now=exchange_of(part).expires_at + timedelta(hours=1))
        assert ReturnEvent.objects.filter(kind=EventKind.OVERDUE.value).exists()

    def test_is_made_once_all_is_here(self) -> None:
        shop = SoldOut()
        shop.sells_dearer()
        shop.rules(inspect_days=3)
        shop.large = shop.dear
        part = received(shop.accepted(shop.order(1)), day=2)
        assert (turn(part), is_due(part, 5)) == (Task.CHOOSE_AGAIN, True)
        stock(shop, 5)
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=MERCHANT)
        assert turn(fresh(part)) is Task.PAY_DIFFERENCE
        assert fresh(part).due_at == exchange_of(part).expires_at

    def test_is_next_once_the_other_goods_are_refunded(self, shop: Shop) -> None:
        shop.large = shop.dear
        part = received(a_shirt_and_a_lamp(shop), day=2)
        assert (turn(part), is_due(part, 9)) == (Task.REFUND, True)
        part = refunded(part, 4)
        assert (turn(part), part.due_at) == (Task.PAY_DIFFERENCE, exchange_of(part).expires_at)


def exchange_page(part: VendorReturn) -> str:
    page = signed_in(part.request.record).get(
        reverse("returns:portal-status", args=[part.request_id])
    )
    return str(page.text)


def test_the_store_reads_that_saleor_makes_no_order(monkeypatch: Any) -> None:
    """It neither makes nor refuses it, and asking goes on."""
    a_portal()
    with monkeypatch.context() as patch:
        patch.setattr(exchange_orders, "order", lambda **_: None)
        shop = Shop()
        part = received(shop.accepted(shop.order(1)))
    assert exchange_of(part).status == ExchangeStatus.PENDING.value
    assert part.due_at is not None
    time.run(now=part.due_at + DAY)
    message = mails_about(EventKind.OVERDUE)["return_overdue_merchant"]
    says(message, f"{part.number}: Saleor was to make the order of the exchange by")
    says_not(message, "was to refund")
