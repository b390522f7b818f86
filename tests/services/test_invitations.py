"""Who is made a member of a vendor is mailed how to get in."""

import pytest
from django.core import mail
from django.core.cache import cache

from saleor_returns_plugin.enums import VendorRole
from saleor_returns_plugin.errors import Throttled
from saleor_returns_plugin.models import NotificationLog, ReturnPortal, VendorMember
from saleor_returns_plugin.services import notifications, vendors
from tests.builders import MERCHANT, a_vendor, acts_for
from tests.saleor_rows import a_customer

from .telling import LOCMEM, NOW, html_of

pytestmark = pytest.mark.django_db

STAFF, OWNER = VendorRole.STAFF, VendorRole.OWNER
PAGE = "https://returns.example.com/returns/console/sign-in/"


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.EMAIL_BACKEND = LOCMEM
    settings.RETURNS_PUBLIC_URL = "https://returns.example.com"
    ReturnPortal.objects.create(
        channel="", name="Fieldhouse", sender_name="Fieldhouse", colors={"primary": "#123456"}
    )


@pytest.fixture(autouse=True)
def no_attempts_yet():
    cache.clear()


@pytest.fixture
def oak():
    return a_vendor()


def invite(vendor, email="kim@example.com", role=STAFF, actor=MERCHANT):
    vendors.add_member(actor=actor, vendor_id=vendor.pk, email=email, role=role)


def sent():
    """What the mail server gets, of all that is written down and not sent."""
    mail.outbox.clear()
    rows = NotificationLog.objects.filter(sent_at=None).order_by("created_at")
    notifications.deliver(log_ids=list(rows.values_list("pk", flat=True)), now=NOW)
    return list(mail.outbox)


def test_the_mail_says_for_whom_and_how_to_get_in(oak):
    invite(oak, "Kim@Example.com")
    (message,) = sent()
    assert message.to == ["kim@example.com"]
    assert message.subject == "Returns of Oak & Sons: your invitation"
    assert "what Oak & Sons sells at Fieldhouse" in message.body
    assert "e-mail address kim@example.com" in message.body
    assert f"Sign in: {PAGE}" in message.body
    assert "invite others" not in message.body
    assert message.from_email.startswith("Fieldhouse <")
    page = html_of(message)
    assert f'href="{PAGE}"' in page
    assert "Oak &amp; Sons" in page
    assert "#123456" in page


def test_an_owner_reads_what_owners_may(oak):
    invite(oak, role=OWNER)
    (message,) = sent()
    assert "invite others" in message.body


def test_of_the_stores_own_goods_the_store_is_named():
    invite(vendors.in_house())
    (message,) = sent()
    assert message.subject == "Returns of Fieldhouse: your invitation"
    assert "In-house" not in message.body


def test_it_is_in_the_language_of_the_account(oak):
    user = a_customer("kim@example.com")
    if not hasattr(user, "language_code"):
        pytest.skip("2.10 knows no language of an account")
    user.language_code = "de"
    user.save()
    invite(oak)
    assert sent()[0].subject == "Rücksendungen von Oak & Sons: Ihre Einladung"


def test_it_is_in_the_stores_language_where_there_is_no_account(oak, settings):
    settings.LANGUAGE_CODE = "de"
    invite(oak)
    assert sent()[0].subject == "Rücksendungen von Oak & Sons: Ihre Einladung"


def test_it_tells_nobody_who_has_an_account(oak):
    invite(oak, "new@example.com")
    a_customer("old@example.com")
    invite(oak, "old@example.com")
    first, second = sent()
    assert first.body.replace("new@", "old@") == second.body


def test_another_role_is_no_invitation(oak):
    invite(oak)
    invite(oak, role=OWNER)
    assert len(sent()) == 1


def test_an_invitation_that_is_taken_back_before_it_is_sent_is_not(oak):
    invite(oak)
    vendors.remove_member(actor=MERCHANT, member_id=VendorMember.objects.get().pk)
    assert sent() == []
    assert not NotificationLog.objects.exists()


def test_a_vendor_that_is_not_active_lets_nobody_in(oak):
    vendors.update(actor=MERCHANT, vendor_id=oak.pk, values={"is_active": False})
    invite(oak)
    assert sent() == []


def test_the_store_can_turn_it_off(oak, settings):
    settings.RETURNS_MAILS = {"invitation_member": False}
    invite(oak)
    assert sent() == []


def test_an_owner_does_not_flood_anybody(oak, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    owner = acts_for(oak)

    def again(actor):
        invite(oak, "Victim@example.com", actor=actor)
        vendors.remove_member(actor=actor, member_id=VendorMember.objects.get().pk)

    again(owner)
    again(owner)
    with pytest.raises(Throttled) as refused:
        again(owner)
    assert refused.value.field == "email"
    assert not VendorMember.objects.exists()
    again(MERCHANT)
