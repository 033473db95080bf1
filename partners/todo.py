"""What waits for this person about organisations: people who ask to come in."""

from collections.abc import Iterator

from django.urls import reverse

from cites.core.registry import Todo, todos
from cites.models import User
from partners.models import JoinRequest, Membership


@todos.register
def waiting(user: User) -> Iterator[Todo]:
    """One line per organisation that has requests; coordination, for those that nobody answers for."""
    asked = JoinRequest.objects.waiting().select_related("organisation")
    if user.is_coordination:
        answered_for = Membership.objects.responsables().values("organisation")
        rows = list(asked.exclude(organisation__in=answered_for))
    else:
        own = [m.organisation_id for m in user.active_memberships if m.role == Membership.Role.RESPONSABLE]
        rows = list(asked.filter(organisation__in=own)) if own else []
    for organisation in dict.fromkeys(row.organisation for row in rows):
        count = sum(row.organisation == organisation for row in rows)
        end = f"à rejoindre « {organisation} »"
        url = reverse("organisation:detail", args=[organisation.pk])
        yield Todo(count, f"personne demande {end}", f"personnes demandent {end}", url)
