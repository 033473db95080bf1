"""Shows in Chromium an answer that Django's test client was given, at its own address, with its own headers.

No server and no thread: the browser asks, and Playwright hands it what is already there, so a page of the story can
be looked at inside the transaction of the story (docs/adr/0015). Chromium holds it to the Content-Security-Policy of
the answer as if it came from the network.
"""

import mimetypes
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from tests.house.story import NOW
from tests.pages.listing import Shown
from tests.support.browser import watch

SITE = "http://testserver"
LOOK = (Path(__file__).parent / "look.js").read_text()
WIDE, NARROW, HEIGHT = 1280, 390, 900


@cache
def static_file(path: str) -> tuple[str, bytes] | None:
    """A file of the site, as its address under STATIC_URL says."""
    found = finders.find(path)
    if found is None:
        return None
    return mimetypes.guess_type(path)[0] or "application/octet-stream", Path(str(found)).read_bytes()


@dataclass
class Stage:
    """One tab. `faults` holds what the page shown now did that no page may do."""

    browser: Browser
    javascript: bool = True
    extras: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    shown: Shown | None = None

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            base_url=SITE, locale="fr-FR", reduced_motion="reduce", java_script_enabled=self.javascript
        )
        self.context.set_default_timeout(20_000)
        self.context.clock.set_fixed_time(NOW)  # else every session of the story is over
        self.context.add_init_script(LOOK)
        self.context.route("**/*", self.answer)
        self.page: Page = self.context.new_page()
        watch(self.page, SITE, self.faults)

    def show(self, shown: Shown, width: int = WIDE) -> Page:
        self.faults.clear()
        self.shown = shown
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme="light")
        self.page.goto(shown.url)
        if self.javascript:
            self.page.evaluate("look.settle()")
        return self.page

    def answer(self, route: Route) -> None:
        """The page, its static files; anything else is a request that the page makes by itself."""
        address = urlsplit(route.request.url)
        path = unquote(address.path)
        name = path.removeprefix(settings.STATIC_URL)
        found = self.extras.get(path) or (static_file(name) if name != path else None)
        if f"{address.scheme}://{address.netloc}" != SITE:
            route.abort()  # `watch` has seen it
        elif found:
            route.fulfill(status=200, headers={"Content-Type": found[0]}, body=found[1])
        elif whole := self.prepared(path, route.request.is_navigation_request()):
            route.fulfill(status=whole.status_code, headers=dict(whole.items()), body=bytes(whole.content))
        else:
            self.faults.append(f"asks by itself for {path}")
            route.fulfill(status=404, body="")

    def prepared(self, path: str, is_navigation: bool) -> Any:
        if self.shown is None:
            return None
        return self.shown.answer if is_navigation else self.shown.beside.get(path)
