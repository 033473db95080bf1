"""What someone with an account tries in an organisation: too many mails, too many files, names that are not names."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from actions import drafts
from actions.forms.steps import BY_SLUG
from cites.core import clock
from cites.core.errors import TooLong
from cites.models import OutboxMail, User
from partners import joining
from partners.models import Document, DocumentKind, Membership, Organisation
from tests import factories
from tests.uploads.making import pdf
from tests.visitor import BACKEND, Visitor

pytestmark = pytest.mark.django_db
ADDRESS = "tresoriere@exemple.test"


@pytest.fixture(autouse=True)
def noon(db: None) -> Any:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def passerelles() -> Organisation:
    return factories.make_organisation()


@pytest.fixture
def nadege(passerelles: Organisation) -> User:
    return factories.make_member(passerelles)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


# ------------------------------------------------------------------ mails


def test_nobody_is_written_to_all_day_long(nadege: User, passerelles: Organisation) -> None:
    visitor = Visitor(nadege)
    page = visitor.open(reverse("organisation:invite", args=[passerelles.pk]))
    page = page.press("Envoyer l’invitation", email=ADDRESS, role="lecteur")
    for _ in range(4):
        page = page.press(f"Renvoyer à {ADDRESS}")
        assert "L'invitation est renvoyée" in page.messages
    page = page.press(f"Renvoyer à {ADDRESS}")
    assert "attendez avant d'en envoyer une autre" in page.messages
    page = page.press(f"Révoquer {ADDRESS}").follow("Inviter une personne")
    page = page.press("Envoyer l’invitation", email=ADDRESS.upper(), role="lecteur")
    assert "attendez avant d'en envoyer une autre" in page.summary
    assert OutboxMail.objects.filter(to=ADDRESS).count() == 5
    page = page.press("Envoyer l’invitation", email="une.autre@exemple.test", role="lecteur")
    assert "L'invitation est partie" in page.messages


@override_settings(ACCOUNT_RATE_LIMITS={"invite": "2/h/user,5/d/key"})
def test_nor_is_everyone(nadege: User, passerelles: Organisation) -> None:
    address, visitor = reverse("organisation:invite", args=[passerelles.pk]), Visitor(nadege)
    for number in range(4):
        visitor.post(address, {"email": f"{number}@exemple.test", "role": "lecteur"})
    assert OutboxMail.objects.count() == 2


def test_a_name_is_one_line_and_says_nothing_more_in_a_mail(passerelles: Organisation) -> None:
    """Several lines would read as the portal's own words, sent to whoever one likes."""
    trap = "Les Lanternes\r\n\r\nVotre compte est bloqué : https://exemple.test"
    user = factories.make_user("sans@exemple.test")
    user.full_name = "Jean\n\nVotre compte"
    user.save()
    kind = passerelles.kind_id
    page = Visitor(user).post(
        reverse("organisation:create"), {"name": trap, "kind": kind, "siret": factories.siret(900)}
    )
    made = Organisation.objects.get(siret=factories.siret(900))
    assert "\n" not in made.name and made.name.startswith("Les Lanternes Votre compte")
    page = page.follow("Inviter une personne").press("Envoyer l’invitation", email=ADDRESS, role="lecteur")
    body = OutboxMail.objects.get(to=ADDRESS).body
    assert "\nVotre compte" not in body and "Jean Votre compte" in body


# ------------------------------------------------------------------ files


@override_settings(ACCOUNT_RATE_LIMITS={"upload": "2/h/user"})
def test_files_are_counted_kept_or_not(nadege: User, passerelles: Organisation) -> None:
    """In the wallet and in a proposal, by person."""
    draft, client = factories.make_draft(by=nadege), browser(nadege)
    wallet = reverse("organisation:document_add", args=[passerelles.pk, "statuts"])
    pieces = reverse("proposals:attachments", args=[draft.key])

    def send(address: str, name: str = "a.pdf") -> int:
        return client.post(address, {"file": SimpleUploadedFile(name, pdf()), "dated_on": "2026-01-05"}).status_code

    assert [send(wallet, "a.exe"), send(wallet), send(wallet), send(pieces)] == [200, 302, 429, 429]
    assert client.get(pieces).status_code == 200
    other = browser(factories.make_member(passerelles, "redacteur"))
    assert other.post(pieces, {"file": SimpleUploadedFile("b.pdf", pdf())}).status_code == 302


