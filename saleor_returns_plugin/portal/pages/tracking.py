"""The shopper tells how the goods come back, or corrects it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import Action
from ...errors import InvalidTransition, NotFound, ReturnsError
from ...models import OrderRecord, VendorReturn
from ...selectors import labels
from ...selectors.access import visible_vendor_returns
from ...selectors.vendor_returns import allowed_actions
from ...services import vendor_returns
from ...web.forms import Field, Problems
from ...web.page import page, render, status_of
from ...web.shell import shell_of
from ...web.tracking import TrackingFields, tracking_fields, typed_tracking
from ..session import NOTICES, for_shopper


@dataclass(frozen=True)
class TrackingPageView:
    id: UUID
    request_id: UUID
    number: str
    is_known: bool
    fields: TrackingFields
    problems: Problems


@page("GET", "POST")
@for_shopper
def tracking(
    request: HttpRequest,
    actor: Actor,
    record: OrderRecord,
    request_id: UUID,
    vendor_return_id: UUID,
) -> HttpResponse:
    parts = visible_vendor_returns(actor).select_related("vendor", "request__record")
    part = parts.filter(request=request_id, pk=vendor_return_id).first()
    if part is None:
        raise NotFound(_("There is no such return."))
    if Action.ADD_TRACKING not in allowed_actions(part, actor):
        raise InvalidTransition(
            _("Nothing of return %(number)s is to be sent now.") % {"number": part.number}
        )
    problems = Problems()
    if request.method != "POST":
        return _show(request, record, part, problems)

    def text(name: str) -> str:
        return request.POST.get(name, "").strip()

    try:
        vendor_returns.add_tracking(
            vendor_return_id=part.pk,
            actor=actor,
            tracking=typed_tracking(text),
            now=timezone.now(),
        )
    except ReturnsError as error:
        is_field = error.field in ("carrier", "number", "url")
        problems.add(error.message, str(error.field) if is_field else "")
        return _show(request, record, part, problems, status_of(error))
    response = HttpResponseRedirect(reverse("returns:portal-status", args=[request_id]))
    NOTICES.leave(request, response, f"{request_id}:tracking")
    return response


def _show(
    request: HttpRequest,
    record: OrderRecord,
    part: VendorReturn,
    problems: Problems,
    status: int = 200,
) -> HttpResponse:
    def field(name: str, known: str) -> Field:
        return problems.field(name, request.POST.get(name, known))

    data = TrackingPageView(
        id=part.pk,
        request_id=part.request_id,
        number=part.number,
        is_known=bool(part.tracking),
        fields=tracking_fields(field, "", part.tracking or _of_label(part)),
        problems=problems,
    )
    shell = shell_of(record.channel)
    return render(request, "portal/tracking.html", data, shell=shell, status=status)


def _of_label(part: VendorReturn) -> dict[str, str | None]:
    """What its prepaid label says of the parcel, where a carrier made it."""
    label = labels.of_return(part)
    return {"carrier": label.carrier, "number": label.number} if label and label.number else {}
