"""The carriers of a store (RETURNS_CARRIERS), and what they are asked."""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext

from ..conf import setting
from ..domain.carriers import Carrier, CarrierLabel, CarrierRefused, Manual, Parcel
from ..errors import CarrierUnavailable, InvalidInput, ReturnsError
from .texts import web_address

logger = logging.getLogger(__name__)

MANUAL = Manual()


def registered() -> tuple[Carrier, ...]:
    """In the order of the setting. Raises ImportError, TypeError: a system check tells."""
    return tuple(_made(path) for path in setting("RETURNS_CARRIERS"))


def problems() -> list[str]:
    """What is wrong with the setting, in words."""
    try:
        found = registered()
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    codes = [carrier.code for carrier in found]
    twice = sorted({code for code in codes if codes.count(code) > 1 or code == MANUAL.code})
    wrong = [f"{code!r} is the code of another carrier, too." for code in twice if code]
    nameless = [type(each).__name__ for each in found if not each.code or not each.name]
    return [*wrong, *(f"{name} has no code or no name." for name in nameless)]


@cache
def _made(path: str) -> Carrier:
    made = import_string(path)()
    if not isinstance(made, Carrier):
        raise TypeError(f"{path} is no subclass of {Carrier.__module__}.Carrier")
    return made


def named(text: str) -> Carrier:
    """The one that people mean by what they wrote; the manual one when it is none of ours."""
    wanted = _folded(text)
    for carrier in registered():
        if wanted in {_folded(name) for name in (carrier.code, carrier.name, *carrier.aliases)}:
            return carrier
    return MANUAL


def that_makes(code: str, *, is_return: bool) -> Carrier:
    """Raises InvalidInput(carrier) for one that makes no such labels."""
    for carrier in registered():
        if carrier.code == code and _makes(carrier, is_return):
            return carrier
    raise InvalidInput(gettext("This carrier makes no such labels."), field="carrier")


def that_make(*, is_return: bool) -> list[Carrier]:
    return [carrier for carrier in registered() if _makes(carrier, is_return)]


def tracking_url(name: str, number: str) -> str | None:
    """Where a known carrier's parcel is followed. A plug-in that fails costs the link alone."""
    carrier = named(name)
    try:
        url = carrier.tracking_url(number)
        return web_address(url, field="url") if url else None
    except Exception:
        logger.exception("Carrier %s gave no link for a tracking number.", carrier.code)
        return None


def label(carrier: Carrier, parcel: Parcel, *, is_return: bool) -> CarrierLabel:
    """Ask for a label; no transaction is to be open. Raises InvalidInput with what the carrier
    said, CarrierUnavailable."""
    make: Callable[[Parcel], Any] = carrier.make_return_label if is_return else carrier.make_label
    try:
        made = make(parcel)
    except CarrierRefused as refusal:
        raise InvalidInput(
            gettext("%(carrier)s says: %(text)s")
            % {"carrier": carrier.name, "text": str(refusal)[:500]},
            field="carrier",
        ) from refusal
    except Exception as error:
        logger.exception("Carrier %s made no label for %s.", carrier.code, parcel.reference)
        raise unavailable(carrier) from error
    if not isinstance(made, CarrierLabel):
        logger.error("Carrier %s gave %r for a label.", carrier.code, type(made))
        raise unavailable(carrier)
    return made


def unavailable(carrier: Carrier) -> ReturnsError:
    return CarrierUnavailable(
        gettext("%(carrier)s gave no label. Try again, or attach one yourself.")
        % {"carrier": carrier.name},
        field="carrier",
    )


def _makes(carrier: Carrier, is_return: bool) -> bool:
    return carrier.makes_return_labels if is_return else carrier.makes_labels


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
