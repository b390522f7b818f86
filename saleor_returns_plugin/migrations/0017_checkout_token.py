"""An exchange has the token of its checkout beside its id; and more rules of one row."""

import uuid

from django.db import migrations, models
import django.db.models.expressions

from ._constraints import check_constraint


def keep_tokens(apps, schema_editor):
    """Checkouts and orders that are there were made under the exchange's id."""
    exchange = apps.get_model("saleor_returns_plugin", "Exchange")
    exchange.objects.update(checkout_token=models.F("id"))


class Migration(migrations.Migration):

    dependencies = [
        ('saleor_returns_plugin', '0016_queue_indexes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='exchangeline',
            name='returns_exchangeline_carried',
        ),
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
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(('failure_code__in', ['', 'variant_gone', 'not_sold', 'no_goods', 'out_of_stock', 'no_address', 'no_shipping', 'channel_closed', 'offer_ended', 'host'])), name='returns_exchange_failure_code'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(models.Q(('status', 'awaiting_payment'), _negated=True), models.Q(('difference__gt', 0), ('expires_at__isnull', False)), _connector='OR'), name='returns_exchange_offered'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(('withdrawn_at__isnull', True), ('status', 'cancelled'), _connector='OR'), name='returns_exchange_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(('paid_back_at__isnull', True), ('withdrawn_at__isnull', False), _connector='OR'), name='returns_exchange_paid_back'),
        ),
        migrations.AddConstraint(
            model_name='exchangeline',
            constraint=check_constraint(check=models.Q(('carried_charged_gross__gte', django.db.models.expressions.F('carried_charged_net')), ('carried_charged_gross__lte', django.db.models.expressions.F('carried_gross')), ('carried_charged_net__gte', 0), ('carried_gross__gte', django.db.models.expressions.F('carried_net')), ('carried_net__gte', 0)), name='returns_exchangeline_carried'),
        ),
    ]
