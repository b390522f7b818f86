"""Which ways a refund's money goes, as mails and pages tell it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from .. import host
from ..domain.refund_parts import way_of
from ..enums import RefundStatus, RefundWay
from ..models import OrderRecord, RefundPart


@dataclass(frozen=True)
class Way:
    """Money that goes one way. `card`: the last characters of a gift card, where they are known;
    `reference`: what the store gave for money that goes by hand. `was_asked` False: it failed with
    another part, and nobody was asked for it. `message`: in the words of whoever was."""

    way: RefundWay
    amount: Decimal
    status: RefundStatus
    card: str = ""
    reference: str = ""
    was_asked: bool = True
    message: str = ""


def plain(parts: Iterable[RefundPart]) -> list[dict[str, Any]]:
    """As an event keeps them; `told` reads them back."""
    return [
        {
            "part": str(part.pk),
            "payment": part.payment_reference,
            "amount": str(part.amount),
            "status": part.status,
            "reference": part.psp_reference if _is_by_hand(part) else "",
            "was_asked": part.asked_at is not None,
            "message": part.message,
        }
        for part in parts
    ]


def of_parts(parts: Iterable[RefundPart], record: OrderRecord) -> tuple[Way, ...]:
    """As they stand now; parts that were replaced left out."""
    return told(plain(part for part in parts if not part.is_replaced), record)


def told(rows: Sequence[Mapping[str, Any]], record: OrderRecord) -> tuple[Way, ...]:
    """One for all that goes the same way and stands the same."""
    cards = _cards(rows, record)
    found: dict[Way, Decimal] = {}
    for row in rows:
        payment = row["payment"]
        way = Way(
            way=RefundWay.GIFT_CARD if payment in cards else way_of(payment),
            amount=Decimal(0),
            status=RefundStatus(row["status"]),
            card=cards.get(payment, ""),
            reference=row["reference"],
            was_asked=row["was_asked"],
            message=row["message"],
        )
        found[way] = found.get(way, Decimal(0)) + Decimal(row["amount"])
    return tuple(replace(way, amount=amount) for way, amount in found.items())


def total(ways: Iterable[Way], status: RefundStatus) -> Decimal:
    return sum((way.amount for way in ways if way.status is status), Decimal(0))


def _cards(rows: Sequence[Mapping[str, Any]], record: OrderRecord) -> dict[str, str]:
    """Of all orders whose goods were exchanged for each other."""
    if not any(way_of(row["payment"]) is not RefundWay.MANUAL for row in rows):
        return {}
    first = record if record.root is None else record.root
    orders = dict.fromkeys(row.order_id for row in (first, record) if row.order_id is not None)
    found: dict[str, str] = {}
    for order_id in orders:
        found.update(host.current.gift_card_endings(order_id))
    return found


def _is_by_hand(part: RefundPart) -> bool:
    return way_of(part.payment_reference) is RefundWay.MANUAL
