"""Goods that another vendor sends in exchange: of them the vendor of the return reads nothing."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from ..domain.actors import Actor
from ..enums import EventKind
from ..models import (
    Exchange,
    ExchangeLine,
    OrderRecord,
    ReturnEvent,
    ReturnLine,
    VendorProduct,
)
from .access import owns_order
from .events import failures, message_of


def reads_all(actor: Actor, record: OrderRecord) -> bool:
    """Whether the actor may know what comes in exchange for goods of the order, whoever sends it."""
    return actor.is_merchant or owns_order(actor, record)


def foreign_lines(exchange_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Exchange id -> ids of its lines that are not the goods of its return's vendor; those whose
    vendor cannot be told any more are among them. Two statements."""
    rows = list(
        ExchangeLine.objects.filter(exchange__in=exchange_ids).values_list(
            "exchange_id",
            "pk",
            "exchange__vendor_return__vendor_id",
            "exchange__vendor_return__vendor__is_in_house",
            "shipment_line__shipment__vendor_id",
            "variant__product_id",
            "return_line__shipment_line__product_id",
        )
    )
    owners = _owners({row[5] for row in rows if row[4] is None})
    found: dict[UUID, set[UUID]] = {key: set() for key in exchange_ids}
    for exchange_id, key, vendor_id, is_in_house, sender_id, product_id, returned_id in rows:
        if sender_id is not None:
            is_own = sender_id == vendor_id
        elif product_id is None:
            is_own = False
        else:
            is_own = product_id == returned_id or _is_of(
                owners.get(product_id), vendor_id, is_in_house
            )
        if not is_own:
            found[exchange_id].add(key)
    return found


def foreign_wishes(line_ids: Collection[UUID]) -> set[UUID]:
    """Ids of those lines of returns for which goods of another vendor are wanted."""
    rows = list(
        ReturnLine.objects.filter(pk__in=line_ids)
        .exclude(exchange_name="")
        .values_list(
            "pk",
            "vendor_return__vendor_id",
            "vendor_return__vendor__is_in_house",
            "exchange_variant__product_id",
            "shipment_line__product_id",
        )
    )
    others = [row for row in rows if row[3] is None or row[3] != row[4]]
    owners = _owners({row[3] for row in others})
    gone = [row[0] for row in others if row[3] is None]
    sent = _sent_by_others(gone) if gone else set()
    return {
        key
        for key, vendor_id, is_in_house, product_id, _ in others
        if (
            key in sent
            if product_id is None
            else not _is_of(owners.get(product_id), vendor_id, is_in_house)
        )
    }


def naming_foreign(events: Iterable[ReturnEvent]) -> set[UUID]:
    """Ids of those events that say why goods of another vendor, among others, were not ordered."""
    of_exchange = {
        event.pk: UUID(event.data["exchange"])
        for event in events
        if event.kind == EventKind.EXCHANGE_FAILED.value
    }
    if not of_exchange:
        return set()
    foreign = foreign_lines(set(of_exchange.values()))
    return {key for key, exchange_id in of_exchange.items() if foreign[exchange_id]}


def failures_of(exchanges: Sequence[Exchange], *, hides_foreign: bool) -> list[str]:
    """Why there is no order, in the reader's language; blank for those that did not fail."""
    events = failures(exchanges)
    foreign = naming_foreign(events.values()) if hides_foreign else set()
    return [
        message_of(event, hides_goods=event.pk in foreign)
        if (event := events.get(exchange.pk))
        else ""
        for exchange in exchanges
    ]


def _sent_by_others(line_ids: Collection[UUID]) -> set[UUID]:
    """Of variants that are gone, what was made of them tells."""
    made = ExchangeLine.objects.filter(return_line__in=line_ids)
    pairs = list(made.values_list("return_line_id", "exchange_id", "pk"))
    foreign = foreign_lines({exchange_id for _, exchange_id, _ in pairs})
    return {line_id for line_id, exchange_id, key in pairs if key in foreign[exchange_id]}


def _owners(product_ids: Collection[Any]) -> dict[Any, UUID]:
    """Product id -> vendor id; what nobody was given is the store's."""
    known = [key for key in product_ids if key is not None]
    if not known:
        return {}
    rows = VendorProduct.objects.filter(product_id__in=known)
    return dict(rows.values_list("product_id", "vendor_id"))


def _is_of(owner_id: UUID | None, vendor_id: UUID, is_in_house: bool) -> bool:
    return is_in_house if owner_id is None else owner_id == vendor_id
