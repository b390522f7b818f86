"""Members are invited by e-mail; who is a member already has come in."""

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion

from ._constraints import check_constraint

FROM_BEFORE = "UPDATE saleor_returns_plugin_vendormember SET joined_at = created_at"


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('saleor_returns_plugin', '0007_mails_tried_again'),
    ]

    operations = [
        migrations.AddField(
            model_name='vendormember',
            name='email',
            field=models.CharField(blank=True, help_text='In lower case.', max_length=254),
        ),
        migrations.AddField(
            model_name='vendormember',
            name='joined_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FROM_BEFORE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='vendormember',
            name='user',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='vendormember',
            index=models.Index(condition=models.Q(('user', None)), fields=['email'], name='returns_member_awaited'),
        ),
        migrations.AddConstraint(
            model_name='vendormember',
            constraint=models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('vendor', 'email'), name='returns_member_invited_once'),
        ),
        migrations.AddConstraint(
            model_name='vendormember',
            constraint=check_constraint(name='returns_member_somebody', check=models.Q(('user__isnull', False), models.Q(('email', ''), _negated=True), _connector='OR')),
        ),
    ]
