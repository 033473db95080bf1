"""Every page of the portal, in its source and in the browser. See `listing.py` for which pages there are."""

import pytest
from django.db.models import Model

from tests.house.answers import Asker, Block
from tests.house.story import Story, aside, complete
from tests.pages import listing
from tests.pages.check import check
from tests.pages.stage import Stage


@pytest.mark.parametrize("block", listing.READ, ids=lambda block: block.title)
def test_each_page(asker: Asker, stage: Stage, block: Block) -> None:
    check(stage, listing.read(asker, block))


@pytest.mark.parametrize("block", listing.SENT, ids=lambda block: block.title)
def test_each_form_that_is_answered_by_a_page(asker: Asker, stage: Stage, block: Block) -> None:
    check(stage, listing.sent(asker, block))


@pytest.mark.parametrize("model", listing.MODELS, ids=lambda model: model._meta.label)
def test_each_model_of_the_administration(story: Story, stage: Stage, model: type[Model]) -> None:
    with aside():
        complete(story)
        check(stage, listing.administration(story, model))
