"""Adds our fields to Saleor's schema, once, when Django starts."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

API = "saleor.graphql.api"

_SLOTS = ("_query", "_mutation", "_subscription", "_directives", "types", "_type_map")

conflicts: list[str] = []
"""Names of ours that the host has too. Then nothing was added; a system check tells."""


def install() -> None:
    """Saleor's schema plus ours, nothing altered; left alone when a name is taken.

    Saleor builds its schema when `saleor.graphql.api` is imported, normally by its URLs and so
    after this. Where something imported it before, it is built anew in place.
    """
    from . import costs, names, secrets

    # In this order: 2.10's modules import each other in a circle, which `host` closes.
    import_module(f"{__package__.rpartition('.')[0]}.host")
    import_module("saleor.graphql.account.schema")
    core = import_module("saleor.graphql.core.schema")
    hosts = names.host_types()
    from .mutations import MUTATIONS
    from .queries import QUERIES
    from .types.saleor_types import FIELDS

    conflicts[:] = names.taken(hosts, QUERIES, MUTATIONS, FIELDS)
    if conflicts:
        return
    for saleor_type, fields in FIELDS.items():
        saleor_type._meta.fields.update(fields)
    _add(core.CoreQueries, QUERIES)
    _add(core.CoreMutations, MUTATIONS)
    costs.price(QUERIES)
    secrets.hide()
    if API in sys.modules:
        _rebuild(sys.modules[API])


def _add(mixin: Any, fields: Mapping[str, Any]) -> None:
    """On a class that the root type is still to inherit from: it takes attributes, not `_meta`."""
    for name, field in fields.items():
        setattr(mixin, name, field)
        mixin._meta.fields[name] = field


def _rebuild(api: Any) -> None:
    """3.20 imports its schema early; all who hold the object must see the new one in it."""
    from .mutations import MUTATIONS
    from .queries import QUERIES

    federation = import_module("saleor.graphql.core.federation.schema")
    api.Query._meta.fields.update(QUERIES)
    api.Mutation._meta.fields.update(MUTATIONS)
    own = {federation._Any, federation._Entity, federation._Service}
    fresh = federation.build_federated_schema(
        api.Query,
        mutation=api.Mutation,
        types=[kind for kind in api.schema.types if kind not in own],
        subscription=api.schema._subscription,
        directives=api.schema._directives,
    )
    for slot in _SLOTS:
        setattr(api.schema, slot, getattr(fresh, slot))
    fresh._type_map.schema = api.schema
    # 3.24 wraps the resolvers of a finished schema to count the use of deprecated fields.
    count_usage = getattr(api, "monitor_fields_usage", None)
    if count_usage is not None:
        count_usage(api.schema)
