"""Positions of units, refunds in parts, and the vendors' ledger."""

from django.db import migrations, models

from ._constraints import check_constraint
import django.db.models.deletion
import django.db.models.expressions
import uuid


APPEND_ONLY = """
CREATE TRIGGER saleor_returns_ledger_append_only
    BEFORE UPDATE OR DELETE ON saleor_returns_plugin_ledgerentry
    FOR EACH ROW EXECUTE PROCEDURE saleor_returns_append_only();
"""
DROP_APPEND_ONLY = """
DROP TRIGGER saleor_returns_ledger_append_only ON saleor_returns_plugin_ledgerentry;
"""
FROM_BEFORE = """
UPDATE saleor_returns_plugin_refund SET paid = amount, succeeded_at = created_at, postings = 0
    WHERE status = 'succeeded';
UPDATE saleor_returns_plugin_refundpart part
    SET status = refund.status, asked_at = part.created_at
    FROM saleor_returns_plugin_refund refund WHERE refund.id = part.refund_id;
"""


def hold_positions(apps, schema_editor):
    """In the order in which they were asked for; refunded units are each line's first."""
    return_line = apps.get_model("saleor_returns_plugin", "ReturnLine")
    refund_line = apps.get_model("saleor_returns_plugin", "RefundLine")
    released = ["declined", "cancelled", "expired"]
    lines = return_line.objects.exclude(vendor_return__status__in=released)
    ends, starts = {}, {}
    for line in lines.order_by("created_at", "id").iterator(chunk_size=2000):
        first = ends.get(line.shipment_line_id, 0)
        end = first + line.quantity - line.declined
        ends[line.shipment_line_id], starts[line.pk] = end, first
        return_line.objects.filter(pk=line.pk).update(positions=[[first, end]] if end > first else [])
    for line in refund_line.objects.exclude(refund__status="failed").order_by("created_at", "id"):
        first = starts.get(line.return_line_id, 0)
        starts[line.return_line_id] = end = first + line.quantity
        refund_line.objects.filter(pk=line.pk).update(positions=[[first, end]])


