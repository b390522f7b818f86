"""Keyset paging, forwards and back: no page gets slower the further one reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest


@dataclass(frozen=True)
class Slice:
    """`next` and `previous` are cursors of what follows and what came before; blank at an end."""

    rows: list[Any]
    next: str
    previous: str


def newest_first(rows: QuerySet, request: HttpRequest, size: int) -> Slice:
    """`size` rows by `after` or `before` in the address; a cursor that is none starts anew."""
    return _slice(rows, request, size, is_newest_first=True)


def oldest_first(rows: QuerySet, request: HttpRequest, size: int) -> Slice:
    return _slice(rows, request, size, is_newest_first=False)


def _slice(rows: QuerySet, request: HttpRequest, size: int, *, is_newest_first: bool) -> Slice:
    before, after = (_parse(request.GET.get(name, "")) for name in ("before", "after"))
    is_back = before is not None
    place = before or after
    is_falling = is_newest_first is not is_back
    if place is not None:
        rows = rows.filter(_beyond(place, is_falling))
    signs = ("-created_at", "-pk") if is_falling else ("created_at", "pk")
    found = list(rows.order_by(*signs)[: size + 1])
    shown, has_more = found[:size], len(found) > size
    if is_back:
        shown.reverse()
    has_next, has_previous = (True, has_more) if is_back else (has_more, place is not None)
    return Slice(
        shown,
        next=_cursor(shown[-1]) if shown and has_next else "",
        previous=_cursor(shown[0]) if shown and has_previous else "",
    )


def _beyond(place: tuple[datetime, UUID], is_falling: bool) -> Q:
    moment, key = place
    if is_falling:
        return Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=key)
    return Q(created_at__gt=moment) | Q(created_at=moment, pk__gt=key)


def _cursor(row: Any) -> str:
    return f"{row.created_at.isoformat()}_{row.pk}"


def _parse(cursor: str) -> tuple[datetime, UUID] | None:
    moment, _, key = cursor.partition("_")
    try:
        parsed = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None
    return parsed if parsed[0].tzinfo is not None else None
