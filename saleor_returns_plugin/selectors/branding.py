"""How the portal of a channel looks."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings

from .. import host
from ..models import ReturnPortal
from .search import plain

COLORS = {
    "primary": "#1f4e5f",
    "on_primary": "#ffffff",
    "background": "#ffffff",
    "text": "#1c1c1c",
}


@dataclass(frozen=True)
class FooterLink:
    label: str
    url: str


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
    locales: tuple[str, ...]
    footer_links: tuple[FooterLink, ...]
    favicon_url: str
    allowed_origins: tuple[str, ...]
    notify_exchange_orders: bool
    checkout_url: str
    """Where a checkout is paid for, with {checkout}, {token} and {channel}; blank: nowhere."""

    def payment_url(self, *, token: UUID, checkout_id: str, channel: str) -> str | None:
        """Where the checkout of this token is paid for."""
        url = self.checkout_url
        for name, value in (("checkout", checkout_id), ("token", str(token)), ("channel", channel)):
            url = url.replace("{" + name + "}", quote(value, safe=""))
        return url or None


def portal(channel: str = "") -> PortalFacts:
    """The channel's own row, else the general one, else the store's name and plain colours."""
    row = _row(channel)
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
        locales=tuple(row.locales) or (settings.LANGUAGE_CODE,),
        footer_links=tuple(FooterLink(**link) for link in row.footer_links),
        favicon_url=row.favicon.url if row.favicon else "",
        allowed_origins=tuple(row.allowed_origins),
        notify_exchange_orders=row.notify_exchange_orders,
        checkout_url=row.checkout_url,
    )


def logo_file(channel: str = "") -> Any:
    """The stored picture itself; false when there is none."""
    return _row(channel).logo


def _row(channel: str) -> ReturnPortal:
    channel = plain(channel)
    rows = {row.channel: row for row in ReturnPortal.objects.filter(channel__in={channel, ""})}
    return rows.get(channel) or rows.get("") or ReturnPortal(channel=channel)
