"""A constraint for every rule that one row can break; and what came back, by time."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models
import django.db.models.expressions

from ._constraints import check_constraint

FROM_BEFORE = """
UPDATE saleor_returns_plugin_vendorreturn
    SET due_at = NULL, waiting_since = NULL, reminded_at = NULL, escalated_at = NULL,
        expiry_warned_at = NULL
    WHERE status IN ('settled', 'declined', 'cancelled', 'expired');
UPDATE saleor_returns_plugin_vendorreturn
    SET waiting_since = COALESCE(waiting_since, created_at),
        due_at = GREATEST(due_at, COALESCE(waiting_since, created_at))
    WHERE (due_at IS NULL OR waiting_since IS NULL)
    AND status NOT IN ('settled', 'declined', 'cancelled', 'expired');
UPDATE saleor_returns_plugin_vendorshipment SET delivered_at = NULL WHERE fulfilled_at IS NULL;
UPDATE saleor_returns_plugin_receptionline SET note = '-'
    WHERE note = '' AND condition IN ('wrong_item', 'not_acceptable');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('saleor_returns_plugin', '0004_search'),
    ]

    operations = [
        migrations.RunSQL(FROM_BEFORE, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='vendorreturn',
            name='returns_part_waiting',
        ),
        migrations.AddConstraint(
            model_name='notificationlog',
            constraint=check_constraint(check=models.Q(models.Q(('dedupe_key', ''), _negated=True), models.Q(('kind', ''), _negated=True)), name='returns_notice_given'),
        ),
        migrations.AddConstraint(
            model_name='notificationlog',
            constraint=check_constraint(check=models.Q(models.Q(('kind', 'told'), ('recipient', ''), ('sent_at__isnull', False)), models.Q(models.Q(('kind', 'told'), _negated=True), models.Q(('recipient', ''), _negated=True)), _connector='OR'), name='returns_notice_told'),
        ),
        migrations.AddConstraint(
            model_name='orderrecord',
            constraint=check_constraint(check=models.Q(('number', ''), _negated=True), name='returns_record_number'),
        ),
        migrations.AddConstraint(
            model_name='orderrecord',
            constraint=check_constraint(check=models.Q(('currency__regex', '^[A-Z]{3}$')), name='returns_record_currency'),
        ),
        migrations.AddConstraint(
            model_name='orderrecord',
            constraint=check_constraint(check=models.Q(('root__isnull', True), models.Q(('root', django.db.models.expressions.F('id')), _negated=True), _connector='OR'), name='returns_record_root'),
        ),
        migrations.AddIndex(
            model_name='reception',
            index=BrinIndex(fields=['created_at'], name='returns_reception_created'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=check_constraint(check=models.Q(('idempotency_key', ''), _negated=True), name='returns_reception_key_given'),
        ),
        migrations.AddConstraint(
            model_name='receptionline',
            constraint=check_constraint(check=models.Q(models.Q(('condition__in', ['wrong_item', 'not_acceptable']), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='returns_receptionline_note'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('amount', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.F('goods_gross'), '+', django.db.models.expressions.F('shipping_gross')), '-', django.db.models.expressions.F('fees_gross')))), name='returns_refund_sum'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('return_shipping_fee_gross__gte', 0), ('return_shipping_fee_gross__lte', django.db.models.expressions.F('fees_gross'))), name='returns_refund_return_fee'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(models.Q(('status', 'succeeded'), _negated=True), ('failure', ''), _connector='OR'), name='returns_refund_no_failure'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('idempotency_key', ''), _negated=True), name='returns_refund_key'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('currency__regex', '^[A-Z]{3}$')), name='returns_refund_currency'),
        ),
        migrations.AddConstraint(
            model_name='refundpart',
            constraint=check_constraint(check=models.Q(('payment_reference', ''), _negated=True), name='returns_refundpart_reference'),
        ),
        migrations.AddConstraint(
            model_name='returnevent',
            constraint=check_constraint(check=models.Q(('from_status__in', ['', 'accepted', 'approved', 'awaiting_approval', 'cancelled', 'completed', 'declined', 'expired', 'failed', 'in_progress', 'in_transit', 'partially_received', 'pending', 'received', 'requested', 'settled', 'succeeded', 'unknown']), ('to_status__in', ['', 'accepted', 'approved', 'awaiting_approval', 'cancelled', 'completed', 'declined', 'expired', 'failed', 'in_progress', 'in_transit', 'partially_received', 'pending', 'received', 'requested', 'settled', 'succeeded', 'unknown'])), name='returns_event_statuses'),
        ),
        migrations.AddConstraint(
            model_name='returnevent',
            constraint=check_constraint(check=models.Q(('kind', 'created'), ('vendor_return__isnull', False), _connector='OR'), name='returns_event_part'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=check_constraint(check=models.Q(('send_back', False), ('payable__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.F('received'), '+', django.db.models.expressions.F('missing'))), _connector='OR'), name='returns_line_payable_arrived'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('return_shipping_fee', 0), models.Q(('channel', ''), _negated=True), _connector='OR'), name='returns_policy_fee_channel'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('resolutions', []), _negated=True), name='returns_policy_offers'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('accept_days__gte', 1), ('approve_days__gte', 1), ('inspect_days__gte', 1), ('send_back_days__gte', 1)), name='returns_policy_days'),
        ),
        migrations.AddConstraint(
            model_name='returnreason',
            constraint=check_constraint(check=models.Q(models.Q(('code', ''), _negated=True), models.Q(('label', ''), _negated=True)), name='returns_reason_given'),
        ),
        migrations.AddConstraint(
            model_name='returnrequest',
            constraint=check_constraint(check=models.Q(models.Q(('number', ''), _negated=True), models.Q(('idempotency_key', ''), _negated=True)), name='returns_request_given'),
        ),
        migrations.AddConstraint(
            model_name='vendor',
            constraint=check_constraint(check=models.Q(models.Q(('slug', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='returns_vendor_given'),
        ),
        migrations.AddConstraint(
            model_name='vendor',
            constraint=check_constraint(check=models.Q(('is_in_house', False), ('is_active', True), _connector='OR'), name='returns_vendor_store_active'),
        ),
        migrations.AddConstraint(
            model_name='vendorreturn',
            constraint=check_constraint(check=models.Q(('number', ''), _negated=True), name='returns_part_given'),
        ),
        migrations.AddConstraint(
            model_name='vendorreturn',
            constraint=check_constraint(check=models.Q(models.Q(('due_at__isnull', True), ('escalated_at__isnull', True), ('expiry_warned_at__isnull', True), ('reminded_at__isnull', True), ('status__in', ['cancelled', 'declined', 'expired', 'settled']), ('waiting_since__isnull', True)), models.Q(models.Q(('status__in', ['cancelled', 'declined', 'expired', 'settled']), _negated=True), ('due_at__gte', django.db.models.expressions.F('waiting_since')), ('due_at__isnull', False), ('waiting_since__isnull', False)), _connector='OR'), name='returns_part_waiting'),
        ),
        migrations.AddConstraint(
            model_name='vendorreturn',
            constraint=check_constraint(check=models.Q(models.Q(('status', 'declined'), _negated=True), models.Q(('decline_reason', ''), _negated=True), _connector='OR'), name='returns_part_declined'),
        ),
        migrations.AddConstraint(
            model_name='vendorreturn',
            constraint=check_constraint(check=models.Q(models.Q(('status__in', ['accepted', 'in_transit']), _negated=True), models.Q(('return_address__isnull', False), ('return_instructions__isnull', False)), _connector='OR'), name='returns_part_accepted'),
        ),
        migrations.AddConstraint(
            model_name='vendorreturn',
            constraint=check_constraint(check=models.Q(models.Q(('status', 'in_transit'), _negated=True), ('tracking__isnull', False), _connector='OR'), name='returns_part_tracked'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipment',
            constraint=check_constraint(check=models.Q(('number', ''), _negated=True), name='returns_shipment_given'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipment',
            constraint=check_constraint(check=models.Q(models.Q(('status', 'held'), _negated=True), models.Q(('hold_reason', ''), _negated=True), _connector='OR'), name='returns_shipment_held'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipment',
            constraint=check_constraint(check=models.Q(('delivered_at__isnull', True), ('fulfilled_at__isnull', False), _connector='OR'), name='returns_shipment_delivered'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipmentline',
            constraint=check_constraint(check=models.Q(('commission_rate__gte', 0), ('commission_rate__lte', 100)), name='returns_shipmentline_commission'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipmentline',
            constraint=check_constraint(check=models.Q(('quantity_told__lte', django.db.models.expressions.F('quantity'))), name='returns_shipmentline_told'),
        ),
    ]
