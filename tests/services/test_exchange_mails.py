"""What shopper, vendor and merchant are told of exchanges."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.utils import timezone
from django.utils.translation import override

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.actors import SYSTEM
from saleor_returns_plugin.domain.requested import RequestedLine, Tracking
from saleor_returns_plugin.enums import (
    Condition,
    EventKind,
    ExchangePricing,
    ExchangeRelease,
    ExchangeStatus,
    Resolution,
    ReturnStatus,
    Source,
    Unavailable,
)
from saleor_returns_plugin.errors import ExchangeUnavailable
from saleor_returns_plugin.models import (
    Exchange,
    NotificationLog,
    OrderRecord,
    ReceptionLine,
    ReturnPortal,
    Vendor,
    VendorReturn,
)
from saleor_returns_plugin.selectors import mail_facts
from saleor_returns_plugin.selectors import notifications as selectors
from saleor_returns_plugin.services import (
    deadlines,
    exchange_orders,
    exchanges,
    receptions,
    resolutions,
    return_requests,
    shipments,
    split,
    staff_exchanges,
    vendor_returns,
)
from saleor_returns_plugin.services.mail_examples import FACTS
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits
from tests.builders import MERCHANT as STAFF
from tests.builders import NOW, a_vendor, acts_for, an_order, sells, shopper_of
from tests.gateways.fixtures import authorised, scriptable  # noqa: F401
from tests.saleor_rows import a_product, a_variant, order_line
from tests.saleor_rows.common import age
from tests.saleor_rows.gateway import PATH

from .exchange_shop import Shop, buys, exchange_of, fresh, new_shipment
from .telling import (
    LOCMEM,
    MERCHANT,
    SHOPPER,
    VENDOR,
    a_portal,
    addressees,
    last,
    mails_about,
    says,
    says_not,
)

E = EventKind
LATER = timezone.now() + timedelta(days=60)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]


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


def notes_on(part: Any, *, new: bool = False) -> list[str]:
    """`new`: on the order of its replacement."""
    order_id = exchange_of(part).order_id if new else part.request.record.order_id
    rows = apps.get_model("order.OrderEvent").objects.filter(order=order_id, type="note_added")
    return [row.parameters["message"] for row in rows.order_by("pk")]


def sold_out(variant: Any) -> None:
    apps.get_model("warehouse.Stock").objects.filter(product_variant=variant).update(quantity=0)


def offered(shop: Shop, units: int = 1) -> Any:
    shop.rules(exchange_pricing=ExchangePricing.SETTLED)
    return shop.accepted(variant=a_variant(shop.small, "XL", price="12.00"), units=units)


def expire(part: Any) -> None:
    """After a warning, which gives time anew."""
    VendorReturn.objects.filter(pk=part.pk).update(due_at=LATER - timedelta(days=1))
    deadlines.run(now=LATER)
    deadlines.run(now=LATER + timedelta(days=30))


def released(shop: Shop) -> Any:
    shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
    return shop.accepted()


def test_an_accepted_exchange_says_what_comes_and_promises_no_money(shop: Shop) -> None:
    shop.accepted()
    message = mails_about(E.ACCEPTED)["return_accepted_shopper"]
    says(message, "In exchange: 1 × Shirt, L", "is being ordered", "Please send these goods")
    says_not(message, "$", "efund")


def test_of_a_mixed_return_only_the_refunded_line_is_promised(shop: Shop) -> None:
    mug = sells(shop.vendor, a_product(name="Mug", price="4.00"))
    record = an_order([(shop.small, 2, "10.00"), (mug, 1, "4.00")])
    shirt, cup = record.shipments.get().lines.order_by("-quantity")
    lines = [
        RequestedLine(
            shirt.pk, 1, resolution=Resolution.EXCHANGE, exchange_variant_id=shop.large.pk
        ),
        RequestedLine(cup.pk, 1, resolution=Resolution.REFUND),
    ]
    request = return_requests.create(
        actor=shopper_of(record), record_id=record.pk, lines=lines, source=Source.PORTAL, now=NOW
    )
    shop.accept(request.vendor_returns.get())
    message = mails_about(E.ACCEPTED)["return_accepted_shopper"]
    says(message, "In exchange: 1 × Shirt, L", "Refund when all of it comes back")
    assert "Refund when all of it comes back: $4.00" in message.body
    says_not(message, "$10.00", "$14.00")


def test_what_is_held_is_told_as_kept_and_again_when_it_is_released(shop: Shop) -> None:
    part = shop.accepted()
    number = exchange_of(part).order_number
    assert addressees(E.EXCHANGE_ORDERED) == {"exchange_ordered_shopper": SHOPPER}
    message = mails_about(E.EXCHANGE_ORDERED)["exchange_ordered_shopper"]
    assert message.subject == f"Your exchange is kept for you: order {number}"
    says(message, part.number, "1 × Shirt, L", "It is sent once your return has arrived.")
    shop.receive(part)
    assert addressees(E.EXCHANGE_RELEASED) == {"exchange_released_shopper": SHOPPER}
    message = mails_about(E.EXCHANGE_RELEASED)["exchange_released_shopper"]
    assert message.subject == f"Your exchange is being prepared: order {number}"
    says(message, "is now being prepared for you", "1 × Shirt, L")
    said = f"The replacement for return {part.number} was released to be sent."
    assert said in notes_on(part)
    assert notes_on(part, new=True) == [notes_on(part, new=True)[0], said]


def test_what_waits_for_tracking_says_so(shop: Shop) -> None:
    shop.rules(exchange_release=ExchangeRelease.ON_TRACKING)
    part = shop.accepted()
    message = mails_about(E.EXCHANGE_ORDERED)["exchange_ordered_shopper"]
    says(message, "once you have sent the goods back and told us the tracking number")
    vendor_returns.add_tracking(
        vendor_return_id=part.pk,
        actor=shopper_of(part.request.record),
        tracking=Tracking("UPS", "1Z"),
        now=NOW,
    )
    assert list(mails_about(E.EXCHANGE_RELEASED)) == ["exchange_released_shopper"]


def test_what_need_not_wait_is_one_mail(shop: Shop) -> None:
    part = released(shop)
    assert exchange_of(part).status == ExchangeStatus.RELEASED.value
    message = mails_about(E.EXCHANGE_ORDERED)["exchange_ordered_shopper"]
    assert message.subject == f"Your exchange is ordered: order {exchange_of(part).order_number}"
    says(message, "sent to you next")
    assert mails_about(E.EXCHANGE_RELEASED) == {}


def test_what_was_sent_from_saleor_is_not_called_prepared(shop: Shop) -> None:
    part = shop.accepted()
    line = new_shipment(part).lines.get()
    order_id = exchange_of(part).order_id
    host.current.fulfil(order_id=order_id, units=[host.FulfilledUnits(line.order_line_id, 1)])
    split.split_order(order_id=order_id, now=timezone.now())
    message = mails_about(E.EXCHANGE_RELEASED)["exchange_released_shopper"]
    assert message.subject.startswith("Your exchange is on its way")
    says_not(message, "prepared")


def test_a_store_that_wants_none_sends_no_mails_of_exchange_orders(shop: Shop) -> None:
    ReturnPortal.objects.update(notify_exchange_orders=False)
    part = shop.accepted()
    assert mails_about(E.EXCHANGE_ORDERED) == {}
    Exchange.objects.update(notifies_customer=True)
    shop.receive(part)
    assert list(mails_about(E.EXCHANGE_RELEASED)) == ["exchange_released_shopper"]


def sent_by_staff(shop: Shop, price: str = "0", **values: Any) -> Exchange:
    """A large one, for one of which nothing comes back."""
    record = shop.order()
    order = apps.get_model("order.Order").objects.get(pk=record.order_id)
    exchange = staff_exchanges.create(
        actor=STAFF,
        record_id=record.pk,
        lines=[
            ExchangedUnits(
                order_line_id=order_line(order, shop.small).pk,
                variant_id=shop.large.pk,
                quantity=1,
                unit_price=Decimal(price),
            )
        ],
        now=NOW,
        **values,
    )
    exchange.refresh_from_db()
    return exchange


def sent_to(recipient: str) -> list[str]:
    rows = NotificationLog.objects.filter(recipient=recipient).exclude(kind=selectors.TOLD)
    return sorted(rows.values_list("kind", flat=True))


def test_staff_may_send_one_silently(shop: Shop) -> None:
    exchange = sent_by_staff(shop, notifies_customer=False)
    assert exchange.status == ExchangeStatus.RELEASED.value
    assert sent_to(SHOPPER) == []
    notes = notes_on(exchange.vendor_return)
    for words in ("was requested", "was approved", "was accepted"):
        assert any(words in note for note in notes)


def test_of_what_staff_send_nobody_is_asked_to_decide(shop: Shop) -> None:
    sent_by_staff(shop)
    assert sent_to(SHOPPER) == ["exchange_ordered_shopper"]
    assert sent_to(MERCHANT) == []
    assert sent_to(VENDOR) == ["return_accepted_vendor", "shipment_new_vendor"]


@pytest.mark.parametrize("tells", [True, False])
def test_a_price_is_told_though_all_else_is_silent(shop: Shop, tells: bool) -> None:
    exchange = sent_by_staff(shop, "2.00", notifies_customer=tells)
    assert exchange.status == ExchangeStatus.AWAITING_PAYMENT.value
    assert sent_to(SHOPPER) == ["exchange_offered_shopper"]
    says_not(mails_about(E.EXCHANGE_OFFERED)["exchange_offered_shopper"], "is being ordered")


def test_who_asked_for_nothing_need_not_choose_something_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(exchange_orders, "order", lambda **_: None)
        exchange = sent_by_staff(shop)
    sold_out(shop.large)
    exchange_orders.order(exchange_id=exchange.pk, now=NOW)
    assert addressees(E.EXCHANGE_FAILED) == {
        "exchange_failed_merchant": MERCHANT,
        "exchange_failed_vendor": VENDOR,
    }
    assert sent_to(SHOPPER) == []


def test_an_offer_by_staff_that_ends_is_told(shop: Shop) -> None:
    exchange = sent_by_staff(shop, "2.00")
    exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)
    assert "exchange_failed_shopper" in mails_about(E.EXCHANGE_FAILED)


def test_what_staff_send_for_a_return_is_told_as_the_return_is(shop: Shop) -> None:
    part = shop.accept(shop.ask(shop.order()))
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="Other.", now=NOW)
    sold_out(shop.large)
    with pytest.raises(ExchangeUnavailable):
        send_again(part, shop.large)
    send_again(part, shop.small)
    assert "return_accepted_shopper" in sent_to(SHOPPER)
    assert list(mails_about(E.EXCHANGE_ORDERED)) == ["exchange_ordered_shopper"]


def send_again(part: Any, variant: Any) -> None:
    staff_exchanges.create(
        actor=STAFF,
        record_id=part.request.record_id,
        lines=[ExchangedUnits(variant.pk, 1, return_line_id=part.lines.get().pk)],
        now=NOW,
    )


def test_an_offer_says_how_much_until_when_and_where(shop: Shop) -> None:
    part = offered(shop)
    says(
        mails_about(E.ACCEPTED)["return_accepted_shopper"],
        "What you get in exchange costs $2.00 more: we send you a link to pay it.",
    )
    assert addressees(E.EXCHANGE_OFFERED) == {"exchange_offered_shopper": SHOPPER}
    message = mails_about(E.EXCHANGE_OFFERED)["exchange_offered_shopper"]
    exchange = exchange_of(part)
    assert message.subject == f"Please pay $2.00 for the exchange of return {part.number}"
    says(
        message,
        f"https://shop.example/pay/{exchange.checkout_token}",
        "1 × Shirt, XL",
        "Please pay by ",
    )
    assert "waits for the shopper to pay the difference" in notes_on(part)[-1]


def test_what_is_not_paid_in_time_is_told_to_all(shop: Shop) -> None:
    part = offered(shop)
    exchange = exchange_of(part)
    assert exchange.expires_at is not None
    exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)
    assert addressees(E.EXCHANGE_FAILED) == {
        "exchange_failed_shopper": SHOPPER,
        "exchange_failed_merchant": MERCHANT,
        "exchange_failed_vendor": VENDOR,
    }
    sent = mails_about(E.EXCHANGE_FAILED)
    says(sent["exchange_failed_shopper"], "was not paid in time", "something else, or your money")
    says(sent["exchange_failed_vendor"], "did not pay in time", "you can offer it again")
    says(sent["exchange_failed_merchant"], "did not pay in time", "make it a refund")
    assert notes_on(part)[-1].endswith("The difference was not paid in time.")


def test_what_cannot_be_had_is_told_to_all_with_why_for_the_shop(shop: Shop) -> None:
    part = shop.ask(shop.order())
    sold_out(shop.large)
    part = shop.accept(part)
    sent = mails_about(E.EXCHANGE_FAILED)
    assert set(sent) == {
        "exchange_failed_shopper",
        "exchange_failed_merchant",
        "exchange_failed_vendor",
    }
    why = exchange_of(part).failure
    says(sent["exchange_failed_shopper"], "is not available any more", "1 × Shirt, L")
    says_not(sent["exchange_failed_shopper"], why)
    for kind in ("exchange_failed_merchant", "exchange_failed_vendor"):
        says(sent[kind], why, "it has to be in stock", "choose another variant")
    says_not(sent["exchange_failed_vendor"], SHOPPER)


def test_store_and_vendor_are_told_that_the_shopper_pays_more_before_they_decide(
    shop: Shop,
) -> None:
    shop.rules(exchange_pricing=ExchangePricing.SETTLED)
    part = shop.ask(shop.order(), variant=a_variant(shop.small, "XL", price="12.00"))
    pays = "the shopper pays $2.00 more, once this return is accepted"
    says(mails_about(E.CREATED)["request_created_merchant"], pays)
    return_requests.approve(request_id=part.request_id, actor=STAFF, now=NOW)
    says(mails_about(E.APPROVED)["return_approved_vendor"], pays)


def test_why_it_cannot_be_had_is_told_in_the_readers_language(shop: Shop) -> None:
    """Whoever the process spoke to when it failed."""
    part = shop.ask(shop.order())
    sold_out(shop.large)
    with override("de"):
        shop.accept(part)
    assert "There is not enough" not in exchange_of(part).failure
    says(mails_about(E.EXCHANGE_FAILED)["exchange_failed_vendor"], "There is not enough of Shirt L")


def test_a_vendor_is_told_nothing_of_what_another_sends(shop: Shop) -> None:
    lamp = sells(a_vendor("Elm"), a_product(name="Elm lamp", price="20.00", stock=5))
    cap = sells(shop.vendor, a_product(name="Cap", price="4.00", stock=5))
    part = shop.accepted()
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
    lines = [
        ExchangedUnits(lamp.pk, 1, return_line_id=part.lines.get().pk),
        ExchangedUnits(cap.pk, 2),
    ]
    part = fresh(part)
    record_id = part.request.record_id
    with pytest.MonkeyPatch.context() as patch:  # it is sold out before its turn comes
        patch.setattr("saleor_returns_plugin.services.queue.on_commit", lambda *args: None)
        staff_exchanges.create(actor=STAFF, record_id=record_id, lines=lines, now=NOW)
    sold_out(lamp)
    exchange_orders.order(exchange_id=exchange_of(part).pk, now=NOW)
    sent = mails_about(E.EXCHANGE_FAILED)
    message = sent["exchange_failed_vendor"]
    says(message, "2 × Cap", "goods of another vendor in stock")
    says_not(message, "Elm", "lamp")
    says(sent["exchange_failed_merchant"], "1 × Elm lamp", "2 × Cap", "enough of Elm lamp")


def test_a_cancelled_order_is_told(shop: Shop) -> None:
    part = shop.accepted()
    number = exchange_of(part).order_number
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="Damp.", now=NOW)
    assert addressees(E.EXCHANGE_CANCELLED) == {
        "exchange_cancelled_shopper": SHOPPER,
        "exchange_cancelled_vendor": VENDOR,
    }
    message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_vendor"]
    says(message, "The store has cancelled", "Damp.", "1 × Shirt, L", "you can order it again")
    says_not(message, SHOPPER, "The goods are here", "nothing for you to do")
    message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_shopper"]
    says(message, f"Order {number}", "It will not be sent")
    says_not(message, "Damp.")
    said = f"The exchange of return {part.number} was cancelled: Damp."
    assert notes_on(part)[-1] == notes_on(part, new=True)[-1] == said


def test_a_cancelled_offer_is_told_whatever_the_switch_says(shop: Shop) -> None:
    ReturnPortal.objects.update(notify_exchange_orders=False)
    part = offered(shop)
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
    message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_shopper"]
    says(message, "Please do not pay for it")


def test_a_cancelled_order_is_not_told_to_whom_it_was_not_told(shop: Shop) -> None:
    ReturnPortal.objects.update(notify_exchange_orders=False)
    part = shop.accepted()
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
    assert addressees(E.EXCHANGE_CANCELLED) == {"exchange_cancelled_vendor": VENDOR}


def test_what_a_vendor_cancels_is_told_to_the_store(shop: Shop) -> None:
    part = shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE)
    by_vendor = acts_for(shop.vendor)
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=by_vendor, reason="Torn.", now=NOW)
    assert addressees(E.EXCHANGE_CANCELLED) == {
        "exchange_cancelled_shopper": SHOPPER,
        "exchange_cancelled_merchant": MERCHANT,
    }
    message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_merchant"]
    says(message, f"{shop.vendor.name} has cancelled", "Torn.", "nothing for you to do")


def test_what_is_cancelled_in_saleor_is_told_to_who_has_to_decide_now(shop: Shop) -> None:
    part = shop.receive(shop.accepted())
    order_id = exchange_of(part).order_id
    host.current.cancel_exchange_order(order_id)
    split.split_order(order_id=order_id, now=timezone.now())
    message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_vendor"]
    says(message, "was cancelled in Saleor", "The goods are here", "make it a refund")
    assert message.to == [VENDOR]


@pytest.mark.parametrize("is_retried", [False, True])
def test_what_can_be_paid_nowhere_any_more_is_not_offered(shop: Shop, is_retried: bool) -> None:
    """Asked for while there was a page to pay on."""
    if is_retried:
        part = offered(shop)
        exchange_orders.end(exchange_id=exchange_of(part).pk, now=NOW)
    else:
        shop.rules(exchange_pricing=ExchangePricing.SETTLED)
        part = shop.ask(shop.order(1), variant=a_variant(shop.small, "XL", price="12.00"))
    ReturnPortal.objects.update(checkout_url="")

    if is_retried:
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=STAFF)
    else:
        part = shop.accept(part)

    exchange = exchange_of(part)
    assert (exchange.status, exchange.failure_code) == ("failed", Unavailable.HOST.value)
    assert apps.get_model("checkout.Checkout").objects.count() == 0
    told = mails_about(E.EXCHANGE_FAILED)
    says(told["exchange_failed_merchant"], "could not be ordered", "there is no page any more")
    says(told["exchange_failed_shopper"], "choose on the page of your return")
    says_not(told["exchange_failed_shopper"], "pay ")


def test_money_that_became_no_order_is_told_to_the_store_once(shop: Shop) -> None:
    part = offered(shop)
    exchange = exchange_of(part)
    payment = apps.get_model("payment.Payment").objects.create(
        gateway="a.gateway", checkout_id=exchange.checkout_token, total=2, currency="USD"
    )
    row = payment.transactions.create(
        kind="capture", is_success=True, amount=2, currency="USD", gateway_response={}
    )
    for each in (payment, row):
        age(each, timedelta(hours=1))
    for _ in range(2):
        exchange_orders.sweep(now=exchange.expires_at)
    assert addressees(E.EXCHANGE_STUCK) == {"exchange_stuck_merchant": MERCHANT}
    message = mails_about(E.EXCHANGE_STUCK)["exchange_stuck_merchant"]
    assert message.subject == f"Money for the exchange of return {part.number} has to go back"
    says(message, "paid for the replacement", "1 × Shirt, XL", "pay the money back")
    assert notes_on(part)[-1].startswith(f"The exchange of return {part.number} left something")
    assert sent_to(MERCHANT).count("exchange_stuck_merchant") == 1


def test_an_order_that_saleor_would_not_cancel_is_told_to_the_store(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = shop.accepted()
    exchange = exchange_of(part)
    monkeypatch.setattr(host.current, "cancel_exchange_order", lambda *_, **__: False)
    exchanges.cancel(exchange_id=exchange.pk, actor=STAFF, reason="Torn.", now=NOW)
    assert addressees(E.EXCHANGE_STUCK) == {"exchange_stuck_merchant": MERCHANT}
    message = mails_about(E.EXCHANGE_STUCK)["exchange_stuck_merchant"]
    number = exchange_of(part).order_number
    assert message.subject.startswith(f"Order {number}, of the exchange of return {part.number}")
    says(message, f"its order {number} stands in Saleor", "Please cancel it in Saleor")


def test_in_house_the_store_need_not_be_told_what_it_did(shop: Shop) -> None:
    part = shop.accepted()
    in_house(shop.vendor)
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
    assert set(mails_about(E.EXCHANGE_CANCELLED)) == {"exchange_cancelled_shopper"}


def in_house(vendor: Any) -> None:
    Vendor.objects.filter(is_in_house=True).update(is_in_house=False)
    Vendor.objects.filter(pk=vendor.pk).update(is_in_house=True)


def the_shopper_takes_the_money(part: Any) -> dict[str, Any]:
    resolutions.change(
        return_line_id=part.lines.get().pk,
        actor=shopper_of(part.request.record),
        resolution=Resolution.REFUND,
        now=NOW,
    )
    return mails_about(E.RESOLUTION_CHANGED)


def failed_and_received(shop: Shop) -> Any:
    part = shop.ask(shop.order())
    sold_out(shop.large)
    return shop.receive(shop.accept(part))


def test_the_shoppers_choice_is_told_to_who_has_to_pay(shop: Shop) -> None:
    part = failed_and_received(shop)
    sent = the_shopper_takes_the_money(part)
    assert addressees(E.RESOLUTION_CHANGED) == {
        "resolution_changed_merchant": MERCHANT,
        "resolution_changed_vendor": VENDOR,
        "resolution_changed_shopper": SHOPPER,
    }
    for kind in ("resolution_changed_merchant", "resolution_changed_vendor"):
        says(sent[kind], "the shopper has chosen anew", "money back", "Nothing more of it")
        says_not(sent[kind], "The store has changed", "to be sent back")
    says(sent["resolution_changed_vendor"], "Please refund it by")
    says_not(sent["resolution_changed_vendor"], SHOPPER)
    says_not(sent["resolution_changed_merchant"], "Please refund it by")
    says_not(sent["resolution_changed_shopper"], "to be sent back")


@pytest.mark.parametrize("is_in_house", [True, False])
def test_where_the_store_pays_it_is_asked_to(shop: Shop, is_in_house: bool) -> None:
    part = failed_and_received(shop)
    if is_in_house:
        in_house(shop.vendor)
    else:
        shop.rules(vendor_may_refund=False)
    sent = the_shopper_takes_the_money(part)
    assert ("resolution_changed_vendor" in sent) is not is_in_house
    says(sent["resolution_changed_merchant"], "Please refund it by")
    if not is_in_house:
        says_not(sent["resolution_changed_vendor"], "Please refund it by")


def test_before_the_goods_are_here_nobody_is_asked_to_pay(shop: Shop) -> None:
    part = shop.ask(shop.order())
    sold_out(shop.large)
    sent = the_shopper_takes_the_money(shop.accept(part))
    says(sent["resolution_changed_vendor"], "It is to be sent back to you")
    for message in sent.values():
        says_not(message, "Please refund it by", "Nothing more of it")


def test_what_failed_and_is_given_up_is_not_told_to_the_shopper_again(shop: Shop) -> None:
    part = shop.ask(shop.order())
    sold_out(shop.large)
    part = shop.accept(part)
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
    assert set(mails_about(E.EXCHANGE_CANCELLED)) == {"exchange_cancelled_vendor"}


@pytest.mark.parametrize("is_offered", [True, False])
def test_what_the_store_was_to_decide_is_told_once_it_is_given_up(
    shop: Shop, is_offered: bool
) -> None:
    if is_offered:
        part = shop.receive(offered(shop), Condition.NOT_ACCEPTABLE)
    else:
        part = shop.ask(shop.order())
        sold_out(shop.large)
        part = shop.receive(shop.accept(part), Condition.NOT_ACCEPTABLE)
    assert exchange_of(part).status == ExchangeStatus.FAILED.value
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
    assert fresh(part).status == ReturnStatus.SETTLED.value
    message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_shopper"]
    says(message, "was given up. This is not sent:", "Nothing else is sent or paid for it.")
    says_not(message, "Order ,", "The store decides")


@pytest.mark.parametrize("is_offered", [True, False])
def test_given_up_it_is_told_to_who_asked_for_nothing_only_where_it_was_offered(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, is_offered: bool
) -> None:
    with monkeypatch.context() as patch:
        if not is_offered:
            patch.setattr(exchange_orders, "order", lambda **_: None)
        exchange = sent_by_staff(shop, "2.00" if is_offered else "0")
    if is_offered:
        exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)
    else:
        sold_out(shop.large)
        exchange_orders.order(exchange_id=exchange.pk, now=NOW)
    exchange.refresh_from_db()
    assert exchange.status == ExchangeStatus.FAILED.value
    exchanges.cancel(exchange_id=exchange.pk, actor=STAFF, reason="No.", now=NOW)
    sent = mails_about(E.EXCHANGE_CANCELLED)
    assert ("exchange_cancelled_shopper" in sent) is is_offered
    assert sent_to(SHOPPER) == (
        ["exchange_cancelled_shopper", "exchange_failed_shopper", "exchange_offered_shopper"]
        if is_offered
        else []
    )


def test_with_its_return_it_is_cancelled_without_a_mail_of_its_own(shop: Shop) -> None:
    part = shop.accepted()
    number = exchange_of(part).order_number
    return_requests.cancel(request_id=part.request_id, actor=STAFF, now=NOW)
    assert mails_about(E.EXCHANGE_CANCELLED) == {}
    message = mails_about(E.CANCELLED)["return_cancelled_shopper"]
    says(message, f"Order {number}, which you were to get in exchange, is cancelled, too")


def test_what_expires_with_its_return_is_told_with_that(shop: Shop) -> None:
    part = shop.accepted()
    number = exchange_of(part).order_number
    expire(part)
    assert mails_about(E.EXCHANGE_CANCELLED) == {}
    message = mails_about(E.EXPIRED)["return_expired_shopper"]
    says(message, f"Order {number}, which you were to get in exchange, is cancelled, too")


def test_an_offer_that_ends_with_its_return_is_told_with_that(shop: Shop) -> None:
    part = offered(shop)
    return_requests.cancel(request_id=part.request_id, actor=STAFF, now=NOW)
    message = mails_about(E.CANCELLED)["return_cancelled_shopper"]
    says(message, "is not offered any more: please do not pay for it")
    says_not(message, "is cancelled, too")


@pytest.mark.parametrize("is_told", [True, False])
def test_with_a_return_only_what_stood_and_was_told_is_said_to_be_gone(
    shop: Shop, is_told: bool
) -> None:
    """Else it was cancelled, and told, before; or the store does not tell of such orders."""
    ReturnPortal.objects.update(notify_exchange_orders=is_told)
    part = shop.accepted()
    if is_told:
        exchange = exchange_of(part)
        exchanges.cancel(exchange_id=exchange.pk, actor=STAFF, reason="No.", now=NOW)
    return_requests.cancel(request_id=part.request_id, actor=STAFF, now=NOW)
    says_not(mails_about(E.CANCELLED)["return_cancelled_shopper"], "which you were to get")


def test_another_choice_is_told_as_one(shop: Shop) -> None:
    part = shop.accepted()
    change = {"return_line_id": part.lines.get().pk, "actor": STAFF, "now": NOW}
    resolutions.change(resolution=Resolution.REFUND, **change)
    assert mails_about(E.EXCHANGE_CANCELLED) == {}
    message = mails_about(E.RESOLUTION_CHANGED)["resolution_changed_shopper"]
    says(message, "money back", "$10.00")
    says_not(message, "Shirt, L")
    resolutions.change(resolution=Resolution.EXCHANGE, exchange_variant_id=shop.large.pk, **change)
    sent = mails_about(E.RESOLUTION_CHANGED)
    for kind in ("resolution_changed_shopper", "resolution_changed_vendor"):
        says(sent[kind], "an exchange (Shirt, L)")
        says_not(sent[kind], "$10.00")
    assert list(mails_about(E.EXCHANGE_ORDERED)) == ["exchange_ordered_shopper"]


def test_what_was_sent_against_goods_that_never_came_is_told_to_the_shop(shop: Shop) -> None:
    part = released(shop)
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    receptions.close(vendor_return_id=part.pk, actor=SYSTEM, now=NOW)
    assert addressees(E.EXCHANGE_OWED) == {
        "exchange_owed_merchant": MERCHANT,
        "exchange_owed_vendor": VENDOR,
    }
    sent = mails_about(E.EXCHANGE_OWED)
    returned = part.lines.get().shipment_line.name
    for message in sent.values():
        says(message, "was sent:", "1 × Shirt, L", f"1 × {returned}", "owes $10.00")
        says(message, "Nothing is charged by itself")
    says(sent["exchange_owed_merchant"], SHOPPER)
    says_not(sent["exchange_owed_vendor"], SHOPPER)
    assert (
        f"1 × {returned} of return {part.number} were replaced and not taken back: "
        "the shopper owes $10.00."
    ) in notes_on(part)


def test_what_was_said_to_be_owed_is_taken_back_once_it_came_after_all(shop: Shop) -> None:
    part = released(shop)
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    receptions.close(vendor_return_id=part.pk, actor=SYSTEM, now=NOW)
    receptions.void(
        reception_id=part.receptions.get().pk,
        actor=acts_for(shop.vendor),
        reason="It came.",
        now=NOW,
    )
    assert addressees(E.EXCHANGE_OWED) == {
        "exchange_owed_merchant": MERCHANT,
        "exchange_owed_vendor": VENDOR,
    }
    for message in mails_about(E.EXCHANGE_OWED).values():
        says(message, "1 × Shirt, L", "That is corrected: nothing is owed any more.")
        says_not(message, "$", "Nothing is charged by itself", "never came back")
        assert message.subject.endswith("nothing is owed any more")
    said = f"For what return {part.number} was exchanged the shopper owes nothing any more."
    assert notes_on(part).count(said) == 1
    shop.receive(fresh(part))
    assert notes_on(part).count(said) == 1
    assert notes_on(part, new=True).count(said) == 0


def test_a_vendor_is_told_what_the_new_shipment_replaces(shop: Shop) -> None:
    part = released(shop)
    [(to, message)] = told_of_shipments("shipment_new_vendor")
    assert to == VENDOR
    says(message, f"Order {exchange_of(part).order_number} replaces goods of return {part.number}.")
    says(message, "1 × Shirt, L")
    says_not(message, "is paid", "$10.00")


def told_not_to_send() -> list[tuple[str, Any]]:
    return told_of_shipments("shipment_cancelled_vendor")


def told_of_shipments(kind: str) -> list[tuple[str, Any]]:
    """To whom, and what."""
    rows = NotificationLog.objects.filter(kind=kind)
    sent = {
        each.extra_headers.get("Message-ID", "@").split("@")[0][1:]: each for each in mail.outbox
    }
    return [(row.recipient, sent[str(row.pk)]) for row in rows.order_by("recipient")]


def test_a_vendor_that_was_to_send_it_is_told_when_it_is_cancelled(shop: Shop) -> None:
    part = released(shop)
    shipment = new_shipment(part)
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
    [(to, message)] = told_not_to_send()
    assert to == VENDOR
    assert message.subject == f"Do not send shipment {shipment.number}"
    says(message, f"Order {exchange_of(part).order_number}", "Please do not send", "Shirt, L")
    says_not(message, SHOPPER)


def test_it_is_told_also_when_its_order_is_cancelled_in_saleor(shop: Shop) -> None:
    part = released(shop)
    order_id = exchange_of(part).order_id
    host.current.cancel_exchange_order(order_id)
    split.split_order(order_id=order_id, now=timezone.now())
    assert [to for to, _message in told_not_to_send()] == [VENDOR]


def test_it_is_told_also_when_the_return_ends(shop: Shop) -> None:
    part = released(shop)
    return_requests.cancel(request_id=part.request_id, actor=STAFF, now=NOW)
    assert [to for to, _message in told_not_to_send()] == [VENDOR]


def test_it_need_not_be_told_of_what_it_cancelled_itself(shop: Shop) -> None:
    part = released(shop)
    by_vendor = acts_for(shop.vendor)
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=by_vendor, reason="No.", now=NOW)
    assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
    assert told_not_to_send() == []


def test_nobody_is_told_of_what_was_held(shop: Shop) -> None:
    part = shop.accepted()
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
    assert told_not_to_send() == []


def test_the_vendor_that_sends_is_told_not_that_of_the_return(shop: Shop) -> None:
    elm = a_vendor("Elm")
    coat = sells(elm, a_product(name="Coat"))
    record = shop.order()
    order = apps.get_model("order.Order").objects.get(pk=record.order_id)
    line = order_line(order, shop.small).pk
    staff_exchanges.create(
        actor=STAFF,
        record_id=record.pk,
        lines=[ExchangedUnits(coat.pk, 1, order_line_id=line)],
        now=NOW,
    )
    [(to, message)] = told_of_shipments("shipment_new_vendor")
    assert to == elm.email
    says(message, "replaces goods of a return.", "1 × Coat")
    by_vendor = acts_for(shop.vendor)
    exchange = Exchange.objects.get()
    says_not(message, exchange.vendor_return.number)
    exchanges.cancel(exchange_id=exchange.pk, actor=by_vendor, reason="No.", now=NOW)
    assert [to for to, _message in told_not_to_send()] == [elm.email]


def test_goods_of_an_exchange_that_are_refused_are_not_called_refunds(shop: Shop) -> None:
    part = shop.accepted()
    shop.receive(part, Condition.NOT_ACCEPTABLE)
    sent = mails_about(E.RECEIVED)
    message = sent["goods_refused_shopper"]
    assert message.subject == f"Goods of your return {part.number} are not accepted"
    says(message, "but are not accepted:", "The store decides whether what you get in exchange")
    says(sent["goods_refused_merchant"], "the goods count as accepted")
    for each in sent.values():
        says_not(each, "efund")
    line = ReceptionLine.objects.get()
    receptions.overrule(
        reception_line_id=line.pk, actor=STAFF, reason="Damaged on the way", now=NOW
    )
    sent = mails_about(E.OVERRULED)
    says(sent["goods_overruled_shopper"], "accepted after all", "made ready and sent to you next")
    says(sent["goods_overruled_vendor"], "accepted after all", "The replacement for them may be")
    for each in sent.values():
        says_not(each, "efund")
    assert any("are accepted after all: Damaged on the way" in note for note in notes_on(part))


def test_goods_say_that_a_difference_is_to_be_paid_and_where(shop: Shop) -> None:
    part = offered(shop)
    exchange = exchange_of(part)
    shop.receive(part)
    message = mails_about(E.RECEIVED)["goods_received_shopper"]
    says(message, "ordered once you have paid $2.00. Please pay by ")
    says(message, f"https://shop.example/pay/{exchange.checkout_token}")
    says_not(message, "nothing more for you to do")


@pytest.mark.parametrize("is_offered", [True, False])
def test_a_correction_says_what_the_shopper_still_has_to_do(shop: Shop, is_offered: bool) -> None:
    if is_offered:
        part = shop.receive(offered(shop))
    else:
        part = shop.ask(shop.order())
        sold_out(shop.large)
        part = shop.receive(shop.accept(part))
    reception = part.receptions.get()
    receptions.void(reception_id=reception.pk, actor=STAFF, reason="Not this one.", now=NOW)
    message = mails_about(E.RECEPTION_VOIDED)["reception_voided_shopper"]
    says(message, "We write again when it is corrected.")
    says(
        message,
        "ordered once you have paid $2.00. Please pay by "
        if is_offered
        else "is not ordered. Please choose on the page of your return",
    )
    says_not(message, "You need not do anything")


def test_a_correction_asks_for_nothing_where_nothing_is_open(shop: Shop) -> None:
    part = shop.receive(shop.accepted(units=2), units=1)
    reception = part.receptions.get()
    receptions.void(reception_id=reception.pk, actor=STAFF, reason="Not this one.", now=NOW)
    message = mails_about(E.RECEPTION_VOIDED)["reception_voided_shopper"]
    says(message, "is sent once everything has arrived.", "You need not do anything")


def test_goods_say_that_something_else_is_to_be_chosen(shop: Shop) -> None:
    part = shop.ask(shop.order())
    sold_out(shop.large)
    shop.receive(shop.accept(part))
    message = mails_about(E.RECEIVED)["goods_received_shopper"]
    says(message, "is not ordered. Please choose on the page of your return")
    says_not(message, "nothing more for you to do", "/pay/")


@pytest.mark.parametrize("is_dearer", [True, False])
def test_a_ruling_says_what_the_shopper_has_to_do(shop: Shop, is_dearer: bool) -> None:
    part = offered(shop, units=2) if is_dearer else shop.accepted(units=2)
    part = shop.receive(part, units=1)
    shop.receive(part, Condition.NOT_ACCEPTABLE)
    line = ReceptionLine.objects.get(condition=Condition.NOT_ACCEPTABLE.value)
    receptions.overrule(reception_line_id=line.pk, actor=STAFF, reason="Ours", now=NOW)
    message = mails_about(E.OVERRULED)["goods_overruled_shopper"]
    if is_dearer:
        says(message, "ordered once you have paid $4.00.")
        says_not(message, "need not do anything")
    else:
        says(message, "You need not do anything.")


def test_a_ruling_after_the_offer_ended_with_the_goods_lets_them_choose(shop: Shop) -> None:
    shop.receive(offered(shop), Condition.NOT_ACCEPTABLE)
    line = ReceptionLine.objects.get()
    receptions.overrule(reception_line_id=line.pk, actor=STAFF, reason="Ours", now=NOW)
    message = mails_about(E.OVERRULED)["goods_overruled_shopper"]
    says(message, "is not ordered. Please choose on the page of your return")
    says_not(message, "need not do anything")


OWES = "the store asks you to pay for the goods that it replaces and that do not come back"


def test_who_has_the_replacement_is_warned_of_what_they_keep(shop: Shop) -> None:
    released(shop)
    VendorReturn.objects.update(due_at=LATER)
    deadlines.run(now=LATER - timedelta(days=2))
    says(mails_about(E.EXPIRY_WARNED)["expiry_warned_shopper"], OWES)


def test_who_waits_for_the_replacement_is_not_warned_of_paying(shop: Shop) -> None:
    shop.accepted()
    VendorReturn.objects.update(due_at=LATER)
    deadlines.run(now=LATER - timedelta(days=2))
    says_not(mails_about(E.EXPIRY_WARNED)["expiry_warned_shopper"], OWES)


@pytest.mark.parametrize("is_sent", [True, False])
def test_goods_that_never_came_are_to_be_paid_where_they_were_replaced(
    shop: Shop, is_sent: bool
) -> None:
    part = released(shop) if is_sent else shop.accepted()
    if is_sent:
        shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    receptions.receive(
        vendor_return_id=part.pk,
        actor=acts_for(shop.vendor),
        lines=[receptions.ReceivedLine(part.lines.get().pk, 1, Condition.MISSING)],
        now=NOW,
    )
    message = mails_about(E.RECEIVED)["goods_missing_shopper"]
    (says if is_sent else says_not)(message, OWES)


def test_goods_of_an_exchange_say_what_it_waits_for(shop: Shop) -> None:
    part = shop.accepted(units=2)
    shop.receive(part, units=1)
    message = mails_about(E.RECEIVED)["goods_received_shopper"]
    says(message, "What you get in exchange is sent once everything has arrived.")
    shop.receive(fresh(part))
    message = mails_about(E.RECEIVED)["goods_received_shopper"]
    says(message, "What you get in exchange is made ready and sent to you next.")
    says_not(message, "efund")


def test_goods_of_an_exchange_that_never_came_are_not_called_refunds(shop: Shop) -> None:
    part = shop.accepted(units=2)
    shop.receive(part, units=1)
    receptions.close(vendor_return_id=part.pk, actor=SYSTEM, now=NOW)
    sent = mails_about(E.CLOSED)
    assert "goods_missing_shopper" in sent
    says(sent["goods_missing_shopper"], "count as missing:", "The store decides whether")
    says(sent["return_closed_merchant"], "and they count as accepted")
    for each in sent.values():
        says_not(each, "efund")


def test_the_previews_have_the_facts_that_real_mails_have(shop: Shop) -> None:
    part = released(shop)
    shipments.fulfil(shipment_id=new_shipment(part).pk, actor=acts_for(shop.vendor), now=NOW)
    receptions.close(vendor_return_id=fresh(part).pk, actor=SYSTEM, now=NOW)
    for kind, about in (
        (E.EXCHANGE_ORDERED, mail_facts.About.EXCHANGE),
        (E.EXCHANGE_OWED, mail_facts.About.OWED),
    ):
        subject = selectors.of_event(last(kind).pk)
        assert subject is not None
        assert set(mail_facts.facts(about, subject)) == set(FACTS[about])


@pytest.mark.usefixtures("scriptable")
class TestDifference:
    """What was paid for an order that is cancelled goes back."""

    PAID_BACK = "is paid back to you"

    def ordered(self, shop: Shop, *, is_paid: bool) -> VendorReturn:
        if not is_paid:
            return shop.accepted()
        part = offered(shop)
        buys(part)
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        return fresh(part)

    @pytest.mark.parametrize("is_paid", [True, False])
    def test_it_is_told_with_the_cancellation(self, shop: Shop, is_paid: bool) -> None:
        part = self.ordered(shop, is_paid=is_paid)
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
        message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_shopper"]
        assert (self.PAID_BACK in message.body) is is_paid

    @pytest.mark.parametrize("is_paid", [True, False])
    def test_it_is_told_with_what_it_became_instead(self, shop: Shop, is_paid: bool) -> None:
        part = self.ordered(shop, is_paid=is_paid)
        resolutions.change(
            return_line_id=part.lines.get().pk,
            actor=STAFF,
            resolution=Resolution.REFUND,
            now=NOW,
        )
        message = mails_about(E.RESOLUTION_CHANGED)["resolution_changed_shopper"]
        assert (self.PAID_BACK in message.body) is is_paid

    @pytest.mark.parametrize("is_paid", [True, False])
    def test_it_is_told_with_the_end_of_the_return(self, shop: Shop, is_paid: bool) -> None:
        part = self.ordered(shop, is_paid=is_paid)
        return_requests.cancel(request_id=part.request_id, actor=STAFF, now=NOW)
        message = mails_about(E.CANCELLED)["return_cancelled_shopper"]
        assert (self.PAID_BACK in message.body) is is_paid

    @pytest.mark.usefixtures("authorised")
    def test_what_was_ordered_unpaid_was_not_paid_for(self, shop: Shop) -> None:
        part = self.ordered(shop, is_paid=True)
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
        message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_shopper"]
        says_not(message, self.PAID_BACK)

    def test_a_first_order_that_was_paid_elsewhere_changes_nothing(self, shop: Shop) -> None:
        part = self.ordered(shop, is_paid=True)
        OrderRecord.objects.update(paid_at=None)
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
        message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_shopper"]
        says(message, self.PAID_BACK)

    def test_an_offer_was_not_paid_for(self, shop: Shop) -> None:
        part = offered(shop)
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
        message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_shopper"]
        says_not(message, self.PAID_BACK)


class TestUnasked:
    """Nobody asked for a return, and none is told of it."""

    def sent(self, shop: Shop, price: str = "0") -> VendorReturn:
        record = shop.order(quantity=1)
        order = apps.get_model("order.Order").objects.get(pk=record.order_id)
        units = ExchangedUnits(
            shop.large.pk,
            1,
            unit_price=Decimal(price),
            order_line_id=order_line(order, shop.small).pk,
        )
        return staff_exchanges.create(
            actor=STAFF, record_id=record.pk, lines=[units], now=NOW
        ).vendor_return

    def test_the_end_of_its_replacement_is_its_own(self, shop: Shop) -> None:
        part = self.sent(shop)
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=STAFF, reason="No.", now=NOW)
        assert addressees(E.CANCELLED) == {}
        sent = mails_about(E.EXCHANGE_CANCELLED)
        assert set(sent) == {"exchange_cancelled_vendor", "exchange_cancelled_shopper"}
        says(sent["exchange_cancelled_vendor"], "has ended with it", "nothing for you to do")
        says_not(sent["exchange_cancelled_vendor"], "goods are here", "refund")
        says(sent["exchange_cancelled_shopper"], "will not be sent", "Nothing else is sent or paid")
        says_not(sent["exchange_cancelled_shopper"], "decides what comes next", "paid back to you")

    @pytest.mark.parametrize("is_over", [False, True])
    def test_who_cancels_the_return_ends_the_offer_that_was_told(
        self, shop: Shop, is_over: bool
    ) -> None:
        """Once it is over, the shopper was told that the store decides."""
        part = self.sent(shop, "2.00")
        if is_over:
            exchange = exchange_of(part)
            exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)
        return_requests.cancel(request_id=part.request_id, actor=STAFF, now=NOW)
        assert addressees(E.CANCELLED) == {}
        message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_shopper"]
        if is_over:
            says(message, "was given up")
        else:
            says(message, "not offered any more", "do not pay")
        says_not(message, "Please do not send", "decides what comes next")
        assert notes_on(part)[-1] == f"Return {part.number} was cancelled."

    def test_a_shopper_who_cancels_it_is_told_as_of_any_return(self, shop: Shop) -> None:
        part = self.sent(shop, "2.00")
        by_shopper = shopper_of(part.request.record)
        return_requests.cancel(request_id=part.request_id, actor=by_shopper, now=NOW)
        assert set(mails_about(E.CANCELLED)) == {
            "return_cancelled_merchant",
            "return_cancelled_vendor",
        }
        assert mails_about(E.EXCHANGE_CANCELLED) == {}


def test_a_replacement_that_ends_with_nothing_else_to_come_says_so(shop: Shop) -> None:
    """All that came was refused."""
    shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
    part = shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE)
    by_vendor = acts_for(shop.vendor)
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=by_vendor, reason="No.", now=NOW)
    assert fresh(part).status == "settled"
    message = mails_about(E.EXCHANGE_CANCELLED)["exchange_cancelled_shopper"]
    says(message, "Nothing else is sent or paid for it", "please answer this mail")
    says_not(message, "decides what comes next")
