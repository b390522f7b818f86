"""One submission by a shopper, or by staff."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower

from ..enums import RequestStatus, Source
from .base import Row, given, one_of, saleor_key
from .orders import OrderRecord


class ReturnRequest(Row):
    record = models.ForeignKey(OrderRecord, on_delete=models.PROTECT, related_name="requests")
    number = models.CharField(max_length=60, unique=True)
    email = models.CharField(max_length=254)
    user = saleor_key(settings.AUTH_USER_MODEL)
    channel = models.CharField(max_length=250, blank=True)
    locale = models.CharField(max_length=35, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices())
    status = models.CharField(max_length=20, choices=RequestStatus.choices())
    note = models.TextField(blank=True)
    idempotency_key = models.CharField(max_length=120, null=True)
    idempotency_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_request_key", fields=["record", "idempotency_key"]
            ),
            given("returns_request_given", "number", "idempotency_key"),
            one_of("returns_request_known_status", "status", RequestStatus),
            one_of("returns_request_source", "source", Source),
        ]
        indexes = [
            models.Index(F("status"), F("created_at").desc(), name="returns_request_status"),
            models.Index(F("created_at").desc(), F("id").desc(), name="returns_request_created"),
            GinIndex(
                name="returns_request_search",
                fields=["number", "email"],
                opclasses=["gin_trgm_ops", "gin_trgm_ops"],
            ),
            # Whole addresses have too many trigrams in common.
            models.Index(Lower("email"), name="returns_request_email"),
        ]
