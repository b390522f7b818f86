from typing import Any

import graphene

from ...domain.actors import Actor
from ...models import OrderRecord
from ...selectors import search
from ...selectors.access import visible_records
from ...selectors.shipments import returnable_order
from .. import compat, rows
from ..actors import actor_of, denied_unless, is_known, now_of
from ..connections import connection_of, page, page_arguments
from ..filters import VendorShipmentFilterInput, matching
from ..ids import found_uuid
from ..orders import find_record
from ..seen import Seen
from ..types.common import required
from ..types.returnable import ReturnableOrder
from ..types.shipments import VendorShipment

VendorShipmentConnection = connection_of(VendorShipment)


@compat.reads
def _returnable_order(
    root: Any, info: Any, token: str | None = None, id: str | None = None
) -> Seen | None:
    actor = actor_of(info, token)
    record = _record(actor, id)
    return None if record is None else Seen(returnable_order(record, now_of(info)), actor)


def _record(actor: Actor, order_id: str | None) -> OrderRecord | None:
    if order_id is not None:
        return find_record(actor, order_id)
    if actor.record_id is None:
        return None
    return visible_records(actor).filter(pk=actor.record_id).first()


@compat.reads
def _shipment(root: Any, info: Any, id: str) -> Seen | None:
    actor, key = actor_of(info), found_uuid(id, "VendorShipment")
    row = rows.shipments(actor).filter(pk=key).first() if key else None
    return None if row is None else Seen(row, actor)


@compat.reads
def _shipments(root: Any, info: Any, filter: Any = None, **paging: Any) -> Any:
    actor, wanted = actor_of(info), filter or {}
    denied_unless(is_known(actor))
    found = search.shipments(matching(rows.shipments(actor), wanted), wanted.get("search"))
    return page(found, actor, VendorShipmentConnection, **paging)


FIELDS = {
    "returnable_order": graphene.Field(
        ReturnableOrder,
        token=graphene.String(),
        id=graphene.ID(),
        resolver=_returnable_order,
        description=(
            "The order as the shopper can return it. By session token, or by ID for its "
            "signed-in owner or the merchant."
        ),
    ),
    "vendor_shipment": graphene.Field(
        VendorShipment, id=graphene.ID(required=True), resolver=_shipment
    ),
    "vendor_shipments": required(
        VendorShipmentConnection,
        filter=VendorShipmentFilterInput(),
        **page_arguments(),
        resolver=_shipments,
    ),
}
