"""Tries are counted per kind and value, and a right one is given back."""

import pytest
from django.core.cache import cache

from saleor_returns_plugin.errors import Throttled
from saleor_returns_plugin.services import throttle


@pytest.fixture(autouse=True)
def two_tries(settings):
    cache.clear()
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2


def test_too_many_are_refused_with_the_field():
    throttle.count("order", "1001")
    throttle.count("order", "1001")
    with pytest.raises(Throttled) as refused:
        throttle.count("order", "1001", field="order_number")
    assert refused.value.field == "order_number"


def test_another_kind_and_another_value_are_counted_apart():
    for _ in range(2):
        throttle.count("order", "1001")
    throttle.count("order", "1002")
    throttle.count("address", "1001")


def test_one_that_is_given_back_does_not_count():
    for _ in range(9):
        throttle.count("address", "10.0.0.1")
        throttle.give_back("address", "10.0.0.1")


def test_what_is_forgiven_starts_anew():
    for _ in range(2):
        throttle.count("order", "1001")
    throttle.forgive("order", "1001")
    throttle.count("order", "1001")
    throttle.count("order", "1001")
    with pytest.raises(Throttled):
        throttle.count("order", "1001")


def test_giving_back_what_ran_out_is_nothing():
    throttle.give_back("order", "1001")
    throttle.forgive("order", "1001")


def test_any_text_can_be_counted():
    throttle.count("order", "\ud800\x00" * 10_000)
