"""Saleor's own access tokens, where they are no good."""

from datetime import timedelta
from typing import Any

import pytest

from saleor_returns_plugin import host

from ..saleor_rows import a_customer
from .client import as_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not host.IS_V3, reason="2.10 takes an expired token for none"),
]


@pytest.mark.parametrize(
    "call",
    [
        'mutation { vendorCreate(input: {name: "Oak", slug: "oak"}) { errors { code } } }',
        "{ vendorReturns(first: 1) { totalCount } }",
    ],
)
def test_an_expired_one_is_saleors_to_refuse(call: str, settings: Any) -> None:
    """Its dashboard renews it on this word alone, and asks again."""
    settings.JWT_EXPIRE, settings.JWT_TTL_ACCESS = True, timedelta(seconds=-10)
    answer = as_user(a_customer()).post(call)
    found = [error["extensions"]["exception"]["code"] for error in answer["errors"]]
    assert found == ["ExpiredSignatureError"]
