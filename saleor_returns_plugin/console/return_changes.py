"""The forms of one return beside its usual way: how it is changed, reopened or given up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ..domain.actors import Actor
from ..domain.exchanges import Option
from ..enums import Action, ExchangeStatus, Resolution
from ..models import Label, ReturnLine, VendorReturn
from ..selectors import labels, quotes
from ..selectors.exchanges import is_anything_sent, live, option_for, options_for
from ..selectors.policies import offered
from ..selectors.quotes import AsMoney
from ..selectors.returned import PaidUnits, as_paid
from ..selectors.vendor_returns import can_move, changeable_to, handling_role
from ..services.resolutions import fingerprint
from ..web import exchange_options
from ..web.forms import Choice, Field, choices
from ..web.tracking import TrackingFields, tracking_fields
from ..web.words import word
from . import label_form, seen
from .forms import Typed
from .label_form import LabelForm


@dataclass(frozen=True)
class TrackingForm:
    fields: TrackingFields
    was: str
    is_known: bool
    is_open: bool


@dataclass(frozen=True)
class ResolutionForm:
    """Of one line; each field only where there is something to choose."""

    id: UUID
    name: str
    was: str
    resolution: Field | None
    resolutions: tuple[Choice, ...]
    variant: Field | None
    variants: tuple[Choice, ...]
    send_back: Field | None
    send_backs: tuple[Choice, ...]


@dataclass(frozen=True)
class Changes:
    """`close`: the units that would count as missing; 0 when nothing can be closed."""

    decline: Field | None
    reopen: Field | None
    close: int
    is_owed_if_closed: bool
    """Some of these were replaced, by what need not wait for them any more."""
    counted: int
    tracking: TrackingForm | None
    label: LabelForm | None
    resolutions: tuple[ResolutionForm, ...]
    can_cancel: bool
    are_resolutions_open: bool


def changes_of(
    part: VendorReturn,
    actor: Actor,
    actions: Collection[Action],
    typed: Typed,
    paid: Mapping[UUID, PaidUnits],
    label: Label | None,
) -> Changes:
    lines = list(part.lines.all())
    may_change = Action.CHANGE_RESOLUTION in actions
    can_exchange = may_change and Resolution.EXCHANGE in offered()
    options = options_for(part.request.record, lines) if can_exchange else {}
    is_sent = may_change and _is_replacement_sent(part, lines)
    may_become = [line for line in lines if line.is_exchanged] if may_change and not is_sent else []
    money = quotes.as_money(part, may_become)
    forms = [
        _resolution(
            part,
            line,
            actor,
            typed,
            paid[line.pk],
            options.get(line.shipment_line_id, []),
            money.get(line.pk),
            is_sent=is_sent and line.is_exchanged,
        )
        for line in (lines if may_change else ())
    ]
    return Changes(
        decline=typed.field("decline-reason") if Action.DECLINE in actions else None,
        reopen=typed.field("reopen-reason") if Action.REOPEN in actions else None,
        close=sum(line.expected for line in lines) if Action.CLOSE in actions else 0,
        is_owed_if_closed=Action.CLOSE in actions and _is_owed_if_closed(part, lines),
        counted=seen.counted(part),
        tracking=_tracking(part, typed) if _may_track(actor, actions) else None,
        label=label_form.form_of(typed, label, is_return=True)
        if labels.takes_return_label(part)
        else None,
        resolutions=tuple(form for form in forms if form is not None),
        # A member who is the shopper of this very return cancels it in the portal.
        can_cancel=Action.CANCEL in actions and actor.is_merchant,
        are_resolutions_open=typed.form == "resolution",
    )


def _may_track(actor: Actor, actions: Collection[Action]) -> bool:
    """As for cancelling: a vendor's member tracks an own purchase in the portal."""
    return Action.ADD_TRACKING in actions and actor.is_merchant


def _tracking(part: VendorReturn, typed: Typed) -> TrackingForm:
    return TrackingForm(
        fields=tracking_fields(typed.field, "tracking-", part.tracking),
        was=seen.tracking(part),
        is_known=bool(part.tracking),
        is_open=typed.form == "tracking",
    )


def _is_replacement_sent(part: VendorReturn, lines: Sequence[ReturnLine]) -> bool:
    exchange = live(part) if any(line.is_exchanged for line in lines) else None
    return exchange is not None and is_anything_sent(exchange)


def _is_owed_if_closed(part: VendorReturn, lines: Sequence[ReturnLine]) -> bool:
    exchange = live(part) if any(line.is_exchanged and line.expected for line in lines) else None
    return exchange is not None and exchange.status == ExchangeStatus.RELEASED.value


def _resolution(
    part: VendorReturn,
    line: ReturnLine,
    actor: Actor,
    typed: Typed,
    paid: PaidUnits,
    options: Sequence[Option],
    money: AsMoney | None,
    *,
    is_sent: bool,
) -> ResolutionForm | None:
    """`is_sent`: something is on its way for it, so only its goods may still be left with the
    shopper."""
    if not line.accepted or paid.whole or (is_sent and not line.send_back):
        return None
    start = f"resolution-{line.pk}-"
    roles = {role} if (role := handling_role(actor, part)) else set()
    changeable = changeable_to(part, roles)
    options = as_paid(options, line.pk, paid) if Resolution.EXCHANGE in changeable else []
    had = [option for option in options if option.available >= line.accepted]
    choosable = [
        member
        for member in Resolution
        if member.value == line.resolution
        or (member in changeable and (member is not Resolution.EXCHANGE or had))
    ]
    is_choice = not is_sent and any(member.value != line.resolution for member in choosable)
    may_keep = actor.is_merchant and can_move(part, line, paid)
    if not is_choice and not may_keep:
        return None
    currency = part.request.record.currency
    resolution = typed.field(f"{start}resolution", line.resolution)
    wanted = line.wanted_variant_id
    is_had = option_for(had, wanted) is not None
    variant = typed.field(f"{start}variant", str(wanted) if is_had else "")
    send_back = typed.field(f"{start}send_back", "yes" if line.send_back else "no")
    return ResolutionForm(
        id=line.pk,
        name=line.shipment_line.name,
        was=fingerprint(line),
        resolution=resolution if is_choice else None,
        resolutions=choices(
            [(member.value, _choice(member, money, currency)) for member in choosable],
            resolution.value,
        ),
        variant=variant if is_choice and had else None,
        variants=choices(
            (
                []
                if is_had
                else [("", _("As it is now") if line.is_exchanged else _("Please choose"))]
            )
            + exchange_options.labels(
                had,
                own=line.shipment_line.variant_id,
                units=line.accepted,
                currency=currency,
            ),
            variant.value,
        ),
        send_back=send_back if may_keep else None,
        send_backs=choices(
            [("yes", _("The goods come back")), ("no", _("The shopper keeps the goods"))],
            send_back.value,
        ),
    )


def _choice(resolution: Resolution, money: AsMoney | None, currency: str) -> str:
    """`money`: what the item would give back that is exchanged now."""
    if money is None or resolution is not Resolution.REFUND:
        return word(resolution)
    return exchange_options.money_back(money.amount, money.fees, currency)
