from typing import Any

import graphene
from django.db.models import QuerySet

from ...domain.actors import Actor
from ...selectors import deadlines, search
from .. import compat, rows
from ..actors import actor_of, denied_unless, is_known, now_of
from ..connections import connection_of, page, page_arguments
from ..filters import (
    VendorReturnFilterInput,
    VendorReturnSortInput,
    matching,
    order_of,
)
from ..ids import found_uuid
from ..seen import Seen
from ..types.common import required
from ..types.vendor_returns import VendorReturn

VendorReturnConnection = connection_of(VendorReturn)


@compat.reads
def _vendor_return(root: Any, info: Any, id: str, token: str | None = None) -> Seen | None:
    key = found_uuid(id, "VendorReturn")
    actor = actor_of(info, token)
    row = rows.vendor_returns(actor).filter(pk=key).first() if key else None
    return None if row is None else Seen(row, actor)


@compat.reads
def _vendor_returns(
    root: Any, info: Any, filter: Any = None, sort_by: Any = None, **paging: Any
) -> Any:
    actor = actor_of(info)
    denied_unless(is_known(actor))
    found = _filtered(rows.vendor_returns(actor), filter or {}, actor, info)
    return page(found, actor, VendorReturnConnection, order_of(sort_by), **paging)


def _filtered(found: QuerySet, wanted: Any, actor: Actor, info: Any) -> QuerySet:
    found = search.vendor_returns(matching(found, wanted), wanted.get("search"), actor)
    if wanted.get("is_overdue") is not None:
        found = deadlines.overdue(found, now_of(info), wanted=wanted["is_overdue"])
    if wanted.get("needs_action") is not None:
        found = deadlines.needing_action(found, actor, wanted=wanted["needs_action"])
    return found


FIELDS = {
    "vendor_return": graphene.Field(
        VendorReturn,
        id=graphene.ID(required=True),
        token=graphene.String(),
        resolver=_vendor_return,
    ),
    "vendor_returns": required(
        VendorReturnConnection,
        filter=VendorReturnFilterInput(),
        sort_by=VendorReturnSortInput(),
        **page_arguments(),
        resolver=_vendor_returns,
    ),
}
