"""Keyset paging, newest first: no page gets slower the further one reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class Slice:
    """`next` is the cursor of what follows; blank at the end."""

    rows: list[Any]
    next: str


def newest_first(rows: QuerySet, cursor: str, size: int) -> Slice:
    """`size` rows after the cursor; a cursor that is none starts from the beginning."""
    place = _parse(cursor)
    if place is not None:
        moment, key = place
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=key))
    found = list(rows.order_by("-created_at", "-pk")[: size + 1])
    shown = found[:size]
    last = shown[-1] if len(found) > size else None
    return Slice(shown, f"{last.created_at.isoformat()}_{last.pk}" if last else "")


def _parse(cursor: str) -> tuple[datetime, UUID] | None:
    moment, _, key = cursor.partition("_")
    try:
        parsed = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None
    return parsed if parsed[0].tzinfo is not None else None
