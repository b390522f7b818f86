"""Labels are attached and replaced by who handles the goods, and made by carriers."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from saleor_returns_plugin import errors, host
from saleor_returns_plugin.domain.actors import NOBODY
from saleor_returns_plugin.domain.carriers import CarrierLabel
from saleor_returns_plugin.domain.requested import Tracking
from saleor_returns_plugin.enums import EventKind, Move
from saleor_returns_plugin.models import Label, ReturnEvent, VendorReturn, VendorShipment
from saleor_returns_plugin.services import carriers, labels, return_requests, shipments, split
from saleor_returns_plugin.services import vendor_returns as returns
from saleor_returns_plugin.services.labels import GivenLabel
from tests.builders import (
    MERCHANT,
    NOW,
    a_return,
    a_vendor,
    acts_for,
    an_order,
    sells,
    shopper_of,
)
from tests.papers import NO_LABELS, PDF, PNG, REFUSAL, a_file, with_owls
from tests.saleor_rows import a_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def shipment() -> VendorShipment:
    """Two lamps and a shade, not sent yet."""
    oak = a_vendor("Birch")
    lines = [
        (sells(oak, a_product(name="Lamp", stock=5)), 2, "7.00"),
        (sells(oak, a_product(name="Shade", stock=5)), 1, "3.00"),
    ]
    return an_order(lines, fulfilled=False).shipments.get()


@pytest.fixture
def part() -> VendorReturn:
    return a_return(Move.ACCEPT)


def files(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def set_label(shipment: VendorShipment, given: GivenLabel | None = None, actor: Any = None) -> Any:
    return labels.set_for_shipment(
        shipment_id=shipment.pk,
        actor=actor or acts_for(shipment.vendor),
        given=given or a_file(),
    )


def set_return_label(part: VendorReturn, given: GivenLabel | None = None, actor: Any = None) -> Any:
    return labels.set_for_return(
        vendor_return_id=part.pk, actor=actor or acts_for(part.vendor), given=given or a_file()
    )


@pytest.mark.parametrize(("content", "kind"), [(PDF, "pdf"), (PNG, "png")])
def test_a_file_is_kept_under_a_name_that_nobody_can_guess(
    shipment: VendorShipment, media: Path, content: bytes, kind: str
) -> None:
    set_label(shipment, a_file(content, "../../evil.exe"))
    label = Label.objects.get()
    assert (label.kind, label.shipment, label.link) == (kind, shipment, "")
    assert label.file.read() == content
    name = label.file.name
    assert name.startswith("returns/labels/")
    assert name.endswith(f".{kind}")
    assert len(Path(name).stem) == 32
    assert "evil" not in name


def test_another_label_takes_its_place_and_the_file_goes(
    shipment: VendorShipment, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    set_label(shipment)
    with django_capture_on_commit_callbacks(execute=True):
        set_label(shipment, GivenLabel(url="https://carrier.example/label"))
    label = Label.objects.get()
    assert (label.kind, label.link, label.file.name) == (
        "link",
        "https://carrier.example/label",
        "",
    )
    assert files(media) == []


def test_a_storage_that_fails_keeps_nobody_from_replacing(
    shipment: VendorShipment, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    def fails(name: str) -> None:
        raise OSError("gone")

    set_label(shipment)
    monkeypatch.setattr(default_storage, "delete", fails)
    monkeypatch.setattr(Label.objects.get().file.storage, "delete", fails)
    with django_capture_on_commit_callbacks(execute=True):
        set_label(shipment, a_file(PNG))
    assert Label.objects.get().kind == "png"


@pytest.mark.parametrize("name", NO_LABELS)
def test_what_is_no_label_is_refused_whatever_it_is_called(
    shipment: VendorShipment, media: Path, name: str
) -> None:
    set_label(shipment, a_file(PNG))
    before = files(media)
    for called in ("label.pdf", "label.png"):
        with pytest.raises(errors.InvalidInput) as refusal:
            set_label(shipment, a_file(NO_LABELS[name], called))
        assert refusal.value.field == "file"
    assert files(media) == before
    assert Label.objects.get().kind == "png"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/x", "/label", "https://", "x" * 9],
)
def test_a_link_is_one_of_the_web(shipment: VendorShipment, url: str) -> None:
    with pytest.raises(errors.InvalidInput) as refusal:
        set_label(shipment, GivenLabel(url=url))
    assert refusal.value.field == "url"
    assert not Label.objects.exists()


def test_one_of_both_is_needed(shipment: VendorShipment) -> None:
    with pytest.raises(errors.Required):
        set_label(shipment, GivenLabel())
    with pytest.raises(errors.InvalidInput):
        set_label(shipment, GivenLabel(file=a_file().file, url="https://a.example"))
    with pytest.raises(errors.InvalidInput):
        set_label(shipment, GivenLabel(url=f"https://a.example/{'x' * 2000}"))
    assert not Label.objects.exists()


def test_only_who_handles_the_goods_attaches_a_label(
    shipment: VendorShipment, part: VendorReturn, media: Path
) -> None:
    other = acts_for(a_vendor("Elm"))
    for actor in (other, NOBODY):
        with pytest.raises(errors.NotFound):
            set_label(shipment, actor=actor)
        with pytest.raises(errors.NotFound):
            set_return_label(part, actor=actor)
        with pytest.raises(errors.NotFound):
            labels.make_for_shipment(shipment_id=shipment.pk, actor=actor, carrier="owl")
        with pytest.raises(errors.NotFound):
            labels.make_for_return(vendor_return_id=part.pk, actor=actor, carrier="owl")
    with pytest.raises(errors.NotPermitted):
        set_label(shipment, actor=shopper_of(shipment.record))
    with pytest.raises(errors.NotPermitted):
        set_return_label(part, actor=shopper_of(part.request.record))
    assert files(media) == []
    set_label(shipment, actor=MERCHANT)
    set_return_label(part, actor=MERCHANT)
    assert Label.objects.count() == 2
    assert ReturnEvent.objects.get(kind=EventKind.LABEL_ADDED.value).is_override


def test_a_cancelled_shipment_takes_no_label(shipment: VendorShipment) -> None:
    VendorShipment.objects.filter(pk=shipment.pk).update(status="cancelled")
    with pytest.raises(errors.InvalidTransition):
        set_label(shipment)


def test_a_return_takes_a_label_while_goods_are_to_come() -> None:
    part = a_return(Move.APPROVE)
    with pytest.raises(errors.InvalidTransition):
        set_return_label(part)
    returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    set_return_label(part)
    return_requests.cancel(
        request_id=part.request_id, actor=shopper_of(part.request.record), now=NOW
    )
    with pytest.raises(errors.InvalidTransition):
        set_return_label(part)


def test_a_label_comes_with_the_acceptance_and_is_no_news_of_its_own() -> None:
    part = a_return(Move.APPROVE)
    returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW, label=a_file())
    assert Label.objects.get().vendor_return == part
    assert not ReturnEvent.objects.filter(kind=EventKind.LABEL_ADDED.value).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (a_file(NO_LABELS["a renamed exe"]), "return_label.file"),
        (GivenLabel(url="javascript:x"), "return_label.url"),
        (GivenLabel(), "return_label.file"),
    ],
)
def test_a_bad_label_keeps_the_return_from_being_accepted(given: GivenLabel, field: str) -> None:
    part = a_return(Move.APPROVE)
    with pytest.raises(errors.ReturnsError) as refusal:
        returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW, label=given)
    assert refusal.value.field == field
    part.refresh_from_db()
    assert part.status == "approved"
    assert not Label.objects.exists()


def test_what_the_shopper_keeps_needs_no_label() -> None:
    part = a_return(Move.APPROVE)
    part.lines.update(send_back=False)
    with pytest.raises(errors.InvalidInput) as refusal:
        returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW, label=a_file())
    assert refusal.value.field == "return_label"


# ------------------------------------------------------------------ carriers


def make(shipment: VendorShipment, carrier: str = "owl") -> Label:
    _, label = labels.make_for_shipment(
        shipment_id=shipment.pk, actor=acts_for(shipment.vendor), carrier=carrier
    )
    return label


@pytest.mark.skipif(not host.IS_V3, reason="2.10 has no approval")
def test_a_label_is_not_for_what_waits_for_approval(
    shipment: VendorShipment, settings: Any
) -> None:
    owl = with_owls(settings)
    lamp = shipment.lines.get(product_name="Lamp")
    order = shipment.record.order
    act = {"shipment_id": shipment.pk, "actor": MERCHANT, "now": NOW}
    shipments.fulfil(**act, units=[shipments.ShippedUnits(lamp.pk, 1)])
    order.fulfillments.update(status="waiting_for_approval")
    split.split_order(order_id=order.pk, now=NOW)
    make(shipment)
    ((_, parcel),) = owl.asked
    assert sorted((item.name, item.quantity) for item in parcel.items) == [
        ("Lamp", 1),
        ("Shade", 1),
    ]
    shipments.fulfil(**act)
    order.fulfillments.update(status="waiting_for_approval")
    split.split_order(order_id=order.pk, now=NOW)
    with pytest.raises(errors.InvalidTransition):
        make(shipment)


def test_a_carrier_makes_the_label_of_what_is_left(shipment: VendorShipment, settings: Any) -> None:
    owl = with_owls(settings)
    lamp = shipment.lines.get(product_name="Lamp")
    shipments.fulfil(
        shipment_id=shipment.pk,
        actor=MERCHANT,
        now=NOW,
        units=[shipments.ShippedUnits(lamp.pk, 1)],
    )
    label = make(shipment)
    assert (label.kind, label.carrier, label.number) == ("pdf", "Owl Post", "OWL 1")
    ((way, parcel),) = owl.asked
    assert (way, parcel.reference) == ("out", shipment.number)
    assert {(item.name, item.quantity) for item in parcel.items} == {("Lamp", 1), ("Shade", 1)}
    assert parcel.sender["city"] == "Leeds"
    assert parcel.recipient["city"] == "New York"
    assert labels.tracking_of(label) == {
        "carrier": "Owl Post",
        "number": "OWL 1",
        "url": None,  # a number with a blank makes no address
    }


def test_the_key_is_the_same_until_a_label_is_kept(shipment: VendorShipment, settings: Any) -> None:
    owl = with_owls(settings, TimeoutError("too long"))
    for _ in range(2):
        with pytest.raises(errors.CarrierUnavailable):
            make(shipment)
    owl.answer = CarrierLabel(url="https://owl.example/label", tracking_number="7")
    assert make(shipment).link == "https://owl.example/label"
    make(shipment)
    first, again, kept, another = (parcel.key for _, parcel in owl.asked)
    assert first == again == kept != another


@pytest.mark.parametrize(
    "answer",
    [
        CarrierLabel(),
        CarrierLabel(content=NO_LABELS["a renamed exe"]),
        CarrierLabel(url="javascript:alert(1)"),
        "https://owl.example/label",
        RuntimeError("boom"),
    ],
)
def test_a_carrier_that_gives_no_label_changes_nothing(
    shipment: VendorShipment, settings: Any, answer: Any
) -> None:
    with_owls(settings, answer)
    with pytest.raises(errors.CarrierUnavailable) as refusal:
        make(shipment)
    assert "boom" not in refusal.value.message
    assert not Label.objects.exists()


def test_what_a_carrier_refuses_is_read(shipment: VendorShipment, settings: Any) -> None:
    with_owls(settings, REFUSAL)
    with pytest.raises(errors.InvalidInput) as refusal:
        make(shipment)
    assert refusal.value.message == "Owl Post says: The postal code does not exist."
    assert refusal.value.field == "carrier"


@pytest.mark.parametrize("carrier", ["snail", "manual", "nobody", "", "Owl Post"])
def test_only_a_carrier_that_makes_labels_is_asked(
    shipment: VendorShipment, settings: Any, carrier: str
) -> None:
    with_owls(settings)
    with pytest.raises(errors.InvalidInput):
        make(shipment, carrier)


@pytest.mark.parametrize("values", [{"status": "held", "hold_reason": "Wait"}, {"status": "x"}])
def test_nothing_is_made_for_what_may_not_leave(
    shipment: VendorShipment, settings: Any, values: dict[str, str]
) -> None:
    owl = with_owls(settings)
    if values["status"] == "held":
        VendorShipment.objects.filter(pk=shipment.pk).update(**values)
    else:
        shipments.fulfil(shipment_id=shipment.pk, actor=MERCHANT, now=NOW)
    with pytest.raises(errors.InvalidTransition):
        make(shipment)
    assert owl.asked == []


def test_rights_lost_while_the_carrier_thinks_are_asked_anew(
    shipment: VendorShipment, settings: Any
) -> None:
    owl = with_owls(settings)

    def cancels(self: Any, parcel: Any) -> CarrierLabel:
        VendorShipment.objects.filter(pk=shipment.pk).update(status="cancelled")
        return CarrierLabel(content=PDF)

    original = owl.make_label
    owl.make_label = cancels
    try:
        with pytest.raises(errors.InvalidTransition):
            make(shipment)
    finally:
        owl.make_label = original
    assert not Label.objects.exists()


def test_a_carrier_makes_the_return_label(part: VendorReturn, settings: Any) -> None:
    owl = with_owls(settings)
    labels.make_for_return(vendor_return_id=part.pk, actor=acts_for(part.vendor), carrier="owl")
    ((way, parcel),) = owl.asked
    assert (way, parcel.reference) == ("back", part.number)
    assert parcel.recipient["city"] == "Leeds"
    assert parcel.sender["city"] == "New York"
    assert [item.quantity for item in parcel.items] == [1]
    assert Label.objects.get().vendor_return == part
    assert ReturnEvent.objects.filter(kind=EventKind.LABEL_ADDED.value).count() == 1


@pytest.mark.parametrize(
    ("carrier", "url"),
    [
        ("Owl Post", "https://owl.example/1Z"),
        ("  owl   POST ", "https://owl.example/1Z"),
        ("THE OWLS", "https://owl.example/1Z"),
        ("owl", "https://owl.example/1Z"),
        ("Snail Mail", None),  # its link could be a script
        ("UPS", None),
        ("", None),
    ],
)
def test_a_known_carrier_knows_where_a_number_is_followed(
    settings: Any, carrier: str, url: str | None
) -> None:
    with_owls(settings)
    values = returns.tracking_values(Tracking(carrier, "1Z"))
    assert values["url"] == url
    given = returns.tracking_values(Tracking(carrier, "1Z", "https://mine.example/1Z"))
    assert given["url"] == "https://mine.example/1Z"


def test_a_plug_in_that_fails_costs_the_link_alone(settings: Any, monkeypatch: Any) -> None:
    owl = with_owls(settings)
    monkeypatch.setattr(owl, "tracking_url", lambda self, number: 1 / 0)
    assert returns.tracking_values(Tracking("owl", "1Z"))["url"] is None


def test_without_carriers_all_is_by_hand() -> None:
    assert carriers.registered() == ()
    assert carriers.named("DHL") is carriers.MANUAL
    assert carriers.that_make(is_return=False) == []
