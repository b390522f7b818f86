"""Saleor's access tokens, made by Saleor."""

from importlib.util import find_spec
from typing import Any

if find_spec("saleor.channel") is not None:
    from saleor.core.jwt import create_access_token

    def a_token(user: Any) -> str:
        return create_access_token(user)

else:
    from graphql_jwt.shortcuts import get_token

    def a_token(user: Any) -> str:
        return get_token(user)
