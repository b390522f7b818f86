"""Thousands of random but typed calls: none breaks anything, and a refused one changes nothing.

`RETURNS_FUZZ=20000 make test PYTEST_ARGS="tests/graphql/test_fuzz.py"` tries longer, and others.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck, given, settings

from saleor_returns_plugin.enums import ErrorCode
from tests.invariants import broken
from tests.planner import analyze

from .fuzzing import Call, World, a_world, calls, fingerprint, in_savepoint

EXAMPLES = int(os.environ.get("RETURNS_FUZZ", "0"))
KNOWN = {code.name for code in ErrorCode} - {"INTERNAL"}
REFUSALS = {"GraphQLError", "PermissionDenied", "GraphQLSyntaxError", "QueryCostError"}
"""What a query may be refused with. An enum, number or moment that is none never reaches us."""
AT_MOST = {"mutation": 1000, "query": 700}


@pytest.mark.usefixtures("exchanges_offered")
@pytest.mark.parametrize("kind", ["mutation", "query"])
def test_the_whole_contract(db: Any, gateway: Any, log: "Log", mails: None, kind: str) -> None:
    world = a_world()
    analyze()
    assert broken() == []
    connection.run_on_commit.clear()
    log.taken()
    before = fingerprint(world)

    @settings(
        max_examples=EXAMPLES or AT_MOST[kind],
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(calls(world, kind))
    def check(call: Call) -> None:
        cache.clear()
        in_savepoint(lambda: _check(call, world, before))
        assert log.taken() == []

    check()
    assert fingerprint(world) == before


def _check(call: Call, world: World, before: Any) -> None:
    status, answer = call.send()
    assert status in (200, 400), answer
    told = [error["extensions"]["exception"]["code"] for error in answer.get("errors", ())]
    assert set(told) <= REFUSALS, answer["errors"]
    payload = (answer.get("data") or {}).get(call.name) or {}
    refused = _refusals(payload)
    if told or refused or call.kind == "query" or payload.get("count") == 0:
        assert fingerprint(world) == before
    else:
        connection.check_constraints()
        assert broken() == []
        _run_what_follows()


def _refusals(payload: Any) -> list[Any]:
    """Entries of `errors`, each checked; of a bulk action those of the call as a whole."""
    found = payload.get("errors", []) if isinstance(payload, dict) else []
    inner = payload.get("results") or [] if isinstance(payload, dict) else []
    for entry in (*found, *(each for result in inner for each in result["errors"])):
        assert entry["code"] in KNOWN, entry
        assert entry["message"].strip(), entry
        assert entry["field"] is None or entry["field"], entry
    return found


def _run_what_follows() -> None:
    """The tasks that were queued: what people wrote ends up in mails and in Saleor's notes."""
    while connection.run_on_commit:
        callbacks, connection.run_on_commit = connection.run_on_commit, []
        for callback in callbacks:
            callback[1]()


class Log(logging.Handler):
    """Errors that were logged; Saleor logs what it refuses as one, too."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))

    def taken(self) -> list[str]:
        texts, self.texts = self.texts, []
        return texts


@pytest.fixture
def log(monkeypatch: Any) -> Iterator[Log]:
    monkeypatch.setattr(logging.getLogger("saleor.graphql.errors.handled"), "disabled", True)
    log = Log()
    logging.getLogger().addHandler(log)
    yield log
    logging.getLogger().removeHandler(log)


@pytest.fixture
def mails(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
