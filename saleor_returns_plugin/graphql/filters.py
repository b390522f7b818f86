"""Filter and sort arguments of the lists."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLError

from ..errors import InvalidInput
from ..selectors.paging import NEWEST_FIRST, Order
from . import compat
from .enums import (
    ReturnRequestStatus,
    ReturnSortField,
    VendorReturnStatus,
    VendorShipmentStatus,
)
from .ids import found_uuid
from .inputs import aware
from .types.common import many


class ReturnRequestFilterInput(graphene.InputObjectType):
    status = many(ReturnRequestStatus)
    search = graphene.String(
        description="In numbers, SKUs and product names; for the merchant also in e-mails."
    )
    channel = graphene.String()
    created_at = compat.DateTimeRangeInput()


class VendorReturnFilterInput(graphene.InputObjectType):
    status = many(VendorReturnStatus)
    vendors = many(graphene.ID)
    search = graphene.String(
        description="In numbers, SKUs and product names; for the merchant also in e-mails."
    )
    needs_action = graphene.Boolean(description="Whether the caller has to act next.")
    is_overdue = graphene.Boolean()
    created_at = compat.DateTimeRangeInput()


class VendorShipmentFilterInput(graphene.InputObjectType):
    status = many(VendorShipmentStatus)
    vendors = many(graphene.ID)
    search = graphene.String(description="In numbers, SKUs and product names.")
    created_at = compat.DateTimeRangeInput()


class VendorFilterInput(graphene.InputObjectType):
    search = graphene.String(description="In names and slugs.")
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
        return NEWEST_FIRST
    # Saleor's direction is a prefix for order_by: "-" for DESC.
    return Order(sort_by["field"], descending=sort_by["direction"] == "-")


def matching(rows: QuerySet, wanted: Mapping[str, Any]) -> QuerySet:
    """What every list can be filtered by: status, vendors and created_at."""
    if wanted.get("status"):
        rows = rows.filter(status__in=wanted["status"])
    if wanted.get("vendors"):
        keys = [found_uuid(global_id, "Vendor") for global_id in wanted["vendors"]]
        rows = rows.filter(vendor_id__in=[key for key in keys if key])
    created = wanted.get("created_at") or {}
    for bound in ("gte", "lte"):
        if created.get(bound):
            rows = rows.filter(**{f"created_at__{bound}": _moment(created[bound])})
    return rows


def _moment(given: datetime) -> datetime:
    try:
        return aware(given, field="created_at")
    except InvalidInput as error:
        raise GraphQLError(error.message) from error
