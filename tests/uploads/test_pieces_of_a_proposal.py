"""What is joined to a proposal: chosen from the wallet, sealed with it, handed over exactly, whatever comes after."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from actions import attachments, drafts, submission
from actions.differences import differences
from actions.forms.steps import BY_SLUG
from actions.models import Action, Attachment, SealedAttachment
from cites.core import clock, sealed
from cites.core.attachments import check
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.models import StoredFile, User
from funding.demo.documents import invented_iban
from partners import documents
from partners.models import Document, DocumentKind
from tests import factories
from tests.uploads.making import pdf
from tests.visitor import BACKEND


@pytest.fixture
def action(db: None) -> Action:
    """A draft that is complete, of a call that asks for statuts, a RIB, and what concerns schools alone."""
    draft = factories.make_draft()
    kinds = DocumentKind.objects.filter(code__in=["statuts", "rib"])
    draft.call.required_documents.set(kinds)
    return draft


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def writer(action: Action) -> User:
    return factories.writer_of(action)


def held(action: Action, code: str = "statuts", *more: bytes, **values: Any) -> Document:
    """In the wallet of its organisation."""
    values = {"dated_on": clock.today() - timedelta(days=10), **values}
    kind = DocumentKind.objects.get(code=code)
    iban = invented_iban(action.organisation.siret) if kind.holds_iban else ""
    piece = check(f"{code}.pdf", pdf(*more))
    return documents.keep(action.organisation, kind, piece, iban=iban, by=writer(action), **values)


def complete(action: Action) -> None:
    for code in ("statuts", "rib"):
        attachments.join_document(action, held(action, code), by=writer(action))
    attachments.join_file(action, check("devis.pdf", pdf(b"(devis)")), by=writer(action))


def submit(action: Action) -> Any:
    action.refresh_from_db()
    return submission.submit(action, seen=action.draft_version, by=writer(action))


def test_it_is_not_submitted_without_what_the_call_asks(action: Action) -> None:
    assert [kind.code for kind in attachments.missing(action)] == ["statuts", "rib"]
    with pytest.raises(Blocked) as refusal:
        submit(action)
    assert refusal.value.reasons[1:] == ["Il manque une pièce : Statuts.", "Il manque une pièce : RIB."]
    complete(action)
    assert attachments.missing(action) == []
    assert submit(action).number == 1


def test_a_school_is_not_asked_for_statuts(action: Action) -> None:
    school = factories.make_organisation("Collège du Plateau", kind="college")
    theirs = factories.make_draft(school, action.call)
    assert [kind.code for kind in attachments.missing(theirs)] == ["rib"]


def test_a_piece_past_its_end_is_not_joined_and_no_longer_counts(action: Action) -> None:
    action.call.required_documents.set(DocumentKind.objects.filter(code="assurance"))
    old = held(action, "assurance", dated_on=clock.today() - timedelta(days=400))
    with pytest.raises(Blocked, match="périmée"):
        attachments.join_document(action, old, by=writer(action))
    attachments.join_document(action, held(action, "assurance"), by=writer(action))
    assert attachments.missing(action) == []
    with clock.at(clock.now() + timedelta(days=400)):
        assert [kind.code for kind in attachments.missing(action)] == ["assurance"]


def test_the_sealed_text_names_every_file_and_its_hash(action: Action) -> None:
    complete(action)
    kept = submit(action)
    text = sealed.read(kept.sealed.payload)
    hashes = {f"{row.label} – {row.name}": row.sha256 for row in SealedAttachment.objects.all()}
    assert text["attachments"] == hashes and len(hashes) == 3
    assert hashes["Pièce du dossier – devis.pdf"] == hashlib.sha256(pdf(b"(devis)")).hexdigest()
    for row in SealedAttachment.objects.select_related("file"):
        assert hashlib.sha256(bytes(row.file.content)).hexdigest() == row.sha256


def test_pilots_download_what_was_submitted_after_the_wallet_has_changed(action: Action) -> None:
    complete(action)
    submit(action)
    action.refresh_from_db()
    held(action, "statuts", b"(nouveaux statuts)")
    sealed_one = SealedAttachment.objects.get(name="statuts.pdf")
    pilot = browser(factories.make_pilot())
    address = reverse("actions:piece", args=[action.reference, sealed_one.pk])
    assert address in pilot.get(action.get_absolute_url()).content.decode()
    answer = pilot.get(address)
    assert answer.content == pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="statuts.pdf"'
    theirs = reverse("proposals:piece", args=[action.key, sealed_one.pk])
    assert browser(writer(action)).get(theirs).content == pdf()


def test_nothing_is_destroyed_while_a_submission_holds_it(action: Action) -> None:
    complete(action)
    submit(action)
    by = writer(action)
    [statuts] = Document.objects.filter(kind__code="statuts")
    with pytest.raises(Blocked, match="jointe à un dossier"):
        documents.remove(statuts, by=by)
    with pytest.raises(Blocked, match="déposé"):
        attachments.take_out(Attachment.objects.get(name="devis.pdf"), by=by)
    with pytest.raises(Blocked, match="déposé"):
        attachments.join_file(action, check("tard.pdf", pdf()), by=by)
    assert StoredFile.objects.count() == 3


def test_a_completion_changes_the_draft_and_not_the_version_before(action: Action) -> None:
    complete(action)
    first = submit(action)
    due = clock.today() + timedelta(days=5)
    factories.ask_completion(action, "pieces", text="Un devis à jour.", due_on=due)
    attachments.take_out(Attachment.objects.get(name="devis.pdf"), by=writer(action))
    attachments.join_file(action, check("devis-2.pdf", pdf(b"(deux)")), by=writer(action))
    second = submit(action)
    assert [row.name for row in attachments.sealed_with(first)] == ["statuts.pdf", "rib.pdf", "devis.pdf"]
    assert "devis-2.pdf" in [row.name for row in attachments.sealed_with(second)]
    before, after = (sealed.read(one.sealed.payload) for one in (first, second))
    paths = [change.path for change in differences(before, after)]
    assert paths == ["Pièce jointe : Pièce du dossier – devis.pdf", "Pièce jointe : Pièce du dossier – devis-2.pdf"]


def test_files_that_leave_the_draft_leave_the_portal(action: Action) -> None:
    piece = attachments.join_file(action, check("devis.pdf", pdf()), by=writer(action))
    attachments.take_out(piece, by=writer(action))
    joined = attachments.join_document(action, held(action), by=writer(action))
    attachments.take_out(joined, by=writer(action))
    assert StoredFile.objects.count() == 1  # the wallet's


def test_ten_files_and_two_of_a_name_are_the_limits(action: Action) -> None:
    for number in range(attachments.MOST):
        attachments.join_file(action, check(f"{number}.pdf", pdf(b"(%d)" % number)), by=writer(action))
    with pytest.raises(Blocked, match="10 pièces"):
        attachments.join_file(action, check("11.pdf", pdf(b"(11)")), by=writer(action))
    attachments.take_out(Attachment.objects.get(name="3.pdf"), by=writer(action))
    with pytest.raises(Blocked, match="de ce nom"):
        attachments.join_file(action, check("4.pdf", pdf(b"(autre)")), by=writer(action))
    assert StoredFile.objects.count() == attachments.MOST - 1


def test_the_same_file_is_not_kept_twice_under_two_names(action: Action) -> None:
    attachments.join_file(action, check("devis.pdf", pdf()), by=writer(action))
    with pytest.raises(Blocked, match=r"déjà joint au dossier, sous le nom « devis\.pdf »"):
        attachments.join_file(action, check("devis (1).pdf", pdf()), by=writer(action))
    assert StoredFile.objects.count() == 1


def test_the_drafts_of_an_organisation_have_one_room(action: Action, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another draft is not another room; a file that is submitted leaves it."""
    monkeypatch.setattr(attachments, "ROOM", 2 * len(pdf(b"(1)")))
    other = factories.make_draft(title="Un autre dossier")
    one = attachments.join_file(action, check("1.pdf", pdf(b"(1)")), by=writer(action))
    attachments.join_file(other, check("2.pdf", pdf(b"(2)")), by=writer(other))
    with pytest.raises(Blocked, match="Les brouillons de l'organisation tiennent déjà"):
        attachments.join_file(other, check("3.pdf", pdf(b"(3)")), by=writer(other))
    attachments.take_out(one, by=writer(action))
    attachments.join_file(other, check("3.pdf", pdf(b"(3)")), by=writer(other))
    other.refresh_from_db()
    other.call.required_documents.clear()
    submission.submit(other, seen=other.draft_version, by=writer(other))
    attachments.join_file(action, check("4.pdf", pdf(b"(4)")), by=writer(action))


