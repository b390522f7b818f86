"""What a return's page says of its exchange, and what its forms do."""

from typing import Any

import pytest
from django.apps import apps
from django.utils.translation import override

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import (
    Condition,
    ExchangePricing,
    ExchangeRelease,
    ExchangeStatus,
    Resolution,
    ReturnStatus,
)
from saleor_returns_plugin.models import Exchange, ReturnEvent, ReturnPortal, VendorReturn
from saleor_returns_plugin.selectors import quotes
from saleor_returns_plugin.services import (
    exchange_orders,
    exchanges,
    receptions,
    refunds,
    resolutions,
    shipments,
    staff_exchanges,
)
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits
from tests.builders import MERCHANT, NOW, a_vendor, sells
from tests.saleor_rows import a_product, a_variant
from tests.services.exchange_shop import Shop, exchange_of, fresh, new_shipment
from tests.services.test_exchanges import a_shirt_and_a_lamp
from tests.web.browser import Browser

from .conftest import a_member
from .test_denials import SIGN_IN, with_token
from .test_way_through import page_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("exchanges_offered", "writer"),
]

CHANGED = "has changed since you looked at it"


def dearer(shirts: Shop) -> Any:
    """An XL for 2.00 more, which is offered."""
    ReturnPortal.objects.create(checkout_url="https://shop.example/{token}")
    shirts.rules(exchange_pricing=ExchangePricing.SETTLED)
    return a_variant(shirts.small, "XL", price="12.00")


def stock(variant: Any, quantity: int) -> None:
    rows = apps.get_model("warehouse.Stock").objects.filter(product_variant=variant)
    rows.update(quantity=quantity)


def failed(shirts: Shop) -> VendorReturn:
    part = shirts.ask(shirts.order())
    stock(shirts.large, 0)
    return shirts.accept(part)


def field(part: VendorReturn, name: str = "variant") -> str:
    return f"resolution-{part.lines.get().pk}-{name}"


