"""What an exchange left behind is an event of its own."""

from django.db import migrations, models

from ._constraints import check_constraint


class Migration(migrations.Migration):

    dependencies = [
        ('saleor_returns_plugin', '0017_checkout_token'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='returnevent',
            name='returns_event_kind',
        ),
        migrations.AlterField(
            model_name='returnevent',
            name='kind',
            field=models.CharField(choices=[('created', 'Created'), ('approved', 'Approved'), ('declined', 'Declined'), ('units_declined', 'Units declined'), ('address_missing', 'Address missing'), ('accepted', 'Accepted'), ('label_added', 'Label added'), ('tracking_added', 'Tracking added'), ('received', 'Received'), ('reception_voided', 'Reception voided'), ('overruled', 'Overruled'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('resolution_changed', 'Resolution changed'), ('refund_requested', 'Refund requested'), ('refund_succeeded', 'Refund succeeded'), ('refund_failed', 'Refund failed'), ('refund_unknown', 'Refund unknown'), ('refund_resolved', 'Refund resolved'), ('exchange_offered', 'Exchange offered'), ('exchange_ordered', 'Exchange ordered'), ('exchange_released', 'Exchange released'), ('exchange_failed', 'Exchange failed'), ('exchange_cancelled', 'Exchange cancelled'), ('exchange_stuck', 'Exchange stuck'), ('exchange_owed', 'Exchange owed'), ('settled', 'Settled'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('reminded', 'Reminded'), ('overdue', 'Overdue'), ('expiry_warned', 'Expiry warned')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='returnevent',
            constraint=check_constraint(check=models.Q(('kind__in', ['created', 'approved', 'declined', 'units_declined', 'address_missing', 'accepted', 'label_added', 'tracking_added', 'received', 'reception_voided', 'overruled', 'closed', 'reopened', 'resolution_changed', 'refund_requested', 'refund_succeeded', 'refund_failed', 'refund_unknown', 'refund_resolved', 'exchange_offered', 'exchange_ordered', 'exchange_released', 'exchange_failed', 'exchange_cancelled', 'exchange_stuck', 'exchange_owed', 'settled', 'cancelled', 'expired', 'reminded', 'overdue', 'expiry_warned'])), name='returns_event_kind'),
        ),
    ]
