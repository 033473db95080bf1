"""All the checks of one page, told as faults."""

from collections.abc import Iterable, Iterator

import pytest

from tests.pages import look, source
from tests.pages.listing import Shown
from tests.pages.stage import Stage

# What this process has looked at: a page that only reads otherwise is not shown again, nor one of the
# administration that is made of known parts alone.
_looked: set[str] = set()


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
            yield from look.faults(stage, shown)


def is_new(built: set[str]) -> bool:
    """Whether something here was not looked at before; it is now."""
    new = built - _looked
    _looked.update(new)
    return bool(new)
