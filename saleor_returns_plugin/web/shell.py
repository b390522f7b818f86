"""What stands around every page: the store's name, logo and help."""

from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlencode

from django.urls import reverse

from ..selectors import branding
from .headers import is_picture


@dataclass(frozen=True)
class Shell:
    store: str
    logo_url: str
    support_email: str
    welcome_text: str
    show_vendor_names: bool
    colours_url: str
    stylesheet_url: str


def shell_of(channel: str = "") -> Shell:
    """As the portal of the channel looks."""
    facts = branding.portal(channel)
    colours = reverse("returns:portal-colours")
    return Shell(
        store=facts.name,
        logo_url=facts.logo_url if is_picture(facts.logo_url) else "",
        support_email=parseaddr(facts.support_email)[1],
        welcome_text=facts.welcome_text,
        show_vendor_names=facts.show_vendor_names,
        colours_url=f"{colours}?{urlencode({'channel': channel})}" if channel else colours,
        stylesheet_url=stylesheet("returns.css"),
    )


def stylesheet(name: str) -> str:
    return reverse("returns:static", args=[name])
