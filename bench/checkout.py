"""What the plugin adds to checkoutComplete.

Three processes of the same shop on one database take turns: Saleor alone, Saleor alone once more
(what the figures are worth), and Saleor with the plugin.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

from .table import ms, table

SHOPS = {
    "alone": "bench.vanilla",
    "again": "bench.vanilla",
    "plugin": "sandbox.settings",
}


class Buyer:
    def __init__(self, settings: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "bench.buyer"],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def buy(self, variants: Sequence[Any], count: bool = False) -> dict[str, float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"variants": variants, "count": count}), file=self._process.stdin)
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def run(lines: Sequence[int], rounds: int) -> str:
    variants = _stock(max(lines))
    buyers = {name: Buyer(settings) for name, settings in SHOPS.items()}
    try:
        rows = [_row(buyers, variants[:size], rounds) for size in lines]
    finally:
        for buyer in buyers.values():
            buyer.close()
    head = [
        "lines",
        "alone ms",
        "plugin ms",
        "plugin/alone",
        "again/alone",
        "same, CPU",
        "again, CPU",
    ]
    return table(
        "checkoutComplete through Saleor's API, with a broker",
        [*head, "statements alone", "with plugin"],
        rows,
        f"Medians of {rounds} rounds; ratios are medians of the ratios within a round.",
    )


def _stock(count: int) -> list[Any]:
    from tests.builders import a_vendor, sells
    from tests.scenarios.shopping import for_sale

    vendors = [a_vendor(name) for name in ("Oak", "Elm", "Ash")]
    variants = [for_sale(f"Chair {number}", stock=1_000_000) for number in range(count)]
    for number, variant in enumerate(variants):
        if number % 4:
            sells(vendors[number % 4 - 1], variant)
    return [variant.pk for variant in variants]


def _row(buyers: dict[str, Buyer], variants: Sequence[Any], rounds: int) -> list[str]:
    for buyer in buyers.values():
        buyer.buy(variants)  # warm
    statements = {name: buyer.buy(variants, count=True) for name, buyer in buyers.items()}
    seen: dict[str, list[dict[str, float]]] = {name: [] for name in buyers}
    for number in range(rounds):
        turn = list(buyers) if number % 2 else list(reversed(buyers))
        for name in turn:
            seen[name].append(buyers[name].buy(variants))

    def times(name: str) -> float:
        return median(each["wall"] for each in seen[name])

    def ratio(name: str, clock: str) -> str:
        pairs = zip(seen[name], seen["alone"], strict=True)
        return f"{median(one[clock] / other[clock] for one, other in pairs):.3f}"

    return [
        str(len(variants)),
        ms(times("alone")),
        ms(times("plugin")),
        ratio("plugin", "wall"),
        ratio("again", "wall"),
        ratio("plugin", "cpu"),
        ratio("again", "cpu"),
        str(int(statements["alone"]["statements"])),
        str(int(statements["plugin"]["statements"])),
    ]