def test_a_piece_joined_or_taken_out_makes_the_page_of_relecture_old(action: Action) -> None:
    """What is submitted is what was read: nothing less, nothing more."""
    action.call.required_documents.clear()
    by, read = writer(action), action.draft_version
    piece = attachments.join_file(action, check("devis.pdf", pdf()), by=by)
    with pytest.raises(Stale):
        submission.submit(action, seen=read, by=by)
    action.refresh_from_db()
    read = action.draft_version
    attachments.take_out(piece, by=by)
    with pytest.raises(Stale):
        submission.submit(action, seen=read, by=by)
    attachments.join_document(action, held(action), by=by)
    with pytest.raises(Stale):
        submission.submit(action, seen=read + 1, by=by)
    assert submit(action).files.count() == 1


def test_a_piece_joined_makes_no_step_of_the_form_old(action: Action) -> None:
    attachments.join_file(action, check("devis.pdf", pdf()), by=writer(action))
    saved = drafts.save(
        action, {"title": ["Retapé"]}, seen=action.draft_version, step=BY_SLUG["projet"], by=writer(action)
    )
    assert saved.draft["title"] == ["Retapé"]


def test_a_piece_replaced_or_removed_since_the_page_was_drawn_is_not_joined(action: Action) -> None:
    """The row that the page held is read again."""
    old = held(action)
    held(action, "statuts", b"(nouveaux)")
    with pytest.raises(Blocked, match="portefeuille"):
        attachments.join_document(action, old, by=writer(action))
    gone = held(action, "comptes")
    documents.remove(Document.objects.get(pk=gone.pk), by=writer(action))
    with pytest.raises(Blocked, match="portefeuille"):
        attachments.join_document(action, gone, by=writer(action))


