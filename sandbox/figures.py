"""Worked examples of what goes back: the table that docs/reference/figures.md and the tests share.

Each example names what it was paid for, what is returned in which refunds, and the figures that
must come out. The tests hold the calculation to them, `make docs` prints them.
"""

from dataclasses import dataclass, field
from decimal import Decimal as D
from uuid import UUID

from saleor_returns_plugin.domain import ledger, quotes
from saleor_returns_plugin.domain import refund_parts as planning
from saleor_returns_plugin.domain.money import Taxed
from saleor_returns_plugin.domain.order_money import (
    LineBack,
    OrderMoney,
    Paid,
    PaidLine,
    Part,
    SoldLine,
)
from saleor_returns_plugin.domain.policy import Policy
from saleor_returns_plugin.domain.positions import Positions, free
from saleor_returns_plugin.domain.quotes import Quote, Step
from saleor_returns_plugin.enums import CommissionBase, ShippingRule, StepKind


@dataclass(frozen=True)
class Sold:
    """`quantity` units, and what was paid for all of them after every discount."""

    name: str
    quantity: int
    gross: str
    net: str = ""


@dataclass(frozen=True)
class Back:
    """One refund: units of each line, in their sequence. `amount`: the merchant's own."""

    units: tuple[int, ...]
    steps: tuple[tuple[str, str], ...]
    refund: str
    net: str = ""
    """Of goods, delivery and fees together, where the example is about tax."""
    amount: str = ""


@dataclass(frozen=True)
class Example:
    title: str
    words: str
    sold: tuple[Sold, ...]
    backs: tuple[Back, ...]
    currency: str = "USD"
    shipping: str = "0"
    policy: Policy = field(default_factory=Policy)
    in_one_return: bool = True
    """The refunds are of one return; else each is of a return of its own."""
    elsewhere: str = "0"
    sources: tuple[tuple[str, str], ...] = ()
    """What can take money back: payment and gift card, with what each was used for."""
    ways: tuple[tuple[str, str], ...] = ()


