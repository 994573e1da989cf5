from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0010_when_mail_comes"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="by_email",
            field=models.BooleanField(
                default=True,
                help_text="Off where its reader had switched e-mail of this kind off.",
                verbose_name="by e-mail as well",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("about__isnull", False), ("by_email", False)),
                fields=["about", "-created_at"],
                name="notice_without_letter",
            ),
        ),
    ]