class TestWhatBecomesOfAnItem:
    def test_the_same_again_is_the_variant_that_comes_back(self, shirts, staff):
        part = shirts.accepted()
        staff.get(page_of(part))
        page = staff.fill("/resolution/", {field(part): str(shirts.small.pk)})
        assert "Changed. The shopper is told." in page.text
        assert part.lines.get().exchange_variant_id == shirts.small.pk
        assert dict(page.form("/resolution/").fields)[field(part)] == str(shirts.small.pk)

    def test_after_a_failure_nothing_sold_out_is_asked_for_again(self, shirts, staff):
        part = failed(shirts)
        page = staff.get(page_of(part))
        assert "the same again" in page.text
        staff.fill("/resolution/", {field(part): str(shirts.small.pk)})
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        assert exchange_of(part).lines.get().variant_id == shirts.small.pk

    def test_what_is_wanted_and_deleted_is_not_chosen_for_the_shopper(self, shirts, staff):
        part = shirts.ask(shirts.order())
        shirts.large.delete()
        form = staff.get(page_of(part)).form("/resolution/")
        assert dict(form.fields)[field(part)] == ""
        staff.fill("/resolution/", {field(part, "send_back"): "no"})
        line = part.lines.get()
        assert (line.send_back, line.exchange_name, line.exchange_variant_id) == (
            False,
            "Shirt, L",
            None,
        )

    def test_what_changes_nothing_tells_nobody(self, shirts, staff):
        part = shirts.accepted()
        staff.get(page_of(part))
        before = ReturnEvent.objects.count()
        page = staff.submit("/resolution/")
        assert "nothing changed" in page.text
        assert "The shopper is told" not in page.text
        assert ReturnEvent.objects.count() == before

    def test_what_is_under_way_goes_on_where_nothing_is_exchanged_any_more(
        self, shirts, staff, settings
    ):
        part = shirts.accepted()
        settings.RETURNS_EXCHANGES = False
        form = staff.get(page_of(part)).form("/resolution/")
        assert dict(form.fields)[field(part, "resolution")] == Resolution.EXCHANGE.value
        page = staff.fill("/resolution/", {field(part, "send_back"): "no"})
        assert "Changed. The shopper is told." in page.text
        line = part.lines.get()
        assert (line.resolution, line.send_back) == (Resolution.EXCHANGE.value, False)
        assert exchange_of(part).status == ExchangeStatus.RELEASED.value

    def test_once_something_was_sent_only_the_goods_may_be_left_with_the_shopper(
        self, shirts, staff
    ):
        shirts.rules(exchange_release=ExchangeRelease.ON_ACCEPT)
        part = shirts.accepted()
        shipments.fulfil(shipment_id=new_shipment(part).pk, actor=MERCHANT, now=NOW)
        form = staff.get(page_of(part)).form("/resolution/")
        assert field(part, "resolution") not in dict(form.fields)
        staff.fill("/resolution/", {field(part, "send_back"): "no"})
        assert fresh(part).status == ReturnStatus.SETTLED.value

    def test_the_rest_of_the_money_is_given_where_nothing_comes_after_all(self, shirts, staff):
        shirts.rules(exchange_pricing=ExchangePricing.SETTLED)
        medium = a_variant(shirts.small, "M", price="7.00")
        a_variant(shirts.small, "XS", price="7.00")
        part = shirts.receive(shirts.accept(shirts.ask(shirts.order(1), variant=medium)))
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        exchange = exchange_of(part)
        exchanges.cancel(exchange_id=exchange.pk, actor=MERCHANT, reason="Torn.", now=NOW)
        page = staff.get(page_of(part))
        form = page.form("/resolution/")
        assert "Money back · $7.00" in page.text
        assert "Shirt, XS" in page.text
        assert "Shirt, L" not in page.text, "it costs more than what the difference was paid for"
        assert field(part, "send_back") not in dict(form.fields)
        staff.fill("/resolution/", {field(part, "resolution"): Resolution.REFUND.value})
        rest = refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        assert rest.amount == 7
        assert "/resolution/" not in staff.get(page_of(part)).html

    def test_goods_that_are_kept_are_not_called_back_once_all_else_arrived(self, shirts, staff):
        part = a_shirt_and_a_lamp(shirts)
        shirt, lamp = part.lines.get(resolution="exchange"), part.lines.get(resolution="refund")
        resolutions.change(
            return_line_id=lamp.pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            send_back=False,
            now=NOW,
        )
        assert "Where the goods stay" in staff.get(page_of(part)).text
        receptions.receive(
            vendor_return_id=part.pk,
            actor=MERCHANT,
            lines=[ReceivedLine(shirt.pk, 1, Condition.GOOD)],
            now=NOW,
        )
        assert fresh(part).status == ReturnStatus.RECEIVED.value
        page = staff.get(page_of(part))
        assert f"resolution-{lamp.pk}-resolution" in page.html
        assert "Where the goods stay" not in page.text

    def test_a_difference_and_what_is_left_stand_beside_the_name(self, shirts, staff):
        large = dearer(shirts)
        stock(large, 2)
        part = shirts.ask(shirts.order())
        page = staff.get(page_of(part))
        assert "Shirt, XL · + $2.00 · only 2 left" in page.text

    @pytest.mark.parametrize("is_ordered", [True, False])
    def test_what_the_money_comes_to_is_said_before(self, shirts, staff, is_ordered):
        """10 % of 20.00, which an exchange does not bear; cheaper by 3.00 each, or not."""
        shirts.rules(exchange_pricing=ExchangePricing.SETTLED, restocking_fee_percent=10)
        medium = a_variant(shirts.small, "M", price="7.00")
        part = shirts.ask(shirts.order(), units=2, variant=medium)
        stock(medium, 5 if is_ordered else 0)
        part = shirts.accept(part)
        expected = ExchangeStatus.ORDERED if is_ordered else ExchangeStatus.FAILED
        assert exchange_of(part).status == expected.value
        page = staff.get(page_of(part))
        assert "Money back · $18.00, after fees of $2.00" in page.text
        page = staff.fill("/resolution/", {field(part, "resolution"): Resolution.REFUND.value})
        assert quotes.expected(fresh(part)).refund == 18
        assert "Money back ·" not in page.text

    def test_what_is_not_offered_is_not_guessed(self, shirts, staff):
        part = shirts.ask(shirts.order())
        line = part.lines.get()
        line.resolution, line.exchange_variant, line.exchange_name = "refund", None, ""
        line.save()
        stock(shirts.small, 0)
        staff.get(page_of(part))
        page = staff.fill("/resolution/", {field(part, "resolution"): Resolution.EXCHANGE.value})
        assert page.response.status_code == 422
        assert "Choose one of what is offered." in page.text
        assert part.lines.get().resolution == Resolution.REFUND.value

    @pytest.mark.parametrize("who", ["staff", "vendor"])
    def test_what_the_shopper_is_to_pay_is_said_before_it_is_accepted(self, shirts, staff, who):
        part = shirts.ask(shirts.order(), units=2, variant=dearer(shirts))
        browser = staff if who == "staff" else a_member(shirts.vendor, "oak@example.com")
        page = browser.get(page_of(part))
        assert "the shopper pays $4.00 more, once this return is accepted" in page.text
        assert "Shirt, XL · + $2.00 each" in page.text
        shirts.accept(part)
        assert "once this return is accepted" not in browser.get(page_of(part)).text


