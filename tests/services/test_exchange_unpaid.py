"""Whose turn it is while a dearer replacement is ordered and not paid, and what people read."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from saleor_returns_plugin import host
from saleor_returns_plugin.console.rows import row_views
from saleor_returns_plugin.console.waiting import queues_of, returns_of, rows_of
from saleor_returns_plugin.enums import (
    ActorKind,
    Condition,
    EventKind,
    ExchangePricing,
    ExchangeRelease,
    ReturnStatus,
    Task,
)
from saleor_returns_plugin.models import ReceptionLine, VendorReturn
from saleor_returns_plugin.selectors import deadlines
from saleor_returns_plugin.services import deadlines as time
from saleor_returns_plugin.services import receptions, split
from tests.builders import MERCHANT as STAFF
from tests.builders import NOW, acts_for
from tests.gateways.fixtures import authorised, scriptable  # noqa: F401
from tests.portal.test_way_through import signed_in
from tests.saleor_rows import a_variant, pay
from tests.saleor_rows.gateway import PATH

from .exchange_shop import Shop, buys, exchange_of, fresh, new_shipment, order_row
from .telling import LOCMEM, MERCHANT, SHOPPER, a_portal, addressees, mails_about, says, says_not

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("exchanges_offered", "authorised"),
]
ON_PAYMENT = "reserved for you, and sent once it is paid."


@pytest.fixture(autouse=True)
def store(settings: Any) -> Any:
    settings.EMAIL_BACKEND = LOCMEM
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    a_portal(checkout_url="https://shop.example/pay/{token}")
    with host.current.allow_writer():
        yield


@pytest.fixture
def shop() -> Shop:
    return Shop()


def dearer(shop: Shop, rule: ExchangeRelease = ExchangeRelease.ON_RECEPTION) -> VendorReturn:
    """Its replacement is ordered, and the price of that only authorised."""
    shop.rules(exchange_pricing=ExchangePricing.SETTLED, exchange_release=rule)
    large = a_variant(shop.small, "XL", price="12.00")
    part = shop.accept(shop.ask(shop.order(1), variant=large))
    buys(part)
    return fresh(part)


def page_of(part: VendorReturn) -> str:
    page = signed_in(part.request.record).get(
        reverse("returns:portal-status", args=[part.request_id])
    )
    return str(page.text)


def due(shop: Shop, part: VendorReturn) -> dict[str, bool]:
    rows = VendorReturn.objects.all()
    return {
        "store": deadlines.needing_action(rows, STAFF).exists(),
        "vendor": deadlines.needing_action(rows, acts_for(shop.vendor)).exists(),
    }


def queues(actor: Any) -> list[str]:
    rows = returns_of(actor)
    return [each.key for each in queues_of(actor) if rows_of(each, rows, actor, NOW).exists()]


def waits_for(part: VendorReturn) -> str:
    return row_views([part], NOW)[0].turn.who


@pytest.mark.parametrize("rule", [ExchangeRelease.ON_ACCEPT, ExchangeRelease.ON_RECEPTION])
def test_the_shopper_reads_that_it_waits_to_be_paid(shop: Shop, rule: ExchangeRelease) -> None:
    part = dearer(shop, rule)
    is_due = rule is ExchangeRelease.ON_ACCEPT
    assert new_shipment(part).hold_reason == ("on_payment" if is_due else "on_reception")
    message = mails_about(EventKind.EXCHANGE_ORDERED)["exchange_ordered_shopper"]
    if is_due:
        says(message, f"It is {ON_PAYMENT}")
        says_not(message, "sent to you next")
        assert f"It is {ON_PAYMENT}" in page_of(part)
    else:
        says(message, "It is sent once your return has arrived.")
        assert ON_PAYMENT not in page_of(part)

    part = shop.receive(part)
    assert part.status == ReturnStatus.RECEIVED.value
    text = page_of(part)
    assert f"It is {ON_PAYMENT}" in text
    assert "Your exchange comes once it is paid." in text
    assert "store decides" not in text
    assert "comes next" not in text
    message = mails_about(EventKind.RECEIVED)["goods_received_shopper"]
    says(message, f"What you get in exchange is {ON_PAYMENT}")
    says_not(message, "nothing more for you to do", "once everything has arrived")


def test_it_is_the_stores_turn_until_it_is_paid(shop: Shop) -> None:
    part = shop.receive(dearer(shop))
    assert deadlines.task_of(part) is Task.EXCHANGE
    assert deadlines.whose_turn(part) is ActorKind.MERCHANT
    assert due(shop, part) == {"store": True, "vendor": False}
    assert waits_for(part) == "Store"
    assert (queues(STAFF), queues(acts_for(shop.vendor))) == (["exchange"], ["store"])

    pay(order_row(part))
    split.split_order(order_id=exchange_of(part).order_id, now=NOW)
    assert fresh(part).status == ReturnStatus.SETTLED.value
    assert due(shop, part) == {"store": False, "vendor": False}


def test_the_store_is_reminded_of_it_and_no_vendor(shop: Shop) -> None:
    part = shop.receive(dearer(shop))
    time.run(now=part.due_at - timedelta(hours=1))
    assert addressees(EventKind.REMINDED) == {"reminder_merchant": MERCHANT}
    message = mails_about(EventKind.REMINDED)["reminder_merchant"]
    says(message, f"{part.number}: the replacement is not paid yet.", "let it go, or cancel it")
    time.run(now=part.due_at + timedelta(hours=1))
    message = mails_about(EventKind.OVERDUE)["return_overdue_merchant"]
    says(message, "the replacement is not paid; you were to let it go")
    says_not(message, f"{shop.vendor.name} was to decide")


def test_what_is_not_accepted_is_the_vendors_to_decide_until_it_counts(shop: Shop) -> None:
    part = shop.receive(dearer(shop), Condition.NOT_ACCEPTABLE)
    assert deadlines.whose_turn(part) is ActorKind.VENDOR
    assert due(shop, part) == {"store": False, "vendor": True}
    assert waits_for(part) == "Vendor"
    assert (queues(STAFF), queues(acts_for(shop.vendor))) == (["vendors"], ["exchange"])
    assert "The store decides whether it is sent" in page_of(part)

    later = NOW + timedelta(days=2)
    receptions.overrule(
        reception_line_id=ReceptionLine.objects.get().pk, actor=STAFF, reason="Ours", now=later
    )
    assert new_shipment(part).hold_reason == "on_payment"
    assert due(shop, part) == {"store": True, "vendor": False}
    assert fresh(part).waiting_since == later
    message = mails_about(EventKind.OVERRULED)["goods_overruled_shopper"]
    says(message, f"What you get in exchange is {ON_PAYMENT}")
    assert message.to == [SHOPPER]
