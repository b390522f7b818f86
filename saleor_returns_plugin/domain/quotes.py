"""What a vendor return gives back, step by step. Preview and refund are this one function."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from ..enums import StepKind
from . import exchanges
from .exchanges import Carried
from .money import ZERO, Taxed, percentage, rounded, total_of
from .policy import Policy
from .positions import Positions


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
    positions: Positions
    line_quantity: int
    line_total: Taxed
    waives_fees: bool = False
    return_line_id: UUID | None = None
    per_unit: Decimal | None = None
    """What goes back for each of units that are exchanged; None: their price."""
    is_rest: bool = False
    """That went back already, and the rest of their price goes back now."""
    costs_more: Decimal = ZERO
    """What the shopper pays for each of units that are exchanged for something dearer."""


@dataclass(frozen=True)
class Before:
    """What earlier refunds of the same return held: goods that bear fees, and the fees on them."""

    feeable: Taxed = Taxed()
    restocking_fee: Taxed = Taxed()
    return_shipping_fee: Taxed = Taxed()


@dataclass(frozen=True)
class LineQuote:
    line_id: UUID
    return_line_id: UUID | None
    positions: Positions
    amount: Taxed
    steps: tuple[Step, ...]
    per_unit: Decimal | None = None
    is_rest: bool = False

    @property
    def quantity(self) -> int:
        return self.positions.count


@dataclass(frozen=True)
class Quote:
    """`refund` = goods + shipping - fees - already_refunded + adjustment, never negative, gross.

    `exchange_difference` is what the shopper pays beside it for something dearer, gross.
    """

    currency: str
    lines: tuple[LineQuote, ...]
    goods: Taxed
    shipping: Taxed
    restocking_fee: Taxed
    return_shipping_fee: Taxed
    refund: Decimal
    steps: tuple[Step, ...]
    already_refunded: Decimal = ZERO
    adjustment: Decimal = ZERO
    exchange_difference: Decimal = ZERO

    @property
    def fees(self) -> Taxed:
        return self.restocking_fee + self.return_shipping_fee


def quote(
    *,
    units: Sequence[Units],
    policy: Policy,
    currency: str,
    shipping: Taxed = Taxed(),
    before: Before = Before(),
    refunded_elsewhere: Decimal = ZERO,
) -> Quote:
    """The refund for `units`, with outbound `shipping` that goes back beside them.

    Fees are those of all the return's refunds so far, with this one, less what `before` took; they
    are taxed like the goods (ARCHITECTURE section 6, rule 5). `refunded_elsewhere` is what the
    store paid back in Saleor itself and no refund has allowed for.
    """
    counted = [item for item in units if item.positions]
    lines = tuple(_line_quote(item, currency) for item in counted)
    goods = total_of([line.amount for line in lines])
    feeable = before.feeable + total_of(
        [line.amount for item, line in zip(counted, lines, strict=True) if not item.waives_fees]
    )
    # Delivery goes back whole, with whichever refund it stands: fees are taken from the goods.
    restocking = _restocking(policy, feeable, before, goods, currency)
    return_fee = _return_shipping(policy, feeable, before, restocking, goods, currency)
    kept = goods - restocking - return_fee + shipping
    already = max(min(refunded_elsewhere, kept.gross), ZERO)
    steps = [step for line in lines for step in line.steps]
    if shipping:
        steps.append(Step("", shipping.gross, StepKind.DELIVERY))
    if restocking:
        percent = f"{policy.restocking_fee_percent.normalize():f}"
        steps.append(Step(percent, -restocking.gross, StepKind.RESTOCKING_FEE))
    if return_fee:
        steps.append(Step("", -return_fee.gross, StepKind.RETURN_SHIPPING))
    if already:
        steps.append(Step("", -already, StepKind.ALREADY_REFUNDED))
    return Quote(
        currency,
        lines,
        goods,
        shipping,
        restocking,
        return_fee,
        kept.gross - already,
        tuple(steps),
        already,
        exchange_difference=sum((item.costs_more * item.positions.count for item in units), ZERO),
    )


def fees(policy: Policy, feeable: Taxed, currency: str) -> tuple[Taxed, Taxed]:
    """What a return bears in all, once this much of goods that bear fees was paid back: for
    restocking, and for return shipping. No refund takes more than its goods, nor anything again."""
    restocking = _restocking(policy, feeable, Before(), feeable, currency)
    return restocking, _return_shipping(policy, feeable, Before(), restocking, feeable, currency)


def changed(value: Quote, amount: Decimal) -> Quote:
    """The quote as the merchant overrules it: another `amount`, with the step that says so."""
    difference = amount - value.refund
    if not difference:
        return value
    return replace(
        value,
        refund=amount,
        adjustment=value.adjustment + difference,
        steps=(*value.steps, Step("", difference, StepKind.ADJUSTMENT)),
    )


def _line_quote(item: Units, currency: str) -> LineQuote:
    amount = _amount(item, currency)
    step = Step(f"{item.positions.count} × {item.label}", amount.gross, _kind(item))
    return LineQuote(
        item.line_id,
        item.return_line_id,
        item.positions,
        amount,
        (step,),
        item.per_unit,
        item.is_rest,
    )


def _kind(item: Units) -> StepKind:
    if item.per_unit is None:
        return StepKind.TEXT
    return StepKind.REST if item.is_rest else StepKind.EXCHANGE


def _amount(item: Units, currency: str) -> Taxed:
    worth = item.positions.worth(item.line_total, of=item.line_quantity, currency=currency)
    if item.per_unit is None:
        return worth
    difference = exchanges.given_back(
        Carried(item.line_total),
        of=item.line_quantity,
        positions=item.positions,
        per_unit=item.per_unit,
        currency=currency,
    ).price
    return worth - difference if item.is_rest else difference


def _restocking(
    policy: Policy, feeable: Taxed, before: Before, room: Taxed, currency: str
) -> Taxed:
    """Of all goods of the return so far, so that partial refunds together bear the one fee."""
    due = percentage(feeable, policy.restocking_fee_percent, currency) - before.restocking_fee
    return _within(due, room)


def _return_shipping(
    policy: Policy,
    feeable: Taxed,
    before: Before,
    restocking: Taxed,
    goods: Taxed,
    currency: str,
) -> Taxed:
    """Once per return. Only goods that bear fees have room for it, so that no order of refunds
    takes more; what does not fit into this one is left for the next."""
    room = feeable.gross - (before.restocking_fee + restocking).gross
    gross = min(policy.return_shipping_fee, room) - before.return_shipping_fee.gross
    if gross <= 0:
        return Taxed()
    net = rounded(gross * feeable.net / feeable.gross, currency)
    return _within(Taxed(net, gross), goods - restocking)


def _within(fee: Taxed, room: Taxed) -> Taxed:
    """Not below nothing, not above what there is to take it from."""
    gross = max(min(fee.gross, room.gross), ZERO)
    # Whatever is left of the refund has a tax of its own, neither negative nor above it.
    net = max(min(fee.net, gross, room.net), gross - room.tax, ZERO)
    return Taxed(net, gross)


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
                "positions": line.positions.plain(),
                "amount": taxed(line.amount),
                "steps": plain_steps(line.steps),
            }
            for line in value.lines
        ],
        "goods": taxed(value.goods),
        "shipping": taxed(value.shipping),
        "restocking_fee": taxed(value.restocking_fee),
        "return_shipping_fee": taxed(value.return_shipping_fee),
        "already_refunded": str(value.already_refunded),
        "exchange_difference": str(value.exchange_difference),
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
                Positions.of(line.get("positions") or [(0, line["quantity"])]),
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
        already_refunded=Decimal(plain.get("already_refunded", 0)),
        exchange_difference=Decimal(plain.get("exchange_difference", 0)),
    )
