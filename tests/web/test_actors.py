"""Who a request is made by."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils import timezone

from saleor_returns_plugin.domain.actors import NOBODY
from saleor_returns_plugin.enums import ActorKind
from saleor_returns_plugin.services import sessions
from saleor_returns_plugin.web.actors import actor_of_request
from tests.builders import an_order
from tests.saleor_rows import a_customer, a_product, a_staff_user
from tests.saleor_rows.tokens import a_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    return an_order([(a_product(), 1, "10.00")])


def a_request(**values):
    headers = {name: value for name, value in values.items() if name.startswith("HTTP_")}
    request = RequestFactory().post("/graphql/", **headers)
    for name in values.keys() - headers.keys():
        setattr(request, name, values[name])
    return request


def test_a_session_token_stands_for_its_order(record):
    token = sessions.open_for(record=record, now=timezone.now()).token
    by_argument = actor_of_request(a_request(), token)
    by_header = actor_of_request(a_request(HTTP_RETURNS_SESSION=token))
    assert by_argument == by_header
    assert (by_argument.kind, by_argument.record_id) == (ActorKind.SHOPPER, record.pk)


def test_a_bad_token_is_nobody_even_beside_a_signed_in_user(record):
    staff = a_staff_user()
    past = timezone.now() - timedelta(days=1)
    over = sessions.open_for(record=record, now=past).token
    for token in ("x", over):
        assert actor_of_request(a_request(user=staff), token) == NOBODY
        assert actor_of_request(a_request(HTTP_RETURNS_SESSION=token, user=staff)) == NOBODY


def test_the_token_counts_and_not_the_user_beside_it(record):
    token = sessions.open_for(record=record, now=timezone.now()).token
    assert actor_of_request(a_request(user=a_staff_user()), token).kind is ActorKind.SHOPPER


def test_the_user_of_graphql_counts():
    assert actor_of_request(a_request(user=a_staff_user())).is_merchant
    customer = a_customer()
    actor = actor_of_request(a_request(user=customer))
    assert (actor.kind, actor.user_id) == (ActorKind.SHOPPER, customer.pk)


@pytest.mark.parametrize("user", [None, SimpleNamespace(is_authenticated=False)])
def test_without_a_user_it_is_nobody(user):
    """3.x says None, 2.10 an anonymous user."""
    assert actor_of_request(a_request(user=user, app=None)) == NOBODY


def test_a_plain_request_is_read_by_its_bearer_token():
    staff = a_staff_user()
    request = a_request(HTTP_AUTHORIZATION=f"JWT {a_token(staff)}")
    assert actor_of_request(request).user_id == staff.pk
    assert actor_of_request(a_request(HTTP_AUTHORIZATION="JWT x")) == NOBODY
    assert actor_of_request(a_request()) == NOBODY


@pytest.mark.parametrize("permission", ["order.manage_orders", "product.manage_products"])
def test_an_app_needs_the_permission(permission):
    class AnApp:
        name = "Warehouse"

        def has_perm(self, wanted: str) -> bool:
            return wanted == permission

    actor = actor_of_request(a_request(app=AnApp(), user=None))
    assert actor.is_merchant is (permission == "order.manage_orders")


def test_a_token_with_fewer_rights_than_its_user_has_fewer_rights():
    staff = a_staff_user()
    staff.has_perm = lambda wanted: False
    assert not actor_of_request(a_request(user=staff)).is_merchant
