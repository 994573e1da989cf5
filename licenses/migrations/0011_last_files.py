"""When the last file was made is told by the files themselves, with an index for it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("licenses", "0010_what_is_out_there"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="license",
            name="last_checked_out_at",
        ),
        migrations.RemoveField(
            model_name="seat",
            name="last_checked_out_at",
        ),
        migrations.AlterField(
            model_name="issuedfile",
            name="license",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="licenses.license",
            ),
        ),
        migrations.AlterField(
            model_name="issuedfile",
            name="seat",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="licenses.seat",
                verbose_name="server",
            ),
        ),
        migrations.AddIndex(
            model_name="issuedfile",
            index=models.Index(
                condition=models.Q(("seat__isnull", False)),
                fields=["seat", "-issued_at"],
                name="issued_by_seat",
            ),
        ),
        migrations.AddIndex(
            model_name="issuedfile",
            index=models.Index(
                condition=models.Q(("seat__isnull", True)),
                fields=["license", "-issued_at"],
                name="issued_to_license",
            ),
        ),
    ]
