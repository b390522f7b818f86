"""Every mail with made-up facts, as the store's own would look. Nothing is written or sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from ..conf import setting
from ..domain.notifications import KINDS, About, Audience, Mail
from ..domain.quotes import Step
from ..enums import ActorKind, Condition, Resolution, ReturnStatus, StepKind
from ..models import OrderRecord
from ..selectors.branding import PortalFacts
from ..selectors.languages import spoken
from ..selectors.mail_facts import Arrived, Item, Opened, Part
from . import mail_rendering
from .mail_messages import context

_DUE = datetime(2030, 5, 17, 21, 59, tzinfo=UTC)
_ADDRESS = {
    "name": "Oak & Sons, returns",
    "street_address_1": "1 Mill Lane",
    "city": "Leeds",
    "postal_code": "LS1 1AA",
    "country": "GB",
}
_FAILURES = {
    "refund_failed_merchant": "Do not honor",
    "refund_unknown_merchant": "No answer: TimeoutError",
}
_REASONS = {
    About.RECEPTION: "The parcel was another return's.",
    About.RULING: "It was damaged on the way, not by the shopper.",
    About.PART: "It was used: the seat has scratches.",
}
_CHAIR = Item("Oak chair, natural", "OAK-1", 2, Decimal("118.00"), "Too small", "A bit low for us.")
_LAMP = Item("Desk lamp", "LAMP-3", 1, Decimal("39.90"), "Changed my mind")
_STEPS = (
    Step("2 × Oak chair", Decimal("118.00")),
    Step("1 × Desk lamp", Decimal("39.90")),
    Step("10", Decimal("-15.79"), StepKind.RESTOCKING_FEE),
)
_REFUND = Decimal("142.11")
_GOOD = Arrived("Oak chair, natural", 1, Condition.GOOD.value)
_REFUSED = Arrived(
    "Oak chair, natural", 1, Condition.NOT_ACCEPTABLE.value, "The seat has deep scratches."
)
_MISSING = Arrived("Desk lamp", 1, Condition.MISSING.value)
_PART = Part(
    number="1001-R1-S1",
    shipment_number="1001-S1",
    vendor_name="Oak & Sons",
    items=(_CHAIR, _LAMP),
    steps=_STEPS,
    refund=_REFUND,
    is_sent_back=True,
    is_accepted=True,
    is_auto_approved=False,
    is_auto_accepted=False,
    address=_ADDRESS,
    instructions="Please write the number on the parcel.",
    tracking={"carrier": "Post", "number": "RR123456789GB", "url": "https://track.example/RR1"},
    due_at=_DUE,
)
_RECEIVED_PART = replace(
    _PART,
    steps=(
        Step("1 × Oak chair", Decimal("59.00")),
        Step("10", Decimal("-5.90"), StepKind.RESTOCKING_FEE),
    ),
    refund=Decimal("53.10"),
)

FACTS: dict[About, dict[str, Any]] = {
    About.REQUEST: {
        "note": "We ordered the wrong height.",
        "parts": [_PART],
        "is_waiting": True,
        "is_sent_back": True,
    },
    About.PART: {"part": _PART},
    About.UNITS: {
        "part": _PART,
        "declined": [Item("Oak chair, natural", "OAK-1", 1, reason="This one was on final sale.")],
    },
    About.RECEPTION: {
        "part": _RECEIVED_PART,
        "arrived": [_GOOD, _REFUSED, _MISSING],
        "taken": [_GOOD],
        "refused": [_REFUSED],
        "missing": [_MISSING],
        "is_more_to_come": False,
    },
    About.RULING: {"part": _RECEIVED_PART, "arrived": [_REFUSED]},
    About.RESOLUTION: {
        "part": _PART,
        "items": [Item("Desk lamp", "LAMP-3", 1, is_kept=True)],
        "resolution": Resolution.REFUND.value,
        "is_kept": True,
    },
    About.REFUND: {
        "part": _PART,
        "items": [_CHAIR, _LAMP],
        "steps": list(_STEPS),
        "amount": _REFUND,
        "method": "original",
    },
    About.DEADLINE: {
        "part": _PART,
        "status": ReturnStatus.APPROVED.value,
        "waits_for": ActorKind.VENDOR.value,
        "due_at": _DUE,
    },
    About.ORDERS: {
        "orders": [
            (Opened(OrderRecord(), number, _DUE), f"https://shop.example.com/returns/open/{number}")
            for number in ("1001", "997")
        ]
    },
    About.SHIPMENT: {
        "shipment_number": "1001-S1",
        "items": [_CHAIR, _LAMP],
        "address": {
            "name": "Ada Lovelace",
            "street_address_1": "1 Analytical Street",
            "city": "New York",
            "country_area": "NY",
            "postal_code": "10001",
            "country": "US",
        },
    },
}
"""One example of what `selectors/mail_facts.py` finds for each subject; a test compares them."""


def previews(portal: PortalFacts, language: str) -> Iterator[tuple[Mail, mail_rendering.Mail]]:
    """All kinds, in the order of the rules."""
    for mail in KINDS.values():
        with override(spoken(language)):
            yield mail, mail_rendering.render(mail.kind, _context(mail, portal))


def _context(mail: Mail, portal: PortalFacts) -> dict[str, Any]:
    base = setting("RETURNS_PUBLIC_URL") or "https://shop.example.com"
    page = "/returns/" if mail.to is Audience.SHOPPER else "/returns/console/"
    return context(
        mail,
        portal,
        link=base.rstrip("/") + page,
        order_number="1001",
        request_number="1001-R1",
        shopper_email="ada@example.com",
        currency="EUR",
        by=ActorKind.MERCHANT.value,
        reason=_FAILURES.get(mail.kind) or _REASONS.get(mail.about, ""),
        facts=FACTS[mail.about],
    )
