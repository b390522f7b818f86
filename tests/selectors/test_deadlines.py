"""What is to be done next is the same rule for one return and for a list of them."""

from collections import defaultdict
from datetime import timedelta
from itertools import product

import pytest

from saleor_returns_plugin.domain.deadlines import OF_EXCHANGE, task_of_exchange, tasks_of
from saleor_returns_plugin.domain.transitions import FINAL
from saleor_returns_plugin.enums import (
    ActorKind,
    EventKind,
    ExchangeStatus,
    Move,
    RefundStatus,
    ReturnStatus,
    Task,
)
from saleor_returns_plugin.models import (
    Exchange,
    Refund,
    RefundLine,
    ReturnEvent,
    ReturnLine,
    ReturnPolicy,
    ReturnRequest,
    VendorReturn,
)
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
    shopper_of,
)
from tests.planner import analyze
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
    assert found == set(Task) - {*OF_EXCHANGE, Task.PAY_BACK}


def test_also_while_money_of_a_replacement_is_not_back():
    part = a_return(Move.RECEIVE_ALL)
    exchange = exchange_of(part, ExchangeStatus.CANCELLED)
    exchange.save()
    found = set()
    for goods, pay_back in product(
        (None, RefundStatus.PENDING, RefundStatus.UNKNOWN), (None, *RefundStatus)
    ):
        part.refunds.all().delete()
        if goods:
            a_refund(part, goods.value)
        if pay_back:
            refund = refund_of(part, pay_back)
            refund.exchange = exchange
            refund.save()
        for status in ReturnStatus:
            put(part, status)
            row = VendorReturn.objects.get(pk=part.pk)
            tasks = tasks_of(
                status, is_more_to_come=False, refund=goods, pay_backs=[pay_back] * bool(pay_back)
            )
            situation = (status, goods, pay_back)
            assert listed() == set(tasks), situation
            assert deadlines.task_of(row) == (tasks[0] if tasks else None), situation
            found.update(tasks)
    assert {Task.REFUND, Task.LOOK_UP, Task.PAY_BACK, Task.AWAIT_ANSWER} <= found


@pytest.mark.parametrize("difference", [0, -1])
@pytest.mark.parametrize("is_sent_back", [True, False])
def test_also_where_goods_are_exchanged(is_sent_back, difference):
    """One line is exchanged; of the other the money goes back. A return for each situation."""
    oak = a_vendor()
    sold = [(sells(oak, a_product(name, price="10")), 1, "10") for name in ("Chair", "Lamp")]
    first = a_request(an_order(sold)).vendor_returns.get()
    put(first, ReturnStatus.ACCEPTED)
    first = VendorReturn.objects.get(pk=first.pk)
    expected, rows = {}, defaultdict(list)
    paid = RefundStatus.SUCCEEDED
    refunds = ((None, None), (RefundStatus.UNKNOWN, None), (RefundStatus.PENDING, None))
    # Once it was exchanged, too, for something cheaper: its difference alone was paid.
    refunds += ((paid, None), (paid, 3))
    for status, (refund, per_unit), exchange, arrived, due, other_due in product(
        ReturnStatus, refunds, (None, *ExchangeStatus), (0, 1), (0, 1), (0, 1)
    ):
        if (due or other_due) and is_sent_back and not arrived:
            continue
        request = copy_of(first.request, number=f"R{len(expected)}")
        is_final = status in FINAL
        waits = {} if not is_final else {"due_at": None, "waiting_since": None}
        part = copy_of(first, request=request, number=request.number, status=status.value, **waits)
        part.decline_reason, part.tracking = "No.", {"number": "1"}
        received = arrived if is_sent_back else 0
        instead, back = [
            copy_of(line, vendor_return=part, received=received, send_back=is_sent_back, payable=0)
            for line in first.lines.order_by("pk")
        ]
        instead.resolution, instead.exchange_difference = "exchange", difference
        instead.payable, back.payable = due, other_due
        rows[ReturnRequest].append(request)
        rows[VendorReturn].append(part)
        rows[ReturnLine] += [instead, back]
        if refund is not None:
            rows[Refund].append(refund_of(part, refund))
            rows[RefundLine].append(
                RefundLine(
                    refund=rows[Refund][-1],
                    return_line=back,
                    quantity=1,
                    positions=[[0, 1]],
                    goods_net=0,
                    goods_gross=0,
                    per_unit=per_unit,
                )
            )
        if exchange is not None:
            rows[Exchange].append(exchange_of(part, exchange))
        standing = exchange if exchange is not ExchangeStatus.CANCELLED else None
        gives_back = difference < 0 and standing in (
            ExchangeStatus.PENDING,
            ExchangeStatus.ORDERED,
            ExchangeStatus.RELEASED,
        )
        is_more_to_come = is_sent_back and not arrived
        is_due = bool(other_due and (not refund or per_unit))
        gives = bool(due and gives_back)
        expected[part.pk] = tasks_of(
            status,
            is_more_to_come=is_more_to_come,
            refund=refund if refund is not RefundStatus.SUCCEEDED else None,
            is_kept_due=not is_sent_back and not refund and (is_due or gives),
            exchange=task_of_exchange(
                status,
                standing,
                is_wanting=bool(due) or is_more_to_come,
                is_more_to_come=is_more_to_come,
            ),
            is_money_due=is_due or gives,
        )
    for model, made in rows.items():
        model.objects.bulk_create(made)
    analyze()
    everything = deadlines.with_tasks(VendorReturn.objects.exclude(pk=first.pk))
    for task in Task:
        found = set(everything.filter(deadlines.doing(task)).values_list("pk", flat=True))
        assert found == {key for key, tasks in expected.items() if task in tasks}, task
    for part in VendorReturn.objects.filter(pk__in=expected).prefetch_related(
        "lines", "exchanges", "refunds__lines"
    ):
        tasks = expected[part.pk]
        assert deadlines.task_of(part) == (tasks[0] if tasks else None)
    assert set(OF_EXCHANGE) <= {task for tasks in expected.values() for task in tasks}


