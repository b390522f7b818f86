"""Visible rows with their forward keys joined in, so that no resolver has to fetch one."""

from django.db.models import Prefetch, Q, QuerySet

from ..domain.actors import Actor
from ..models import (
    Exchange,
    ExchangeLine,
    ReceptionLine,
    RefundLine,
    RefundPart,
    ReturnEvent,
    ReturnLine,
    VendorMember,
)
from ..selectors import access


def shipments(actor: Actor) -> QuerySet:
    return access.visible_shipments(actor).select_related("record", "vendor")


def requests(actor: Actor) -> QuerySet:
    return access.visible_requests(actor).select_related("record")


def vendor_returns(actor: Actor) -> QuerySet:
    return access.visible_vendor_returns(actor).select_related(
        "request__record", "vendor", "shipment__record", "shipment__vendor"
    )


def members(actor: Actor) -> QuerySet:
    return oldest_first(_with_user(access.visible_members(actor)))


def _with_user(rows: QuerySet) -> QuerySet:
    """A member whose user is gone is left out, but not who is awaited."""
    present = Q(user=None) | Q(user__email__isnull=False)
    return rows.filter(present).select_related("vendor", "user")


def oldest_first(rows: QuerySet) -> QuerySet:
    return rows.order_by("created_at", "id")


def return_lines() -> Prefetch:
    return Prefetch(
        "lines",
        ReturnLine.objects.select_related(
            "shipment_line__shipment__record", "reason", "vendor_return__request"
        ),
    )


def reception_lines() -> Prefetch:
    return Prefetch(
        "receptions",
        oldest_first(ReceptionLine.objects.filter(reception__is_voided=False)),
        to_attr="valid_receptions",
    )


def exchanges() -> Prefetch:
    return Prefetch(
        "exchanges",
        oldest_first(Exchange.objects.select_related("vendor_return__request__record")),
    )


def exchange_lines() -> Prefetch:
    return Prefetch(
        "lines",
        oldest_first(
            ExchangeLine.objects.select_related(
                "return_line__shipment_line__shipment__record",
                "return_line__reason",
                "return_line__vendor_return__request",
                "exchange__vendor_return__request",
            )
        ),
    )


def refund_lines() -> Prefetch:
    return Prefetch(
        "lines",
        RefundLine.objects.select_related(
            "return_line__shipment_line__shipment__record",
            "return_line__reason",
            "return_line__vendor_return__request",
            "refund",
        ).order_by("created_at", "id"),
    )


def refund_parts() -> Prefetch:
    """Not those that failed and whose money went another way since."""
    return Prefetch("parts", oldest_first(RefundPart.objects.filter(is_replaced=False)))


def vendor_members() -> Prefetch:
    return Prefetch("members", oldest_first(_with_user(VendorMember.objects.all())))


def events(actor: Actor, sees_all: bool) -> QuerySet:
    """A vendor's own parts, and that the request was made; everything for shopper and merchant."""
    rows = oldest_first(ReturnEvent.objects.select_related("vendor_return"))
    if sees_all:
        return rows
    return rows.filter(vendor_return__vendor_id__in=actor.vendor_ids) | rows.filter(
        vendor_return=None
    )
