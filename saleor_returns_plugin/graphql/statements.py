"""The statement that a vendor's field asks for."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from graphql import GraphQLError

from ..domain.actors import Actor
from ..errors import InvalidInput
from ..models import LedgerEntry
from ..selectors import ledger
from ..selectors.paging import OLDEST_FIRST
from ..web import periods
from . import compat
from .connections import page_from, rows_of, wanted_of
from .seen import Seen, batched
from .types.ledger import VendorLedgerEntryConnection, VendorStatement

_CURRENCY = re.compile(r"[A-Z]{3}")


def statement(
    root: Seen, info: Any, currency: str, period: Mapping[str, Any] | None, paging: dict[str, Any]
) -> Any:
    """As many of the database's statements, however many vendors a level has."""
    if not _CURRENCY.fullmatch(currency):
        raise GraphQLError("Give the currency as its code, for example USD.")
    days = period or {}
    try:
        since, until = periods.moments(days.get("gte"), days.get("lte"))
    except InvalidInput as error:
        raise GraphQLError(error.message) from error
    wanted = wanted_of(**paging)

    def fetch(vendor_ids: Sequence[UUID]) -> list[VendorStatement]:
        found = ledger.statements(vendor_ids, currency, since=since, until=until)
        taken = _taken(
            {key: rows_of(wanted, each.entries, OLDEST_FIRST) for key, each in found.items()}
        )
        counts = cache(lambda: ledger.counts(found))
        known = {
            key: VendorStatement(
                opening=compat.money(each.opening, currency),
                closing=compat.money(each.closing, currency),
                entries=page_from(
                    wanted.slice(taken[key]),
                    partial(_count, counts, key),
                    root.actor,
                    VendorLedgerEntryConnection,
                    OLDEST_FIRST,
                ),
            )
            for key, each in found.items()
        }
        return [known[key] for key in vendor_ids]

    name = ("statement", root.actor, currency, since, until, *sorted(paging.items()))
    return batched(info, name, root.node.pk, fetch)


def _count(counts: Callable[[], Mapping[UUID, int]], vendor_id: UUID) -> int:
    return counts()[vendor_id]


def _taken(pages: Mapping[UUID, QuerySet[LedgerEntry]]) -> dict[UUID, list[LedgerEntry]]:
    """The rows of all pages with one statement, each in its page's order."""
    first, *others = pages.values()
    found: dict[UUID, list[LedgerEntry]] = {key: [] for key in pages}
    for row in first.union(*others, all=True) if others else first:
        found[row.vendor_id].append(row)
    return found


def balances(root: Seen, info: Any) -> Any:
    def fetch(vendor_ids: Sequence[UUID]) -> list[list[Any]]:
        found = ledger.balances(vendor_ids)
        return [
            [compat.money(amount, currency) for currency, amount in found[key].items()]
            for key in vendor_ids
        ]

    return batched(info, ("balances", root.actor), root.node.pk, fetch)


def owed(actor: Actor, vendor: Any, currency: str) -> Any:
    """What the vendor owes the store, for those who see its money; None when nothing."""
    if not ledger.sees_money(actor, vendor.pk):
        return None
    amount = ledger.owes(vendor, currency)
    return compat.money(amount, currency) if amount else None
