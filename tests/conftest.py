"""Fixtures of all tests. The infrastructure is in `tests/support/`; see the docstrings there."""

pytest_plugins = ["tests.support.databases", "tests.support.live", "tests.support.browser"]
