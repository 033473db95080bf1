"""The same pages when nothing has happened yet: what a new portal shows."""

import pytest

from tests.house.answers import Block
from tests.house.story import Story
from tests.pages import listing
from tests.pages.check import check
from tests.pages.stage import Stage


@pytest.mark.parametrize("block", listing.ONCE, ids=lambda block: block.title)
def test_each_page_when_nothing_has_happened(empty_story: Story, stage: Stage, block: Block) -> None:
    check(stage, listing.empty(empty_story, block))
