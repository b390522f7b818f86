"""Labels for parcels, out and back."""

from django.db import migrations, models
import django.db.models.deletion
import uuid

from saleor_returns_plugin.models.labels import label_storage

from ._constraints import check_constraint


class Migration(migrations.Migration):

    dependencies = [
        ('saleor_returns_plugin', '0013_exchanges'),
    ]

    operations = [
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('shipment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='label', to='saleor_returns_plugin.vendorshipment')),
                ('vendor_return', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='label', to='saleor_returns_plugin.vendorreturn')),
                ('kind', models.CharField(choices=[('pdf', 'Pdf'), ('png', 'Png'), ('link', 'Link')], max_length=8)),
                ('file', models.FileField(blank=True, max_length=200, storage=label_storage, upload_to='returns/labels')),
                ('link', models.CharField(blank=True, max_length=2000)),
                ('carrier', models.CharField(blank=True, max_length=200)),
                ('number', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='returnevent',
            name='returns_event_kind',
        ),
        migrations.AlterField(
            model_name='returnevent',
            name='kind',
            field=models.CharField(choices=[('created', 'Created'), ('approved', 'Approved'), ('declined', 'Declined'), ('units_declined', 'Units declined'), ('address_missing', 'Address missing'), ('accepted', 'Accepted'), ('label_added', 'Label added'), ('tracking_added', 'Tracking added'), ('received', 'Received'), ('reception_voided', 'Reception voided'), ('overruled', 'Overruled'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('resolution_changed', 'Resolution changed'), ('refund_requested', 'Refund requested'), ('refund_succeeded', 'Refund succeeded'), ('refund_failed', 'Refund failed'), ('refund_unknown', 'Refund unknown'), ('refund_resolved', 'Refund resolved'), ('exchange_offered', 'Exchange offered'), ('exchange_ordered', 'Exchange ordered'), ('exchange_released', 'Exchange released'), ('exchange_failed', 'Exchange failed'), ('exchange_cancelled', 'Exchange cancelled'), ('exchange_owed', 'Exchange owed'), ('settled', 'Settled'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('reminded', 'Reminded'), ('overdue', 'Overdue'), ('expiry_warned', 'Expiry warned')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='returnevent',
            constraint=check_constraint(check=models.Q(('kind__in', ['created', 'approved', 'declined', 'units_declined', 'address_missing', 'accepted', 'label_added', 'tracking_added', 'received', 'reception_voided', 'overruled', 'closed', 'reopened', 'resolution_changed', 'refund_requested', 'refund_succeeded', 'refund_failed', 'refund_unknown', 'refund_resolved', 'exchange_offered', 'exchange_ordered', 'exchange_released', 'exchange_failed', 'exchange_cancelled', 'exchange_owed', 'settled', 'cancelled', 'expired', 'reminded', 'overdue', 'expiry_warned'])), name='returns_event_kind'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=check_constraint(check=models.Q(('kind__in', ['pdf', 'png', 'link'])), name='returns_label_kind'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=check_constraint(check=models.Q(models.Q(('shipment__isnull', False), ('vendor_return__isnull', True)), models.Q(('shipment__isnull', True), ('vendor_return__isnull', False)), _connector='OR'), name='returns_label_of_one'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=check_constraint(check=models.Q(models.Q(('file', ''), ('kind', 'link'), models.Q(('link', ''), _negated=True)), models.Q(models.Q(('kind', 'link'), _negated=True), models.Q(('file', ''), _negated=True), ('link', '')), _connector='OR'), name='returns_label_content'),
        ),
    ]
