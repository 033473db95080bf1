"""The espace's navigation: files for the steering side, one's own proposals for a partner."""

from collections.abc import Iterator

from django.urls import reverse

from cites.core.registry import Link, navigation
from cites.models import User


@navigation.register
def links(user: User) -> Iterator[Link]:
    if user.is_steering or user.is_staff:
        yield Link("Actions", reverse("actions:list"), 10)
        yield Link("Appels", reverse("actions:call_list"), 15)
    if user.is_partner or user.is_coordination:
        yield Link("Dossiers saisis" if user.is_coordination else "Mes dossiers", reverse("proposals:list"), 20)
