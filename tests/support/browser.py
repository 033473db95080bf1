"""One Chromium per worker, one fresh context per test, and what a page must never do."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

from tests.support import chromium

# A request that would leave the machine fails, and is reported by `page`.
NO_OUTSIDE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium.find()
    if found is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1. {chromium.MISSING}")
        pytest.skip(chromium.MISSING)
    with sync_playwright() as playwright:
        flags = [*found.flags, NO_OUTSIDE]
        environment: dict[str, str | float | bool] = {**os.environ, **found.environment}
        launched = playwright.chromium.launch(executable_path=found.path, args=flags, env=environment)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, live_site: str) -> Iterator[Page]:
    """A page on the live site. The test fails if it broke the CSP, raised in JavaScript or called outside."""
    context = browser.new_context(base_url=live_site, locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(10_000)
    faults: list[str] = []
    opened = context.new_page()
    watch(opened, live_site, faults)
    context.on("page", lambda other: watch(other, live_site, faults))
    yield opened
    context.close()
    assert not faults, faults


def watch(page: Page, site: str, faults: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def on_error(error: Error) -> None:
        faults.append(f"JavaScript: {error.message}")

    inside = (site, site.replace("127.0.0.1", "localhost"), "data:", "blob:", "about:")

    def on_request(request: Request) -> None:
        if not request.url.startswith(inside):
            faults.append(f"outside: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    page.on("request", on_request)
