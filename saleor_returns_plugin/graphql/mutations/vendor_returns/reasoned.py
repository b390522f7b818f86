"""What refusing or undoing something with a reason has in common."""

from typing import Any, ClassVar
from uuid import UUID

import graphene

from ....domain.actors import Actor
from ....models import VendorReturn as PartRow
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...types.vendor_returns import VendorReturn
from .payload import payload


class ReasonedMutation(ReturnsMutation):
    """`id` names a row of `kind`; `act` calls the one service."""

    vendor_return = graphene.Field(VendorReturn)
    kind: ClassVar[str] = "VendorReturn"

    class Meta:
        abstract = True

    class Arguments:
        id = graphene.ID(required=True)
        reason = graphene.String(required=True)

    @staticmethod
    def act(key: UUID, **given: Any) -> PartRow:
        """`given`: actor, reason and now."""
        raise NotImplementedError

    @classmethod
    def perform(cls, actor: Actor, info: Any, id: str, reason: str) -> dict[str, Any]:
        key = uuid_of(id, cls.kind)
        return payload(actor, cls.act(key, actor=actor, reason=reason, now=now_of(info)))
