"""What the plugin adds to checkoutComplete.

Three processes of the same shop on one database take turns: Saleor alone, Saleor alone once more
(what the figures are worth), and Saleor with the plugin. Each round's ratio is to the mean of the
two without it, which stand before and after the plugin in turn.
"""

from collections.abc import Sequence
from statistics import median
from typing import Any

from .child import Child
from .options import Options
from .table import Aim, ms, table

SHOPS = {
    "alone": "bench.vanilla",
    "plugin": "sandbox.settings",
    "again": "bench.vanilla",
}
LINES = (1, 10, 100)
ROUNDS = 15
MOST = 1.03


def run(options: Options) -> str:
    lines, rounds = options.sizes or LINES, options.rounds or ROUNDS
    variants = _stock(max(lines))
    buyers = {
        name: Child("bench.buyer", DJANGO_SETTINGS_MODULE=settings)
        for name, settings in SHOPS.items()
    }
    try:
        found = {size: _measure(buyers, variants[:size], rounds) for size in lines}
    finally:
        for buyer in buyers.values():
            buyer.close()
    added = {each["added"] for each in found.values()}
    worst = max(each["plugin"] for each in found.values())
    noise = max(abs(each["noise"] - 1) for each in found.values())
    return table(
        "checkoutComplete through Saleor's API, with a broker",
        [
            "lines",
            "alone ms",
            "plugin ms",
            "plugin/alone",
            "again/alone",
            "same, CPU",
            "again, CPU",
            "statements alone",
            "added",
        ],
        [
            [
                str(size),
                ms(each["alone_wall"]),
                ms(each["plugin_wall"]),
                f"{each['plugin']:.3f}",
                f"{each['noise']:.3f}",
                f"{each['plugin_cpu']:.3f}",
                f"{each['noise_cpu']:.3f}",
                str(each["statements"]),
                str(each["added"]),
            ]
            for size, each in found.items()
        ],
        f"Medians of {rounds} rounds; ratios are medians of the ratios within a round. What "
        f"again/alone is away from 1 is noise.",
        [
            Aim(
                f"at most {MOST - 1:.0%} more",
                f"{worst - 1:+.1%}, noise {noise:.1%}",
                worst <= MOST,
            ),
            Aim(
                "added statements constant in lines",
                ", ".join(str(n) for n in sorted(added)),
                len(added) == 1,
            ),
        ],
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


def _measure(buyers: dict[str, Child], variants: Sequence[Any], rounds: int) -> dict[str, Any]:
    def buy(name: str, count: bool = False) -> dict[str, float]:
        return buyers[name].ask(variants=variants, count=count)

    for name in buyers:
        buy(name)  # warm
    statements = {name: int(buy(name, count=True)["statements"]) for name in buyers}
    seen: dict[str, list[dict[str, float]]] = {name: [] for name in buyers}
    for number in range(rounds):
        for name in list(buyers) if number % 2 else reversed(buyers):
            seen[name].append(buy(name))

    def ratio(clock: str) -> float:
        rows = zip(seen["plugin"], seen["alone"], seen["again"], strict=True)
        return median(2 * p[clock] / (a[clock] + b[clock]) for p, a, b in rows)

    def noise(clock: str) -> float:
        rows = zip(seen["again"], seen["alone"], strict=True)
        return median(again[clock] / alone[clock] for again, alone in rows)

    return {
        "alone_wall": median(each["wall"] for each in seen["alone"]),
        "plugin_wall": median(each["wall"] for each in seen["plugin"]),
        "plugin": ratio("wall"),
        "noise": noise("wall"),
        "plugin_cpu": ratio("cpu"),
        "noise_cpu": noise("cpu"),
        "statements": statements["alone"],
        "added": statements["plugin"] - statements["alone"],
    }
