"""All the checks of one page, told as faults."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.pages import look, source
from tests.pages.listing import Shown
from tests.pages.stage import Stage

# What this run has looked at, in whichever of its processes: a page that only reads otherwise is not shown again, nor
# one of the administration that is made of known parts alone. `conftest.py` says where it is kept.
looked = Path()


def check(stage: Stage, pages: Iterable[Shown]) -> None:
    """Every fault of every page, after the name of the page."""
    report(f"{shown.name} – {fault}" for shown in pages for fault in faults(stage, shown))


def report(faults: Iterable[str]) -> None:
    """Fails with all of them, one a line."""
    if found := list(faults):
        pytest.fail("\n".join(found), pytrace=False)


def faults(stage: Stage, shown: Shown) -> Iterator[str]:
    yield from source.light_faults(shown)
    if is_new({source.skeleton(shown.html)}):
        yield from source.faults(shown)
        if not shown.route.startswith("admin:") or is_new(source.parts(shown.html)):
            yield from look.faults(stage, shown, is_known=not is_new({settings.BRAND + shown.route}))


def is_new(built: set[str]) -> bool:
    """Whether something here was not looked at before; it is now."""
    return any([claim(hashlib.sha256(one.encode()).hexdigest()) for one in built])


def claim(name: str) -> bool:
    """Whether this process is the first of the run to ask."""
    try:
        (looked / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
