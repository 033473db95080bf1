"""The cité, its mandates and its accounts in the administration."""

import html
from datetime import timedelta
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from cites.accounts import reset_link
from cites.core import audit, clock
from cites.core.permissions import Refused
from cites.models import Cite, Mandate, OutboxMail, PilotInstitution, User
from funding.models import Decision, Source
from tests import factories
from tests.cites.admin_pages import events, form_of, page


def test_there_is_one_cite(client: Client, staff: User) -> None:
    client.post(page("cites.cite", "add"), {"name": "Cité éducative de Valenton"})
    cite = Cite.objects.get()
    assert cite.pk == 1
    assert client.post(page("cites.cite", "add"), {"name": "Une autre"}).status_code == 403
    assert client.get(page("cites.cite", "changelist"))["Location"] == page("cites.cite", "change", 1)
    assert client.post(page("cites.cite", "delete", 1), {"post": "yes"}).status_code == 403
    assert "Administration – Cité éducative de Valenton" in client.get(reverse("admin:index")).content.decode()


def test_an_administrator_receives_no_mandate(client: Client, staff: User) -> None:
    ville = PilotInstitution.objects.get(code="ville")
    typed = {"user": staff.pk, "role": "titulaire", "institution": ville.pk, "starts_on": "01/01/2026"}
    body = client.post(page("cites.mandate", "add"), typed).content.decode()
    assert "ne reçoit pas de mandat" in body
    assert not Mandate.objects.exists()
    without = client.post(page("cites.mandate", "add"), {**typed, "user": factories.make_user().pk, "institution": ""})
    assert "les autres mandats en ont une" in without.content.decode()


def test_a_mandate_that_began_is_ended_not_deleted(client: Client, moved_clock: None, staff: User) -> None:
    mandate = factories.make_pilot("ville").mandates.get()
    assert client.post(page("cites.mandate", "delete", mandate.pk), {"post": "yes"}).status_code == 403
    mandate.starts_on = clock.today() + timedelta(days=1)
    mandate.save()
    client.post(page("cites.mandate", "delete", mandate.pk), {"post": "yes"})
    assert not Mandate.objects.exists()


def test_a_pilot_does_not_become_an_administrator(client: Client, staff: User) -> None:
    pilot = factories.make_pilot()
    url = page("cites.user", "change", pilot.pk)
    body = client.post(url, {**form_of(client, url), "is_staff": "on", "is_superuser": "on"}).content.decode()
    assert "demande un autre compte" in body
    pilot.refresh_from_db()
    assert not pilot.is_staff
    assert not pilot.is_superuser


def test_nor_does_who_was_one_or_stands_for_an_organisation(client: Client, staff: User) -> None:
    former = factories.make_pilot()
    former.mandates.update(ends_on=clock.today() - timedelta(days=1))
    for user in (former, factories.make_member()):
        url = page("cites.user", "change", user.pk)
        refused = client.post(url, {**form_of(client, url), "is_staff": "on"})
        assert "demande un autre compte" in refused.content.decode()
        assert not factories.fresh(user).is_staff
        assert client.post(url, {**form_of(client, url), "function": "Cheffe"}).status_code == 302


def test_nobody_is_made_superuser_here(client: Client, staff: User) -> None:
    user = factories.make_user()
    url = page("cites.user", "change", user.pk)
    client.post(url, {**form_of(client, url), "is_staff": "on", "is_superuser": "on", "password": "en clair"})
    user.refresh_from_db()
    assert user.is_staff
    assert not user.is_superuser
    assert user.password != "en clair"
    assert not user.has_usable_password()


@pytest.mark.parametrize("box", ["is_active", "is_staff"])
def test_an_administrator_keeps_its_own_access(client: Client, staff: User, box: str) -> None:
    url = page("cites.user", "change", staff.pk)
    data = form_of(client, url)
    data.pop(box)
    assert "votre propre accès" in client.post(url, data).content.decode()


