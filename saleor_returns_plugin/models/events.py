"""What happened, for ever."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from ..enums import ActorKind, EventKind, ExchangeStatus, RefundStatus, RequestStatus, ReturnStatus
from .base import AppendOnly, check, one_of
from .return_requests import ReturnRequest
from .vendor_returns import VendorReturn

_STATUSES = sorted(
    {
        each.value
        for kind in (ReturnStatus, RequestStatus, RefundStatus, ExchangeStatus)
        for each in kind
    }
)


class ReturnEvent(AppendOnly):
    """One move. The actor is kept as text: its user may be deleted one day."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.PROTECT, related_name="events")
    vendor_return = models.ForeignKey(
        VendorReturn, on_delete=models.PROTECT, null=True, related_name="events"
    )
    kind = models.CharField(max_length=24, choices=EventKind.choices())
    actor_kind = models.CharField(max_length=12, choices=ActorKind.choices())
    actor_id = models.CharField(max_length=64, blank=True)
    actor_name = models.CharField(max_length=254, blank=True)
    is_override = models.BooleanField(default=False)
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20, blank=True)
    message = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            one_of("returns_event_kind", "kind", EventKind),
            one_of("returns_event_actor", "actor_kind", ActorKind),
            check(
                "returns_event_statuses",
                Q(from_status__in=["", *_STATUSES], to_status__in=["", *_STATUSES]),
            ),
            check("returns_event_part", Q(kind="created") | Q(vendor_return__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["request", "created_at"], name="returns_event_request"),
            BrinIndex(fields=["created_at"], name="returns_event_created"),
        ]
