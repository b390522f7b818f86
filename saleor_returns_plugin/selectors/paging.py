"""Lists, paged by key: a page costs the same however deep it is, and never shifts."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.utils.timezone import is_naive, make_aware


class NoCursor(ValueError):
    """Not a cursor of this list."""


@dataclass(frozen=True)
class Order:
    """By one column, then by id so that equal values have an order too."""

    column: str = "created_at"
    descending: bool = True


NEWEST_FIRST = Order()
OLDEST_FIRST = Order(descending=False)


@dataclass(frozen=True)
class Slice:
    rows: list[Any]
    has_next: bool
    has_previous: bool


def slice_of(
    rows: QuerySet,
    order: Order,
    *,
    size: int,
    after: str | None = None,
    before: str | None = None,
    is_last: bool = False,
) -> Slice:
    """The first `size` rows between the cursors, or the last ones. Raises NoCursor."""
    wanted = Wanted(size, after=after, before=before, is_last=is_last)
    return wanted.slice(list(wanted.rows_of(rows, order)))


@dataclass(frozen=True)
class Wanted:
    """As `slice_of`, where the rows of several lists are read at once."""

    size: int
    after: str | None = None
    before: str | None = None
    is_last: bool = False

    def rows_of(self, rows: QuerySet, order: Order) -> QuerySet:
        """The rows and one more, from the end that they are counted from. Raises NoCursor."""
        found = rows
        for cursor, wants_later in ((self.after, True), (self.before, False)):
            if cursor:
                found = found.filter(_beyond(rows, order, cursor, wants_later))
        sign = "-" if order.descending != self.is_last else ""
        return found.order_by(f"{sign}{order.column}", f"{sign}id")[: self.size + 1]

    def slice(self, taken: list[Any]) -> Slice:
        more = len(taken) > self.size
        taken = taken[: self.size]
        if self.is_last:
            taken.reverse()
        return Slice(
            taken,
            has_next=bool(self.before) if self.is_last else more,
            has_previous=more if self.is_last else bool(self.after),
        )


def cursor_of(row: Any, order: Order) -> str:
    value = getattr(row, order.column)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return b64encode(json.dumps([text, str(row.pk)]).encode()).decode()


def _beyond(rows: QuerySet, order: Order, cursor: str, wants_later: bool) -> Func:
    fields = rows.model._meta
    try:
        text, key = json.loads(b64decode(cursor))
        value = fields.get_field(order.column).to_python(text)
        pk = fields.pk.to_python(key)
        if isinstance(value, datetime):
            value = (make_aware(value) if is_naive(value) else value).astimezone(UTC)
        str(value).encode()
    except (ValueError, TypeError, OverflowError, ValidationError) as error:
        raise NoCursor(cursor) from error
    if value is None or pk is None or "\x00" in str(value):
        raise NoCursor(cursor)
    sense = "<" if order.descending == wants_later else ">"
    last = (Value(value, fields.get_field(order.column)), Value(pk, fields.pk))
    return _Row.compared(_Row(F(order.column), F("id")), sense, _Row(*last))


class _Row(Func):
    """Compared as a whole, by which an index is entered at the right place: however many rows
    share the first value."""

    function = "ROW"
    output_field = BooleanField()

    @staticmethod
    def compared(left: "_Row", sense: str, right: "_Row") -> Func:
        joined = {"template": "%(expressions)s", "arg_joiner": f" {sense} "}
        return Func(left, right, output_field=BooleanField(), **joined)