def test_only_who_writes_joins_and_only_its_own_wallet(action: Action) -> None:
    theirs = factories.make_organisation("Le Fil rouge")
    stranger = factories.make_member(theirs)
    mine = held(action)
    for user in (stranger, factories.make_pilot(), factories.make_member(action.organisation, "lecteur")):
        with pytest.raises(Refused):
            attachments.join_document(action, mine, by=user)
        with pytest.raises(Refused):
            attachments.join_file(action, check("a.pdf", pdf()), by=user)
    statuts = DocumentKind.objects.get(code="statuts")
    foreign = documents.keep(theirs, statuts, check("s.pdf", pdf()), dated_on=clock.today(), by=stranger)
    with pytest.raises(Blocked, match="portefeuille"):
        attachments.join_document(action, foreign, by=writer(action))


def test_the_page_works_by_buttons_alone(action: Action) -> None:
    client = browser(writer(action))
    address = reverse("proposals:attachments", args=[action.key])
    statuts = held(action)
    page = client.get(address).content.decode()
    assert "Joindre celle du portefeuille" in page and "À joindre" in page
    page = client.post(address, {"document": statuts.pk}, follow=True).content.decode()
    assert "« Statuts » est jointe au dossier." in page
    client.post(address, {"file": SimpleUploadedFile("devis.pdf", pdf(b"(d)"))})
    devis = Attachment.objects.get(name="devis.pdf")
    refused = client.post(address, {"file": SimpleUploadedFile("devis.exe", b"MZ")}).content.decode()
    assert "« devis.exe »" in refused and "accepté" in refused
    file = client.get(reverse("proposals:draft_file", args=[action.key, devis.pk]))
    assert file.content == pdf(b"(d)") and file["Content-Disposition"].startswith("attachment")
    client.post(address, {"remove": devis.pk})
    assert [row.name for row in attachments.joined(action)] == ["statuts.pdf"]


def test_another_organisation_reads_none_of_it(action: Action) -> None:
    complete(action)
    piece = Attachment.objects.get(name="devis.pdf")
    submit(action)
    action.refresh_from_db()
    kept = SealedAttachment.objects.get(name="devis.pdf")
    stranger = browser(factories.make_member(factories.make_organisation("Le Fil rouge")))
    for address in (
        reverse("proposals:attachments", args=[action.key]),
        reverse("proposals:draft_file", args=[action.key, piece.pk]),
        reverse("proposals:piece", args=[action.key, kept.pk]),
    ):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"remove": piece.pk}).status_code in (404, 405)
    assert stranger.get(reverse("actions:piece", args=[action.reference, kept.pk])).status_code == 403
    theirs = factories.make_draft(factories.make_organisation("Le Fil rouge"), action.call)
    assert stranger.get(reverse("proposals:piece", args=[theirs.key, kept.pk])).status_code == 404
    assert stranger.post(reverse("proposals:attachments", args=[theirs.key]), {"remove": piece.pk}).status_code == 404
    assert stranger.post(reverse("proposals:attachments", args=[theirs.key]), {"document": kept.pk}).status_code == 404


def test_a_rib_stays_masked_in_a_file(action: Action) -> None:
    complete(action)
    submit(action)
    action.refresh_from_db()
    rib = SealedAttachment.objects.get(name="rib.pdf")
    address = reverse("actions:piece", args=[action.reference, rib.pk])
    assert browser(factories.make_instructeur()).get(address).status_code == 403
    assert browser(factories.make_coordination()).get(address).status_code == 200
    page = browser(factories.make_instructeur()).get(action.get_absolute_url()).content.decode()
    assert "rib.pdf (réservé aux personnes qui paient)" in page and address not in page


def test_the_call_says_what_it_asks(action: Action) -> None:
    page = Client().get(action.call.get_absolute_url()).content.decode()
    assert "<li>Statuts</li>" in page and "<li>RIB</li>" in page
