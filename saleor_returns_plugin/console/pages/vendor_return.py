"""One return: what it is about, what can be done with it, and what happened."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...domain.addresses import formatted
from ...enums import ReturnStatus
from ...models import VendorReturn
from ...selectors import quotes
from ...web import formats
from ...web.forms import Problems
from ...web.page import page, render
from ...web.quotes import QuoteView, quote_view
from ...web.shell import shell_of
from ...web.words import word
from .. import access
from ..forms import Typed
from ..return_facts import (
    ArrivalView,
    EventView,
    ItemView,
    RefundView,
    arrival_views,
    event_views,
    item_view,
    refund_view,
)
from ..return_forms import Forms, forms_of
from ..rows import RowView, row_views
from ..session import Me, for_member, me


@dataclass(frozen=True)
class ReturnView:
    me: Me
    id: UUID
    number: str
    request_number: str
    order_number: str
    shipment_number: str
    vendor: str
    status: str
    status_key: str
    requested: str
    email: str
    """Blank for vendors: the shopper is the store's customer."""
    request_note: str
    items: tuple[ItemView, ...]
    quote: QuoteView
    address: tuple[str, ...]
    instructions: str
    decline_reason: str
    arrivals: tuple[ArrivalView, ...]
    refunds: tuple[RefundView, ...]
    siblings: tuple[RowView, ...]
    events: tuple[EventView, ...]
    forms: Forms
    notice: str
    problems: Problems


@page("GET")
@for_member
def vendor_return(request: HttpRequest, actor: Actor, vendor_return_id: UUID) -> HttpResponse:
    return show(request, actor, access.part(actor, vendor_return_id))


def show(
    request: HttpRequest,
    actor: Actor,
    part: VendorReturn,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with one of its forms as it was typed."""
    typed = typed or Typed()
    prefetch_related_objects([part], "lines__shipment_line", "refunds")
    shopper = part.request
    data = ReturnView(
        me=me(actor),
        id=part.pk,
        number=part.number,
        request_number=shopper.number,
        order_number=shopper.record.number,
        shipment_number=part.shipment.number,
        vendor=part.vendor.name,
        status=word(ReturnStatus(part.status)),
        status_key=part.status,
        requested=formats.moment(part.created_at),
        email=shopper.email if actor.is_merchant else "",
        request_note=shopper.note,
        items=tuple(item_view(line) for line in part.lines.all()),
        quote=quote_view(quotes.promised(part)),
        address=tuple(formatted(part.return_address or {})),
        instructions=part.return_instructions or "",
        decline_reason=part.decline_reason,
        arrivals=arrival_views(part),
        refunds=tuple(refund_view(refund) for refund in part.refunds.all()),
        siblings=_siblings(part, actor),
        events=event_views(part, actor),
        forms=forms_of(part, actor, typed),
        notice=_notice(request.GET.get("done", "")),
        problems=typed.problems,
    )
    shell = shell_of(shopper.record.channel)
    return render(request, "console/vendor_return.html", data, shell=shell, status=status)


def _siblings(part: VendorReturn, actor: Actor) -> tuple[RowView, ...]:
    """The other parts of the request that this actor may see."""
    rows = access.parts(actor).filter(request=part.request).exclude(pk=part.pk)
    return row_views(rows.prefetch_related("lines__shipment_line").order_by("number"))


def _notice(done: str) -> str:
    """What the form before this page did; known words only, whatever the address says."""
    return {
        "approve": _("Approved."),
        "accept": _("Accepted. The shopper is told where to send the goods."),
        "decline": _("Declined. The shopper is told why."),
        "receive": _("The goods are recorded."),
        "refund": _("Refund sent. See below what became of it."),
        "cancel": _("Cancelled."),
    }.get(done, "")
