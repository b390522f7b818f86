"""How the portal of a channel looks."""

from dataclasses import dataclass
from uuid import UUID

from .. import host
from ..models import ReturnPortal

COLORS = {
    "primary": "#1f4e5f",
    "on_primary": "#ffffff",
    "background": "#ffffff",
    "text": "#1c1c1c",
}


@dataclass(frozen=True)
class PortalFacts:
    """What pages, mails and the API show of the store; every blank filled in."""

    id: UUID | None
    channel: str
    name: str
    logo_url: str
    primary: str
    on_primary: str
    background: str
    text: str
    domain: str | None
    welcome_text: str
    support_email: str
    show_vendor_names: bool
    sender_name: str
    merchant_emails: tuple[str, ...]


def portal(channel: str = "") -> PortalFacts:
    """The channel's own row, else the general one, else the store's name and plain colours."""
    rows = {row.channel: row for row in ReturnPortal.objects.filter(channel__in={channel, ""})}
    row = rows.get(channel) or rows.get("") or ReturnPortal(channel=channel)
    name = row.name or host.current.store_name()
    return PortalFacts(
        id=None if row._state.adding else row.pk,
        channel=row.channel,
        name=name,
        logo_url=row.logo.url if row.logo else "",
        **{key: row.colors.get(key) or default for key, default in COLORS.items()},
        domain=row.domain,
        welcome_text=row.welcome_text,
        support_email=row.support_email or host.current.default_email(),
        show_vendor_names=row.show_vendor_names,
        sender_name=row.sender_name or name,
        merchant_emails=tuple(row.merchant_emails),
    )
