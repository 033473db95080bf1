"""The administration is no back door: what is sealed is only read, whoever asks."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory

from cites.core import clock
from cites.models import Cite, School, User
from funding.models import Move, Source, Tranche
from partners.models import Interest, Organisation
from tests import factories
from tests.cites.admin_pages import a_convention, events, page

YES, NO = True, False
# Model -> may staff add, change, delete? The rows are new and used by nothing, the most that can be allowed.
ALLOWED: dict[str, tuple[bool, bool, bool]] = {
    "actions.action": (NO, NO, NO),
    "actions.agendaitem": (NO, NO, NO),
    "actions.avis": (NO, NO, NO),
    "actions.budgetline": (YES, YES, NO),
    "actions.call": (NO, NO, NO),
    "actions.decisionreason": (YES, YES, NO),
    "actions.receiptnotice": (YES, YES, NO),
    "actions.position": (NO, NO, NO),
    "actions.proposedcriterion": (YES, YES, NO),
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
    "partners.documentkind": (YES, YES, NO),
    "partners.membership": (YES, YES, YES),
    "partners.organisation": (YES, YES, YES),
    "partners.organisationkind": (YES, YES, NO),
}
READ_ONLY = sorted(label for label, allowed in ALLOWED.items() if not any(allowed))

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
    a_convention()
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


def _as(user: User) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request
