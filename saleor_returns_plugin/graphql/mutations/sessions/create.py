from typing import Any

import graphene

from ....domain.actors import Actor
from ....selectors.shipments import returnable_order
from ....services import sessions
from ....web.client_address import client_address
from ... import compat
from ...actors import now_of
from ...base import ReturnsMutation
from ...seen import Seen
from ...types.returnable import ReturnableOrder


class ReturnSessionCreate(ReturnsMutation):
    token = graphene.String()
    expires_at = graphene.Field(compat.DateTime)
    returnable_order = graphene.Field(ReturnableOrder)

    class Meta:
        description = (
            "Sign a guest in with order number and e-mail. Throttled; the same answer for a "
            "wrong number and a wrong e-mail."
        )

    class Arguments:
        order_number = graphene.String(required=True)
        email = graphene.String(required=True)
        channel = graphene.String()

    @staticmethod
    def perform(
        actor: Actor, info: Any, order_number: str, email: str, channel: str | None = None
    ) -> dict[str, Any]:
        """`channel` is the contract's, and changes nothing: a number is one order in all channels."""
        now = now_of(info)
        session = sessions.sign_in(
            order_number=order_number,
            email=email,
            address=client_address(info.context),
            now=now,
        )
        shopper = sessions.shopper_of(session.record)
        return {
            "token": session.token,
            "expires_at": session.expires_at,
            "returnable_order": Seen(returnable_order(session.record, now), shopper),
        }
