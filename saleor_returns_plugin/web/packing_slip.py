"""The packing slip of a shipment: what still goes into the parcel, without prices.

It lies in the parcel, so it speaks the shopper's language and looks like the store.
"""

import base64
import logging
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..domain.notifications import Audience
from ..enums import ShipmentStatus
from ..models import VendorShipment
from ..selectors import branding
from ..selectors.notifications import Subject, language
from ..selectors.shipments import left_to_pack
from . import addresses, engine, formats, pdf, static_files
from .colours import css_of
from .files import download
from .page import render
from .shell import Shell, shell_of, stylesheet

logger = logging.getLogger(__name__)

_TEMPLATE = "documents/packing_slip.html"
_STYLES = "packing-slip.css"


@dataclass(frozen=True)
class ItemView:
    name: str
    sku: str
    units: int


@dataclass(frozen=True)
class SlipView:
    """`hint`, `held` and `pdf_text` are for who packs, in that reader's language, and not
    printed."""

    number: str
    order_number: str
    placed: str
    vendor: str
    """Blank where the store hides its vendors."""
    address: tuple[str, ...]
    items: tuple[ItemView, ...]
    units: int
    hint: str
    held: str
    pdf_text: str
    pdf_url: str


def page_of(request: HttpRequest, shipment: VendorShipment, pdf_url: str) -> HttpResponse:
    """`pdf_url` is where the PDF is; it is offered where the store can make it."""
    shell = replace(shell_of(shipment.record.channel), stylesheet_url=stylesheet(_STYLES))
    is_held = shipment.status == ShipmentStatus.HELD.value
    spoken = {
        "hint": _("Print this page from your browser's menu; this line is not printed."),
        "held": _("This shipment is held: do not send it yet.") if is_held else "",
        "pdf_text": _("Packing slip as PDF"),
        "pdf_url": pdf_url if pdf.is_offered() else "",
    }
    with override(_language(shipment)):
        return render(request, _TEMPLATE, _view(shipment, shell, **spoken), shell=shell)


def pdf_of(request: HttpRequest, shipment: VendorShipment) -> HttpResponse:
    """Raises NotSupportedByHost."""
    channel = shipment.record.channel
    # Nothing is loaded while it is drawn: styles are given, the logo stands in the page.
    shell = replace(
        shell_of(channel), stylesheet_url="", colours_url="", logo_url=_logo_inside(channel)
    )
    with override(_language(shipment)):
        data = _view(shipment, shell)
        html = engine.html(request, _TEMPLATE, {"page": data, "shell": shell})
        made = pdf.made_of(html, [static_files.text_of(_STYLES), css_of(branding.portal(channel))])
    return download(made, "application/pdf", f"{shipment.number}.pdf")


def _view(
    shipment: VendorShipment,
    shell: Shell,
    *,
    hint: str = "",
    held: str = "",
    pdf_text: str = "",
    pdf_url: str = "",
) -> SlipView:
    items = _items(shipment)
    return SlipView(
        number=shipment.number,
        order_number=shipment.record.number,
        placed=formats.day(shipment.record.placed_at),
        vendor=shipment.vendor.name if shell.show_vendor_names else "",
        address=addresses.lines(shipment.record.shipping_address),
        items=items,
        units=sum(item.units for item in items),
        hint=hint,
        held=held,
        pdf_text=pdf_text,
        pdf_url=pdf_url,
    )


def _items(shipment: VendorShipment) -> tuple[ItemView, ...]:
    """What still goes into a parcel; nothing of a shipment that is cancelled."""
    if shipment.status == ShipmentStatus.CANCELLED.value:
        return ()
    return tuple(ItemView(line.name, line.sku, units) for line, units in left_to_pack(shipment))


def _language(shipment: VendorShipment) -> str:
    return language(Subject(shipment.record), Audience.SHOPPER, "")


_SIGNATURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


def _logo_inside(channel: str) -> str:
    """The store's logo as a data URL; blank when there is none that can be read."""
    file = branding.logo_file(channel)
    if not file:
        return ""
    try:
        with file.open("rb") as opened:
            content = opened.read()
    except OSError as error:
        logger.warning("The logo of the portal cannot be read: %s", error)
        return ""
    kind = next((kind for head, kind in _SIGNATURES.items() if content.startswith(head)), "")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if kind else ""
