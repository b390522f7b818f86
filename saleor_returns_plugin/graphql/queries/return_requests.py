from typing import Any

import graphene

from ...selectors import search
from .. import compat, rows
from ..actors import actor_of, denied_unless, is_known
from ..connections import connection_of, page, page_arguments
from ..filters import (
    ReturnRequestFilterInput,
    ReturnRequestSortInput,
    matching,
    order_of,
)
from ..ids import found_uuid
from ..seen import Seen
from ..types.common import required
from ..types.return_requests import ReturnRequest

ReturnRequestConnection = connection_of(ReturnRequest)


@compat.reads
def _request(root: Any, info: Any, id: str, token: str | None = None) -> Seen | None:
    key = found_uuid(id, "ReturnRequest")
    actor = actor_of(info, token)
    row = rows.requests(actor).filter(pk=key).first() if key else None
    return None if row is None else Seen(row, actor)


@compat.reads
def _requests(root: Any, info: Any, filter: Any = None, sort_by: Any = None, **paging: Any) -> Any:
    actor, wanted = actor_of(info), filter or {}
    denied_unless(is_known(actor))
    found = search.requests(matching(rows.requests(actor), wanted), wanted.get("search"), actor)
    if wanted.get("channel"):
        found = found.filter(channel=search.plain(wanted["channel"]))
    return page(found, actor, ReturnRequestConnection, order_of(sort_by), **paging)


FIELDS = {
    "return_request": graphene.Field(
        ReturnRequest,
        id=graphene.ID(required=True),
        token=graphene.String(),
        resolver=_request,
    ),
    "return_requests": required(
        ReturnRequestConnection,
        filter=ReturnRequestFilterInput(),
        sort_by=ReturnRequestSortInput(),
        **page_arguments(),
        resolver=_requests,
    ),
}
