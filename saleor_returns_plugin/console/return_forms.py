"""The forms that one return offers to this actor now."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..domain.actors import Actor
from ..domain.addresses import FIELDS, formatted, is_complete
from ..enums import Action, ActorKind, ReturnStatus
from ..models import VendorReturn
from ..selectors import quotes
from ..selectors.vendor_returns import allowed_actions, roles_of
from ..web.forms import Field, idempotency_key
from ..web.quotes import QuoteView, quote_view
from . import access, reception_form
from .forms import Typed


@dataclass(frozen=True)
class ApproveForm:
    note: Field
    others: int
    """Further parts of the same request that wait for approval."""


@dataclass(frozen=True)
class AddressField:
    label: str
    field: Field


@dataclass(frozen=True)
class AcceptForm:
    note: Field
    instructions: Field
    own_address: tuple[str, ...]
    own_instructions: str
    address: tuple[AddressField, ...]
    problem: str
    is_open: bool
    """Show the address fields: the vendor has none of its own, or one was typed."""


@dataclass(frozen=True)
class ReceiveForm:
    lines: tuple[reception_form.LineView, ...]
    key: str
    is_late: bool
    """The parcel came although the return had ended."""
    is_open: bool


@dataclass(frozen=True)
class RefundForm:
    quote: QuoteView
    key: str


@dataclass(frozen=True)
class Forms:
    approve: ApproveForm | None
    accept: AcceptForm | None
    receive: ReceiveForm | None
    refund: RefundForm | None
    decline: Field | None
    can_cancel: bool


def forms_of(part: VendorReturn, actor: Actor, typed: Typed) -> Forms:
    actions = allowed_actions(part, actor)
    return Forms(
        approve=_approve(part, actor, typed) if Action.APPROVE in actions else None,
        accept=_accept(part, typed) if _may_accept(part, actor) else None,
        receive=_receive(part, typed) if Action.RECEIVE in actions else None,
        refund=_refund(part) if Action.REFUND in actions else None,
        decline=typed.field("decline-reason") if Action.DECLINE in actions else None,
        # A member who is the shopper of this very return cancels it in the portal.
        can_cancel=Action.CANCEL in actions and actor.is_merchant,
    )


def _approve(part: VendorReturn, actor: Actor, typed: Typed) -> ApproveForm:
    others = access.parts(actor).filter(request=part.request, status=ReturnStatus.REQUESTED.value)
    return ApproveForm(typed.field("approve-note"), others.exclude(pk=part.pk).count())


def _may_accept(part: VendorReturn, actor: Actor) -> bool:
    """Also without an address of the vendor's own: one can be given for this return."""
    is_handler = roles_of(actor, part) & {ActorKind.VENDOR, ActorKind.MERCHANT}
    return bool(is_handler) and ReturnStatus(part.status) is ReturnStatus.APPROVED


def address_fields() -> dict[str, str]:
    """Field -> label, in the order in which they are written on a parcel."""
    labels = {
        "name": _("Name"),
        "company_name": _("Company"),
        "street_address_1": _("Street"),
        "street_address_2": _("Street, second line"),
        "city": _("City"),
        "city_area": _("District"),
        "postal_code": _("Postal code"),
        "country_area": _("State or province"),
        "country": _("Country code, for example DE"),
        "phone": _("Phone"),
    }
    return {name: labels[name] for name in FIELDS}


def _accept(part: VendorReturn, typed: Typed) -> AcceptForm:
    own = part.vendor.return_address
    has_own = is_complete(own)
    address = tuple(
        AddressField(label, typed.field(f"accept-address-{name}"))
        for name, label in address_fields().items()
    )
    return AcceptForm(
        note=typed.field("accept-note"),
        instructions=typed.field("accept-return_instructions"),
        own_address=tuple(formatted(own)) if has_own else (),
        own_instructions=part.vendor.return_instructions,
        address=address,
        problem=typed.problems.of("accept-address"),
        is_open=not has_own or any(item.field.value for item in address),
    )


def _receive(part: VendorReturn, typed: Typed) -> ReceiveForm:
    is_own = typed.form == reception_form.FORM
    return ReceiveForm(
        lines=reception_form.line_views(part.lines.all(), typed),
        key=idempotency_key(typed.values if is_own else None),
        is_late=ReturnStatus(part.status) in (ReturnStatus.CANCELLED, ReturnStatus.EXPIRED),
        is_open=is_own,
    )


def _refund(part: VendorReturn) -> RefundForm:
    """Always a new key: after a failed try, the same one would only tell of it again."""
    return RefundForm(quote_view(quotes.due_now(part)), idempotency_key())
