"""Orders are found by the store's own reference in any case: a copy of it in lower case."""

from django.core.exceptions import FieldDoesNotExist
from django.db import migrations, models

_AT_ONCE = 2000


def copy_references(apps, schema_editor):
    """Of the orders that have one; as `domain.references.reference_key` folds it."""
    order = apps.get_model("order", "Order")
    record = apps.get_model("saleor_returns_plugin", "OrderRecord")
    try:
        order._meta.get_field("external_reference")
    except FieldDoesNotExist:  # 2.10
        return
    named = order.objects.filter(external_reference__isnull=False).order_by()
    batch = {}
    for key, reference in named.values_list("pk", "external_reference").iterator(_AT_ONCE):
        batch[key] = reference.strip().lower()[:250]
        if len(batch) == _AT_ONCE:
            _write(record, batch)
            batch = {}
    _write(record, batch)


def _write(record, references):
    rows = list(record.objects.filter(order_id__in=references).only("pk", "order_id"))
    for row in rows:
        row.reference = references[row.order_id]
    record.objects.bulk_update(rows, ["reference"])


class Migration(migrations.Migration):

    dependencies = [
        ('saleor_returns_plugin', '0011_money_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderrecord',
            name='reference',
            field=models.CharField(blank=True, help_text="The store's own, in lower case.", max_length=250),
        ),
        migrations.AddIndex(
            model_name='orderrecord',
            index=models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='returns_record_reference'),
        ),
        migrations.RunPython(copy_references, migrations.RunPython.noop),
    ]
