"""What a vendor return gives back, step by step. Preview and refund are this one function."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from ..enums import StepKind
from .money import ZERO, Taxed, percentage, rounded, taxed_units_worth, total_of
from .policy import Policy


@dataclass(frozen=True)
class Step:
    """One line of the derivation; the gross amounts of all steps sum to the refund."""

    text: str
    """Units and name of goods; the percentage of a RESTOCKING_FEE; else blank."""
    amount: Decimal
    kind: StepKind = StepKind.TEXT


@dataclass(frozen=True)
class Units:
    """Units of one shipment line that are to be paid back."""

    line_id: UUID
    label: str
    quantity: int
    line_quantity: int
    already: int
    """Units of the line paid back, or promised, before these."""
    line_total: Taxed
    waives_fees: bool = False
    return_line_id: UUID | None = None


@dataclass(frozen=True)
class LineQuote:
    line_id: UUID
    return_line_id: UUID | None
    quantity: int
    amount: Taxed
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Quote:
    """`refund` = goods + shipping - fees, never negative, in `currency`."""

    currency: str
    lines: tuple[LineQuote, ...]
    goods: Taxed
    shipping: Taxed
    restocking_fee: Taxed
    return_shipping_fee: Taxed
    refund: Decimal
    steps: tuple[Step, ...]

    @property
    def fees(self) -> Taxed:
        return self.restocking_fee + self.return_shipping_fee


def quote(
    *,
    units: Sequence[Units],
    policy: Policy,
    currency: str,
    shipping: Taxed = Taxed(),  # noqa: B008 - frozen, cannot change between calls
    charge_return_shipping: bool = True,
) -> Quote:
    """The refund for `units`, with outbound `shipping` that goes back beside them.

    Fees are taxed like the goods (ARCHITECTURE section 6, rule 5). `charge_return_shipping` is
    False once an earlier refund of the same return has taken that fee.
    """
    lines = tuple(_line_quote(item, currency) for item in units if item.quantity)
    goods = total_of([line.amount for line in lines])
    feeable = total_of(
        [
            line.amount
            for item, line in zip(_counted(units), lines, strict=True)
            if not item.waives_fees
        ]
    )
    restocking = percentage(feeable, policy.restocking_fee_percent, currency)
    room = goods + shipping - restocking
    return_fee = Taxed()
    if charge_return_shipping and feeable:
        return_fee = _fee(policy.return_shipping_fee, feeable, room, currency)
    refund = max(room.gross - return_fee.gross, ZERO)
    steps = [step for line in lines for step in line.steps]
    if shipping:
        steps.append(Step("", shipping.gross, StepKind.DELIVERY))
    if restocking:
        percent = f"{policy.restocking_fee_percent.normalize():f}"
        steps.append(Step(percent, -restocking.gross, StepKind.RESTOCKING_FEE))
    if return_fee:
        steps.append(Step("", -return_fee.gross, StepKind.RETURN_SHIPPING))
    return Quote(currency, lines, goods, shipping, restocking, return_fee, refund, tuple(steps))


def _counted(units: Sequence[Units]) -> list[Units]:
    return [item for item in units if item.quantity]


def _line_quote(item: Units, currency: str) -> LineQuote:
    amount = taxed_units_worth(
        item.line_total,
        of=item.line_quantity,
        before=item.already,
        units=item.quantity,
        currency=currency,
    )
    step = Step(f"{item.quantity} × {item.label}", amount.gross)
    return LineQuote(item.line_id, item.return_line_id, item.quantity, amount, (step,))


def _fee(gross: Decimal, like: Taxed, room: Taxed, currency: str) -> Taxed:
    """A gross fee, taxed in the goods' proportion, at most what there is to take it from."""
    gross = min(gross, room.gross)
    if gross <= 0 or not like.gross:
        return Taxed()
    return Taxed(rounded(gross * like.net / like.gross, currency), gross)


def plain_steps(steps: Sequence[Step]) -> list[list[str]]:
    """As JSON keeps them."""
    return [[step.text, str(step.amount), step.kind.value] for step in steps]


def steps_from(plain: Sequence[Sequence[str]]) -> tuple[Step, ...]:
    """As `plain_steps` wrote them; the oldest have no kind, and say all in their text."""
    return tuple(Step(text, Decimal(amount), *map(StepKind, kind)) for text, amount, *kind in plain)


def snapshot(value: Quote) -> dict[str, Any]:
    """The promise as JSON keeps it."""

    def taxed(amount: Taxed) -> dict[str, str]:
        return {"net": str(amount.net), "gross": str(amount.gross)}

    return {
        "currency": value.currency,
        "lines": [
            {
                "line_id": str(line.line_id),
                "return_line_id": line.return_line_id and str(line.return_line_id),
                "quantity": line.quantity,
                "amount": taxed(line.amount),
                "steps": plain_steps(line.steps),
            }
            for line in value.lines
        ],
        "goods": taxed(value.goods),
        "shipping": taxed(value.shipping),
        "restocking_fee": taxed(value.restocking_fee),
        "return_shipping_fee": taxed(value.return_shipping_fee),
        "refund": str(value.refund),
        "steps": plain_steps(value.steps),
    }


def from_snapshot(plain: dict[str, Any]) -> Quote:
    """The promise as it was made."""

    def taxed(amount: dict[str, str]) -> Taxed:
        return Taxed(Decimal(amount["net"]), Decimal(amount["gross"]))

    return Quote(
        currency=plain["currency"],
        lines=tuple(
            LineQuote(
                UUID(line["line_id"]),
                UUID(line["return_line_id"]) if line["return_line_id"] else None,
                line["quantity"],
                taxed(line["amount"]),
                steps_from(line["steps"]),
            )
            for line in plain["lines"]
        ),
        goods=taxed(plain["goods"]),
        shipping=taxed(plain["shipping"]),
        restocking_fee=taxed(plain["restocking_fee"]),
        return_shipping_fee=taxed(plain["return_shipping_fee"]),
        refund=Decimal(plain["refund"]),
        steps=steps_from(plain["steps"]),
    )
