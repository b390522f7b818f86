"""Which mail was sent to whom."""

from django.db import models

from .base import Row


class NotificationLog(Row):
    """One mail; its key makes it unique. `sent_at` is null until the mail server took it."""

    dedupe_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    recipient = models.CharField(max_length=254)
    sent_at = models.DateTimeField(null=True)
