from typing import Any

import graphene
from django.utils.translation import gettext

from ...domain.actors import Actor
from ...errors import InvalidInput
from ...selectors.branding import portal
from ...services import branding
from .. import compat
from ..base import ReturnsMutation
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
                values[name] = _file(info, values[name], name)
        row = branding.update(actor=actor, channel=channel, values=values)
        return {"return_portal": Seen(portal(row.channel), actor)}


def _file(info: Any, key: Any, field: str) -> Any:
    """The file of a multipart request: the variable holds its name there, as with Saleor's own."""
    found = info.context.FILES.get(key) if isinstance(key, str) else None
    if found is None:
        raise InvalidInput(gettext("Send the file in a multipart request."), field=field)
    return found
