"""Every branch of the flow: deadlines, partial declines, kept goods, undone receptions."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models
import django.db.models.expressions

from ._constraints import check_constraint

FROM_BEFORE = """
UPDATE saleor_returns_plugin_receptionline row SET is_payable =
    row.condition = 'good' OR (
        row.condition = 'damaged'
        AND COALESCE((part.policy_snapshot ->> 'pays_damaged')::boolean, true)
    )
    FROM saleor_returns_plugin_reception reception
    JOIN saleor_returns_plugin_vendorreturn part ON part.id = reception.vendor_return_id
    WHERE reception.id = row.reception_id;
UPDATE saleor_returns_plugin_vendorreturn SET due_at = NULL
    WHERE status IN ('settled', 'declined', 'cancelled', 'expired');
-- Whoever has to act now has the default time, from the upgrade on.
UPDATE saleor_returns_plugin_vendorreturn
    SET waiting_since = now(), due_at = now() + CASE status
        WHEN 'requested' THEN interval '3 days'
        WHEN 'approved' THEN interval '5 days'
        WHEN 'accepted' THEN GREATEST(due_at - now(), interval '7 days')
        ELSE interval '7 days' END
    WHERE status NOT IN ('settled', 'declined', 'cancelled', 'expired');
UPDATE saleor_returns_plugin_returnline line SET waives_fees = reason.waives_fees
    FROM saleor_returns_plugin_returnreason reason WHERE reason.id = line.reason_id;
