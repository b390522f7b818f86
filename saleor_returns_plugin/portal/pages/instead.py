"""An exchange could not be made: the shopper chooses another variant, or the money back."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...domain.exchanges import Option
from ...enums import Resolution
from ...errors import NotFound, ReturnsError
from ...models import Exchange, OrderRecord, ReturnLine
from ...selectors.access import visible_return_lines
from ...selectors.exchanges import exchanged, left_to_shopper, option_named, options_for
from ...selectors.quotes import as_money
from ...services import resolutions
from ...web.forms import Problems, uuid_of
from ...web.page import page, render, status_of
from ...web.shell import shell_of
from ..exchange_facts import InsteadForm, field_name, instead_form, is_free
from ..session import NOTICES, for_shopper


@dataclass(frozen=True)
class InsteadView:
    request_id: UUID
    number: str
    form: InsteadForm | None
    """None where there is nothing to choose, any more or at all."""
    problems: Problems


@page("GET", "POST")
@for_shopper
def instead(
    request: HttpRequest,
    actor: Actor,
    record: OrderRecord,
    request_id: UUID,
    return_line_id: UUID,
) -> HttpResponse:
    problems = Problems()
    line = _line(actor, request_id, return_line_id)
    if request.method != "POST":
        return _show(request, record, line, problems)
    name = field_name(line)
    typed = request.POST.get(name, "").strip()
    resolution, option = _choice(record, line, typed)
    if resolution is None:
        text = _("Choose what you would like instead.")
        problems.add(
            _("This is not available any more. Choose something else.") if typed else text, name
        )
        return _show(request, record, line, problems, typed, 422)
    try:
        resolutions.change(
            return_line_id=line.pk,
            actor=actor,
            resolution=resolution,
            exchange_variant_id=option.variant_id if option else None,
            failed_exchange_id=uuid_of(request.POST.get("seen", "")),
            now=timezone.now(),
        )
    except ReturnsError as error:
        line = _line(actor, request_id, return_line_id)
        is_of_field = error.field in ("resolution", "exchange_variant_id")
        problems.add(error.message, name if is_of_field and _failed(line) else "")
        return _show(request, record, line, problems, typed, status_of(error))
    response = HttpResponseRedirect(reverse("returns:portal-status", args=[request_id]))
    NOTICES.leave(request, response, f"{request_id}:instead")
    return response


def _choice(
    record: OrderRecord, line: ReturnLine, typed: str
) -> tuple[Resolution | None, Option | None]:
    """None for what is not offered."""
    if typed == Resolution.REFUND.value:
        return Resolution.REFUND, None
    offered = options_for(record, [line])[line.shipment_line_id] if typed else ()
    option = option_named(offered, typed)
    return (Resolution.EXCHANGE if option else None), option


def _line(actor: Actor, request_id: UUID, return_line_id: UUID) -> ReturnLine:
    """Raises NotFound for another order's."""
    lines = visible_return_lines(actor).filter(vendor_return__request=request_id)
    found = lines.select_related("vendor_return__request__record", "shipment_line").filter(
        pk=return_line_id
    )
    line = found.first()
    if line is None:
        raise NotFound(_("There is no such item."))
    return line


def _failed(line: ReturnLine) -> Exchange | None:
    """The exchange of the line that the shopper may change; None where nothing is to be chosen."""
    return left_to_shopper(line.vendor_return) if exchanged([line]) else None


def _show(
    request: HttpRequest,
    record: OrderRecord,
    line: ReturnLine,
    problems: Problems,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    exchange = _failed(line)
    form = None
    if exchange is not None:
        options = options_for(record, [line] if is_free(line, exchange) else [])
        money = as_money(line.vendor_return, [line])[line.pk]
        form = instead_form(line, exchange, options, money, problems, typed)
    data = InsteadView(line.vendor_return.request_id, line.vendor_return.number, form, problems)
    shell = shell_of(record.channel)
    return render(request, "portal/instead.html", data, shell=shell, status=status)
