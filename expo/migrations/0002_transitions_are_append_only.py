"""Triggers behind the promise that a Transition is never changed, and never deleted unless it was a sample's."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER expo_transition_no_update BEFORE UPDATE ON expo_transition
BEGIN SELECT RAISE(ABORT, 'transitions are append-only'); END;
CREATE TRIGGER expo_transition_no_delete BEFORE DELETE ON expo_transition WHEN NOT OLD.of_sample
BEGIN SELECT RAISE(ABORT, 'transitions are append-only'); END;
"""
POSTGRESQL = """
CREATE FUNCTION expo_transition_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'transitions are append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER expo_transition_no_update BEFORE UPDATE ON expo_transition
FOR EACH ROW EXECUTE FUNCTION expo_transition_refuse();
CREATE TRIGGER expo_transition_no_delete BEFORE DELETE ON expo_transition
FOR EACH ROW WHEN (NOT OLD.of_sample) EXECUTE FUNCTION expo_transition_refuse();
"""


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE.strip().split("END;"):
            if statement.strip():
                schema_editor.execute(statement + "END;")


def drop(apps, schema_editor):
    on = " ON expo_transition" if schema_editor.connection.vendor == "postgresql" else ""
    for name in ("no_update", "no_delete"):
        schema_editor.execute(f"DROP TRIGGER expo_transition_{name}{on}")
    if on:
        schema_editor.execute("DROP FUNCTION expo_transition_refuse()")


class Migration(migrations.Migration):
    dependencies = [("expo", "0001_the_fair_opens")]
    operations = [migrations.RunPython(add, drop)]
