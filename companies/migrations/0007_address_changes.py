import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0006_archives"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("old", models.EmailField(max_length=254, verbose_name="old address")),
                ("new", models.EmailField(max_length=254, verbose_name="new address")),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("changed", "changed"),
                            ("refused", "refused by the old address"),
                            ("withdrawn", "withdrawn"),
                            ("lapsed", "lapsed"),
                        ],
                        max_length=10,
                        verbose_name="how it ended",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                (
                    "old_confirmed_at",
                    models.DateTimeField(
                        null=True, verbose_name="confirmed by the old"
                    ),
                ),
                (
                    "new_confirmed_at",
                    models.DateTimeField(
                        null=True, verbose_name="confirmed by the new"
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(null=True, verbose_name="closed at"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="address_changes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of address",
                "verbose_name_plural": "changes of address",
                "ordering": ["-asked_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("person",),
                        name="address_change_one_open_per_person",
                        violation_error_message="Another address is being waited for.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("ending", "")),
                            models.Q(
                                ("closed_at__isnull", False),
                                models.Q(("ending", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="address_change_closed_has_an_ending",
                        violation_error_message="Say how it ended, and when.",
                    ),
                ],
            },
        ),
    ]
