"""Packing slips and labels in the console, and who gets none."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saleor_returns_plugin import host
from saleor_returns_plugin.models import (
    Label,
    OrderRecord,
    ReturnPortal,
    VendorReturn,
    VendorShipment,
)
from saleor_returns_plugin.services import return_requests, shipments, split
from saleor_returns_plugin.web import pdf
from tests.builders import MERCHANT, NOW, a_request, an_order, sells
from tests.papers import NO_LABELS, PDF, PNG, REFUSAL, an_upload, with_owls
from tests.saleor_rows import a_customer, a_product
from tests.web.browser import Browser

from .conftest import a_member, sign_in
from .test_shipments import units, url_of

pytestmark = pytest.mark.django_db

LOGO = PNG
needs_weasyprint = pytest.mark.skipif(
    not pdf.is_offered(), reason="WeasyPrint, or what it draws with, is not installed"
)


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def shipment(shop) -> VendorShipment:
    """Two lamps and a shade, of which one lamp left."""
    lines = [
        (sells(shop.oak, a_product(name="Lamp <big>", stock=5)), 2, "7.00"),
        (sells(shop.oak, a_product(name="Shade", stock=5)), 1, "3.00"),
    ]
    row = an_order(lines, fulfilled=False, email="bob@example.com").shipments.get()
    lamp = row.lines.get(product_name="Lamp <big>")
    shipments.fulfil(
        shipment_id=row.pk, actor=MERCHANT, now=NOW, units=[shipments.ShippedUnits(lamp.pk, 1)]
    )
    return row


@pytest.fixture
def part(shop) -> VendorReturn:
    """The oak vendor's, approved."""
    request = a_request(shop.record)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    return VendorReturn.objects.get(vendor=shop.oak)


def slip_of(shipment: VendorShipment, suffix: str = "") -> str:
    return reverse(f"returns:console-packing-slip{suffix}", args=[shipment.pk])


def label_of(shipment: VendorShipment) -> str:
    return reverse("returns:console-shipment-label-file", args=[shipment.pk])


def return_label_of(part: VendorReturn) -> str:
    return reverse("returns:console-return-label-file", args=[part.pk])


def return_of(part: VendorReturn) -> str:
    return reverse("returns:console-return", args=[part.pk])


# ------------------------------------------------------------------ packing slip


def test_a_packing_slip_says_what_is_still_to_be_sent(shop, shipment):
    browser = a_member(shop.oak, "oak@example.com")
    page = browser.get(url_of(shipment))
    slip = browser.get(page.links["Open the packing slip"])
    lamp, shade = shipment.lines.order_by("product_name")
    assert "Lamp &lt;big&gt;" in slip.html
    for text in (shipment.number, shipment.record.number, lamp.sku, "1 Analytical Street"):
        assert text in slip.text
    assert f"1 Lamp <big> {lamp.sku} 1 Shade {shade.sku}" in slip.text
    assert "2 units in all" in slip.text
    for price in ("7.00", "3.00", "$", "USD"):
        assert price not in slip.text
    assert "bob@example.com" not in slip.html


@pytest.mark.skipif(not host.IS_V3, reason="2.10 has no approval")
def test_a_packing_slip_leaves_out_what_waits_for_approval(shop, shipment):
    shade = shipment.lines.get(product_name="Shade")
    shipments.fulfil(
        shipment_id=shipment.pk,
        actor=MERCHANT,
        now=NOW,
        units=[shipments.ShippedUnits(shade.pk, 1)],
    )
    order = shipment.record.order
    parcels = order.fulfillments.filter(lines__order_line=shade.order_line_id)
    assert parcels.update(status="waiting_for_approval") == 1
    split.split_order(order_id=order.pk, now=NOW)
    slip = a_member(shop.oak, "oak@example.com").get(slip_of(shipment))
    assert "Lamp <big>" in slip.text
    assert "Shade" not in slip.text
    assert "1 unit in all" in slip.text


def test_it_looks_like_the_store_and_has_nothing_inline(shop, shipment, media):
    ReturnPortal.objects.create(
        channel="",
        name="Fieldhouse",
        colors={"primary": "#123456"},
        logo=SimpleUploadedFile("logo.png", LOGO),
        support_email="help@fieldhouse.example",
        show_vendor_names=False,
    )
    slip = a_member(shop.oak, "oak@example.com").get(slip_of(shipment))
    assert "Fieldhouse" in slip.html
    assert "help@fieldhouse.example" in slip.text
    assert shop.oak.name not in slip.text
    logo = ReturnPortal.objects.get().logo.url
    assert ("img", {"src": logo, "alt": "Fieldhouse"}) in slip.tags
    assert "<style" not in slip.html
    assert "style=" not in slip.html
    policy = slip.response["Content-Security-Policy"]
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    styles = [tag["href"] for name, tag in slip.tags if name == "link"]
    assert len(styles) == 2
    texts = [Browser().client.get(url).content.decode() for url in styles]
    assert "--primary:#123456" in "".join(texts)
    assert "@media print" in "".join(texts)


