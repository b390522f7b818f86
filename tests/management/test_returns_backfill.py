"""`manage.py returns_backfill`: what the hook does for new orders, done for old ones."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saleor_returns_plugin import tasks
from saleor_returns_plugin.models import OrderRecord, VendorShipment, VendorShipmentLine
from saleor_returns_plugin.services import split
from tests.builders import a_vendor, sells
from tests.saleor_rows import a_product, a_saleor_order, fulfil, pay

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self):
        return True


def backfill(out=None, **options):
    """What it said; `CommandError` when it does not end well."""
    out = out or StringIO()
    call_command("returns_backfill", stdout=out, stderr=out, **options)
    return out.getvalue()


def orders(number, **values):
    """In the order in which they are read."""
    made = [a_saleor_order(lines=[(a_product(), 1, "10")], **values) for _ in range(number)]
    return sorted(made, key=lambda order: order.pk)


def known():
    return set(OrderRecord.objects.values_list("order_id", flat=True))


@pytest.fixture
def breaks(monkeypatch):
    """Make the split of one order fail."""

    def break_(order, error=None):
        follow = split.follow

        def breaking(record, facts, now):
            if facts.id == order.pk:
                raise error or RuntimeError("this order is broken")
            follow(record, facts, now)

        monkeypatch.setattr(split, "follow", breaking)

    return break_


@pytest.fixture
def split_ones(monkeypatch):
    """The orders that are really looked at."""
    ids = []
    real = split.split_order

    def noting(*, order_id, now):
        ids.append(order_id)
        return real(order_id=order_id, now=now)

    monkeypatch.setattr(split, "split_order", noting)
    return ids


def test_it_does_what_the_hook_does():
    oak = a_vendor("Oak")
    variants = [sells(oak, a_product("Chair")), a_product("Lamp")]
    old, new = (
        a_saleor_order(lines=[(v, 2, "10") for v in variants], fulfilled=False) for _ in range(2)
    )
    fulfil(old, {variants[0]: 1}, tracking_number="T")
    fulfil(new, {variants[0]: 1}, tracking_number="T")
    tasks.split_order(str(new.pk))
    backfill()

    def result(order):
        shipments = VendorShipment.objects.filter(record__order_id=order.pk).order_by("number")
        lines = VendorShipmentLine.objects.filter(shipment__in=shipments)
        return (
            [(s.vendor.name, s.number[-3:], s.status, s.tracking) for s in shipments],
            sorted(lines.values_list("sku", "quantity", "quantity_fulfilled", "total_gross")),
        )

    assert result(old) == result(new)
    assert len(result(old)[0]) == 2


def test_it_says_what_it_did_and_passes_over_what_is_done(split_ones):
    placed = orders(3)
    a_saleor_order(lines=[(a_product(), 1, "10")], status="draft", fulfilled=False)
    assert backfill().splitlines()[-1] == "3 orders: 3 new, 0 changed, 0 unchanged, 0 failed."
    assert split_ones == [order.pk for order in placed]
    assert backfill().splitlines()[-1] == "3 orders: 0 new, 0 changed, 3 unchanged, 0 failed."
    assert len(split_ones) == 3


def test_passing_over_costs_no_statements_for_each_order():
    counts = []
    for number in (1, 10):
        orders(number)
        backfill()
        with CaptureQueriesContext(connection) as seen:
            backfill()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_orders_that_wait_for_their_payment_are_looked_at_again():
    (order,) = orders(1, paid=False)
    assert "1 new" in backfill()
    assert "1 unchanged" in backfill()
    pay(order)
    assert "1 changed" in backfill()
    assert OrderRecord.objects.get().vendors_told_at is not None


def test_one_bad_order_does_not_stop_the_rest_and_is_told(breaks):
    first, bad, last = orders(3)
    breaks(bad)
    out = StringIO()
    with pytest.raises(CommandError) as failed:
        backfill(out)
    assert failed.value.returncode == 1
    assert "3 orders: 2 new, 0 changed, 0 unchanged, 1 failed." in str(failed.value)
    number = getattr(bad, "number", None) or bad.pk
    said = f"Order {number} (id {bad.pk}) could not be split: RuntimeError: this order is broken"
    assert said in out.getvalue()
    assert known() == {first.pk, last.pk}


def test_an_order_that_cannot_even_be_read_is_told(monkeypatch):
    from saleor_returns_plugin import host

    def unreadable(order_id):
        raise ValueError("no facts")

    (order,) = orders(1)
    monkeypatch.setattr(host.current, "order_facts", unreadable)
    out = StringIO()
    with pytest.raises(CommandError):
        backfill(out)
    assert f"Order ? (id {order.pk}) could not be split: ValueError: no facts" in out.getvalue()


def test_stopped_it_says_where_to_go_on(breaks):
    first, second, _ = orders(3)
    breaks(second, KeyboardInterrupt())
    with pytest.raises(CommandError) as stopped:
        backfill()
    assert stopped.value.returncode == 130
    assert str(stopped.value) == f"Stopped. Go on with --after {first.pk}"
    assert known() == {first.pk}


def test_it_goes_on_after_an_order():
    first, second, third = orders(3)
    assert "2 new" in backfill(after=str(first.pk))
    assert known() == {second.pk, third.pk}


def test_it_reads_on_past_one_batch(split_ones):
    placed = orders(5)
    said = backfill(batch=2).splitlines()
    assert known() == {order.pk for order in placed}
    assert [line.partition(",")[0] for line in said[:-1]] == [
        f"{n} orders looked at" for n in (2, 4, 5)
    ]
    assert said[1].endswith(f"--after {placed[3].pk}")


@pytest.mark.parametrize("written", ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S+00:00"])
def test_since_a_day_or_a_moment(written):
    now = timezone.now()
    orders(1, placed_at=now - timedelta(days=9))
    (recent,) = orders(1, placed_at=now)
    assert "1 new" in backfill(since=f"{now - timedelta(days=3):{written}}")
    assert known() == {recent.pk}


@pytest.mark.parametrize("form", ["{number}", "#{number}", "{number}-S1", " {number} ", "{id}"])
def test_one_order_by_any_reference_is_looked_at_again(form, split_ones):
    order, other = orders(2)
    number = getattr(order, "number", None) or order.pk
    reference = form.format(number=number, id=order.pk)
    assert "1 new" in backfill(order=reference)
    assert "1 unchanged" in backfill(order=reference)
    assert split_ones == [order.pk] * 2
    assert other.pk not in known()


def test_one_bad_order_alone_is_told(breaks):
    (order,) = orders(1)
    breaks(order)
    with pytest.raises(CommandError, match="1 failed"):
        backfill(order=str(order.pk))


@pytest.mark.parametrize(
    "options",
    [
        {"order": "nothing"},
        {"order": "99999999999999999999"},
        {"order": "3000000000"},
        {"order": "\x00"},
        {"after": "nothing"},
        {"after": "99999999999999999999"},
        {"since": "yesterday"},
        {"since": "2026-02-30"},
        {"since": "2026-02-30T00:00:00"},
        {"batch": 0},
    ],
)
def test_what_makes_no_sense_is_refused(options):
    orders(1)
    with pytest.raises(CommandError):
        backfill(**options)
    assert not known()


def test_a_terminal_sees_a_bar(breaks):
    placed = orders(4)
    breaks(placed[1])
    out = Terminal()
    with pytest.raises(CommandError):
        backfill(out)
    said = out.getvalue()
    assert f"\r[{'#' * 30}] 4 of 4 orders\n" in said
    assert "looked at" not in said
    assert "\r\x1b[KOrder " in said
    assert "broken\n\r[" in said


def test_nothing_to_do_is_no_bar():
    out = Terminal()
    assert backfill(out) == "0 orders: 0 new, 0 changed, 0 unchanged, 0 failed.\n"
