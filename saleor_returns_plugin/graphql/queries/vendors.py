from typing import Any

import graphene

from ...selectors import search
from ...selectors.access import visible_vendors
from .. import compat
from ..actors import actor_of, denied_unless, sees_vendors
from ..connections import connection_of, page, page_arguments
from ..filters import VendorFilterInput
from ..ids import found_uuid
from ..seen import Seen
from ..types.common import required
from ..types.vendors import Vendor

VendorConnection = connection_of(Vendor)


@compat.reads
def _vendor(root: Any, info: Any, id: str | None = None, slug: str | None = None) -> Seen | None:
    actor = actor_of(info)
    found = visible_vendors(actor)
    if id is not None:
        found = found.filter(pk=found_uuid(id, "Vendor"))
    if slug is not None:
        found = found.filter(slug=search.plain(slug))
    if id is None and slug is None:
        return None
    row = found.first()
    return None if row is None else Seen(row, actor)


@compat.reads
def _vendors(root: Any, info: Any, filter: Any = None, **paging: Any) -> Any:
    actor, wanted = actor_of(info), filter or {}
    denied_unless(sees_vendors(actor))
    found = search.vendors(visible_vendors(actor), wanted.get("search"))
    if wanted.get("is_active") is not None:
        found = found.filter(is_active=wanted["is_active"])
    return page(found, actor, VendorConnection, **paging)


FIELDS = {
    "vendor": graphene.Field(Vendor, id=graphene.ID(), slug=graphene.String(), resolver=_vendor),
    "vendors": required(
        VendorConnection, filter=VendorFilterInput(), **page_arguments(), resolver=_vendors
    ),
}
