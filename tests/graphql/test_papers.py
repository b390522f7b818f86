"""Labels and packing slips through the API: attached, made, and opened by those who may."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import DocumentKind
from saleor_returns_plugin.models import Label, VendorMember, VendorReturn, VendorShipment
from saleor_returns_plugin.services import documents, return_requests
from saleor_returns_plugin.services.members import actor_for_user
from saleor_returns_plugin.web import pdf

from ..builders import MERCHANT, acts_for, an_order, shopper_of
from ..papers import NO_LABELS, PDF, PNG, REFUSAL, an_upload, with_owls
from ..saleor_rows import a_customer, a_staff_user
from . import situations
from .client import Caller, as_user, codes
from .scene import Scene, global_id


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def part(scene: Scene) -> VendorReturn:
    """Of oak's, accepted."""
    return VendorReturn.objects.get(pk=situations.accepted(situations.of_two_lines(scene)).pk)


@pytest.fixture
def shipment(scene: Scene) -> VendorShipment:
    return scene.shipment(scene.oak)


def sent(caller: Caller, query: str, upload: Any, **variables: Any) -> dict[str, Any]:
    """A multipart request, as Saleor's uploads are."""
    body = {
        "operations": json.dumps({"query": query, "variables": {**variables, "file": None}}),
        "map": json.dumps({"0": ["variables.file"]}),
        "0": upload,
    }
    answer = Client().post(reverse("api"), body, **caller.headers).json()
    assert "errors" not in answer, answer
    (payload,) = answer["data"].values()
    return payload


SET = """mutation($id: ID!, $file: Upload) { vendorShipmentLabelSet(id: $id, input: {file: $file}) {
  vendorShipment { labelUrl } errors { code field } } }"""
SET_FOR_RETURN = """mutation($id: ID!, $file: Upload) {
  vendorReturnLabelSet(id: $id, input: {file: $file}) {
    vendorReturn { returnLabelUrl } errors { code field } } }"""
ACCEPT = """mutation($id: ID!, $file: Upload) {
  vendorReturnAccept(id: $id, input: {returnLabel: {file: $file}}) {
    vendorReturn { status returnLabelUrl } errors { code field } } }"""


def opened(url: str) -> Any:
    """As a browser that is signed in nowhere."""
    assert url.startswith("http")
    return Client().get("/" + url.split("/", 3)[3])


def label_url(caller: Caller, shipment: VendorShipment) -> str | None:
    query = "query($id: ID!) { vendorShipment(id: $id) { labelUrl } }"
    found = caller(query, id=global_id(shipment))["vendorShipment"]
    return found and found["labelUrl"]


def return_label_url(caller: Caller, part: VendorReturn) -> str | None:
    query = "query($id: ID!) { vendorReturn(id: $id) { returnLabelUrl } }"
    found = caller(query, id=global_id(part))["vendorReturn"]
    return found and found["returnLabelUrl"]


def test_a_label_is_uploaded_and_comes_back_as_a_safe_download(
    scene: Scene, shipment: VendorShipment
) -> None:
    for content, kind in ((PDF, "application/pdf"), (PNG, "image/png")):
        payload = sent(scene.oak_staff, SET, an_upload(content, "x.html"), id=global_id(shipment))
        response = opened(payload["vendorShipment"]["labelUrl"])
        assert response.status_code == 200
        assert response.content == content
        assert response["Content-Type"] == kind
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith(
            f'attachment; filename="{shipment.number}-label.'
        )
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", NO_LABELS)
def test_bad_files_are_refused(scene: Scene, shipment: VendorShipment, name: str) -> None:
    upload = an_upload(NO_LABELS[name], "label.pdf")
    payload = sent(scene.oak_staff, SET, upload, id=global_id(shipment))
    assert payload["errors"] == [{"code": "INVALID", "field": "file"}]
    assert payload["vendorShipment"] is None
    assert not Label.objects.exists()


def test_a_file_that_was_not_sent_is_asked_for(scene: Scene, shipment: VendorShipment) -> None:
    for given, code in (('{file: "x"}', "INVALID"), ("{}", "REQUIRED"), ('{url: ""}', "REQUIRED")):
        payload = scene.oak_staff.mutate(
            "vendorShipmentLabelSet", f'id: "{global_id(shipment)}", input: {given}'
        )
        assert [(e["code"], e["field"]) for e in payload["errors"]] == [(code, "file")]


def test_a_link_is_answered_as_it_is(scene: Scene, shipment: VendorShipment) -> None:
    link = "https://carrier.example/label?x=1&y=2"
    payload = scene.oak_owner.mutate(
        "vendorShipmentLabelSet",
        f'id: "{global_id(shipment)}", input: {{url: "{link}"}}',
        "vendorShipment { labelUrl }",
    )
    assert payload["vendorShipment"]["labelUrl"] == link


