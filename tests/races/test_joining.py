"""Two at once on the same organisation: one goes through, the other reads a French sentence, nobody meets a 500."""

import time

import pytest
from django.urls import reverse

from cites.models import Event
from partners import joining, membership
from partners.models import JoinRequest, Membership, Organisation
from tests import factories
from tests.races.crowd import Answer, Press, press_together

TABS = 8


def told(answers: list[Answer], sentence: str) -> tuple[int, int]:
    """How many went through, how many read the sentence; anything else fails."""
    odd = [answer.status for answer in answers if answer.status not in (200, 302)]
    assert odd == []
    refused = [answer for answer in answers if answer.status == 200]
    assert all(sentence in answer.body for answer in refused), refused[0].body[:2000]
    return len(answers) - len(refused), len(refused)


def new_organisation() -> dict[str, str]:
    kind = factories.make_organisation("Modèle").kind_id
    return {"name": "Les Lanternes", "siret": "73282932000074", "kind": str(kind)}


def test_the_same_organisation_is_brought_once(live_site: str) -> None:
    lina = factories.make_user("lina@exemple.test")
    press = Press(reverse("organisation:create"), new_organisation())
    assert told(press_together(live_site, lina, [press] * TABS), "existe déjà") == (1, TABS - 1)
    created = Organisation.objects.get(name="Les Lanternes")
    assert [m.user for m in created.memberships.all()] == [lina]


def test_the_same_request_is_made_once(live_site: str) -> None:
    lina, organisation = factories.make_user("lina@exemple.test"), factories.make_organisation()
    press = Press(reverse("organisation:ask", args=[organisation.pk]), {"message": "Bénévole."})
    assert told(press_together(live_site, lina, [press] * TABS), "attend déjà une réponse") == (1, TABS - 1)
    assert JoinRequest.objects.count() == 1


def test_the_same_request_is_answered_once(live_site: str) -> None:
    organisation = factories.make_organisation()
    nadege, lina = factories.make_member(organisation), factories.make_user("lina@exemple.test")
    request = joining.ask(organisation, "", by=lina)
    press = Press(reverse("organisation:join_request", args=[organisation.pk, request.pk]), {"role": "lecteur"})
    answers = press_together(live_site, nadege, [press] * TABS)
    assert told(answers, "déjà reçu sa réponse")[0] >= 1  # those who came long after are led back to the page
    assert Membership.objects.filter(user=lina).count() == 1
    assert Event.objects.filter(kind="partners.join_accepted").count() == 1


# ------------------------------------------------------------------ the last two responsables, in the same instant


def leave_together(site: str) -> tuple[Organisation, list[Answer]]:
    """One of them presses for both: each membership is ended from a tab of its own."""
    organisation = factories.make_organisation()
    nadege, other = factories.make_member(organisation), factories.make_user("autre@exemple.test")
    Membership.objects.create(
        user=other, organisation=organisation, role="responsable", starts_on=factories.MANDATES_START
    )
    rows = organisation.memberships.order_by("pk")
    presses = [Press(reverse("organisation:end", args=[organisation.pk, row.pk]), {}) for row in rows]
    return organisation, press_together(site, nadege, presses)


def test_two_responsables_do_not_leave_together(live_site: str) -> None:
    organisation, answers = leave_together(live_site)
    assert {answer.status for answer in answers} <= {302, 403, 404}
    assert organisation.has_responsable


@pytest.mark.postgres_only
def test_without_the_lock_they_would(live_site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = membership._keep_a_responsable

    def slow(row: Membership) -> None:
        keep(row)
        time.sleep(0.5)

    monkeypatch.setattr(
        membership, "_locked", lambda row: Membership.objects.select_related("organisation", "user").get(pk=row.pk)
    )
    monkeypatch.setattr(membership, "_keep_a_responsable", slow)
    organisation, _ = leave_together(live_site)
    assert not organisation.has_responsable
