"""What the steps hand on to each other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from .client import Person
from .shop import Goods, Host


@dataclass
class VendorSide:
    """A vendor, with the person who works for it."""

    id: str
    name: str
    email: str
    member: Person


@dataclass
class World:
    url: str
    tag: str
    """Tells this run's people and goods from another's."""
    gateway: str
    patience: float
    """Seconds that a Celery task may take."""
    mail_dir: Path | None
    host: Host
    merchant: Person
    visitor: Person
    shopper_email: str
    channel: str | None = None
    warehouse: str = ""
    goods: dict[str, Goods] = field(default_factory=dict)
    vendors: dict[str, VendorSide] = field(default_factory=dict)
    order_id: str = ""
    order_number: str = ""
    currency: str = ""
    unit_prices: dict[str, Decimal] = field(default_factory=dict)
    """Gross, by product name, as Saleor's order has them."""
    shipments: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By vendor name."""
    request: dict[str, Any] = field(default_factory=dict)
    returns: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Vendor returns by vendor name, as they were created."""
    wanted_refund: Decimal = Decimal(0)
    exchanged: list["World"] = field(default_factory=list)
    """Orders with an exchange that may be sent."""
    put_back: list[Callable[[], None]] = field(default_factory=list)
    """What undoes changes to the shop's settings, once the story ends."""

    @property
    def shopper(self) -> Person:
        """The visitor, who is the shopper once a session is open."""
        return self.visitor
