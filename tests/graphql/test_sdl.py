"""The schema is Saleor's plus what contract.graphql says, nothing altered."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from graphql import parse
from graphql.language.printer import print_ast

CONTRACT = Path(__file__).with_name("contract.graphql")


def members(sdl: str) -> dict[str, str]:
    """`Type.field` -> its signature; `Type:` -> what it implements."""
    found: dict[str, str] = {}
    for node in parse(sdl).definitions:
        definition = getattr(node, "definition", node)
        if getattr(definition, "name", None) is None:
            continue
        name = definition.name.value
        interfaces = getattr(definition, "interfaces", None) or []
        if interfaces:
            found[f"{name}:"] = ",".join(sorted(each.name.value for each in interfaces))
        for field in getattr(definition, "fields", None) or []:
            found[f"{name}.{field.name.value}"] = print_ast(field)
        for value in getattr(definition, "values", None) or []:
            found[f"{name}.{value.name.value}"] = "a value"
    return found


def contract() -> dict[str, str]:
    # This parser is older than descriptions in quotes.
    text = re.sub(r'"[^"\n]*"', "", CONTRACT.read_text())
    return members(text)


@pytest.fixture(scope="module")
def ours() -> dict[str, str]:
    from saleor.graphql.api import schema

    return members(str(schema))


def test_saleors_own_schema_is_untouched(ours: dict[str, str]) -> None:
    vanilla = members(_vanilla())
    assert {name: ours.get(name) for name in vanilla} == vanilla
    added = {name: signature for name, signature in ours.items() if name not in vanilla}
    promised = contract()
    assert {name: promised.get(name) for name in added} == added


def test_nothing_that_was_promised_is_missing(ours: dict[str, str]) -> None:
    assert [name for name in contract() if name not in ours] == []


def _vanilla() -> str:
    program = "import django; django.setup(); from saleor.graphql.api import schema; print(schema)"
    environment: dict[str, Any] = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.graphql.vanilla_settings",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=environment,
        cwd=CONTRACT.parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_name_that_the_host_has_is_reported() -> None:
    import graphene
    from saleor.graphql.order.types import Order

    from saleor_returns_plugin.graphql import names

    known = names.host_types()
    mine = type("Money", (graphene.ObjectType,), {"amount": graphene.Int()})
    fields = {Order: ["status", "free"]}
    taken = names.taken(known, ["tax_types", "free"], ["free"], fields)
    assert taken == ["Money", "Order.status", "Query.tax_types"]
    assert mine not in known


def test_what_is_secret_exists() -> None:
    """The host refuses to report anything when its list names what is not in the schema."""
    from saleor.graphql.api import schema

    from saleor_returns_plugin.graphql.secrets import SECRET

    for kind, names in SECRET.items():
        assert names <= set(schema.get_type(kind).fields), kind
