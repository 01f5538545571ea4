"""Triggers behind the promise that the terms of a signed or closed deal never change. Samples may be taken away."""

from django.db import migrations

FROZEN = "'signed', 'closing', 'effective', 'completed', 'terminated', 'canceled', 'archived'"
LINES = ("matchmaking_technologyline", "matchmaking_teamline", "matchmaking_equityline")
OF_SHEET = (
    "SELECT 1 FROM matchmaking_deal d WHERE d.id = {row}.deal_id AND d.state IN (%s) AND d.origin <> 'sample'" % FROZEN
)
OF_LINE = (
    "SELECT 1 FROM matchmaking_termsheet s JOIN matchmaking_deal d ON d.id = s.deal_id "
    "WHERE s.id = {row}.term_sheet_id AND d.state IN (%s) AND d.origin <> 'sample'" % FROZEN
)
TABLES = {"matchmaking_termsheet": OF_SHEET, **dict.fromkeys(LINES, OF_LINE)}
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def condition(table, event):
    return " OR ".join(f"EXISTS ({TABLES[table].format(row=row)})" for row in EVENTS[event])


def add(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for event in EVENTS:
            name = f"{table}_frozen_{event}"
            if on_postgresql:
                row = "OLD" if event == "delete" else "NEW"
                schema_editor.execute(
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"IF {condition(table, event)} THEN RAISE EXCEPTION 'signed terms are frozen' "
                    f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
                )
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
                )
            else:
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} WHEN {condition(table, event)} "
                    "BEGIN SELECT RAISE(ABORT, 'signed terms are frozen'); END"
                )


def drop(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for event in EVENTS:
            name = f"{table}_frozen_{event}"
            schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if on_postgresql else ""))
            if on_postgresql:
                schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("matchmaking", "0001_demands_deals_contracts")]
    operations = [migrations.RunPython(add, drop)]
