"""Every example of GraphQL in the documentation fits the schema, each block as it would be pasted."""

import re
from textwrap import dedent

import pytest
from graphql import parse, validate

from sandbox.paths import CHECKOUT

PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^( *)```graphql\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
EXAMPLES = {
    f"{page.name}:{page.read_text()[: found.start()].count(chr(10)) + 1}": dedent(found[2])
    for page in PAGES
    for found in BLOCK.finditer(page.read_text())
}


def wrong(example: str) -> list[str]:
    from saleor.graphql.api import schema

    return [error.message for error in validate(schema, parse(example))]


def test_no_example_is_left_out() -> None:
    written = sum(page.read_text().count("```graphql") for page in PAGES)
    assert len(EXAMPLES) == written > 0


@pytest.mark.parametrize("place", EXAMPLES)
def test_an_example_fits_the_schema(place: str) -> None:
    assert wrong(EXAMPLES[place]) == []


def test_a_field_that_is_not_there_is_found() -> None:
    assert wrong("{ vendors(first: 1) { edges { node { nam } } } }") != []
