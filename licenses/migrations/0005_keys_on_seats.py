import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("licenses", "0004_seats_of_keys")]

    operations = [
        migrations.AlterField(
            model_name="licensekey",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="keys",
                to="licenses.seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="licensekey",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("activated_at__isnull", False), ("superseded_at__isnull", True)
                ),
                fields=("seat",),
                name="license_key_one_in_use",
                violation_error_message="Another key of this server is in use.",
            ),
        ),
        migrations.AddConstraint(
            model_name="licensekey",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("activated_at__isnull", True), ("superseded_at__isnull", True)
                ),
                fields=("seat",),
                name="license_key_one_waiting",
                violation_error_message="Another key of this server waits.",
            ),
        ),
    ]
