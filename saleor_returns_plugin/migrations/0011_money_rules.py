"""Policies without a channel name their currency; lines that staff took out of an order are told apart."""

from django.db import migrations, models

from ._constraints import check_constraint


class Migration(migrations.Migration):
    dependencies = [("saleor_returns_plugin", "0010_refund_parts_looked_at")]

    operations = [
        migrations.RemoveConstraint(
            model_name='returnpolicy',
            name='returns_policy_fee_channel',
        ),
        migrations.RemoveConstraint(
            model_name='returnpolicy',
            name='returns_policy_limit',
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='currency',
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.AddField(
            model_name='vendorshipmentline',
            name='is_removed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='vendorshipmentline',
            constraint=check_constraint(check=models.Q(('is_removed', False), ('order_line__isnull', True), _connector='OR'), name='returns_shipmentline_removed'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('currency', ''), models.Q(('channel', ''), ('currency__regex', '^[A-Z]{3}$')), _connector='OR'), name='returns_policy_currency'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('return_shipping_fee', 0), models.Q(('channel', ''), _negated=True), models.Q(('currency', ''), _negated=True), _connector='OR'), name='returns_policy_fee_currency'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('vendor_refund_limit__isnull', True), models.Q(('vendor_refund_limit__gte', 0), models.Q(models.Q(('channel', ''), _negated=True), models.Q(('currency', ''), _negated=True), _connector='OR')), _connector='OR'), name='returns_policy_limit'),
        ),
    ]
