"""Loaded by `-p` before anything else, because the database is chosen before Django reads its settings.

pytest-django loads them in its own `pytest_load_initial_conftests`; a wrapper around that hook comes first.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator

import pytest
from django.conf import settings

from tests.support import chromium, network, postgres

# The tests run with these settings, whatever the shell that starts them has.
ENVIRONMENT = {
    "DEBUG": "1",  # plain static files; pytest-django turns settings.DEBUG itself off
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright keeps a loop running in the thread of the tests
    "BRAND": "etat",
    "MFA_REQUIRED": "0",  # the wall has tests of its own, which turn it on
    "DB_POOL": "0",  # databases come and go; DB_POOL=1 from outside is honoured
    "SECRET_KEY": "for-the-tests-only-" + "x" * 50,
}
FOREIGN = (
    "ADMIN_PATH ALLOWED_HOSTS BEHIND_PROXY DATABASE_URL DEMO HTTPS SITE_URL STATIC_ROOT TRUSTED_PROXIES"
    " PROCONNECT_ISSUER PROCONNECT_CLIENT_ID PROCONNECT_CLIENT_SECRET"
)
BROWSER_FIXTURES = {"browser", "page"}
DATABASE_FIXTURES = {"db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=["sqlite", "postgres"], default="sqlite", help="the database of this run")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    os.environ.update({**ENVIRONMENT, "DB_POOL": os.environ.get("DB_POOL", ENVIRONMENT["DB_POOL"])})
    for name in FOREIGN.split():
        os.environ.pop(name, None)
    if not is_worker():
        os.environ["VAR_DIR"] = folder = tempfile.mkdtemp(prefix="tests-var-")
        os.mkdir(f"{folder}/static")  # whitenoise warns when it is missing
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    options = early_config.known_args_namespace
    if options.db == "postgres" and not (options.help or options.version):
        os.environ["DATABASE_URL"] = postgres.url()
    return (yield)


def pytest_configure() -> None:
    network.block()
    # What a password costs matters to `test_enumeration.py` alone, which says so.
    settings.PASSWORD_HASHERS = ["tests.support.hashers.QuickArgon2", *settings.PASSWORD_HASHERS[1:]]


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('db')}, browser: {chromium.installed() or 'none installed'}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, what may depend on the database; on SQLite, all but `postgres_only`."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if BROWSER_FIXTURES & asked:
            item.add_marker("browser")
        if not asked & DATABASE_FIXTURES and not item.get_closest_marker("django_db"):
            item.add_marker("one_database")
    unwanted = ["browser", "one_database"] if config.getoption("db") == "postgres" else ["postgres_only"]
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in unwanted)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.stats.get("skipped", [])
    missing = [report for report in reports if chromium.MISSING in str(report.longrepr)]
    if missing:
        terminalreporter.write_sep("!", f"{len(missing)} BROWSER TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.write_line(chromium.MISSING, red=True)


def is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ
