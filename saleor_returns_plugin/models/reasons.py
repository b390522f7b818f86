"""Why shoppers send things back, as the store words it."""

from django.db import models

from .base import Row, given


class ReturnReason(Row):
    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    waives_fees = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [given("returns_reason_given", "code", "label")]
        ordering = ["created_at", "id"]