class Migration(migrations.Migration):

    dependencies = [
        ('saleor_returns_plugin', '0008_invitations'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerClosing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('currency', models.CharField(max_length=3)),
                ('until', models.DateTimeField()),
                ('balance', models.DecimalField(decimal_places=3, max_digits=20)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('sale', 'Sale'), ('commission', 'Commission'), ('refund', 'Refund'), ('commission_reversal', 'Commission reversal'), ('fee', 'Fee'), ('adjustment', 'Adjustment'), ('payout', 'Payout')], max_length=20)),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20)),
                ('currency', models.CharField(max_length=3)),
                ('record_id', models.UUIDField(null=True)),
                ('shipment_line_id', models.UUIDField(null=True)),
                ('refund_id', models.UUIDField(null=True)),
                ('order_number', models.CharField(blank=True, max_length=40)),
                ('note', models.TextField(blank=True)),
                ('actor_name', models.CharField(blank=True, max_length=254)),
                ('idempotency_key', models.CharField(max_length=160, unique=True)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.AlterModelOptions(
            name='refundpart',
            options={'ordering': ['created_at', 'id']},
        ),
        migrations.RemoveConstraint(
            model_name='refund',
            name='returns_refund_sum',
        ),
        migrations.RemoveConstraint(
            model_name='refund',
            name='returns_refund_return_fee',
        ),
        migrations.AddField(
            model_name='orderrecord',
            name='discount',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='orderrecord',
            name='discount_is_estimated',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='orderrecord',
            name='gift_cards',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='orderrecord',
            name='paid_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='orderrecord',
            name='refunded_elsewhere',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='refund',
            name='adjustment',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='refund',
            name='already_refunded',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='refund',
            name='idempotency_digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='refund',
            name='paid',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='refund',
            name='postings',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='refund',
            name='reason',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='reference',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='refund',
            name='return_shipping_fee_net',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='refund',
            name='succeeded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='refundline',
            name='positions',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='refundpart',
            name='asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='refundpart',
            name='is_replaced',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='refundpart',
            name='mark',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='refundpart',
            name='message',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='refundpart',
            name='status',
            field=models.CharField(choices=[('pending', 'Pending'), ('succeeded', 'Succeeded'), ('failed', 'Failed'), ('unknown', 'Unknown')], default='pending', max_length=12),
        ),
        migrations.AddField(
            model_name='returnline',
            name='positions',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='commission_base',
            field=models.CharField(choices=[('net', 'Net'), ('gross', 'Gross')], default='net', max_length=8),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='vendor_bears_shipping',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='vendor_may_refund',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='vendor_refund_limit',
            field=models.DecimalField(decimal_places=3, max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='commission_base',
            field=models.CharField(choices=[('net', 'Net'), ('gross', 'Gross')], default='net', max_length=8),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='discount_share',
            field=models.DecimalField(decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddIndex(
            model_name='refundpart',
            index=models.Index(condition=models.Q(('status__in', ['pending', 'unknown'])), fields=['asked_at'], name='returns_refundpart_open'),
        ),
        migrations.RunSQL(FROM_BEFORE, migrations.RunSQL.noop),
        migrations.RunPython(hold_positions, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='orderrecord',
            constraint=check_constraint(check=models.Q(('refunded_elsewhere__gte', 0)), name='returns_record_elsewhere'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('amount', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.F('goods_gross'), '+', django.db.models.expressions.F('shipping_gross')), '-', django.db.models.expressions.F('fees_gross')), '-', django.db.models.expressions.F('already_refunded')), '+', django.db.models.expressions.F('adjustment')))), name='returns_refund_sum'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('already_refunded__gte', 0)), name='returns_refund_already'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('paid__gte', 0), ('paid__lte', django.db.models.expressions.F('amount'))), name='returns_refund_paid'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(models.Q(('paid', django.db.models.expressions.F('amount')), ('status', 'succeeded'), ('succeeded_at__isnull', False)), models.Q(('status', 'succeeded'), _negated=True), _connector='OR'), name='returns_refund_succeeded'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(models.Q(('method', 'manual'), _negated=True), models.Q(('reference', ''), _negated=True), _connector='OR'), name='returns_refund_reference'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('return_shipping_fee_gross__gte', django.db.models.expressions.F('return_shipping_fee_net')), ('return_shipping_fee_gross__lte', django.db.models.expressions.F('fees_gross')), ('return_shipping_fee_net__gte', 0)), name='returns_refund_return_fee'),
        ),
        migrations.AddConstraint(
            model_name='refundpart',
            constraint=check_constraint(check=models.Q(('status__in', ['pending', 'succeeded', 'failed', 'unknown'])), name='returns_refundpart_status'),
        ),
        migrations.AddConstraint(
            model_name='refundpart',
            constraint=check_constraint(check=models.Q(('is_replaced', False), ('status', 'failed'), _connector='OR'), name='returns_refundpart_replaced'),
        ),
        migrations.AddConstraint(
            model_name='refundpart',
            constraint=check_constraint(check=models.Q(('asked_at__isnull', False), ('status__in', ['pending', 'failed']), _connector='OR'), name='returns_refundpart_asked'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('vendor_refund_limit__isnull', True), models.Q(('vendor_refund_limit__gte', 0), models.Q(('channel', ''), _negated=True)), _connector='OR'), name='returns_policy_limit'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('commission_base__in', ['net', 'gross'])), name='returns_policy_base'),
        ),
        migrations.AddConstraint(
            model_name='vendorshipmentline',
            constraint=check_constraint(check=models.Q(('commission_base__in', ['net', 'gross'])), name='returns_shipmentline_base'),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='vendor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger_entries', to='saleor_returns_plugin.vendor'),
        ),
        migrations.AddField(
            model_name='ledgerclosing',
            name='vendor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ledger_closings', to='saleor_returns_plugin.vendor'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['vendor', 'currency', 'created_at', 'id'], include=('amount',), name='returns_ledger_statement'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['shipment_line_id'], name='returns_ledger_line'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['record_id'], name='returns_ledger_record'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['refund_id'], name='returns_ledger_refund'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=check_constraint(check=models.Q(('amount', 0), _negated=True), name='returns_ledger_amount'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=check_constraint(check=models.Q(('kind__in', ['sale', 'commission', 'refund', 'commission_reversal', 'fee', 'adjustment', 'payout'])), name='returns_ledger_kind'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=check_constraint(check=models.Q(('currency__regex', '^[A-Z]{3}$')), name='returns_ledger_currency'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=check_constraint(check=models.Q(('idempotency_key', ''), _negated=True), name='returns_ledger_key'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=check_constraint(check=models.Q(models.Q(('kind__in', ['payout', 'adjustment']), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='returns_ledger_note'),
        ),
        migrations.AddConstraint(
            model_name='ledgerclosing',
            constraint=models.UniqueConstraint(fields=('vendor', 'currency', 'until'), name='returns_closing_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerclosing',
            constraint=check_constraint(check=models.Q(('currency__regex', '^[A-Z]{3}$')), name='returns_closing_currency'),
        ),
        migrations.RunSQL(APPEND_ONLY, DROP_APPEND_ONLY),
    ]
