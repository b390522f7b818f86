"""Who acts for a vendor: invited by e-mail, and in with the first visit."""

from dataclasses import replace

import pytest
from django.core.cache import cache

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import VendorRole
from saleor_returns_plugin.errors import InvalidInput, NotPermitted, Required, Throttled
from saleor_returns_plugin.host import UserFacts
from saleor_returns_plugin.models import VendorMember
from saleor_returns_plugin.services import members, vendors
from tests.builders import MERCHANT, NOW, a_vendor, acts_for
from tests.graphql.client import as_user
from tests.graphql.scene import global_id
from tests.saleor_rows import a_customer

pytestmark = pytest.mark.django_db

OWNER, STAFF = VendorRole.OWNER, VendorRole.STAFF


@pytest.fixture
def oak():
    return a_vendor()


def invite(vendor, email, role=STAFF, actor=MERCHANT):
    vendors.add_member(actor=actor, vendor_id=vendor.pk, email=email, role=role)


def facts(user) -> UserFacts:
    found = host.current.user_facts(user.pk)
    assert found is not None
    return found


def enter(user):
    return members.actor_for_user(facts(user))


def test_an_owner_does_not_learn_who_has_an_account(oak):
    a_customer("known@example.com")
    boss = a_customer("boss@example.com")
    invite(oak, "boss@example.com", OWNER)
    enter(boss)
    owner = as_user(boss)
    for email in ("known@example.com", "unknown@example.com"):
        answer = owner.mutate(
            "vendorMemberAdd",
            f'vendorId: "{global_id(oak)}", email: "{email.upper()}", role: STAFF',
            "vendor { members { email name role isInvited } } errors { code }",
        )
        assert answer["errors"] == []
        added = answer["vendor"]["members"][-1]
        assert added == {"email": email, "name": "", "role": "STAFF", "isInvited": True}
    assert owner.mutate(
        "vendorMemberAdd",
        f'vendorId: "{global_id(oak)}", email: "x@example.com", role: STAFF',
        "vendor { members { email isInvited } }",
    )["vendor"]["members"][0] == {"email": "boss@example.com", "isInvited": False}


def test_who_has_an_account_acts_at_once_and_has_come_in_by_that(oak):
    kim = a_customer("kim@example.com")
    invite(oak, "Kim@example.com", OWNER)
    actor = enter(kim)
    assert (actor.vendor_ids, actor.owned_vendor_ids) == ({oak.pk}, {oak.pk})
    assert VendorMember.objects.get().joined_at is not None
    assert not enter(kim).is_invited


def test_an_invitation_waits_for_the_account(oak):
    invite(oak, "Late@example.com")
    assert VendorMember.objects.get().user_id is None
    eve, late = a_customer("eve@example.com"), a_customer("late@example.com")
    assert not enter(eve).vendor_ids
    assert enter(late).vendor_ids == {oak.pk}
    assert VendorMember.objects.get().user_id == late.pk


def test_once_in_it_is_the_accounts_whatever_its_email(oak):
    invite(oak, "late@example.com")
    late = a_customer("late@example.com")
    enter(late)
    late.email = "new@example.com"
    late.save()
    assert enter(late).vendor_ids == {oak.pk}
    assert not enter(a_customer("late@example.com")).vendor_ids


def test_an_account_that_did_not_confirm_its_email_does_not_come_in(oak):
    invite(oak, "late@example.com")
    late = facts(a_customer("late@example.com"))
    doubtful = UserFacts(late.id, late.email, late.name, is_merchant=False, is_confirmed=False)
    assert not members.actor_for_user(doubtful).vendor_ids
    assert VendorMember.objects.get().user_id is None


@pytest.mark.skipif(not host.IS_V3, reason="2.10 keeps an unconfirmed account inactive")
def test_the_host_tells_who_has_confirmed():
    user = a_customer("kim@example.com")
    type(user).objects.filter(pk=user.pk).update(is_confirmed=False)
    assert not facts(user).is_confirmed


def test_asked_again_only_the_role_changes(oak):
    invite(oak, "late@example.com")
    invite(oak, " LATE@example.com ", OWNER)
    assert VendorMember.objects.get().role == "owner"
    enter(a_customer("late@example.com"))
    invite(oak, "late@example.com", STAFF)
    member = VendorMember.objects.get()
    assert (member.role, member.joined_at is not None) == ("staff", True)


def test_two_invitations_of_one_person_become_one_membership(oak):
    kim = a_customer("kim@example.com")
    invite(oak, "kim@example.com")
    invite(oak, "other@example.com")
    kim.email = "other@example.com"
    kim.save()
    assert enter(kim).vendor_ids == {oak.pk}
    assert VendorMember.objects.get().user_id == kim.pk


def test_an_invitation_can_be_taken_back(oak):
    invite(oak, "late@example.com")
    vendors.remove_member(actor=MERCHANT, member_id=VendorMember.objects.get().pk)
    assert not enter(a_customer("late@example.com")).vendor_ids


@pytest.mark.parametrize(
    ("email", "error"), [("", Required), (" ", Required), ("ada", InvalidInput)]
)
def test_what_is_no_address_is_refused(oak, email, error):
    with pytest.raises(error) as refused:
        invite(oak, email)
    assert refused.value.field == "email"
    assert not VendorMember.objects.exists()


def test_staff_of_the_vendor_invite_nobody(oak):
    with pytest.raises(NotPermitted):
        invite(oak, "kim@example.com", actor=acts_for(oak, STAFF))
    assert not VendorMember.objects.exists()


def test_looking_for_invitations_costs_no_statement_more(oak, django_assert_num_queries):
    kim = facts(a_customer("kim@example.com"))
    invite(oak, "kim@example.com")
    members.join(user=kim, now=NOW)
    with django_assert_num_queries(1):
        assert members.actor_for_user(kim).vendor_ids == {oak.pk}


class TestInvitingAgainAndAgain:
    @pytest.fixture(autouse=True)
    def few_tries(self, settings):
        cache.clear()
        settings.RETURNS_SIGN_IN_ATTEMPTS = 2
        yield
        cache.clear()

    def again(self, vendor, email="kim@example.com", actor=None):
        invite(vendor, email, actor=actor or acts_for(vendor))
        VendorMember.objects.all().delete()

    def test_the_same_person_is_not_mailed_for_ever(self, oak):
        for _ in range(2):
            self.again(oak)
        with pytest.raises(Throttled):
            self.again(oak)

    def test_one_vendor_keeps_no_other_from_inviting(self, oak):
        for _ in range(2):
            self.again(oak)
        self.again(a_vendor("Elm & Co"))

    def test_a_vendor_does_not_invite_everybody(self, oak):
        for number in range(8):
            self.again(oak, f"{number}@example.com")
        with pytest.raises(Throttled):
            self.again(oak, "one-more@example.com")
        self.again(a_vendor("Elm & Co"))

    def test_nor_does_an_owner_of_several(self, oak):
        elm = a_vendor("Elm & Co")
        both = frozenset({oak.pk, elm.pk})
        owner = replace(acts_for(oak), user_id=7, vendor_ids=both, owned_vendor_ids=both)
        for number in range(8):
            self.again((oak, elm)[number % 2], f"{number}@example.com", owner)
        with pytest.raises(Throttled):
            self.again(oak, "one-more@example.com", owner)
