"""Triggers behind the promise that an entry of the audit log is never changed, and not deleted within a year."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER expo_auditentry_no_update BEFORE UPDATE ON expo_auditentry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER expo_auditentry_no_delete BEFORE DELETE ON expo_auditentry WHEN OLD.at > datetime('now', '-365 days')
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
"""
POSTGRESQL = """
CREATE FUNCTION expo_auditentry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER expo_auditentry_no_update BEFORE UPDATE ON expo_auditentry
FOR EACH ROW EXECUTE FUNCTION expo_auditentry_refuse();
CREATE TRIGGER expo_auditentry_no_delete BEFORE DELETE ON expo_auditentry
FOR EACH ROW WHEN (OLD.at > now() - interval '365 days') EXECUTE FUNCTION expo_auditentry_refuse();
"""


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE.strip().split("END;"):
            if statement.strip():
                schema_editor.execute(statement + "END;")


def drop(apps, schema_editor):
    on = " ON expo_auditentry" if schema_editor.connection.vendor == "postgresql" else ""
    for name in ("no_update", "no_delete"):
        schema_editor.execute(f"DROP TRIGGER expo_auditentry_{name}{on}")
    if on:
        schema_editor.execute("DROP FUNCTION expo_auditentry_refuse()")


class Migration(migrations.Migration):
    dependencies = [("expo", "0006_people_and_organizations")]
    operations = [migrations.RunPython(add, drop)]