def test_an_address_that_is_replaced_opens_nothing(client: Client, staff: User) -> None:
    user = factories.make_user("avant@exemple.test")
    url = page("cites.user", "change", user.pk)
    client.post(url, {**form_of(client, url), "email": "Apres@Exemple.test"})
    user.refresh_from_db()
    assert user.email == "apres@exemple.test"
    assert not EmailAddress.objects.filter(email="avant@exemple.test").exists()


def test_accounts_come_by_invitation(client: Client, staff: User) -> None:
    assert client.get(page("cites.user", "add")).status_code == 403
    typed = {"email": "nouvelle@exemple.test", "full_name": "Nouvelle"}
    assert client.post(page("cites.user", "add"), typed).status_code == 403
    assert not User.objects.filter(email="nouvelle@exemple.test").exists()
    body = client.get(page("cites.user", "changelist")).content.decode()
    assert f'<a href="{page("cites.invitation", "add")}">Inviter une personne</a>' in body


def test_nobody_chooses_someone_elses_password(client: Client, staff: User) -> None:
    """Neither by the address where Django does it, nor by a field of the form."""
    user = factories.make_user(password=factories.PASSWORD)
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[user.pk])
    url = page("cites.user", "change", user.pk)
    new = {"password1": "une autre phrase de passe", "password2": "une autre phrase de passe", "set-password": "1"}
    client.post(url.replace("/change/", "/password/"), new)
    client.post(url, {**form_of(client, url), **new, "password": "une autre phrase de passe"})
    assert "password" not in client.get(url).context["adminform"].form.fields
    assert factories.fresh(user).check_password(factories.PASSWORD)


def test_a_link_is_sent_instead(client: Client, staff: User) -> None:
    user = factories.make_user(password=factories.PASSWORD)
    before = factories.fresh(user).get_session_auth_hash()
    client.post(page("cites.user", "send_password_link", user.pk))
    mail = OutboxMail.objects.get(to=user.email)
    assert f"{settings.SITE_URL}/comptes/password/reset/key/" in mail.body
    assert factories.fresh(user).get_session_auth_hash() == before
    (event,) = events("cites.password_link_sent")
    assert audit.read_sentence(event).endswith(f"un lien de choix de mot de passe au compte n° {user.pk}")


def test_no_link_to_a_closed_account_or_an_address_nobody_proved(client: Client, staff: User) -> None:
    closed, unproved = factories.make_user("ferme@exemple.test", is_active=False), factories.make_user()
    EmailAddress.objects.filter(user=unproved).update(verified=False)
    for user, reason in ((closed, "Ce compte est désactivé."), (unproved, "n'est pas vérifiée")):
        answer = client.post(page("cites.user", "send_password_link", user.pk), follow=True)
        assert reason in html.unescape(answer.content.decode())
    assert not OutboxMail.objects.exists()
    with pytest.raises(Refused):
        reset_link.send(closed, by=factories.make_coordination())


def test_an_account_is_closed_not_deleted(client: Client, staff: User) -> None:
    user = factories.make_user()
    assert client.post(page("cites.user", "delete", user.pk), {"post": "yes"}).status_code == 403


def test_the_acts_of_a_source_are_chosen(client: Client, staff: User) -> None:
    source = Source.objects.get(code="P147")
    url = page("funding.source", "change", source.pk)
    data = form_of(client, url)
    client.post(url, {**data, "act_kinds": ["convention"]})
    source.refresh_from_db()
    assert source.act_kinds == ["convention"]
    assert "Choix valide" not in client.post(url, {**data, "act_kinds": ["faux"]}).content.decode()
    source.refresh_from_db()
    assert source.act_kinds == ["convention"]


def test_decisions_read_in_euros(client: Client, staff: User) -> None:
    factories.make_decided(Decimal("6000.00"))
    decision = Decision.objects.get()
    assert "6\u202f000,00" in client.get(page("funding.decision", "change", decision.pk)).content.decode()