def test_staff_alone_see_where_the_shopper_pays(shirts, staff):
    part = shirts.accept(shirts.ask(shirts.order(), variant=dearer(shirts)))
    exchange = exchange_of(part)
    assert exchange.status == ExchangeStatus.AWAITING_PAYMENT.value
    address = f"https://shop.example/{exchange.checkout_token}"
    assert staff.get(page_of(part)).links["The page on which the shopper pays"] == address
    page = a_member(shirts.vendor, "oak@example.com").get(page_of(part))
    assert "Waiting for payment" in page.text
    assert str(exchange.checkout_token) not in page.html
    exchanges.cancel(exchange_id=exchange.pk, actor=MERCHANT, reason="No", now=NOW)
    assert str(exchange.checkout_token) not in staff.get(page_of(part)).html


def test_closing_says_that_what_was_replaced_is_owed(shirts, staff):
    part = shirts.accepted(units=2)
    shirts.receive(part, units=1)
    words = "the shopper then owes the store for them"
    page = staff.get(page_of(part))
    assert page.has_form("/close/")
    assert words not in page.text, "what is held is not sent"
    exchanges.release(exchange_id=exchange_of(part).pk, actor=MERCHANT, now=NOW)
    assert words in staff.get(page_of(part)).text


@pytest.mark.parametrize("who", ["staff", "vendor"])
def test_what_is_owed_and_for_what(shirts, staff, who):
    part = shirts.accepted(units=2)
    exchanges.release(exchange_id=exchange_of(part).pk, actor=MERCHANT, now=NOW)
    browser = staff if who == "staff" else a_member(shirts.vendor, "oak@example.com")
    assert "owes" not in browser.get(page_of(part)).text
    shirts.receive(part, Condition.NOT_ACCEPTABLE, units=1)
    receptions.close(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    page = browser.get(page_of(part))
    assert "The shopper owes $20.00 for what it replaces:" in page.text
    name = part.lines.get().shipment_line.name
    assert f"Never came back: 1 × {name}, $10.00" in page.text
    assert f"Came back and refused: 1 × {name}, $10.00" in page.text


class TestForms:
    FORMS = ("exchange-retry", "exchange-release", "exchange-cancel")

    def values(self, part: VendorReturn, form: str) -> dict[str, str]:
        return {f"{form}-about": str(exchange_of(part).pk), f"{form}-reason": "Because"}

    @pytest.mark.parametrize("form", FORMS)
    def test_they_are_for_store_and_vendor_of_the_return(self, shirts, form):
        part = failed(shirts) if form == "exchange-retry" else shirts.accepted()
        before = list(Exchange.objects.values())
        url = f"{page_of(part)}{form}/"
        browser = Browser()
        browser.get(SIGN_IN)
        page = browser.post(url, {**with_token(browser), **self.values(part, form)})
        assert page.response.redirect_chain[-1][0].startswith(SIGN_IN)
        browser = a_member(a_vendor("Elm"), "elm@example.com")
        page = browser.post(url, {**with_token(browser), **self.values(part, form)})
        assert page.response.status_code == 404
        assert list(Exchange.objects.values()) == before
        browser = a_member(shirts.vendor, "oak@example.com")
        browser.get(page_of(part))
        stock(shirts.large, 5)
        browser.fill(f"/{form}/", self.values(part, form))
        done = {"retry": "ordered", "release": "released", "cancel": "cancelled"}
        assert exchange_of(part).status == done[form.removeprefix("exchange-")]

    @pytest.mark.parametrize("who", ["staff", "vendor"])
    def test_what_saleor_neither_makes_nor_refuses_can_be_cancelled(
        self, shirts, staff, monkeypatch, who
    ):
        with monkeypatch.context() as patch:
            patch.setattr(exchange_orders, "order", lambda **_: None)
            part = shirts.accepted()
        assert exchange_of(part).status == ExchangeStatus.PENDING.value
        browser = staff if who == "staff" else a_member(shirts.vendor, "oak@example.com")
        browser.get(page_of(part))
        page = browser.fill("/exchange-cancel/", {"exchange-cancel-reason": "Stuck"})
        assert "Nothing had been ordered for it." in page.text
        assert exchange_of(part).status == ExchangeStatus.CANCELLED.value

    def test_a_notice_says_of_stock_only_what_had_been_ordered(self, shirts, staff):
        is_free, is_none = "its stock is free again", "Nothing had been ordered for it."
        staff.get(page_of(shirts.accepted()))
        page = staff.fill("/exchange-cancel/", {"exchange-cancel-reason": "Torn"})
        assert is_free in page.text
        offered = shirts.accept(shirts.ask(shirts.order(), variant=dearer(shirts)))
        staff.get(page_of(offered))
        page = staff.fill("/exchange-cancel/", {"exchange-cancel-reason": "Torn"})
        assert is_none in page.text
        assert is_free not in page.text

    def test_an_exchange_of_another_return_is_none(self, shirts, staff):
        part, other = shirts.accepted(), shirts.accepted()
        staff.get(page_of(part))
        token = with_token(staff)
        for form in self.FORMS:
            page = staff.post(f"{page_of(part)}{form}/", {**token, **self.values(other, form)})
            assert page.response.status_code == 404, form
        assert exchange_of(other).status == ExchangeStatus.ORDERED.value

    def test_what_was_paid_meanwhile_is_not_cancelled_as_an_offer(self, shirts, staff):
        part = shirts.accept(shirts.ask(shirts.order(), variant=dearer(shirts)))
        assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
        staff.get(page_of(part))
        stale = exchange_of(part)
        Exchange.objects.update(status="ordered", ordered_at=NOW, order_number="1002")
        page = staff.fill("/exchange-cancel/", {"exchange-cancel-reason": "Too slow"})
        assert page.response.status_code == 409
        assert CHANGED in page.text
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        # What was written stands in the form, which is about the order now.
        fields = dict(page.form("/exchange-cancel/").fields)
        assert fields["exchange-cancel-reason"] == "Too slow"
        assert "What you had written" not in page.text
        staff.submit("/exchange-cancel/")
        assert exchange_of(part).pk == stale.pk
        assert exchange_of(part).status == ExchangeStatus.CANCELLED.value

    def test_what_was_cancelled_or_retried_meanwhile_is_not_touched(self, shirts, staff):
        part = shirts.accepted()
        staff.get(page_of(part))
        exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="No", now=NOW)
        assert CHANGED in staff.submit("/exchange-release/").text
        assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
        part = failed(shirts)
        staff.get(page_of(part))
        stock(shirts.large, 5)
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=MERCHANT)
        assert exchange_of(part).status == ExchangeStatus.ORDERED.value
        assert CHANGED in staff.submit("/exchange-retry/").text


