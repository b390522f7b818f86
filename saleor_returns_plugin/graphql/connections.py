"""Lists as connections, paged by key (`selectors/paging.py`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLError

from ..domain.actors import Actor
from ..selectors.paging import NEWEST_FIRST, NoCursor, Order, Slice, Wanted, cursor_of
from . import compat
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
    order: Order = NEWEST_FIRST,
    *,
    before: str | None = None,
    after: str | None = None,
    first: int | None = None,
    last: int | None = None,
) -> Page:
    """A page of `rows` as `actor` sees them. Raises GraphQLError for arguments that make no sense."""
    wanted = wanted_of(before=before, after=after, first=first, last=last)
    taken = list(rows_of(wanted, rows, order))
    return page_from(wanted.slice(taken), rows.order_by().count, actor, connection, order)


def wanted_of(
    *,
    before: str | None = None,
    after: str | None = None,
    first: int | None = None,
    last: int | None = None,
) -> Wanted:
    """Raises GraphQLError for arguments that make no sense."""
    return Wanted(_size(first, last), after=after, before=before, is_last=last is not None)


def rows_of(wanted: Wanted, rows: QuerySet, order: Order) -> QuerySet:
    """Raises GraphQLError for a cursor of something else."""
    try:
        return wanted.rows_of(rows, order)
    except NoCursor as error:
        raise GraphQLError("This cursor is not one of this list.") from error


def page_from(
    found: Slice, count: Callable[[], int], actor: Actor, connection: Any, order: Order
) -> Page:
    """Of rows that were read already, maybe those of several lists at once."""
    edges = [
        connection.edge_type(node=Seen(row, actor), cursor=cursor_of(row, order))
        for row in found.rows
    ]
    return Page(
        edges=edges,
        page_info=graphene.relay.PageInfo(
            has_next_page=found.has_next,
            has_previous_page=found.has_previous,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        count=count,
    )


def _size(first: int | None, last: int | None) -> int:
    if first is not None and last is not None:
        raise GraphQLError("Give `first` or `last`, not both.")
    size = LIMIT if first is None and last is None else (first if last is None else last)
    if size is None or not 1 <= size <= LIMIT:
        raise GraphQLError(f"`first` and `last` are numbers from 1 to {LIMIT}.")
    return size
