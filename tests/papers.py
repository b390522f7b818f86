"""Labels as files: good ones, and what is none."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from saleor_returns_plugin.domain.carriers import Carrier, CarrierLabel, CarrierRefused, Parcel
from saleor_returns_plugin.services.labels import GivenLabel

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c63600000000200014898f6b10000000049454e44ae426082"
)
EXE = b"MZ\x90\x00\x03" + bytes(60)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>%PDF-1.4 %%EOF"
TOO_LARGE = PDF[:9] + bytes(5_000_000) + b"%%EOF"

NO_LABELS = {
    "a renamed exe": EXE,
    "an svg with a script": SVG,
    "a page that names a pdf": HTML,
    "a png with an exe behind it": PNG + EXE,
    "a pdf with an exe behind it": PDF + EXE + bytes(2000),
    "half a png": PNG[:-12],
    "nothing": b"",
    "too large": TOO_LARGE,
}


def an_upload(content: bytes = PDF, name: str = "label.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def a_file(content: bytes = PDF, name: str = "label.pdf") -> GivenLabel:
    return GivenLabel(file=an_upload(content, name))


class Owl(Carrier):
    """A carrier whose answers a test sets; it keeps what it was asked."""

    code = "owl"
    name = "Owl Post"
    aliases = ("the owls",)
    makes_labels = True
    makes_return_labels = True

    asked: list[tuple[str, Parcel]] = []
    answer: Any = None

    def tracking_url(self, number: str) -> str:
        return f"https://owl.example/{number}"

    def make_label(self, parcel: Parcel) -> CarrierLabel:
        return self._made("out", parcel)

    def make_return_label(self, parcel: Parcel) -> CarrierLabel:
        return self._made("back", parcel)

    def _made(self, way: str, parcel: Parcel) -> Any:
        Owl.asked.append((way, parcel))
        if isinstance(Owl.answer, Exception):
            raise Owl.answer
        return Owl.answer


class Snail(Carrier):
    """Follows parcels, with a link that is none; makes no labels."""

    code = "snail"
    name = "Snail Mail"

    def tracking_url(self, number: str) -> str:
        return f"javascript:alert({number})"


OWL, SNAIL = "tests.papers.Owl", "tests.papers.Snail"
REFUSAL = CarrierRefused("The postal code does not exist.")


def with_owls(settings: Any, answer: Any = None) -> type[Owl]:
    settings.RETURNS_CARRIERS = [OWL, SNAIL]
    Owl.asked = []
    Owl.answer = CarrierLabel(content=PDF, tracking_number="OWL 1") if answer is None else answer
    return Owl