def of_another(shirts: Shop) -> VendorReturn:
    """The vendor's shirt for a lamp of another, and a cap of its own on top."""
    lamp = sells(a_vendor("Elm"), a_product(name="Elm lamp", price="20.00", stock=5))
    cap = sells(shirts.vendor, a_product(name="Cap", price="4.00", stock=5))
    part = shirts.accepted(units=1)
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="No", now=NOW)
    staff_exchanges.create(
        actor=MERCHANT,
        record_id=part.request.record_id,
        lines=[
            ExchangedUnits(return_line_id=part.lines.get().pk, variant_id=lamp.pk, quantity=1),
            ExchangedUnits(variant_id=cap.pk, quantity=1),
        ],
        now=NOW,
    )
    return fresh(part)


def test_a_vendor_reads_only_that_another_sends_something(shirts, staff):
    part = of_another(shirts)
    page = a_member(shirts.vendor, "oak@example.com").get(page_of(part))
    assert "Elm" not in page.html
    assert "1 × Cap" in page.text
    assert "Goods of another vendor" in page.text
    assert "1 × Elm lamp" in staff.get(page_of(part)).text


def test_also_of_an_item_that_both_send_something_for(shirts, staff):
    part = of_another(shirts)
    row = exchange_of(part).lines.get(return_line=None)  # the cap
    exchange_of(part).lines.filter(pk=row.pk).update(
        return_line=part.lines.get(), positions=[[0, 1]]
    )
    page = a_member(shirts.vendor, "oak@example.com").get(page_of(part))
    assert "Elm" not in page.html
    assert "Exchange: goods of another vendor, 1 × Cap" in page.text
    assert "1 × Elm lamp, 1 × Cap" in staff.get(page_of(part)).text


