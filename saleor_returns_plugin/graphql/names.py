"""Which of our names the host has too: a later Saleor may take one."""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from graphene.types.base import BaseType


def host_types() -> frozenset[Any]:
    """Every GraphQL class of the host. To be asked before ours are imported."""
    package = import_module("saleor.graphql")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if module.ispkg and _has_schema(module.name):
            import_module(f"{module.name}.schema")
    return frozenset(_all_types())


def taken(
    hosts: frozenset[Any],
    queries: Iterable[str],
    mutations: Iterable[str],
    fields: Mapping[Any, Iterable[str]],
) -> list[str]:
    """`Query.x`, `Mutation.x`, `Order.x` or a type's name, sorted; empty when all are free."""
    ours = {kind._meta.name for kind in _all_types() if kind not in hosts}
    return sorted(
        {
            *_roots(hosts, queries, "Queries", "Query"),
            *_roots(hosts, mutations, "Mutations", "Mutation"),
            *_fields(fields),
            *(ours & {kind._meta.name for kind in hosts}),
        }
    )


def _has_schema(package: str) -> bool:
    modules = pkgutil.iter_modules(import_module(package).__path__)
    return any(module.name == "schema" for module in modules)


def _roots(hosts: Iterable[Any], ours: Iterable[str], suffix: str, root: str) -> Iterator[str]:
    names = list(ours)
    for kind in hosts:
        if kind.__module__.endswith(".schema") and kind.__name__.endswith(suffix):
            yield from (f"{root}.{name}" for name in names if name in kind._meta.fields)


def _fields(ours: Mapping[Any, Iterable[str]]) -> Iterator[str]:
    for saleor_type, names in ours.items():
        for name in names:
            if name in saleor_type._meta.fields:
                yield f"{saleor_type._meta.name}.{name}"


def _all_types(base: type = BaseType) -> Iterator[Any]:
    for kind in base.__subclasses__():
        # An abstract class only inherits the description of a concrete one.
        if "_meta" in vars(kind):
            yield kind
        yield from _all_types(kind)
