from typing import Any

import graphene

from ...domain.carriers import Carrier
from ...services import carriers
from .. import compat
from ..actors import actor_of, denied_unless, sees_vendors
from ..types.carriers import ReturnCarrier
from ..types.common import many


@compat.reads
def _carriers(root: Any, info: Any) -> tuple[Carrier, ...]:
    denied_unless(sees_vendors(actor_of(info)))
    return carriers.registered()


FIELDS = {
    "return_carriers": graphene.Field(
        many(ReturnCarrier),
        required=True,
        description="Carriers that follow parcels or make labels. Members and merchant only.",
        resolver=_carriers,
    )
}
