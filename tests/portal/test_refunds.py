"""How the money comes, as the shopper reads it."""

import pytest
from django.urls import reverse

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


def test_by_hand_says_so_and_keeps_the_stores_reference():
    text = text_after(method=RefundMethod.MANUAL, reference="SEPA 4711")
    assert "The store pays it back itself" in text
    assert "By hand: $10.00" in text
    assert "SEPA 4711" not in text


def test_the_way_it_was_paid_needs_no_more_words():
    text = text_after()
    assert "Paid back the way you paid." in text
    assert "To the original payment" not in text


def test_a_part_that_went_onto_the_gift_card_is_told_beside_the_rest():
    text_after()
    refund = Refund.objects.get()
    refund.parts.update(amount=7)
    refund.parts.create(payment_reference="gift_card:1", amount=3, status="succeeded", asked_at=NOW)
    request = refund.vendor_return.request
    page = signed_in(request.record).get(reverse("returns:portal-status", args=[request.pk]))
    assert "To the original payment: $7.00" in page.text
    assert "To the gift card: $3.00" in page.text
