"""The espace's navigation: one's organisation, or the directory of all."""

from collections.abc import Iterator

from django.urls import reverse

from cites.core.registry import Link, navigation
from cites.models import User


@navigation.register
def links(user: User) -> Iterator[Link]:
    if user.is_steering or user.is_staff:
        yield Link("Partenaires", reverse("partners:list"), 15)
    if user.is_partner:
        yield Link("Mon organisation", reverse("organisation:home"), 25)
    elif not (user.is_steering or user.is_staff):
        yield Link("Rejoindre une organisation", reverse("organisation:join"), 25)
