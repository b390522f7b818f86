from typing import Any

import graphene

from ...domain.actors import Actor
from ...selectors.branding import portal
from ...services import branding
from .. import compat
from ..base import ReturnsMutation
from ..inputs import uploaded
from ..seen import Seen
from ..types.branding import ReturnPortal
from ..types.common import many


class ReturnPortalColorsInput(graphene.InputObjectType):
    primary = graphene.String()
    on_primary = graphene.String()
    background = graphene.String()
    text = graphene.String()


class ReturnPortalLinkInput(graphene.InputObjectType):
    label = graphene.String(required=True)
    url = graphene.String(required=True)


class ReturnPortalInput(graphene.InputObjectType):
    name = graphene.String()
    logo = compat.Upload()
    colors = ReturnPortalColorsInput()
    domain = graphene.String()
    welcome_text = graphene.String()
    support_email = graphene.String()
    locales = many(graphene.String)
    footer_links = many(ReturnPortalLinkInput)
    favicon = compat.Upload()
    show_vendor_names = graphene.Boolean()
    sender_name = graphene.String()
    allowed_origins = many(graphene.String)
    merchant_emails = many(graphene.String)
    notify_exchange_orders = graphene.Boolean()
    checkout_url = graphene.String()


class ReturnPortalUpdate(ReturnsMutation):
    return_portal = graphene.Field(ReturnPortal)

    class Arguments:
        channel = graphene.String()
        input = ReturnPortalInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, input: Any, channel: str | None = None) -> dict[str, Any]:
        values = dict(input)
        for name in ("logo", "favicon"):
            if values.get(name) is not None:
                values[name] = uploaded(info, values[name], field=name)
        row = branding.update(actor=actor, channel=channel, values=values)
        return {"return_portal": Seen(portal(row.channel), actor)}
