"""Indexes for the list sorted by status, for the merchant and for a vendor."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("saleor_returns_plugin", "0005_one_row_rules"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='vendorreturn',
            index=models.Index(fields=['status', 'id'], name='returns_part_by_status'),
        ),
        migrations.AddIndex(
            model_name='vendorreturn',
            index=models.Index(fields=['vendor', 'status', 'id'], name='returns_part_vendor_by_status'),
        ),
    ]
