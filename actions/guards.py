"""When a transition may happen: functions of the action's state, never of the person.

Each returns nothing, or a French sentence that says what is missing.
"""

from collections.abc import Callable

from actions.models import Action, Report, Review
from actions.models.agenda import AgendaItem

Guard = Callable[[Action], str | None]


def budget_submitted(action: Action) -> str | None:
    if action.version and action.reference:
        return None
    return "Le dossier doit être relu et complet avant d'être déposé."


def has_review(action: Action) -> str | None:
    if Review.objects.filter(action=action, version=action.version).exists():
        return None
    return "L'instruction de cette version n'est pas ouverte."


def unveiled(action: Action) -> str | None:
    if Review.objects.filter(action=action, version=action.version, unveiled_at__isnull=False).exists():
        return None
    return "Des institutions n'ont pas encore rendu leur avis."


def on_agenda(action: Action) -> str | None:
    if AgendaItem.objects.filter(action=action, seance__closed_at__isnull=True).exists():
        return None
    return "Le dossier n'est à l'ordre du jour d'aucune séance."


def announced(action: Action) -> str | None:
    return None if action.is_announced else "La décision n'est pas encore notifiée."


def not_announced(action: Action) -> str | None:
    return "La décision est déjà notifiée au partenaire." if action.is_announced else None


def has_report(action: Action) -> str | None:
    if Report.objects.filter(action=action, submitted_at__isnull=False).exists():
        return None
    return "Le bilan n'est pas rempli."


def from_before(action: Action) -> str | None:
    return None if action.origin_reference else "Ce dossier n'a pas été décidé avant le portail."
