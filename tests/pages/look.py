"""What is seen and done in the browser: axe, the Content-Security-Policy, reflow, the keyboard."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.pages import allowed
from tests.pages.listing import Shown
from tests.pages.stage import HEIGHT, NARROW, WIDE, Stage

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice", "RGAAv4"]
# Nothing is fetched a second time to be read: only a rule of axe that is still an experiment would need it.
TOLD = {"resultTypes": ["violations", "incomplete"], "preload": False}
# `target-size` is off unless asked for.
EVERY_RULE = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}, **TOLD}
# Both widths and both themes, one with the other; which with which changes from page to page.
PAIRS = (((WIDE, "light"), (NARROW, "dark")), ((WIDE, "dark"), (NARROW, "light")))
SMALLEST = 320


def faults(stage: Stage, shown: Shown, *, is_known: bool = False) -> Iterator[str]:
    """Everything that is wrong with the page on the screen. `is_known`: another of the same address was looked at."""
    page = stage.show(shown)
    yield from keyboard(page)
    yield from (f"picture: {fault}" for fault in page.evaluate("look.pictures()"))
    page.evaluate(AXE)
    page.evaluate("look.flatten()")
    for width, scheme in turn(shown.name, is_known):
        whole(page, width)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate("scheme => look.theme(scheme)", scheme)
        yield from (f"{fault} ({width} {scheme})" for fault in axe(page))
    yield from reflow(page)
    yield from (f"page: {fault}" for fault in stage.faults)


def turn(name: str, is_known: bool) -> list[tuple[int, str]]:
    """The widths and themes of this page: the same at each run, spread over all pages."""
    number = zlib.crc32(name.encode())
    pair = PAIRS[number % 2]
    return [pair[number // 2 % 2]] if is_known else list(pair)


def whole(page: Page, width: int) -> None:
    """A window as high as the page: axe cannot measure what the edge of a window cuts in two."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})
    page.mouse.move(1, height - 1)  # over nothing that changes its colour
    page.evaluate("look.frames(2)")


def axe(page: Page) -> list[str]:
    """What it finds; what it finds again when there is something: a page that settles is no fault."""
    if found := list(results(page)):
        page.wait_for_timeout(300)
        found = list(results(page))
    return found


def results(page: Page) -> Iterator[str]:
    found = page.evaluate("options => axe.run(document, options)", EVERY_RULE)
    for sort, said in (("violations", ""), ("incomplete", " unsure")):
        for rule in found[sort]:
            for node in rule["nodes"]:
                if not (said and is_explained(page, rule["id"], node)):
                    yield f"axe {rule['id']}{said}: {' '.join(map(str, node['target']))} {why(node)}"


def is_explained(page: Page, rule: str, node: dict[str, Any]) -> bool:
    """Listed with its reason; or half hidden by the edge of a region that scrolls, where axe measures no contrast."""
    if allowed.unsure(rule, node["html"]):
        return True
    return rule == "color-contrast" and bool(page.evaluate("selector => look.isCut(selector)", node["target"][0]))


def why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])[:160]


def reflow(page: Page) -> Iterator[str]:
    """320 pixels are also 1280 at 400 %."""
    page.set_viewport_size({"width": SMALLEST, "height": HEIGHT})
    yield from (f"wide: {fault}" for fault in page.evaluate("look.wide()"))
    yield from (f"region: {fault}" for fault in page.evaluate("look.regions()"))


def keyboard(page: Page) -> Iterator[str]:
    """Once through the page with Tab, and two steps further: nothing is left out, nothing holds the focus."""
    for _ in range(page.evaluate("look.startTabbing()") + 2):
        page.keyboard.press("Tab")
    yield from (f"keyboard {fault}" for fault in page.evaluate("look.endTabbing()"))
