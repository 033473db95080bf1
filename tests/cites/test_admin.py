"""The administration is no back door: what is sealed is only read, and every edit is in the journal."""

import html
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from actions import review
from actions.models import Action, Avis, Call
from cites import convention as conventions
from cites.accounts import reset_link
from cites.core import audit, clock
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.models import (
    Champ,
    Cite,
    Commitment,
    ConventionCadre,
    Event,
    Mandate,
    OutboxMail,
    PilotInstitution,
    School,
    SealedVersion,
    Signatory,
    User,
)
from funding.models import Decision, Move, Source, Tranche
from partners.models import Interest, Organisation
from tests import factories

YES, NO = True, False
# Model -> may staff add, change, delete? The rows are new and used by nothing, the most that can be allowed.
ALLOWED: dict[str, tuple[bool, bool, bool]] = {
    "actions.action": (NO, NO, NO),
    "actions.agendaitem": (NO, NO, NO),
    "actions.avis": (NO, NO, NO),
    "actions.budgetline": (YES, YES, NO),
    "actions.call": (YES, YES, YES),
    "actions.decisionreason": (YES, YES, NO),
    "actions.position": (NO, NO, NO),
    "actions.report": (NO, NO, NO),
    "actions.review": (NO, NO, NO),
    "actions.submission": (NO, NO, NO),
    "cites.actorkind": (YES, YES, NO),
    "cites.agerange": (YES, YES, NO),
    "cites.champ": (YES, YES, NO),
    "cites.chefdefile": (YES, YES, YES),
    "cites.cite": (YES, YES, NO),
    "cites.commune": (YES, YES, YES),
    "cites.conventioncadre": (YES, YES, YES),
    "cites.event": (NO, NO, NO),
    "cites.instance": (YES, YES, NO),
    "cites.invitation": (YES, NO, NO),
    "cites.labelperiod": (YES, YES, YES),
    "cites.mandate": (YES, YES, YES),
    "cites.outboxmail": (NO, NO, NO),
    "cites.pilotinstitution": (YES, YES, YES),
    "cites.quartier": (YES, YES, YES),
    "cites.rule": (YES, YES, NO),
    "cites.school": (YES, YES, YES),
    "cites.schooltime": (YES, YES, NO),
    "cites.sealedversion": (NO, NO, NO),
    "cites.seance": (NO, NO, NO),
    "cites.signature": (NO, NO, NO),
    "cites.theme": (YES, YES, NO),
    "cites.user": (NO, YES, NO),
    "funding.account": (NO, NO, NO),
    "funding.act": (NO, NO, NO),
    "funding.award": (NO, NO, NO),
    "funding.contest": (NO, NO, NO),
    "funding.decision": (NO, NO, NO),
    "funding.move": (NO, NO, NO),
    "funding.notice": (NO, NO, NO),
    "funding.priordecision": (NO, NO, NO),
    "funding.source": (YES, YES, NO),
    "funding.tranche": (YES, YES, YES),
    "partners.interest": (YES, YES, YES),
    "partners.membership": (YES, YES, YES),
    "partners.organisation": (YES, YES, YES),
    "partners.organisationkind": (YES, YES, NO),
}
READ_ONLY = sorted(label for label, allowed in ALLOWED.items() if not any(allowed))


def page(label: str, view: str, *args: Any) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{view}", args=args)


@pytest.fixture
def staff(db: None, client: Client) -> User:
    user = factories.make_admin()
    client.force_login(user)
    return user


