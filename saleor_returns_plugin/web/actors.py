"""Who calls, for pages with a bearer token and for GraphQL."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from .. import host
from ..domain.actors import NOBODY, Actor
from ..enums import ActorKind
from ..errors import ReturnsError
from ..services import sessions
from ..services.members import actor_for_user

SESSION_HEADER = "Returns-Session"
_MANAGE_ORDERS = "order.manage_orders"


def actor_of_request(request: HttpRequest, token: str | None = None) -> Actor:
    """By session token (argument, else header), else the app or user that Saleor knows.

    A token that is bad or over stands for nobody, also beside a signed-in user: who shows a
    token means that order alone.
    """
    token = token or request.headers.get(SESSION_HEADER)
    if token:
        return _of_token(token)
    app = getattr(request, "app", None)
    if app is not None:
        return _of_app(app)
    return actor_for_user(_user(request))


def _of_token(token: str) -> Actor:
    try:
        return sessions.read(token=token, now=timezone.now())
    except ReturnsError:
        return NOBODY


def _of_app(app: Any) -> Actor:
    """An app may do what staff with the same permission may; without it, nothing."""
    if app.has_perm(_MANAGE_ORDERS):
        return Actor(kind=ActorKind.MERCHANT, name=app.name)
    return NOBODY


def _user(request: HttpRequest) -> host.UserFacts | None:
    """Saleor's GraphQL sets `request.user`; on a plain view there is only the token."""
    if not hasattr(request, "user"):
        return host.current.user_of_request(request)
    user = request.user
    if not user or not user.is_authenticated:  # 3.x: a lazy object around None
        return None
    # Saleor has just read this row. It is asked for its rights, as a token that an app was given
    # for this user may carry less than the user may.
    return host.current.facts_of(user) if user.is_active else None
