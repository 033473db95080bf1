"""Fixtures of all tests. The infrastructure is in `tests/support/`, the story in `tests/house/`."""

pytest_plugins = ["tests.support.databases", "tests.support.live", "tests.support.browser", "tests.house.fixtures"]
