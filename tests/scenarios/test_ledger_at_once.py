"""Statements while many write: the balance is the sum of the entries at any moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from saleor_returns_plugin.models import LedgerClosing, LedgerEntry
from saleor_returns_plugin.selectors import ledger
from saleor_returns_plugin.services import closings, payouts, split
from saleor_returns_plugin.services.locks import lock_order
from tests.builders import MERCHANT, a_vendor, sells
from tests.saleor_rows import a_product, a_saleor_order, resize_line

from .together import held_back, in_thread, outcomes

pytestmark = pytest.mark.django_db(transaction=True)


def by_hand(vendor: Any, amount: str, key: str) -> LedgerEntry:
    return payouts.adjust(
        vendor_id=vendor.pk,
        amount=D(amount),
        currency="USD",
        note="At once",
        actor=MERCHANT,
        idempotency_key=key,
    )


def test_the_balance_is_the_sum_of_the_entries_at_any_moment() -> None:
    """Two write, one closes days, one reads all the while; each reading is of one moment."""
    oak = a_vendor()
    long_ago = timezone.now() + timedelta(days=3)

    def writes(name: str) -> None:
        for number in range(25):
            by_hand(oak, f"{number + 1}.01", f"{name}-{number}")

    def closes() -> None:
        for _ in range(10):
            closings.close_days(now=timezone.now() - timedelta(days=2))

    def reads() -> list[tuple[int, D, D]]:
        seen = []
        while not seen or seen[-1][0] < 50:
            low = _sum()
            balance = ledger.balance(oak.pk, "USD")
            assert low <= balance <= _sum()
            assert low <= ledger.balances([oak.pk])[oak.pk].get("USD", 0) <= _sum()
            seen.append((LedgerEntry.objects.count(), low, balance))
        return seen

    with ThreadPoolExecutor(4) as pool:
        acts = (lambda: writes("a"), lambda: writes("b"), closes, reads)
        for each in [in_thread(pool, act) for act in acts]:
            each.result(timeout=120)
    assert ledger.balance(oak.pk, "USD") == _sum() == 2 * (D(325) + D("0.25"))
    closings.close_days(now=long_ago)
    assert LedgerClosing.objects.latest("until").balance == ledger.balance(oak.pk, "USD") == _sum()


def _sum() -> D:
    """It only grows here: what was read before is less, and after is more."""
    return LedgerEntry.objects.aggregate(total=Sum("amount"))["total"] or D(0)


def test_one_key_at_once_writes_one_entry() -> None:
    oak = a_vendor()
    with ThreadPoolExecutor(8) as pool:
        futures = [in_thread(pool, lambda: by_hand(oak, "5.00", "k")) for _ in range(40)]
        found = {each.result(timeout=60).pk for each in futures}
    assert len(found) == 1
    assert LedgerEntry.objects.count() == 1


def test_one_order_at_once_is_sold_once() -> None:
    oak = a_vendor()
    order = a_saleor_order([(sells(oak, a_product(stock=9)), 2, "10.00")])
    with ThreadPoolExecutor(6) as pool:
        futures = [
            in_thread(pool, lambda: split.split_order(order_id=order.pk, now=timezone.now()))
            for _ in range(12)
        ]
        for each in futures:
            each.result(timeout=60)
    assert sorted(LedgerEntry.objects.values_list("kind", flat=True)) == ["commission", "sale"]


def test_one_edit_at_once_is_followed_once() -> None:
    oak = a_vendor()
    chair = sells(oak, a_product(stock=9))
    order = a_saleor_order([(chair, 3, "10.00")], fulfilled=False)
    record = split.split_order(order_id=order.pk, now=timezone.now())
    assert record is not None
    for units, entries in ((2, 4), (5, 6)):
        resize_line(order, chair, units)

        def follow() -> None:
            split.split_order(order_id=order.pk, now=timezone.now())

        with held_back([follow] * 4) as futures:
            lock_order(record.pk)
        assert outcomes(futures)[1] == []
        assert LedgerEntry.objects.count() == entries
        sold = LedgerEntry.objects.filter(kind="sale").aggregate(total=Sum("amount"))["total"]
        assert sold == 10 * units
