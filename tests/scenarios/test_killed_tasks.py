"""Every other task, killed in the middle: the beat, or the broker, has it done again, once."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from saleor_returns_plugin import host, tasks
from saleor_returns_plugin.enums import EventKind, Move
from saleor_returns_plugin.models import (
    NotificationLog,
    OrderRecord,
    ReturnEvent,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)
from saleor_returns_plugin.services import (
    deadlines,
    notifications,
    queue,
    shipments,
    sign_in_links,
    split,
)
from sandbox.paths import CHECKOUT
from tests.builders import NOW, a_return, a_vendor, an_order, sells
from tests.invariants import broken
from tests.saleor_rows import a_product, a_saleor_order

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import sys, time
import django
django.setup()
from importlib import import_module
from saleor_returns_plugin import host, tasks

def stand_still(*args, **kwargs):
    print("here", flush=True)
    time.sleep(600)

module, where, task, *arguments = sys.argv[1:]
place = import_module(module)
for name in where.split(".")[:-1]:
    place = getattr(place, name)
setattr(place, where.split(".")[-1], stand_still)
getattr(tasks, task)(*arguments)
"""


def killed_at(where: str, task: str, *arguments: Any) -> None:
    """A process runs the task, comes as far as `where` (module:name), and is killed there."""
    module, _, name = where.partition(":")
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER, module, name, task, *map(str, arguments)],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    with worker:
        assert worker.stdout is not None
        said = iter(worker.stdout)
        assert any(line.strip() == "here" for line in said), "it never came so far"
        worker.kill()


SERVICES = "saleor_returns_plugin.services"


@pytest.fixture
def nothing_queued(monkeypatch: Any) -> Any:
    """What commits queue is lost: the broker is down."""
    with monkeypatch.context() as busy:
        busy.setattr(queue, "_send", lambda task, args: None)
        yield busy


@pytest.fixture(autouse=True)
def mails(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.mark.parametrize("where", ["_add", "_fulfilled", "_shipments_follow"])
def test_while_it_splits(where: str) -> None:
    chair = sells(a_vendor("Oak"), a_product("Chair"))
    order = a_saleor_order([(chair, 2, "10"), (a_product("Lamp"), 1, "5")])
    killed_at(f"{SERVICES}.split:{where}", "split_order", order.pk)
    assert VendorShipment.objects.count() == 0
    for _ in range(2):
        split.sweep(now=timezone.now())
    assert (OrderRecord.objects.count(), VendorShipment.objects.count()) == (1, 2)
    assert VendorShipmentLine.objects.count() == 2


@pytest.mark.skipif(not host.IS_V3, reason="2.10 knows no returned units")
@pytest.mark.parametrize("where", ["units_back", "_follow_order"])
def test_while_saleor_is_told_what_returned(where: str, nothing_queued: Any) -> None:
    part = a_return(Move.RECEIVE_ALL, units=2)
    order = part.request.record.order
    killed_at(f"{SERVICES}.shipments:{where}", "tell_saleor_what_returned", part.request.record_id)
    line = VendorShipmentLine.objects.get()
    assert line.quantity_told == 0
    assert host.current.order_facts(order.pk).lines[0].quantity_returned == 0
    later = timezone.now() + timedelta(minutes=3)
    assert [shipments.sweep_returned(now=later) for _ in range(2)] == [1, 0]
    assert VendorShipmentLine.objects.get().quantity_told == 2
    assert host.current.order_facts(order.pk).lines[0].quantity_returned == 2


@pytest.mark.skipif(not host.IS_V3, reason="2.10 knows no returned units")
def test_the_broker_was_down_when_goods_came_back(nothing_queued: Any) -> None:
    a_return(Move.RECEIVE_ALL)
    assert VendorShipmentLine.objects.get().quantity_told == 0
    assert shipments.sweep_returned(now=timezone.now()) == 0, "its task may still come"
    later = timezone.now() + timedelta(minutes=3)
    assert shipments.sweep_returned(now=later) == 1
    assert VendorShipmentLine.objects.get().quantity_told == 1
    assert shipments.sweep_returned(now=later + timedelta(days=9)) == 0


def test_on_2_10_there_is_nobody_to_tell(nothing_queued: Any) -> None:
    a_return(Move.RECEIVE_ALL)
    later = timezone.now() + timedelta(minutes=3)
    assert shipments.sweep_returned(now=later) == (1 if host.IS_V3 else 0)


@pytest.mark.parametrize("where", ["lifecycle.record_event", "locked_request"])
def test_while_it_looks_what_is_due(where: str, nothing_queued: Any) -> None:
    a_return()
    late = timezone.now() - timedelta(days=5)
    VendorReturn.objects.update(waiting_since=late, due_at=late + timedelta(days=3))
    killed_at(f"{SERVICES}.deadlines:{where}", "run_deadlines")
    assert VendorReturn.objects.get().escalated_at is None
    assert not ReturnEvent.objects.filter(kind=EventKind.OVERDUE.value).exists()
    for _ in range(2):
        deadlines.run(now=timezone.now())
    assert ReturnEvent.objects.filter(kind=EventKind.OVERDUE.value).count() == 1
    assert broken() == []


def test_while_it_writes_sign_in_links(nothing_queued: Any) -> None:
    an_order([(a_product("Chair"), 1, "10")], email="ada@example.com")
    NotificationLog.objects.all().delete()
    sign_in_links.request(email="ada@example.com", address="1.2.3.4")
    asked = NotificationLog.objects.get()
    killed_at(f"{SERVICES}.notifications:_rows", "mail_sign_in_links", str(asked.pk))
    assert NotificationLog.objects.get() == asked
    for _ in range(2):
        tasks.mail_sign_in_links(str(asked.pk))
    assert NotificationLog.objects.count() == 1
    for _ in range(2):
        notifications.resend(now=timezone.now() + timedelta(minutes=6))
    log = NotificationLog.objects.get()
    notifications.deliver(log_ids=[log.pk], now=NOW)
    notifications.deliver(log_ids=[log.pk], now=NOW)
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]
