"""What a form's page showed of a return: nobody decides on what has changed meanwhile."""

from uuid import UUID

from ..enums import ReturnStatus
from ..models import VendorReturn
from ..services import lifecycle
from ..web.forms import uuid_of
from .forms import Typed


def status_of(typed: Typed) -> ReturnStatus | None:
    """None for a form that does not say."""
    value = typed.text("seen")
    return next((state for state in ReturnStatus if state.value == value), None)


def counted(part: VendorReturn) -> int:
    """Units that arrived, or count as missing."""
    return sum(line.received + line.missing for line in part.lines.all())


def counted_of(typed: Typed) -> int | None:
    value = typed.text("counted")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None


def others_of(typed: Typed) -> set[UUID]:
    """The parts beside this one that the page showed as waiting."""
    return {key for text in typed.text("others").split() if (key := uuid_of(text))}


def check(part: VendorReturn, typed: Typed) -> None:
    """Raise Overtaken when the form was made for another state of the return."""
    lifecycle.check_expected(part, status_of(typed))
    holds = counted_of(typed) in (None, counted(part))
    lifecycle.check_not_overtaken(part, holds=holds)