def test_it_speaks_the_shoppers_language(shop, shipment):
    OrderRecord.objects.filter(pk=shipment.record_id).update(language="de")
    slip = a_member(shop.oak, "oak@example.com").get(slip_of(shipment))
    assert ("html", {"lang": "de", "dir": "ltr"}) in slip.tags
    assert "Packzettel" in slip.text
    assert "Print this page" in slip.text  # to who packs


def test_a_held_shipment_says_so_and_a_sent_one_has_nothing_left(shop, shipment):
    VendorShipment.objects.filter(pk=shipment.pk).update(status="held", hold_reason="Wait")
    browser = a_member(shop.oak, "oak@example.com")
    assert "do not send it yet" in browser.get(slip_of(shipment)).text
    VendorShipment.objects.filter(pk=shipment.pk).update(status="open", hold_reason="")
    shipments.fulfil(shipment_id=shipment.pk, actor=MERCHANT, now=NOW)
    slip = browser.get(slip_of(shipment))
    assert "Nothing of this shipment is left to be sent." in slip.text
    assert "Lamp" not in slip.text


def test_without_weasyprint_the_page_says_nothing_of_a_pdf(shop, shipment, monkeypatch):
    monkeypatch.setattr(pdf, "_weasyprint", lambda: None)
    browser = a_member(shop.oak, "oak@example.com")
    assert "PDF" not in browser.get(slip_of(shipment)).html
    page = browser.get(slip_of(shipment, "-pdf"))
    assert page.response.status_code == 501
    assert "This store makes no PDFs. Print the page instead." in page.text


@pytest.mark.parametrize("error", [ImportError("no module"), OSError("no libpango")])
def test_a_weasyprint_that_cannot_be_loaded_is_none(monkeypatch, error):
    import builtins

    real = builtins.__import__

    def failing(name, *args, **kwargs):
        if name == "weasyprint":
            raise error
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", failing)
    assert pdf._weasyprint.__wrapped__() is None


@needs_weasyprint
def test_the_pdf_is_the_same_slip(shop, shipment, media):
    ReturnPortal.objects.create(channel="", logo=SimpleUploadedFile("logo.png", LOGO))
    browser = a_member(shop.oak, "oak@example.com")
    page = browser.get(slip_of(shipment))
    response = browser.client.get(page.links["Packing slip as PDF"])
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{shipment.number}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"


class Elsewhere(BaseHTTPRequestHandler):
    """Whatever a page could be made to load."""

    asked: list[str] = []

    def do_GET(self) -> None:
        Elsewhere.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *args) -> None:
        pass


@needs_weasyprint
def test_nothing_is_loaded_for_the_pdf(shop, shipment):
    """Names of products are the vendors' to write."""
    Elsewhere.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    evil = f'<img src="http://127.0.0.1:{server.server_port}/x">'
    shipment.lines.update(product_name=evil)
    browser = a_member(shop.oak, "oak@example.com")
    made = browser.client.get(slip_of(shipment, "-pdf"))
    assert made.content.startswith(b"%PDF-")
    assert Elsewhere.asked == []
    pdf.made_of(evil, [])
    assert Elsewhere.asked == ["/x"]  # what it would have been
    server.shutdown()


# ------------------------------------------------------------------ who gets none


def test_strangers_get_no_papers(shop, shipment, part):
    Label.objects.create(shipment=shipment, kind="link", link="https://a.example/secret")
    Label.objects.create(vendor_return=part, kind="link", link="https://a.example/secret")
    urls = (
        slip_of(shipment),
        slip_of(shipment, "-pdf"),
        label_of(shipment),
        return_label_of(part),
    )
    other = a_member(shop.clay, "clay@example.com")
    for url in urls:
        response = other.client.get(url)
        assert response.status_code == 404, url
        assert shipment.number not in response.content.decode()
        nobody = Browser().client.get(url)
        assert nobody.status_code == 302
        assert nobody["Location"].startswith("/returns/console/sign-in/")
    customer = sign_in(a_customer("eve@example.com").email)
    for url in urls:
        assert customer.client.get(url).status_code == 302
    own = a_member(shop.oak, "oak@example.com")
    assert own.client.get(label_of(shipment))["Location"] == "https://a.example/secret"