-- What happened before is no news: neither told anew, nor are old mails sent.
DELETE FROM saleor_returns_plugin_notificationlog WHERE sent_at IS NULL;
INSERT INTO saleor_returns_plugin_notificationlog
    (id, created_at, dedupe_key, kind, subject_id, recipient, sent_at)
    SELECT id, now(), 'told:' || id, 'told', id, '', now() FROM saleor_returns_plugin_returnevent;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('saleor_returns_plugin', '0002_append_only'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='returnline',
            name='returns_line_payable',
        ),
        migrations.RemoveConstraint(
            model_name='vendorshipment',
            name='returns_shipment_one_open',
        ),
        migrations.AddField(
            model_name='notificationlog',
            name='subject_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='reception',
            name='is_closing',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='orderrecord',
            name='followed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='reception',
            name='declined',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='receptionline',
            name='is_overruled',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='receptionline',
            name='is_payable',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='returnline',
            name='waives_fees',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='accept_days',
            field=models.PositiveIntegerField(default=5),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='accept_on_silence',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='approve_days',
            field=models.PositiveIntegerField(default=3),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='inspect_days',
            field=models.PositiveIntegerField(default=7),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='send_back',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='transit_days',
            field=models.PositiveIntegerField(default=3),
        ),
        migrations.AddField(
            model_name='returnportal',
            name='allowed_origins',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='returnportal',
            name='favicon',
            field=models.ImageField(blank=True, upload_to='returns'),
        ),
        migrations.AddField(
            model_name='returnportal',
            name='footer_links',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='returnportal',
            name='locales',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='vendorreturn',
            name='escalated_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='vendorreturn',
            name='expiry_warned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='vendorreturn',
            name='reminded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='vendorreturn',
            name='waiting_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='quantity_taken_back',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='quantity_told',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='notificationlog',
            name='recipient',
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.AlterField(
            model_name='returnevent',
            name='kind',
            field=models.CharField(choices=[('created', 'Created'), ('approved', 'Approved'), ('declined', 'Declined'), ('units_declined', 'Units declined'), ('address_missing', 'Address missing'), ('accepted', 'Accepted'), ('tracking_added', 'Tracking added'), ('received', 'Received'), ('reception_voided', 'Reception voided'), ('overruled', 'Overruled'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('resolution_changed', 'Resolution changed'), ('refund_requested', 'Refund requested'), ('refund_succeeded', 'Refund succeeded'), ('refund_failed', 'Refund failed'), ('refund_unknown', 'Refund unknown'), ('refund_resolved', 'Refund resolved'), ('exchange_ordered', 'Exchange ordered'), ('exchange_released', 'Exchange released'), ('exchange_failed', 'Exchange failed'), ('exchange_cancelled', 'Exchange cancelled'), ('settled', 'Settled'), ('cancelled', 'Cancelled'), ('expired', 'Expired'), ('reminded', 'Reminded'), ('overdue', 'Overdue'), ('expiry_warned', 'Expiry warned')], max_length=24),
        ),
        migrations.RunSQL(FROM_BEFORE, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='notificationlog',
            index=models.Index(condition=models.Q(('sent_at', None)), fields=['created_at'], name='returns_mail_unsent'),
        ),
        migrations.AddIndex(
            model_name='vendorreturn',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='returns_part_due'),
        ),
        migrations.AddConstraint(
            model_name='receptionline',
            constraint=check_constraint(check=models.Q(('is_overruled', False), ('is_payable', True), _connector='OR'), name='returns_receptionline_overruled'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=check_constraint(check=models.Q(('send_back', True), models.Q(('missing', 0), ('received', 0)), _connector='OR'), name='returns_line_kept'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=check_constraint(check=models.Q(('payable__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.F('quantity'), '-', django.db.models.expressions.F('declined')))), name='returns_line_payable'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipmentline',
            constraint=check_constraint(check=models.Q(('quantity_taken_back__lte', django.db.models.expressions.F('quantity_fulfilled'))), name='returns_shipmentline_taken'),
        ),
        migrations.AddConstraint(
            model_name='orderrecord',
            constraint=check_constraint(check=models.Q(('shipping_gross__gte', django.db.models.expressions.F('shipping_net')), ('shipping_net__gte', 0)), name='returns_record_shipping'),
        ),
        migrations.AddConstraint(
            model_name='receptionline',
            constraint=check_constraint(check=models.Q(('condition__in', ['good', 'damaged', 'wrong_item', 'not_acceptable', 'missing'])), name='returns_receptionline_condition'),
        ),
        migrations.AddConstraint(
            model_name='receptionline',
            constraint=check_constraint(check=models.Q(('disposition__in', ['restocked', 'not_restocked'])), name='returns_receptionline_disposition'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('goods_gross__gte', django.db.models.expressions.F('goods_net')), ('goods_net__gte', 0), ('shipping_gross__gte', django.db.models.expressions.F('shipping_net')), ('shipping_net__gte', 0), ('fees_gross__gte', django.db.models.expressions.F('fees_net')), ('fees_net__gte', 0)), name='returns_refund_parts'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('status__in', ['pending', 'succeeded', 'failed', 'unknown'])), name='returns_refund_status'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('method__in', ['original', 'manual'])), name='returns_refund_method'),
        ),
        migrations.AddConstraint(
            model_name='refundline',
            constraint=check_constraint(check=models.Q(('goods_gross__gte', django.db.models.expressions.F('goods_net')), ('goods_net__gte', 0)), name='returns_refundline_goods'),
        ),
        migrations.AddConstraint(
            model_name='returnevent',
            constraint=check_constraint(check=models.Q(('kind__in', ['created', 'approved', 'declined', 'units_declined', 'address_missing', 'accepted', 'tracking_added', 'received', 'reception_voided', 'overruled', 'closed', 'reopened', 'resolution_changed', 'refund_requested', 'refund_succeeded', 'refund_failed', 'refund_unknown', 'refund_resolved', 'exchange_ordered', 'exchange_released', 'exchange_failed', 'exchange_cancelled', 'settled', 'cancelled', 'expired', 'reminded', 'overdue', 'expiry_warned'])), name='returns_event_kind'),
        ),
        migrations.AddConstraint(
            model_name='returnevent',
            constraint=check_constraint(check=models.Q(('actor_kind__in', ['shopper', 'vendor', 'merchant', 'system', 'nobody'])), name='returns_event_actor'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=check_constraint(check=models.Q(('resolution__in', ['refund', 'exchange', 'store_credit'])), name='returns_line_resolution'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('window_anchor__in', ['delivered', 'fulfilled', 'placed'])), name='returns_policy_anchor'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('shipping_refund__in', ['never', 'on_full_return', 'proportional'])), name='returns_policy_shipping'),
        ),
        migrations.AddConstraint(
            model_name='returnrequest',
            constraint=check_constraint(check=models.Q(('status__in', ['awaiting_approval', 'in_progress', 'completed', 'declined', 'cancelled'])), name='returns_request_known_status'),
        ),
        migrations.AddConstraint(
            model_name='returnrequest',
            constraint=check_constraint(check=models.Q(('source__in', ['portal', 'storefront', 'staff'])), name='returns_request_source'),
        ),
        migrations.AddConstraint(
            model_name='vendormember',
            constraint=check_constraint(check=models.Q(('role__in', ['owner', 'staff'])), name='returns_member_role'),
        ),
        migrations.AddConstraint(
            model_name='vendorreturn',
            constraint=check_constraint(check=models.Q(('status__in', ['requested', 'approved', 'accepted', 'in_transit', 'partially_received', 'received', 'settled', 'declined', 'cancelled', 'expired'])), name='returns_part_known_status'),
        ),
        migrations.AddConstraint(
            model_name='vendorreturn',
            constraint=check_constraint(check=models.Q(models.Q(('due_at__isnull', True), ('waiting_since__isnull', True)), ('due_at__gte', django.db.models.expressions.F('waiting_since')), _connector='OR'), name='returns_part_waiting'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipment',
            constraint=check_constraint(check=models.Q(('status__in', ['held', 'open', 'partially_fulfilled', 'fulfilled', 'cancelled'])), name='returns_shipment_known_status'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipmentline',
            constraint=check_constraint(check=models.Q(('quantity__gte', 1)), name='returns_shipmentline_quantity'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipmentline',
            constraint=check_constraint(check=models.Q(('total_gross__gte', django.db.models.expressions.F('total_net')), ('total_net__gte', 0)), name='returns_shipmentline_total'),
        ),
        migrations.AddIndex(
            model_name='returnevent',
            index=BrinIndex(fields=['created_at'], name='returns_event_created'),
        ),
    ]
