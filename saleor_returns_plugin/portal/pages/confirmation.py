"""The request was sent."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from ...domain.actors import Actor
from ...errors import NotFound
from ...models import OrderRecord
from ...selectors.access import visible_requests
from ...web.page import page, render
from ...web.shell import shell_of
from ..session import for_shopper


@dataclass(frozen=True)
class ConfirmationView:
    id: UUID
    number: str
    email: str
    part_count: int


@page("GET")
@for_shopper
def confirmation(
    request: HttpRequest, actor: Actor, record: OrderRecord, request_id: UUID
) -> HttpResponse:
    sent = visible_requests(actor).filter(pk=request_id).first()
    if sent is None:
        raise NotFound(gettext("There is no such return request."))
    data = ConfirmationView(sent.pk, sent.number, sent.email, sent.vendor_returns.count())
    return render(request, "portal/confirmation.html", data, shell=shell_of(record.channel))