@pytest.mark.parametrize("length, status", [("25000001", 413), ("9" * 40, 413), ("douze", 200)])
def test_a_body_that_no_form_sends_is_not_even_read(length: str, status: int) -> None:
    """By a stranger neither, whose token of the form is looked for in what he sends."""
    page = Client().post("/comptes/login/", {"login": "a@b.fr", "password": "x"}, CONTENT_LENGTH=length)
    assert page.status_code == status
    assert status == 200 or "un fichier de 10" in page.content.decode()


def test_a_school_keeps_no_contrat_d_engagement_republicain(passerelles: Organisation) -> None:
    """Nor any other piece that is not asked of its kind: what is recorded there would be said of it elsewhere."""
    school = factories.make_organisation("Collège du Plateau", "college")
    teacher, address = (
        browser(factories.make_member(school)),
        reverse("organisation:document_add", args=[school.pk, "cer"]),
    )
    sent = {"file": SimpleUploadedFile("cer.pdf", pdf()), "dated_on": "2026-01-05"}
    assert teacher.get(address).status_code == teacher.post(address, sent).status_code == 404
    school.refresh_from_db()
    assert school.cer_signed_on is None and not Document.objects.exists()
    ours = reverse("organisation:document_add", args=[passerelles.pk, "cer"])
    assert browser(factories.make_member(passerelles)).get(ours).status_code == 200


def test_two_kinds_that_hold_an_iban_break_no_page(nadege: User, passerelles: Organisation) -> None:
    DocumentKind.objects.filter(code="assurance").update(holds_iban=True)
    assert browser(nadege).get(reverse("organisation:rib", args=[passerelles.pk])).status_code == 200


# ------------------------------------------------------------------ organisations and members


def test_a_namesake_is_said_before_it_is_made_twice(passerelles: Organisation) -> None:
    visitor = Visitor(factories.make_user("sans@exemple.test"))
    page = visitor.open(reverse("organisation:create"))
    assert page.by_id("id_is_another") is None
    typed = {"name": "les  PASSERELLES", "kind": passerelles.kind_id, "siret": factories.siret(901)}
    page = page.press("Créer l’organisation", **typed)
    assert "« Les Passerelles » (Valenton) est déjà dans le portail" in page.error("name")
    assert Organisation.objects.count() == 1
    page = page.press("Créer l’organisation", is_another="on")
    assert "Votre organisation est créée" in page.messages
    assert joining.namesake("Les Passerelles du Val") is None


def test_a_membership_that_goes_on_again_is_whole(nadege: User, passerelles: Organisation) -> None:
    """The administration takes the last day away: the person is a member, not someone who can neither enter nor ask."""
    person = factories.make_user("revenante@exemple.test")
    today = clock.today()
    row = Membership.objects.create(
        user=person, organisation=passerelles, role="lecteur", ends_on=today, ended_at=clock.now()
    )
    assert not factories.fresh(person).active_memberships
    row.ends_on = None
    row.save()
    assert [m.pk for m in factories.fresh(person).active_memberships] == [row.pk]


# ------------------------------------------------------------------ texts


def test_a_draft_is_no_place_to_keep_a_library(nadege: User) -> None:
    """Twice what the form can hold is kept, however wrong; beyond, nothing is."""
    draft, client = factories.make_draft(by=nadege), browser(nadege)
    address = reverse("proposals:write", args=[draft.key, "projet"])

    def type_in(letters: int, **headers: str) -> Any:
        sent = {"description": "x" * letters, "draft_version": draft.draft_version, "page": "m"}
        return client.post(address, sent, headers=headers)

    assert type_in(149_000).status_code == 302
    page = type_in(150_000)
    assert page.status_code == 413 and "150\u00a0ko de texte" in page.content.decode()
    assert type_in(150_000, **{"x-autosave": "1"}).status_code == 413
    draft.refresh_from_db()
    assert len(draft.draft["description"][0]) == 149_000


def test_what_many_sendings_add_up_to_is_no_longer_than_one(db: None) -> None:
    draft = factories.make_draft()
    writer, seen = factories.writer_of(draft), draft.draft_version
    saved = drafts.save(draft, {"description": ["x" * 100_000]}, seen=seen, by=writer, step=BY_SLUG["projet"])
    with pytest.raises(TooLong):
        drafts.save(
            saved, {"participants": ["9" * 60_000]}, seen=saved.draft_version, by=writer, step=BY_SLUG["public"]
        )
