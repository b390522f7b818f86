from django.conf import settings
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from ._constraints import check_constraint
from ._host import dependencies
import django.db.models.deletion
import django.db.models.expressions
import saleor_returns_plugin.models.policies
import uuid


class Migration(migrations.Migration):

    initial = True

    dependencies = dependencies()

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='NotificationLog',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('dedupe_key', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('recipient', models.CharField(max_length=254)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OrderRecord',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.CharField(db_index=True, max_length=40)),
                ('placed_at', models.DateTimeField()),
                ('email', models.CharField(max_length=254)),
                ('channel', models.CharField(blank=True, max_length=250)),
                ('language', models.CharField(blank=True, max_length=35)),
                ('currency', models.CharField(max_length=3)),
                ('shipping_net', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('shipping_gross', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('shipping_address', models.JSONField(blank=True, default=dict)),
                ('is_cancelled', models.BooleanField(default=False)),
                ('frozen_at', models.DateTimeField(null=True)),
                ('vendors_told_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Reception',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('idempotency_key', models.CharField(max_length=120, null=True)),
                ('idempotency_digest', models.CharField(blank=True, max_length=64)),
                ('is_voided', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='ReceptionLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('quantity', models.PositiveIntegerField()),
                ('condition', models.CharField(choices=[('good', 'Good'), ('damaged', 'Damaged'), ('wrong_item', 'Wrong item'), ('not_acceptable', 'Not acceptable'), ('missing', 'Missing')], max_length=20)),
                ('disposition', models.CharField(choices=[('restocked', 'Restocked'), ('not_restocked', 'Not restocked')], max_length=20, null=True)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('succeeded', 'Succeeded'), ('failed', 'Failed'), ('unknown', 'Unknown')], max_length=12)),
                ('method', models.CharField(choices=[('original', 'Original'), ('manual', 'Manual')], max_length=12)),
                ('idempotency_key', models.CharField(max_length=120, unique=True)),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20)),
                ('currency', models.CharField(max_length=3)),
                ('goods_net', models.DecimalField(decimal_places=3, max_digits=20)),
                ('goods_gross', models.DecimalField(decimal_places=3, max_digits=20)),
                ('shipping_net', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('shipping_gross', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('fees_net', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('fees_gross', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('return_shipping_fee_gross', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('steps', models.JSONField(default=list)),
                ('failure', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RefundLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('quantity', models.PositiveIntegerField()),
                ('goods_net', models.DecimalField(decimal_places=3, max_digits=20)),
                ('goods_gross', models.DecimalField(decimal_places=3, max_digits=20)),
            ],
        ),
        migrations.CreateModel(
            name='RefundPart',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('payment_reference', models.CharField(max_length=120)),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20)),
                ('psp_reference', models.CharField(blank=True, max_length=255)),
            ],
        ),
        migrations.CreateModel(
            name='ReturnEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('created', 'Created'), ('approved', 'Approved'), ('declined', 'Declined'), ('accepted', 'Accepted'), ('tracking_added', 'Tracking added'), ('received', 'Received'), ('reception_voided', 'Reception voided'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('resolution_changed', 'Resolution changed'), ('refund_requested', 'Refund requested'), ('refund_succeeded', 'Refund succeeded'), ('refund_failed', 'Refund failed'), ('refund_unknown', 'Refund unknown'), ('refund_resolved', 'Refund resolved'), ('exchange_ordered', 'Exchange ordered'), ('exchange_released', 'Exchange released'), ('exchange_failed', 'Exchange failed'), ('exchange_cancelled', 'Exchange cancelled'), ('settled', 'Settled'), ('cancelled', 'Cancelled'), ('expired', 'Expired')], max_length=24)),
                ('actor_kind', models.CharField(choices=[('shopper', 'Shopper'), ('vendor', 'Vendor'), ('merchant', 'Merchant'), ('system', 'System'), ('nobody', 'Nobody')], max_length=12)),
                ('actor_id', models.CharField(blank=True, max_length=64)),
                ('actor_name', models.CharField(blank=True, max_length=254)),
                ('is_override', models.BooleanField(default=False)),
                ('from_status', models.CharField(blank=True, max_length=20)),
                ('to_status', models.CharField(blank=True, max_length=20)),
                ('message', models.TextField(blank=True)),
                ('data', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('quantity', models.PositiveIntegerField()),
                ('declined', models.PositiveIntegerField(default=0)),
                ('received', models.PositiveIntegerField(default=0)),
                ('missing', models.PositiveIntegerField(default=0)),
                ('payable', models.PositiveIntegerField(default=0)),
                ('reason_label', models.CharField(blank=True, max_length=200)),
                ('note', models.TextField(blank=True)),
                ('resolution', models.CharField(choices=[('refund', 'Refund'), ('exchange', 'Exchange'), ('store_credit', 'Store credit')], max_length=20)),
                ('send_back', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnPolicy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('channel', models.CharField(blank=True, max_length=250)),
                ('window_days', models.PositiveIntegerField(default=30, null=True)),
                ('window_anchor', models.CharField(choices=[('delivered', 'Delivered'), ('fulfilled', 'Fulfilled'), ('placed', 'Placed')], default='delivered', max_length=12)),
                ('resolutions', models.JSONField(default=saleor_returns_plugin.models.policies.default_resolutions)),
                ('restocking_fee_percent', models.DecimalField(decimal_places=3, default=0, max_digits=6)),
                ('return_shipping_fee', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('shipping_refund', models.CharField(choices=[('never', 'Never'), ('on_full_return', 'On full return'), ('proportional', 'Proportional')], default='on_full_return', max_length=16)),
                ('returnable', models.BooleanField(default=True)),
                ('pays_damaged', models.BooleanField(default=True)),
                ('auto_approve', models.BooleanField(default=False)),
                ('send_back_days', models.PositiveIntegerField(default=21)),
            ],
        ),
        migrations.CreateModel(
            name='ReturnPortal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('channel', models.CharField(blank=True, max_length=250, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('logo', models.ImageField(blank=True, upload_to='returns')),
                ('colors', models.JSONField(blank=True, default=dict)),
                ('domain', models.CharField(max_length=253, null=True, unique=True)),
                ('welcome_text', models.TextField(blank=True)),
                ('support_email', models.EmailField(blank=True, max_length=254)),
                ('show_vendor_names', models.BooleanField(default=True)),
                ('sender_name', models.CharField(blank=True, max_length=200)),
                ('merchant_emails', models.JSONField(blank=True, default=list)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReturnReason',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('code', models.SlugField(max_length=60, unique=True)),
                ('label', models.CharField(max_length=200)),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('waives_fees', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.CharField(max_length=60, unique=True)),
                ('email', models.CharField(max_length=254)),
                ('channel', models.CharField(blank=True, max_length=250)),
                ('locale', models.CharField(blank=True, max_length=35)),
                ('source', models.CharField(choices=[('portal', 'Portal'), ('storefront', 'Storefront'), ('staff', 'Staff')], max_length=12)),
                ('status', models.CharField(choices=[('awaiting_approval', 'Awaiting approval'), ('in_progress', 'In progress'), ('completed', 'Completed'), ('declined', 'Declined'), ('cancelled', 'Cancelled')], max_length=20)),
                ('note', models.TextField(blank=True)),
                ('idempotency_key', models.CharField(max_length=120, null=True)),
                ('idempotency_digest', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Vendor',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('return_address', models.JSONField(blank=True, default=dict)),
                ('return_instructions', models.TextField(blank=True)),
                ('commission_rate', models.DecimalField(decimal_places=3, default=0, help_text='Percent of the net price.', max_digits=6)),
                ('auto_accept_returns', models.BooleanField(default=False)),
                ('is_in_house', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('metadata', models.JSONField(blank=True, default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='VendorShipment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.CharField(max_length=60, unique=True)),
                ('status', models.CharField(choices=[('held', 'Held'), ('open', 'Open'), ('partially_fulfilled', 'Partially fulfilled'), ('fulfilled', 'Fulfilled'), ('cancelled', 'Cancelled')], default='open', max_length=20)),
                ('hold_reason', models.CharField(blank=True, max_length=200)),
                ('tracking', models.JSONField(blank=True, default=list)),
                ('fulfilled_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='saleor_returns_plugin.orderrecord')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='saleor_returns_plugin.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='VendorShipmentLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('product_name', models.CharField(max_length=400)),
                ('variant_name', models.CharField(blank=True, max_length=400)),
                ('sku', models.CharField(blank=True, max_length=255)),
                ('thumbnail_url', models.CharField(blank=True, max_length=500)),
                ('quantity', models.PositiveIntegerField()),
                ('quantity_fulfilled', models.PositiveIntegerField(default=0)),
                ('total_net', models.DecimalField(decimal_places=3, max_digits=20)),
                ('total_gross', models.DecimalField(decimal_places=3, max_digits=20)),
                ('commission_rate', models.DecimalField(decimal_places=3, default=0, max_digits=6)),
                ('order_line', models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='order.orderline')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='product.product')),
                ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='saleor_returns_plugin.vendorshipment')),
                ('variant', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='product.productvariant')),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='VendorReturn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.CharField(max_length=60, unique=True)),
                ('status', models.CharField(choices=[('requested', 'Requested'), ('approved', 'Approved'), ('accepted', 'Accepted'), ('in_transit', 'In transit'), ('partially_received', 'Partially received'), ('received', 'Received'), ('settled', 'Settled'), ('declined', 'Declined'), ('cancelled', 'Cancelled'), ('expired', 'Expired')], max_length=20)),
                ('policy_snapshot', models.JSONField(default=dict)),
                ('quote_snapshot', models.JSONField(default=dict)),
                ('return_address', models.JSONField(null=True)),
                ('return_instructions', models.TextField(null=True)),
                ('tracking', models.JSONField(null=True)),
                ('decline_reason', models.TextField(blank=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vendor_returns', to='saleor_returns_plugin.returnrequest')),
                ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vendor_returns', to='saleor_returns_plugin.vendorshipment')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vendor_returns', to='saleor_returns_plugin.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='VendorProduct',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('product', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='product.product')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='products', to='saleor_returns_plugin.vendor')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='VendorMember',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('staff', 'Staff')], max_length=10)),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='saleor_returns_plugin.vendor')),
            ],
        ),
        migrations.AddConstraint(
            model_name='vendor',
            constraint=models.UniqueConstraint(condition=models.Q(('is_in_house', True)), fields=('is_in_house',), name='returns_vendor_one_in_house'),
        ),
        migrations.AddConstraint(
            model_name='vendor',
            constraint=check_constraint(check=models.Q(('commission_rate__gte', 0), ('commission_rate__lte', 100)), name='returns_vendor_commission_percent'),
        ),
        migrations.AddField(
            model_name='returnrequest',
            name='record',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='saleor_returns_plugin.orderrecord'),
        ),
        migrations.AddField(
            model_name='returnrequest',
            name='user',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnpolicy',
            name='vendor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='policies', to='saleor_returns_plugin.vendor'),
        ),
        migrations.AddField(
            model_name='returnline',
            name='exchange_variant',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='product.productvariant'),
        ),
        migrations.AddField(
            model_name='returnline',
            name='reason',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='saleor_returns_plugin.returnreason'),
        ),
        migrations.AddField(
            model_name='returnline',
            name='shipment_line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='return_lines', to='saleor_returns_plugin.vendorshipmentline'),
        ),
        migrations.AddField(
            model_name='returnline',
            name='vendor_return',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='saleor_returns_plugin.vendorreturn'),
        ),
        migrations.AddField(
            model_name='returnevent',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='saleor_returns_plugin.returnrequest'),
        ),
        migrations.AddField(
            model_name='returnevent',
            name='vendor_return',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='saleor_returns_plugin.vendorreturn'),
        ),
        migrations.AddField(
            model_name='refundpart',
            name='refund',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='saleor_returns_plugin.refund'),
        ),
        migrations.AddField(
            model_name='refundline',
            name='refund',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='saleor_returns_plugin.refund'),
        ),
        migrations.AddField(
            model_name='refundline',
            name='return_line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refund_lines', to='saleor_returns_plugin.returnline'),
        ),
        migrations.AddField(
            model_name='refund',
            name='vendor_return',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='saleor_returns_plugin.vendorreturn'),
        ),
        migrations.AddField(
            model_name='receptionline',
            name='reception',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='saleor_returns_plugin.reception'),
        ),
        migrations.AddField(
            model_name='receptionline',
            name='return_line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='saleor_returns_plugin.returnline'),
        ),
        migrations.AddField(
            model_name='receptionline',
            name='warehouse',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='warehouse.warehouse'),
        ),
        migrations.AddField(
            model_name='reception',
            name='user',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reception',
            name='vendor_return',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='saleor_returns_plugin.vendorreturn'),
        ),
        migrations.AddField(
            model_name='orderrecord',
            name='order',
            field=models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='order.order'),
        ),
        migrations.AddField(
            model_name='orderrecord',
            name='root',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exchange_records', to='saleor_returns_plugin.orderrecord'),
        ),
        migrations.AddField(
            model_name='orderrecord',
            name='user',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='vendorshipmentline',
            constraint=check_constraint(check=models.Q(('quantity_fulfilled__lte', django.db.models.expressions.F('quantity'))), name='returns_shipmentline_fulfilled'),
        ),
        migrations.AddIndex(
            model_name='vendorshipment',
            index=models.Index(django.db.models.expressions.F('status'), django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), name='returns_shipment_status'),
        ),
        migrations.AddIndex(
            model_name='vendorshipment',
            index=models.Index(django.db.models.expressions.F('vendor'), django.db.models.expressions.F('status'), django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), name='returns_shipment_vendor'),
        ),
        migrations.AddIndex(
            model_name='vendorshipment',
            index=django.contrib.postgres.indexes.GinIndex(fields=['number'], name='returns_shipment_number', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='vendorshipment',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['held', 'open'])), fields=('record', 'vendor'), name='returns_shipment_one_open'),
        ),
        migrations.AddIndex(
            model_name='vendorreturn',
            index=models.Index(django.db.models.expressions.F('status'), django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), name='returns_part_status'),
        ),
        migrations.AddIndex(
            model_name='vendorreturn',
            index=models.Index(django.db.models.expressions.F('vendor'), django.db.models.expressions.F('status'), django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), name='returns_part_vendor'),
        ),
        migrations.AddIndex(
            model_name='vendorreturn',
            index=models.Index(django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), django.db.models.expressions.OrderBy(django.db.models.expressions.F('id'), descending=True), name='returns_part_created'),
        ),
        migrations.AddIndex(
            model_name='vendorreturn',
            index=django.contrib.postgres.indexes.GinIndex(fields=['number'], name='returns_part_number', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='vendorreturn',
            constraint=models.UniqueConstraint(fields=('request', 'shipment'), name='returns_vendorreturn_once'),
        ),
        migrations.AddConstraint(
            model_name='vendormember',
            constraint=models.UniqueConstraint(fields=('vendor', 'user'), name='returns_member_once'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(django.db.models.expressions.F('status'), django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), name='returns_request_status'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(django.db.models.expressions.OrderBy(django.db.models.expressions.F('created_at'), descending=True), django.db.models.expressions.OrderBy(django.db.models.expressions.F('id'), descending=True), name='returns_request_created'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=django.contrib.postgres.indexes.GinIndex(fields=['number', 'email'], name='returns_request_search', opclasses=['gin_trgm_ops', 'gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='returnrequest',
            constraint=models.UniqueConstraint(fields=('record', 'idempotency_key'), name='returns_request_key'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=models.UniqueConstraint(condition=models.Q(('vendor__isnull', False)), fields=('channel', 'vendor'), name='returns_policy_vendor'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=models.UniqueConstraint(condition=models.Q(('vendor__isnull', True)), fields=('channel',), name='returns_policy_channel'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('restocking_fee_percent__gte', 0), ('restocking_fee_percent__lte', 100)), name='returns_policy_percent'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=check_constraint(check=models.Q(('return_shipping_fee__gte', 0)), name='returns_policy_fee'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=models.UniqueConstraint(fields=('vendor_return', 'shipment_line'), name='returns_line_once'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=check_constraint(check=models.Q(('quantity__gte', 1)), name='returns_line_quantity'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=check_constraint(check=models.Q(('declined__lte', django.db.models.expressions.F('quantity'))), name='returns_line_declined'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=check_constraint(check=models.Q(('received__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.F('quantity'), '-', django.db.models.expressions.F('declined')), '-', django.db.models.expressions.F('missing')))), name='returns_line_outcome'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=check_constraint(check=models.Q(('payable__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.F('quantity'), '-', django.db.models.expressions.F('declined')), '-', django.db.models.expressions.F('missing')))), name='returns_line_payable'),
        ),
        migrations.AddIndex(
            model_name='returnevent',
            index=models.Index(fields=['request', 'created_at'], name='returns_event_request'),
        ),
        migrations.AddConstraint(
            model_name='refundpart',
            constraint=check_constraint(check=models.Q(('amount__gt', 0)), name='returns_refundpart_amount'),
        ),
        migrations.AddConstraint(
            model_name='refundline',
            constraint=check_constraint(check=models.Q(('quantity__gte', 1)), name='returns_refundline_quantity'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=check_constraint(check=models.Q(('amount__gte', 0)), name='returns_refund_amount'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['pending', 'unknown'])), fields=('vendor_return',), name='returns_refund_one_open'),
        ),
        migrations.AddConstraint(
            model_name='receptionline',
            constraint=check_constraint(check=models.Q(('quantity__gte', 1)), name='returns_receptionline_quantity'),
        ),
        migrations.AddConstraint(
            model_name='receptionline',
            constraint=check_constraint(check=models.Q(models.Q(('condition', 'missing'), ('disposition__isnull', True)), models.Q(models.Q(('condition', 'missing'), _negated=True), ('disposition__isnull', False)), _connector='OR'), name='returns_receptionline_missing'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.UniqueConstraint(fields=('vendor_return', 'idempotency_key'), name='returns_reception_key'),
        ),
        migrations.AddIndex(
            model_name='orderrecord',
            index=models.Index(django.db.models.expressions.OrderBy(django.db.models.expressions.F('placed_at'), descending=True), name='returns_record_placed'),
        ),
    ]
