from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Nothing is read from there; the roof goes when the ground goes.
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ErrandRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("errand", models.CharField(max_length=60, verbose_name="errand")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "figures",
                    models.JSONField(
                        blank=True, default=dict, verbose_name="what it did"
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="what went wrong")),
                ("started_at", models.DateTimeField(verbose_name="started")),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="ended"),
                ),
            ],
            options={
                "verbose_name": "run of an errand",
                "verbose_name_plural": "runs of errands",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["errand", "-id"], name="errand_run_latest"),
                    models.Index(fields=["started_at"], name="errand_run_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("outcome", "running")
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("outcome__in", ["done", "failed"]),
                            ),
                            _connector="OR",
                        ),
                        name="errand_run_ends_with_its_outcome",
                        violation_error_message="What is done or failed has ended.",
                    )
                ],
            },
        ),
    ]