def test_who_sees_the_label_of_a_shipment(scene: Scene, shipment: VendorShipment) -> None:
    sent(scene.oak_staff, SET, an_upload(), id=global_id(shipment))
    for caller in (scene.oak_owner, scene.oak_staff, scene.merchant):
        assert opened(label_url(caller, shipment) or "").content == PDF
    for caller in (scene.shopper, scene.owner):
        assert label_url(caller, shipment) is None
    for caller in (scene.elm_owner, scene.stranger, scene.guest):
        assert label_url(caller, shipment) is None


def test_an_acceptance_carries_the_return_label(scene: Scene) -> None:
    part = situations.approved(situations.of_two_lines(scene))
    bad = sent(scene.oak_staff, ACCEPT, an_upload(NO_LABELS["a renamed exe"]), id=global_id(part))
    assert bad["errors"] == [{"code": "INVALID", "field": "returnLabel.file"}]
    payload = sent(scene.oak_staff, ACCEPT, an_upload(PNG), id=global_id(part))
    assert payload["vendorReturn"]["status"] == "ACCEPTED"
    assert opened(payload["vendorReturn"]["returnLabelUrl"]).content == PNG


def test_who_sees_the_label_of_a_return(scene: Scene, part: VendorReturn) -> None:
    sent(scene.oak_staff, SET_FOR_RETURN, an_upload(), id=global_id(part))
    for caller in (scene.oak_owner, scene.oak_staff, scene.merchant, scene.owner):
        assert opened(return_label_url(caller, part) or "").content == PDF
    for caller in (scene.elm_owner, scene.stranger, scene.guest, scene.shopper):
        assert return_label_url(caller, part) is None


def test_the_shopper_has_it_as_long_as_something_is_to_be_sent(
    scene: Scene, part: VendorReturn
) -> None:
    sent(scene.oak_staff, SET_FOR_RETURN, an_upload(), id=global_id(part))
    url = return_label_url(scene.owner, part) or ""
    assert opened(url).content == PDF
    return_requests.cancel(
        request_id=part.request_id,
        actor=shopper_of(part.request.record),
        now=timezone.now(),
    )
    assert return_label_url(scene.owner, part) is None
    late = opened(url)
    assert late.status_code == 302
    assert late["Location"] == reverse("returns:portal-status", args=[part.request_id])
    assert return_label_url(scene.oak_owner, part)


# ------------------------------------------------------------------ signed addresses


def token(kind: DocumentKind, row: Any, actor: Any, **late: int) -> str:
    moment = timezone.now() - timedelta(**late) if late else timezone.now()
    return documents.token(kind, row.pk, actor=actor, now=moment)


def status_of(text: str) -> int:
    return Client().get(reverse("returns:document", args=[text])).status_code


def test_a_forged_or_old_address_opens_nothing(scene: Scene, shipment: VendorShipment) -> None:
    good = token(DocumentKind.PACKING_SLIP, shipment, MERCHANT)
    assert status_of(good) == 200
    own = [DocumentKind.PACKING_SLIP.value, str(shipment.pk), "a", 0]
    for bad in (
        f"{good}x",
        f"x{good}",
        good.rpartition(":")[0],
        "x",
        signing.dumps(own),
        signing.dumps(own, salt="saleor_returns_plugin.link"),
        signing.dumps(own, key="another", salt="saleor_returns_plugin.document"),
        token(DocumentKind.PACKING_SLIP, shipment, MERCHANT, hours=2),
    ):
        assert status_of(bad) == 404, bad


def test_an_address_opens_nothing_that_its_actor_may_not_see(
    scene: Scene, shipment: VendorShipment, part: VendorReturn
) -> None:
    """However somebody came by a signature: the rights are asked anew."""
    Label.objects.create(shipment=shipment, kind="link", link="https://a.example")
    Label.objects.create(vendor_return=part, kind="link", link="https://a.example")
    eve = a_customer("mallory@example.com")
    strangers = [
        _actor(eve),
        _actor(VendorMember.objects.filter(vendor=scene.elm).first().user),
        _actor(a_staff_user("clerk@example.com", manage_orders=False)),
    ]
    shopper = shopper_of(shipment.record)
    for kind in (
        DocumentKind.PACKING_SLIP,
        DocumentKind.PACKING_SLIP_PDF,
        DocumentKind.SHIPMENT_LABEL,
    ):
        for actor in (*strangers, shopper):
            assert status_of(token(kind, shipment, actor)) == 404, kind
    for actor in (*strangers, shopper):
        assert status_of(token(DocumentKind.RETURN_LABEL, part, actor)) == 404
    assert status_of(token(DocumentKind.RETURN_LABEL, part, shopper_of(part.request.record))) == 302


def _actor(user: Any) -> Any:
    return actor_for_user(host.current.user_facts(user.pk))


