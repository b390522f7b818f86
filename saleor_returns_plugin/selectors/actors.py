"""From a user of Saleor to the actor that rules know."""

from ..domain.actors import NOBODY, Actor
from ..enums import ActorKind, VendorRole
from ..host import UserFacts
from ..models import VendorMember


def actor_for_user(user: UserFacts | None) -> Actor:
    """The strongest of what the user is: merchant, member of vendors, shopper."""
    if user is None:
        return NOBODY
    memberships = VendorMember.objects.filter(user_id=user.id, vendor__is_active=True)
    roles = dict(memberships.values_list("vendor_id", "role"))
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
    )
