"""The forms that take one return further on its way, as far as this actor may now."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from ..domain.actors import Actor
from ..domain.addresses import is_complete
from ..enums import Action, ReturnStatus
from ..models import VendorReturn
from ..selectors.returned import in_conflict
from ..web import addresses
from ..web.addresses import AddressField
from ..web.forms import Field, idempotency_key
from . import access, partial_form, reception_form, refund_form, seen
from .forms import Typed
from .partial_form import PartialForm
from .refund_form import RefundForm


@dataclass(frozen=True)
class ApproveForm:
    note: Field
    partly: PartialForm
    all: Field
    others: tuple[UUID, ...]
    """Further parts of the same request that wait for approval."""
    confirm: Field | None
    """Only where Saleor's own order says something else than one of these parts."""


@dataclass(frozen=True)
class AcceptForm:
    note: Field
    partly: PartialForm
    instructions: Field
    label_file: Field
    label_url: Field
    own_address: tuple[str, ...]
    own_instructions: str
    address: tuple[AddressField, ...]
    problem: str
    is_open: bool
    """Show the address fields: the vendor has none of its own, or one was typed."""
    needs_address: bool
    """Not where the shopper keeps all of it."""


@dataclass(frozen=True)
class ReceiveForm:
    lines: tuple[reception_form.LineView, ...]
    key: str
    counted: int
    is_late: bool
    """The parcel came although the return had ended."""
    is_open: bool


@dataclass(frozen=True)
class Forms:
    approve: ApproveForm | None
    accept: AcceptForm | None
    receive: ReceiveForm | None
    refund: RefundForm | None
    left_to_store: str
    """Why a vendor cannot refund what is due; blank where it can, or nothing is."""


def forms_of(part: VendorReturn, actor: Actor, actions: Collection[Action], typed: Typed) -> Forms:
    return Forms(
        approve=_approve(part, actor, typed) if Action.APPROVE in actions else None,
        accept=_accept(part, typed) if Action.ACCEPT in actions else None,
        receive=_receive(part, typed) if Action.RECEIVE in actions else None,
        refund=refund_form.form_of(part, actor, typed) if Action.REFUND in actions else None,
        left_to_store=refund_form.left_to_store(part, actor, actions),
    )


def _approve(part: VendorReturn, actor: Actor, typed: Typed) -> ApproveForm:
    others = list(waiting_with(part, actor))
    return ApproveForm(
        note=typed.field("approve-note"),
        partly=partial_form.form_of("approve", part.lines.all(), typed),
        all=typed.field("approve-all"),
        others=tuple(other.pk for other in others),
        confirm=typed.field("approve-confirm") if any(in_conflict([part, *others])) else None,
    )


def waiting_with(part: VendorReturn, actor: Actor) -> QuerySet[VendorReturn]:
    """The other parts of the request that wait for approval."""
    rows = access.parts(actor).filter(request=part.request, status=ReturnStatus.REQUESTED.value)
    return rows.exclude(pk=part.pk)


def _accept(part: VendorReturn, typed: Typed) -> AcceptForm:
    own = part.vendor.return_address
    has_own = is_complete(own)
    address = addresses.form_fields(typed.field, "accept-address-")
    needs_address = any(line.is_sent_back for line in part.lines.all())
    is_typed = any(item.field.value or item.field.problem for item in address)
    return AcceptForm(
        note=typed.field("accept-note"),
        partly=partial_form.form_of("accept", part.lines.all(), typed),
        instructions=typed.field("accept-return_instructions"),
        label_file=typed.field("accept-label_file"),
        label_url=typed.field("accept-label_url"),
        own_address=addresses.lines(own) if has_own else (),
        own_instructions=part.vendor.return_instructions,
        address=address,
        problem=typed.problems.of("accept-address"),
        is_open=(needs_address and not has_own) or is_typed,
        needs_address=needs_address,
    )


def _receive(part: VendorReturn, typed: Typed) -> ReceiveForm:
    is_own = typed.form == reception_form.FORM
    return ReceiveForm(
        lines=reception_form.line_views(part.lines.all(), typed),
        key=idempotency_key(typed.values if is_own else None),
        counted=seen.counted(part),
        is_late=ReturnStatus(part.status) in (ReturnStatus.CANCELLED, ReturnStatus.EXPIRED),
        is_open=is_own,
    )
