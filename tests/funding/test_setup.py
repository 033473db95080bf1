"""A cité is set up: from a file, then question by question; a mistake leaves nothing behind."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cites.accounts import invitations
from cites.core import audit, clock
from cites.models import (
    ChefDeFile,
    Cite,
    Commune,
    Event,
    Invitation,
    LabelPeriod,
    OutboxMail,
    PilotInstitution,
    Quartier,
    School,
    User,
)
from funding import installation, ledger
from funding.chains import verify_ledger
from funding.models import Move, Source, Tranche
from tests import factories
from tests.visitor import Visitor

EVERYTHING = (
    Cite,
    Commune,
    Quartier,
    School,
    User,
    Invitation,
    LabelPeriod,
    Tranche,
    Move,
    Event,
    OutboxMail,
    ChefDeFile,
)


def example() -> str:
    out = StringIO()
    call_command("setup", "--example", stdout=out)
    return out.getvalue()


def setup(tmp_path: Path, text: str, *options: str) -> str:
    """What the command says, errors included; CommandError when it refuses."""
    file, out = tmp_path / "cite.toml", StringIO()
    file.write_text(text)
    try:
        call_command("setup", "--file", str(file), *options, stdout=out, stderr=out)
    except CommandError as refused:
        return f"{out.getvalue()}\nREFUSED {refused}"
    return out.getvalue()


def counts() -> list[int]:
    return [model.objects.count() for model in EVERYTHING]


@pytest.fixture(autouse=True)
def noon(db: None) -> object:
    with clock.at(factories.NOON):
        yield


# ------------------------------------------------------------------ from a file


def test_the_example_sets_up_a_cite(tmp_path: Path) -> None:
    said = setup(tmp_path, example())
    cite = Cite.objects.get()
    assert (cite.name, cite.communes.get().insee) == ("Cité éducative de Villexemple", "94999")
    assert PilotInstitution.objects.get(code="ville").name == "Ville de Villexemple"
    assert PilotInstitution.objects.count() == 3
    assert ChefDeFile.objects.get().school.uai == "0949904E"
    assert "mentions" in Visitor().open("/mentions-legales/").text.lower()
    assert "1 place de la Mairie" in Visitor().open("/mentions-legales/").text
    assert "L'administration choisit son mot de passe ici" in said
    assert not factories.fresh(User.objects.get()).has_usable_password()


def test_people_are_invited_and_nobody_has_a_password(tmp_path: Path) -> None:
    said = setup(tmp_path, example())
    assert list(Invitation.objects.order_by("pk").values_list("email", "role", "institution__code")) == [
        ("principal@villexemple.example", "titulaire", "education"),
        ("coordination@villexemple.example", "coordination", None),
    ]
    assert OutboxMail.objects.count() == 2
    for mail in OutboxMail.objects.all():
        links = [word for word in mail.body.split() if word.startswith("http")]
        assert links
        assert not any(link in said for link in links)


def test_the_money_enters_by_the_ledger_with_the_day_of_its_notification(tmp_path: Path) -> None:
    setup(tmp_path, example())
    state, fonds = (Tranche.objects.get(source__code=code, year=2025) for code in ("P147", "FONDS_COLLEGE"))
    assert (str(state.notified_on), state.notified_reference) == (
        "2025-01-17",
        "Notification préfectorale 2025-1",
    )
    assert ledger.balance(state, "outside") == Decimal(155000)
    assert ledger.balance(fonds, "available") == Decimal(32000)
    assert fonds.is_notified
    planned = Tranche.objects.get(source__code="P147", year=2026)
    assert (planned.is_notified, ledger.balance(planned, "available")) == (False, Decimal(160000))
    assert list(verify_ledger()) == []


def test_the_journal_names_who_set_it_up(tmp_path: Path) -> None:
    setup(tmp_path, example())
    event = Event.objects.get(kind="funding.set_up")
    assert audit.read_sentence(event).startswith("Camille Exemple a mis en place la cité éducative")
    assert list(audit.verify_journal()) == []


def test_a_dry_run_checks_everything_and_writes_nothing(tmp_path: Path) -> None:
    before = counts()
    assert "Tout est bon. Rien n'est écrit" in setup(tmp_path, example(), "--check")
    assert counts() == before


MISTAKES = {
    "uai": ('uai = "0949904E"', 'uai = "0949904A"', "etablissements[1].uai : Ce code UAI n'est pas valable"),
    "insee": ('insee = "94999"', 'insee = "9499"', "communes[1].insee :"),
    "commune": (
        'commune = "94999"\ncode',
        'commune = "75001"\ncode',
        "quartiers[1].commune : « 75001 » n'est pas une commune",
    ),
    "role": ('role = "coordination"', 'role = "chef"', "mandats[2].role : « chef » n'est pas un rôle"),
    "institution": ('institution = "education"', 'institution = "caf"', "mandats[1].institution : « caf » n'est pas"),
    "address": ('courriel = "principal@villexemple.example"', 'courriel = "principal"', "mandats[1].courriel : "),
    "admin": ('courriel = "administration@villexemple.example"', 'courriel = "admin"', "administrateur.courriel : "),
    "legal": ('hebergeur = "Hébergeur Exemple"', 'hebergeur = ""', "cite.hebergeur : cette réponse est nécessaire."),
    "unknown key": ('academie = "Créteil"', 'academy = "Créteil"', "cite.academy : cette clé n'existe pas."),
    "unknown section": ("[periode]", "[[periodes]]", "periodes : cette section n'existe pas."),
    "shape": ("[periode]", "[[periode]]", "periode[1] : écrivez [periode]."),
    "period": ("derniere_annee = 2027", "derniere_annee = 2024", "periode : La dernière année précède la première."),
    "year": ("annee = 2026", "annee = 2031", "tranches[3].annee : aucune période de labellisation ne contient 2031."),
    "source": (
        'source = "P147"\nannee = 2026',
        'source = "P14"\nannee = 2026',
        "tranches[3].source : « P14 » n'est pas",
    ),
    "float": ('"155000,00"', "155000.50", "tranches[1].notifie : écrivez ce montant entre guillemets"),
    "no act": ('acte = "Notification préfectorale 2025-1"', "", "tranches[1].acte : une tranche notifiée a un acte"),
    "fed too much": ("prevu = 32000", "prevu = 320000", "tranches[2] : Enveloppe insuffisante"),
    "a day": ("debut = 2025-01-01", 'debut = "bientôt"', "mandats[1].debut : « bientôt » n'est pas une date"),
    "end": ("debut = 2025-01-01", "debut = 2025-01-01\nfin = 2024-01-01", "mandats[1]"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_by_its_place_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    right, wrong, sentence = MISTAKES[name]
    text = example()
    assert right in text
    before = counts()
    said = setup(tmp_path, text.replace(right, wrong, 1))
    assert sentence in said
    assert "REFUSED Rien n'est écrit" in said
    assert counts() == before


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = example()
    for right, wrong, _ in (MISTAKES["uai"], MISTAKES["role"], MISTAKES["year"]):
        text = text.replace(right, wrong, 1)
    assert "3 point(s) à corriger" in setup(tmp_path, text)


def test_without_the_taking_back_half_a_cite_would_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the tests above."""
    monkeypatch.setattr(installation, "take_back", lambda: None)
    right, wrong, _ = MISTAKES["role"]
    setup(tmp_path, example().replace(right, wrong, 1))
    assert Cite.objects.exists()


