"""Goods that were to be exchanged are refused, or never come: store and vendor decide what follows."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core import mail

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import Tracking
from saleor_returns_plugin.enums import (
    Action,
    Condition,
    ExchangeStatus,
    Resolution,
    ReturnStatus,
    Task,
    Unavailable,
)
from saleor_returns_plugin.errors import InvalidTransition, NotPermitted
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.selectors import deadlines
from saleor_returns_plugin.selectors.vendor_returns import allowed_actions
from saleor_returns_plugin.services import (
    deadlines as time,
)
from saleor_returns_plugin.services import (
    exchange_orders,
    exchanges,
    receptions,
    resolutions,
    return_requests,
    split,
    staff_exchanges,
    vendor_returns,
)
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits
from tests.builders import MERCHANT, NOW, acts_for, shopper_of

from .exchange_shop import Shop, allocated, exchange_of, fresh, leftovers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]


@pytest.fixture
def shop() -> Shop:
    """XL costs 2.00 more."""
    shop = Shop()
    shop.sells_dearer()
    return shop


def failed(shop: Shop) -> VendorReturn:
    """Sold out when it was ordered; there is enough by now."""
    part = shop.ask(shop.order())
    stock = apps.get_model("warehouse.Stock").objects.filter(product_variant=shop.large)
    stock.update(quantity=0)
    part = shop.accept(part)
    stock.update(quantity=9)
    assert exchange_of(part).status == ExchangeStatus.FAILED.value
    return part


def offered(shop: Shop) -> VendorReturn:
    part = shop.accepted(variant=shop.dear)
    assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
    return part


def decider(part: VendorReturn) -> list[str]:
    rows = VendorReturn.objects.all()
    waits = {
        "vendor": deadlines.needing_action(rows, acts_for(part.vendor)).exists(),
        "shopper": deadlines.needing_action(rows, shopper_of(part.request.record)).exists(),
    }
    return [who for who, does in waits.items() if does]


def mails_to(part: VendorReturn) -> str:
    return "\n".join(
        f"{each.subject}\n{each.body}"
        for each in mail.outbox
        if part.request.record.email in each.to
    )


def test_what_could_not_be_ordered_is_not_the_shoppers_to_choose_again(shop: Shop) -> None:
    part = failed(shop)
    assert decider(part) == ["shopper"]
    mail.outbox.clear()
    part = shop.receive(part, Condition.NOT_ACCEPTABLE)
    assert deadlines.task_of(part) is Task.EXCHANGE
    assert decider(part) == ["vendor"]
    text = mails_to(part)
    assert "The store decides whether what you get in exchange is sent." in text
    assert "choose" not in text
    shopper = shopper_of(part.request.record)
    assert allowed_actions(part, shopper) == []
    for resolution in (Resolution.REFUND, Resolution.EXCHANGE):
        with pytest.raises(NotPermitted):
            resolutions.change(
                return_line_id=part.lines.get().pk, actor=shopper, resolution=resolution, now=NOW
            )
    assert allocated(shop.large) == 0
    assert fresh(part).status == ReturnStatus.RECEIVED.value


def test_overruled_it_is_again(shop: Shop) -> None:
    part = shop.receive(failed(shop), Condition.NOT_ACCEPTABLE)
    row = part.receptions.get().lines.get()
    VendorReturn.objects.filter(pk=part.pk).update(reminded_at=NOW, escalated_at=NOW)
    later = part.due_at + timedelta(days=1)
    receptions.overrule(reception_line_id=row.pk, actor=MERCHANT, reason="Goodwill", now=later)
    part = fresh(part)
    assert deadlines.task_of(part) is Task.CHOOSE_AGAIN
    assert decider(part) == ["shopper"]
    assert part.due_at > later
    assert (part.reminded_at, part.escalated_at) == (None, None)


def test_given_up_it_is_over(shop: Shop) -> None:
    part = shop.receive(failed(shop), Condition.NOT_ACCEPTABLE)
    exchanges.cancel(
        exchange_id=exchange_of(part).pk, actor=acts_for(shop.vendor), reason="Torn", now=NOW
    )
    assert fresh(part).status == ReturnStatus.SETTLED.value


@pytest.mark.parametrize("is_priced", [True, False])
def test_who_decides_is_reminded_of_what_can_be_done(shop: Shop, is_priced: bool) -> None:
    part = shop.receive(offered(shop) if is_priced else failed(shop), Condition.NOT_ACCEPTABLE)
    assert exchange_of(part).status == ExchangeStatus.FAILED.value
    assert (Action.EXCHANGE in allowed_actions(part, acts_for(shop.vendor))) is not is_priced
    mail.outbox.clear()
    assert part.due_at is not None
    time.run(now=part.due_at - timedelta(days=1))
    (text,) = [each.body for each in mail.outbox if shop.vendor.email in each.to]
    assert ("Please cancel the exchange by" in text) is is_priced
    assert ("accept the goods after all" in text) is is_priced
    assert ("order it again, cancel it, or give the money back" in text) is not is_priced


@pytest.mark.parametrize("is_missing", [False, True])
def test_an_offer_ends_with_the_goods_it_was_for(shop: Shop, is_missing: bool) -> None:
    part = offered(shop)
    token = exchange_of(part).checkout_token
    mail.outbox.clear()
    if is_missing:
        receptions.receive(
            vendor_return_id=part.pk,
            actor=acts_for(shop.vendor),
            lines=[receptions.ReceivedLine(part.lines.get().pk, 1, Condition.MISSING)],
            now=NOW,
        )
        part = fresh(part)
    else:
        part = shop.receive(part, Condition.NOT_ACCEPTABLE)
    exchange = exchange_of(part)
    assert exchange.status == ExchangeStatus.FAILED.value
    assert exchange.failure_code == Unavailable.OFFER_ENDED.value
    assert exchange.failure == "None of the goods that it replaces was accepted."
    assert leftovers() == 0
    assert exchange_orders.offer_of(token) is None
    assert decider(part) == ["vendor"]
    text = mails_to(part)
    assert f"The exchange of return {part.number} is not ordered" in text
    assert "was accepted for the exchange, so what you wanted is not ordered" in text
    assert "The store decides what comes next, and tells you." in text
    assert "Pay " not in text
    assert "choose" not in text


def test_an_offer_stays_while_some_are_to_come(shop: Shop) -> None:
    part = shop.accepted(variant=shop.dear, units=2)
    part = shop.receive(part, Condition.NOT_ACCEPTABLE, units=1)
    assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
    part = shop.receive(part)
    assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
    assert decider(part) == ["shopper"]


def test_nothing_is_asked_for_it_anew(shop: Shop) -> None:
    part = shop.receive(offered(shop), Condition.NOT_ACCEPTABLE)
    vendor = acts_for(shop.vendor)
    assert Action.EXCHANGE not in allowed_actions(part, vendor)
    with pytest.raises(InvalidTransition):
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=vendor)
    assert leftovers() == 0


def test_an_offer_that_was_not_made_yet_never_is(shop: Shop, monkeypatch: Any) -> None:
    part = shop.ask(shop.order(), variant=shop.dear)
    with monkeypatch.context() as patch:
        patch.setattr(exchange_orders, "order", lambda **_: None)
        part = shop.receive(shop.accept(part), Condition.NOT_ACCEPTABLE)
    assert exchange_of(part).status == ExchangeStatus.PENDING.value
    exchange_orders.sweep(now=exchange_of(part).created_at + timedelta(hours=1))
    assert exchange_of(part).status == ExchangeStatus.FAILED.value
    assert leftovers() == 0


@pytest.mark.parametrize("is_killed", [False, True])
def test_an_offer_is_not_made_while_its_goods_are_refused(
    shop: Shop, monkeypatch: Any, is_killed: bool
) -> None:
    part = shop.ask(shop.order(), variant=shop.dear)
    offer = host.current.offer_exchange
    with monkeypatch.context() as patch:
        patch.setattr(exchange_orders, "order", lambda **_: None)
        part = shop.accept(part)

    def slowly(**asked: Any) -> Any:
        made = offer(**asked)
        shop.receive(part, Condition.NOT_ACCEPTABLE)
        if is_killed:
            raise KeyboardInterrupt
        return made

    mail.outbox.clear()
    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(host.current, "offer_exchange", slowly)
        exchange_orders.order(exchange_id=exchange_of(part).pk, now=NOW)
    assert leftovers() == is_killed
    exchange_orders.sweep(now=exchange_of(part).created_at + timedelta(hours=1))
    assert exchange_of(part).status == ExchangeStatus.FAILED.value
    assert leftovers() == 0
    assert "Pay " not in mails_to(part)


class TestStaffChoseIt:
    """It is sent, and to be paid for, whatever becomes of the goods."""

    def sent(self, shop: Shop, part: VendorReturn) -> VendorReturn:
        line = part.lines.get()
        staff_exchanges.create(
            record_id=part.request.record_id,
            lines=[ExchangedUnits(shop.dear.pk, 1, line.pk, unit_price=Decimal(5))],
            actor=MERCHANT,
            now=NOW,
        )
        return fresh(part)

    def test_for_goods_that_were_refused(self, shop: Shop) -> None:
        part = shop.receive(failed(shop), Condition.NOT_ACCEPTABLE)
        part = self.sent(shop, part)
        assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
        assert deadlines.task_of(part) is Task.PAY_DIFFERENCE
        assert decider(part) == ["shopper"]

    def test_for_goods_that_are_refused_later(self, shop: Shop) -> None:
        part = shop.accepted()
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="No", now=NOW)
        part = self.sent(shop, part)
        part = shop.receive(part, Condition.NOT_ACCEPTABLE)
        assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
        assert decider(part) == ["shopper"]
        exchange_orders.end(exchange_id=exchange_of(part).pk, now=NOW)
        assert exchange_of(part).failure == "The difference was not paid in time."
        assert Action.EXCHANGE in allowed_actions(fresh(part), acts_for(shop.vendor))
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=MERCHANT)
        assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value


def test_a_late_payment_makes_the_order_all_the_same(shop: Shop, monkeypatch: Any) -> None:
    """Its checkout holds money: as with an offer whose time is over."""
    part = offered(shop)
    with monkeypatch.context() as patch:
        patch.setattr(host.current, "drop_exchange_checkout", lambda token: False)
        part = shop.receive(part, Condition.NOT_ACCEPTABLE)
    assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
    assert deadlines.task_of(part) is Task.EXCHANGE
    assert decider(part) == ["vendor"]


class TestGivenUpBeforeTheGoodsCame:
    @pytest.fixture
    def part(self, shop: Shop) -> VendorReturn:
        part = shop.accepted()
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="Torn", now=NOW)
        return fresh(part)

    def test_somebody_decides_while_the_shopper_sends(self, shop: Shop, part: VendorReturn) -> None:
        assert deadlines.task_of(part) is Task.SEND
        assert decider(part) == ["vendor", "shopper"]
        assert Action.EXCHANGE in allowed_actions(part, acts_for(shop.vendor))
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=acts_for(shop.vendor))
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        assert decider(part) == ["shopper"]

    def test_also_once_they_are_on_their_way(self, shop: Shop, part: VendorReturn) -> None:
        vendor_returns.add_tracking(
            vendor_return_id=part.pk,
            actor=shopper_of(part.request.record),
            tracking=Tracking("DHL", "1"),
            now=NOW,
        )
        rows = deadlines.with_tasks(VendorReturn.objects.all())
        assert rows.filter(deadlines.doing(Task.EXCHANGE)).exists()
        assert rows.filter(deadlines.doing(Task.RECEIVE)).exists()

    def test_nothing_is_promised_for_them(self, part: VendorReturn) -> None:
        mail.outbox.clear()
        time.run(now=part.due_at - timedelta(days=6))
        time.run(now=part.due_at - timedelta(days=4))
        reminder, warning = [
            each.body for each in mail.outbox if part.request.record.email in each.to
        ]
        for text in (reminder, warning):
            assert "At present nothing is ordered in exchange: the store decides" in text
            assert "1 × " in text
            assert "In exchange" not in text

    def test_nor_where_it_could_not_be_ordered(self, shop: Shop) -> None:
        part = failed(shop)
        mail.outbox.clear()
        time.run(now=part.due_at - timedelta(days=6))
        (text,) = [each.body for each in mail.outbox if part.request.record.email in each.to]
        assert "What you wanted in exchange is not ordered. Please choose" in text
        assert "In exchange:" not in text

    def test_what_stands_is(self, shop: Shop) -> None:
        part = shop.accepted()
        mail.outbox.clear()
        time.run(now=part.due_at - timedelta(days=6))
        (text,) = [each.body for each in mail.outbox if part.request.record.email in each.to]
        assert "In exchange: 1 × Shirt, L" in text
        assert "nothing is ordered" not in text


def test_a_replacement_that_staff_cancel_in_saleor_is_decided_on_as_well(shop: Shop) -> None:
    part = shop.accepted()
    host.current.cancel_exchange_order(exchange_of(part).order_id, user_id=None)
    split.split_order(order_id=exchange_of(part).order_id, now=NOW)
    assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
    assert decider(part) == ["vendor", "shopper"]


class TestCancelledBeforeItWasAccepted:
    @pytest.fixture
    def part(self, shop: Shop) -> VendorReturn:
        part = shop.ask(shop.order())
        return_requests.cancel(
            request_id=part.request_id, actor=shopper_of(part.request.record), now=NOW
        )
        return fresh(part)

    def test_a_parcel_that_comes_all_the_same_is_exchanged(
        self, shop: Shop, part: VendorReturn
    ) -> None:
        assert not part.exchanges.exists()
        part = shop.receive(part)
        assert exchange_of(part).status == ExchangeStatus.RELEASED.value
        assert part.status == ReturnStatus.SETTLED.value
        assert allocated(shop.large) == 1

    def test_what_cannot_be_had_is_the_shoppers_to_choose(
        self, shop: Shop, part: VendorReturn
    ) -> None:
        apps.get_model("warehouse.Stock").objects.filter(product_variant=shop.large).update(
            quantity=0
        )
        part = shop.receive(part)
        assert decider(part) == ["shopper"]

    def test_not_for_goods_that_are_refused(self, shop: Shop, part: VendorReturn) -> None:
        part = shop.receive(part, Condition.NOT_ACCEPTABLE)
        assert not part.exchanges.exists()
        assert part.status == ReturnStatus.SETTLED.value

    def test_undone_it_ends_again(self, shop: Shop, part: VendorReturn) -> None:
        part = shop.receive(part)
        receptions.void(
            reception_id=part.receptions.get().pk,
            actor=acts_for(shop.vendor),
            reason="Another parcel",
            now=NOW,
        )
        assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
        assert fresh(part).status == ReturnStatus.CANCELLED.value
        assert allocated(shop.large) == 0


def test_one_that_was_begun_before_is_left_to_the_vendor(shop: Shop) -> None:
    part = shop.accepted()
    return_requests.cancel(
        request_id=part.request_id, actor=shopper_of(part.request.record), now=NOW
    )
    part = shop.receive(fresh(part))
    assert part.exchanges.count() == 1
    assert decider(part) == ["vendor"]
    assert Action.EXCHANGE in allowed_actions(part, acts_for(shop.vendor))
