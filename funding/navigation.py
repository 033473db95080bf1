"""The espace's navigation: séances and the envelope."""

from collections.abc import Iterator

from django.urls import reverse

from cites.core.registry import Link, navigation
from cites.models import User


@navigation.register
def links(user: User) -> Iterator[Link]:
    if user.is_steering or user.is_staff:
        yield Link("Séances", reverse("seances:list"), 30)
        yield Link("Budget", reverse("budget:overview"), 40)
