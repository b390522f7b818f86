"""What the shopper chose on the order page, checked line by line so that all is told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from ..domain.exchanges import Option
from ..domain.requested import RequestedLine
from ..enums import Resolution
from ..errors import ReturnsError
from ..selectors import reasons
from ..selectors.shipments import ReturnableLine, ReturnableOrder
from ..services.eligibility import error_of
from ..services.exchanges import checked_option
from ..web.forms import Problems, uuid_of, whole_number
from .exchange_choice import Offered, chosen_of, nothing_instead, offered_of, resolutions_of

FIELDS = ("quantity", "reason", "note", "resolution", "exchange")
_LONGEST_NOTE = 2_000
# The services' names for the fields of a line.
_FIELD_OF_ERROR = {
    "reason_id": "reason",
    "shipment_line_id": "quantity",
    "lines": "quantity",
    "exchange_variant_id": "exchange",
}


def field_name(line_id: UUID, name: str) -> str:
    return f"line-{line_id}-{name}"


@dataclass
class Submission:
    """`typed` holds every field of every line as it came; `lines` what is asked for.

    `offered` is what could be had in exchange, `wanted` what of it was chosen, by shipment line.
    """

    typed: Mapping[UUID, Mapping[str, str]]
    note: str
    offered: Offered
    lines: list[RequestedLine] = field(default_factory=list)
    wanted: dict[UUID, Option] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def refuse(self, error: ReturnsError) -> None:
        """Put a service's refusal beside the field that it is about."""
        name = error.field or ""
        if error.index and error.index[0] < len(self.lines):
            line_id = self.lines[error.index[0]].shipment_line_id
            name = field_name(line_id, _FIELD_OF_ERROR.get(name, name))
        elif name != "note":
            name = ""
        self.problems.add(error.message, name)


def read(post: QueryDict, order: ReturnableOrder) -> Submission:
    """Only lines of this order are looked for; anything else that came is not."""
    lines = [line for shipment in order.shipments for line in shipment.lines]
    typed = {
        line.line.pk: {
            name: post.get(field_name(line.line.pk, name), "").strip() for name in FIELDS
        }
        for line in lines
    }
    submission = Submission(typed, post.get("note", "").strip(), offered_of(order))
    known = set(reasons.active().values_list("pk", flat=True))
    for line in lines:
        _read_line(line, typed[line.line.pk], known, submission)
    if len(submission.note) > _LONGEST_NOTE:
        submission.problems.add(_too_long(), "note")
    if not submission.lines and not submission.problems:
        submission.problems.add(_("Choose how many of which item you want to return."))
    return submission


def _read_line(
    line: ReturnableLine, typed: Mapping[str, str], known: set[UUID], submission: Submission
) -> None:
    def wrong(name: str, message: str) -> None:
        submission.problems.add(message, field_name(line.line.pk, name), line.line.name)

    quantity = whole_number(typed["quantity"])
    if quantity == 0:
        return
    if line.refusal is not None:
        wrong("quantity", error_of(line.refusal).message)
        return
    if not resolutions_of(line, submission.offered):
        wrong("quantity", nothing_instead())
        return
    if quantity is None or quantity > line.returnable_quantity:
        most = line.returnable_quantity
        wrong("quantity", _("Enter a whole number from 0 to %(most)s.") % {"most": most})
        return
    reason_id = uuid_of(typed["reason"])
    if typed["reason"] and reason_id not in known:
        wrong("reason", _("Choose one of the reasons."))
    resolution = _resolution(typed["resolution"], line, submission.offered)
    wanted = None
    if resolution is None:
        wrong("resolution", _("Choose what you would like instead."))
    elif resolution is Resolution.EXCHANGE:
        options = submission.offered.get(line.line.pk, ())
        wanted, problem = _exchange(options, typed["exchange"], quantity)
        if problem:
            wrong("exchange", problem)
    if len(typed["note"]) > _LONGEST_NOTE:
        wrong("note", _too_long())
    submission.lines.append(
        RequestedLine(
            shipment_line_id=line.line.pk,
            quantity=quantity,
            reason_id=reason_id,
            note=typed["note"],
            resolution=resolution or Resolution.REFUND,
            exchange_variant_id=wanted.variant_id if wanted else None,
        )
    )
    if wanted is not None:
        submission.wanted[line.line.pk] = wanted


def _resolution(text: str, line: ReturnableLine, offered: Offered) -> Resolution | None:
    """The only one on offer need not be chosen."""
    can_be_had = resolutions_of(line, offered)
    if not text and len(can_be_had) == 1:
        return can_be_had[0]
    return next((option for option in line.resolutions if option.value == text), None)


def _exchange(options: Sequence[Option], text: str, units: int) -> tuple[Option | None, str]:
    """What is wanted, and what is wrong with it."""
    if not options:
        return None, nothing_instead()
    option = chosen_of(options, text)
    if option is None and text:
        return None, _("This is not available any more. Choose something else.")
    if option is None:
        return None, _("Choose what you would like in exchange.")
    try:
        return checked_option(option, units=units, index=None), ""
    except ReturnsError as error:
        return option, error.message


def _too_long() -> str:
    return _("Write at most %(most)s characters.") % {"most": _LONGEST_NOTE}
