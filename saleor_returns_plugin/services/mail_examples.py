"""Made-up facts of every kind, for previews."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ..domain.notifications import About
from ..domain.quotes import Step
from ..enums import (
    ActorKind,
    Condition,
    ExchangeRelease,
    RefundStatus,
    RefundWay,
    Resolution,
    ReturnStatus,
    StepKind,
)
from ..models import OrderRecord
from ..selectors.mail_facts import Arrived, Item, Opened, Part, Waiting
from ..selectors.refund_ways import Way

DUE = datetime(2030, 5, 17, 21, 59, tzinfo=UTC)
ADDRESS = {
    "name": "Oak & Sons, returns",
    "street_address_1": "1 Mill Lane",
    "city": "Leeds",
    "postal_code": "LS1 1AA",
    "country": "GB",
}
CHAIR = Item("Oak chair, natural", "OAK-1", 2, Decimal("118.00"), "Too small", "A bit low for us.")
LAMP = Item("Desk lamp", "LAMP-3", 1, Decimal("39.90"), "Changed my mind")
STEPS = (
    Step("2 × Oak chair", Decimal("118.00")),
    Step("1 × Desk lamp", Decimal("39.90")),
    Step("10", Decimal("-15.79"), StepKind.RESTOCKING_FEE),
)
REFUND = Decimal("142.11")
TO_PAYMENT = Way(RefundWay.PAYMENT, REFUND, RefundStatus.SUCCEEDED)
GOOD = Arrived("Oak chair, natural", 1, Condition.GOOD.value)
REFUSED = Arrived(
    "Oak chair, natural", 1, Condition.NOT_ACCEPTABLE.value, "The seat has deep scratches."
)
MISSING = Arrived("Desk lamp", 1, Condition.MISSING.value)
PART = Part(
    id=UUID(int=1),
    number="1001-R1-S1",
    shipment_number="1001-S1",
    vendor_name="Oak & Sons",
    items=(CHAIR, LAMP),
    steps=STEPS,
    refund=REFUND,
    is_sent_back=True,
    is_waiting=False,
    is_accepted=True,
    is_auto_approved=False,
    accepts_by_itself=False,
    is_refunded=True,
    is_exchanged=False,
    to_pay=Decimal(0),
    address=ADDRESS,
    instructions="Please write the number on the parcel.",
    tracking={"carrier": "Post", "number": "RR123456789GB", "url": "https://track.example/RR1"},
    due_at=DUE,
)
RECEIVED_PART = replace(
    PART,
    steps=(
        Step("1 × Oak chair", Decimal("59.00")),
        Step("10", Decimal("-5.90"), StepKind.RESTOCKING_FEE),
    ),
    refund=Decimal("53.10"),
)

OTHER_PART = replace(
    PART,
    id=UUID(int=2),
    number="1001-R1-S2",
    shipment_number="1001-S2",
    vendor_name="Elm Lights",
    items=(LAMP,),
    steps=(Step("1 × Desk lamp", Decimal("39.90")),),
    refund=Decimal("39.90"),
    address={**ADDRESS, "name": "Elm Lights", "street_address_1": "7 Wood Street"},
)

LABEL = {
    "has_label": True,
    "label_carrier": "Post",
    "label_number": "RR123456789GB",
    "label_link": "https://shop.example.com/returns/documents/1001-R1-S1",
}
REPLACEMENT = Item("Oak chair, dark", "OAK-2", 2)
NO_EXCHANGE = {
    "exchange": "",
    "is_for_shopper": False,
    "is_owed": False,
    "amount": Decimal(0),
    "until": None,
    "payment_link": "",
}
NO_LABEL = {"has_label": False, "label_carrier": "", "label_number": ""}

FACTS: dict[About, dict[str, Any]] = {
    About.REQUEST: {
        "note": "We ordered the wrong height.",
        "parts": [PART],
        "is_waiting": True,
        "due_at": DUE,
        "is_sent_back": True,
    },
    About.PART: {
        "part": PART,
        "exchange_order": "",
        "was_offered": False,
        "is_paid_back": False,
    },
    About.ACCEPTANCE: {"part": PART, "declined": [], "is_for_silence": False, **NO_LABEL},
    About.LABEL: {"part": PART, **LABEL},
    About.TRACKING: {"part": PART, "is_correction": False},
    About.UNITS: {
        "part": replace(PART, items=(LAMP,), steps=OTHER_PART.steps, refund=OTHER_PART.refund),
        "declined": [Item("Oak chair, natural", "OAK-1", 2, why="This one was on final sale.")],
        "is_let_go": False,
    },
    About.RECEPTION: {
        "part": RECEIVED_PART,
        "arrived": [GOOD, REFUSED, MISSING],
        "taken": [GOOD],
        "refused": [REFUSED],
        "missing": [MISSING],
        "let_go": [],
        "is_more_to_come": False,
        "is_exchanged": False,
        **NO_EXCHANGE,
    },
    About.RULING: {
        "part": RECEIVED_PART,
        "arrived": [REFUSED],
        "is_exchanged": False,
        **NO_EXCHANGE,
    },
    About.RESOLUTION: {
        "part": PART,
        "items": [Item("Desk lamp", "LAMP-3", 1, is_kept=True)],
        "resolution": Resolution.REFUND.value,
        "instead": "",
        "is_kept": True,
        "is_to_come": False,
        "is_paid_back": False,
        "refunds": "",
    },
    About.REFUND: {
        "part": PART,
        "items": [CHAIR, LAMP],
        "steps": list(STEPS),
        "amount": REFUND,
        "changed_why": "",
        "ways": (TO_PAYMENT,),
        "paid": REFUND,
        "failed": Decimal(0),
        "unknown": Decimal(0),
        "is_recorded": False,
        "recorded_by": "Grace Hopper",
        "evidence": "",
        "store_can_retry": True,
        "store_can_refund": False,
        "vendor_can_retry": False,
        "vendor_can_refund": False,
        "is_by_hand": False,
        "owed": Decimal("12.00"),
    },
    About.EXCHANGE: {
        "part": PART,
        "items": [REPLACEMENT],
        "amount": Decimal("24.00"),
        "until": DUE,
        "payment_link": "https://shop.example.com/checkout/1001",
        "exchange_order": "1007",
        "code": "",
        "release_rule": ExchangeRelease.ON_RECEPTION.value,
        "is_unpaid": False,
        "is_arrived": False,
        "is_over": False,
        "is_ended": False,
        "is_paid_back": False,
        "is_sent": False,
        "was_offered": False,
        "is_given_up": False,
        "is_by_staff": False,
        "is_all_staffs": False,
        "is_left_to_store": False,
        "is_refused": False,
    },
    About.OWED: {
        "part": PART,
        "items": [REPLACEMENT],
        "missing": [Item(CHAIR.name, CHAIR.sku, CHAIR.quantity, Decimal("118.00"))],
        "refused": [],
        "amount": Decimal("118.00"),
        "is_taken_back": False,
        "exchange_order": "1007",
        "is_sent": True,
    },
    About.DEADLINE: {
        "waiting": [
            Waiting(
                part=PART,
                status=ReturnStatus.APPROVED.value,
                waits_for=ActorKind.VENDOR.value,
                due_at=DUE,
                is_to_pay=False,
            )
        ],
        "number": "1001-R1-S1",
        "due_at": DUE,
        "is_to_send": True,
        "is_rest": False,
        "is_to_decide": False,
        "is_exchanged": False,
        "is_replaced": False,
    },
    About.ORDERS: {
        "orders": [
            (Opened(OrderRecord(), number, DUE), f"https://shop.example.com/returns/open/{number}")
            for number in ("1001", "997")
        ]
    },
    About.MEMBERSHIP: {
        "vendor_name": "Oak & Sons",
        "is_in_house": False,
        "is_owner": False,
        "member_email": "kim@oak.example.com",
    },
    About.SHIPMENT: {
        "shipment_number": "1001-S1",
        "items": [CHAIR, LAMP],
        "address": {
            "name": "Ada Lovelace",
            "street_address_1": "1 Analytical Street",
            "city": "New York",
            "country_area": "NY",
            "postal_code": "10001",
            "country": "US",
        },
        "is_replacement": False,
        "replaces": "",
    },
}
"""One example of what `selectors/mail_facts.py` finds for each subject; a test compares them."""
