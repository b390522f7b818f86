"""The label of a parcel: attached as a file or a link, or made by a carrier."""

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import ReturnsError
from ..models import Label
from ..services import carriers
from ..services.labels import GivenLabel
from ..web.forms import Choice, Field, choices
from .forms import Typed

FORM = "label"


@dataclass(frozen=True)
class LabelForm:
    file: Field
    url: Field
    carrier: Field
    carriers: tuple[Choice, ...]
    """Those that make such labels."""
    is_known: bool
    is_open: bool


def form_of(typed: Typed, label: Label | None, *, is_return: bool) -> LabelForm:
    carrier = typed.field(f"{FORM}-carrier")
    found = [(each.code, each.name) for each in carriers.that_make(is_return=is_return)]
    return LabelForm(
        file=typed.field(f"{FORM}-file"),
        url=typed.field(f"{FORM}-url"),
        carrier=carrier,
        carriers=choices(found, carrier.value),
        is_known=label is not None,
        is_open=typed.form == FORM,
    )


def given(typed: Typed, start: str = "") -> GivenLabel:
    """From the fields whose names go on with `start`."""
    return GivenLabel(file=typed.file(f"{start}file"), url=typed.text(f"{start}url"))


def attach(typed: Typed, *, make: Callable[..., object], set_given: Callable[..., object]) -> None:
    """Have the chosen carrier make the label, or take what was given; both are services, told whose
    label it is."""
    carrier = typed.text("carrier")
    try:
        if carrier:
            make(carrier=carrier)
        else:
            set_given(given=given(typed))
    except ReturnsError as error:
        refuse(error, typed)
        raise


def refuse(error: ReturnsError, typed: Typed) -> None:
    """Beside the field that it is about: that of a file holds no text by which it is known."""
    is_field = error.field in ("file", "url", "carrier")
    typed.refuse(error, f"{FORM}-{error.field}" if is_field else "")
