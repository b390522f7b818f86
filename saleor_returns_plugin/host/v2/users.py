"""Who a caller of 2.10 is."""

from django.http import HttpRequest
from graphql_jwt.exceptions import JSONWebTokenError
from graphql_jwt.shortcuts import get_user_by_token

from ..both.people import facts_of, row_with_password, user_by_email, user_facts
from ..types import UserFacts

__all__ = ["authenticate", "facts_of", "user_by_email", "user_facts", "user_of_request"]

TOKEN_PREFIXES = ("jwt", "bearer")


def authenticate(email: str, password: str) -> UserFacts | None:
    """By e-mail and password; every failure takes equally long and looks the same."""
    return facts_of(row_with_password(email, password))


def user_of_request(request: HttpRequest) -> UserFacts | None:
    """Of `Authorization: JWT <token>`; 2.10 has no middleware that sets `request.user`."""
    parts = request.META.get("HTTP_AUTHORIZATION", "").split()
    if len(parts) != 2 or parts[0].lower() not in TOKEN_PREFIXES:
        return None
    try:
        user = get_user_by_token(parts[1], request)
    except JSONWebTokenError:
        return None
    return facts_of(user) if user and user.is_active else None
