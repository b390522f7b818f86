"""What a carrier's plug-in is: docs/how-to/carriers.md shows a whole one.

A store names its carriers in `RETURNS_CARRIERS`. This module is public: what it names stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Carrier", "CarrierLabel", "CarrierRefused", "Manual", "Parcel", "ParcelItem"]


@dataclass(frozen=True)
class ParcelItem:
    name: str
    sku: str
    quantity: int


@dataclass(frozen=True)
class Parcel:
    """What a label is asked for. Addresses have the fields of `domain/addresses.py: FIELDS`.

    `reference` is the number of the shipment or return, which belongs on the label. `key` is the
    same whenever the same label is asked for again, after a time-out or a second click: hand it
    to the carrier as its idempotency key, so that no label is paid twice.
    """

    reference: str
    key: str
    sender: Mapping[str, str]
    recipient: Mapping[str, str]
    items: tuple[ParcelItem, ...]


@dataclass(frozen=True)
class CarrierLabel:
    """A PDF or PNG, or else a link to one; and the number by which the parcel is followed."""

    content: bytes = b""
    url: str = ""
    tracking_number: str = ""


class CarrierRefused(Exception):
    """The carrier said no; its text is shown to whoever asked for the label."""


class Carrier:
    """Subclass it, and name the class in `RETURNS_CARRIERS`.

    It is made once per process, without arguments; requests share it. Methods may take as long as
    the carrier does: no lock is held and no transaction is open meanwhile. Whatever they raise
    but CarrierRefused is logged, and told as "did not answer".
    """

    code = ""
    """How the API names it; lower case, never changed."""
    name = ""
    """How people know it."""
    aliases: tuple[str, ...] = ()
    """What else vendors and shoppers write when they mean it; capitals do not matter."""
    makes_labels = False
    makes_return_labels = False

    def tracking_url(self, number: str) -> str:
        """Where the parcel with this number is followed; blank when nowhere."""
        return ""

    def make_label(self, parcel: Parcel) -> CarrierLabel:
        """For goods on their way to the shopper. Raises CarrierRefused."""
        raise CarrierRefused(f"{self.name} makes no labels.")

    def make_return_label(self, parcel: Parcel) -> CarrierLabel:
        """For goods on their way back; the shopper is the sender. Raises CarrierRefused."""
        raise CarrierRefused(f"{self.name} makes no return labels.")


class Manual(Carrier):
    """Every carrier that the store has no plug-in for: people write links, and attach labels."""

    code = "manual"
