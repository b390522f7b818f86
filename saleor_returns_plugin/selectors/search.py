"""Text search over returns and shipments, quick however many there are.

A word that few rows have is looked up by trigram index: each place is a subquery of its own,
because an OR over several tables would read all of them. A word that many rows have is found by
going through the list in its own order, which ends as soon as the page is full. What is shorter
than a trigram has to stand at the beginning.
"""

import re
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower

from ..domain.actors import Actor
from ..domain.references import order_numbers, reference_key
from ..models import (
    OrderRecord,
    ReturnLine,
    ReturnRequest,
    Vendor,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)
from . import access
from .rows import any_of

_LONGEST = 200
_TRIGRAM = 3
_MANY = 10_000
"""Matches in one place from which on a word counts as one that many rows have."""
_ITEM = ("sku", "product_name")
_ITEM_OF_RETURN = ("shipment_line__sku", "shipment_line__product_name")


def requests(
    rows: QuerySet[ReturnRequest], text: str | None, actor: Actor
) -> QuerySet[ReturnRequest]:
    """By number, that of the order, SKU or product name; for the merchant also by e-mail.

    The store's own reference of an order finds it where all of it is typed.
    """
    pattern = _pattern(text)
    if pattern is None:
        return rows
    if not actor.is_merchant:
        # Only in what the actor sees: else a vendor could find out what more was in the order.
        own = access.visible_return_lines(actor).filter(_like(pattern, *_ITEM_OF_RETURN)).order_by()
        mine = rows.filter(_like(pattern, "number")).order_by().values("pk")
        called = rows.filter(record__in=_called(text)).order_by().values("pk")
        return rows.filter(pk__in=mine.union(called, own.values("vendor_return__request_id")))
    of_address = _of_address(text)
    if of_address.exists():
        return rows.filter(pk__in=of_address.values("pk"))
    columns = ("number", "email")
    lines = ReturnLine.objects.order_by()
    if _is_frequent(pattern, ReturnRequest, columns):
        own = lines.filter(vendor_return__request=OuterRef("pk"))
        items = own.filter(_like(pattern, *_ITEM_OF_RETURN))
        return _one_by_one(rows, items, Q(record__in=_called(text)), pattern, *columns)
    called = ReturnRequest.objects.filter(record__in=_called(text)).order_by()
    return rows.filter(
        pk__in=_having(ReturnRequest, pattern, *columns)
        .values("pk")
        .union(called.values("pk"), _of_items(lines, pattern).values("vendor_return__request_id"))
    )


def vendor_returns(
    rows: QuerySet[VendorReturn], text: str | None, actor: Actor
) -> QuerySet[VendorReturn]:
    """As `requests`."""
    pattern = _pattern(text)
    if pattern is None:
        return rows
    if actor.is_merchant:
        of_address = _of_address(text)
        if of_address.exists():
            return rows.filter(request__in=of_address.values("pk"))
    lines = ReturnLine.objects.order_by()
    if _is_frequent(pattern, VendorReturn, ("number",)):
        own = lines.filter(vendor_return=OuterRef("pk"))
        columns = ("number", "request__email") if actor.is_merchant else ("number",)
        items = own.filter(_like(pattern, *_ITEM_OF_RETURN))
        return _one_by_one(rows, items, Q(request__record__in=_called(text)), pattern, *columns)
    called = VendorReturn.objects.filter(request__record__in=_called(text)).order_by()
    found = [called.values("pk"), _of_items(lines, pattern).values("vendor_return_id")]
    if actor.is_merchant:
        of_email = _having(ReturnRequest, pattern, "email").values("pk")
        found.append(VendorReturn.objects.filter(request__in=of_email).order_by().values("pk"))
    return rows.filter(pk__in=_having(VendorReturn, pattern, "number").values("pk").union(*found))


def shipments(rows: QuerySet[VendorShipment], text: str | None) -> QuerySet[VendorShipment]:
    """By number, that of the order, the store's own reference of it, SKU or product name."""
    pattern = _pattern(text)
    if pattern is None:
        return rows
    items = _having(VendorShipmentLine, pattern, *_ITEM)
    if _is_frequent(pattern, VendorShipment, ("number",)):
        own = items.filter(shipment=OuterRef("pk"))
        return _one_by_one(rows, own, Q(record__in=_called(text)), pattern, "number")
    found = _having(VendorShipment, pattern, "number").values("pk")
    called = VendorShipment.objects.filter(record__in=_called(text)).order_by().values("pk")
    return rows.filter(pk__in=found.union(called, items.values("shipment_id")))


def vendors(rows: QuerySet[Vendor], text: str | None) -> QuerySet[Vendor]:
    """By name and slug."""
    pattern = _pattern(text)
    return rows if pattern is None else rows.filter(_like(pattern, "name", "slug"))


def plain(text: str) -> str:
    """Without what a text column cannot hold."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _pattern(text: str | None) -> str | None:
    """For LIKE; None when there is nothing to look for."""
    words = plain(text or "").strip().lstrip("#")[:_LONGEST]
    if not words:
        return None
    escaped = re.sub(r"([\\%_])", r"\\\1", words)
    return f"%{escaped}%" if len(words) >= _TRIGRAM else f"{escaped}%"


def _of_address(text: str | None) -> QuerySet[ReturnRequest]:
    """Of whoever has this whole e-mail address: then nothing else is meant."""
    address = plain(text or "").strip().lower()
    if "@" not in address:
        return ReturnRequest.objects.none()
    return ReturnRequest.objects.alias(address=Lower("email")).filter(address=address).order_by()


def _is_frequent(pattern: str, model: Any, columns: tuple[str, ...]) -> bool:
    """Whether more rows have it than are worth to be gathered before the newest are taken."""
    places = (_having(model, pattern, *columns), _having(VendorShipmentLine, pattern, *_ITEM))
    return any(place.values("pk")[_MANY : _MANY + 1].exists() for place in places)


def _one_by_one(
    rows: QuerySet, items: QuerySet, called: Q, pattern: str, *columns: str
) -> QuerySet:
    """Each row asked for itself, and for the items that are its own."""
    rows = rows.alias(found_item=any_of(items))
    return rows.filter(_like(pattern, *columns) | called | Q(found_item__isnull=False))


def _called(text: str | None) -> QuerySet:
    """Keys of orders whose whole reference this is, in any case, with or without a sign before it."""
    keys = {reference_key(number) for number in order_numbers(plain(text or ""))}
    return OrderRecord.objects.filter(reference__in=keys - {""}).order_by().values("pk")


def _having(model: Any, pattern: str, *columns: str) -> QuerySet:
    return model.objects.filter(_like(pattern, *columns)).order_by()


def _like(pattern: str, *columns: str) -> Q:
    return reduce(or_, [Q(_Like(column, pattern)) for column in columns])


def _of_items(lines: QuerySet[ReturnLine], pattern: str) -> QuerySet[ReturnLine]:
    items = _having(VendorShipmentLine, pattern, *_ITEM)
    return lines.filter(shipment_line__in=items.values("pk"))


class _Like(Func):
    """ILIKE, which a trigram index on the column serves; `icontains` asks for UPPER(column)."""

    template = "%(expressions)s"
    arg_joiner = " ILIKE "
    output_field = BooleanField()

    def __init__(self, column: str, pattern: str) -> None:
        super().__init__(F(column), Value(pattern))