def test_what_is_no_toml_or_no_file_is_said(tmp_path: Path) -> None:
    assert "n'est pas du TOML" in setup(tmp_path, "[cite\nnom=1")
    with pytest.raises(CommandError, match="ne s'ouvre pas"):
        call_command("setup", "--file", str(tmp_path / "rien.toml"))


def test_a_cite_that_stands_is_not_set_up_again_unless_told(tmp_path: Path) -> None:
    setup(tmp_path, example())
    before = counts()
    assert "Une cité est déjà en place" in setup(tmp_path, example())
    assert counts() == before
    more = '[[tranches]]\nsource = "VILLE"\nannee = 2025\nprevu = 40000\n[[communes]]\ninsee = "94078"\nnom = "Orly"\n'
    text = example()
    cite = text[text.index("[cite]") : text.index("[[communes]]")].replace("Villexemple", "Ailleurs")
    said = setup(tmp_path, more + cite, "--complete")
    assert "la cité : déjà là" in said
    assert Cite.objects.get().name == "Cité éducative de Villexemple"
    assert {commune.name for commune in Cite.objects.get().communes.all()} == {"Villexemple", "Orly"}
    assert Tranche.objects.count() == 4


def test_a_new_database_needs_an_account(tmp_path: Path) -> None:
    text = example()
    start, end = text.index("[administrateur]"), text.index("# Chaque personne")
    assert "administrateur : il faut un premier compte d'administration." in setup(tmp_path, text[:start] + text[end:])


# ------------------------------------------------------------------ question by question

CITE = [
    *("Cité éducative d'Orly", "", "", "hier", "01/09/2022", "Créteil", "contact", "contact@orly.example"),
    *("Ville d'Orly", "7 rue de la Mairie", "", "Le maire", "Hébergeur", "1 rue", ""),
]
PLACES = ["94054", "Orly", "", "Les Navigateurs", "", "", "", "", "0949904E", "Collège", "collège", "", "REP", "", ""]
PILOTS = ["", "", "Ville d'Orly", "", "", "", ""]
PEOPLE = [
    *("admin@orly.example", "Camille Martin", ""),
    *("maire@orly.example", "titulaire", "mairie", "ville", "01/01/2025", "", ""),
]
MONEY = ["2025", "2027", "Label 2025", "VILLE", "2025", "40 000,00", "", "", "", ""]


def ask(*answers: str) -> str:
    out = StringIO()
    try:
        call_command("setup", stdin=StringIO("".join(f"{answer}\n" for answer in answers)), stdout=out, stderr=out)
    except CommandError as refused:
        return f"{out.getvalue()}\nREFUSED {refused}"
    return out.getvalue()


