"""`vendorReturns(first: 20)` with every filter and sort, in shops of 1,000 to 1,000,000 returns.

Each shop is a process on a database of its own; they take turns, and a case's ratio is that of the
same round. Through Saleor's API, in process.
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .child import Child
from .databases import copied
from .options import Options
from .table import Aim, ms, table

RETURNS = (1_000, 100_000, 1_000_000)
ROUNDS = 9
MOST = 1.2
QUERY = """query ($filter: VendorReturnFilterInput, $sort: VendorReturnSortInput, $after: String) {
  vendorReturns(first: 20, filter: $filter, sortBy: $sort, after: $after) {
    %s pageInfo { hasNextPage endCursor }
    edges { node {
      id number status createdAt isOverdue dueAt vendor { name } request { number email }
      lines { quantity shipmentLine { productName sku } }
    } }
  }
}"""


@dataclass(frozen=True)
class Case:
    """`filter` is made of what the shop told of itself."""

    name: str
    filter: Callable[[dict[str, Any]], dict[str, Any]] = lambda shop: {}
    who: str = "merchant"
    sort: str = ""
    is_deep: bool = False
    counts: bool = False
    also: dict[str, Any] = field(default_factory=dict)

    def variables(self, shop: dict[str, Any]) -> dict[str, Any]:
        column, _, direction = self.sort.partition(" ")
        values: dict[str, Any] = {"filter": self.filter(shop)}
        if self.sort:
            values["sort"] = {"field": column, "direction": direction}
        if self.is_deep:
            values["after"] = shop["after"][column.lower() or "created_at"]
        return values


def _is(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda shop: values


SOME = ["REQUESTED", "APPROVED", "DECLINED"]
CASES = [
    Case("all"),
    Case("all, deep page", is_deep=True),
    Case("all, with totalCount", counts=True),
    Case("status, many", _is(status=["SETTLED"])),
    Case("status, many, deep page", _is(status=["SETTLED"]), is_deep=True),
    Case("status, few", _is(status=["REQUESTED"])),
    Case("status, several", _is(status=["REQUESTED", "APPROVED", "RECEIVED"])),
    Case("status, none", _is(status=["PARTIALLY_RECEIVED"])),
    Case("vendor", lambda shop: {"vendors": shop["vendors"][1:]}),
    Case("vendors, two", lambda shop: {"vendors": shop["vendors"]}),
    Case("vendor and status", lambda shop: {"vendors": shop["vendors"][:1], "status": SOME}),
    Case("search, order number", lambda shop: {"search": shop["number"]}),
    Case("search, SKU", lambda shop: {"search": shop["sku"]}),
    Case("search, e-mail", lambda shop: {"search": shop["email"]}),
    Case("search, nothing found", _is(search="no such thing")),
    Case("overdue", _is(isOverdue=True)),
    Case("not overdue", _is(isOverdue=False)),
    Case("needs action", _is(needsAction=True)),
    Case("needs no action", _is(needsAction=False)),
    Case("created at", lambda shop: {"createdAt": {"gte": shop["from"], "lte": shop["to"]}}),
    Case("oldest first", sort="CREATED_AT ASC"),
    Case("by number", sort="NUMBER ASC"),
    Case("by number, deep page", sort="NUMBER ASC", is_deep=True),
    Case("by status", sort="STATUS DESC"),
    Case("by status, deep page", sort="STATUS DESC", is_deep=True),
    Case("vendor's: all", who="small"),
    Case("vendor's: all, big vendor, deep", who="big", is_deep=True),
    Case("vendor's: status", _is(status=SOME), who="big"),
    Case("vendor's: needs action", _is(needsAction=True), who="big"),
    Case("vendor's: needs action, none", _is(needsAction=True), who="quiet"),
    Case("vendor's: search, SKU", lambda shop: {"search": shop["sku"]}, who="big"),
    Case("vendor's: by status", sort="STATUS DESC", who="big"),
]


def run(options: Options) -> str:
    sizes, rounds = options.sizes or RETURNS, options.rounds or ROUNDS
    with ExitStack() as stack:
        shops = {}
        for size in sizes:
            print(f"making {size:,} returns", file=sys.stderr, flush=True)
            address = stack.enter_context(copied(f"{size}"))
            reader = Child("bench.reader", DATABASE_URL=address)
            stack.callback(reader.close)
            shops[size] = (reader, reader.ask(do="fill", count=size))
        found = [_measure(case, shops, rounds) for case in CASES]
    slower = [each for each in found if each.ratio > MOST]
    counting = [each.case.name for each in found if each.is_counted != each.case.counts]
    return table(
        "vendorReturns(first: 20), through Saleor's API",
        [
            "list",
            "rows",
            "statements",
            *(f"{size:,}: ms" for size in sizes),
            *(f"x{size:,}" for size in sizes[1:]),
        ],
        [each.row() for each in found],
        f"Medians of {rounds} rounds; ratios to {sizes[0]:,} returns are medians of those within a "
        f"round. Counting all rows (totalCount) cannot be flat, and is not judged.",
        [
            Aim(
                "flat within 20 %",
                ", ".join(f"{each.case.name} x{each.ratio:.2f}" for each in slower) or "all",
                not slower,
            ),
            Aim("no count unless asked for", ", ".join(counting) or "none", not counting),
        ],
    )


@dataclass
class Found:
    case: Case
    rows: list[int]
    statements: set[int]
    is_counted: bool
    seconds: dict[int, list[float]]

    def ratios(self) -> list[float]:
        first, *others = self.seconds.values()
        return [median(b / a for a, b in zip(first, each, strict=True)) for each in others]

    @property
    def ratio(self) -> float:
        return max(self.ratios(), default=1.0) if not self.case.counts else 1.0

    def row(self) -> list[str]:
        return [
            self.case.name,
            "/".join(str(n) for n in dict.fromkeys(self.rows)),
            "/".join(str(n) for n in sorted(self.statements)),
            *(ms(median(each)) for each in self.seconds.values()),
            *(f"{ratio:.2f}" for ratio in self.ratios()),
        ]


def _measure(case: Case, shops: dict[int, tuple[Child, dict[str, Any]]], rounds: int) -> Found:
    query = QUERY % ("totalCount" if case.counts else "")

    def ask(size: int, count: bool = False) -> dict[str, Any]:
        reader, shop = shops[size]
        variables = case.variables(shop)
        answer = reader.ask(do="ask", who=case.who, query=query, variables=variables, count=count)
        assert "errors" not in answer, answer
        return answer

    first = {size: ask(size, count=True) for size in shops}  # warm, too
    seconds: dict[int, list[float]] = {size: [] for size in shops}
    for number in range(rounds):
        for size in list(shops) if number % 2 else reversed(shops):
            seconds[size].append(ask(size)["seconds"])
    statements = [each["statements"] for each in first.values()]
    found = Found(
        case,
        [len(each["data"]["vendorReturns"]["edges"]) for each in first.values()],
        {len(each) for each in statements},
        any("COUNT(" in sql.upper() for each in statements for sql in each),
        seconds,
    )
    if found.ratio > 1.5:
        _show_plan(case, shops, list(first.values())[-1]["statements"])
    return found


def _show_plan(
    case: Case, shops: dict[int, tuple[Child, dict[str, Any]]], statements: Sequence[str]
) -> None:
    """What the biggest shop's database does for the list itself: to see what is missing."""
    reader, _ = list(shops.values())[-1]
    for statement in statements:
        if "LIMIT 21" in statement and "vendorreturn" in statement:
            plan = reader.ask(do="explain", statement=statement)["plan"]
            print(f"\n{case.name}: {statement}\n{plan}", file=sys.stderr, flush=True)
