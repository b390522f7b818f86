"""Filter and sort arguments of the lists."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import graphene
from django.db.models import Q, QuerySet

from ..domain.actors import Actor
from ..enums import ReturnStatus
from . import compat
from .connections import Order
from .enums import (
    ReturnRequestStatus,
    ReturnSortField,
    VendorReturnStatus,
    VendorShipmentStatus,
)
from .ids import found_uuid
from .types.common import many


class ReturnRequestFilterInput(graphene.InputObjectType):
    status = many(ReturnRequestStatus)
    search = graphene.String()
    channel = graphene.String()
    created_at = compat.DateTimeRangeInput()


class VendorReturnFilterInput(graphene.InputObjectType):
    status = many(VendorReturnStatus)
    vendors = many(graphene.ID)
    search = graphene.String()
    needs_action = graphene.Boolean()
    is_overdue = graphene.Boolean()
    created_at = compat.DateTimeRangeInput()


class VendorShipmentFilterInput(graphene.InputObjectType):
    status = many(VendorShipmentStatus)
    vendors = many(graphene.ID)
    search = graphene.String()
    created_at = compat.DateTimeRangeInput()


class VendorFilterInput(graphene.InputObjectType):
    search = graphene.String()
    is_active = graphene.Boolean()


class ReturnRequestSortInput(graphene.InputObjectType):
    field = ReturnSortField(required=True)
    direction = compat.OrderDirection(required=True)


class VendorReturnSortInput(graphene.InputObjectType):
    field = ReturnSortField(required=True)
    direction = compat.OrderDirection(required=True)


def order_of(sort_by: Mapping[str, Any] | None) -> Order:
    """Newest first when not said otherwise."""
    if not sort_by:
        return Order()
    # Saleor's direction is a prefix for order_by: "-" for DESC.
    return Order(sort_by["field"], descending=sort_by["direction"] == "-")


def matching(rows: QuerySet, wanted: Mapping[str, Any], search: Iterable[str]) -> QuerySet:
    """What every list can be filtered by: status, vendors, created_at, and text in `search`."""
    if wanted.get("status"):
        rows = rows.filter(status__in=wanted["status"])
    if wanted.get("vendors"):
        keys = [found_uuid(global_id, "Vendor") for global_id in wanted["vendors"]]
        rows = rows.filter(vendor_id__in=[key for key in keys if key])
    created = wanted.get("created_at") or {}
    if created.get("gte"):
        rows = rows.filter(created_at__gte=created["gte"])
    if created.get("lte"):
        rows = rows.filter(created_at__lte=created["lte"])
    return containing(rows, wanted.get("search"), search)


def containing(rows: QuerySet, text: str | None, columns: Iterable[str]) -> QuerySet:
    words = (text or "").replace("\x00", "").strip().lstrip("#")[:200]
    if not words:
        return rows
    anywhere = Q()
    for column in columns:
        anywhere |= Q(**{f"{column}__icontains": words})
    return rows.filter(anywhere)


def overdue(rows: QuerySet, wanted: bool, final: Iterable[str], now: datetime) -> QuerySet:
    late = Q(due_at__lt=now) & ~Q(status__in=list(final))
    return rows.filter(late) if wanted else rows.exclude(late)


_FOR_VENDOR = (
    ReturnStatus.APPROVED,
    ReturnStatus.ACCEPTED,
    ReturnStatus.IN_TRANSIT,
    ReturnStatus.PARTIALLY_RECEIVED,
    ReturnStatus.RECEIVED,
)


def waiting(rows: QuerySet, wanted: bool, actor: Actor) -> QuerySet:
    """Returns on which the caller has to act next: to decide, to receive or to refund."""
    mine = Q(vendor_id__in=actor.vendor_ids, status__in=[s.value for s in _FOR_VENDOR])
    if actor.is_merchant:
        mine |= Q(status=ReturnStatus.REQUESTED.value)
        mine |= Q(vendor__is_in_house=True, status__in=[s.value for s in _FOR_VENDOR])
    return rows.filter(mine) if wanted else rows.exclude(mine)


def email_columns(actor: Actor, *columns: str) -> tuple[str, ...]:
    """Shoppers' addresses can be searched by the merchant alone."""
    return columns if actor.is_merchant else ()
