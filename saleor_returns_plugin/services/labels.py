"""Labels for parcels: attached by people, or made by a carrier."""

import logging
from dataclasses import dataclass
from functools import partial
from secrets import token_hex
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.utils.translation import gettext

from ..domain.actors import Actor
from ..domain.addresses import address
from ..domain.carriers import Carrier, CarrierLabel, Parcel, ParcelItem
from ..domain.labels import MOST_BYTES, kind_of
from ..enums import ActorKind, EventKind, LabelKind, ShipmentStatus
from ..errors import InvalidInput, InvalidTransition, NotFound, NotPermitted, Required, ReturnsError
from ..models import Label, VendorReturn, VendorShipment
from ..selectors import access, labels
from ..selectors.shipments import left_to_pack
from ..selectors.vendor_returns import handling_role
from . import carriers, lifecycle
from .locks import in_transaction, locked_return, locked_shipment
from .texts import web_address

__all__ = [
    "GivenLabel",
    "attach",
    "make_for_return",
    "make_for_shipment",
    "set_for_return",
    "set_for_shipment",
    "tracking_of",
]

logger = logging.getLogger(__name__)

_LONGEST_LINK = 2000
_LONGEST_NUMBER = 200


@dataclass(frozen=True)
class GivenLabel:
    """An uploaded file or a link; one of both."""

    file: Any = None
    url: str = ""


@dataclass(frozen=True)
class _Checked:
    kind: LabelKind
    content: bytes = b""
    link: str = ""
    carrier: str = ""
    number: str = ""


@in_transaction
def set_for_shipment(*, shipment_id: UUID, actor: Actor, given: GivenLabel) -> VendorShipment:
    """Attach a label to what goes out; it takes the place of one that was there.

    Raises NotFound, NotPermitted, InvalidTransition, Required, InvalidInput.
    """
    shipment = locked_shipment(shipment_id, for_actor=actor)
    _check_shipment(shipment, actor)
    _keep(_checked(given), shipment=shipment)
    return shipment


@in_transaction
def set_for_return(*, vendor_return_id: UUID, actor: Actor, given: GivenLabel) -> VendorReturn:
    """Attach a prepaid label to an accepted return, and tell the shopper.

    Raises NotFound, NotPermitted, InvalidTransition, Required, InvalidInput.
    """
    part = locked_return(vendor_return_id, for_actor=actor)
    role = _check_return(part, actor)
    _keep(_checked(given), vendor_return=part)
    _tell(part, actor, role)
    return part


def make_for_shipment(
    *, shipment_id: UUID, actor: Actor, carrier: str
) -> tuple[VendorShipment, Label]:
    """Let a carrier make the label for what is still to be sent.

    Not within a transaction: the carrier takes its time. Raises NotFound, NotPermitted,
    InvalidTransition, InvalidInput, CarrierUnavailable.
    """
    shipments = access.visible_shipments(actor).select_related("record", "vendor")
    shipment = shipments.filter(pk=shipment_id).first()
    if shipment is None:
        raise NotFound(gettext("There is no such shipment."), field="id")
    _check_shipment(shipment, actor)
    items = _left(shipment)
    if not items or shipment.status == ShipmentStatus.HELD.value:
        raise InvalidTransition(
            gettext("Nothing of shipment %(number)s is to be sent now.")
            % {"number": shipment.number},
            field="id",
        )
    chosen = carriers.that_makes(carrier, is_return=False)
    parcel = Parcel(
        reference=shipment.number,
        key=_key(shipment, labels.of_shipment(shipment)),
        sender=_sender(shipment),
        recipient=address(shipment.record.shipping_address),
        items=items,
    )
    made = _of_carrier(chosen, parcel, is_return=False)
    return _keep_for_shipment(shipment_id, actor, made)


def make_for_return(*, vendor_return_id: UUID, actor: Actor, carrier: str) -> VendorReturn:
    """Let a carrier make the prepaid label of an accepted return, and tell the shopper.

    Raises as `make_for_shipment`.
    """
    parts = access.visible_vendor_returns(actor).select_related("request__record", "vendor")
    part = parts.filter(pk=vendor_return_id).first()
    if part is None:
        raise NotFound(gettext("There is no such return."), field="id")
    _check_return(part, actor)
    chosen = carriers.that_makes(carrier, is_return=True)
    lines = part.lines.select_related("shipment_line")
    parcel = Parcel(
        reference=part.number,
        key=_key(part, labels.of_return(part)),
        sender=address(part.request.record.shipping_address),
        recipient=address(part.return_address or {}),
        items=tuple(
            ParcelItem(line.shipment_line.name, line.shipment_line.sku, line.expected)
            for line in lines
            if line.expected
        ),
    )
    made = _of_carrier(chosen, parcel, is_return=True)
    return _keep_for_return(vendor_return_id, actor, made)


def attach(part: VendorReturn, given: GivenLabel) -> None:
    """With the acceptance, whose event tells of it. The order's lock is held.

    Raises Required, InvalidInput; with the fields of `return_label`.
    """
    if not labels.takes_return_label(part):
        raise InvalidInput(
            gettext("Nothing is to be sent back, so no label is needed."), field="return_label"
        )
    try:
        _keep(_checked(given), vendor_return=part)
    except ReturnsError as error:
        error.field = f"return_label.{error.field}" if error.field else "return_label"
        raise


def tracking_of(label: Label) -> dict[str, str | None] | None:
    """As rows keep it, where the carrier that made the label gave a number."""
    if not label.number:
        return None
    url = carriers.tracking_url(label.carrier, label.number)
    return {"carrier": label.carrier, "number": label.number, "url": url}


