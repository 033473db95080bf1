"""Print docs/workflow.md from the workflow table; a test holds the page to it."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from actions.models.action import Status
from actions.workflow import TRANSITIONS, Transition


class Command(BaseCommand):
    help = "Écrit la page docs/workflow.md depuis la table des transitions."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(page()))


def page() -> Iterator[str]:
    yield "# La vie d'une action"
    yield ""
    yield "Page produite par `manage.py workflow_doc` depuis `actions/workflow.py` : ne la modifiez pas à la main."
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {Status.DRAFT}"
    for name, transition in TRANSITIONS.items():
        for source in transition.sources:
            target = source if name == "announce" else transition.target
            yield f"    {source} --> {target}: {name}"
    yield "```"
    yield ""
    yield "| Transition | De | Vers | Qui | Conditions | Courriel | Annoncée au partenaire |"
    yield "|---|---|---|---|---|---|---|"
    for name, transition in TRANSITIONS.items():
        yield f"| {' | '.join(_cells(name, transition))} |"


def _cells(name: str, transition: Transition) -> list[str]:
    sources = ", ".join(str(source.label) for source in transition.sources)
    return [
        f"{transition.label} (`{name}`)",
        sources,
        "inchangé" if name == "announce" else str(transition.target.label),
        f"{transition.actor} (`{transition.permission}`)",
        ", ".join(f"`{guard.__name__}`" for guard in transition.guards) or "–",
        transition.mail.__name__ if transition.mail else "aucun",
        "oui" if transition.announces else "non",
    ]
