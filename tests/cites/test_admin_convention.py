"""The convention-cadre in the administration."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cites import convention as conventions
from cites.core import audit, clock
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.models import Commitment, ConventionCadre, SealedVersion, Signatory, User
from tests import factories
from tests.cites.admin_pages import a_convention, events, form_of, page


class TestConvention:
    def test_is_sealed_as_it_was_read(self, client: Client, staff: User) -> None:
        convention = a_convention()
        url = reverse("admin:cites_conventioncadre_seal", args=[convention.pk])
        shown = client.get(url)
        assert "Engagement de la ville" in shown.content.decode()
        client.post(url, {"seen": shown.context["seen"]})
        convention.refresh_from_db()
        assert convention.is_sealed
        (version,) = SealedVersion.objects.of(conventions.KIND, convention)
        assert "Engagement de la ville" in version.payload
        (event,) = events("cites.convention_sealed")
        assert event.actor == staff
        assert version.short_hash in audit.read_sentence(event)

    def test_another_text_is_not_sealed(self, client: Client, staff: User) -> None:
        convention = a_convention()
        url = reverse("admin:cites_conventioncadre_seal", args=[convention.pk])
        seen = client.get(url).context["seen"]
        Commitment.objects.update(text="Changé entre-temps")
        for sent in (seen, "", "x"):
            assert client.post(url, {"seen": sent}).status_code == 409
        assert not SealedVersion.objects.exists()
        with pytest.raises(Stale):
            conventions.seal(convention, by=staff, seen=seen)

    @pytest.mark.parametrize("problem", ["unsigned", "future", "signatories", "sealed"])
    def test_waits_for_its_signatures(self, client: Client, staff: User, problem: str) -> None:
        convention = a_convention()
        changes = {"unsigned": None, "future": clock.today() + timedelta(days=1)}
        if problem in changes:
            ConventionCadre.objects.filter(pk=convention.pk).update(signed_on=changes[problem])
        elif problem == "signatories":
            Signatory.objects.all().delete()
        else:
            conventions.seal(convention, by=staff)
        with pytest.raises(Blocked):
            conventions.seal(convention, by=staff)
        url = reverse("admin:cites_conventioncadre_seal", args=[convention.pk])
        shown = client.get(url)
        assert "Sceller cette convention" not in shown.content.decode()
        client.post(url, {"seen": shown.context["seen"]})
        assert SealedVersion.objects.count() == (problem == "sealed")

    def test_is_sealed_by_the_administration(self, client: Client, db: None) -> None:
        convention = a_convention()
        for user in (factories.make_pilot(), factories.make_coordination()):
            with pytest.raises(Refused):
                conventions.seal(convention, by=user)
            client.force_login(user)
            url = reverse("admin:cites_conventioncadre_seal", args=[convention.pk])
            assert client.post(url, {"seen": "x"}).status_code in (302, 403)
        assert not SealedVersion.objects.exists()

    def test_is_edited_with_its_rows_until_sealed(self, client: Client, staff: User) -> None:
        convention = a_convention()
        url = page("cites.conventioncadre", "change", convention.pk)
        data = form_of(client, url)
        assert client.post(url, {**data, "commitments-0-text": "Mieux dit", "title": "Titre"}).status_code == 302
        assert Commitment.objects.get().text == "Mieux dit"
        (event,) = events("cites.admin_changed")
        assert event.data["fields"] == ["titre", "engagements"]

    def test_does_not_change_once_sealed(self, client: Client, staff: User) -> None:
        """The page of before, sent again after the seal: rows changed, added and removed are all refused."""
        convention = a_convention()
        url = page("cites.conventioncadre", "change", convention.pk)
        data = form_of(client, url)
        conventions.seal(convention, by=staff)
        forged = {
            **data,
            "title": "Faux",
            "commitments-0-text": "Faux",
            "signatories-0-DELETE": "on",
            "signatories-TOTAL_FORMS": "2",
            "signatories-1-institution_name": "Intrus",
            "signatories-1-capacity": "Personne",
            "signatories-1-rank": "9",
        }
        assert client.post(url, forged).status_code == 403
        assert client.post(page("cites.conventioncadre", "delete", convention.pk), {"post": "yes"}).status_code == 403
        convention.refresh_from_db()
        assert convention.title == "Convention-cadre"
        assert Commitment.objects.get().text == "Engagement de la ville"
        assert Signatory.objects.get().institution_name == "Ville"
        body = client.get(url).content.decode()
        assert 'name="title"' not in body
        assert 'name="commitments-0-text"' not in body
