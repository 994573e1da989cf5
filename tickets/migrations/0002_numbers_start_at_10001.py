"""The first ticket is number 10001: short numbers look like somebody's first try."""

from django.db import migrations

FIRST = 10_001


def start_numbers(apps, schema_editor):
    table = apps.get_model("tickets", "Ticket")._meta.db_table
    name = schema_editor.quote_name(table)
    if schema_editor.connection.vendor == "sqlite":
        # A rebuilt table has left a row there, and SQLite keeps to the first it finds.
        schema_editor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        schema_editor.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)",
            [table, FIRST - 1],
        )
    else:
        schema_editor.execute(
            f"ALTER TABLE {name} ALTER COLUMN number RESTART WITH {FIRST}"
        )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [migrations.RunPython(start_numbers, migrations.RunPython.noop)]
