"""What waits for this person about files: nobody searches, each line leads to its list."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from actions.models import Action, Review
from actions.models.action import Status
from cites.core.registry import Todo, todos
from cites.models import User
from partners.models import Interest


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
    for status, one, end in (
        (Status.SUBMITTED, "dossier déposé", "dont la recevabilité est à dire"),
        (Status.ADMISSIBLE, "dossier recevable", "dont l'instruction est à ouvrir"),
        (Status.REVIEWED, "dossier instruit", "à inscrire à l'ordre du jour"),
        (Status.REPORT_SUBMITTED, "bilan déposé", "à lire"),
        (Status.REPORT_MISSING, "bilan manquant", "à relancer"),
    ):
        count = Action.objects.filter(status=status).count()
        yield Todo(count, f"{one} {end}", f"{_plural(one)} {end}", _list(status))


def _avis(user: User) -> Todo:
    reviews = Review.objects.filter(action__status=Status.IN_REVIEW, seats__institution=user.institution)
    out = Interest.objects.active().filter(user=user).values("organisation")
    asked = reviews.exclude(avis__institution=user.institution).exclude(action__organisation__in=out)
    url = f"{reverse('actions:list')}?{urlencode({'avis_missing': user.institution.code if user.institution else ''})}"
    end = "l'avis de votre institution"
    return Todo(asked.count(), f"dossier attend {end}", f"dossiers attendent {end}", url)


def _partner(user: User) -> Iterator[Todo]:
    own = Action.objects.visible_to(user)
    for status, one, end in (
        (Status.DRAFT, "brouillon", "à terminer"),
        (Status.TO_COMPLETE, "dossier", "à compléter"),
        (Status.REPORT_DUE, "bilan", "à déposer"),
        (Status.REPORT_TO_CORRECT, "bilan", "à corriger"),
    ):
        count = own.filter(announced_status=status).count()
        yield Todo(count, f"{one} {end}", f"{_plural(one)} {end}", reverse("proposals:list"))


def _plural(words: str) -> str:
    return " ".join(f"{word}s" for word in words.split())
