"""Our fields on Saleor's own types. Their roots are Saleor's rows, so the viewer is the caller."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import graphene
from django.db.models import F, QuerySet
from django.urls import NoReverseMatch, reverse

from ... import host
from ...conf import setting
from ...models import OrderRecord, VendorProduct
from ...models import Vendor as VendorRow
from ...selectors import access
from ...services import sessions
from .. import compat, rows
from ..actors import actor_of, now_of
from ..seen import Seen, batched
from .common import many
from .return_requests import ReturnRequest
from .shipments import VendorShipment
from .vendor_returns import VendorReturn
from .vendors import Vendor, VendorMember, is_inside, vendors_are_shown


def _grouped(found: Iterable[Any], key: str, keys: Sequence[Any]) -> list[list[Any]]:
    groups: dict[Any, list[Any]] = {one: [] for one in keys}
    for row in found:
        value = row
        for name in key.split("."):
            value = getattr(value, name)
        groups[value].append(row)
    return [groups[one] for one in keys]


def _of_orders(info: Any, root: Any, name: str, found: QuerySet) -> Any:
    actor = actor_of(info)

    def answer(ids: Sequence[Any]) -> list[list[Seen]]:
        visible = rows.oldest_first(found.filter(record__order_id__in=ids))
        groups = _grouped(visible, "record.order_id", ids)
        return [[Seen(row, actor) for row in group] for group in groups]

    return batched(info, (name, actor), compat.unwrap(root).pk, answer)


@compat.reads
def _vendor_shipments(root: Any, info: Any) -> Any:
    return _of_orders(info, root, "order_shipments", rows.shipments(actor_of(info)))


@compat.reads
def _return_requests(root: Any, info: Any) -> Any:
    return _of_orders(info, root, "order_requests", rows.requests(actor_of(info)))


@compat.reads
def _exchange_of(root: Any, info: Any) -> Any:
    actor = actor_of(info)

    def answer(ids: Sequence[Any]) -> list[Seen | None]:
        visible = rows.vendor_returns(actor).filter(exchanges__order_id__in=ids)
        found = {row.order_key: row for row in visible.annotate(order_key=F("exchanges__order_id"))}
        return [Seen(found[key], actor) if key in found else None for key in ids]

    return batched(info, ("exchange_of", actor), compat.unwrap(root).pk, answer)


@compat.reads
def _portal_url(root: Any, info: Any) -> Any:
    actor = actor_of(info)

    def records(order_ids: Sequence[Any]) -> list[OrderRecord | None]:
        # Not for a guest's session, which would so renew itself without end.
        found = access.account_records(actor).filter(order_id__in=order_ids)
        by_order = {record.order_id: record for record in found}
        return [by_order.get(order_id) for order_id in order_ids]

    record = batched(info, ("portal_urls", actor), compat.unwrap(root).pk, records)
    return record.then(compat.reads(lambda found: _link(found, now_of(info)) if found else None))


def _link(record: OrderRecord, now: datetime) -> str | None:
    token = sessions.link_token(record, now)
    try:
        path = reverse("returns:portal-open", args=[token])
    except NoReverseMatch:
        # The store mounts no pages here.
        return None
    return (setting("RETURNS_PUBLIC_URL") or host.current.public_url()).rstrip("/") + path


@compat.reads
def _product_vendor(root: Any, info: Any) -> Any:
    actor, channel = actor_of(info), getattr(root, "channel_slug", None) or ""

    def seen(vendor: VendorRow | None) -> Seen | None:
        if vendor is None:
            return None
        seen = Seen(vendor, actor)
        shown = is_inside(seen, vendor.pk) or vendors_are_shown(info, channel)
        return seen if shown else None

    vendor = batched(info, "product_vendors", compat.unwrap(root).pk, _vendors_of)
    return vendor.then(compat.reads(seen))


def _vendors_of(product_ids: Sequence[Any]) -> list[VendorRow | None]:
    """A product without a row is the in-house vendor's."""
    found = VendorProduct.objects.filter(product_id__in=product_ids).select_related("vendor")
    vendors = {row.product_id: row.vendor for row in found}
    rest = None
    if len(vendors) < len(set(product_ids)):
        rest = VendorRow.objects.filter(is_in_house=True).first()
    return [vendors.get(product_id, rest) for product_id in product_ids]


@compat.reads
def _memberships(root: Any, info: Any) -> Any:
    """One's own, and those of fellow members; all of them for the merchant."""
    actor = actor_of(info)

    def answer(user_ids: Sequence[Any]) -> list[list[Seen]]:
        groups = _grouped(rows.members(actor).filter(user_id__in=user_ids), "user_id", user_ids)
        return [[Seen(row, actor) for row in group] for group in groups]

    return batched(info, ("memberships", actor), compat.unwrap(root).pk, answer)


FIELDS = {
    compat.Order: {
        "vendor_shipments": graphene.Field(
            many(VendorShipment), required=True, resolver=_vendor_shipments
        ),
        "return_requests": graphene.Field(
            many(ReturnRequest), required=True, resolver=_return_requests
        ),
        "exchange_of": graphene.Field(
            VendorReturn,
            resolver=_exchange_of,
            description=(
                "The return that this order was created to replace, when it is an exchange order."
            ),
        ),
        "returns_portal_url": graphene.Field(
            graphene.String,
            resolver=_portal_url,
            description=(
                "Signed link that opens this order in the portal. Merchant and owner only."
            ),
        ),
    },
    compat.Product: {
        "vendor": graphene.Field(
            Vendor,
            resolver=_product_vendor,
            description="Null to the public when the store hides its vendors.",
        ),
    },
    compat.User: {
        "vendor_memberships": graphene.Field(
            many(VendorMember), required=True, resolver=_memberships
        ),
    },
}
