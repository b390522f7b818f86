"""Where a refund's money goes, and what became of it there, in words for pages and mails."""

from django.utils.translation import gettext

from ..enums import RefundStatus, RefundWay
from ..selectors.refund_ways import Way


def way_label(way: Way) -> str:
    """In the active language."""
    if way.way is RefundWay.GIFT_CARD and way.card:
        return gettext("To the gift card ending in %(card)s") % {"card": way.card}
    if way.way is RefundWay.GIFT_CARD:
        return gettext("To the gift card")
    if way.way is RefundWay.MANUAL and way.reference:
        return gettext("By hand (reference %(reference)s)") % {"reference": way.reference}
    if way.way is RefundWay.MANUAL:
        return gettext("By hand")
    return gettext("To the original payment")


def way_outcome(way: Way) -> str:
    """In the active language, to go on with after a comma."""
    if way.status is RefundStatus.SUCCEEDED:
        return gettext("paid back")
    if way.status is RefundStatus.PENDING:
        return gettext("under way")
    if way.status is RefundStatus.UNKNOWN:
        return gettext("no answer yet")
    if not way.was_asked:
        return gettext("not asked for, as another part failed")
    return gettext("not paid back")