def _check_shipment(shipment: VendorShipment, actor: Actor) -> None:
    """The shopper sees the shipment, too."""
    if not labels.handles(actor, shipment):
        raise NotPermitted(gettext("Only the vendor or the store's staff may do this."), field="id")
    if not labels.takes_label(shipment):
        raise InvalidTransition(
            gettext("Shipment %(number)s is cancelled.") % {"number": shipment.number}, field="id"
        )


def _check_return(part: VendorReturn, actor: Actor) -> ActorKind:
    """As whom the actor may attach a label."""
    role = handling_role(actor, part)
    if role is None:
        raise NotPermitted(gettext("Only the vendor or the store's staff may do this."), field="id")
    if not labels.takes_return_label(part):
        raise InvalidTransition(
            gettext("Nothing of return %(number)s is to be sent back now.")
            % {"number": part.number},
            field="id",
        )
    return role


def _tell(part: VendorReturn, actor: Actor, role: ActorKind) -> None:
    lifecycle.record_event(
        part.request,
        EventKind.LABEL_ADDED,
        actor=actor,
        role=role,
        vendor_return=part,
        is_override=role is ActorKind.MERCHANT and not part.vendor.is_in_house,
    )


@in_transaction
def _keep_for_shipment(
    shipment_id: UUID, actor: Actor, made: _Checked
) -> tuple[VendorShipment, Label]:
    """Rights and state are asked again: the carrier took its time."""
    shipment = locked_shipment(shipment_id, for_actor=actor)
    _check_shipment(shipment, actor)
    return shipment, _keep(made, shipment=shipment)


@in_transaction
def _keep_for_return(vendor_return_id: UUID, actor: Actor, made: _Checked) -> VendorReturn:
    part = locked_return(vendor_return_id, for_actor=actor)
    role = _check_return(part, actor)
    _keep(made, vendor_return=part)
    _tell(part, actor, role)
    return part


def _key(row: VendorShipment | VendorReturn, before: Label | None) -> str:
    """Another one only once a label was kept: then a further one is meant."""
    return uuid5(row.pk, str(before.pk) if before else "first").hex


def _sender(shipment: VendorShipment) -> dict[str, str]:
    known = address(shipment.vendor.return_address)
    return {**known, "name": known["name"] or shipment.vendor.name}


def _left(shipment: VendorShipment) -> tuple[ParcelItem, ...]:
    return tuple(ParcelItem(line.name, line.sku, units) for line, units in left_to_pack(shipment))


def _of_carrier(carrier: Carrier, parcel: Parcel, *, is_return: bool) -> _Checked:
    made = carriers.label(carrier, parcel, is_return=is_return)
    try:
        kind, content, link = _content(made)
    except ReturnsError as error:
        logger.error("Carrier %s gave no usable label: %s", carrier.code, error.message)
        raise carriers.unavailable(carrier) from error
    number = " ".join(str(made.tracking_number).split())[:_LONGEST_NUMBER]
    return _Checked(kind, content, link, carrier.name, number)


def _content(made: CarrierLabel) -> tuple[LabelKind, bytes, str]:
    if made.content:
        return _kind(made.content), made.content, ""
    return LabelKind.LINK, b"", _link(made.url)


def _checked(given: GivenLabel) -> _Checked:
    if given.file is not None and given.url:
        raise InvalidInput(gettext("Give a file or a link, not both."), field="url")
    if given.url:
        return _Checked(LabelKind.LINK, link=_link(given.url))
    if given.file is None:
        raise Required(gettext("Give a file or a link."), field="file")
    if given.file.size > MOST_BYTES:
        raise _no_label()
    given.file.seek(0)
    content = given.file.read(MOST_BYTES + 1)
    return _Checked(_kind(content), content=content)


def _kind(content: bytes) -> LabelKind:
    kind = kind_of(content) if len(content) <= MOST_BYTES else None
    if kind is None:
        raise _no_label()
    return kind


def _no_label() -> ReturnsError:
    return InvalidInput(
        gettext("Give a PDF or PNG of at most %(most)s MB.") % {"most": MOST_BYTES // 1_000_000},
        field="file",
    )


def _link(url: str) -> str:
    link = web_address(url, field="url")
    if len(link) > _LONGEST_LINK:
        raise InvalidInput(
            gettext("At most %(most)s characters.") % {"most": _LONGEST_LINK}, field="url"
        )
    return link


def _keep(
    checked: _Checked,
    *,
    shipment: VendorShipment | None = None,
    vendor_return: VendorReturn | None = None,
) -> Label:
    """In place of the one before, whose file goes once this is committed. The order's lock is
    held."""
    before = Label.objects.filter(shipment=shipment, vendor_return=vendor_return).first()
    if before is not None:
        before.delete()
        if before.file:
            transaction.on_commit(partial(_forget, before.file.storage, before.file.name))
    label = Label(
        shipment=shipment,
        vendor_return=vendor_return,
        kind=checked.kind.value,
        link=checked.link,
        carrier=checked.carrier,
        number=checked.number,
    )
    if checked.content:
        name = f"{token_hex(16)}.{checked.kind.value}"
        label.file.save(name, ContentFile(checked.content), save=False)
    label.save()
    return label


def _forget(storage: Storage, name: str) -> None:
    """A file that stays behind does no harm; a callback that raises would skip others."""
    try:
        storage.delete(name)
    except Exception:
        logger.exception("The file of a label was not deleted: %s", name)
