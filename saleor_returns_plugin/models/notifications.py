"""Which mail was sent to whom."""

from django.db import models
from django.db.models import Q

from .base import Row, check, given


class NotificationLog(Row):
    """One thing that is told once; its key makes it unique.

    A mail, of which `subject_id` is the row it is about; `sent_at` is null until the mail server
    took it, `resent_at` is when it was last found unsent. Or that everybody was told of an event, with kind `told` and the event as subject. Or
    that somebody asked for links, with kind `sign_in_links_asked`, until that was looked up.
    """

    dedupe_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    recipient = models.CharField(max_length=254, blank=True)
    sent_at = models.DateTimeField(null=True)
    resent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            given("returns_notice_given", "dedupe_key", "kind"),
            check(
                "returns_notice_told",
                Q(kind="told", recipient="", sent_at__isnull=False)
                | (~Q(kind="told") & ~Q(recipient="")),
            ),
        ]
        indexes = [
            models.Index(
                name="returns_mail_unsent", fields=["created_at"], condition=Q(sent_at=None)
            ),
            # The mails of an event, which its task sends.
            models.Index(name="returns_mail_subject", fields=["subject_id"]),
        ]
