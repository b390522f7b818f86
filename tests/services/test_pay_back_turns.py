"""Whose turn it is while money that was paid for a replacement is not back with the shopper."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from saleor_returns_plugin import host
from saleor_returns_plugin.console import refund_form
from saleor_returns_plugin.console.rows import row_views
from saleor_returns_plugin.console.waiting import queues_of, returns_of, rows_of
from saleor_returns_plugin.enums import (
    Action,
    EventKind,
    RefundStatus,
    Resolution,
    ReturnStatus,
    Task,
)
from saleor_returns_plugin.models import Refund, RefundPart, ReturnEvent, VendorReturn
from saleor_returns_plugin.selectors import deadlines
from saleor_returns_plugin.selectors.vendor_returns import allowed_actions
from saleor_returns_plugin.services import (
    deadlines as time,
)
from saleor_returns_plugin.services import (
    exchanges,
    refunds,
    resolutions,
    return_requests,
)
from tests.builders import MERCHANT, NOW, acts_for
from tests.gateways.fixtures import authorised, scriptable  # noqa: F401
from tests.portal.test_way_through import signed_in
from tests.saleor_rows.gateway import PATH, RecordedGateway, declines, times_out

from .exchange_shop import Shop, buys, exchange_of, fresh

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]


@pytest.fixture(autouse=True)
def gateway(settings: Any, scriptable: Any) -> Any:  # noqa: F811
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    with host.current.allow_writer():
        yield


@pytest.fixture
def shop() -> Shop:
    """XL costs 2.00 more."""
    shop = Shop()
    shop.sells_dearer()
    return shop


def paid(shop: Shop) -> VendorReturn:
    """The replacement is ordered, and its 2.00 are paid."""
    part = shop.accepted(shop.order(1), variant=shop.dear)
    buys(part)
    return fresh(part)


def given_up(part: VendorReturn, answer: Any) -> Refund:
    """The replacement is cancelled, and the gateway answers so to what goes back of it."""
    payments = apps.get_model("payment.Payment").objects
    payments.filter(order_id=exchange_of(part).order_id).update(gateway=RecordedGateway.PLUGIN_ID)
    RecordedGateway.answers_with(answer)
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="Torn", now=NOW)
    return Refund.objects.get(exchange=exchange_of(part))


def for_the_money(shop: Shop, answer: Any) -> VendorReturn:
    """The goods are here and to be paid back, while what was paid beside them is not."""
    part = paid(shop)
    given_up(part, answer)
    resolutions.change(
        return_line_id=part.lines.get().pk,
        actor=MERCHANT,
        resolution=Resolution.REFUND,
        now=NOW,
    )
    return shop.receive(fresh(part))


def queues(actor: Any) -> list[str]:
    rows = returns_of(actor)
    return [each.key for each in queues_of(actor) if rows_of(each, rows, actor, NOW).exists()]


def is_due(actor: Any) -> bool:
    return deadlines.needing_action(VendorReturn.objects.all(), actor).exists()


class TestTheGoodsArePaidAllTheSame:
    def test_while_nobody_knows_whether_it_is_back(self, shop: Shop) -> None:
        part = for_the_money(shop, times_out)
        vendor = acts_for(shop.vendor)
        assert part.refunds.get().status == RefundStatus.UNKNOWN.value
        assert Action.REFUND in allowed_actions(part, vendor)
        assert deadlines.task_of(part) is Task.REFUND
        assert (is_due(vendor), is_due(MERCHANT)) == (True, True)
        assert "refund" in queues(vendor)
        assert "look-up" in queues(MERCHANT)
        assert "answer" not in queues(MERCHANT)

    def test_while_it_is_on_its_way(self, shop: Shop) -> None:
        part = for_the_money(shop, times_out)
        RefundPart.objects.update(status=RefundStatus.PENDING.value)
        Refund.objects.update(status=RefundStatus.PENDING.value)
        assert deadlines.task_of(fresh(part)) is Task.REFUND
        assert (is_due(acts_for(shop.vendor)), is_due(MERCHANT)) == (True, False)
        assert queues(MERCHANT) == ["vendors"]
        assert queues(acts_for(shop.vendor)) == ["refund"]

    def test_the_vendor_is_reminded(self, shop: Shop) -> None:
        part = for_the_money(shop, times_out)
        time.run(now=part.due_at - timedelta(hours=1))
        event = ReturnEvent.objects.get(kind=EventKind.REMINDED.value)
        assert (event.data["waits_for"], event.data["task"]) == ("vendor", "refund")

    def test_a_vendor_that_may_not_pay_reads_whose_it_is(self, shop: Shop) -> None:
        shop.rules(vendor_may_refund=False)
        part = for_the_money(shop, times_out)
        words = refund_form.left_to_store(part, acts_for(shop.vendor), [])
        assert words == "$10.00 is due. In this store only its staff may refund."

    def test_the_shopper_reads_of_it(self, shop: Shop) -> None:
        part = for_the_money(shop, times_out)
        page = signed_in(part.request.record).get(
            reverse("returns:portal-status", args=[part.request_id])
        )
        assert "To be paid back now" in page.text

    def test_no_answer_to_their_refund_still_is_the_stores_to_look_up(self, shop: Shop) -> None:
        part = for_the_money(shop, declines)
        RecordedGateway.answers_with(times_out)
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        assert deadlines.task_of(fresh(part)) is Task.LOOK_UP
        assert "refund" not in queues(acts_for(shop.vendor))


@pytest.mark.parametrize(
    ("answer", "task", "key"),
    [(times_out, Task.LOOK_UP, "look-up"), (declines, Task.PAY_BACK, "pay-back")],
)
class TestItIsTheStores:
    def test_whatever_became_of_the_return(
        self, shop: Shop, answer: Any, task: Task, key: str
    ) -> None:
        part = paid(shop)
        found = given_up(part, answer)
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        part = fresh(part)
        assert part.status == ReturnStatus.CANCELLED.value
        assert deadlines.task_of(part) is task
        vendor = acts_for(shop.vendor)
        assert (is_due(MERCHANT), is_due(vendor)) == (True, False)
        assert (queues(MERCHANT), queues(vendor)) == ([key], ["store"])
        (row,) = row_views([part], NOW)
        assert (row.turn.who, row.turn.due, row.turn.is_overdue) == ("Store", "", False)

        refunds.resolve(
            refund_id=found.pk, succeeded=True, actor=MERCHANT, reference="Cash", now=NOW
        )
        assert deadlines.task_of(fresh(part)) is None
        assert not is_due(MERCHANT)
        assert queues(MERCHANT) == queues(vendor) == []

    def test_beside_what_an_open_one_waits_for(
        self, shop: Shop, answer: Any, task: Task, key: str
    ) -> None:
        part = paid(shop)
        given_up(part, answer)
        part = fresh(part)
        assert deadlines.task_of(part) is Task.SEND
        assert key in queues(MERCHANT)
        assert is_due(MERCHANT)


def test_the_store_is_reminded_of_it_once_nothing_else_is_to_be_done(shop: Shop) -> None:
    """An answer is awaited for the goods alone."""
    part = for_the_money(shop, declines)
    RecordedGateway.answers_with(times_out)
    refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    pending = {"status": RefundStatus.PENDING.value}
    RefundPart.objects.filter(refund__exchange=None).update(**pending)
    Refund.objects.filter(exchange=None).update(**pending)
    assert deadlines.task_of(fresh(part)) is Task.PAY_BACK
    time.run(now=part.due_at - timedelta(hours=1))
    event = ReturnEvent.objects.get(kind=EventKind.REMINDED.value)
    assert (event.data["waits_for"], event.data["task"]) == ("merchant", "pay_back")
