"""The espace's navigation: the pages of this app."""

from collections.abc import Iterator

from django.urls import reverse

from cites import guides
from cites.core.registry import Link, navigation
from cites.models import User


@navigation.register
def links(user: User) -> Iterator[Link]:
    yield Link("Tableau de bord", reverse("espace:home"), 0)
    yield Link("Journal", reverse("espace:journal"), 90)
    if user.is_staff:
        yield Link("Administration", reverse("admin:index"), 95)
    yield Link("Aide", guides.for_person(user).url, 99)
