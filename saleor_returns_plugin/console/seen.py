"""What a form's page showed of a return: nobody decides on what has changed meanwhile."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from ..enums import ExchangeStatus, RefundStatus, ReturnStatus
from ..models import VendorReturn
from ..services import lifecycle
from ..web.forms import amount_of, uuid_of
from .forms import Typed


def status_of(typed: Typed) -> ReturnStatus | None:
    """None for a form that does not say."""
    value = typed.text("seen")
    return next((state for state in ReturnStatus if state.value == value), None)


def counted(part: VendorReturn) -> int:
    """Units that arrived, or count as missing."""
    return sum(line.received + line.missing for line in part.lines.all())


def counted_of(typed: Typed) -> int | None:
    return _number(typed.text("counted"))


def sent_of(typed: Typed) -> int | None:
    """Units of a shipment that had left, or waited for approval."""
    return _number(typed.text("sent"))


def payable(part: VendorReturn) -> int:
    """Units that are to be paid back, or are."""
    return sum(line.payable for line in part.lines.all())


def payable_of(typed: Typed) -> int | None:
    return _number(typed.text("payable"))


def due_of(typed: Typed) -> Decimal | None:
    """What was to be refunded."""
    return amount_of(typed.text("due"), 3)


def tracking(part: VendorReturn) -> str:
    """Its number; blank for none."""
    return str((part.tracking or {}).get("number") or "")


def said(typed: Typed, name: str) -> str | None:
    """None for a form that does not say."""
    return typed.values.get(f"{typed.form}-{name}")


def refund_status_of(typed: Typed) -> RefundStatus | None:
    """None for a form that does not say."""
    value = typed.text("refund")
    return next((state for state in RefundStatus if state.value == value), None)


def exchange_status_of(typed: Typed) -> ExchangeStatus | None:
    """None for a form that does not say."""
    value = typed.text("exchange")
    return next((state for state in ExchangeStatus if state.value == value), None)


def others_of(typed: Typed) -> set[UUID]:
    """The parts beside this one that the page showed as waiting."""
    return {key for text in typed.text("others").split() if (key := uuid_of(text))}


def check(part: VendorReturn, typed: Typed) -> None:
    """Raise Overtaken when the form was made for another state of the return."""
    lifecycle.check_expected(part, status_of(typed))
    holds = counted_of(typed) in (None, counted(part))
    holds = holds and payable_of(typed) in (None, payable(part))
    lifecycle.check_not_overtaken(part, holds=holds)


def parts_of(values: Mapping[str, str], name: str) -> Mapping[UUID, ReturnStatus] | None:
    """The parts that a list showed as waiting for approval, in one of its rows; None for a form
    that does not say."""
    keys = {key for text in values.get(name, "").split() if (key := uuid_of(text))}
    return dict.fromkeys(keys, ReturnStatus.REQUESTED) or None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
