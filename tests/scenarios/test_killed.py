"""A worker that is killed in the middle of telling: nothing is lost, nothing is said twice."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from saleor_returns_plugin.models import NotificationLog, ReturnEvent, ReturnPortal
from saleor_returns_plugin.services import notifications, queue
from sandbox.paths import CHECKOUT
from tests.builders import a_return

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import sys, time
import django
django.setup()
from django.utils import timezone
from saleor_returns_plugin import host
from saleor_returns_plugin.services import notifications

def stand_still(*args, **kwargs):
    print("here", flush=True)
    time.sleep(600)

service, key, where = sys.argv[1:]
setattr(notifications, where, stand_still)
with host.current.allow_writer():
    getattr(notifications, service)(event_id=key, now=timezone.now())
"""


def killed_in(where, service, key):
    """A process of its own does the work, comes as far as `where`, and is killed there."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER, service, str(key), where],
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


@pytest.fixture
def event(monkeypatch, settings):
    """One that no worker has taken yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ReturnPortal.objects.create(channel="", merchant_emails=["returns@shop.example"])
    with monkeypatch.context() as busy:
        busy.setattr(queue, "_send", lambda task, args: None)
        a_return()
    mail.outbox.clear()
    return ReturnEvent.objects.get()


def notes_of(event):
    order = event.request.record.order
    notes = order.events.filter(type__iexact="note_added")
    return [note.parameters["message"] for note in notes]


@pytest.mark.parametrize("where", ["_leave_note", "_write_mails"])
def test_while_it_tells(event, where):
    killed_in(where, "tell", event.pk)
    assert (NotificationLog.objects.count(), notes_of(event)) == (0, [])
    _the_beat_repairs_it(event)


def test_while_it_sends(event):
    notifications.tell(event_id=event.pk, now=timezone.now())
    killed_in("message", "deliver_of", event.pk)
    assert not NotificationLog.objects.exclude(kind="told").exclude(sent_at=None).exists()
    _the_beat_repairs_it(event)


def _the_beat_repairs_it(event):
    for _ in range(2):
        notifications.resend(now=timezone.now() + timedelta(minutes=6))
    number = event.request.number
    assert notes_of(event) == [f"Return {number} was requested."]
    assert sorted(message.to[0] for message in mail.outbox) == [
        "ada@example.com",
        "returns@shop.example",
    ]
    assert not NotificationLog.objects.filter(sent_at=None).exists()
