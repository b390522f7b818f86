"""What became of an exchange, as its shopper reads it, and what they choose where it failed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.actors import SYSTEM
from saleor_returns_plugin.domain.requested import RequestedLine, Tracking
from saleor_returns_plugin.enums import (
    Action,
    ActorKind,
    Condition,
    ExchangeRelease,
    ExchangeStatus,
    Resolution,
    ReturnStatus,
    Source,
    Task,
    Unavailable,
)
from saleor_returns_plugin.errors import InvalidTransition
from saleor_returns_plugin.models import (
    Exchange,
    ReturnRequest,
    VendorReturn,
    VendorShipment,
)
from saleor_returns_plugin.selectors import deadlines, quotes
from saleor_returns_plugin.selectors import exchanges as exchanges_read
from saleor_returns_plugin.selectors.vendor_returns import allowed_actions
from saleor_returns_plugin.services import (
    branding,
    exchange_orders,
    exchanges,
    lifecycle,
    queue,
    receptions,
    refunds,
    resolutions,
    return_requests,
    shipments,
    split,
    staff_exchanges,
    vendor_returns,
)
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits
from saleor_returns_plugin.web import formats
from tests.builders import (
    MERCHANT,
    NOW,
    a_vendor,
    acts_for,
    an_order,
    receive_all,
    sells,
    shopper_of,
)
from tests.saleor_rows import a_product, a_variant
from tests.services.exchange_shop import Shop, exchange_of, fresh, new_record, new_shipment
from tests.services.test_exchanges import a_shirt_and_a_lamp
from tests.web.browser import Browser, Page

from .test_exchange_choice import EVIL, set_stock, settles
from .test_way_through import signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]

LATER = timezone.now() + timedelta(days=60)


@pytest.fixture(autouse=True)
def gateway(settings):
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()


@pytest.fixture
def shop() -> Shop:
    return Shop()


def url_of(part: VendorReturn) -> str:
    return reverse("returns:portal-status", args=[part.request_id])


def page_of(part: VendorReturn) -> Page:
    return signed_in(part.request.record).get(url_of(part))


def failed(shop: Shop, **values: Any) -> VendorReturn:
    part = shop.ask(shop.order(), **values)
    set_stock(0, shop.large)
    part = shop.accept(part)
    assert exchange_of(part).status == ExchangeStatus.FAILED.value
    return part


def failed_beside_a_lamp(shop: Shop) -> VendorReturn:
    part = a_shirt_and_a_lamp(shop)
    exchange = exchange_of(part)
    exchanges.cancel(exchange_id=exchange.pk, actor=MERCHANT, reason="Torn.", now=NOW)
    set_stock(0, shop.large)
    exchanges.retry(exchange_id=exchange.pk, actor=MERCHANT)
    assert exchange_of(part).status == ExchangeStatus.FAILED.value
    return part


def not_taken_up(shop: Shop, monkeypatch: Any, **values: Any) -> VendorReturn:
    """Its exchange is intended, and no order recorded."""
    part = shop.ask(shop.order(), **values)
    with monkeypatch.context() as patch:
        patch.setattr(split, "split_order", lambda **_: None)
        return shop.accept(part)


def units_by_staff(
    part: VendorReturn | None, record: Any, variants: dict[int, int], price: str = "0"
) -> None:
    """Variant -> units that the store sends for the one line of it."""
    named = {"order_line_id": record.shipments.get().lines.get().order_line_id}
    if part is not None:
        named = {"return_line_id": part.lines.get().pk}
    with host.current.allow_writer():
        staff_exchanges.create(
            actor=MERCHANT,
            record_id=record.pk,
            lines=[
                ExchangedUnits(key, units, unit_price=Decimal(price), **named)
                for key, units in variants.items()
            ],
            now=NOW,
        )


class TestByStaff:
    def test_all_that_the_store_sends_unasked_is_shown_so(self, shop):
        record = shop.order(quantity=3)
        units_by_staff(None, record, {shop.large.pk: 2, shop.small.pk: 1})
        page = page_of(VendorReturn.objects.get())
        small = exchange_of(VendorReturn.objects.get()).lines.get(quantity=1).name
        assert f"Chosen for you by the store instead: 2 × Shirt, L, 1 × {small}" in page.text
        assert f"Order {record.number}, arranged by the store on" in page.text
        for words in ("requested on", "Asked for", "You asked for"):
            assert words not in page.text

    def test_what_nobody_asked_for_ends_without_a_word_of_goods(self, shop):
        units_by_staff(None, shop.order(), {shop.large.pk: 1})
        part = VendorReturn.objects.get()
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="No.", now=NOW)
        page = page_of(part)
        assert "It was cancelled: nothing is sent to you." in page.text
        for words in ("We checked what arrived", "decides what comes next", "with this return"):
            assert words not in page.text

    @pytest.mark.parametrize(
        ("why", "words"),
        [
            (Unavailable.OFFER_ENDED, "It was not paid for in time. The store decides"),
            (Unavailable.NO_ADDRESS, "It could not be ordered. The store decides"),
        ],
    )
    def test_what_nobody_asked_for_says_why_it_is_not_ordered(self, shop, why, words):
        settles(shop)
        units_by_staff(None, shop.order(), {shop.large.pk: 1}, price="2.00")
        part = VendorReturn.objects.get()
        exchange = exchange_of(part)
        with host.current.allow_writer():
            exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)
        Exchange.objects.update(failure_code=why.value)
        page = page_of(part)
        assert "Your exchange Not ordered" in page.text
        assert words in page.text

    def test_what_was_asked_for_stays_so(self, shop):
        record = shop.order()
        part = shop.accept(shop.back(record))
        assert "Chosen for you" not in page_of(part).text
        units_by_staff(part, record, {shop.large.pk: 2})
        page = page_of(part)
        assert "Chosen for you by the store instead: 2 × Shirt, L" in page.text
        assert f"Order {record.number}, requested on" in page.text

    def test_what_has_a_price_becomes_money_or_is_left_to_the_store(self, shop):
        settles(shop)
        record = shop.order(quantity=1)
        part = shop.accept(shop.back(record))
        line = part.lines.get()
        with host.current.allow_writer():
            staff_exchanges.create(
                actor=MERCHANT,
                record_id=record.pk,
                lines=[
                    ExchangedUnits(shop.large.pk, 1, unit_price=Decimal(2), return_line_id=line.pk)
                ],
                now=NOW,
            )
            exchange = exchange_of(part)
            exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)
        url = reverse("returns:portal-instead", args=[part.request_id, line.pk])
        browser = signed_in(record)
        for page in (browser.get(url_of(part)), browser.get(url)):
            assert "The store chose 1 × Shirt, L for you." in page.text
            assert "not available" not in page.text
            assert f'value="{Resolution.REFUND.value}"' in page.html
            assert f'value="{shop.small.pk}"' not in page.html
        given = {**dict(page.form(url).fields), f"instead-{line.pk}": str(shop.small.pk)}
        page = browser.post(url, given)
        assert "The store's staff chose what is sent" in page.text
        assert exchange_of(part) == exchange

    def test_of_two_that_failed_each_is_the_shoppers_to_choose_for(self, shop):
        mug = sells(shop.vendor, a_product(name="Mug", price="4.00", stock=5))
        record = an_order([(shop.small, 1, "10.00"), (mug, 1, "4.00")])
        sold = {line.variant_id: line for line in record.shipments.get().lines.all()}
        request = return_requests.create(
            actor=shopper_of(record),
            record_id=record.pk,
            lines=[RequestedLine(line.pk, 1) for line in sold.values()],
            source=Source.PORTAL,
            now=NOW,
        )
        part = shop.accept(request.vendor_returns.get())
        own = {line.shipment_line_id: line for line in part.lines.all()}
        shirt, cup = own[sold[shop.small.pk].pk], own[sold[mug.pk].pk]
        with pytest.MonkeyPatch.context() as patch, host.current.allow_writer():
            patch.setattr(queue, "on_commit", lambda *_: None)
            exchange = staff_exchanges.create(
                actor=MERCHANT,
                record_id=record.pk,
                lines=[
                    ExchangedUnits(shop.large.pk, 1, return_line_id=shirt.pk),
                    ExchangedUnits(shop.small.pk, 1, return_line_id=cup.pk),
                ],
                now=NOW,
            )
        set_stock(0, shop.large)
        exchange_orders.order(exchange_id=exchange.pk, now=NOW)
        browser = signed_in(record)
        page = browser.get(url_of(part))
        assert "1 × Shirt, L 1 × Shirt" in page.text
        browser.fill(f"/{shirt.pk}/instead/", {f"instead-{shirt.pk}": "refund"})
        # Nothing of it is ordered again but what is wanted still.
        assert exchange_of(part) == exchange
        assert Action.EXCHANGE not in allowed_actions(fresh(part), acts_for(shop.vendor))
        with pytest.raises(InvalidTransition):
            exchanges.retry(exchange_id=exchange.pk, actor=MERCHANT)
        waiting = deadlines.with_tasks(VendorReturn.objects.all())
        assert waiting.filter(deadlines.doing(Task.CHOOSE_AGAIN)).get() == part
        page = browser.get(url_of(part))
        assert "1 × Shirt, L" not in page.text
        assert not page.has_form(f"/{shirt.pk}/instead/")
        browser.fill(f"/{cup.pk}/instead/", {f"instead-{cup.pk}": "refund"})
        assert {line.resolution for line in part.lines.all()} == {Resolution.REFUND.value}
        assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
        part = receive_all(fresh(part), MERCHANT)
        refund = refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        assert (refund.amount, fresh(part).status) == (14, ReturnStatus.SETTLED.value)


class TestStates:
    def test_before_it_is_accepted(self, shop):
        page = page_of(shop.ask(shop.order()))
        assert "Asked for instead: 1 × Shirt, L" in page.text
        assert "Your exchange" not in page.text
        assert "get back" not in page.text

    def test_being_ordered(self, shop, monkeypatch):
        page = page_of(not_taken_up(shop, monkeypatch))
        assert "Your exchange Being ordered" in page.text
        assert "is being ordered." in page.text

    def test_to_be_paid(self, shop):
        settles(shop)
        part = shop.accepted(variant=a_variant(shop.small, "XL", price="12.00"))
        exchange = exchange_of(part)
        assert exchange.status == ExchangeStatus.AWAITING_PAYMENT.value
        page = page_of(part)
        assert "Your exchange Waiting for payment 1 × Shirt, XL" in page.text
        until = formats.moment(exchange.expires_at)
        assert f"Please pay $2.00 by {until}; after that the offer ends" in page.text
        assert str(exchange.checkout_token) in page.links["Pay $2.00"]
        assert page.links["Pay $2.00"].startswith("https://pay.example/")
        assert "order number" not in page.text

    def test_to_be_paid_where_the_page_to_pay_on_is_gone(self, shop):
        settles(shop)
        part = shop.accepted(variant=a_variant(shop.small, "XL", price="12.00"))
        branding.update(actor=MERCHANT, channel=None, values={"checkout_url": ""})
        page = page_of(part)
        assert "Please pay $2.00 by" in page.text
        assert "Pay $2.00" not in page.links

    def test_not_paid_in_time(self, shop):
        settles(shop)
        part = shop.accepted(variant=a_variant(shop.small, "XL", price="12.00"))
        later = exchange_of(part).expires_at + timedelta(minutes=1)
        exchange_orders.sweep(now=later)
        page = page_of(part)
        assert "It was not paid for in time. Please choose what you would like" in page.text
        assert page.has_form("/instead/")

    @pytest.mark.parametrize(
        ("rule", "words"),
        [
            (ExchangeRelease.ON_RECEPTION, "sent once your return has arrived."),
            (ExchangeRelease.ON_TRACKING, "sent once you have sent the goods back and told us"),
        ],
    )
    def test_reserved_until_the_policy_lets_it_go(self, shop, rule, words):
        shop.rules(exchange_release=rule)
        part = shop.accepted()
        page = page_of(part)
        assert "Your exchange Reserved" in page.text
        assert words in page.text
        assert new_record(part).number in page.text

    def test_it_goes_out_is_sent_and_arrives(self, shop):
        part = shop.receive(shop.accepted())
        assert part.status == ReturnStatus.SETTLED.value
        page = page_of(part)
        assert "Your exchange To be sent 1 × Shirt, L" in page.text
        assert f"Its order number is <strong>{new_record(part).number}</strong>." in page.html
        assert "paid back" not in page.text
        assert "refund" not in page.text.lower()
        shipments.fulfil(
            shipment_id=new_shipment(part).pk,
            actor=acts_for(shop.vendor),
            tracking=Tracking("UPS", "1Z9", "https://ups.example/1Z9"),
            now=NOW,
        )
        page = page_of(part)
        assert "Your exchange Shipped" in page.text
        assert "It is on its way to you." in page.text
        assert page.links["1Z9"] == "https://ups.example/1Z9"
        shipments.mark_delivered(
            shipment_id=new_shipment(part).pk,
            actor=acts_for(shop.vendor),
            delivered_at=timezone.now(),
            now=timezone.now(),
        )
        assert "It was delivered to you." in page_of(part).text

    def test_partly_sent(self, shop):
        part = shop.accepted(units=2)
        part = shop.receive(part)
        shipment = new_shipment(part)
        shipments.fulfil(
            shipment_id=shipment.pk,
            actor=acts_for(shop.vendor),
            units=[shipments.ShippedUnits(shipment.lines.get().pk, 1)],
            now=NOW,
        )
        words = "Some of it is on its way to you; the rest follows."
        assert words in page_of(part).text
        moment = timezone.now()
        shipments.mark_delivered(
            shipment_id=shipment.pk, actor=MERCHANT, delivered_at=moment, now=moment
        )
        assert words in page_of(part).text

    def test_sent_by_two_vendors(self, shop):
        part = shop.accepted(units=2)
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="-", now=NOW)
        mug = sells(a_vendor("Clay Works"), a_product(name="Mug"))
        units_by_staff(part, part.request.record, {shop.large.pk: 1, mug.pk: 1})
        part = shop.receive(part)
        first, second = VendorShipment.objects.filter(
            record__order_id=exchange_of(part).order_id
        ).order_by("number")

        def sends(shipment):
            shipments.fulfil(shipment_id=shipment.pk, actor=MERCHANT, now=NOW)

        def delivers(shipment):
            moment = timezone.now()
            shipments.mark_delivered(
                shipment_id=shipment.pk, actor=MERCHANT, delivered_at=moment, now=moment
            )

        sends(first)
        page = page_of(part)
        assert "Your exchange Partly shipped" in page.text
        assert "Some of it is on its way to you; the rest follows." in page.text
        delivers(first)
        assert "It was delivered to you." not in page_of(part).text
        sends(second)
        page = page_of(part)
        assert "Your exchange Shipped" in page.text
        assert "It is on its way to you." in page.text
        delivers(second)
        assert "It was delivered to you." in page_of(part).text

    @pytest.mark.skipif(not host.IS_V3, reason="2.10 has no approval")
    @pytest.mark.parametrize("vendors", [1, 2])
    def test_parcels_that_wait_for_approval_are_not_followed(self, shop, vendors):
        part = shop.accepted(units=2)
        if vendors == 2:
            exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="-", now=NOW)
            mug = sells(a_vendor("Clay Works"), a_product(name="Mug"))
            units_by_staff(part, part.request.record, {shop.large.pk: 1, mug.pk: 1})
        part = shop.receive(part)
        order = new_record(part).order
        first, last = [*new_record(part).shipments.order_by("number")] * (3 - vendors)
        for shipment, number in ((first, "1Z-LEFT"), (last, "2Z-WAITS")):
            shipments.fulfil(
                shipment_id=shipment.pk,
                actor=MERCHANT,
                now=NOW,
                units=[shipments.ShippedUnits(shipment.lines.get().pk, 1)],
                tracking=Tracking("UPS", number, None),
            )
        for status, is_followed in (("waiting_for_approval", False), ("fulfilled", True)):
            order.fulfillments.filter(tracking_number="2Z-WAITS").update(status=status)
            split.split_order(order_id=order.pk, now=timezone.now())
            page = page_of(part)
            assert ("Some of it is on its way to you" in page.text) is not is_followed
            assert "UPS 1Z-LEFT" in page.text
            assert ("UPS 2Z-WAITS" in page.text) is is_followed

    def test_goods_that_are_not_acceptable(self, shop):
        page = page_of(shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE))
        assert "We checked what arrived. The store decides on your exchange." in page.text
        assert "Not accepted for the exchange." in page.text
        assert "The store decides whether it is sent" in page.text
        assert "paid back" not in page.text

    def test_cancelled_by_the_store(self, shop):
        part = shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE)
        exchange = exchange_of(part)
        exchanges.cancel(exchange_id=exchange.pk, actor=MERCHANT, reason="It is torn.", now=NOW)
        page = page_of(part)
        assert "Your exchange Cancelled" in page.text
        # All was refused, so nothing is left to be decided.
        assert part.request.vendor_returns.get().status == ReturnStatus.SETTLED.value
        assert "this return is over: nothing is sent or paid for it. Write to us" in page.text
        assert "decides what comes next" not in page.text
        assert "order number" not in page.text

    def test_cancelled_when_good_goods_are_here(self, shop):
        settles(shop)
        part = shop.accepted(variant=a_variant(shop.small, "XL", price="12.00"))
        part = shop.receive(part)
        exchange = exchange_of(part)
        exchanges.cancel(exchange_id=exchange.pk, actor=MERCHANT, reason="Sold.", now=NOW)
        assert fresh(part).status == ReturnStatus.RECEIVED.value
        page = page_of(part)
        assert "The store decides what comes next." in page.text
        assert "The exchange was cancelled, so nothing is sent to you." in page.text
        assert "Your exchange comes" not in page.text

    def test_a_late_parcel_of_a_return_that_ended(self, shop):
        part = shop.accepted()
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        part = shop.receive(fresh(part))
        assert part.status == ReturnStatus.RECEIVED.value
        page = page_of(part)
        assert "We checked what arrived. The store decides what comes next." in page.text
        assert "Your exchange comes" not in page.text

    def test_cancelled_for_the_money(self, shop):
        part = shop.accepted()
        resolutions.change(
            return_line_id=part.lines.get().pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            now=NOW,
        )
        page = page_of(part)
        assert "you get your money back instead." in page.text
        assert "You get back $10.00" in page.text
        assert "Asked for instead" not in page.text

    def test_for_goods_that_were_refused_no_money_is_promised(self, shop):
        part = shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE)
        resolutions.change(
            return_line_id=part.lines.get().pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            now=NOW,
        )
        assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
        assert fresh(part).status == ReturnStatus.SETTLED.value
        page = page_of(part)
        assert "none of the goods for it was accepted: nothing is sent or paid for it" in page.text
        assert "money back" not in page.text

    def test_what_is_cancelled_already_is_not_cancelled_with_the_return(self, shop):
        part = shop.accepted()
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="No.", now=NOW)
        url = reverse("returns:portal-cancel", args=[part.request_id])
        page = signed_in(part.request.record).get(url)
        assert page.has_form("/cancel/")
        assert "What you were to get in exchange" not in page.text

    def test_ended_with_the_return(self, shop):
        part = shop.accepted()
        browser = signed_in(part.request.record)
        page = browser.get(reverse("returns:portal-cancel", args=[part.request_id]))
        assert "What you were to get in exchange is cancelled, too." in page.text
        page = browser.submit("/cancel/")
        assert "The exchange ended with this return: nothing is sent to you." in page.text

    def test_what_is_not_sent_back_is_to_be_paid(self, shop):
        VendorReturn.objects.filter(pk=shop.accepted().pk).update(due_at=LATER)
        page = page_of(VendorReturn.objects.get())
        assert "After that this return ends." in page.text
        assert "the store asks you to pay" not in page.text

    @pytest.mark.parametrize("units", [0, 1])
    def test_what_is_replaced_and_not_sent_back_is_to_be_paid(self, shop, units):
        shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
        part = shop.accepted(units=2)
        if units:
            part = shop.receive(part, units=units)
        VendorReturn.objects.filter(pk=part.pk).update(due_at=LATER)
        page = page_of(part)
        assert "Once what you get in exchange is sent, the store asks you to pay" in page.text
        assert "After that this return ends." not in page.text

    def test_what_never_came_back_is_owed(self, shop):
        shop.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
        part = shop.accepted(units=2)
        assert "did not come back" not in page_of(part).text
        part = shop.receive(part, units=1)
        assert "did not come back" not in page_of(part).text
        receptions.close(vendor_return_id=part.pk, actor=acts_for(shop.vendor), now=NOW)
        page = page_of(part)
        assert (
            "What this replaces did not come back. The store may ask you to pay $10.00" in page.text
        )
        assert "Did not arrive. Write to us if you sent it." in page.text

    def test_what_is_cheaper_is_paid_back_beside_it(self, shop):
        settles(shop)
        cheap = a_variant(shop.small, "XS", price="7.00")
        part = shop.receive(shop.accepted(variant=cheap))
        page = page_of(part)
        assert "Everything is here. The refund comes next" in page.text
        assert "To be paid back now" in page.text
        assert "You get back $3.00" in page.text
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        assert "Paid back the way you paid." in page_of(part).text

    def test_one_exchanged_one_paid_back(self, shop):
        """Two vendors: each part says its own."""
        mug = sells(a_vendor("Clay Works"), a_product(name="Mug"))
        record = an_order([(shop.small, 1, "10.00"), (mug, 1, "3.00")])
        request = a_mixed_request(record, shop)
        for part in request.vendor_returns.all():
            return_requests.approve(
                request_id=request.pk, actor=MERCHANT, now=NOW, vendor_return_ids=[part.pk]
            )
            vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
            receive_all(fresh(part), MERCHANT)
        page = page_of(request.vendor_returns.first())
        assert page.text.count("Your exchange") == 1
        assert "Everything is here. The refund comes next" in page.text
        assert page.text.count("You get back") == 1
        assert "All parts together: $3.00" in page.text

    def test_once_its_money_is_paid_the_rest_of_a_part_is_not_promised_it(self, shop):
        """The money of a mug, and a shirt that was sold out."""
        mug = sells(shop.vendor, a_product(name="Mug", price="3.00"))
        part = shop.accept(
            one_of_each(an_order([(shop.small, 1, "10.00"), (mug, 1, "3.00")]), shop)
        )
        receive_all(part, MERCHANT)
        assert "Everything is here. The refund comes next" in page_of(part).text
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        page = page_of(part)
        assert "The refund comes next" not in page.text
        assert "Everything is here. Please choose below what you would like instead." in page.text

    def test_nor_where_it_waits_for_a_payment(self, shop):
        settles(shop)
        mug = sells(shop.vendor, a_product(name="Mug", price="3.00"))
        shop.large = a_variant(shop.small, "XL", price="12.00")
        record = an_order([(shop.small, 1, "10.00"), (mug, 1, "3.00")])
        part = shop.accept(one_of_each(record, shop, is_sold_out=False))
        receive_all(part, MERCHANT)
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        page = page_of(part)
        assert "The refund comes next" not in page.text
        assert "Everything is here. Your exchange comes once you have paid for it." in page.text

    def test_a_difference_is_promised_only_while_its_exchange_stands(self, shop):
        settles(shop)
        shop.large = a_variant(shop.small, "XS", price="7.00")
        part = shop.receive(failed(shop, variant=shop.large))
        page = page_of(part)
        assert "Everything is here. Please choose below what you would like instead." in page.text
        assert "To be paid back now" not in page.text
        assert "The refund comes next" not in page.text


def test_goods_that_nothing_is_ordered_for_are_not_asked_for_in_silence(shop):
    part = shop.accepted()
    assert "nothing is ordered" not in page_of(part).text
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="Torn", now=NOW)
    page = page_of(part)
    assert "Please send the goods back" in page.text
    assert "At present nothing is ordered in exchange: the store decides what comes next." in (
        page.text
    )


class TestNoneAccepted:
    def test_nothing_is_to_be_chosen(self, shop):
        part = failed(shop)
        assert page_of(part).has_form("/instead/")
        part = shop.receive(part, Condition.NOT_ACCEPTABLE)
        page = page_of(part)
        assert "We checked what arrived. The store decides what comes next." in page.text
        assert "It is not ordered. The store decides what comes next." in page.text
        assert "hoose" not in page.text
        assert not page.has_form("/instead/")
        url = reverse("returns:portal-instead", args=[part.request_id, part.lines.get().pk])
        assert not signed_in(part.request.record).get(url).has_form("/instead/")

    def test_nothing_is_to_be_paid(self, shop, monkeypatch):
        """Also while its offer is about to end."""
        settles(shop)
        part = shop.accepted(variant=a_variant(shop.small, "XL", price="12.00"))
        assert "Please pay $2.00" in page_of(part).text
        with monkeypatch.context() as patch:
            patch.setattr(exchange_orders, "end", lambda **_: None)
            part = shop.receive(part, Condition.NOT_ACCEPTABLE)
        assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
        page = page_of(part)
        assert "We checked what arrived. The store decides what comes next." in page.text
        assert "It is not ordered. The store decides what comes next." in page.text
        assert "Please pay" not in page.text
        assert "shop.example" not in page.text

    def test_accepted_after_all_they_are_to_be_chosen_for_and_nobody_is_to_blame(self, shop):
        settles(shop)
        part = shop.accepted(variant=a_variant(shop.small, "XL", price="12.00"))
        part = shop.receive(part, Condition.NOT_ACCEPTABLE)
        row = part.receptions.get().lines.get()
        receptions.overrule(reception_line_id=row.pk, actor=MERCHANT, reason="Ours", now=NOW)
        page = page_of(part)
        assert page.has_form("/instead/")
        assert "It could not be ordered. Please choose what you would like instead." in page.text
        assert "in time" not in page.text


def one_of_each(record: Any, shop: Shop, *, is_sold_out: bool = True) -> VendorReturn:
    """The one shirt for another one, of the other item the money; of one vendor."""
    lines = []
    for sold in record.shipments.get().lines.all():
        line = RequestedLine(shipment_line_id=sold.pk, quantity=1)
        if sold.product_name == "Shirt":
            line = replace(line, resolution=Resolution.EXCHANGE, exchange_variant_id=shop.large.pk)
        lines.append(line)
    request = return_requests.create(
        actor=shopper_of(record),
        record_id=record.pk,
        lines=lines,
        source=Source.PORTAL,
        now=NOW,
    )
    if is_sold_out:
        set_stock(0, shop.large)
    return request.vendor_returns.get()


def a_mixed_request(record: Any, shop: Shop) -> ReturnRequest:
    lines = []
    for shipment in record.shipments.all():
        sold = shipment.lines.get()
        is_shirt = sold.product_name == "Shirt"
        lines.append(
            RequestedLine(
                shipment_line_id=sold.pk,
                quantity=1,
                resolution=Resolution.EXCHANGE if is_shirt else Resolution.REFUND,
                exchange_variant_id=shop.large.pk if is_shirt else None,
            )
        )
    return return_requests.create(
        actor=shopper_of(record),
        record_id=record.pk,
        lines=lines,
        source=Source.PORTAL,
        now=NOW,
    )


class TestChoosingAnew:
    def test_another_variant(self, shop):
        medium = a_variant(shop.small, "M")
        part = failed(shop)
        browser = signed_in(part.request.record)
        page = browser.get(url_of(part))
        assert "Your exchange Not ordered" in page.text
        assert "It could not be ordered. Please choose what you would like instead." in page.text
        assert "Shirt, L is not available any more." in page.text
        name = f"instead-{part.lines.get().pk}"
        page = browser.fill("/instead/", {name: str(medium.pk)})
        assert "Thank you. Your choice is saved." in page.text
        assert "Your exchange Reserved 1 × Shirt, M" in page.text
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value

    def test_what_was_wanted_is_deleted(self, shop):
        part = shop.ask(shop.order())
        shop.large.delete()
        page = page_of(shop.accept(part))
        assert "Shirt, L is not available any more." in page.text
        assert "Shirt · the same again" in page.text

    def test_the_same_once_it_is_back_in_stock(self, shop):
        part = failed(shop)
        set_stock(1, shop.large)
        browser = signed_in(part.request.record)
        page = browser.get(url_of(part))
        assert "is not available any more" not in page.text
        name = f"instead-{part.lines.get().pk}"
        page = browser.fill("/instead/", {name: str(shop.large.pk)})
        assert "Your exchange Reserved 1 × Shirt, L" in page.text
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value

    def test_the_money_back(self, shop):
        part = failed(shop)
        browser = signed_in(part.request.record)
        browser.get(url_of(part))
        page = browser.fill("/instead/", {f"instead-{part.lines.get().pk}": "refund"})
        assert "The exchange was cancelled: you get your money back instead." in page.text
        assert "You get back $10.00" in page.text
        assert part.lines.get().resolution == Resolution.REFUND.value
        assert not page.has_form("/instead/")

    def test_what_the_money_comes_to_is_said_before(self, shop):
        """10 % of 10.00, which an exchange does not bear."""
        shop.rules(restocking_fee_percent=10)
        part = failed(shop)
        browser = signed_in(part.request.record)
        page = browser.get(url_of(part))
        assert "Money back · $9.00, after fees of $1.00" in page.text
        page = browser.fill("/instead/", {f"instead-{part.lines.get().pk}": "refund"})
        assert "You get back $9.00" in page.text

    def test_so_it_is_beside_another_item_that_is_paid_back(self, shop):
        part = failed_beside_a_lamp(shop)
        assert "Money back · $10.00" in page_of(part).text
        assert quotes.expected(part).refund == 7

    def test_when_only_some_of_the_goods_were_accepted(self, shop):
        part = shop.receive(failed(shop, units=2), units=1)
        part = shop.receive(part, Condition.NOT_ACCEPTABLE)
        page = page_of(part)
        assert "We checked what arrived. Please choose below what you would like" in page.text
        assert "Everything is here" not in page.text
        assert page.has_form("/instead/")

    def test_when_the_goods_are_here_already(self, shop):
        part = shop.receive(failed(shop))
        page = page_of(part)
        assert "Everything is here. Please choose below what you would like instead." in page.text
        assert page.has_form("/instead/")

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("", "Choose what you would like instead."),
            ("0", "This is not available any more."),
            (EVIL, "This is not available any more."),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(self, shop, typed, words):
        part = failed(shop)
        browser = signed_in(part.request.record)
        browser.get(url_of(part))
        name = f"instead-{part.lines.get().pk}"
        page = browser.fill("/instead/", {name: typed})
        assert page.response.status_code == 422
        assert f'id="{name}-problem"' in page.html
        assert words in page.text
        assert "<script" not in page.html
        assert exchange_of(part).status == ExchangeStatus.FAILED.value

    def test_what_sells_out_meanwhile_is_not_taken(self, shop):
        medium = a_variant(shop.small, "M", stock=1)
        part = failed(shop)
        browser = signed_in(part.request.record)
        browser.get(url_of(part))
        set_stock(0, medium)
        name = f"instead-{part.lines.get().pk}"
        page = browser.fill("/instead/", {name: str(medium.pk)})
        assert page.response.status_code == 422
        assert "Shirt, M" not in page.text
        assert exchange_of(part).status == ExchangeStatus.FAILED.value

    def test_less_than_is_needed_is_not_offered(self, shop):
        a_variant(shop.small, "M", stock=1)
        part = failed(shop, units=2)
        assert "Shirt, M" not in page_of(part).text

    def test_where_nothing_is_exchanged_any_more_only_the_money_is(self, shop, settings):
        medium = a_variant(shop.small, "M")
        part = failed(shop)
        settings.RETURNS_EXCHANGES = False
        browser = signed_in(part.request.record)
        page = browser.get(url_of(part))
        assert "You asked for Shirt, L." in page.text
        assert "Shirt, M" not in page.text
        name = f"instead-{part.lines.get().pk}"
        page = browser.fill("/instead/", {name: str(medium.pk)})
        assert "This is not offered." in page.text
        assert "Shirt, M" not in page.text
        browser.fill("/instead/", {name: "refund"})
        assert part.lines.get().resolution == Resolution.REFUND.value

    def test_a_page_that_is_overtaken_decides_nothing(self, shop):
        part = failed(shop)
        browser = signed_in(part.request.record)
        page = browser.get(url_of(part))
        name = f"instead-{part.lines.get().pk}"
        set_stock(1, shop.large)
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=MERCHANT)
        browser.page = page
        page = browser.fill("/instead/", {name: "refund"})
        assert page.response.status_code == 409
        assert "has changed since you looked at it" in page.text
        assert "There is nothing to choose for this item now." in page.text
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        assert part.lines.get().resolution == Resolution.EXCHANGE.value

    def test_nor_does_one_that_showed_another_failure(self, shop):
        medium = a_variant(shop.small, "M")
        part = failed(shop)
        line = part.lines.get()
        browser = signed_in(part.request.record)
        page = browser.get(url_of(part))
        # Another tab chose M, which sold out before it was ordered.
        Exchange.objects.filter(vendor_return=part).update(
            status=ExchangeStatus.CANCELLED.value, withdrawn_at=NOW
        )
        own = part.lines.select_related("shipment_line")
        exchange = exchanges.begin(fresh(part), own, actor=SYSTEM)
        lifecycle.move_exchange(
            exchange,
            ExchangeStatus.FAILED,
            actor=SYSTEM,
            role=ActorKind.SYSTEM,
            message="Sold out.",
            code="out_of_stock",
        )
        browser.page = page
        page = browser.fill("/instead/", {f"instead-{line.pk}": str(medium.pk)})
        assert page.response.status_code == 409
        assert dict(page.form("/instead/").fields)["seen"] == str(exchange.pk)
        assert part.lines.get().exchange_variant_id == shop.large.pk
        browser.fill("/instead/", {f"instead-{line.pk}": str(medium.pk)})
        assert part.lines.get().exchange_variant_id == medium.pk

    def test_what_did_not_fail_is_not_for_the_shopper_to_change(self, shop):
        part = shop.accepted()
        line = part.lines.get()
        browser = signed_in(part.request.record)
        url = reverse("returns:portal-instead", args=[part.request_id, line.pk])
        page = browser.get(url)
        assert "There is nothing to choose for this item now." in page.text
        token = dict(page.forms[0].fields)["csrfmiddlewaretoken"]
        values = {f"instead-{line.pk}": "refund", "csrfmiddlewaretoken": token}
        page = browser.post(url, values)
        assert page.response.status_code == 403
        assert part.lines.get().resolution == Resolution.EXCHANGE.value
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value

    def test_strangers_and_forged_forms_change_nothing(self, shop):
        part = failed(shop)
        line = part.lines.get()
        url = reverse("returns:portal-instead", args=[part.request_id, line.pk])
        other = an_order([(a_product(name="Mug"), 1, "3.00")], email="bob@example.com")
        stranger = signed_in(other)
        assert stranger.get(url).response.status_code == 404
        stranger.get(reverse("returns:portal-order"))
        token = dict(stranger.page.forms[0].fields)["csrfmiddlewaretoken"]
        values = {f"instead-{line.pk}": "refund", "csrfmiddlewaretoken": token}
        assert stranger.post(url, values).response.status_code == 404
        assert Browser().get(url).response.redirect_chain
        owner = signed_in(part.request.record)
        page = owner.post(url, {f"instead-{line.pk}": "refund"})
        assert page.response.status_code == 403
        assert part.lines.get().resolution == Resolution.EXCHANGE.value
        assert exchange_of(part).status == ExchangeStatus.FAILED.value


def test_the_host_is_only_asked_where_there_is_something_to_choose(shop, monkeypatch):
    part = shop.accepted()
    monkeypatch.setattr(exchanges_read, "options_of", lambda *_: pytest.fail("asked"))
    assert "Your exchange" in page_of(part).text


def test_what_staff_sell_for_refused_goods_waits_for_its_payment(shop):
    settles(shop)
    part = shop.receive(failed(shop), Condition.NOT_ACCEPTABLE)
    units = ExchangedUnits(shop.large.pk, 1, part.lines.get().pk, unit_price=Decimal(5))
    set_stock(9, shop.large)
    staff_exchanges.create(actor=MERCHANT, record_id=part.request.record_id, lines=[units], now=NOW)
    page = page_of(part)
    assert "We checked what arrived. Your exchange comes once it is paid." in page.text
    assert "It is ordered once you have paid what it costs more." in page.text
    assert "Everything is here" not in page.text


@pytest.mark.parametrize(("difference", "is_paid"), [(0, True), (2, True), (2, False)])
def test_who_cancels_reads_that_what_was_paid_on_top_goes_back(shop, difference, is_paid):
    part = shop.accepted()
    Exchange.objects.update(difference=difference)
    if not is_paid:
        order_of = apps.get_model("order.Order").objects.filter(pk=exchange_of(part).order_id)
        order_of.update(total_net_amount=2, total_gross_amount=2)
    page = signed_in(part.request.record).get(
        reverse("returns:portal-cancel", args=[part.request_id])
    )
    assert "What you were to get in exchange is cancelled, too." in page.text
    is_told = bool(difference) and is_paid
    assert ("What you paid for it on top is paid back to you." in page.text) is is_told
