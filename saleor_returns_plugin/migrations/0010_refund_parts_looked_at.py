from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("saleor_returns_plugin", "0009_money")]

    operations = [
        migrations.AddField(
            model_name="refundpart",
            name="looked_at",
            field=models.DateTimeField(null=True),
        ),
    ]
