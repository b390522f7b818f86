"""What is to be done next is the same rule for one return and for a list of them."""

from datetime import timedelta
from itertools import product

import pytest

from saleor_returns_plugin.domain.deadlines import tasks_of
from saleor_returns_plugin.enums import ActorKind, EventKind, Move, RefundStatus, ReturnStatus, Task
from saleor_returns_plugin.models import ReturnEvent, ReturnPolicy, VendorReturn
from saleor_returns_plugin.selectors import deadlines
from saleor_returns_plugin.services import deadlines as time
from tests.builders import (
    MERCHANT,
    NOW,
    a_refund,
    a_request,
    a_return,
    a_vendor,
    acts_for,
    an_order,
    put,
    sells,
)
from tests.saleor_rows import a_product

pytestmark = pytest.mark.django_db

REFUNDS = (
    (),
    *((status,) for status in RefundStatus),
    (RefundStatus.UNKNOWN, RefundStatus.FAILED),
    (RefundStatus.PENDING, RefundStatus.FAILED),
)


def listed() -> set[Task]:
    rows = deadlines.with_tasks(VendorReturn.objects.all())
    return {task for task in Task if rows.filter(deadlines.doing(task)).exists()}


def test_a_list_finds_a_return_under_what_it_waits_for():
    oak = a_vendor()
    sold = [(sells(oak, a_product(name, price="10")), 1, "10") for name in ("Chair", "Lamp")]
    part = a_request(an_order(sold)).vendor_returns.get()
    sent, kept = part.lines.order_by("pk")
    part.lines.filter(pk=kept.pk).update(send_back=False)
    found = set()
    for refunds in REFUNDS:
        part.refunds.all().delete()
        for refund in refunds:
            a_refund(part, refund.value)
        for status, arrived, due in product(ReturnStatus, (0, 1), (0, 1)):
            put(part, status)
            part.lines.filter(pk=sent.pk).update(received=arrived)
            part.lines.filter(pk=kept.pk).update(payable=due)
            row = VendorReturn.objects.get(pk=part.pk)
            tasks = tasks_of(
                status,
                is_more_to_come=not arrived,
                refund=deadlines.refund_under_way(row),
                is_kept_due=bool(due) and RefundStatus.SUCCEEDED not in refunds,
            )
            situation = (status, arrived, due, refunds)
            assert listed() == set(tasks), situation
            assert deadlines.task_of(row) == (tasks[0] if tasks else None), situation
            found.update(tasks)
    assert found == set(Task)


POLICIES = (("", False), ("", True), ("own", False), ("own", True))
"""Whose, and whether for the order's channel."""


def received_on_the_web() -> VendorReturn:
    part = a_return(Move.RECEIVE_ALL)
    part.request.record.channel = "web"
    part.request.record.save()
    return VendorReturn.objects.get(pk=part.pk)


@pytest.mark.parametrize("answers", product((None, True, False), repeat=4))
def test_a_refund_is_the_stores_where_the_policy_in_force_says_so(answers):
    part = received_on_the_web()
    for (whose, of_channel), may in zip(POLICIES, answers, strict=True):
        if may is not None:
            ReturnPolicy.objects.create(
                vendor=part.vendor if whose else None,
                channel=part.request.record.channel if of_channel else "",
                vendor_may_refund=may,
            )
    who = deadlines.whose_turn(part)
    rows = VendorReturn.objects.all()
    waits = {
        ActorKind.MERCHANT: deadlines.needing_action(rows, MERCHANT).exists(),
        ActorKind.VENDOR: deadlines.needing_action(rows, acts_for(part.vendor)).exists(),
    }
    best = next((may for may in reversed(answers) if may is not None), True)
    assert who is (ActorKind.VENDOR if best else ActorKind.MERCHANT)
    assert [kind for kind, does in waits.items() if does] == [who]


def test_beyond_its_limit_the_store_is_reminded_in_the_vendors_place():
    received_on_the_web()
    ReturnPolicy.objects.create(channel="web", vendor_refund_limit=5)
    time.run(now=NOW + timedelta(days=6))
    event = ReturnEvent.objects.get(kind=EventKind.REMINDED.value)
    assert (event.data["waits_for"], event.data["task"]) == ("merchant", "refund")
