"""Gift cards used as a promo code: what each paid, and putting it back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from saleor_returns_plugin import host
from tests.saleor_rows import a_product, a_saleor_order, events_of
from tests.saleor_rows.gift_cards import a_gift_card, balance_of, card_events, pay_with_cards

pytestmark = pytest.mark.django_db


def an_order(*cards: Any) -> Any:
    order = a_saleor_order([(a_product(), 2, "10.00")], paid=False)
    pay_with_cards(order, cards)
    return order


def credit(card: Any, order: Any, amount: str = "5.00", key: str = "part-1") -> bool:
    with transaction.atomic():
        return host.current.credit_gift_card(f"gift_card:{card.pk}", Decimal(amount), order.pk, key)


def test_without_a_card_there_is_none() -> None:
    assert host.current.gift_cards(an_order().pk) == []


def test_a_card_paid_what_the_total_lacks() -> None:
    card = a_gift_card("8.00")
    order = an_order(card)

    (facts,) = host.current.gift_cards(order.pk)

    assert facts.reference == f"gift_card:{card.pk}"
    assert (facts.used, facts.currency) == (Decimal("8.00"), order.currency)
    assert facts.is_usable
    assert facts.label == f"****{card.code[-4:]}"


def test_several_cards_are_emptied_in_their_order() -> None:
    first, second = a_gift_card("8.00", code="AAAA1111"), a_gift_card("30.00", code="BBBB2222")
    order = an_order(second, first)

    facts = host.current.gift_cards(order.pk)

    assert [(each.label, each.used) for each in facts] == [
        ("****1111", Decimal("8.00")),
        ("****2222", Decimal("12.00")),
    ]
    assert all(each.is_usable for each in facts)
    of_order = host.current.order_facts(order.pk)
    assert of_order is not None
    assert of_order.gift_cards == Decimal("20.00")


def test_every_card_that_paid_is_known_by_its_last_characters() -> None:
    cards = [a_gift_card("8.00", code="AAAA1111"), a_gift_card("30.00", code="BBBB2222")]
    a_gift_card("8.00", code="CCCC3333")
    order = an_order(*cards)

    endings = host.current.gift_card_endings(order.pk)

    assert endings == {f"gift_card:{card.pk}": card.code[-4:] for card in cards}
    assert host.current.gift_card_endings(an_order().pk) == {}


@pytest.mark.parametrize("values", [{"is_active": False}, {"ended": True}])
def test_a_card_that_cannot_be_used_takes_nothing_back(values: dict[str, Any]) -> None:
    card = a_gift_card("8.00")
    order = an_order(card)
    if values.pop("ended", False):
        name = "end_date" if hasattr(card, "end_date") else "expiry_date"
        values = {name: date.today() - timedelta(days=2)}
    type(card).objects.filter(pk=card.pk).update(**values)

    assert not host.current.gift_cards(order.pk)[0].is_usable
    assert not credit(card, order)
    assert balance_of(card) == 0


def test_a_credit_raises_the_balance_and_is_told() -> None:
    card = a_gift_card("8.00")
    order = an_order(card)

    assert credit(card, order)

    assert balance_of(card) == Decimal("5.00")
    assert card_events(order, card) == 1
    (facts,) = host.current.gift_cards(order.pk)
    assert facts.used == Decimal("8.00"), "what went back does not lower what it paid"
    assert facts.is_usable


def test_one_key_credits_once() -> None:
    card = a_gift_card("8.00")
    order = an_order(card)

    assert [credit(card, order), credit(card, order), credit(card, order, "1.00", "part-2")] == [
        True,
        True,
        True,
    ]

    assert balance_of(card) == Decimal("6.00")


def test_a_credit_that_is_rolled_back_did_not_happen() -> None:
    card = a_gift_card("8.00")
    order = an_order(card)
    notes = events_of(order)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        credit(card, order)
        1 / 0  # noqa: B018

    assert balance_of(card) == 0
    assert card_events(order, card) == 0
    assert events_of(order) == notes


def test_a_card_that_is_gone_takes_nothing_back() -> None:
    card = a_gift_card("8.00")
    order = an_order()

    assert not host.current.credit_gift_card("gift_card:0", Decimal(1), order.pk, "part-1")
    assert not host.current.credit_gift_card("payment:1", Decimal(1), order.pk, "part-1")
    assert balance_of(card) == Decimal("8.00")


def test_a_card_of_another_currency_takes_nothing_back() -> None:
    card = a_gift_card("8.00", currency="EUR")

    assert not credit(card, an_order())


@pytest.mark.django_db(transaction=True)
def test_credits_at_once_all_count() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    card = a_gift_card("8.00")
    order = an_order(card)

    def one(number: int) -> bool:
        try:
            return credit(card, order, "1.00", f"part-{number % 4}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(one, range(8)))
    assert balance_of(card) == Decimal("4.00")


@pytest.mark.skipif(host.IS_V3, reason="3.x keeps an event of each card")
def test_a_card_that_paid_elsewhere_too_proves_nothing() -> None:
    first, second = a_gift_card("30.00", code="AAAA1111"), a_gift_card("30.00", code="BBBB2222")
    an_order(first)
    order = an_order(first, second)

    facts = host.current.gift_cards(order.pk)

    assert sum(each.used for each in facts) == Decimal("20.00")
    assert not any(each.is_usable for each in facts)


@pytest.mark.skipif(host.IS_V3, reason="3.x keeps an event of each card")
def test_a_card_that_staff_changed_proves_nothing() -> None:
    first, second = a_gift_card("8.00", code="AAAA1111"), a_gift_card("30.00", code="BBBB2222")
    order = an_order(first, second)
    type(first).objects.filter(pk=first.pk).update(current_balance_amount=Decimal("3.00"))

    assert not any(each.is_usable for each in host.current.gift_cards(order.pk))


def test_an_order_that_is_gone_has_no_cards() -> None:
    order = an_order()
    order_id = order.pk
    order.delete()

    assert host.current.gift_cards(order_id) == []


@pytest.mark.skipif(not host.IS_V3, reason="2.10 knows a card by what the total lacks")
def test_a_card_that_the_total_forgot_paid_nothing_of_it() -> None:
    """Saleor prices an unconfirmed order that staff edit as if no card had been used."""
    order = an_order(a_gift_card("8.00"))
    type(order).objects.filter(pk=order.pk).update(total_gross_amount=Decimal("20.00"))

    facts = host.current.order_facts(order.pk)

    assert facts is not None
    assert (facts.gift_cards, facts.lines[0].total_gross) == (0, Decimal("20.00"))


def test_a_card_reserved_for_somebody_who_is_gone_takes_nothing_back() -> None:
    card = a_gift_card("8.00")
    if not hasattr(card, "assigned_to_email"):
        pytest.skip("since 3.24")
    order = an_order(card)
    type(card).objects.filter(pk=card.pk).update(assigned_to_email="gone@example.com")

    assert not host.current.gift_cards(order.pk)[0].is_usable
    assert not credit(card, order)
