"""Why shoppers send things back, as the store words it."""

from django.db import models

from .base import Row


class ReturnReason(Row):
    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    waives_fees = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["created_at", "id"]
