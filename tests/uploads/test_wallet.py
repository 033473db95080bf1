"""The wallet of an organisation: kept once, dated, masked, replaced; nobody else's business."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cites import files
from cites.core import clock
from cites.core.attachments import Checked, check
from cites.core.audit import read_sentence
from cites.core.errors import Blocked
from cites.core.permissions import Refused
from cites.models import Event, StoredFile, User
from funding.demo.documents import invented_iban
from partners import documents
from partners.models import Document, DocumentKind, Organisation
from tests import factories
from tests.uploads.corpus import HTML
from tests.uploads.making import exif, jpeg, pdf, segment
from tests.visitor import BACKEND

IBAN = invented_iban(factories.siret(1))
NAMES = ("Statuts signés – été.pdf", 'a"b.pdf', "x\r\nSet-Cookie: a=b.pdf")


def kind(code: str) -> DocumentKind:
    return DocumentKind.objects.get(code=code)


def piece(name: str = "statuts.pdf", *more: bytes) -> Checked:
    return check(name, pdf(*more))


def kept(organisation: Organisation, code: str = "statuts", *more: bytes, **values: Any) -> Document:
    values = {"dated_on": clock.today() - timedelta(days=10), "by": factories.make_member(organisation), **values}
    return documents.keep(organisation, kind(code), piece("statuts.pdf", *more), **values)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


@pytest.fixture
def ours(db: None) -> Organisation:
    return factories.make_organisation()


# ------------------------------------------------------------------ what it holds


def test_an_association_keeps_eight_pieces_and_a_school_fewer(ours: Organisation) -> None:
    school = factories.make_organisation("Collège", kind="college")
    asked = [one.code for one in DocumentKind.asked_of(ours)]
    assert asked == ["statuts", "dirigeants", "rib", "comptes", "rapport_activite", "assurance", "cer", "pouvoir"]
    assert [one.code for one in DocumentKind.asked_of(school)] == ["rib", "assurance", "pouvoir"]


def test_the_cer_is_recorded_where_it_is_subscribed(ours: Organisation) -> None:
    document = kept(ours, "cer")
    ours.refresh_from_db()
    assert ours.cer_signed_on == document.dated_on
    cer = kind("cer")
    cer.organisation_kinds.clear()
    enterprise = factories.make_organisation("Atelier", kind="entreprise")
    assert cer not in DocumentKind.asked_of(enterprise)


def test_a_piece_ends_when_its_kind_says(ours: Organisation) -> None:
    insurance = kind("assurance")
    assert insurance.ends_on(date(2026, 1, 31)) == date(2027, 1, 31)
    insurance.months_valid = 13
    assert insurance.ends_on(date(2026, 1, 31)) == date(2027, 2, 28)
    assert kind("statuts").ends_on(date(2026, 1, 31)) is None
    states = [kept(ours, "assurance", dated_on=clock.today() - timedelta(days=days)).state for days in (380, 340, 10)]
    assert states == ["Périmée", "Bientôt périmée", "Valable"]


def test_one_piece_of_a_kind_and_the_former_behind_it(ours: Organisation) -> None:
    first, second = kept(ours), kept(ours, "statuts", b"(deux)")
    first.refresh_from_db()
    assert first.replaced_by == second
    assert list(documents.current(ours).values()) == [second]
    documents.remove(second, by=factories.make_member(ours))
    assert list(documents.current(ours).values()) == [first]
    assert StoredFile.objects.count() == 1


def test_a_full_wallet_takes_no_more(ours: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "QUOTA", len(pdf()) + 10)
    kept(ours)
    with pytest.raises(Blocked):
        kept(ours, "assurance")
    assert StoredFile.objects.count() == 1


def test_only_its_writers_and_coordination_keep_it(ours: Organisation) -> None:
    stranger = factories.make_member(factories.make_organisation("Le Fil rouge"))
    for user in (stranger, factories.make_member(ours, "lecteur"), factories.make_pilot(), factories.make_admin()):
        with pytest.raises(Refused):
            kept(ours, by=user)
        document = kept(ours)
        with pytest.raises(Refused):
            documents.remove(document, by=user)
    assert kept(ours, by=factories.make_coordination()).pk


def test_bytes_that_change_are_seen(ours: Organisation) -> None:
    document = kept(ours)
    assert list(files.verify_files()) == []
    StoredFile.objects.filter(pk=document.file_id).update(content=b"autre chose")
    assert list(files.verify_files()) != []


# ------------------------------------------------------------------ the pages


def test_a_piece_is_sent_listed_downloaded_removed(ours: Organisation) -> None:
    client = browser(factories.make_member(ours))
    add = reverse("organisation:document_add", args=[ours.pk, "statuts"])
    data = {"file": sent("Statuts.pdf", pdf()), "dated_on": "2026-01-05"}
    page = client.post(add, data, follow=True)
    assert "« Statuts » est dans le portefeuille." in page.content.decode()
    [document] = Document.objects.all()
    download = reverse("organisation:document", args=[ours.pk, document.pk])
    assert download in page.content.decode()
    assert client.get(download).content == pdf()
    remove = reverse("organisation:document_remove", args=[ours.pk, document.pk])
    assert "Retirer « Statuts »" in client.get(remove).content.decode()
    client.post(remove)
    assert Document.objects.count() == StoredFile.objects.count() == 0
    assert client.get(download).status_code == 404
    assert [read_sentence(event) for event in Event.objects.order_by("seq")][-1].endswith("Les Passerelles : Statuts")


def test_a_refused_file_is_told_and_leaves_nothing(ours: Organisation) -> None:
    client = browser(factories.make_member(ours))
    add = reverse("organisation:document_add", args=[ours.pk, "statuts"])
    page = client.post(add, {"file": sent("statuts.pdf", HTML), "dated_on": "2026-01-05"})
    assert "ne contient pas un fichier PDF" in page.content.decode()
    late = client.post(add, {"file": sent("statuts.pdf", pdf()), "dated_on": "2099-01-05"})
    assert "Cette date est à venir." in late.content.decode()
    assert not StoredFile.objects.exists()


def test_a_photo_of_a_paper_loses_where_it_was_taken(ours: Organisation) -> None:
    client = browser(factories.make_member(ours))
    add = reverse("organisation:document_add", args=[ours.pk, "assurance"])
    client.post(add, {"file": sent("photo.jpg", jpeg(segment(0xE1, exif(3)))), "dated_on": "2026-01-05"})
    assert b"GPS" not in bytes(StoredFile.objects.get().content)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_only_ever_a_download(ours: Organisation, name: str) -> None:
    document = documents.keep(
        ours, kind("statuts"), piece(name), dated_on=clock.today(), by=factories.make_member(ours)
    )
    answer = browser(factories.make_member(ours)).get(reverse("organisation:document", args=[ours.pk, document.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert "\r" not in answer["Content-Disposition"] and "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_an_accent_is_kept_in_the_name(ours: Organisation) -> None:
    document = documents.keep(
        ours, kind("statuts"), piece(NAMES[0]), dated_on=clock.today(), by=factories.make_member(ours)
    )
    answer = browser(factories.make_member(ours)).get(reverse("organisation:document", args=[ours.pk, document.pk]))
    assert "filename*=utf-8''Statuts%20sign%C3%A9s%20%E2%80%93%20%C3%A9t%C3%A9.pdf" in answer["Content-Disposition"]


def test_another_organisation_finds_none_of_it(ours: Organisation) -> None:
    document = kept(ours)
    stranger = browser(factories.make_member(factories.make_organisation("Le Fil rouge")))
    for address in addresses(ours, document):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"dated_on": "2026-01-01"}).status_code in (404, 405)
    theirs = Organisation.objects.get(name="Le Fil rouge")
    assert stranger.get(reverse("organisation:document", args=[theirs.pk, document.pk])).status_code == 404
    assert Document.objects.count() == 1


def addresses(organisation: Organisation, document: Document) -> list[str]:
    return [
        reverse("organisation:documents", args=[organisation.pk]),
        reverse("organisation:rib", args=[organisation.pk]),
        reverse("organisation:document_add", args=[organisation.pk, "statuts"]),
        reverse("organisation:document", args=[organisation.pk, document.pk]),
        reverse("organisation:document_remove", args=[organisation.pk, document.pk]),
    ]


# ------------------------------------------------------------------ the RIB


def test_a_rib_has_its_keys_and_leaves_a_trace(ours: Organisation) -> None:
    client = browser(factories.make_member(ours))
    address = reverse("organisation:rib", args=[ours.pk])
    wrong = f"FR00{IBAN[4:]}"
    page = client.post(address, {"iban": wrong, "file": sent("rib.pdf", pdf()), "dated_on": "2026-01-05"})
    assert "n&#x27;est pas valable" in page.content.decode()
    spaced = " ".join(IBAN[n : n + 4] for n in range(0, len(IBAN), 4)).lower()
    client.post(address, {"iban": spaced, "file": sent("rib.pdf", pdf()), "dated_on": "2026-01-05"})
    assert Document.objects.get().iban == IBAN
    event = Event.objects.get(kind="partners.rib_changed")
    assert event.data == {"last": IBAN[-4:]}
    with pytest.raises(Blocked):
        documents.remove(Document.objects.get(), by=factories.make_member(ours))


def test_a_rib_is_read_in_full_only_by_who_pays(ours: Organisation) -> None:
    document = kept(ours, "rib", iban=IBAN)
    page = reverse("organisation:documents", args=[ours.pk])
    file = reverse("organisation:document", args=[ours.pk, document.pk])
    readers = {
        factories.make_member(ours): (False, 200),  # its own file, but no IBAN on a screen
        factories.make_member(ours, "lecteur"): (False, 403),
        factories.make_instructeur(): (False, 403),
        factories.make_coordination(): (True, 200),
        factories.make_pilot("prefecture"): (True, 200),  # decides the State's source
    }
    for user, (reads, status) in readers.items():
        client = browser(user)
        text = client.get(page).content.decode().replace("\u00a0", "")
        assert (IBAN in text) is reads, user
        assert IBAN[-4:] in text
        assert client.get(file).status_code == status, user


def test_a_rib_does_not_come_in_by_another_door(ours: Organisation) -> None:
    client = browser(factories.make_member(ours))
    assert client.get(reverse("organisation:document_add", args=[ours.pk, "rib"])).status_code == 404


def test_the_administration_is_told_that_a_wallet_is_not_its_business(ours: Organisation) -> None:
    document, client = kept(ours), browser(factories.make_admin())
    assert client.get(reverse("organisation:documents", args=[ours.pk])).status_code == 403
    assert client.get(reverse("organisation:document", args=[ours.pk, document.pk])).status_code == 404
