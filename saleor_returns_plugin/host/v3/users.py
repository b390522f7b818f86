"""Who a caller of 3.x is."""

from typing import Any

import jwt
from django.conf import settings as django_settings
from django.contrib.auth import authenticate as saleors_authenticate
from django.http import HttpRequest
from saleor.core.db.connection import allow_writer
from saleor.graphql.context import get_context_value
from saleor.site.models import SiteSettings

from ..both.people import facts_of, row_with_password
from ..types import UserFacts


@allow_writer()
def authenticate(email: str, password: str) -> UserFacts | None:
    """By e-mail and password, under the store's own rules for signing in with one."""
    user = row_with_password(email, password)
    return facts_of(user) if user is not None and _may_use_password(user) else None


@allow_writer()
def user_of_request(request: HttpRequest) -> UserFacts | None:
    """Of the bearer token, whether Saleor made it or an identity provider's plugin knows it."""
    try:
        user = saleors_authenticate(request=get_context_value(request))
    except jwt.PyJWTError:
        return None
    return facts_of(user) if user and user.is_active else None


def _may_use_password(user: Any) -> bool:
    # Not through Site's own cache, which a changed setting does not reach until a restart.
    settings = SiteSettings.objects.get(site_id=django_settings.SITE_ID)
    mode = getattr(settings, "password_login_mode", "enabled")  # since 3.23
    if mode == "disabled" or (mode != "enabled" and user.is_staff):
        return False
    return (
        user.is_confirmed
        or settings.allow_login_without_confirmation
        or not settings.enable_account_confirmation_by_email
    )
