"""Another organisation writes one file with its porteur: invited, in, out. What it may, and what it never sees."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions import attachments, co_editing, drafts, review, submission, workflow
from actions.interests import has_interest_in
from actions.models import Action, Attachment, CoEditor, SealedAttachment
from cites.core import clock, permissions, sealed
from cites.core.attachments import check
from cites.core.errors import Blocked
from cites.core.permissions import Refused
from cites.models import Event, OutboxMail, User
from partners import documents
from partners.models import Document, DocumentKind, Interest, Organisation
from tests import factories
from tests.house.story import IBAN
from tests.uploads.making import pdf
from tests.visitor import Visitor

SEND, ACCEPT = "Envoyer l'invitation", "Accepter d’écrire ce dossier"
SECRET = "statuts-des-passerelles.pdf"

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def theirs() -> Organisation:
    return factories.make_organisation("Le Fil rouge")


@pytest.fixture
def porteur() -> User:
    return factories.make_member()


@pytest.fixture
def guest(theirs: Organisation) -> User:
    return factories.make_member(theirs)


@pytest.fixture
def action(porteur: User) -> Action:
    return factories.make_draft(by=porteur)


def join(action: Action, guest: User, organisation: Organisation | None = None) -> CoEditor:
    organisation = organisation or guest.active_memberships[0].organisation
    invited = co_editing.invite(action, organisation, by=factories.writer_of(action))
    co_editing.accept(invited, by=guest)
    return CoEditor.objects.get(pk=invited.pk)


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


def address(action: Action, end: str = "") -> str:
    return f"/espace/depots/{action.key}/{end}"


def keep(code: str, name: str, by: User) -> Document:
    kind, file = DocumentKind.objects.get(code=code), check(name, pdf(name.encode()))
    organisation = factories.make_organisation()
    iban = IBAN if kind.holds_iban else ""
    return documents.keep(organisation, kind, file, dated_on=clock.today(), iban=iban, by=by)


# ------------------------------------------------------------------ the whole way


def test_invited_in_and_written_together(action: Action, porteur: User, guest: User, theirs: Organisation) -> None:
    assert Visitor(guest).open(address(action)).status == 404
    page = Visitor(porteur).open(address(action)).follow("Écrire à plusieurs")
    found = Visitor(porteur).open(address(action, "co-redacteurs/"), q="fil rouge")
    page = found.follow("Inviter Le Fil rouge").press(SEND)
    assert "L'invitation est partie" in page.messages and "n’a pas encore répondu" in page.text
    assert Visitor(guest).open(address(action)).status == 404  # not before it accepts

    mail = OutboxMail.objects.get(subject="Écrire un dossier avec Les Passerelles")
    assert mail.to == guest.email and "/espace/depots/co-redaction/" in mail.body
    page = Visitor(guest).open("/espace/").follow("invitation de « Les Passerelles » à écrire un dossier")
    page = page.press(ACCEPT)
    assert page.path == address(action) and "Avec le concours de Le Fil rouge" in page.text
    assert OutboxMail.objects.get(subject__startswith="Le Fil rouge écrit le dossier").to == porteur.email
    assert "Le Fil rouge" not in Visitor(guest).open("/espace/").follow("Mes dossiers").links
    assert "vous l’écrivez ensemble" in Visitor(guest).open("/espace/depots/").text

    page = (
        Visitor(guest)
        .open(address(action, "saisie/projet/"))
        .press("Enregistrer le brouillon", objectives="Écrit à deux organisations.")
    )
    assert "Brouillon enregistré" in page.messages
    assert fresh(action).draft["objectives"] == ["Écrit à deux organisations."]
    text = Visitor(guest).open(address(action, "relecture/"))
    assert "Les Passerelles dépose ce dossier" in text.text and "Déposer le dossier" not in text.buttons

    submission.submit(action, seen=fresh(action).draft_version, by=porteur)
    version = submission.current_version(fresh(action))
    assert sealed.read(version.payload)["co_editors"] == [f"Le Fil rouge (SIRET {theirs.siret})"]
    file = Visitor(factories.make_coordination()).open(f"/espace/actions/{fresh(action).reference}/").text
    assert (
        f"Avec le concours de Le Fil rouge (SIRET {theirs.siret})" in file and "concours de Le Fil rouge, dep" in file
    )
    assert "Déposé" in Visitor(guest).open(address(action)).text
    kinds = ["actions.co_editor_invited", "actions.co_editor_joined"]
    assert (
        list(Event.objects.filter(kind__startswith="actions.co_").order_by("seq").values_list("kind", flat=True))
        == kinds
    )


def test_alone_the_sealed_text_says_nothing_of_it(porteur: User) -> None:
    action = factories.make_submitted(by=porteur)
    assert "co_editors" not in sealed.read(submission.current_version(action).payload)


# ------------------------------------------------------------------ what it may, page by page

# The address under the file's, what the co-editor reads there, and what its post is answered.
PAGES = """
./                            200 405
saisie/                       200 302
saisie/projet/                200 302
relecture/                    200 403
pieces/                       200 200
budget.ods                    200 405
passer/                       403 403
co-redacteurs/                403 405
co-redacteurs/inviter/{fil}/  403 403
bilan/                        403 403
budget-revise/                403 403
etape/withdraw/               403 403
renoncer/                     403 403
"""
READ_BY_ALL = ("./", "budget.ods")


def test_the_pages_of_a_co_editor(action: Action, guest: User, theirs: Organisation) -> None:
    join(action, guest)
    writer, reader = Visitor(guest).client, Visitor(factories.make_member(theirs, "lecteur")).client
    for line in PAGES.split("\n")[1:-1]:
        end, reads, posts = line.split()
        path = address(action, end.removeprefix("./").format(fil=theirs.pk))
        data = {"draft_version": fresh(action).draft_version, "title": "Un titre"}
        found = (writer.get(path).status_code, writer.post(path, data).status_code, reader.get(path).status_code)
        assert found == (int(reads), int(posts), 200 if end in READ_BY_ALL else 403), line


def test_a_co_editor_does_not_renew(action: Action, guest: User) -> None:
    join(action, guest)
    submission.submit(action, seen=fresh(action).draft_version, by=factories.writer_of(action))
    assert Visitor(guest).open(address(action, "reconduire/")).status == 403


# Verb, and whether the co-editor's writer may.
RULES = """
actions.write             oui
actions.submit            non
actions.withdraw          non
actions.renounce          non
actions.submit_report     non
actions.renew             non
actions.revise_budget     non
actions.join_from_wallet  non
actions.invite_co_editor  non
actions.hand_over         non
actions.follow_up         non
"""


def test_the_verbs_of_a_co_editor(action: Action, porteur: User, guest: User) -> None:
    join(action, guest)
    table = [line.split() for line in RULES.splitlines() if line]
    assert [permissions.allows(guest, name, action) for name, _ in table] == [word == "oui" for _, word in table]
    assert all(permissions.allows(porteur, name, action) for name, _ in table)


def test_it_reads_pieces_and_joins_its_own_but_not_from_the_wallet(action: Action, porteur: User, guest: User) -> None:
    statutes, rib = keep("statuts", SECRET, porteur), keep("rib", "rib.pdf", porteur)
    attachments.join_document(action, rib, by=porteur)
    join(action, guest)
    visitor = Visitor(guest)
    page = visitor.open(address(action, "pieces/"))
    assert SECRET not in page.answer.content.decode() and "rib.pdf" in page.text
    assert "Voir les pièces de l’organisation" not in page.links
    mine = attachments.join_file(action, check("devis.pdf", pdf(b"un devis")), by=guest)
    of_rib = Attachment.objects.get(document=rib)
    with pytest.raises(Refused):
        attachments.join_document(action, statutes, by=guest)
    with pytest.raises(Refused):
        attachments.take_out(of_rib, by=guest)
    assert visitor.client.get(address(action, f"pieces/brouillon/{of_rib.pk}/")).status_code == 403
    assert visitor.client.get(address(action, f"pieces/brouillon/{mine.pk}/")).status_code == 200
    for path in ("pieces/", f"pieces/{statutes.pk}/"):
        assert visitor.client.get(f"/espace/organisation/{action.organisation_id}/{path}").status_code == 404
    submission.submit(action, seen=fresh(action).draft_version, by=porteur)
    sealed_rib = SealedAttachment.objects.get(document=rib)
    assert visitor.client.get(address(action, f"pieces/{sealed_rib.pk}/")).status_code == 403
    attachments_of_ours = SealedAttachment.objects.get(name="devis.pdf")
    assert visitor.client.get(address(action, f"pieces/{attachments_of_ours.pk}/")).status_code == 200


def test_it_sees_what_is_announced_and_no_more(action: Action, guest: User, porteur: User) -> None:
    join(action, guest)
    submission.submit(action, seen=fresh(action).draft_version, by=porteur)
    workflow.apply(action, "find_admissible", by=factories.make_coordination())
    factories.make_pilots()
    review.open_review(fresh(action), by=factories.make_coordination())
    text = Visitor(guest).open(address(action)).text
    assert "En attente de décision" in text and "En instruction" not in text
    with pytest.raises(Blocked):
        drafts.save(fresh(action), {"title": ["Trop tard"]}, seen=fresh(action).draft_version, by=guest)


# ------------------------------------------------------------------ the end


def gone(action: Action, guest: User) -> None:
    visitor = Visitor(factories.fresh(guest))
    for end in ("", "saisie/", "relecture/", "pieces/", "budget.ods", "recepisse/"):
        assert visitor.open(address(action, end)).status == 404, end
    assert visitor.post(address(action, "saisie/"), {"title": "Un autre"}).status == 404
    assert action.name not in visitor.open("/espace/depots/").text
    assert not Action.objects.visible_to(factories.fresh(guest)).filter(pk=action.pk).exists()
    with pytest.raises(Refused):
        drafts.save(fresh(action), {"title": ["Un autre"]}, seen=fresh(action).draft_version, by=factories.fresh(guest))


def test_the_porteur_ends_it(action: Action, porteur: User, guest: User) -> None:
    join(action, guest)
    page = Visitor(porteur).open(address(action)).follow("Écrire à plusieurs").follow("Mettre fin : Le Fil rouge")
    page = page.press("Mettre fin à la co-rédaction")
    assert "n'écrit plus ce dossier" in page.messages
    assert OutboxMail.objects.get(subject__startswith="Fin de l'écriture").to == guest.email
    gone(action, guest)


def test_the_co_editor_ends_it(action: Action, porteur: User, guest: User) -> None:
    join(action, guest)
    page = (
        Visitor(guest).open(address(action)).follow("Ne plus écrire ce dossier").press("Mettre fin à la co-rédaction")
    )
    assert page.path == "/espace/depots/"
    assert OutboxMail.objects.get(subject__startswith="Fin de l'écriture").to == porteur.email
    gone(action, guest)


def test_withdrawal_ends_it(action: Action, porteur: User, guest: User) -> None:
    join(action, guest)
    workflow.apply(action, "withdraw", by=porteur)
    gone(action, guest)


def test_who_leaves_the_organisation_leaves_the_file(action: Action, guest: User, theirs: Organisation) -> None:
    other = factories.make_member(theirs, "redacteur")
    join(action, other)
    other.memberships.update(ended_at=clock.now())
    gone(action, other)
    assert Visitor(guest).open(address(action)).status == 200


def test_declined_or_taken_back_it_cannot_be_accepted(
    action: Action, porteur: User, guest: User, theirs: Organisation
) -> None:
    invited = co_editing.invite(action, theirs, by=porteur)
    page = Visitor(guest).open(invited.get_absolute_url())
    page.press("Décliner")
    assert OutboxMail.objects.filter(subject="Le Fil rouge n'écrira pas le dossier", to=porteur.email).exists()
    assert Visitor(guest).open(invited.get_absolute_url()).status == 404
    with pytest.raises(Blocked, match="déjà reçu"):
        co_editing.accept(invited, by=guest)
    again = co_editing.invite(action, theirs, by=porteur)
    co_editing.end(again, by=porteur)
    with pytest.raises(Blocked, match="déjà reçu"):
        co_editing.accept(again, by=guest)


# ------------------------------------------------------------------ what is refused


def test_whom_one_does_not_invite(action: Action, porteur: User, theirs: Organisation, guest: User) -> None:
    nobody = factories.make_organisation("Le Grenier")
    co_editing.invite(action, theirs, by=porteur)
    for organisation, sentence in (
        (action.organisation, "est le porteur"),
        (nobody, "Personne n'écrit encore"),
        (theirs, "déjà invitée"),
    ):
        with pytest.raises(Blocked, match=sentence):
            co_editing.invite(action, organisation, by=porteur)
    for number in range(co_editing.MOST - 1):
        other = factories.make_organisation(f"Organisation {number}")
        factories.make_member(other)
        co_editing.invite(action, other, by=porteur)
    last = factories.make_organisation("La dernière")
    factories.make_member(last)
    with pytest.raises(Blocked, match="5 autres organisations"):
        co_editing.invite(action, last, by=porteur)


def test_not_once_it_is_submitted(action: Action, porteur: User, guest: User, theirs: Organisation) -> None:
    invited = co_editing.invite(action, theirs, by=porteur)
    submission.submit(action, seen=action.draft_version, by=porteur)
    with pytest.raises(Blocked, match="pendant qu'il s'écrit"):
        co_editing.accept(invited, by=guest)
    assert Visitor(guest).open(invited.get_absolute_url()).status == 404
    third = factories.make_organisation("Le Grenier")
    with pytest.raises(Blocked, match="pendant qu'il s'écrit"):
        co_editing.invite(fresh(action), third, by=porteur)


def test_strangers_and_readers(action: Action, porteur: User, guest: User, theirs: Organisation) -> None:
    invited = co_editing.invite(action, theirs, by=porteur)
    reader = factories.make_member(theirs, "lecteur")
    stranger = factories.make_member(factories.make_organisation("Le Grenier"))
    for person in (reader, stranger, factories.make_pilot(), factories.make_coordination()):
        assert Visitor(person).open(invited.get_absolute_url()).status == 404
        with pytest.raises(Refused):
            co_editing.accept(invited, by=person)
    with pytest.raises(Refused):
        co_editing.invite(action, theirs, by=stranger)
    co_editing.accept(invited, by=guest)
    end = address(action, f"co-redacteurs/{invited.pk}/fin/")
    assert [Visitor(person).open(end).status for person in (reader, stranger)] == [403, 404]
    assert Visitor(stranger).post(end, {}).status == 404
    other = factories.make_draft(by=porteur, title="Un autre dossier")  # one file, not the organisation
    assert Visitor(guest).open(address(other)).status == 404
    assert Visitor(guest).open(address(other, f"co-redacteurs/{invited.pk}/fin/")).status == 404


# ------------------------------------------------------------------ interests


def test_an_interest_with_a_co_editor_is_one_in_the_file(
    action: Action, porteur: User, guest: User, theirs: Organisation
) -> None:
    pilots = factories.make_pilots()
    out = factories.make_pilot("education")
    Interest.objects.create(user=out, organisation=theirs, nature="Présidente", starts_on=factories.MANDATES_START)
    assert has_interest_in(out, action) is None
    co_editor = join(action, guest)
    assert has_interest_in(factories.fresh(out), action) == theirs
    submission.submit(action, seen=fresh(action).draft_version, by=porteur)
    co_editing.end(co_editor, by=guest)  # what it wrote is still there: so is the interest
    coordination = factories.make_coordination()
    workflow.apply(action, "find_admissible", by=coordination)
    opened = review.open_review(fresh(action), by=coordination)
    assert "education" not in [seat.institution.code for seat in opened.seats.all()]  # nobody of it can answer
    with pytest.raises(Refused, match="intérêt déclaré avec « Le Fil rouge »"):
        permissions.check(factories.fresh(out), "actions.give_avis", fresh(action))
    assert permissions.allows(pilots[1], "actions.give_avis", fresh(action))
    assert "attend l'avis" not in Visitor(factories.fresh(out)).open("/espace/").text


# ------------------------------------------------------------------ the list


def queries_of_the_list(visitor: Visitor) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert visitor.client.get("/espace/depots/").status_code == 200
    return len(queries)


def test_the_list_asks_as_much_for_thirty_files_as_for_three(porteur: User, guest: User, theirs: Organisation) -> None:
    counts = []
    for number in range(30):
        action = Action.objects.create(
            call=factories.make_call(),
            organisation=factories.make_organisation(),
            created_by=porteur,
            in_charge=porteur,
            created_at=clock.now(),
            status_at=clock.now(),
        )
        CoEditor.objects.create(
            action=action,
            organisation=theirs,
            invited_by=porteur,
            invited_at=clock.now(),
            accepted_by=guest,
            accepted_at=clock.now(),
        )
        if number in (2, 29):
            counts.append([queries_of_the_list(Visitor(person)) for person in (porteur, guest)])
    assert counts[0] == counts[1]
