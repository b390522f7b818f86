"""Labels and packing slips by signed addresses: whoever has one needs no sign-in."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import host
from ..conf import setting
from ..domain.actors import Actor
from ..enums import DocumentKind
from ..errors import NotFound
from ..models import VendorShipment
from ..selectors import labels
from ..selectors.access import visible_shipments, visible_vendor_returns
from ..services import documents
from ..services.documents import Document
from . import packing_slip
from .labels import response_of
from .page import page


def url_of(kind: DocumentKind, key: UUID, actor: Actor) -> str | None:
    """Where this actor opens it without more; None when the store mounts no pages here."""
    path = _path(documents.token(kind, key, actor=actor, now=timezone.now()))
    base = setting("RETURNS_PUBLIC_URL") or host.current.public_url()
    return base.rstrip("/") + path if path else None


@page("GET")
def open_document(request: HttpRequest, token: str) -> HttpResponse:
    document = documents.opened(token, timezone.now())
    return _SHOWN[document.kind](request, document)


def _path(token: str) -> str:
    try:
        return reverse("returns:document", args=[token])
    except NoReverseMatch:
        return ""


def _slip(request: HttpRequest, document: Document) -> HttpResponse:
    shipment = _shipment(document)
    token = documents.token(
        DocumentKind.PACKING_SLIP_PDF, shipment.pk, actor=document.actor, now=timezone.now()
    )
    return packing_slip.page_of(request, shipment, _path(token))


def _slip_pdf(request: HttpRequest, document: Document) -> HttpResponse:
    return packing_slip.pdf_of(request, _shipment(document))


def _shipment_label(request: HttpRequest, document: Document) -> HttpResponse:
    shipment = _shipment(document)
    return response_of(labels.of_shipment(shipment), shipment.number)


def _return_label(request: HttpRequest, document: Document) -> HttpResponse:
    parts = visible_vendor_returns(document.actor).select_related("request__record", "vendor")
    part = parts.filter(pk=document.key).first()
    if part is None:
        raise _nothing()
    if not labels.sees_return_label(document.actor, part):
        # The shopper's own, and of no use any more: the page of the return says why.
        return HttpResponseRedirect(reverse("returns:portal-status", args=[part.request_id]))
    return response_of(labels.of_return(part), part.number)


def _shipment(document: Document) -> VendorShipment:
    """Raises NotFound for who does not handle it, its shopper included."""
    shipments = visible_shipments(document.actor).select_related("record", "vendor")
    shipment = shipments.filter(pk=document.key).first()
    if shipment is None or not labels.handles(document.actor, shipment):
        raise _nothing()
    return shipment


def _nothing() -> NotFound:
    return NotFound(_("This link opens nothing."))


_SHOWN: dict[DocumentKind, Callable[[HttpRequest, Document], HttpResponse]] = {
    DocumentKind.PACKING_SLIP: _slip,
    DocumentKind.PACKING_SLIP_PDF: _slip_pdf,
    DocumentKind.SHIPMENT_LABEL: _shipment_label,
    DocumentKind.RETURN_LABEL: _return_label,
}
