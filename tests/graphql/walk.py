"""Selections made from the schema itself, so that a new field is asked for by itself."""

from typing import Any

from graphql.type.definition import GraphQLList, GraphQLNonNull, GraphQLObjectType

TWICE = frozenset({"ReturnRequest", "VendorReturn", "VendorShipment"})
"""Types that a path may come back to: there it could be a way round."""
HOSTS = {
    "Money": "amount currency",
    "TaxedMoney": "gross { amount } net { amount } tax { amount }",
    "OrderLine": "id productName",
    "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
}
"""What is asked for of Saleor's own types; else the id, and our fields on it."""
OURS_ON_HOSTS = {
    "Order": "id number returnsPortalUrl",
}


ARGUMENTS = {"statement": '(currency: "USD")'}
"""Of fields that cannot do without."""


def everything(kind: str, depth: int) -> str:
    """Every field of a type of ours, nested `depth` deep."""
    from saleor.graphql.api import schema

    return _selection(schema.get_type(kind), (), depth)


def _selection(kind: Any, path: tuple[str, ...], depth: int) -> str:
    if kind.name in HOSTS:
        return HOSTS[kind.name]
    if not kind.name.startswith(("Return", "Vendor")):
        return OURS_ON_HOSTS.get(kind.name, "id")
    path = (*path, kind.name)
    found = []
    for name, field in kind.fields.items():
        inner = _named(field.type)
        if not isinstance(inner, GraphQLObjectType):
            found.append(name)
            continue
        most = 2 if inner.name in TWICE else 1
        if len(path) <= depth and path.count(inner.name) < most:
            inside = _selection(inner, path, depth)
            if inside:
                found.append(f"{name}{ARGUMENTS.get(name, '')} {{ {inside} }}")
    return " ".join(found)


def _named(kind: Any) -> Any:
    while isinstance(kind, GraphQLList | GraphQLNonNull):
        kind = kind.of_type
    return kind
