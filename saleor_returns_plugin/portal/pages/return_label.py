"""The prepaid label of a return, for its shopper."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...errors import NotFound
from ...models import OrderRecord
from ...selectors import labels
from ...selectors.access import visible_vendor_returns
from ...web.labels import response_of
from ...web.page import page
from ..session import for_shopper


@page("GET")
@for_shopper
def return_label(
    request: HttpRequest,
    actor: Actor,
    record: OrderRecord,
    request_id: UUID,
    vendor_return_id: UUID,
) -> HttpResponse:
    parts = visible_vendor_returns(actor).select_related("vendor", "request__record")
    part = parts.filter(request=request_id, pk=vendor_return_id).first()
    if part is None or not labels.sees_return_label(actor, part):
        raise NotFound(_("There is no label."))
    return response_of(labels.of_return(part), part.number)
