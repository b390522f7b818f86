"""Services queue work by name; the names and the tasks must match."""

import ast
from pathlib import Path

import pytest
from celery import current_app

from saleor_returns_plugin import tasks
from saleor_returns_plugin.services.queue import PREFIX

SERVICES = Path(tasks.__file__).parent


def queued_names():
    for path in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            first = node.args[0] if node.args else None
            is_queue = isinstance(node.func.value, ast.Name) and node.func.value.id == "queue"
            if is_queue and isinstance(first, ast.Constant):
                yield first.value


def test_whatever_is_queued_is_a_task():
    names = set(queued_names())
    assert names == {
        "split_order",
        "tell",
        "send_mails",
        "tell_saleor_what_returned",
        "mail_sign_in_links",
        "order_exchange",
        "mark_exchange",
        "withdraw_exchange",
        "end_exchange_offer",
        "pay_back_exchange",
    }
    assert {PREFIX + name for name in names} <= set(current_app.tasks)


@pytest.mark.parametrize("entry", ["returns-sweep", "returns-deadlines", "returns-resend"])
def test_beat_runs_tasks_that_exist(settings, entry):
    assert settings.CELERY_BEAT_SCHEDULE[entry]["task"] in current_app.tasks
