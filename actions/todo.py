"""What waits for this person about files: nobody searches, each line leads to its list."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from actions.models import Action, Review
from actions.models.action import Status
from cites.core.registry import Todo, todos
from cites.models import User


@todos.register
def waiting(user: User) -> Iterator[Todo]:
    if user.is_coordination:
        yield from _coordination()
    if user.institution is not None:
        yield _avis(user)
    if user.is_partner:
        yield from _partner(user)


def _list(status: str) -> str:
    return f"{reverse('actions:list')}?{urlencode({'status': status})}"


def _coordination() -> Iterator[Todo]:
    for status, label in (
        (Status.SUBMITTED, "dossiers déposés dont la recevabilité est à dire"),
        (Status.ADMISSIBLE, "dossiers recevables dont l'instruction est à ouvrir"),
        (Status.REVIEWED, "dossiers dont les avis sont rendus, à inscrire à l'ordre du jour"),
        (Status.REPORT_SUBMITTED, "bilans à lire"),
        (Status.REPORT_MISSING, "bilans manquants à relancer"),
    ):
        yield Todo(Action.objects.filter(status=status).count(), label, _list(status))


def _avis(user: User) -> Todo:
    reviews = Review.objects.filter(action__status=Status.IN_REVIEW, seats__institution=user.institution)
    asked = reviews.exclude(avis__institution=user.institution)
    url = f"{reverse('actions:list')}?{urlencode({'avis_missing': user.institution.code if user.institution else ''})}"
    return Todo(asked.count(), "dossiers attendent l'avis de votre institution", url)


def _partner(user: User) -> Iterator[Todo]:
    own = Action.objects.visible_to(user)
    for status, label in (
        (Status.DRAFT, "brouillons à terminer"),
        (Status.TO_COMPLETE, "dossiers à compléter"),
        (Status.REPORT_DUE, "bilans à déposer"),
        (Status.REPORT_TO_CORRECT, "bilans à corriger"),
    ):
        yield Todo(own.filter(announced_status=status).count(), label, reverse("proposals:list"))