EXAMPLES: tuple[Example, ...] = (
    Example(
        "A plain order",
        "Two of three units come back.",
        (Sold("Chair", 3, "360.00", "300.00"),),
        (Back((2,), (("2 × Chair", "240.00"),), "240.00", net="200.00"),),
    ),
    Example(
        "A voucher on the whole order",
        "10 % off 100.00 + 50.00: Saleor was paid 90.00 and 45.00, and that is what goes back.",
        (Sold("Chair", 1, "90.00"), Sold("Lamp", 1, "45.00")),
        (Back((1, 0), (("1 × Chair", "90.00"),), "90.00"),),
    ),
    Example(
        "Several tax rates",
        "20 % on the lamp, 7 % on the book: each line keeps its own tax.",
        (Sold("Lamp", 1, "120.00", "100.00"), Sold("Book", 2, "21.40", "20.00")),
        (
            Back(
                (1, 1),
                (("1 × Lamp", "120.00"), ("1 × Book", "10.70")),
                "130.70",
                net="110.00",
            ),
        ),
    ),
    Example(
        "Three units for 10.00, one by one",
        "Each unit has its own share, so that the three sum to what was paid.",
        (Sold("Mug", 3, "10.00"),),
        (
            Back((1,), (("1 × Mug", "3.33"),), "3.33"),
            Back((1,), (("1 × Mug", "3.34"),), "3.34"),
            Back((1,), (("1 × Mug", "3.33"),), "3.33"),
        ),
    ),
    Example(
        "A restocking fee over two refunds",
        "15 % of 10.00 is 1.50; both refunds together bear exactly that.",
        (Sold("Mug", 3, "10.00"),),
        (
            Back((1,), (("1 × Mug", "3.33"), ("Restocking fee", "-0.50")), "2.83"),
            Back((2,), (("2 × Mug", "6.67"), ("Restocking fee", "-1.00")), "5.67"),
        ),
        policy=Policy(restocking_fee_percent=D(15)),
    ),
    Example(
        "A fee for return shipping",
        "5.00 once per return; what the first refund has no room for is taken from the next.",
        (Sold("Mug", 3, "10.00"),),
        (
            Back((1,), (("1 × Mug", "3.33"), ("Return shipping", "-3.33")), "0.00"),
            Back((2,), (("2 × Mug", "6.67"), ("Return shipping", "-1.67")), "5.00"),
        ),
        policy=Policy(return_shipping_fee=D("5.00")),
    ),
    Example(
        "Delivery in proportion",
        "Each unit takes its share of the 9.00 for delivery along.",
        (Sold("Chair", 2, "200.00"), Sold("Lamp", 1, "100.00")),
        (
            Back((1, 0), (("1 × Chair", "100.00"), ("Delivery", "3.00")), "103.00"),
            Back(
                (1, 1),
                (("1 × Chair", "100.00"), ("1 × Lamp", "100.00"), ("Delivery", "6.00")),
                "206.00",
            ),
        ),
        shipping="9.00",
        policy=Policy(shipping_refund=ShippingRule.PROPORTIONAL),
    ),
    Example(
        "Delivery on a full return",
        "The 9.00 come back with the refund that makes the order whole, and only then.",
        (Sold("Chair", 2, "200.00"),),
        (
            Back((1,), (("1 × Chair", "100.00"),), "100.00"),
            Back((1,), (("1 × Chair", "100.00"), ("Delivery", "9.00")), "109.00"),
        ),
        shipping="9.00",
        in_one_return=False,
    ),
    Example(
        "A gift card paid a part",
        "The payment of 70.00 is used up first; the rest goes back onto the card.",
        (Sold("Chair", 1, "100.00"),),
        (Back((1,), (("1 × Chair", "100.00"),), "100.00"),),
        sources=(("payment", "70.00"), ("gift card", "30.00")),
        ways=(("payment", "70.00"), ("gift card", "30.00")),
    ),
    Example(
        "Refunded in Saleor itself",
        "Staff paid 15.00 back in Saleor; it is taken off, once.",
        (Sold("Chair", 2, "200.00"),),
        (
            Back((1,), (("1 × Chair", "100.00"), ("Paid back already", "-15.00")), "85.00"),
            Back((1,), (("1 × Chair", "100.00"),), "100.00"),
        ),
        elsewhere="15.00",
    ),
    Example(
        "The merchant pays another amount",
        "40.00 for a chair that came back scratched; the step says so.",
        (Sold("Chair", 1, "100.00"),),
        (
            Back(
                (1,),
                (("1 × Chair", "100.00"), ("Changed by the store", "-60.00")),
                "40.00",
                amount="40.00",
            ),
        ),
    ),
    Example(
        "A currency without decimals",
        "1,000 yen for three units.",
        (Sold("Tea", 3, "1000"),),
        (
            Back((1,), (("1 × Tea", "333"),), "333"),
            Back((2,), (("2 × Tea", "667"),), "667"),
        ),
        currency="JPY",
    ),
    Example(
        "A currency with three decimals",
        "1.000 dinar for three units.",
        (Sold("Date", 3, "1.000"),),
        (
            Back((1,), (("1 × Date", "0.333"),), "0.333"),
            Back((2,), (("2 × Date", "0.667"),), "0.667"),
        ),
        currency="KWD",
    ),
)


@dataclass(frozen=True)
class Commission:
    """Of a line at `rate` percent of its net price: what the vendor's statement shows."""

    sold: Sold
    rate: str
    sale: tuple[tuple[str, str], ...]
    returns: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]


COMMISSION = Commission(
    Sold("Mug", 3, "10.00", "8.40"),
    "12.5",
    (("sale", "10.00"), ("commission", "-1.05")),
    (
        (1, (("refund", "-3.33"), ("commission_reversal", "0.35"))),
        (2, (("refund", "-6.67"), ("commission_reversal", "0.70"))),
    ),
)


def worked(example: Example) -> list[Quote]:
    """What the calculation makes of the example, refund by refund."""
    sold = [
        SoldLine(UUID(int=index + 1), line.name, line.quantity, _paid(line), line.quantity)
        for index, line in enumerate(example.sold)
    ]
    held: dict[UUID, list[Positions]] = {line.id: [] for line in sold}
    paid: list[Paid] = []
    parts: list[Part] = []
    found = []
    for number, back in enumerate(example.backs):
        lines = []
        for line, units in zip(sold, back.units, strict=True):
            if units:
                positions = free(of=line.quantity, held=held[line.id], units=units)
                held[line.id].append(positions)
                key = UUID(int=1000 + 10 * number + line.id.int)
                lines.append(LineBack(key, line.id, positions, units, units))
        part = Part(UUID(int=100 + number), example.policy, tuple(lines))
        if example.in_one_return and parts:
            part = Part(parts[0].id, example.policy, (*parts[0].lines, *lines))
            parts = []
        parts.append(part)
        quote = OrderMoney(
            currency=example.currency,
            shipping=Taxed(D(example.shipping), D(example.shipping)),
            sold=sold,
            parts=parts,
            paid=paid,
            refunded_elsewhere=D(example.elsewhere),
        ).due_now(part.id)
        if back.amount:
            quote = quotes.changed(quote, D(back.amount))
        paid.append(_as_paid(part, quote))
        found.append(quote)
    return found


