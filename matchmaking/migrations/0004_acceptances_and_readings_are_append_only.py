"""Triggers behind the promise that what was accepted and what was read is never changed, and never deleted."""

from django.db import migrations

TABLES = ("matchmaking_ndaacceptance", "matchmaking_confidentialreading")
WORDS = "acceptances and readings are append-only"
EVENTS = ("update", "delete")


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION matchmaking_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        act = "FOR EACH ROW EXECUTE FUNCTION matchmaking_append_only()"
    else:
        act = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    for table in TABLES:
        for event in EVENTS:
            schema_editor.execute(f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} {act}")


def drop(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for event in EVENTS:
            schema_editor.execute(f"DROP TRIGGER {table}_no_{event}" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION matchmaking_append_only()")


class Migration(migrations.Migration):
    dependencies = [("matchmaking", "0003_matches_and_introductions")]
    operations = [migrations.RunPython(add, drop)]
