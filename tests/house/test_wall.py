"""Every page and both methods, before a second factor: who steers or administers gets the enrolment alone."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin
from django.test import override_settings
from django.urls import reverse

from cites.accounts.second_factor import ENROLMENT
from tests.house import answers
from tests.house.answers import Asker
from tests.house.story import Story, aside, complete
from tests.house.test_matrix import BLOCKS, reconnected, request_of

pytestmark = pytest.mark.one_database

STEERING = ("education", "coordination", "admin")
LEFT_OPEN = ENROLMENT | {route.name for route in answers.routes() if route.is_public}
WALL = "cites.accounts.second_factor.SecondFactorWall"


@pytest.fixture(scope="module")
def bare(story: Story) -> Iterator[Asker]:
    """Nobody has a factor any more."""
    with aside():
        complete(story)
        Authenticator.objects.all().delete()
        yield Asker(story)


def addresses(asker: Asker) -> dict[str, str]:
    """Each address behind the wall, with the name of its route."""
    found = {asker.url(block): block.route for block in BLOCKS if block.route not in LEFT_OPEN}
    for model, page in admin.site._registry.items():
        row = page.get_queryset(request_of(asker.story)).first()
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        for view in ("changelist", "add", "change", "delete", "history"):
            args = [row.pk if row else 1] if view in ("change", "delete", "history") else []
            found[reverse(f"admin:{name}_{view}", args=args)] = view
    return found


def let_through(asker: Asker, role: str) -> Iterator[str]:
    """Whatever is answered otherwise than by leading to the enrolment, or by a refusal of the method."""
    wall = reverse("accounts:second_factor")
    for url, route in addresses(asker).items():
        for method in ("get", "post"):
            with aside(), answers.spying() as writes:
                response = getattr(asker.story.client(role), method)(url)
            led = response.get("Location", "").partition("?")[0]
            if led != wall or writes:
                yield f"{method} {route} {url}: {response.status_code} {led} {writes}"


@pytest.mark.parametrize("role", STEERING)
def test_nothing_behind_it_is_answered(bare: Asker, role: str) -> None:
    assert len(addresses(bare)) > 250
    assert list(let_through(bare, role)) == []


@pytest.mark.parametrize("role", ["education", "coordination"])
def test_without_the_wall_the_sweep_goes_red(bare: Asker, role: str) -> None:
    with override_settings(MIDDLEWARE=[name for name in settings.MIDDLEWARE if name != WALL]):
        found = list(let_through(reconnected(bare.story), role))
    assert len([line for line in found if ": 200" in line]) > 20


def test_the_administration_stays_closed_without_the_wall(bare: Asker) -> None:
    """It checks by itself: only pages of the portal are let through."""
    with override_settings(MIDDLEWARE=[name for name in settings.MIDDLEWARE if name != WALL]):
        found = [line for line in let_through(reconnected(bare.story), "admin") if f" /{settings.ADMIN_PATH}" in line]
    assert [line for line in found if ": 200" in line] == []


@pytest.mark.parametrize("role", ["porteur", "sans"])
def test_partners_meet_no_wall(bare: Asker, role: str) -> None:
    response = bare.story.client(role).get(reverse("espace:home"))
    assert response.status_code == 200
