"""The plugin's Django settings, all optional, all starting with RETURNS_."""

from typing import Any

from django.conf import settings

_DEFAULTS: dict[str, Any] = {
    # Reverse proxies in front, whose X-Forwarded-For is believed when tries are counted.
    "RETURNS_TRUSTED_PROXIES": 0,
    # How long a guest's sign-in lasts, in seconds.
    "RETURNS_SESSION_SECONDS": 3600,
    # How long the link in a mail opens its order without more, in seconds.
    "RETURNS_LINK_SECONDS": 3 * 24 * 3600,
    # Failed sign-ins per address and per order number in 15 minutes.
    "RETURNS_SIGN_IN_ATTEMPTS": 10,
    # Where links in mails point to, for example https://returns.example.com; the site's when blank.
    "RETURNS_PUBLIC_URL": "",
    # Mount the pages under /returns/ of Saleor's own URLs.
    "RETURNS_MOUNT_URLS": True,
    # Seconds between the searches for orders that no hook told of, or that do not know what returned.
    "RETURNS_SWEEP_SECONDS": 300,
    # Seconds between looks at what is due: reminders, escalations, expiry.
    "RETURNS_DEADLINES_SECONDS": 900,
    # Seconds between the searches for mails that were lost on their way.
    "RETURNS_RESEND_SECONDS": 300,
    # Seconds between the looks at refunds without an answer, and at paid ones that may yet fail.
    "RETURNS_RECONCILE_SECONDS": 300,
    "RETURNS_WATCH_REFUNDS_SECONDS": 6 * 3600,
    # Seconds between the looks at exchanges that a process ended over.
    "RETURNS_EXCHANGES_SECONDS": 300,
    # Seconds between the looks for days of vendors' statements that can be closed.
    "RETURNS_CLOSE_LEDGER_SECONDS": 6 * 3600,
    # Kinds of mails to turn on or off against the default: {"return_expired_merchant": True}.
    "RETURNS_MAILS": {},
    # Carriers that follow parcels or make labels, as dotted paths of classes (domain/carriers.py).
    "RETURNS_CARRIERS": (),
    # How long an address that the API gave opens a label or a packing slip, in seconds.
    "RETURNS_DOCUMENT_SECONDS": 3600,
    # Whether policies may offer exchanges, and staff make them.
    "RETURNS_EXCHANGES": True,
    # Lines that one submission may hold.
    "RETURNS_MAX_LINES": 200,
}


def setting(name: str) -> Any:
    """The store's value, or the default."""
    return getattr(settings, name, _DEFAULTS[name])
