"""What a vendor reads on its statement."""

from decimal import Decimal
from typing import Any

from ..narration import check, money, say
from ..world import World

STATEMENT = """
query ($id: ID!, $currency: String!) {
  vendor(id: $id) {
    statement(currency: $currency, first: 100) {
      opening { amount } closing { amount }
      entries { edges { node { kind orderNumber amount { amount } } } }
    }
  }
}"""


def shown(world: World, name: str) -> list[dict[str, Any]]:
    """Its entries, which are printed, oldest first, and sum to its closing balance."""
    vendor = world.vendors[name]
    variables = {"id": vendor.id, "currency": world.currency}
    found = vendor.member.ask(STATEMENT, **variables)["vendor"]["statement"]
    rows = [edge["node"] for edge in found["entries"]["edges"]]
    say(f"{name}'s statement:")
    for row in rows:
        say(f"{row['orderNumber']:>8}  {row['kind']:20} {money(row['amount']['amount']):>8}")
    closing = Decimal(found["closing"]["amount"])
    check(
        closing == total_of(rows),
        f"{name}'s statement closes with {money(closing, world.currency)}, the sum of its entries",
        found,
    )
    return rows


def total_of(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(row["amount"]["amount"]) for row in rows), Decimal(0))
