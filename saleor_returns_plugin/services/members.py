"""Who comes in as a member of a vendor: an invitation becomes a membership at the first visit."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from .. import host
from ..domain.actors import Actor
from ..host import UserFacts
from ..selectors import actors

__all__ = ["actor_for_user", "join"]


def actor_for_user(user: UserFacts | None) -> Actor:
    """As the selector of that name; who was invited has come in by this."""
    actor = actors.actor_for_user(user)
    if user is not None and actor.is_invited:
        with host.current.allow_writer():
            join(user=user, now=timezone.now())
    return actor


@transaction.atomic
def join(*, user: UserFacts, now: datetime) -> None:
    """From now on the user's memberships are those of the account, whatever its e-mail is later."""
    memberships = actors.memberships_of(user).select_for_update().order_by("created_at", "id")
    rows = list(memberships)
    known = {row.vendor_id for row in rows if row.user_id is not None}
    for row in rows:
        if row.user_id is None and row.vendor_id in known:
            row.delete()  # invited by two addresses
            continue
        known.add(row.vendor_id)
        if row.joined_at is None:
            row.user_id, row.joined_at = user.id, now
            row.save(update_fields=["user", "joined_at"])
