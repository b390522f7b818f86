"""Who somebody is, by Saleor's own accounts and permissions."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from saleor_returns_plugin import host
from tests.saleor_rows import a_customer, a_staff_user
from tests.saleor_rows.common import PASSWORD
from tests.saleor_rows.tokens import a_token

pytestmark = pytest.mark.django_db


def a_request(authorization: str = "") -> HttpRequest:
    headers = {"HTTP_AUTHORIZATION": authorization} if authorization else {}
    return RequestFactory().get("/returns/", **headers)


def test_only_staff_that_manage_orders_are_the_merchant() -> None:
    customer = a_customer("ada@example.com")
    clerk = a_staff_user("clerk@example.com", manage_orders=False)
    merchant = a_staff_user("staff@example.com")

    def is_merchant(user_id: object) -> bool:
        facts = host.current.user_facts(user_id)
        assert facts is not None
        return facts.is_merchant

    assert not is_merchant(customer.pk)
    assert not is_merchant(clerk.pk)
    assert is_merchant(merchant.pk)


def test_a_name_and_an_email_are_known() -> None:
    user = a_customer("ada@example.com")

    facts = host.current.user_by_email("ADA@example.com")

    assert facts is not None
    assert (facts.id, facts.email, facts.name) == (user.pk, "ada@example.com", "Ada Lovelace")


def test_a_deactivated_user_is_nobody() -> None:
    user = a_customer("ada@example.com", is_active=False)

    assert host.current.user_facts(user.pk) is None
    assert host.current.user_by_email("ada@example.com") is None
    assert host.current.authenticate("ada@example.com", PASSWORD) is None


def test_only_the_right_password_signs_in() -> None:
    user = a_staff_user("staff@example.com")

    facts = host.current.authenticate("staff@example.com", PASSWORD)

    assert facts is not None
    assert facts.id == user.pk
    assert host.current.authenticate("staff@example.com", "wrong") is None
    assert host.current.authenticate("nobody@example.com", PASSWORD) is None


@pytest.mark.parametrize("prefix", ["JWT", "Bearer"])
def test_a_token_names_its_user_on_a_plain_page(prefix: str) -> None:
    user = a_staff_user("staff@example.com")

    facts = host.current.user_of_request(a_request(f"{prefix} {a_token(user)}"))

    assert facts is not None
    assert (facts.id, facts.is_merchant) == (user.pk, True)


@pytest.mark.parametrize("authorization", ["", "JWT", "JWT nonsense", "Basic YTpi", "JWT a.b.c"])
def test_without_a_good_token_there_is_nobody(authorization: str) -> None:
    assert host.current.user_of_request(a_request(authorization)) is None


def test_the_token_of_a_deactivated_user_is_no_token() -> None:
    user = a_staff_user("staff@example.com")
    token = a_token(user)
    user.is_active = False
    user.save()

    assert host.current.user_of_request(a_request(f"JWT {token}")) is None
