"""Words that support writes often, kept to begin an answer with."""

from django.db import migrations, models

import companies.models.person


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0002_numbers_start_at_10001"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadyAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "language",
                    models.CharField(
                        choices=companies.models.person.languages,
                        default="en",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="{name} becomes the name of whoever asked, {app} the app and {ticket} the number of the ticket.",
                        max_length=5000,
                        verbose_name="text",
                    ),
                ),
            ],
            options={
                "verbose_name": "ready answer",
                "verbose_name_plural": "ready answers",
                "ordering": ["name", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "language"),
                        name="ready_answer_once_per_language",
                        violation_error_message="There is a ready answer with this name in this language.",
                    )
                ],
            },
        ),
    ]
