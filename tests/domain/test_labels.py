"""A label is known by its bytes."""

import pytest

from saleor_returns_plugin.domain.carriers import (
    Carrier,
    CarrierLabel,
    CarrierRefused,
    Manual,
    Parcel,
)
from saleor_returns_plugin.domain.labels import kind_of
from saleor_returns_plugin.enums import LabelKind

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(9) + b"\x00\x00\x00\x00IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, LabelKind.PDF),
        (PDF + b"\r\n" * 200, LabelKind.PDF),
        (PNG, LabelKind.PNG),
        (b"", None),
        (b"%PDF-1.7\n", None),
        (b"\n" + PDF, None),
        (PDF + b"MZ" + bytes(2000), None),
        (PNG + b"MZ", None),
        (PNG[:-1], None),
        (b"\x89PNG\r\n", None),
        (b"GIF89a", None),
        (b"\xff\xd8\xff\xe0JFIF", None),
        (b"<svg/>", None),
        (b"PK\x03\x04", None),
    ],
)
def test_what_the_bytes_are(content: bytes, kind: LabelKind | None) -> None:
    assert kind_of(content) is kind


def test_a_carrier_that_says_nothing_offers_nothing() -> None:
    parcel = Parcel("1001-S1", "k", {}, {}, ())
    for carrier in (Carrier(), Manual()):
        assert carrier.tracking_url("1") == ""
        assert not carrier.makes_labels
        assert not carrier.makes_return_labels
        with pytest.raises(CarrierRefused):
            carrier.make_label(parcel)
        with pytest.raises(CarrierRefused):
            carrier.make_return_label(parcel)


def test_a_label_of_a_carrier_is_empty_until_it_says_otherwise() -> None:
    assert CarrierLabel() == CarrierLabel(b"", "", "")
