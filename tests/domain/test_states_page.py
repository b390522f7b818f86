"""docs/reference/states.md has the moves of the tables in the code."""

import re

import pytest

from saleor_returns_plugin.domain import exchange_status, refund_status
from saleor_returns_plugin.enums import ExchangeStatus, RefundStatus
from sandbox.paths import CHECKOUT

PAGE = CHECKOUT / "docs/reference/states.md"
TABLES = {
    "Exchange": (ExchangeStatus, exchange_status.MOVES),
    "Refund": (RefundStatus, refund_status.MOVES),
}


@pytest.mark.parametrize("title", sorted(TABLES))
def test_the_page_has_every_move_and_no_other(title):
    states, moves = TABLES[title]
    section = PAGE.read_text().split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([A-Z_]+) \| ([^|]+) \|", section, re.MULTILINE)
    written = {states[start]: set(re.findall(r"\b[A-Z_]{4,}\b", ends)) for start, ends in rows}
    assert written == {start: {end.name for end in ends} for start, ends in moves.items() if ends}
