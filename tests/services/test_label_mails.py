"""The shopper's mails carry the prepaid label; the link in them needs no sign-in."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from saleor_returns_plugin.enums import EventKind, Move
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.services import labels, return_requests
from saleor_returns_plugin.services import vendor_returns as returns
from tests.builders import MERCHANT, NOW, a_return, acts_for, shopper_of
from tests.papers import PDF, PNG, a_file, with_owls

from .telling import LOCMEM, html_of, last, sent_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    settings.RETURNS_PUBLIC_URL = "https://returns.example"
    settings.MEDIA_ROOT = str(tmp_path)


def link_in(text: str) -> str:
    (link,) = [word for word in text.split() if "/documents/" in word]
    assert link.startswith("https://returns.example/returns/documents/")
    return link.removeprefix("https://returns.example")


def accepted_with_label() -> VendorReturn:
    part = a_return(Move.APPROVE)
    returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW, label=a_file())
    return part


def test_the_mail_of_the_acceptance_carries_the_label() -> None:
    part = accepted_with_label()
    sent = sent_of(last(EventKind.ACCEPTED))
    message = sent["return_accepted_shopper"]
    assert "The way back is paid for" in message.body
    link = link_in(message.body)
    assert f'href="https://returns.example{link}"' in html_of(message)
    response = Client().get(link)
    assert response.content == PDF
    labels.set_for_return(vendor_return_id=part.pk, actor=MERCHANT, given=a_file(PNG))
    assert Client().get(link).content == PNG  # the one that holds now


def test_without_a_label_the_mail_says_nothing_of_one() -> None:
    a_return(Move.ACCEPT)
    message = sent_of(last(EventKind.ACCEPTED))["return_accepted_shopper"]
    assert "label" not in message.body
    assert "label" not in html_of(message)


def test_the_vendor_is_given_no_link_of_the_shoppers() -> None:
    part = a_return(Move.APPROVE)
    returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW, label=a_file())
    sent = sent_of(last(EventKind.ACCEPTED))
    assert set(sent) == {"return_accepted_shopper", "return_accepted_vendor"}
    assert "/documents/" not in sent["return_accepted_vendor"].body


def test_a_label_that_comes_later_is_mailed(settings: Any) -> None:
    with_owls(settings)
    part = a_return(Move.ACCEPT)
    labels.make_for_return(vendor_return_id=part.pk, actor=MERCHANT, carrier="owl")
    sent = sent_of(last(EventKind.LABEL_ADDED))
    assert set(sent) == {"return_label_shopper"}
    message = sent["return_label_shopper"]
    assert message.subject == f"Your label for return {part.number}"
    assert "Owl Post OWL 1" in message.body
    assert Client().get(link_in(message.body)).content == PDF


def test_the_link_ends_when_nothing_is_to_be_sent() -> None:
    part = accepted_with_label()
    message = sent_of(last(EventKind.ACCEPTED))["return_accepted_shopper"]
    link = link_in(message.body)
    return_requests.cancel(
        request_id=part.request_id, actor=shopper_of(part.request.record), now=timezone.now()
    )
    response = Client().get(link)
    assert response.status_code == 302
    assert response["Location"] == reverse("returns:portal-status", args=[part.request_id])
    assert Client().get(f"{link}x").status_code == 404
