from typing import Any

import graphene

from ...models import ReturnReason as ReasonRow
from ...selectors import reasons
from .. import compat
from ..actors import actor_of
from ..seen import Seen
from ..types.common import many
from ..types.reasons import ReturnReason


@compat.reads
def _reasons(root: Any, info: Any, channel: str | None = None) -> list[Seen]:
    """Those on offer; for the merchant also those switched off, to switch them on again."""
    actor = actor_of(info)
    found = ReasonRow.objects.all() if actor.is_merchant else reasons.active()
    return [Seen(row, actor) for row in found]


FIELDS = {
    "return_reasons": graphene.Field(
        many(ReturnReason), required=True, channel=graphene.String(), resolver=_reasons
    )
}
