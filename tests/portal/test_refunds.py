"""How the money comes, as the shopper reads it."""

import pytest
from django.urls import reverse

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import Move, RefundMethod
from saleor_returns_plugin.models import Refund
from saleor_returns_plugin.services import refunds
from tests.builders import MERCHANT, NOW, a_return
from tests.saleor_rows.gateway import PATH, RecordedGateway

from .test_way_through import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def gateway(settings) -> None:
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()


def text_after(**values) -> str:
    part = a_return(Move.RECEIVE_ALL)
    refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW, **values)
    page = signed_in(part.request.record).get(
        reverse("returns:portal-status", args=[part.request_id])
    )
    return page.text


def test_by_hand_says_so_with_the_reference_to_look_for():
    text = text_after(method=RefundMethod.MANUAL, reference="SEPA 4711")
    assert "The store pays it back itself" in text
    assert "By hand (reference SEPA 4711): $10.00" in text


def test_the_way_it_was_paid_needs_no_more_words():
    text = text_after()
    assert "Paid back the way you paid." in text
    assert "To the original payment" not in text


def page_with(**values) -> str:
    """Of a refund of which 7.00 went through the payment, and 3.00 some other way."""
    text_after()
    refund = Refund.objects.get()
    refund.parts.update(amount=7)
    refund.parts.create(**{"amount": 3, "status": "succeeded", "asked_at": NOW, **values})
    return page_of(refund.vendor_return).text


def page_of(part):
    return signed_in(part.request.record).get(
        reverse("returns:portal-status", args=[part.request_id])
    )


def test_a_part_that_went_onto_the_gift_card_is_told_beside_the_rest(monkeypatch):
    endings = {"gift_card:1": "7F2K"}
    monkeypatch.setattr(host.current, "gift_card_endings", lambda order_id: endings)
    text = page_with(payment_reference="gift_card:1")
    assert "Paid back in parts." in text
    assert "To the original payment: $7.00" in text
    assert "To the gift card ending in 7F2K: $3.00" in text
    assert "the way you paid" not in text


def test_what_failed_and_went_another_way_since_is_told_by_that_way():
    text = page_with(payment_reference="manual", psp_reference="bank 7")
    assert "By hand (reference bank 7): $3.00" in text
    assert "the way you paid" not in text


def failed(**values) -> str:
    text_after()
    Refund.objects.update(status="failed", succeeded_at=None, **values)
    return page_of(Refund.objects.get().vendor_return).text


def test_what_was_paid_in_part_says_how_much():
    assert "$4.00 of it is paid back. The store sees to the rest." in failed(paid=4)


def test_what_came_back_is_said_to_have_come_back():
    assert "It was paid back, but the money came back to the store" in failed(paid=0)


def test_what_never_went_through_says_so():
    assert "The payment did not go through." in failed(paid=0, postings=0)


def test_nothing_more_to_pay_is_no_payment():
    text_after()
    refund = Refund.objects.get()
    refund.parts.all().delete()
    Refund.objects.update(amount=0, already_refunded=10, paid=0)
    text = page_of(refund.vendor_return).text
    assert "There was nothing more to pay back." in text
    assert "the way you paid" not in text
