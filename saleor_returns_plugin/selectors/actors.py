"""From a user of Saleor to the actor that rules know."""

from django.db.models import Exists, QuerySet

from ..domain.actors import NOBODY, Actor
from ..enums import ActorKind, VendorRole
from ..host import UserFacts
from ..models import OrderRecord, VendorMember


def actor_for_user(user: UserFacts | None) -> Actor:
    """The strongest of what the user is: merchant, member of vendors, shopper."""
    if user is None:
        return NOBODY
    memberships = VendorMember.objects.filter(user_id=user.id, vendor__is_active=True)
    rows = list(memberships.annotate(has_orders=Exists(_orders_of(user))))
    roles = {row.vendor_id: row.role for row in rows}
    kind = ActorKind.VENDOR if roles else ActorKind.SHOPPER
    return Actor(
        kind=ActorKind.MERCHANT if user.is_merchant else kind,
        user_id=user.id,
        email=user.email,
        name=user.name or user.email,
        vendor_ids=frozenset(roles),
        owned_vendor_ids=frozenset(
            vendor_id for vendor_id, role in roles.items() if role == VendorRole.OWNER.value
        ),
        has_orders=not rows or rows[0].has_orders,
    )


def _orders_of(user: UserFacts) -> QuerySet[OrderRecord]:
    return OrderRecord.objects.filter(user_id=user.id)
