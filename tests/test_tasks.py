"""Services queue work by name; the names and the tasks must match."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from celery import Celery, current_app

from saleor_returns_plugin import host, tasks
from saleor_returns_plugin.services import queue
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
    assert {PREFIX + name for name in names} <= set(host.current.celery.tasks)


def test_beat_runs_tasks_that_exist(settings):
    schedule = settings.CELERY_BEAT_SCHEDULE
    ours = {schedule[name]["task"] for name in schedule if name.startswith("returns-")}
    assert len(ours) == 7
    assert ours <= set(host.current.celery.tasks)


def test_a_thread_queues_with_saleors_celery_also_where_another_was_made_before(monkeypatch):
    """As pytest-celery does, which Saleor's own environment has."""
    other = Celery("other", broker="memory://", set_as_current=False)
    monkeypatch.setattr("celery._state.default_app", other)
    queued = []
    task = host.current.celery.tasks[f"{PREFIX}sweep_orders"]
    monkeypatch.setattr(task, "apply_async", lambda args: queued.append(args))

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(current_app._get_current_object).result() is other
        thread.submit(queue._send, "sweep_orders", ()).result()

    assert queued == [()]
