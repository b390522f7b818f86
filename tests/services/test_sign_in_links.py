"""A shopper who has only an e-mail address is mailed links to the orders of it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.errors import InvalidInput, Throttled
from saleor_returns_plugin.models import NotificationLog
from saleor_returns_plugin.selectors.notifications import ASKED
from saleor_returns_plugin.services import notifications, queue, sessions, sign_in_links
from tests.builders import NOW, a_request, an_order
from tests.saleor_rows import a_product

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.com"


@pytest.fixture(autouse=True)
def locmem(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def nobody_counted():
    cache.clear()


def asked(email=EMAIL, channel=""):
    sign_in_links.request(email=email, channel=channel, address="1.1.1.1")
    return NotificationLog.objects.filter(kind=ASKED).latest("created_at").pk


def mailed(email=EMAIL, now=NOW):
    return looked_up(asked(email), now)


def looked_up(key, now=NOW):
    sign_in_links.mail(log_id=key, now=now)
    for log in NotificationLog.objects.filter(kind="sign_in_links_shopper", sent_at=None):
        notifications.deliver(log_ids=[log.pk], now=now)
    return mail.outbox


def test_each_order_has_a_link_that_opens_it():
    records = [an_order([(a_product("Lamp"), 1, "5")], email=EMAIL) for _ in range(2)]
    (message,) = mailed(email="ADA@example.com")
    assert message.to == [EMAIL]
    tokens = re.findall(r"/returns/open/(\S+)", message.body)
    opened = [sessions.open_link(token, NOW).record.pk for token in tokens]
    assert opened == [records[1].pk, records[0].pk]


def test_asked_again_it_is_mailed_again_but_not_by_a_task_that_ran_twice():
    an_order([(a_product("Lamp"), 1, "5")], email=EMAIL)
    key = asked()
    looked_up(key)
    assert len(looked_up(key)) == 1
    assert len(mailed()) == 2
    assert not NotificationLog.objects.filter(kind=ASKED).exists()


def test_nobody_is_mailed_for_an_address_without_orders():
    an_order([(a_product("Lamp"), 1, "5")], email=EMAIL)
    assert mailed(email="eve@example.com") == []


def test_orders_past_their_window_are_left_out_unless_a_return_is_under_way():
    record = an_order([(a_product("Lamp"), 2, "5")], email=EMAIL)
    late = NOW + timedelta(days=90)
    assert mailed(now=late) == []
    a_request(record)
    assert len(mailed(now=late)) == 1


@pytest.mark.parametrize(
    "email", ["", " ", "ada", "ada@", "a\x00@example.com", "a" * 300 + "@b.cc"]
)
def test_what_is_no_address_is_refused(email):
    with pytest.raises(InvalidInput) as refused:
        sign_in_links.request(email=email, address="1.2.3.4")
    assert refused.value.field == "email"


def test_asking_is_throttled_per_address_and_per_email(settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    for number in range(2):
        sign_in_links.request(email=f"a{number}@example.com", address="5.6.7.8")
    with pytest.raises(Throttled):
        sign_in_links.request(email="b@example.com", address="5.6.7.8")
    for number in range(2):
        sign_in_links.request(email="c@example.com", address=f"9.9.9.{number}")
    with pytest.raises(Throttled):
        sign_in_links.request(email="C@example.com", address="9.9.9.9")


def test_what_was_asked_for_while_the_broker_was_down_is_answered_later(
    monkeypatch, django_capture_on_commit_callbacks
):
    an_order([(a_product("Lamp"), 1, "5")], email=EMAIL)
    monkeypatch.setattr(host.current.celery.tasks[TASK], "apply_async", _no_broker)
    with django_capture_on_commit_callbacks(execute=True):
        key = asked()
    assert mail.outbox == []
    queued = []
    monkeypatch.setattr(
        host.current.celery.tasks[TASK], "apply_async", lambda args: queued.append(args)
    )
    soon, later = (timezone.now() + timedelta(minutes=minutes) for minutes in (1, 3))
    with django_capture_on_commit_callbacks(execute=True):
        assert notifications.resend(now=later + timedelta(hours=1)).mails == 0
        assert sign_in_links.resend(now=soon) == 0
        assert sign_in_links.resend(now=later) == 1
    assert queued == [(str(key),)]
    assert len(looked_up(key)) == 1


def test_the_address_of_who_waits_no_more_is_forgotten():
    asked()
    assert sign_in_links.resend(now=timezone.now() + timedelta(hours=13)) == 0
    assert not NotificationLog.objects.filter(kind=ASKED).exists()


def test_only_the_orders_of_the_channel_are_opened_where_one_was_named():
    record = an_order([(a_product("Lamp"), 1, "5")], email=EMAIL)
    assert looked_up(asked(channel="elsewhere")) == []
    assert len(looked_up(asked(channel=record.channel))) == 1
    assert len(looked_up(asked(channel="x" * 250))) == 2


TASK = f"{queue.PREFIX}mail_sign_in_links"


def _no_broker(**_options):
    raise ConnectionError("no broker")
