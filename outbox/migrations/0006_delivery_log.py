import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0005_retention"),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="server",
            field=models.CharField(
                blank=True, max_length=120, verbose_name="mail server"
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="took",
            field=models.DurationField(blank=True, null=True, verbose_name="took"),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("accepted", "Accepted by the mail server"),
                    ("deferred", "To be tried again"),
                    ("refused", "Refused for good"),
                    ("cut_off", "Connection lost while sending"),
                    ("unsendable", "Could not be put together"),
                    ("given_up", "Given up after the last try"),
                    ("delayed", "Held up on the way"),
                    ("bounced", "Came back"),
                    ("outlived", "Not sent, it had lost its meaning"),
                    ("unwanted", "Not sent, its reader had switched it off"),
                    ("requeued", "Put in line again by a person"),
                    ("withdrawn", "Cancelled by a person"),
                ],
                max_length=12,
                verbose_name="outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("outcome", "accepted")),
                fields=["at"],
                name="outbox_attempt_accepted",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "refused",
                            "unsendable",
                            "given_up",
                            "bounced",
                            "deferred",
                            "cut_off",
                            "delayed",
                        ],
                    )
                ),
                fields=["at"],
                name="outbox_attempt_troubled",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                django.db.models.functions.text.Lower("recipient"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="outbox_message_address",
            ),
        ),
    ]
