"""One entry, several documents: the file as PDF, its receipt, the blank form. Exact, tagged, whole, kept."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from actions import attachments, blank_form, drafts, outputs, receipts, submission
from actions.models import Action, BudgetLine, Call, CallQuestion, ReceiptNotice, Submission
from cites.core import clock, sealed
from cites.core.attachments import check
from cites.core.money import format_euros
from cites.models import Cite, Rule
from tests import factories
from tests.pdf import Pdf
from tests.uploads.making import pdf as made_pdf
from tests.visitor import Visitor

CERFA = [
    "1. Identification de l'organisation",
    "2. Relations avec l'administration",
    "3. Relations avec d'autres organisations",
    "4. Moyens humains",
    "5. Budget de l'organisation",
    "6. Projet",
    "7. Attestations",
]
# What a typesetter, a browser or a printer could take for an order.
HOSTILE = (
    '#read("/etc/passwd")',
    '#import "_page.typ": facts',
    "#set page(fill: red) $sum_(i)^2$ \\ @ref <label> *gras* _it_ `code` = Titre",
    "<script>alert(1)</script> &amp; {{ 7 * 7 }} {% now %} %s \\u{1F600}",
    '") ] } #panic("x") [ { (',
)
# (what is typed, what is read on paper)
SIGNS = (
    ("Goûter 😀 du mercredi", "Goûter [U+1F600 grinning face] du mercredi"),
    ("Pâtes 中文", "Pâtes [U+4E2D][U+6587]"),
    ("Zoé Łukasz Ñandú Đorđe ŒUVRE œuf ₤ € ½ → ✓ « ’ … – —", "Zoé Łukasz Ñandú Đorđe ŒUVRE œuf ₤ € ½ → ✓ « ’ … – —"),
    ("Ελλάδα Жук", "Ελλάδα Жук"),
    ("Famille 👨‍👩‍👧", "Famille [U+1F468 man][U+1F469 woman][U+1F467 girl]"),
    ("Privé \ue000.", "Privé [U+E000]."),
)


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
        yield


def kept(action: Action) -> Submission:
    return Submission.objects.select_related("sealed").get(action=action, number=action.version)


def document(action: Action) -> Pdf:
    return Pdf(bytes(kept(action).document))


def flat(text: Any) -> str:
    return " ".join(str(text).split())


def without_spaces(text: Any) -> str:
    """A line of a PDF may end after any hyphen."""
    return "".join(str(text).split())


def sealed_text(action: Action) -> Mapping[str, Any]:
    text: Mapping[str, Any] = sealed.read(submission.current_version(action).payload)
    return text


# ------------------------------------------------------------------ the file


def test_the_file_is_in_the_order_of_the_cerfa_and_is_tagged() -> None:
    action = factories.make_submitted()
    found = document(action)
    assert [heading for heading in found.headings if heading in CERFA] == CERFA
    assert found.headings[0] == "Dossier 2026-001, version 1"
    ends = found.text.index("La subvention sollicitée de"), found.text.index("7. Attestations")
    assert found.text.index("Budget du projet") < ends[0] < ends[1], "the CERFA's sentence ends the budget"
    kinds = {tag for tag, _ in found.tags}
    assert {"Document", "H1", "H2", "H3", "Table", "THead", "TH", "TD"} <= kinds
    for declared in (b"/Lang(fr)", b"/MarkInfo<</Marked true", b"pdfuaid:part", b"/DisplayDocTitle true"):
        assert declared in found.content, declared
    assert b"/Scope/Column" in found.content, "the headers of the tables say what they head"


def test_it_says_reference_version_time_and_hash() -> None:
    action = factories.make_submitted()
    version, text = submission.current_version(action), document(action).text
    for said in ("Référence 2026-001", "Version 1", "Déposé le 05/10/2026 à 14:00:00 (heure de Paris)", version.sha256):
        assert said in text, said


def test_every_sealed_answer_is_printed_once_and_nothing_else() -> None:
    """An answer that no heading of the CERFA names is still there; the contact, which is not sealed, is not."""
    action = factories.make_submitted(other_information="Une salle est promise par la ville.")
    text = sealed_text(action)
    under = [name for title in outputs.CERFA for name in outputs.named(title, text)]
    given = {name for name, value in text.items() if value not in (None, "", [], {})} - outputs.APART
    assert sorted(under) == sorted(given)
    assert outputs.named(outputs.PROJECT, {**text, "tomorrow": "Une question de demain"})[-1] == "tomorrow"
    printed = document(action).text
    for value in text.values():
        if isinstance(value, str) and len(value) > 20:
            assert value in printed, value
    assert "Camille Porteuse" not in printed and "camille@exemple.test" not in printed


def test_amounts_are_exact_to_the_cent() -> None:
    action = factories.make_submitted(
        line_641="1 234,56",
        line_604="0,01",
        line_74cite="1 000,07",
        minimum="500",
        cofunder_0_amount="234,50",
    )
    printed = document(action).text
    for line in (
        "641 Rémunération des personnels 1 234,56 €",
        "604 Prestations de services 0,01 €",
        "Total 1 234,57 €",
    ):
        assert line in printed, line
    assert "Ville de Valenton Commune Confirmée 234,50 €" in printed
    assert "La subvention sollicitée de 1 000,07 € représente 81 % du total des produits du projet." in printed
    assert "Montant minimum pour que l'action se fasse : 500,00 €." in printed


def test_the_same_file_comes_out_again_whatever_changes_since() -> None:
    """The bytes are kept: neither a label, nor the organisation, nor what is typed next changes them."""
    action = factories.make_submitted()
    first = bytes(kept(action).document)
    assert first == outputs.document(submission.current_version(action)), "the same text gives the same bytes"
    partner, pilot = Visitor(factories.writer_of(action)), Visitor(factories.make_pilot())
    address = partner.open(f"/espace/depots/{action.key}/").links
    mine = next(href for label, href in address.items() if label.startswith("Dossier complet, version 1"))
    BudgetLine.objects.filter(code="641").update(label="Salaires")
    Action.objects.filter(pk=action.pk).update(title="Autre titre", draft={})
    with clock.at(factories.NOON + timedelta(days=90)):
        assert partner.download(mine) == first
        assert pilot.download(f"/espace/actions/{action.reference}/dossier-v1.pdf") == first
    assert first != outputs.document(submission.current_version(action)), "the control: a label did change"


def test_a_completed_file_has_a_second_document_and_keeps_the_first() -> None:
    action = factories.make_to_complete(places=("description",))
    first, by = bytes(kept(action).document), factories.writer_of(action)
    typed = factories.draft_values(action.call, description="Trois soirs par semaine, à la demande des parents.")
    drafts.save(action, typed, seen=action.draft_version, by=by)
    action.refresh_from_db()
    submission.submit(action, seen=action.draft_version, by=by)
    assert Submission.objects.get(action=action, number=1).document == first
    action.refresh_from_db()
    second = document(action)
    assert second.headings[0] == "Dossier 2026-001, version 2" and outputs.COMPLETION not in second.headings
    assert "Trois soirs par semaine" in second.text and "Trois soirs par semaine" not in Pdf(first).text


@pytest.mark.one_database
@pytest.mark.parametrize("who", ["stranger", "other"])
@pytest.mark.parametrize(
    "path",
    [
        "/espace/depots/{key}/recepisse/1/dossier.pdf",
        "/espace/depots/{key}/brouillon.pdf",
        "/espace/depots/{key}/recepisse/1.pdf",
        "/espace/depots/{key}/dauphin/",
    ],
)
def test_others_find_nothing(who: str, path: str) -> None:
    action = factories.make_submitted()
    elsewhere = factories.make_organisation("Le Fil rouge")
    user = factories.make_user() if who == "stranger" else factories.make_member(elsewhere)
    assert Visitor(user).open(path.format(key=action.key)).status == 404
    mine = Visitor(factories.writer_of(action)).client.get(path.format(key=action.key))
    assert mine.status_code == 200


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_comes_out_as_text(typed: str) -> None:
    action = factories.make_submitted(title=typed[:100], description=typed, indicator_1=typed[:90])
    found = document(action)
    for pdf in (found, Pdf(bytes(kept(action).receipt))):
        assert flat(typed[:100]) in pdf.text
    assert found.text.count(flat(typed)) >= 1
    assert found.text.count(flat(typed[:90])) >= 3
    assert "root:" not in found.text


@pytest.mark.parametrize(("typed", "read"), SIGNS)
def test_no_sign_is_lost_and_none_forbids_the_deposit(typed: str, read: str) -> None:
    """What no font draws is written by its number and its name; the seal keeps the sign itself."""
    action = factories.make_submitted(title=typed)
    assert sealed_text(action)["title"] == typed
    for content in (kept(action).document, kept(action).receipt):
        assert read in Pdf(bytes(content)).text


def test_arabic_and_the_longest_texts_are_whole() -> None:
    title = "T" * 160
    words = [f"mot{number}" for number in range(1300)]
    action = factories.make_submitted(title=title, description=" ".join(words)[:8000], contact_name="محمد علي")
    printed = document(action).text
    assert title in printed.replace(" ", "")
    whole = set(printed.split())
    assert [word for word in " ".join(words)[:8000].split() if word not in whole] == []
    assert "يلع دمحم" in Pdf(bytes(kept(factories.make_submitted(title="محمد علي")).document)).text, "in order of sight"


# ------------------------------------------------------------------ the draft


def test_a_draft_is_printed_with_what_is_wrong_and_says_that_it_is_worth_nothing() -> None:
    action = factories.make_draft(starts_on="à la rentrée", description="", line_641="12,5O")
    partner = Visitor(factories.writer_of(action))
    page = partner.open(f"/espace/depots/{action.key}/")
    address = next(href for label, href in page.links.items() if label.startswith("Brouillon, sans valeur"))
    found = Pdf(partner.download(address))
    assert found.headings[0] == "Brouillon : Ateliers du soir au collège"
    assert outputs.WORTHLESS in found.text and "Empreinte" not in found.text
    assert "Début de l'action à la rentrée" in found.text and "Rémunération des personnels 12,5O" in found.text
    assert "Aider quarante collégiens à faire leur travail dans le calme." in found.text


@pytest.mark.one_database
def test_an_empty_draft_is_printed_too() -> None:
    organisation = factories.make_organisation()
    action = submission.start(factories.make_call(), organisation, by=factories.make_member(organisation))
    assert [heading for heading in Pdf(outputs.draft(action)).headings if heading in CERFA] == CERFA


# ------------------------------------------------------------------ the receipt


def test_the_page_and_the_pdf_of_the_receipt_say_the_same_words() -> None:
    action = factories.make_draft()
    by = factories.writer_of(action)
    attachments.join_file(action, check("devis.pdf", made_pdf()), by=by)
    action.refresh_from_db()
    submission.submit(action, seen=action.draft_version, by=by)
    action.refresh_from_db()
    words = kept(action).words
    page = Visitor(by).open(f"/espace/depots/{action.key}/recepisse/").text
    printed = Pdf(bytes(kept(action).receipt)).text
    pairs = [*words["facts"], *words["service"], *words["pieces"], *words["answer"]]
    assert len(words["answer"]) == 5 and len(words["pieces"]) == 1
    for part in [words["lead"], words["seal"], words["sha256"], *(part for pair in pairs for part in pair)]:
        assert flat(part) in flat(page), part
        assert without_spaces(part) in without_spaces(printed), part
    assert words["pieces"] == [["Pièce du dossier – devis.pdf", action.attachments.get().file.sha256]]
    assert "contact@exemple.test" in printed


def test_the_receipt_says_until_when_and_what_can_be_done() -> None:
    """Two months of silence, two months of remedy: figures of rules and rows of the administration, kept as told."""
    action = factories.make_submitted()
    before = kept(action).words["answer"]
    assert "le 05/12/2026, soit deux mois après le dépôt, votre demande est réputée rejetée" in before[1][1]
    assert "dans les deux mois" in before[2][1] and "tribunal administratif" in before[4][1]
    assert all(ReceiptNotice.objects.values_list("source", flat=True))
    assert set(ReceiptNotice.objects.exclude(code="suite").values_list("mark", flat=True)) == {"BG"}
    Rule.objects.filter(code="silence_months").update(value="4")
    ReceiptNotice.objects.filter(code="suite").update(text="Tout {autre} {date.year} texte, sans délai.")
    assert kept(action).words["answer"] == before, "what was told stays"
    other = kept(factories.make_submitted()).words["answer"]
    assert (
        other[0][1] == "Tout {autre} {date.year} texte, sans délai."
        and "le 05/02/2027, soit quatre mois" in other[1][1]
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 30), 2, date(2028, 2, 29)),
        (date(2026, 10, 5), 2, date(2026, 12, 5)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last_one(day: date, months: int, expected: date) -> None:
    assert receipts.months_after(day, months) == expected


# ------------------------------------------------------------------ the blank form


def unasked(call: Call, data: Mapping[str, Any]) -> set[str]:
    """The fields of the form that the sheet has no place for."""
    names = {one["name"] for step in data["steps"] for one in step["questions"]}
    for step in data["steps"]:
        if budget := step["budget"]:
            names |= {name for side in budget["sides"] for row in side["rows"] for name in row["names"]}
            numbers = range(blank_form.blank(call).rows)
            names |= {f"cofunder_{number}_{part}" for number in numbers for part in budget["cofunders"]["names"]}
    return set(blank_form.blank(call).fields) - names


@pytest.fixture
def call() -> Call:
    call = factories.make_call(documents="Devis des intervenants", priorities="La lecture\nLe sport")
    CallQuestion.objects.create(call=call, rank=1, kind="long", label="Quel lien avec le conseil citoyen ?")
    CallQuestion.objects.create(
        call=call, rank=2, kind="choice", label="Quelle salle ?", options="La grande\nLa petite"
    )
    return call


def test_the_blank_form_asks_everything_that_the_form_asks(call: Call) -> None:
    data = blank_form.data(call)
    assert unasked(call, data) == set()
    text, form = Pdf(blank_form.document(call)).text, blank_form.blank(call)
    for name, field in form.fields.items():
        if not name.startswith("cofunder_"):
            assert flat(field.label) in text, name
            assert flat(field.help_text) in text, name
    for line in form.lines:
        assert f"{line.code} {line.label}" in text, line
    for said in (
        "La lecture",
        "☐ La grande",
        "☐ Devis des intervenants",
        "Réponses du 25 septembre 2026",
        "contact@exemple.test",
    ):
        assert said in text, said


def test_a_forgotten_question_is_seen(call: Call) -> None:
    """The control of the test above."""
    data = blank_form.data(call)
    gone = data["steps"][1]["questions"].pop(0)
    assert unasked(call, data) == {gone["name"]} == {"title"}


def test_the_blank_form_is_everyones_once_the_call_is_published(call: Call) -> None:
    partner = Visitor(factories.make_member())
    for page in (Visitor().open(f"/appels/{call.slug}/"), partner.open(f"/espace/depots/nouveau/{call.slug}/")):
        address = next(href for label, href in page.links.items() if label.startswith("Formulaire vierge"))
        assert Visitor().download(address).startswith(b"%PDF-")
    factories.make_call("appel-en-preparation", published_at=None, title="En préparation")
    path = "/appels/appel-en-preparation/formulaire.pdf"
    assert Visitor().open(path).status == partner.open(path).status == 404
    assert Visitor(factories.make_coordination()).download(path).startswith(b"%PDF-")


def test_format_of_euros_is_drawn_by_the_fonts() -> None:
    """The narrow no-break space of amounts is never spelled, even in a document that spells something else."""
    action = factories.make_submitted(title="Goûter 😀")
    assert flat(format_euros(factories.ASKED)) in document(action).text
    assert "[U+202F" not in document(action).text
