"""Every case runs on committed rows: threads, workers and killed processes need them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.gateways.books import Books
from tests.gateways.fixtures import payment_app, scriptable  # noqa: F401
from tests.invariants import broken


@pytest.fixture
def books(scriptable: Books) -> Books:  # noqa: F811
    """What the scriptable gateway was told to do, and what it moved."""
    return scriptable


@pytest.fixture(autouse=True)
def nothing_is_broken(request: Any, transactional_db: None) -> Iterator[None]:
    yield
    assert broken() == []
