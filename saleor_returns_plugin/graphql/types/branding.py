from typing import Any

import graphene

from ..ids import to_id
from ..seen import ReturnsType, Seen
from .common import many, null_when_blank, required


class ReturnPortalColors(graphene.ObjectType):
    primary = graphene.String(required=True)
    on_primary = graphene.String(required=True)
    background = graphene.String(required=True)
    text = graphene.String(required=True)


class ReturnPortalLink(graphene.ObjectType):
    label = graphene.String(required=True)
    url = graphene.String(required=True)


class ReturnPortal(ReturnsType):
    """How the portal of a channel looks and speaks, blanks filled in."""

    id = graphene.ID(required=True)
    channel = graphene.String()
    name = graphene.String(required=True)
    logo_url = graphene.String()
    colors = required(ReturnPortalColors)
    domain = graphene.String()
    welcome_text = graphene.String(required=True)
    support_email = graphene.String()
    locales = many(graphene.String, required=True)
    footer_links = many(ReturnPortalLink, required=True)
    favicon_url = graphene.String()
    show_vendor_names = graphene.Boolean(required=True)
    sender_name = graphene.String(description="Merchant only, as all that follows.")
    allowed_origins = many(graphene.String)
    merchant_emails = many(graphene.String)
    notify_exchange_orders = graphene.Boolean(
        description="Whether our mails tell of exchange orders; Saleor's own cannot be switched off."
    )
    checkout_url = graphene.String(
        description=(
            "The store's page on which a shopper pays for something dearer, with {checkout}, "
            "{token} and {channel} in it; without one nothing dearer is offered."
        )
    )

    class Meta:
        interfaces = (graphene.relay.Node,)

    def resolve_id(root: Seen, info: Any) -> str:
        # By channel rather than by row: there may be none yet, and it is still the same portal.
        return to_id("ReturnPortal", root.node.channel or "default")

    resolve_channel = null_when_blank("channel")
    resolve_support_email = null_when_blank("support_email")

    def resolve_logo_url(root: Seen, info: Any) -> str | None:
        return _absolute(info, root.node.logo_url)

    def resolve_favicon_url(root: Seen, info: Any) -> str | None:
        return _absolute(info, root.node.favicon_url)

    def resolve_colors(root: Seen, info: Any) -> ReturnPortalColors:
        facts = root.node
        return ReturnPortalColors(
            primary=facts.primary,
            on_primary=facts.on_primary,
            background=facts.background,
            text=facts.text,
        )

    def resolve_sender_name(root: Seen, info: Any) -> str | None:
        return root.node.sender_name if root.actor.is_merchant else None

    def resolve_allowed_origins(root: Seen, info: Any) -> list[str] | None:
        return list(root.node.allowed_origins) if root.actor.is_merchant else None

    def resolve_merchant_emails(root: Seen, info: Any) -> list[str] | None:
        return list(root.node.merchant_emails) if root.actor.is_merchant else None

    def resolve_notify_exchange_orders(root: Seen, info: Any) -> bool | None:
        return root.node.notify_exchange_orders if root.actor.is_merchant else None

    def resolve_checkout_url(root: Seen, info: Any) -> str | None:
        return (root.node.checkout_url or None) if root.actor.is_merchant else None


def _absolute(info: Any, url: str) -> str | None:
    return info.context.build_absolute_uri(url) if url else None
