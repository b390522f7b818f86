"""Writes the reference pages that are made from the code: `make docs`. A test compares them."""

import sys
from pathlib import Path

from saleor_returns_plugin.domain.notifications import RULES, WITHOUT_EVENT, About, Mail
from saleor_returns_plugin.enums import EventKind

from . import figures
from .paths import CHECKOUT

NOTIFICATIONS = CHECKOUT / "docs" / "reference" / "notifications.md"
FIGURES = CHECKOUT / "docs" / "reference" / "figures.md"

_INTRODUCTION = """# Mails and order notes

<!-- Written by `make docs` from saleor_returns_plugin/domain/notifications.py: change it there. -->

Each move of a return appends one event, and each event tells those whom it concerns, once: by mails, and by a
note in the history of Saleor's order, which its staff read. {count} mails, each with subject, text and HTML, in
`templates/saleor_returns_plugin/email/<kind>/`; `manage.py returns_mail_preview DIR` shows them all.

**Merchant**: `merchantEmails` of the channel's portal, else of the general one, else the store's sender.
**Vendor**: its e-mail and its active members. A vendor without any: the merchant, unless the merchant has a
mail of its own about the same event. **Shopper**: the order's e-mail. **Member**: the e-mail that was invited, in the
branding of the general portal.

The language is the request's or order's for shoppers, else that of the account with this address, else
`LANGUAGE_CODE`; notes are in `LANGUAGE_CODE`. What is not translated yet is English. Shoppers read no vendor's name where the portal hides them; a
vendor never reads the shopper's e-mail, nor what is another vendor's.

`notifyExchangeOrders` of the channel's portal, or `notifyCustomer` of an exchange that staff make, governs our mails
of an exchange's order. Saleor's own mails of that order cannot be switched off one by one. An offer to be paid, and an
exchange that came to nothing, are told in any case; of what staff send with nothing to come back, the latter
only once it was offered.

A store turns single mails on or off by their kind, against the default:

```python
RETURNS_MAILS = {{"return_expired_merchant": True, "reception_voided_shopper": False}}
```

## What is told

| event | mail | to | when | default |
|---|---|---|---|---|
"""

_NOTES = """
## Notes on Saleor's order

`{number}` is the part's number, or the request's; `{reason}` is cut at 200 characters.

| event | note |
|---|---|
"""

_ONCE = """
## Once, and not never

An event's task writes, in one transaction, that it was told, its note, and a row of `NotificationLog` for every
mail; then it sends them over one connection to the mail server, each while it holds its row. One that fails keeps
no other waiting. `saleor_returns_plugin.tasks.resend_mails`, run by beat, queues what was lost: events of the last
7 days that nobody was told of within 2 minutes, and mails that were not sent within 5; then after twice that time,
and so on, up to an hour. Only a worker that dies between the mail server's answer and its own commit sends a mail
again, with the same `Message-ID`, by which mailboxes know a repetition. A shopper who asks for sign-in links is kept
as a row, too, until somebody looked for the orders: queued again after 2 minutes, forgotten after 12 hours.
"""


_OF = {
    About.SHIPMENT: "a shipment",
    About.ORDERS: "the sign-in page",
    About.MEMBERSHIP: "the members of a vendor",
}
"""What mails are about that no event of a return is behind."""


def notifications() -> str:
    kinds = {mail.kind for rule in RULES.values() for mail in rule.mails} | {
        m.kind for m in WITHOUT_EVENT
    }
    mails = [row for kind in EventKind for row in _mails(kind)]
    mails += [_mail(f"none: {_OF[mail.about]}", mail) for mail in WITHOUT_EVENT]
    notes = [
        f"| `{kind.name}` | {text} |"
        for kind in EventKind
        for text in (RULES[kind].note, RULES[kind].taken_back)
        if text
    ]
    return "".join(
        [
            _INTRODUCTION.format(count=len(kinds)),
            "\n".join(mails),
            "\n",
            _NOTES,
            "\n".join(notes),
            "\n",
            _ONCE,
        ]
    )


def _mails(kind: EventKind) -> list[str]:
    mails = RULES[kind].mails
    if not mails:
        return [f"| `{kind.name}` | none | | | |"]
    return [_mail(f"`{kind.name}`", mail) for mail in mails]


def _mail(event: str, mail: Mail) -> str:
    default = "on" if mail.is_on else "off"
    return (
        f"| {event} | `{mail.kind}` | {mail.to.value} | {mail.when.words or 'always'} | {default} |"
    )


PAGES = {NOTIFICATIONS: notifications, FIGURES: figures.page}


def main() -> int:
    for path, text in PAGES.items():
        path.write_text(text(), encoding="utf-8")
        print(f"[docs] {path.relative_to(Path(CHECKOUT))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
