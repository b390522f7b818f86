"""What is to be done next is the same rule for one return and for a list of them."""

from itertools import product

import pytest

from saleor_returns_plugin.domain.deadlines import tasks_of
from saleor_returns_plugin.enums import RefundStatus, ReturnStatus, Task
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.selectors import deadlines
from tests.builders import a_refund, a_request, a_vendor, an_order, put, sells
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
