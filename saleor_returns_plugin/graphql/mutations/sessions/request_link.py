from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import sign_in_links
from ....web.client_address import client_address
from ...base import ReturnsMutation


class ReturnSessionLinkRequest(ReturnsMutation):
    class Meta:
        description = "Mail a sign-in link for the orders of this address. Always the same answer."

    class Arguments:
        email = graphene.String(required=True)
        channel = graphene.String()

    @staticmethod
    def perform(actor: Actor, info: Any, email: str, channel: str | None = None) -> dict[str, Any]:
        sign_in_links.request(email=email, channel=channel, address=client_address(info.context))
        return {}
