"""The whole flow over HTTP, from the shopper's sign-in to the refund, of orders with 4 lines x 2.

Real worker processes of gunicorn, a real Celery worker that sends the mails meanwhile, and Saleor's
dummy gateway. What each call takes is measured by the client, its statements are counted by the
server. Orders are made, paid, shipped and split beforehand.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

from . import server
from .client import Call, Client, People
from .options import Options
from .table import Aim, ms, table

CLIENTS = (1, 4)
FLOWS = 25
"""Of each client, measured."""
WARM = 3
"""Of each client, before."""
LINES, UNITS = 4, 2
VENDOR = "Bench makers"
MOST_MS, LEAST_FLOWS, MOST_STATEMENTS = 100, 10, 60
_LONGEST_WAIT = 120


def run(options: Options) -> str:
    flows = options.rounds or FLOWS
    orders = _orders(sum(CLIENTS) * (WARM + flows))
    people = _people()
    found = {}
    with server.running() as port:
        for clients in CLIENTS:
            own = [orders.pop() for _ in range(clients * (WARM + flows))]
            found[clients] = _measure(port, people, own, clients, flows)
        behind = _until_told()
        client = Client(port, people)
        nothing = median(client.ask_nothing() for _ in range(flows))
        client.close()
    one, four = found[CLIENTS[0]], found[CLIENTS[-1]]
    names = [call.name for call in one.flows[0]]
    rows = [_row(name, one, four, position) for position, name in enumerate(names)]
    rows.append(
        [
            "all calls",
            str(one.statements),
            str(one.saleors),
            ms(one.cpu),
            ms(one.seconds),
            ms(four.seconds),
        ]
    )
    calls = len(names)
    return table(
        f"An order with {LINES} lines x {UNITS}, over HTTP",
        [
            "call",
            "statements",
            "Saleor's own",
            "worker's CPU ms",
            "1 client: ms",
            f"{CLIENTS[-1]} clients: ms",
        ],
        rows,
        f"{server.WORKERS} worker processes, one Celery worker; medians of {flows} flows per client. "
        f"{one.per_second:.1f} flows/s with one client, {four.per_second:.1f} with {CLIENTS[-1]}. "
        f"As many calls that ask for nothing take {ms(calls * nothing)} ms. "
        f"The worker had told everybody {behind:.1f} s after the last call.",
        [
            Aim(
                f"under {MOST_MS} ms with one client", ms(one.seconds), one.seconds < MOST_MS / 1e3
            ),
            Aim(
                f"at least {LEAST_FLOWS} flows/s with {CLIENTS[-1]} clients",
                f"{four.per_second:.1f}",
                four.per_second >= LEAST_FLOWS,
            ),
            Aim(
                f"at most {MOST_STATEMENTS} statements",
                f"{one.statements}, {one.saleors} of them Saleor's own",
                one.statements <= MOST_STATEMENTS,
            ),
        ],
    )


class Found:
    def __init__(self, flows: list[list[Call]], taken: float) -> None:
        self.flows = flows
        self.per_second = len(flows) / taken

    @property
    def seconds(self) -> float:
        """Of all calls of one flow together."""
        return median(sum(call.seconds for call in flow) for flow in self.flows)

    @property
    def statements(self) -> int:
        return int(median(sum(call.statements for call in flow) for flow in self.flows))

    @property
    def cpu(self) -> float:
        return median(sum(call.cpu for call in flow) for flow in self.flows)

    @property
    def saleors(self) -> int:
        return int(median(sum(call.saleors for call in flow) for flow in self.flows))

    def call(self, position: int) -> tuple[float, int, int, float]:
        calls = [flow[position] for flow in self.flows]
        return (
            median(call.seconds for call in calls),
            int(median(call.statements for call in calls)),
            int(median(call.saleors for call in calls)),
            median(call.cpu for call in calls),
        )


def _row(name: str, one: Found, four: Found, position: int) -> list[str]:
    seconds, statements, saleors, cpu = one.call(position)
    other = four.call(position)[0]
    return [name, str(statements), str(saleors), ms(cpu), ms(seconds), ms(other)]


def _measure(port: int, people: People, orders: Sequence[Any], clients: int, flows: int) -> Found:
    """Each client takes its own orders through, one after the other."""
    each = [(Client(port, people), orders[number::clients]) for number in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda pair: _flows(pair[0], pair[1][:WARM]), each))
        started = time.perf_counter()
        found = list(pool.map(lambda pair: _flows(pair[0], pair[1][WARM:]), each))
        taken = time.perf_counter() - started
    for client, _ in each:
        client.close()
    return Found([flow for own in found for flow in own], taken)


def _flows(client: Client, orders: Sequence[Any]) -> list[list[Call]]:
    return [client.take_through(number, email) for number, email in orders]


def _orders(count: int) -> list[tuple[str, str]]:
    """Number and e-mail of orders that are ready to be returned."""
    from saleor_returns_plugin.services import split
    from tests.builders import NOW, a_vendor, sells
    from tests.saleor_rows import a_product, a_saleor_order, pay

    vendor = a_vendor(VENDOR)
    goods = [sells(vendor, a_product(f"Bench {n}", stock=1000)) for n in range(LINES)]
    orders = []
    for number in range(count):
        lines = [(variant, UNITS, "10.00") for variant in goods]
        email = f"shopper-{number}@example.com"
        order = a_saleor_order(lines, email=email, paid=False)
        pay(order, gateway="mirumee.payments.dummy")
        record = split.split_order(order_id=order.pk, now=NOW)
        assert record is not None
        orders.append((record.number, email))
    return orders


def _people() -> People:
    from saleor_returns_plugin.enums import VendorRole
    from saleor_returns_plugin.models import Vendor
    from saleor_returns_plugin.services import vendors
    from tests.builders import MERCHANT
    from tests.saleor_rows import a_customer, a_staff_user
    from tests.saleor_rows.tokens import a_token

    member = a_customer("bench-member@example.com")
    vendors.add_member(
        actor=MERCHANT,
        vendor_id=Vendor.objects.get(name=VENDOR).pk,
        email=member.email,
        role=VendorRole.OWNER,
    )
    return People(a_token(a_staff_user("bench-staff@example.com")), a_token(member))


def _until_told() -> float:
    """Seconds until the worker has told everybody of everything; fails when it never does."""
    from saleor_returns_plugin.models import NotificationLog, ReturnEvent
    from saleor_returns_plugin.selectors.notifications import TELLING, TOLD

    started = time.monotonic()
    while time.monotonic() - started < _LONGEST_WAIT:
        told = NotificationLog.objects.filter(kind=TOLD).count()
        waiting = NotificationLog.objects.filter(sent_at=None).exists()
        events = ReturnEvent.objects.filter(kind__in=TELLING).count()
        if told == events and not waiting:
            return time.monotonic() - started
        time.sleep(0.2)
    raise SystemExit("The worker did not tell everybody within two minutes.")
