"""Two promises about contacts that the database keeps by itself on PostgreSQL.

A contact is a member of the team; and a delivered application keeps a contact, also
when two transactions each remove one of the last two. Both are checked at the end of
the transaction. SQLite has one writer at a time, so there the verbs suffice.
"""

from django.db import migrations

MEMBER_FIRST = """
ALTER TABLE contacts_technicalcontact
    ADD CONSTRAINT contact_is_on_the_team
    FOREIGN KEY (application_id, user_id)
    REFERENCES applications_membership (application_id, user_id)
    DEFERRABLE INITIALLY DEFERRED;
"""

# The lock makes the second of two removals wait for the first and then count afresh.
KEEP_ONE = """
CREATE FUNCTION contacts_keep_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM applications_application
        WHERE id = OLD.application_id
            AND delivered_at IS NOT NULL AND offboarded_at IS NULL
        FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (
        SELECT 1 FROM contacts_technicalcontact
        WHERE application_id = OLD.application_id
    ) THEN
        RAISE EXCEPTION 'application % is delivered and keeps a contact',
            OLD.application_id
            USING ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'contact_at_least_one';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER contact_at_least_one
    AFTER DELETE OR UPDATE OF application_id ON contacts_technicalcontact
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION contacts_keep_one();
"""

UNDO = """
DROP TRIGGER contact_at_least_one ON contacts_technicalcontact;
DROP FUNCTION contacts_keep_one();
ALTER TABLE contacts_technicalcontact DROP CONSTRAINT contact_is_on_the_team;
"""


def promise(apps, schema_editor):
    # No parameters (None), so that % in the function stays a percent sign.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MEMBER_FIRST, None)
        schema_editor.execute(KEEP_ONE, None)


def forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNDO, None)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [migrations.RunPython(promise, forget)]
