"""What an exchange's order costs, against Saleor's own `checkoutComplete` of the same lines.

They take turns on one database: `checkoutComplete`, the order of an exchange by the host alone, by
the whole service (`exchange_orders.order`, which also splits and holds it), and `checkoutComplete`
once more (what the figures are worth). A ratio is to the mean of both.
"""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import ExchangeStatus
from saleor_returns_plugin.host import ExchangeItem
from saleor_returns_plugin.models import Exchange
from saleor_returns_plugin.services import exchange_orders
from tests.builders import NOW, a_vendor, sells
from tests.saleor_rows import a_product, a_shipping_method, a_site

from .buying import complete, fill
from .exchanging import intended, offer_exchanges
from .measured import Call, seconds, statements
from .options import Options
from .table import Aim, ms, table

LINES = (1, 4, 10)
ROUNDS = 25
WARM = 2
MOST = 1.1

CALLS = ("checkoutComplete", "order", "service", "again")


def run(options: Options) -> str:
    a_site()
    offer_exchanges()
    rounds = options.rounds or ROUNDS
    shop = Shop(max(options.sizes or LINES))
    found = {size: Found(shop, size, rounds) for size in options.sizes or LINES}
    shop.check()
    worst = max(each.ratio("order") for each in found.values())
    return table(
        "The order of an exchange, against checkoutComplete of the same lines",
        [
            "lines",
            "Saleor's: statements",
            "ms",
            "order: statements",
            "ms",
            "ratio",
            "service: statements",
            "ms",
            "ratio",
            "again",
        ],
        [each.row(size) for size, each in found.items()],
        f"Medians of {rounds} rounds, in process; ratios are medians of the ratios within a round. "
        f"Saleor's is the call of checkoutComplete alone, through its API, of a checkout that was "
        f"filled and paid before; an exchange's order fills its checkout itself.",
        [Aim(f"the order at most {MOST} times Saleor's", f"{worst:.2f}", worst <= MOST)],
    )


class Found:
    def __init__(self, shop: "Shop", size: int, rounds: int) -> None:
        calls = shop.calls(size)
        for _ in range(WARM):
            for call in next(calls).values():
                call()
        self.statements = {name: statements(call) for name, call in next(calls).items()}
        seen: dict[str, list[float]] = {name: [] for name in CALLS}
        for number in range(rounds):
            made = next(calls)
            for name in CALLS if number % 2 else reversed(CALLS):
                seen[name].append(seconds(made[name]))
        self.seconds = seen

    def ratio(self, name: str) -> float:
        rows = zip(
            self.seconds[name], self.seconds["checkoutComplete"], self.seconds["again"], strict=True
        )
        return median(2 * each / (before + after) for each, before, after in rows)

    def row(self, size: int) -> list[str]:
        saleors, again = self.seconds["checkoutComplete"], self.seconds["again"]
        noise = median(b / a for a, b in zip(saleors, again, strict=True))
        cells = [str(self.statements["checkoutComplete"]), ms(median([*saleors, *again]))]
        for name in ("order", "service"):
            cells += [str(self.statements[name]), ms(median(self.seconds[name]))]
            cells.append(f"{self.ratio(name):.2f}")
        return [str(size), *cells, f"{noise:.2f}"]


class Shop:
    def __init__(self, lines: int) -> None:
        vendor = a_vendor("Bench weavers")
        self._goods = [sells(vendor, a_product(f"Shirt {n}", stock=99_999)) for n in range(lines)]
        self._method = a_shipping_method()
        self._intended: list[UUID] = []

    def calls(self, size: int) -> Iterator[dict[str, Call]]:
        """Each has a checkout or an original of its own, made beforehand."""
        goods = self._goods[:size]
        while True:
            yield {
                "checkoutComplete": self._saleors(goods),
                "order": self._order(goods),
                "service": self._service(goods),
                "again": self._saleors(goods),
            }

    def _saleors(self, goods: Sequence[Any]) -> Call:
        checkout = fill(goods, self._method)
        return lambda: complete(checkout)

    def _order(self, goods: Sequence[Any]) -> Call:
        original = complete(fill(goods, self._method))
        items = [ExchangeItem(each.pk, 1) for each in goods]
        return lambda: host.current.create_exchange_order(
            original_id=original, items=items, token=uuid4()
        )

    def _service(self, goods: Sequence[Any]) -> Call:
        key = intended([(each, each) for each in goods])
        self._intended.append(key)
        return lambda: exchange_orders.order(exchange_id=key, now=NOW)

    def check(self) -> None:
        """All that was to be ordered was."""
        made = Exchange.objects.filter(pk__in=self._intended).exclude(
            status=ExchangeStatus.ORDERED.value
        )
        assert not made.exists(), list(made.values_list("status", "failure"))
