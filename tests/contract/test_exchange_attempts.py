"""Attempts to pay for an offer: what of them keeps its checkout from being removed."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps

from saleor_returns_plugin import host
from saleor_returns_plugin.host import ExchangeItem
from saleor_returns_plugin.services import exchange_orders
from tests.gateways.books import Books
from tests.gateways.fixtures import scriptable  # noqa: F401
from tests.gateways.scriptable import ScriptableGateway, _response
from tests.saleor_rows.common import age
from tests.saleor_rows.shop import Shop, a_shop
from tests.saleor_rows.shop.common import Refused, gid

pytestmark = pytest.mark.django_db(transaction=True)

NOW_ISH, LONG_AGO = timedelta(minutes=1), timedelta(days=2)
AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def writer(scriptable: Books) -> Iterator[None]:  # noqa: F811
    with host.current.allow_writer():
        yield


@pytest.fixture
def shop(settings: Any) -> Shop:
    return a_shop(settings, with_tax=None)


@pytest.fixture
def token(shop: Shop) -> Iterator[UUID]:
    """Of an open offer."""
    chair = shop.sells("30.00")
    original = shop.checkout([(chair, 1)], shipping="4.90")
    key = uuid4()
    items = [ExchangeItem(chair.pk, 1, Decimal(7))]
    offer = host.current.offer_exchange(original_id=original.pk, items=items, token=key)
    host.current.ask_offers_of(lambda asked: offer if asked == key else None)
    yield key
    host.current.ask_offers_of(exchange_orders.offer_of)


def a_payment(token: UUID, made: timedelta, **values: Any) -> Any:
    payment = apps.get_model("payment.Payment").objects.create(
        gateway="a.gateway", checkout_id=token, total=7, currency="USD", **values
    )
    age(payment, made)
    return payment


def a_row(payment: Any, made: timedelta, **values: Any) -> Any:
    row = apps.get_model("payment.Transaction").objects.create(
        payment=payment,
        kind=values.pop("kind", "capture"),
        amount=7,
        currency="USD",
        gateway_response={},
        **values,
    )
    age(row, made)
    return row


def is_dropped(token: UUID) -> bool:
    dropped = host.current.drop_exchange_checkout(token)
    checkouts = apps.get_model("checkout.Checkout").objects
    assert checkouts.filter(pk=token).exists() is not dropped
    return bool(dropped)


def test_a_declined_attempt_does_not_keep_it(shop: Shop, token: UUID, monkeypatch: Any) -> None:
    def declines(self: Any, payment_information: Any, previous_value: Any) -> Any:
        return _response(payment_information, "capture", "", "Card declined.")

    monkeypatch.setattr(ScriptableGateway, "process_payment", declines)
    with pytest.raises(Refused):
        shop.buys(gid("Checkout", token))
    payment = apps.get_model("payment.Payment").objects.get(checkout_id=token)
    assert payment.transactions.filter(is_success=False).count() == 1
    for row in (payment, *payment.transactions.all()):
        age(row, AN_HOUR)
    assert is_dropped(token)


@pytest.mark.parametrize(("made", "dropped"), [(NOW_ISH, False), (AN_HOUR, True)])
def test_one_without_an_answer_is_waited_for(token: UUID, made: timedelta, dropped: bool) -> None:
    a_payment(token, made)
    assert is_dropped(token) is dropped


@pytest.mark.parametrize(("made", "dropped"), [(AN_HOUR, False), (LONG_AGO, True)])
def test_and_so_is_who_has_to_confirm_it(token: UUID, made: timedelta, dropped: bool) -> None:
    a_row(a_payment(token, made), made, is_success=True, action_required=True)
    assert is_dropped(token) is dropped


@pytest.mark.parametrize("kind", ["auth", "capture"])
def test_what_was_paid_or_promised_keeps_it(token: UUID, kind: str) -> None:
    a_row(a_payment(token, LONG_AGO), LONG_AGO, kind=kind, is_success=True)
    assert not is_dropped(token)


@pytest.mark.parametrize(
    ("kind", "made", "values", "held"),
    [
        ("capture", AN_HOUR, {"is_success": True}, True),
        ("auth", AN_HOUR, {"is_success": True}, True),
        ("capture", NOW_ISH, {"is_success": True}, False),
        ("pending", AN_HOUR, {"is_success": True}, False),
        ("pending", LONG_AGO, {"is_success": True}, True),
        ("capture", AN_HOUR, {"is_success": False}, False),
        ("auth", AN_HOUR, {"is_success": True, "action_required": True}, False),
    ],
)
def test_only_what_was_paid_or_promised_for_no_order_is_money(
    token: UUID, kind: str, made: timedelta, values: dict[str, bool], held: bool
) -> None:
    a_row(a_payment(token, made), made, kind=kind, **values)
    assert host.current.has_exchange_money(token) is held


def test_what_an_order_came_of_holds_none(shop: Shop, token: UUID) -> None:
    checkout = apps.get_model("checkout.Checkout").objects.get(pk=token)
    shop.buys(gid("Checkout", token))
    assert host.current.has_exchange_money(token) is False
    if host.IS_V3:
        return  # which deletes it with the order; 2.10 a moment after
    checkout.save(force_insert=True)
    a_row(a_payment(token, AN_HOUR), AN_HOUR, is_success=True)
    assert host.current.has_exchange_money(token) is False


@pytest.mark.skipif(not host.IS_V3, reason="2.10 has no transactions")
class TestTransactions:
    def item(self, token: UUID, made: timedelta, event: str = "", **amounts: Any) -> None:
        row = apps.get_model("payment.TransactionItem").objects.create(
            checkout_id=token, currency="USD", **amounts
        )
        age(row, made)
        if event:
            age(row.events.create(type=event, currency="USD", amount_value=7), made)

    @pytest.mark.parametrize("name", ["charged", "charge_pending", "authorized"])
    def test_amounts_keep_it(self, token: UUID, name: str) -> None:
        self.item(token, LONG_AGO, **{f"{name}_value": 7})
        assert not is_dropped(token)

    @pytest.mark.parametrize(
        ("name", "made", "held"),
        [
            ("charged", AN_HOUR, True),
            ("authorized", AN_HOUR, True),
            ("charged", NOW_ISH, False),
            ("charge_pending", AN_HOUR, False),
            ("charge_pending", LONG_AGO, True),
        ],
    )
    def test_only_what_was_charged_or_authorised_is_money(
        self, token: UUID, name: str, made: timedelta, held: bool
    ) -> None:
        self.item(token, made, **{f"{name}_value": 7})
        assert host.current.has_exchange_money(token) is held

    @pytest.mark.parametrize(
        ("event", "made", "dropped"),
        [
            ("charge_failure", AN_HOUR, True),
            ("", NOW_ISH, False),
            ("", AN_HOUR, True),
            ("charge_action_required", AN_HOUR, False),
            ("charge_action_required", LONG_AGO, True),
        ],
    )
    def test_what_failed_or_was_left_does_not(
        self, token: UUID, event: str, made: timedelta, dropped: bool
    ) -> None:
        self.item(token, made, event)
        assert is_dropped(token) is dropped
