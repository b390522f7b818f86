"""When a mail was last found unsent, and the mails of an event found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("saleor_returns_plugin", "0006_list_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="notificationlog",
            name="resent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="notificationlog",
            index=models.Index(fields=["subject_id"], name="returns_mail_subject"),
        ),
    ]
