"""From a user of Saleor to the actor that rules know."""

from django.db.models import Exists, Q, QuerySet

from ..domain.actors import NOBODY, Actor
from ..domain.references import email_key
from ..enums import ActorKind, VendorRole
from ..host import UserFacts
from ..models import OrderRecord, VendorMember


def actor_for_user(user: UserFacts | None) -> Actor:
    """The strongest of what the user is: merchant, member of vendors, shopper."""
    if user is None:
        return NOBODY
    memberships = memberships_of(user).filter(vendor__is_active=True)
    rows = list(memberships.annotate(has_orders=Exists(_orders_of(user))))
    kind = ActorKind.VENDOR if rows else ActorKind.SHOPPER
    return Actor(
        kind=ActorKind.MERCHANT if user.is_merchant else kind,
        user_id=user.id,
        email=user.email,
        name=user.name or user.email,
        vendor_ids=frozenset(row.vendor_id for row in rows),
        owned_vendor_ids=frozenset(
            row.vendor_id for row in rows if row.role == VendorRole.OWNER.value
        ),
        has_orders=not rows or rows[0].has_orders,
        is_invited=any(row.joined_at is None for row in rows),
    )


def memberships_of(user: UserFacts) -> QuerySet[VendorMember]:
    """The user's own, and invitations of the user's e-mail from before there was an account."""
    own = Q(user_id=user.id)
    if user.is_confirmed:
        own |= Q(user=None, email=email_key(user.email))
    return VendorMember.objects.filter(own)


def inactive_vendor_of(user: UserFacts) -> str:
    """The name of a vendor that the user is a member of, or invited by, and that is not active;
    blank for none."""
    rows = memberships_of(user).filter(vendor__is_active=False).order_by("created_at", "id")
    return str(rows.values_list("vendor__name", flat=True).first() or "")


def _orders_of(user: UserFacts) -> QuerySet[OrderRecord]:
    return OrderRecord.objects.filter(user_id=user.id)