@pytest.mark.parametrize("action", ["shipment", "return"])
def test_another_vendor_attaches_nothing(shop, shipment, part, action):
    row = shipment if action == "shipment" else part
    other = a_member(shop.clay, "clay@example.com")
    token = dict(other.page.forms[0].fields)["csrfmiddlewaretoken"]
    url = reverse(f"returns:console-{action}-label", args=[row.pk])
    values = {"csrfmiddlewaretoken": token, "label-url": "https://a.example"}
    assert other.post(url, values).response.status_code == 404
    assert other.post(url, {"label-url": "https://a.example"}).response.status_code == 403
    assert not Label.objects.exists()


# ------------------------------------------------------------------ labels


def test_a_label_is_attached_and_opened(shop, shipment):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(shipment))
    page = browser.fill("/label/", {"label-file": an_upload(PNG, "x.exe")})
    assert "The label is attached." in page.text
    response = browser.client.get(page.links["Open the label"])
    assert response.content == PNG
    assert response["Content-Type"] == "image/png"
    assert "attachment" in response["Content-Disposition"]
    page = browser.fill("/label/", {"label-url": "https://carrier.example/1"})
    assert page.links["Open the label"] == "https://carrier.example/1"


@pytest.mark.parametrize("name", NO_LABELS)
def test_what_is_no_label_is_told_beside_its_field(shop, shipment, name):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(shipment))
    page = browser.fill("/label/", {"label-file": an_upload(NO_LABELS[name])})
    assert page.response.status_code == 422
    assert 'id="label-file-problem"' in page.html
    assert not Label.objects.exists()


def test_a_form_with_nothing_in_it_says_so(shop, shipment):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(shipment))
    assert "Give a file or a link." in browser.submit("/label/").text
    page = browser.fill("/label/", {"label-url": "javascript:alert(1)"})
    assert 'id="label-url-problem"' in page.html


def test_a_file_that_is_gone_from_the_storage_is_not_there(shop, shipment):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(shipment))
    browser.fill("/label/", {"label-file": an_upload()})
    Path(Label.objects.get().file.path).unlink()
    assert browser.client.get(label_of(shipment)).status_code == 404


def test_a_carrier_makes_the_label_and_its_number_is_filled_in(shop, shipment, settings):
    with_owls(settings)
    browser = a_member(shop.oak, "oak@example.com")
    page = browser.get(url_of(shipment))
    assert "Make the label" in page.text
    assert "Snail Mail" not in page.text
    page = browser.fill("/label/", {"label-carrier": "owl"})
    assert "Owl Post OWL 1" in page.text
    filled = dict(page.form("/fulfil/").fields)
    assert (filled["fulfil-carrier"], filled["fulfil-number"]) == ("Owl Post", "OWL 1")
    page = browser.fill("/fulfil/", {units(shipment, "Shade"): "0"})
    assert "Recorded in Saleor as sent." in page.text
    assert dict(page.form("/fulfil/").fields)["fulfil-number"] == ""


def test_a_carrier_that_refuses_is_read_beside_the_choice(shop, shipment, settings):
    with_owls(settings, REFUSAL)
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(shipment))
    page = browser.fill("/label/", {"label-carrier": "owl"})
    assert page.response.status_code == 422
    assert "Owl Post says: The postal code does not exist." in page.text
    assert 'id="label-carrier-problem"' in page.html


def test_without_carriers_there_is_no_choice(shop, shipment):
    page = a_member(shop.oak, "oak@example.com").get(url_of(shipment))
    assert "Make the label" not in page.text


def test_an_acceptance_takes_a_prepaid_label(shop, part):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(return_of(part))
    page = browser.fill("/accept/", {"accept-label_file": an_upload(NO_LABELS["a renamed exe"])})
    assert page.response.status_code == 422
    assert 'id="accept-label_file-problem"' in page.html
    page = browser.fill("/accept/", {"accept-label_file": an_upload(PDF)})
    assert "Accepted. The shopper is told where to send the goods." in page.text
    assert browser.client.get(page.links["Open the label"]).content == PDF


def test_a_file_is_asked_for_again_when_something_else_is_wrong(shop, part):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(return_of(part))
    page = browser.fill(
        "/accept/", {"accept-label_file": an_upload(), "accept-address-city": "Leeds"}
    )
    assert page.response.status_code == 422
    assert "Choose the file of the label again." in page.text


def test_a_return_gets_its_label_later(shop, part, settings):
    with_owls(settings)
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(return_of(part))
    assert not browser.page.has_form("/label/")
    page = browser.submit("/accept/")
    assert "Attach a prepaid return label" in page.text
    page = browser.fill("/label/", {"label-carrier": "owl"})
    assert "The label is attached. The shopper is told." in page.text
    assert "Return label added" in page.text
    assert browser.client.get(return_label_of(part)).content == PDF
