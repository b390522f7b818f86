"""A shopper who has only an e-mail address is mailed links to the orders of it."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from saleor_returns_plugin.errors import InvalidInput, Throttled
from saleor_returns_plugin.models import NotificationLog
from saleor_returns_plugin.services import notifications, sessions, sign_in_links
from tests.builders import NOW, a_request, an_order
from tests.saleor_rows import a_product

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.com"


@pytest.fixture(autouse=True)
def locmem(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def mailed(email=EMAIL, now=NOW, occasion="1"):
    sign_in_links.mail(email=email, channel="", occasion=occasion, now=now)
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
    mailed(occasion="1")
    mailed(occasion="1")
    assert len(mailed(occasion="2")) == 2


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
