"""Exchanges, and what their goods are worth."""

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion
import django.db.models.expressions
import uuid

from ._constraints import check_constraint
from ._host import dependencies


class Migration(migrations.Migration):

    dependencies = [
        *dependencies(),
        ('saleor_returns_plugin', '0012_order_references'),
    ]

    operations = [
        migrations.CreateModel(
            name='Exchange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('awaiting_payment', 'Awaiting payment'), ('ordered', 'Ordered'), ('released', 'Released'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], max_length=20)),
                ('order_number', models.CharField(blank=True, max_length=40)),
                ('currency', models.CharField(max_length=3)),
                ('difference', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('release_rule', models.CharField(choices=[('on_accept', 'On accept'), ('on_tracking', 'On tracking'), ('on_reception', 'On reception')], max_length=16)),
                ('charges_vendor', models.BooleanField(default=True)),
                ('notifies_customer', models.BooleanField(null=True)),
                ('idempotency_key', models.CharField(max_length=120, null=True)),
                ('idempotency_digest', models.CharField(blank=True, max_length=64)),
                ('failure', models.TextField(blank=True)),
                ('failure_code', models.CharField(blank=True, max_length=40)),
                ('asked_at', models.DateTimeField(null=True)),
                ('ordered_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ExchangeLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=810)),
                ('sku', models.CharField(blank=True, max_length=255)),
                ('quantity', models.PositiveIntegerField()),
                ('positions', models.JSONField(default=list)),
                ('unit_price', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('carried_net', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('carried_gross', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('carried_commission', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='returnevent',
            name='returns_event_kind',
        ),
        migrations.RemoveConstraint(
            model_name='returnevent',
            name='returns_event_statuses',
        ),
        migrations.RemoveConstraint(
            model_name='returnpolicy',
            name='returns_policy_days',
        ),
        migrations.AddField(
            model_name='returnline',
            name='exchange_difference',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='returnline',
            name='exchange_name',
            field=models.CharField(blank=True, max_length=810),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='exchange_offer_days',
            field=models.PositiveIntegerField(default=7),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='exchange_pricing',
            field=models.CharField(choices=[('same_price', 'Same price'), ('absorbed', 'Absorbed'), ('settled', 'Settled')], default='same_price', max_length=16),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='exchange_release',
            field=models.CharField(choices=[('on_accept', 'On accept'), ('on_tracking', 'On tracking'), ('on_reception', 'On reception')], default='on_reception', max_length=16),
        ),
        migrations.AddField(
            model_name='returnportal',
            name='checkout_url',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='returnportal',
            name='notify_exchange_orders',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='carried_commission',
            field=models.DecimalField(decimal_places=3, max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='carried_gross',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='carried_net',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='is_charged',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='moved_commission',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='moved_gross',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AlterField(
            model_name='returnevent',
            name='kind',
            field=models.CharField(choices=[('created', 'Created'), ('approved', 'Approved'), ('declined', 'Declined'), ('units_declined', 'Units declined'), ('address_missing', 'Address missing'), ('accepted', 'Accepted'), ('tracking_added', 'Tracking added'), ('received', 'Received'), ('reception_voided', 'Reception voided'), ('overruled', 'Overruled'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('resolution_changed', 'Resolution changed'), ('refund_requested', 'Refund requested'), ('refund_succeeded', 'Refund succeeded'), ('refund_failed', 'Refund failed'), ('refund_unknown', 'Refund unknown'), ('refund_resolved', 'Refund resolved'), ('exchange_offered', 'Exchange offered'), ('exchange_ordered', 'Exchange ordered'), ('exchange_released', 'Exchange released'), ('exchange_failed', 'Exchange failed'), ('exchange_cancelled', 'Exchange cancelled'), ('exchange_owed', 'Exchange owed'), ('settled', 'Settled'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('reminded', 'Reminded'), ('overdue', 'Overdue'), ('expiry_warned', 'Expiry warned')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='returnevent',
            constraint=check_constraint(check=models.Q(('kind__in', ['created', 'approved', 'declined', 'units_declined', 'address_missing', 'accepted', 'tracking_added', 'received', 'reception_voided', 'overruled', 'closed', 'reopened', 'resolution_changed', 'refund_requested', 'refund_succeeded', 'refund_failed', 'refund_unknown', 'refund_resolved', 'exchange_offered', 'exchange_ordered', 'exchange_released', 'exchange_failed', 'exchange_cancelled', 'exchange_owed', 'settled', 'cancelled', 'expired', 'reminded', 'overdue', 'expiry_warned'])), name='returns_event_kind'),
        ),
        migrations.AddConstraint(
            model_name='returnevent',
            constraint=check_constraint(check=models.Q(('from_status__in', ['', 'accepted', 'approved', 'awaiting_approval', 'awaiting_payment', 'cancelled', 'completed', 'declined', 'expired', 'failed', 'in_progress', 'in_transit', 'ordered', 'partially_received', 'pending', 'received', 'released', 'requested', 'settled', 'succeeded', 'unknown']), ('to_status__in', ['', 'accepted', 'approved', 'awaiting_approval', 'awaiting_payment', 'cancelled', 'completed', 'declined', 'expired', 'failed', 'in_progress', 'in_transit', 'ordered', 'partially_received', 'pending', 'received', 'released', 'requested', 'settled', 'succeeded', 'unknown'])), name='returns_event_statuses'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=check_constraint(check=models.Q(('resolution', 'exchange'), models.Q(('exchange_difference', 0), ('exchange_name', '')), _connector='OR'), name='returns_line_exchange'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('accept_days__gte', 1), ('approve_days__gte', 1), ('exchange_offer_days__gte', 1), ('inspect_days__gte', 1), ('send_back_days__gte', 1)), name='returns_policy_days'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('exchange_release__in', ['on_accept', 'on_tracking', 'on_reception'])), name='returns_policy_release'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('exchange_pricing__in', ['same_price', 'absorbed', 'settled'])), name='returns_policy_pricing'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipmentline',
            constraint=check_constraint(check=models.Q(('carried_gross__gte', django.db.models.expressions.F('carried_net')), ('carried_gross__lte', django.db.models.expressions.F('total_gross')), ('carried_net__gte', 0), ('carried_net__lte', django.db.models.expressions.F('total_net'))), name='returns_shipmentline_carried'),
        ),
        migrations.AddField(
            model_name='exchangeline',
            name='exchange',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='saleor_returns_plugin.exchange'),
        ),
        migrations.AddField(
            model_name='exchangeline',
            name='return_line',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exchange_lines', to='saleor_returns_plugin.returnline'),
        ),
        migrations.AddField(
            model_name='exchangeline',
            name='shipment_line',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exchange_lines', to='saleor_returns_plugin.vendorshipmentline'),
        ),
        migrations.AddField(
            model_name='exchangeline',
            name='variant',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='product.productvariant'),
        ),
        migrations.AddField(
            model_name='exchange',
            name='order',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='order.order'),
        ),
        migrations.AddField(
            model_name='exchange',
            name='user',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='exchange',
            name='vendor_return',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exchanges', to='saleor_returns_plugin.vendorreturn'),
        ),
        migrations.AddConstraint(
            model_name='exchangeline',
            constraint=check_constraint(check=models.Q(('quantity__gte', 1)), name='returns_exchangeline_quantity'),
        ),
        migrations.AddConstraint(
            model_name='exchangeline',
            constraint=check_constraint(check=models.Q(('unit_price__gte', 0)), name='returns_exchangeline_price'),
        ),
        migrations.AddConstraint(
            model_name='exchangeline',
            constraint=check_constraint(check=models.Q(('carried_gross__gte', django.db.models.expressions.F('carried_net')), ('carried_net__gte', 0)), name='returns_exchangeline_carried'),
        ),
        migrations.AddConstraint(
            model_name='exchangeline',
            constraint=check_constraint(check=models.Q(('name', ''), _negated=True), name='returns_exchangeline_name'),
        ),
        migrations.AddIndex(
            model_name='exchange',
            index=models.Index(fields=['order'], name='returns_exchange_order'),
        ),
        migrations.AddIndex(
            model_name='exchange',
            index=models.Index(condition=models.Q(('status__in', ['pending', 'awaiting_payment']), models.Q(('status', 'cancelled'), ('withdrawn_at__isnull', True)), _connector='OR'), fields=['created_at'], name='returns_exchange_open'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(('status__in', ['pending', 'awaiting_payment', 'ordered', 'released', 'failed', 'cancelled'])), name='returns_exchange_status'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(('release_rule__in', ['on_accept', 'on_tracking', 'on_reception'])), name='returns_exchange_release'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(('currency__regex', '^[A-Z]{3}$')), name='returns_exchange_currency'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(('difference__gte', 0)), name='returns_exchange_difference'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(models.Q(('status', 'failed'), _negated=True), models.Q(('failure', ''), _negated=True), _connector='OR'), name='returns_exchange_failed'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(models.Q(('status__in', ['ordered', 'released']), _negated=True), models.Q(('ordered_at__isnull', False), models.Q(('order_number', ''), _negated=True)), _connector='OR'), name='returns_exchange_ordered'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(models.Q(('status', 'released'), _negated=True), ('released_at__isnull', False), _connector='OR'), name='returns_exchange_released'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=check_constraint(check=models.Q(('idempotency_key', ''), _negated=True), name='returns_exchange_key'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['awaiting_payment', 'failed', 'ordered', 'pending', 'released'])), fields=('vendor_return',), name='returns_exchange_one_live'),
        ),
    ]