@pytest.fixture
def moved_clock() -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("seq"))


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back of this page, unchanged."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for wrapper in context["inline_admin_formsets"]:
        forms += [wrapper.formset.management_form, *wrapper.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            widget = field.field.widget
            if hasattr(widget, "decompress") and not isinstance(value, list | tuple):
                parts = widget.decompress(value)
                data.update({f"{field.html_name}_{i}": part or "" for i, part in enumerate(parts)})
            elif value is not None and value is not False:
                data[field.html_name] = value
    return data


# ------------------------------------------------------------------ who may do what


def test_the_table_names_every_page() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(ALLOWED)


@pytest.mark.parametrize("superuser", [True, False])
@pytest.mark.parametrize("label", sorted(ALLOWED))
def test_what_staff_may_do(rf: RequestFactory, db: None, label: str, superuser: bool) -> None:
    """The same for a superuser: being one opens nothing more."""
    request = rf.get("/")
    request.user = factories.make_user("staff@exemple.test", is_staff=True, is_superuser=superuser)
    page = next(a for m, a in admin.site._registry.items() if m._meta.label_lower == label)
    new = page.model()
    if hasattr(new, "starts_on"):
        new.starts_on = clock.today() + timedelta(days=1)
    may = (
        page.has_add_permission(request),
        page.has_change_permission(request),
        page.has_delete_permission(request, new),
    )
    assert may == ALLOWED[label]
    assert page.has_view_permission(request)
    assert not page.get_actions(request)
    assert not page.list_editable


@pytest.mark.parametrize("label", ["cites.cite", "cites.user", "actions.avis", "funding.move"])
def test_nobody_else_comes_in(client: Client, db: None, label: str) -> None:
    for user in (None, factories.make_pilot(), factories.make_coordination(), factories.make_member()):
        client.logout()
        if user:
            client.force_login(user)
        response = client.get(page(label, "changelist"))
        assert response.status_code in (302, 403)
        if response.status_code == 302:
            assert "/comptes/" in response["Location"] or "/login/" in response["Location"]


def test_every_page_opens(client: Client, staff: User) -> None:
    """With rows of every kind: no page of the administration breaks."""
    factories.make_committed()
    _convention()
    Cite.objects.create(pk=1, name="Cité")
    Interest.objects.create(user=staff, organisation=factories.make_organisation(), nature="x")
    for model, model_admin in admin.site._registry.items():
        label = model._meta.label_lower
        assert client.get(page(label, "changelist"), follow=True).status_code == 200, label
        assert client.get(page(label, "changelist"), {"q": "x"}, follow=True).status_code == 200, label
        row = model._default_manager.first()
        if row is not None:
            assert client.get(page(label, "change", row.pk)).status_code == 200, label
            assert client.get(page(label, "history", row.pk), follow=True).status_code == 200, label
        add = client.get(page(label, "add")).status_code
        assert add == (200 if model_admin.has_add_permission(_as(staff)) else 403), label


@pytest.mark.parametrize(
    "label", ["actions.avis", "actions.action", "funding.move", "funding.decision", "cites.event", "cites.mandate"]
)
def test_lists_cost_the_same_with_more_rows(
    client: Client, staff: User, label: str, django_assert_max_num_queries: Any
) -> None:
    seance = factories.make_seance()
    for number in range(6):
        item = factories.make_scheduled(title=f"Action {number}", seance=seance)
        factories.decide(item, Decimal("100.00"))
        seance = item.seance
    with django_assert_max_num_queries(14):
        client.get(page(label, "changelist"))


# ------------------------------------------------------------------ forged requests


@pytest.mark.parametrize("label", READ_ONLY)
def test_a_forged_post_is_refused_on_what_is_read(client: Client, staff: User, label: str) -> None:
    factories.make_committed()
    model = next(m for m in admin.site._registry if m._meta.label_lower == label)
    rows = model._default_manager
    before = list(rows.order_by("pk").values())
    row = rows.order_by("-pk").first()
    pk = row.pk if row else 1
    forged = {
        "status": "approved",
        "amount": "1,00",
        "position": "favorable",
        "verdict": "approved",
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": pk,
        "_save": "1",
    }
    delete = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    assert client.post(page(label, "add"), forged).status_code == 403
    assert client.post(page(label, "changelist"), forged).status_code == 403
    assert client.post(page(label, "changelist"), delete).status_code == 403
    if row:
        assert client.post(page(label, "change", pk), forged).status_code == 403
        assert client.post(page(label, "delete", pk), {"post": "yes"}).status_code == 403
    assert list(rows.order_by("pk").values()) == before
    assert not events("cites.admin_changed") + events("cites.admin_added") + events("cites.admin_deleted")


def test_delete_selected_is_nowhere(client: Client, staff: User) -> None:
    organisation = factories.make_organisation()
    delete = {"action": "delete_selected", "_selected_action": [organisation.pk], "post": "yes"}
    client.post(page("partners.organisation", "changelist"), delete)
    assert Organisation.objects.filter(pk=organisation.pk).exists()


def test_money_of_a_tranche_is_not_edited(client: Client, staff: User) -> None:
    tranche = factories.make_tranche()
    forged = {"period": tranche.period_id, "source": tranche.source_id, "year": tranche.year, "planned": "1,00"}
    url = page("funding.tranche", "change", tranche.pk)
    assert client.get(url).status_code == 200
    assert client.post(url, forged).status_code == 403
    assert client.post(page("funding.tranche", "delete", tranche.pk), {"post": "yes"}).status_code == 403
    assert Tranche.objects.get(pk=tranche.pk).planned == tranche.planned


def test_a_new_tranche_is_only_planned(client: Client, staff: User) -> None:
    period, source = factories.make_period(), Source.objects.get(code="P147")
    typed = {
        "period": period.pk,
        "source": source.pk,
        "year": period.first_year,
        "planned": "1 234,56",
        "notified_on": "01/01/2026",
        "notified_reference": "Faux",
    }
    client.post(page("funding.tranche", "add"), typed)
    tranche = Tranche.objects.get()
    assert (tranche.planned, tranche.notified_on, tranche.notified_reference) == (Decimal("1234.56"), None, "")
    assert not Move.objects.exists()
    outside = client.post(page("funding.tranche", "add"), {**typed, "year": period.last_year + 1})
    assert "pas dans la période" in outside.content.decode()


def test_a_call_that_has_files_keeps_its_rule(client: Client, staff: User) -> None:
    call = factories.make_submitted().call
    url = page("actions.call", "change", call.pk)
    data = form_of(client, url)
    forged = {"decision_rule": "majority", "slug": "autre", "year": "1999", "title": "Nouveau titre"}
    assert client.post(url, {**data, **forged}).status_code == 302
    after = Call.objects.get(pk=call.pk)
    assert (after.decision_rule, after.slug, after.year) == (call.decision_rule, call.slug, call.year)
    assert after.title == "Nouveau titre"


def test_a_call_that_has_files_is_not_deleted(client: Client, staff: User) -> None:
    call = factories.make_draft().call
    response = client.post(page("actions.call", "delete", call.pk), {"post": "yes"})
    assert "actions : 1" in response.content.decode()
    assert Call.objects.filter(pk=call.pk).exists()


def test_a_school_of_an_action_is_not_deleted(client: Client, staff: User) -> None:
    """Rows of a choice of several are not protected by the database: they would go silently."""
    action = factories.make_submitted()
    school = action.schools.get()
    client.post(page("cites.school", "delete", school.pk), {"post": "yes"})
    assert list(action.schools.all()) == [school]
    unused = School.objects.create(uai="0949901B", name="Inutile", kind="college", commune=factories.make_commune())
    client.post(page("cites.school", "delete", unused.pk), {"post": "yes"})
    assert not School.objects.filter(pk=unused.pk).exists()
    assert [event.reference for event in events("cites.admin_deleted")] == [f"n° {unused.pk}"]


# ------------------------------------------------------------------ the journal


def test_an_edit_is_journaled_without_values(client: Client, staff: User) -> None:
    champ = Champ.objects.get(code="C1")
    url = page("cites.champ", "change", champ.pk)
    data = form_of(client, url)
    client.post(url, data)
    assert not events("cites.admin_changed")  # nothing changed, nothing said
    client.post(url, {**data, "label": "Un autre libellé", "code": "C9"})
    champ.refresh_from_db()
    assert (champ.label, champ.code) == ("Un autre libellé", "C1")
    (event,) = events("cites.admin_changed")
    assert event.actor == staff
    assert (event.subject_type, event.subject_id, event.reference) == ("cites.champ", champ.pk, "C1")
    assert event.data == {"model": "champ", "fields": ["libellé"]}
    assert audit.read_sentence(event) == "Claire Administration a modifié dans l'administration : champ C1 (libellé)"
    assert list(audit.verify_journal()) == []


def test_no_edit_without_its_event(client: Client, staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    champ = Champ.objects.get(code="C1")
    url = page("cites.champ", "change", champ.pk)
    data = form_of(client, url)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        client.post(url, {**data, "label": "Jamais"})
    champ.refresh_from_db()
    assert champ.label != "Jamais"


def test_the_history_of_a_row_is_the_journal(client: Client, staff: User) -> None:
    champ = Champ.objects.get(code="C1")
    url = page("cites.champ", "change", champ.pk)
    client.post(url, {**form_of(client, url), "rank": "7"})
    text = client.get(page("cites.champ", "history", champ.pk), follow=True).content.decode()
    assert "champ C1 (rang)" in text


# ------------------------------------------------------------------ the veil, and other secrets


def test_a_veiled_avis_is_not_shown(client: Client, staff: User) -> None:
    action = factories.make_in_review()
    pilot = factories.make_pilot("ville")
    given = review.give_avis(action, "defavorable", Decimal("1234.00"), "Un motif secret.", by=pilot)
    url = page("actions.avis", "changelist")
    text = client.get(url).content.decode()
    assert action.reference is not None
    assert action.reference in text
    for secret in ("Défavorable", "1 234", "1\u202f234", "Un motif secret."):
        assert secret not in text
    assert client.get(page("actions.avis", "change", given.pk)).status_code == 403
    for lookup in ("position", "position__exact", "amount__gt", "reason__startswith", "review__avis__position"):
        assert client.get(url, {lookup: "defavorable"}).status_code == 400, lookup
    for label, row in (("cites.pilotinstitution", given.institution), ("cites.user", pilot)):
        for view in ("change", "delete"):
            body = client.get(page(label, view, row.pk)).content.decode()
            assert "Défavorable" not in body


def test_an_avis_is_shown_once_unveiled(client: Client, staff: User) -> None:
    factories.make_reviewed(positions=("defavorable", "favorable", "favorable"))
    assert "Défavorable" in client.get(page("actions.avis", "changelist")).content.decode()
    given = Avis.objects.filter(position="defavorable").get()
    assert client.get(page("actions.avis", "change", given.pk)).status_code == 200


def test_a_draft_is_its_partners_own(client: Client, staff: User) -> None:
    draft = factories.make_draft(title="Brouillon secret")
    assert "Brouillon secret" not in client.get(page("actions.action", "changelist")).content.decode()
    assert client.get(page("actions.action", "change", draft.pk), follow=True).content.decode().count("secret") == 0
    submitted = factories.make_submitted(title="Déposé")
    Action.objects.filter(pk=submitted.pk).update(draft={"title": ["Saisie secrète"]})
    body = client.get(page("actions.action", "change", submitted.pk)).content.decode()
    assert "Déposé" in body
    assert "Saisie secrète" not in body


def test_the_text_of_a_mail_is_not_read(client: Client, staff: User) -> None:
    """It may hold a code that signs in as someone else."""
    mail = OutboxMail.objects.create(to="a@exemple.test", subject="Code de connexion", body="Votre code : 123456")
    url = page("cites.outboxmail", "changelist")
    for address in (url, page("cites.outboxmail", "change", mail.pk)):
        body = client.get(address).content.decode()
        assert "Code de connexion" in body
        assert "123456" not in body
    assert client.get(url, {"body__contains": "123"}).status_code == 400
    assert "Code de connexion" not in client.get(url, {"q": "123456"}).content.decode()


# ------------------------------------------------------------------ the convention-cadre


class TestConvention:
    def test_is_sealed_as_it_was_read(self, client: Client, staff: User) -> None:
        convention = _convention()
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
        convention = _convention()
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
        convention = _convention()
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
        convention = _convention()
        for user in (factories.make_pilot(), factories.make_coordination()):
            with pytest.raises(Refused):
                conventions.seal(convention, by=user)
            client.force_login(user)
            url = reverse("admin:cites_conventioncadre_seal", args=[convention.pk])
            assert client.post(url, {"seen": "x"}).status_code in (302, 403)
        assert not SealedVersion.objects.exists()

    def test_is_edited_with_its_rows_until_sealed(self, client: Client, staff: User) -> None:
        convention = _convention()
        url = page("cites.conventioncadre", "change", convention.pk)
        data = form_of(client, url)
        assert client.post(url, {**data, "commitments-0-text": "Mieux dit", "title": "Titre"}).status_code == 302
        assert Commitment.objects.get().text == "Mieux dit"
        (event,) = events("cites.admin_changed")
        assert event.data["fields"] == ["titre", "engagements"]

    def test_does_not_change_once_sealed(self, client: Client, staff: User) -> None:
        """The page of before, sent again after the seal: rows changed, added and removed are all refused."""
        convention = _convention()
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


# ------------------------------------------------------------------ the cité, mandates and accounts


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


def _as(user: User) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request


def _convention() -> ConventionCadre:
    convention = ConventionCadre.objects.create(
        title="Convention-cadre", period=factories.make_period(), articles="Article 1", signed_on=date(2025, 3, 21)
    )
    Signatory.objects.create(convention_cadre=convention, institution_name="Ville", capacity="Maire")
    ville = PilotInstitution.objects.get(code="ville")
    Commitment.objects.create(convention_cadre=convention, text="Engagement de la ville", owner=ville)
    return convention
