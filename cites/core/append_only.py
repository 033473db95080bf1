"""Rows that nothing may change: triggers on both databases refuse UPDATE, DELETE, REPLACE and TRUNCATE.

Adding a constraint on SQLite remakes the table and drops its triggers, so they are installed after
every migrate, and a system check and /sante/ require them.
"""

from typing import Any

from django.apps import apps
from django.core import checks
from django.db import connections, models

PG_FUNCTION = """
CREATE OR REPLACE FUNCTION cites_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: %% on %%', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';
END $$
"""


class AppendOnly(models.Model):
    """Written once: the database refuses to change or remove a row."""

    append_only = True

    class Meta:
        abstract = True


def tables() -> list[str]:
    return sorted(m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False))


def install(connection: Any) -> None:
    """Create the missing triggers on `connection`; existing ones are replaced."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(PG_FUNCTION.replace("%%", "%"))
        for table in tables():
            if table in present:
                for statement in _statements(connection.vendor, table):
                    cursor.execute(statement)


def missing(connection: Any) -> list[str]:
    """The append-only tables that lack a trigger."""
    sql, per_table = (
        ("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'append\\_only\\_%' ESCAPE '\\'", 2)
        if connection.vendor == "sqlite"
        else (
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE t.tgname LIKE 'append_only_%' AND t.tgenabled IN ('O', 'A') AND n.nspname = current_schema()",
            2,
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = [row[0] for row in cursor.fetchall()]
    return [table for table in tables() if found.count(table) < per_table]


def _statements(vendor: str, table: str) -> list[str]:
    name = f"append_only_{table}"
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER IF EXISTS {name}_row ON "{table}"',
            f'CREATE TRIGGER {name}_row BEFORE UPDATE OR DELETE ON "{table}"'
            " FOR EACH ROW EXECUTE FUNCTION cites_append_only()",
            f'DROP TRIGGER IF EXISTS {name}_all ON "{table}"',
            f'CREATE TRIGGER {name}_all BEFORE TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION cites_append_only()",
        ]
    return [
        statement
        for verb in ("UPDATE", "DELETE")
        for statement in (
            f"DROP TRIGGER IF EXISTS {name}_{verb.lower()}",
            f'CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON "{table}"'
            f" BEGIN SELECT RAISE(ABORT, 'append-only: {verb} on {table}'); END",
        )
    ]


def install_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    install(connections[using])


@checks.register(checks.Tags.database)
def check_triggers(databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(
            f"The append-only triggers of {table} are missing on “{alias}”.",
            hint="Run manage.py migrate: it installs them.",
            id="cites.E001",
        )
        for alias in databases or []
        for table in _missing_once_migrated(alias)
    ]


def _missing_once_migrated(alias: str) -> list[str]:
    """Silent on a database that is not migrated yet: `migrate` runs this check before it starts."""
    connection = connections[alias]
    present = set(connection.introspection.table_names())
    return [table for table in missing(connection) if table in present] if present else []
