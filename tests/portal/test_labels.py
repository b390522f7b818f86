"""The prepaid label of a return, as its shopper finds it."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from saleor_returns_plugin.domain.actors import Actor
from saleor_returns_plugin.enums import Move
from saleor_returns_plugin.models import Label, VendorReturn
from saleor_returns_plugin.services import labels, return_requests
from saleor_returns_plugin.services.labels import GivenLabel
from tests.builders import MERCHANT, a_return, an_order, shopper_of
from tests.papers import PDF, a_file, with_owls
from tests.saleor_rows import a_product
from tests.web.browser import Browser

from .test_way_through import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def part() -> VendorReturn:
    return a_return(Move.ACCEPT)


def attach(part: VendorReturn, given: GivenLabel | None = None, actor: Actor = MERCHANT) -> None:
    labels.set_for_return(vendor_return_id=part.pk, actor=actor, given=given or a_file())


def status_of(part: VendorReturn) -> str:
    return reverse("returns:portal-status", args=[part.request_id])


def label_of(part: VendorReturn) -> str:
    return reverse("returns:portal-return-label", args=[part.request_id, part.pk])


def test_the_page_of_the_return_has_the_label(part: VendorReturn) -> None:
    browser = signed_in(part.request.record)
    assert "The way back is paid for:" not in browser.get(status_of(part)).text
    attach(part)
    page = browser.get(status_of(part))
    assert "The way back is paid for:" in page.text
    response = browser.client.get(page.links["Open the label"])
    assert response.content == PDF
    assert response["Content-Disposition"] == f'attachment; filename="{part.number}-label.pdf"'
    attach(part, GivenLabel(url="https://carrier.example/1"))
    page = browser.get(status_of(part))
    assert page.links["Open the label"] == "https://carrier.example/1"


def test_nobody_else_has_it(part: VendorReturn) -> None:
    attach(part)
    mug = a_product(name="Mug")
    other = signed_in(an_order([(mug, 1, "5.00")], email="bob@example.com"))
    assert other.client.get(label_of(part)).status_code == 404
    nobody = Browser().client.get(label_of(part))
    assert nobody.status_code == 302
    assert nobody["Location"].startswith("/returns/?return=")


def test_it_goes_when_nothing_is_to_be_sent_any_more(part: VendorReturn) -> None:
    attach(part)
    return_requests.cancel(
        request_id=part.request_id, actor=shopper_of(part.request.record), now=timezone.now()
    )
    browser = signed_in(part.request.record)
    assert "Open the label" not in browser.get(status_of(part)).links
    assert browser.client.get(label_of(part)).status_code == 404
    assert Label.objects.exists()


def test_its_number_is_filled_in_for_the_tracking(part: VendorReturn, settings: Any) -> None:
    with_owls(settings)
    labels.make_for_return(vendor_return_id=part.pk, actor=MERCHANT, carrier="owl")
    browser = signed_in(part.request.record)
    tracking = reverse("returns:portal-tracking", args=[part.request_id, part.pk])
    page = browser.get(tracking)
    filled = dict(page.form("/tracking/").fields)
    assert (filled["carrier"], filled["number"]) == ("Owl Post", "OWL 1")
    browser.submit("/tracking/", "", number="OWL1")
    part.refresh_from_db()
    assert part.tracking == {
        "carrier": "Owl Post",
        "number": "OWL1",
        "url": "https://owl.example/OWL1",
    }
