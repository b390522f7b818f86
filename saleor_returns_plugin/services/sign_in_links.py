"""A shopper who has only an e-mail address asks for links to the orders of it."""

from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from ..domain.references import email_key
from ..errors import InvalidInput
from ..selectors.sign_in_links import orders_of
from . import notifications, queue, throttle
from .locks import in_transaction

_LONGEST = 254


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
    queue.on_commit("mail_sign_in_links", text, channel or "", uuid4().hex)


@in_transaction
def mail(*, email: str, channel: str, occasion: str, now: datetime) -> None:
    """Write down the mail with the links, once per `occasion`; none when there is no such order."""
    found = orders_of(email, channel, now)
    if found:
        notifications.notify("sign_in_links_shopper", found[0].pk, occasion)
