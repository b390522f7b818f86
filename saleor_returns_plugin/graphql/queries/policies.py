from typing import Any

import graphene
from django.db.models import Q

from ...selectors.policies import all_policies
from .. import compat
from ..actors import actor_of, denied_unless, sees_vendors
from ..seen import Seen
from ..types.common import many
from ..types.policies import ReturnPolicy


@compat.reads
def _policies(root: Any, info: Any, channel: str | None = None) -> list[Seen]:
    """A vendor's member sees the general rules and the vendor's own."""
    actor = actor_of(info)
    denied_unless(sees_vendors(actor))
    found = all_policies(channel)
    if not actor.is_merchant:
        found = found.filter(Q(vendor=None) | Q(vendor_id__in=actor.vendor_ids))
    return [Seen(row, actor) for row in found]


FIELDS = {
    "return_policies": graphene.Field(
        many(ReturnPolicy), required=True, channel=graphene.String(), resolver=_policies
    )
}
