"""Text typed in the administration outlives the session: it is back in the form, not saved, inlines included."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from cites.core import clock
from cites.core.admin import NotConfirmed
from cites.core.parked import KEY
from cites.models import Cite, ConventionCadre, Event, Mandate, PilotInstitution
from tests import factories
from tests.visitor import BACKEND, Page, Visitor

pytestmark = pytest.mark.one_database

FOUND = "rien n'est encore enregistré"
SAVE = "Enregistrer"


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


@pytest.fixture
def staff() -> Visitor:
    return Visitor(factories.make_admin())


@pytest.fixture
def convention() -> ConventionCadre:
    row = ConventionCadre.objects.create(title="Convention", period=factories.make_period())
    row.signatories.create(institution_name="Ville", capacity="le maire")
    return row


def address(row: Any = None) -> str:
    return f"/admin/cites/conventioncadre/{row.pk}/change/" if row else "/admin/cites/conventioncadre/add/"


def lost(page: Page, **typed: Any) -> Page:
    """The session dies, the form is sent, the person signs in again and is led back."""
    visitor = page.visitor
    Session.objects.all().delete()
    walled = page.press(SAVE, **typed)
    assert walled.path == "/comptes/login/"
    assert visitor.user is not None
    visitor.client.force_login(factories.fresh(visitor.user), backend=BACKEND)
    return visitor.open(page.path)


TYPED = {
    "title": "Convention tapée",
    "preamble": "Un préambule\nsur deux lignes",
    "signatories-0-capacity": "la maire",
    "signatories-TOTAL_FORMS": "2",
    "signatories-1-institution_name": "Préfecture",
    "signatories-1-capacity": "le préfet",
    "signatories-1-rank": "2",
    "commitments-TOTAL_FORMS": "1",
    "commitments-0-text": "Ouvrir le gymnase le soir",
    "commitments-0-rank": "1",
}


def test_a_change_with_its_inlines(staff: Visitor, convention: ConventionCadre) -> None:
    owner = PilotInstitution.objects.get(code="ville").pk
    typed = {**TYPED, "commitments-0-owner": str(owner)}
    back = lost(staff.open(address(convention)), **typed)
    assert (back.status, back.path) == (200, address(convention))
    assert FOUND in back.text
    assert {name: back.value(name) for name in typed} == typed
    convention.refresh_from_db()
    assert convention.title == "Convention"
    assert (convention.signatories.count(), convention.commitments.count()) == (1, 0)
    assert not Event.objects.exists()
    assert FOUND in staff.open(address(convention)).text, "opening the page twice loses nothing"

    saved = back.press(SAVE)
    assert saved.path == "/admin/cites/conventioncadre/", saved.text
    convention.refresh_from_db()
    assert convention.title == "Convention tapée"
    assert [row.capacity for row in convention.signatories.order_by("pk")] == ["la maire", "le préfet"]
    assert convention.commitments.get().text == "Ouvrir le gymnase le soir"
    assert Event.objects.get().kind == "cites.admin_changed"
    assert FOUND not in staff.open(address(convention)).text
    assert KEY not in staff.client.session


def test_a_new_row(staff: Visitor) -> None:
    typed = {"title": "Nouvelle", "period": factories.make_period().pk, "preamble": "Tapé"}
    back = lost(staff.open(address()), **typed)
    assert FOUND in back.text
    assert {name: back.value(name) for name in typed} == {name: str(value) for name, value in typed.items()}
    assert not ConventionCadre.objects.exists()
    back.press(SAVE)
    assert ConventionCadre.objects.get().title == "Nouvelle"


def test_errors_of_the_text_are_shown_with_it(staff: Visitor) -> None:
    back = lost(staff.open("/admin/cites/commune/add/"), name="", insee="94")
    assert FOUND in back.text
    assert "Ce champ est obligatoire." in back.text
    assert back.value("insee") == "94"


def test_a_mandate_that_opens_doors(staff: Visitor) -> None:
    typed = {"user": str(factories.make_user().pk), "role": "coordination", "starts_on": "2026-01-01"}
    back = lost(staff.open("/admin/cites/mandate/add/"), **typed)
    assert FOUND in back.text
    assert back.value("role") == "coordination"
    assert not Mandate.objects.exists()


def test_a_row_sealed_meanwhile_is_only_read(staff: Visitor, convention: ConventionCadre) -> None:
    page = staff.open(address(convention))
    ConventionCadre.objects.update(signed_on=clock.today(), sealed_at=clock.now())
    back = lost(page, title="Trop tard")
    assert back.status == 200
    assert FOUND not in back.text
    assert SAVE not in back.buttons


def test_a_row_gone_meanwhile_says_so(staff: Visitor, convention: ConventionCadre) -> None:
    page = staff.open(address(convention))
    convention.signatories.all().delete()
    convention.delete()
    back = lost(page, title="Trop tard")
    assert back.path == "/admin/"


def test_someone_else_does_not_read_it(staff: Visitor, convention: ConventionCadre) -> None:
    page = staff.open(address(convention))
    Session.objects.all().delete()
    page.press(SAVE, title="À moi")
    other = factories.make_user("autre@exemple.test", is_staff=True)
    staff.client.force_login(other, backend=BACKEND)
    back = staff.open(address(convention))
    assert back.value("title") == "Convention"
    assert FOUND not in back.text


def test_the_form_found_again_has_its_key(convention: ConventionCadre) -> None:
    """Sent back by a browser whose key is checked, it is saved."""
    visitor = Visitor(factories.make_admin())
    back = lost(visitor.open(address(convention)), title="Tapé")
    visitor.client.handler.enforce_csrf_checks = True
    assert back.value("csrfmiddlewaretoken")
    assert back.press(SAVE).path == "/admin/cites/conventioncadre/"
    convention.refresh_from_db()
    assert convention.title == "Tapé"


def test_without_the_error_it_would_be_undone_anyway(
    staff: Visitor, convention: ConventionCadre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two guards: should the first fail, the second still saves nothing and writes no event."""
    monkeypatch.setattr(NotConfirmed, "clean", lambda self: super(NotConfirmed, self).clean())
    lost(staff.open(address(convention)), title="Tapé")
    convention.refresh_from_db()
    assert convention.title == "Convention"
    assert not Event.objects.exists()
