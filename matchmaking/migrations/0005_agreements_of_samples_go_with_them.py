"""Acceptances and readings are never deleted, but for those of samples: they go when the samples go."""

from django.db import migrations

TABLES = ("matchmaking_ndaacceptance", "matchmaking_confidentialreading")
WORDS = "acceptances and readings are append-only"
ORIGIN = "(SELECT origin FROM matchmaking_introduction WHERE id = OLD.introduction_id)"


def replace(schema_editor, *, postgresql, sqlite):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_no_delete" + (f" ON {table}" if is_postgresql else ""))
        act = postgresql if is_postgresql else sqlite
        schema_editor.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {act}")


def loosen(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION matchmaking_kept_unless_sample() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {ORIGIN} = 'sample' THEN RETURN OLD; END IF; "
            f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    replace(
        schema_editor,
        postgresql="FOR EACH ROW EXECUTE FUNCTION matchmaking_kept_unless_sample()",
        sqlite=f"WHEN {ORIGIN} IS NOT 'sample' BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    )


def tighten(apps, schema_editor):
    replace(
        schema_editor,
        postgresql="FOR EACH ROW EXECUTE FUNCTION matchmaking_append_only()",
        sqlite=f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    )
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION matchmaking_kept_unless_sample()")


class Migration(migrations.Migration):
    dependencies = [("matchmaking", "0004_acceptances_and_readings_are_append_only")]
    operations = [migrations.RunPython(loosen, tighten)]
