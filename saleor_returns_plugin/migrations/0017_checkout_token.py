"""An exchange has the token of its checkout beside its id."""

import uuid

from django.db import migrations, models


def keep_tokens(apps, schema_editor):
    """Checkouts and orders that are there were made under the exchange's id."""
    exchange = apps.get_model("saleor_returns_plugin", "Exchange")
    exchange.objects.update(checkout_token=models.F("id"))


class Migration(migrations.Migration):

    dependencies = [
        ('saleor_returns_plugin', '0016_queue_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='exchange',
            name='checkout_token',
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.RunPython(keep_tokens, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='exchange',
            name='checkout_token',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
