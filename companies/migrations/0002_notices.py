import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import companies.models.notice


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                (
                    "topic",
                    models.CharField(
                        choices=companies.models.notice.topics,
                        max_length=20,
                        verbose_name="topic",
                    ),
                ),
                ("title", models.CharField(max_length=250, verbose_name="title")),
                (
                    "text",
                    models.CharField(blank=True, max_length=300, verbose_name="text"),
                ),
                (
                    "link",
                    models.CharField(blank=True, max_length=300, verbose_name="path"),
                ),
                (
                    "about",
                    models.UUIDField(blank=True, null=True, verbose_name="application"),
                ),
                ("created_at", models.DateTimeField(verbose_name="told at")),
                (
                    "read_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="read at"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["person", "-created_at", "-id"], name="notice_inbox"
                    ),
                    models.Index(
                        condition=models.Q(("read_at", None)),
                        fields=["person", "-created_at", "-id"],
                        name="notice_unread",
                    ),
                    models.Index(
                        condition=models.Q(("read_at__isnull", False)),
                        fields=["read_at"],
                        name="notice_read",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "key"),
                        name="notice_once_per_person_and_key",
                        violation_error_message="This person was told already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("link", ""), ("link__startswith", "/"), _connector="OR"
                        ),
                        name="notice_leads_into_the_portal",
                        violation_error_message="A notice leads to a page of the portal.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeChoice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "topic",
                    models.CharField(
                        choices=companies.models.notice.topics,
                        max_length=20,
                        verbose_name="topic",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "By e-mail"), ("portal", "In the portal")],
                        max_length=10,
                        verbose_name="way",
                    ),
                ),
                ("is_on", models.BooleanField(verbose_name="wanted")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_choices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of notices",
                "verbose_name_plural": "choices of notices",
                "ordering": ["person", "topic", "channel"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "topic", "channel"),
                        name="notice_choice_once_per_topic_and_channel",
                        violation_error_message="This has been chosen already.",
                    )
                ],
            },
        ),
    ]