def test_questions_one_at_a_time_with_a_second_try() -> None:
    said = ask(*CITE, *PLACES, *PILOTS, *PEOPLE, *MONEY, "oui")
    assert "REFUSED" not in said, said
    assert "« hier » n'est pas une date" in said
    assert "« mairie » n'est pas dans ce que vous avez donné : education, ville, prefecture." in said
    assert Cite.objects.get().name == "Cité éducative d'Orly"
    assert Quartier.objects.get().commune.insee == "94054"
    assert PilotInstitution.objects.get(code="ville").name == "Ville d'Orly"
    assert Invitation.objects.get().institution == PilotInstitution.objects.get(code="ville")
    assert ledger.balance(Tranche.objects.get(), "available") == Decimal(40000)
    assert Source.objects.get(code="VILLE") == Tranche.objects.get().source


@pytest.mark.parametrize(
    "answers", [["quitter"], [*CITE, "QUITTER"], CITE, [*CITE, *PLACES, *PILOTS, *PEOPLE, *MONEY, "non"]]
)
def test_one_can_leave_at_any_moment_without_writing(answers: list[str]) -> None:
    before = counts()
    assert ask(*answers).endswith("REFUSED Rien n'est écrit.")
    assert counts() == before


def test_answers_that_cannot_be_written_come_back_as_a_file(tmp_path: Path) -> None:
    """The last check finds what no single answer shows: the money leaves the person with a file to mend."""
    money = ["2025", "2027", 'Le "label"', "FONDS_COLLEGE", "2025", "40000", "", "", "", ""]
    said = ask(*CITE, *PLACES, *PILOTS, *PEOPLE, *money, "oui")
    assert "l'alimente : ajoutez sa tranche de cette année." in said
    text = said.partition("à donner avec --file :")[2].partition("REFUSED")[0]
    mended = text.replace('"FONDS_COLLEGE"', '"VILLE"')
    assert "REFUSED" not in setup(tmp_path, mended)
    assert LabelPeriod.objects.get().label == 'Le "label"'


# ------------------------------------------------------------------ twice, and wrong shapes


def test_the_same_file_completes_what_it_set_up_without_asking_anyone_twice(tmp_path: Path) -> None:
    setup(tmp_path, example())
    invitations.revoke(Invitation.objects.get(role="coordination"), User.objects.get())
    before = counts()
    said = setup(tmp_path, example(), "--complete")
    assert "REFUSED" not in said
    assert "l'invitation de coordination@villexemple.example : déjà là" in said
    after = dict(zip(EVERYTHING, counts(), strict=True))
    assert {model for model, n in zip(EVERYTHING, before, strict=True) if after[model] != n} <= {Event}


SHAPES = {
    "cite = []": "cite : écrivez [cite].",
    'tranches = [{source = ["P147"], annee = 2025, prevu = 10}]': "tranches[1].source : écrivez un texte",
    "communes = [3]": "communes[1] : écrivez [[communes]].",
    'institutions = [{code = "caf", nom = "CAF", nature = "autre"}, {code = "CAF", nom = "B", nature = "autre"}]': (
        "institutions[2].code : « caf » est donnée deux fois."
    ),
}


@pytest.mark.parametrize("text", SHAPES)
def test_a_wrong_shape_is_a_sentence(tmp_path: Path, text: str) -> None:
    before = counts()
    said = setup(tmp_path, text)
    assert SHAPES[text] in said
    assert counts() == before


def test_a_file_of_windows_is_read(tmp_path: Path) -> None:
    assert "REFUSED" not in setup(tmp_path, f"\ufeff{example()}", "--check")


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("notifie_le = 2025-01-17", "notifie_le = 2031-01-17", "tranches[1].notifie_le : cette date est à venir."),
        ('notifie = "155000,00"', "notifie = 0", "tranches[1] : Le montant d'un mouvement est supérieur à zéro."),
        ("prevu = 32000\n", "prevu = 32000\nnotifie = 200000\n", "tranches[2] : Enveloppe insuffisante"),
        ('code = "ville"', 'code = "Ville"', ""),
        ("principal@villexemple", "administration@villexemple", "mandats[1]"),
    ],
)
def test_money_and_people_are_checked_before_anything_is_written(
    tmp_path: Path, right: str, wrong: str, sentence: str
) -> None:
    assert right in example()
    said = setup(tmp_path, example().replace(right, wrong, 1))
    assert sentence in said
    assert Cite.objects.exists() is not ("REFUSED" in said)
    assert PilotInstitution.objects.count() == 3


def test_money_notified_before_its_feeder_is_not_called_notified(tmp_path: Path) -> None:
    text = (
        example()
        .replace('notifie = "155000,00"\n', "", 1)
        .replace("prevu = 32000\n", "prevu = 32000\nnotifie = 32000\n")
    )
    assert "tranches[2].notifie : « État – politique de la ville" in setup(tmp_path, text)
