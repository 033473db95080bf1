"""Errors, pages in a state that the story never has, and what the list of pages must be."""

from collections.abc import Callable, Iterator

import pytest

from tests.house import answers
from tests.house.answers import Asker
from tests.house.story import Story, aside, complete
from tests.pages import allowed, extras, listing, source
from tests.pages.check import check
from tests.pages.listing import Shown
from tests.pages.stage import Stage


@pytest.mark.parametrize("kind", extras.ERRORS)
def test_each_error(story: Story, stage: Stage, kind: str) -> None:
    with aside():
        check(stage, extras.error(story, kind))


def test_too_many_requests(story: Story, stage: Stage) -> None:
    with aside():
        check(stage, extras.too_many(story))


@pytest.mark.parametrize("pages", extras.OTHERS, ids=lambda pages: pages.__name__)
def test_each_page_in_a_state_of_its_own(story: Story, stage: Stage, pages: Callable[[Story], Iterator[Shown]]) -> None:
    with aside():
        check(stage, pages(story))


# ------------------------------------------------------------------ the list


def without_a_page() -> set[str]:
    """Routes that no cell of the matrix shows a page of, or a file, or that are only posted to."""
    cells = ((block.route, cell, answer) for block in listing.BLOCKS for cell, answer in block.answers.items())
    told = {route for route, (method, _), answer in cells if answer[:3] in SHOWN or (method, answer) == ("GET", "405")}
    of_models = {f"{listing.name_of(model)}_{view}" for model in listing.MODELS for view in listing.VIEWS}
    return {route.name for route in answers.routes()} - told - of_models


SHOWN = ("200", "409", "410")


def test_every_route_has_a_page_on_the_list_or_a_reason_to_have_none() -> None:
    assert without_a_page() - extras.OF_OTHERS == set(extras.WITHOUT_A_PAGE)


def test_the_pages_in_a_state_of_their_own_are_shown(story: Story) -> None:
    with aside():
        shown = {page.route for pages in extras.OTHERS for page in pages(story)}
    assert shown >= extras.OF_OTHERS


@pytest.mark.one_database
def test_no_two_pages_have_the_same_title(asker: Asker) -> None:
    titles: dict[str, set[str]] = {}
    with aside():
        complete(asker.story)
        for page in [page for block in listing.READ for page in listing.read(asker, block)]:
            titles.setdefault(source.title(page.html), set()).add(page.route)
        for model in listing.MODELS:
            for page in listing.administration(asker.story, model):
                titles.setdefault(source.title(page.html), set()).add(page.route)
    assert [routes for routes in titles.values() if len(routes) > 1 and routes not in allowed.SAME_TITLE] == []
