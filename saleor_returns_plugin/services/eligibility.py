"""Why a line cannot be returned, in words: as an error that says it, for whoever asks."""

from collections.abc import Sequence

from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext

from ..domain.eligibility import Refusal, Window
from ..enums import NotReturnable, WindowAnchor
from ..errors import OrderNotReturnable, QuantityExceedsReturnable, ReturnsError, WindowClosed


def error_of(
    refusal: Refusal, *, field: str | None = None, index: Sequence[int] | None = None
) -> ReturnsError:
    """In the active language."""
    if refusal.window is not None:
        return WindowClosed(_closed(refusal.window), field=field, index=index)
    kind = _KINDS.get(refusal.why, OrderNotReturnable)
    return kind(_message(refusal.why), field=field, index=index)


_KINDS: dict[NotReturnable, type[ReturnsError]] = {
    NotReturnable.NOTHING_LEFT: QuantityExceedsReturnable,
    NotReturnable.WINDOW_CLOSED: WindowClosed,
}


def _message(why: NotReturnable) -> str:
    return {
        NotReturnable.ORDER_NOT_PLACED: gettext("This order is not confirmed or was cancelled."),
        NotReturnable.FINAL_SALE: gettext("This item is a final sale and cannot be returned."),
        NotReturnable.NOT_SHIPPED: gettext("This item has not been shipped yet."),
        NotReturnable.WINDOW_CLOSED: gettext("This item can no longer be returned."),
        NotReturnable.NOTHING_LEFT: gettext(
            "All units of this item are returned or being returned."
        ),
    }[why]


def _closed(window: Window) -> str:
    until = timezone.localtime(window.until, timezone.get_default_timezone())
    values = {"days": window.days, "day": formats.date_format(until, "DATE_FORMAT")}
    message: str = {
        WindowAnchor.DELIVERED: ngettext(
            "This item could be returned within %(days)s day of delivery: the last day was %(day)s.",
            "This item could be returned within %(days)s days of delivery: the last day was %(day)s.",
            window.days,
        ),
        WindowAnchor.FULFILLED: ngettext(
            "This item could be returned within %(days)s day of shipping: the last day was %(day)s.",
            "This item could be returned within %(days)s days of shipping: the last day was %(day)s.",
            window.days,
        ),
        WindowAnchor.PLACED: ngettext(
            "This item could be returned within %(days)s day of the order: the last day was %(day)s.",
            "This item could be returned within %(days)s days of the order: the last day was %(day)s.",
            window.days,
        ),
    }[window.anchor]
    return message % values