def test_who_is_no_member_any_more_opens_nothing(scene: Scene, shipment: VendorShipment) -> None:
    query = "query($id: ID!) { vendorShipment(id: $id) { packingSlipUrl } }"
    url = scene.oak_staff(query, id=global_id(shipment))["vendorShipment"]["packingSlipUrl"]
    assert opened(url).status_code == 200
    VendorMember.objects.filter(vendor=scene.oak).delete()
    assert opened(url).status_code == 404


def test_who_gets_the_address_of_a_packing_slip(scene: Scene, shipment: VendorShipment) -> None:
    query = """query($id: ID!) { vendorShipment(id: $id) { packingSlipUrl packingSlipPdfUrl } }"""
    for caller in (scene.oak_owner, scene.oak_staff, scene.merchant):
        found = caller(query, id=global_id(shipment))["vendorShipment"]
        page = opened(found["packingSlipUrl"])
        assert shipment.number in page.content.decode()
        assert bool(found["packingSlipPdfUrl"]) == pdf.is_offered()
    for caller in (scene.shopper, scene.owner):
        assert caller(query, id=global_id(shipment))["vendorShipment"] == {
            "packingSlipUrl": None,
            "packingSlipPdfUrl": None,
        }
    for caller in (scene.elm_owner, scene.stranger, scene.guest):
        assert caller(query, id=global_id(shipment))["vendorShipment"] is None


def test_an_app_opens_what_it_asked_for(shipment: VendorShipment) -> None:
    assert status_of(token(DocumentKind.PACKING_SLIP, shipment, MERCHANT)) == 200


def test_nobody_is_given_an_address(shipment: VendorShipment) -> None:
    with pytest.raises(ValueError, match="Nobody"):
        token(DocumentKind.PACKING_SLIP, shipment, acts_for(shipment.vendor))


# ------------------------------------------------------------------ carriers


def test_a_carrier_makes_labels(scene: Scene, part: VendorReturn, settings: Any) -> None:
    owl = with_owls(settings)
    unsent = _unsent(scene)
    payload = scene.oak_staff.mutate(
        "vendorShipmentLabelMake",
        f'id: "{global_id(unsent)}", carrier: "owl"',
        "vendorShipment { labelUrl } tracking { carrier number url }",
    )
    assert opened(payload["vendorShipment"]["labelUrl"]).content == PDF
    assert payload["tracking"] == {"carrier": "Owl Post", "number": "OWL 1", "url": None}
    payload = scene.oak_staff.mutate(
        "vendorReturnLabelMake",
        f'id: "{global_id(part)}", carrier: "owl"',
        "vendorReturn { returnLabelUrl }",
    )
    assert opened(payload["vendorReturn"]["returnLabelUrl"]).content == PDF
    assert [way for way, _ in owl.asked] == ["out", "back"]


def test_a_carrier_that_refuses_or_fails(scene: Scene, settings: Any) -> None:
    unsent = _unsent(scene)
    for answer, code in ((REFUSAL, "INVALID"), (RuntimeError("x"), "GATEWAY_UNAVAILABLE")):
        with_owls(settings, answer)
        payload = scene.oak_staff.mutate(
            "vendorShipmentLabelMake", f'id: "{global_id(unsent)}", carrier: "owl"'
        )
        assert codes(payload) == [code]
        assert payload["errors"][0]["field"] == "carrier"
    assert not Label.objects.exists()


def _unsent(scene: Scene) -> VendorShipment:
    record = an_order([(scene.chair, 1, "10.00")], fulfilled=False)
    return record.shipments.get()


def test_the_carriers_of_the_store(scene: Scene, settings: Any) -> None:
    query = "{ returnCarriers { code name makesLabels makesReturnLabels } }"
    assert scene.merchant(query) == {"returnCarriers": []}
    with_owls(settings)
    for caller in (scene.merchant, scene.oak_staff):
        assert caller(query)["returnCarriers"] == [
            {"code": "owl", "name": "Owl Post", "makesLabels": True, "makesReturnLabels": True},
            {
                "code": "snail",
                "name": "Snail Mail",
                "makesLabels": False,
                "makesReturnLabels": False,
            },
        ]
    for caller in (scene.guest, scene.shopper, as_user(a_customer("x@example.com"))):
        assert caller.refused(query) == "PermissionDenied"


def test_labels_of_a_list_are_read_at_once(scene: Scene) -> None:
    query = "{ vendorShipments(first: 20) { edges { node { labelUrl packingSlipUrl } } } }"

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            scene.merchant(query)
        return len(queries)

    statements()
    before = statements()
    for _ in range(4):
        Label.objects.create(shipment=_unsent(scene), kind="link", link="https://a.example")
    statements()  # what an order makes Saleor forget of its site
    assert statements() == before
