"""A shopper who has only an e-mail address asks for links to the orders of it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from ..domain.references import email_key
from ..errors import InvalidInput
from ..models import NotificationLog
from ..selectors.notifications import ASKED
from ..selectors.sign_in_links import orders_of
from . import notifications, queue, throttle
from .locks import in_transaction

LOST_AFTER = timedelta(minutes=2)
"""What was asked for so long ago and not looked up is queued again, ..."""
FORGOTTEN_AFTER = timedelta(hours=12)
"""... for so long: then nobody waits for it, and the address is not kept."""
_LONGEST = 254
_LONGEST_KEY = 200
_AT_ONCE = 1000


def request(*, email: str, channel: str | None = None, address: str) -> None:
    """Mail a sign-in link for each order of this e-mail that has something to return.

    Whether there is any is looked up by the task, so that answer and time tell nothing. Raises
    InvalidInput for what is no e-mail address, Throttled.
    """
    text = email.strip()
    try:
        validate_email(text)
    except ValidationError as error:
        raise InvalidInput(gettext("This is no e-mail address."), field="email") from error
    if len(text) > _LONGEST:
        raise InvalidInput(
            gettext("At most %(most)s characters.") % {"most": _LONGEST}, field="email"
        )
    throttle.count("link-address", address, field="email")
    throttle.count("link-email", email_key(text), field="email")
    _write_down(text, channel or "")


@in_transaction
def _write_down(email: str, channel: str) -> None:
    """What was asked for outlives a broker that is down: `resend` queues it again."""
    key = uuid4()
    asked = f"{ASKED}:{key}:"
    log = NotificationLog.objects.create(
        pk=key,
        # A channel that is too long is none of ours: all orders of the e-mail count then.
        dedupe_key=asked + channel if len(asked + channel) <= _LONGEST_KEY else asked,
        kind=ASKED,
        recipient=email,
    )
    queue.on_commit("mail_sign_in_links", str(log.pk))


@in_transaction
def mail(*, log_id: UUID | str, now: datetime) -> None:
    """Write down the mail with the links that were asked for; none when there is no such order.

    Once: a second worker waits for the row, and finds it gone.
    """
    log = NotificationLog.objects.select_for_update().filter(pk=log_id, kind=ASKED).first()
    if log is None:
        return
    channel = log.dedupe_key.split(":", 2)[2]
    found = orders_of(log.recipient, channel, now)
    if found:
        notifications.notify("sign_in_links_shopper", found[0].pk, log.pk.hex)
    log.delete()


def resend(*, now: datetime) -> int:
    """Queue what was asked for and not answered; forget what nobody waits for any more."""
    asked = NotificationLog.objects.filter(kind=ASKED, sent_at=None)
    asked.filter(created_at__lt=now - FORGOTTEN_AFTER).delete()
    rows = asked.filter(created_at__lt=now - LOST_AFTER).order_by("created_at")
    keys = list(rows.values_list("pk", flat=True)[:_AT_ONCE])
    for key in keys:
        queue.on_commit("mail_sign_in_links", str(key))
    return len(keys)