def copy_of(row, **values):
    names = [field.attname for field in row._meta.concrete_fields if field.attname != "id"]
    made = type(row)(**{name: getattr(row, name) for name in names})
    for name, value in values.items():
        setattr(made, name, value)
    return made


def refund_of(part: VendorReturn, status: RefundStatus) -> Refund:
    is_paid = status is RefundStatus.SUCCEEDED
    return Refund(
        vendor_return=part,
        status=status.value,
        method="original",
        idempotency_key=str(part.pk),
        amount=10,
        currency="USD",
        goods_net=10,
        goods_gross=10,
        paid=10 if is_paid else 0,
        succeeded_at=NOW if is_paid else None,
    )


def exchange_of(part: VendorReturn, status: ExchangeStatus) -> Exchange:
    return Exchange(
        vendor_return=part,
        status=status.value,
        currency="USD",
        release_rule="on_reception",
        difference=2 if status is ExchangeStatus.AWAITING_PAYMENT else 0,
        expires_at=NOW if status is ExchangeStatus.AWAITING_PAYMENT else None,
        failure="Sold out." if status is ExchangeStatus.FAILED else "",
        ordered_at=NOW,
        order_number="7",
        released_at=NOW,
    )


def test_goods_that_are_here_and_could_not_be_exchanged_are_the_shoppers_to_choose_for():
    part = a_return(Move.RECEIVE_ALL)
    part.lines.update(resolution="exchange")
    exchange_of(part, ExchangeStatus.FAILED).save()
    part = VendorReturn.objects.get(pk=part.pk)
    assert deadlines.task_of(part) is Task.CHOOSE_AGAIN
    assert deadlines.whose_turn(part) is ActorKind.SHOPPER
    rows = VendorReturn.objects.all()
    assert not deadlines.needing_action(rows, acts_for(part.vendor)).exists()
    assert deadlines.needing_action(rows, shopper_of(part.request.record)).exists()
    time.run(now=part.due_at - timedelta(hours=1))
    event = ReturnEvent.objects.get(kind=EventKind.REMINDED.value)
    assert (event.data["waits_for"], event.data["task"]) == ("shopper", "choose_again")


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
