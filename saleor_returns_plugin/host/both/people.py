"""Saleor's accounts. A deactivated user is no user."""

from typing import Any

from saleor.account.models import User

from ..types import SaleorId, UserFacts

MANAGE_ORDERS = "order.manage_orders"


def user_facts(user_id: SaleorId) -> UserFacts | None:
    return facts_of(active_row(user_id))


def user_by_email(email: str) -> UserFacts | None:
    """Case does not matter, unless two accounts differ in nothing else: then the exact one."""
    return facts_of(row_by_email(email))


def row_with_password(email: str, password: str) -> User | None:
    """None for a wrong password and an unknown e-mail alike, and after equally long."""
    user = row_by_email(email)
    if user is None:
        User().set_password(password)
        return None
    return user if user.check_password(password) else None


def row_by_email(email: str) -> User | None:
    if not email.isprintable():  # nobody's; and some of it no column can be asked for
        return None
    users = list(User.objects.filter(email__iexact=email.strip(), is_active=True)[:2])
    exact = [user for user in users if user.email == email]
    if exact:
        return exact[0]
    return users[0] if len(users) == 1 else None


def active_row(user_id: SaleorId | None) -> User | None:
    return User.objects.filter(pk=user_id, is_active=True).first()


def row_of(user_id: SaleorId | None) -> User | None:
    """Who Saleor's history names; None for nobody, or for an account that is gone."""
    return User.objects.filter(pk=user_id).first() if user_id else None


def facts_of(user: Any | None) -> UserFacts | None:
    """Of a row that was read already, with the rights that this very object has."""
    if user is None:
        return None
    return UserFacts(
        id=user.pk,
        email=user.email,
        name=user.get_full_name(),
        is_merchant=user.is_staff and user.has_perm(MANAGE_ORDERS),
        language=getattr(user, "language_code", ""),
        # 2.10 keeps an account inactive until then.
        is_confirmed=getattr(user, "is_confirmed", True),
        password_mark=user.get_session_auth_hash(),
    )
