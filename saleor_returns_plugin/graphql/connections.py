"""Lists, paged by key: a page costs the same however deep it is, and never shifts."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import graphene
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, QuerySet, Value
from graphql import GraphQLError
from graphql_relay.utils import base64, unbase64

from ..domain.actors import Actor
from ..errors import InvalidInput
from . import compat
from .inputs import aware
from .seen import Seen

LIMIT = 100


def page_arguments() -> dict[str, Any]:
    """Made anew for each field: graphene lists arguments in the order of their making."""
    return {
        "before": graphene.String(),
        "after": graphene.String(),
        "first": graphene.Int(description=f"At most {LIMIT}."),
        "last": graphene.Int(description=f"At most {LIMIT}."),
    }


@dataclass(frozen=True)
class Order:
    """By one column, then by id so that equal values have an order too."""

    column: str = "created_at"
    descending: bool = True


@dataclass(frozen=True)
class Page:
    """What a connection type reads its fields from."""

    edges: list[Any]
    page_info: Any
    count: Callable[[], int]


def connection_of(node_type: Any) -> Any:
    """`<Node>Connection` with its `<Node>Edge`."""
    name = node_type._meta.name
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "node": graphene.Field(node_type, required=True),
            "cursor": graphene.String(required=True),
        },
    )
    return type(
        f"{name}Connection",
        (graphene.ObjectType,),
        {
            "page_info": graphene.Field(graphene.relay.PageInfo, required=True),
            "edges": graphene.List(graphene.NonNull(edge), required=True),
            "total_count": graphene.Int(),
            "resolve_total_count": staticmethod(compat.reads(lambda root, info: root.count())),
            "edge_type": edge,
        },
    )


def page(
    rows: QuerySet,
    actor: Actor,
    connection: Any,
    order: Order = Order(),
    *,
    before: str | None = None,
    after: str | None = None,
    first: int | None = None,
    last: int | None = None,
) -> Page:
    """A page of `rows` as `actor` sees them. Raises GraphQLError for arguments that make no sense."""
    size = _size(first, last)
    backwards = last is not None
    found = rows
    for cursor, wants_later in ((after, True), (before, False)):
        if cursor:
            found = found.filter(_beyond(rows, order, cursor, wants_later))
    sign = "-" if order.descending != backwards else ""
    taken = list(found.order_by(f"{sign}{order.column}", f"{sign}id")[: size + 1])
    more = len(taken) > size
    taken = taken[:size]
    if backwards:
        taken.reverse()
    edges = [
        connection.edge_type(node=Seen(row, actor), cursor=_cursor(row, order)) for row in taken
    ]
    return Page(
        edges=edges,
        page_info=graphene.relay.PageInfo(
            has_next_page=bool(before) if backwards else more,
            has_previous_page=more if backwards else bool(after),
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        count=rows.order_by().count,
    )


def _size(first: int | None, last: int | None) -> int:
    if first is not None and last is not None:
        raise GraphQLError("Give `first` or `last`, not both.")
    size = LIMIT if first is None and last is None else (first if last is None else last)
    if size is None or not 1 <= size <= LIMIT:
        raise GraphQLError(f"`first` and `last` are numbers from 1 to {LIMIT}.")
    return size


def _cursor(row: Any, order: Order) -> str:
    value = getattr(row, order.column)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return str(base64(json.dumps([text, str(row.pk)])))


def _beyond(rows: QuerySet, order: Order, cursor: str, wants_later: bool) -> Func:
    fields = rows.model._meta
    try:
        text, key = json.loads(unbase64(cursor))
        value = fields.get_field(order.column).to_python(text)
        pk = fields.pk.to_python(key)
        if isinstance(value, datetime):
            value = aware(value, field="cursor")
        str(value).encode()
    except (ValueError, TypeError, ValidationError, InvalidInput) as error:
        raise GraphQLError("This cursor is not one of this list.") from error
    if value is None or pk is None or "\x00" in str(value):
        raise GraphQLError("This cursor is not one of this list.")
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
