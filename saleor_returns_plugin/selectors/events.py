"""What was said with an event, in the reader's language."""

from django.utils.translation import gettext

from ..enums import EventKind, Unavailable
from ..models import ReturnEvent
from .declined import LET_GO, let_go
from .exchanges import ORDER_STANDS, order_stands


def message_of(event: ReturnEvent) -> str:
    """People's own words; of what the system does, why it does so."""
    if event.data.get("code") == LET_GO:
        return let_go()
    if event.kind == EventKind.ACCEPTED.value and event.data.get("for_silence"):
        return gettext("The vendor did not answer in time.")
    if event.data.get("code") == Unavailable.OFFER_ENDED.value:
        return gettext("The difference was not paid in time.")
    if event.data.get("code") == ORDER_STANDS:
        return order_stands(event.data["order_number"])
    return event.message