_LABELS = {
    StepKind.DELIVERY: "Delivery",
    StepKind.RESTOCKING_FEE: "Restocking fee",
    StepKind.RETURN_SHIPPING: "Return shipping",
    StepKind.ALREADY_REFUNDED: "Paid back already",
    StepKind.ADJUSTMENT: "Changed by the store",
}


def label(step: Step) -> str:
    """As the table has it."""
    return _LABELS.get(step.kind, step.text)


def ways(example: Example, quote: Quote) -> list[tuple[str, str]]:
    """Which payments the refund goes back through."""
    sources = [planning.Source(name, D(amount)) for name, amount in example.sources]
    planned, _rest = planning.plan(quote.refund, sources)
    return [(part.reference, f"{part.amount}") for part in planned]


def posted(example: Commission) -> list[list[tuple[str, D]]]:
    """The entries of the sale, then those of each return."""
    line, total = example.sold, _paid(example.sold)
    rate = D(example.rate)
    base = ledger.commission(total, rate=rate, base=CommissionBase.NET, currency="USD")
    whole = Positions.span(0, line.quantity)
    entries = [ledger.sale(total, base, of=line.quantity, positions=whole, currency="USD")]
    before = 0
    for units, _ in example.returns:
        positions = Positions.span(before, before + units)
        entries.append(
            ledger.reversal(total, base, of=line.quantity, positions=positions, currency="USD")
        )
        before += units
    return [[(entry.kind.value, entry.amount) for entry in each] for each in entries]


def _paid(line: Sold) -> Taxed:
    return Taxed(D(line.net or line.gross), D(line.gross))


def _as_paid(part: Part, quote: Quote) -> Paid:
    return Paid(
        part_id=part.id,
        lines=tuple(
            PaidLine(line.return_line_id or UUID(int=0), line.line_id, line.positions, line.amount)
            for line in quote.lines
        ),
        shipping=quote.shipping,
        restocking_fee=quote.restocking_fee,
        return_shipping_fee=quote.return_shipping_fee,
        already_refunded=quote.already_refunded,
    )


_HEAD = """# Worked examples

<!-- Written by `make docs` from sandbox/figures.py, which the tests run, too: change it there. -->

What goes back, step by step. The rules behind it stand in ../explanation/money.md.
"""


def page() -> str:
    chapters = [_chapter(example) for example in EXAMPLES]
    return "\n".join([_HEAD, *chapters, _commission(COMMISSION)])


def _chapter(example: Example) -> str:
    lines = [f"## {example.title}", "", example.words, "", "Paid:", ""]
    lines += [
        f"- {line.quantity} × {line.name}: {line.gross} {example.currency}"
        + (f", net {line.net}" if line.net else "")
        for line in example.sold
    ]
    if D(example.shipping):
        lines.append(f"- Delivery: {example.shipping} {example.currency}")
    if rows := example.sources:
        lines.append("- " + ", ".join(f"by {name}: {amount}" for name, amount in rows))
    lines += ["", "| refund | step | amount |", "|---|---|---:|"]
    for number, back in enumerate(example.backs, start=1):
        lines += [f"| {number} | {label} | {amount} |" for label, amount in back.steps]
        net = f", net {back.net}" if back.net else ""
        lines.append(f"| {number} | **refund**{net} | **{back.refund}** |")
        lines += [f"| {number} | to the {name} | {amount} |" for name, amount in example.ways]
    return "\n".join([*lines, ""])


def _commission(example: Commission) -> str:
    line = example.sold
    lines = [
        "## Commission, and what of it comes back",
        "",
        f"{line.quantity} × {line.name} for {line.gross}, net {line.net}; "
        f"{example.rate} % of the net price.",
        "A complete return leaves exactly nothing.",
        "",
        "| when | entry | amount |",
        "|---|---|---:|",
        *(f"| sale | `{kind.upper()}` | {amount} |" for kind, amount in example.sale),
    ]
    for units, rows in example.returns:
        lines += [f"| {units} returned | `{kind.upper()}` | {amount} |" for kind, amount in rows]
    return "\n".join([*lines, ""])
