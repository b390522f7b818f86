"""Indexes for search, for the newest rows of a vendor, and for the orders of an e-mail address."""

import django.contrib.postgres.indexes
from django.db import migrations, models
import django.db.models.expressions
import django.db.models.functions.text


class Migration(migrations.Migration):

    dependencies = [
        ('saleor_returns_plugin', '0003_whole_flow'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='orderrecord',
            index=models.Index(django.db.models.functions.text.Lower('email'), django.db.models.expressions.OrderBy(django.db.models.expressions.F('placed_at'), descending=True), name='returns_record_email'),
        ),
        migrations.AddIndex(
            model_name='vendorreturn',
            index=models.Index(django.db.models.expressions.F('vendor'), django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), django.db.models.expressions.OrderBy(django.db.models.expressions.F('id'), descending=True), name='returns_part_of_vendor'),
        ),
        migrations.AddIndex(
            model_name='vendorshipment',
            index=models.Index(django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), django.db.models.expressions.OrderBy(django.db.models.expressions.F('id'), descending=True), name='returns_shipment_newest'),
        ),
        migrations.AddIndex(
            model_name='vendorshipment',
            index=models.Index(django.db.models.expressions.F('vendor'), django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), django.db.models.expressions.OrderBy(django.db.models.expressions.F('id'), descending=True), name='returns_shipment_of_vendor'),
        ),
        migrations.AddIndex(
            model_name='vendorshipmentline',
            index=django.contrib.postgres.indexes.GinIndex(fields=['sku', 'product_name'], name='returns_shipmentline_search', opclasses=['gin_trgm_ops', 'gin_trgm_ops']),
        ),
    ]
