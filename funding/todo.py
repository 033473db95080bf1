"""What waits for this person about decisions: a relevé to sign, partners to tell."""

from collections.abc import Iterator

from django.urls import reverse

from cites.core.registry import Todo, todos
from cites.models import PilotInstitution, SealedVersion, Seance, User
from funding.decisions import RELEVE


@todos.register
def waiting(user: User) -> Iterator[Todo]:
    if user.is_pilot:
        closed = _last_releves()
        unsigned = [pk for pk, signed in closed.items() if user.institution and user.institution.pk not in signed]
        yield Todo(len(unsigned), "relevé de décisions à signer", "relevés de décisions à signer", _url(unsigned))
    if user.is_coordination:
        pilots = set(PilotInstitution.objects.filter(is_active=True).values_list("pk", flat=True))
        complete = {pk for pk, signed in _last_releves().items() if signed >= pilots}
        told = Seance.objects.filter(pk__in=complete, items__decisions__contest=None, items__decisions__notice=None)
        ready = list(told.filter(items__decisions__isnull=False).distinct().values_list("pk", flat=True))
        end = "par tous, à notifier aux partenaires"
        yield Todo(len(ready), f"séance signée {end}", f"séances signées {end}", _url(ready))


def _last_releves() -> dict[int, set[int]]:
    """Closed séance → institutions that signed its last relevé. Two queries."""
    closed = Seance.objects.filter(closed_at__isnull=False).values_list("pk", flat=True)
    releves = SealedVersion.objects.filter(kind=RELEVE, subject_id__in=closed).order_by("number")
    last = {releve.subject_id: releve for releve in releves.prefetch_related("signatures")}
    return {pk: {s.institution_id for s in releve.signatures.all()} for pk, releve in last.items()}


def _url(seances: list[int]) -> str:
    return reverse("seances:releve", args=[seances[0]]) if len(seances) == 1 else reverse("seances:list")
