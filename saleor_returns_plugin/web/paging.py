"""A page of a list by `after` or `before` in the address."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from ..selectors.paging import NEWEST_FIRST, OLDEST_FIRST, NoCursor, Order, cursor_of, slice_of


@dataclass(frozen=True)
class Slice:
    """`next` and `previous` are cursors of what follows and what came before; blank at an end."""

    rows: list[Any]
    next: str
    previous: str


def newest_first(rows: QuerySet, request: HttpRequest, size: int) -> Slice:
    """`size` rows; a cursor that is none starts anew."""
    return _slice(rows, request, size, NEWEST_FIRST)


def oldest_first(rows: QuerySet, request: HttpRequest, size: int) -> Slice:
    return _slice(rows, request, size, OLDEST_FIRST)


def _slice(rows: QuerySet, request: HttpRequest, size: int, order: Order) -> Slice:
    before, after = (request.GET.get(name, "") for name in ("before", "after"))
    try:
        found = slice_of(
            rows,
            order,
            size=size,
            before=before,
            after="" if before else after,
            is_last=bool(before),
        )
    except NoCursor:
        found = slice_of(rows, order, size=size)
    shown = found.rows
    return Slice(
        shown,
        next=cursor_of(shown[-1], order) if shown and found.has_next else "",
        previous=cursor_of(shown[0], order) if shown and found.has_previous else "",
    )
