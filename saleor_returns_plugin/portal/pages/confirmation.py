"""The request was sent."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from ...domain.actors import Actor
from ...errors import NotFound
from ...models import OrderRecord, ReturnLine
from ...selectors.access import visible_requests
from ...web.page import page, render
from ...web.shell import shell_of
from ..exchange_choice import to_pay_for
from ..session import for_shopper


@dataclass(frozen=True)
class ConfirmationView:
    id: UUID
    number: str
    email: str
    part_count: int
    is_exchange: bool
    to_pay: str


@page("GET")
@for_shopper
def confirmation(
    request: HttpRequest, actor: Actor, record: OrderRecord, request_id: UUID
) -> HttpResponse:
    sent = visible_requests(actor).filter(pk=request_id).first()
    if sent is None:
        raise NotFound(gettext("There is no such return request."))
    lines = list(ReturnLine.objects.filter(vendor_return__request=sent))
    data = ConfirmationView(
        sent.pk,
        sent.number,
        sent.email,
        part_count=len({line.vendor_return_id for line in lines}),
        is_exchange=any(line.is_exchanged for line in lines),
        to_pay=to_pay_for(lines, record.currency),
    )
    return render(request, "portal/confirmation.html", data, shell=shell_of(record.channel))