class TestReasons:
    def test_why_it_failed_is_said_in_the_readers_language(self, shirts, staff):
        with override("de"):
            part = failed(shirts)
        assert "There is not enough of Shirt L in stock" in staff.get(page_of(part)).text
        page = Browser(HTTP_ACCEPT_LANGUAGE="de")
        page.client.cookies = staff.client.cookies
        assert "There is not enough" not in page.get(page_of(part)).text
        assert "Shirt L" in page.page.text

    def test_what_was_kept_in_words_alone_stays_readable(self, shirts, staff):
        part = failed(shirts)
        row = ReturnEvent.objects.get(kind="exchange_failed")
        data = {key: value for key, value in row.data.items() if key != "facts"}
        with_words = {"data": data, "message": "Ausverkauft."}
        ReturnEvent.objects.bulk_create(
            [
                ReturnEvent(
                    request=row.request,
                    vendor_return=row.vendor_return,
                    kind=row.kind,
                    actor_kind=row.actor_kind,
                    to_status=row.to_status,
                    **with_words,
                )
            ]
        )
        assert staff.get(page_of(part)).text.count("Ausverkauft.") == 2  # and in the history

    def test_what_the_system_did_is_kept_without_a_language(self, shirts, staff):
        part = shirts.accepted()
        with override("de"):
            host.current.cancel_exchange_order(exchange_of(part).order_id)
            exchanges.cancelled_by_staff(
                Exchange.objects.select_related("vendor_return__request").get(), now=NOW
            )
        assert "Its order was cancelled in Saleor." in staff.get(page_of(part)).text
