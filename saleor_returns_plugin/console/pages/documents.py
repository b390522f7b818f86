"""Packing slips and labels, for who is signed in to the console."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ...domain.actors import Actor
from ...selectors import labels
from ...web import packing_slip
from ...web.labels import response_of
from ...web.page import page
from .. import access
from ..session import for_member


@page("GET")
@for_member
def slip(request: HttpRequest, actor: Actor, shipment_id: UUID) -> HttpResponse:
    row = access.shipment(actor, shipment_id)
    pdf_url = reverse("returns:console-packing-slip-pdf", args=[row.pk])
    return packing_slip.page_of(request, row, pdf_url)


@page("GET")
@for_member
def slip_pdf(request: HttpRequest, actor: Actor, shipment_id: UUID) -> HttpResponse:
    return packing_slip.pdf_of(request, access.shipment(actor, shipment_id))


@page("GET")
@for_member
def shipment_label_file(request: HttpRequest, actor: Actor, shipment_id: UUID) -> HttpResponse:
    row = access.shipment(actor, shipment_id)
    return response_of(labels.of_shipment(row), row.number)


@page("GET")
@for_member
def return_label_file(request: HttpRequest, actor: Actor, vendor_return_id: UUID) -> HttpResponse:
    row = access.part(actor, vendor_return_id)
    return response_of(labels.of_return(row), row.number)
