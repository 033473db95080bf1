"""The files that the demo's partners have also entered in Dauphin, by their invented numbers."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from actions import dauphin
from actions.models import Action
from funding.demo.scenery import Stage
from funding.demo.shapes import Proposal

NUMBERS = {
    "2025-devoirs": "DA00250117",
    "2025-langage": "DA00250121",
    "2025-parents": "DA00250204",
    "2025-sciences": "DA00250209",
    "2026-devoirs": "DA00260113",
    "2026-langage": "DA00260118",
    "2026-fanfare": "DA00260130",
    "2026-parents": "DA00260131",
    "comp-stages": "DA00260902",
    "comp-langage": "DA00260907",
    "open-devoirs": "DA00261104",
}
LATER = timedelta(days=3, hours=1)


def moments(
    stage: Stage, proposals: Iterator[Proposal], actions: Mapping[str, Action]
) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Three days after the deposit; `actions` fills itself as the story goes."""
    for one in proposals:
        if one.key in NUMBERS and one.path.submitted:
            yield stage.at(one.path.submitted) + LATER, partial(_note, stage, one, actions)


def _note(stage: Stage, one: Proposal, actions: Mapping[str, Action]) -> None:
    dauphin.note_number(actions[one.key], NUMBERS[one.key], seen=0, by=stage.user(one.author))
