"""The text of a call as the pilots agree on it: what is sealed, what is still lacking before they are asked."""

from collections.abc import Iterator
from typing import Any

from actions import call_windows
from actions.models import Call, CallQuestion, Grid
from cites.core import clock

KIND = "appel"
PLAIN = (
    *("slug", "title", "year", "summary", "text", "documents", "latest_end", "indicative_amount"),
    *("decision_rule", "blind_avis", "avis_due_at", "allows_planned_money", "title_prefix", "title_max", "publish_at"),
)


def payload(call: Call) -> dict[str, Any]:
    """All that the public will read, save whom to write to: a person may change, a sealed text cannot forget one."""
    grid = last_grid(call)
    return {
        **{name: getattr(call, name) for name in PLAIN},
        "period": call.period.label,
        "priorities": lines(call.priorities),
        "eligible_kinds": sorted(kind.code for kind in call.eligible_kinds.all()),
        "required_documents": sorted(kind.code for kind in call.required_documents.all()),
        "windows": [_values(row, "label", "opens_at", "closes_at", "earliest_start") for row in call.windows_in_order],
        "dates": [_values(row, "kind", "on", "label") for row in call.dates.all()],
        "questions": [_values(row, "kind", "label", "help", "is_required", "choices") for row in call.questions.all()],
        "grid": grid.number if grid else None,
        "criteria": [_values(row, "label", "help", "weight") for row in grid.criteria.all()] if grid else [],
    }


def last_grid(call: Call) -> Grid | None:
    return call.grids.order_by("-number").first()


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def lacking(call: Call) -> list[str]:
    """What the pilots cannot be asked without, in French."""
    return list(_lacking(call))


def _lacking(call: Call) -> Iterator[str]:
    windows = call.windows_in_order
    if not call.text.strip():
        yield "Écrivez le texte de l'appel."
    if not call.contact_email:
        yield "Donnez le courriel d'un contact."
    if not windows:
        yield "Donnez au moins une période de dépôt."
    elif windows[-1].closes_at <= clock.now():
        yield "Toutes les périodes de dépôt sont passées : donnez des dates à venir."
    yield from call_windows.problems(windows)
    if any(window.earliest_start > call.latest_end for window in windows):
        yield "La fin des actions précède leur début : revoyez les dates."
    if not (grid := last_grid(call)) or not grid.criteria.exists():
        yield "Dites ce qui sera regardé : la grille n'a pas de critère."
    for question in call.questions.all():
        if question.kind == CallQuestion.Kind.CHOICE and len(question.choices) < 2:
            yield f"Question « {question.label} » : proposez au moins deux choix."


def _values(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
