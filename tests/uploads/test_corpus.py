"""The corpus: nothing hostile is stored as it came, nothing legitimate is refused."""

import hashlib
import tracemalloc

import pytest
from django.core.exceptions import ValidationError

from cites.core import antivirus, attachments, office_files, pdf_files, pictures
from tests.uploads import making
from tests.uploads.corpus import CAMERAS, CAMERAS_PNG, HOSTILE, LEGITIMATE, NEUTRALISED


def test_the_corpus_is_large_enough() -> None:
    assert len(HOSTILE) + len(NEUTRALISED) >= 60
    assert len(LEGITIMATE) >= 20
    assert len(CAMERAS) + len(CAMERAS_PNG) >= 10


# Each trap is refused for what it is, not for something else that happens to be wrong with it.
REASONS: dict[str, tuple[str, ...]] = {
    "n'est pas d'un format accepté": (
        "html",
        "svg",
        "xhtml",
        "executable",
        "script shell",
        "zip",
        "sans extension",
        "caché",
        "double extension",
        "extension retournée",
        "ancien Word",
        "Word à macros",
    ),
    "ne contient pas un fichier": (
        "html en pdf",
        "html en jpeg",
        "svg en png",
        "exécutable en pdf",
        "OLE en docx",
        "gif et script en png",
        "xml et feuille de style",
        "vide",
        "html puis pdf",
    ),
    "pèse": ("un octet de trop",),
    "son contenu n'est pas celui que son nom annonce": (
        "xlsx en docx",
        "docx en xlsx",
        "odt en ods",
        "docm renommé",
        "xlsm renommé",
    ),
    "ce PDF est incomplet ou abîmé": ("pdf tronqué",),
    "autre chose après sa fin": (
        "pdf et html",
        "pdf et zip",
    ),
    "un programme, un fichier joint ou une commande": (
        "pdf à script",
        "pdf à script, écrit autrement",
        "pdf à script, comprimé",
        "pdf à script, comprimé en clair",
        "pdf qui lance",
        "pdf et fichier joint",
        "pdf qui envoie",
        "pdf à formulaire XFA",
    ),
    "nous ne savons pas vérifier": (
        "pdf à script, comprimé deux fois",
        "pdf à script, dictionnaire caché par un texte",
        "pdf bombe",
    ),
    "ce PDF est protégé": ("pdf chiffré",),
    "trop de points": (
        "png démesuré",
        "jpeg démesuré",
    ),
    "cette image est incomplète ou abîmée": (
        "png de taille nulle",
        "png bombe",
        "png tronqué",
        "png à la somme fausse",
        "png aux pixels qui manquent",
        "png à l'en-tête inconnu",
        "jpeg tronqué",
        "jpeg sans image",
        "jpeg au segment trop long",
    ),
    "des macros ou des contrôles": (
        "docx à macros",
        "docx et vbaProject",
        "xlsx à macros 4.0",
        "odt à macros",
        "odt qui réagit",
        "odt au lien de macro",
    ),
    "va chercher un contenu ailleurs": (
        "docx au modèle distant",
        "docx à l'image distante",
        "docx à l'image d'un serveur de fichiers",
        "docx au lien javascript",
        "docx DDE",
        "docx DDE en morceaux",
        "docx DDE en champ simple",
        "xlsx au classeur lié",
        "xlsx DDE",
        "odt à l'image distante",
        "ods DDE",
    ),
    "contient un autre fichier": (
        "docx et objet OLE",
        "docx et exécutable",
        "zip dans le zip",
        "zip dans le zip, sans le dire",
    ),
    "ce document est protégé": (
        "odt chiffré",
        "zip chiffré",
    ),
    "démesuré une fois ouvert": (
        "docx bombe",
        "trop de parties",
        "trop d'éléments",
    ),
    "ce document est incomplet ou abîmé": (
        "zip quelconque en docx",
        "docx à la taille fausse",
        "sortie du dossier",
        "chemin absolu",
        "chemin de Windows",
        "lien symbolique",
        "deux fois la même partie",
        "zip et suite",
        "zip et avant",
        "zip tronqué",
        "entités",
        "entité externe",
        "xml mal formé",
    ),
}
REASON = {case: reason for reason, cases in REASONS.items() for case in cases}


def test_every_trap_has_its_reason() -> None:
    assert set(REASON) == set(HOSTILE)
    assert sum(map(len, REASONS.values())) == len(HOSTILE)


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(case: str) -> None:
    name, made = HOSTILE[case]
    content = made()
    tracemalloc.start()
    with pytest.raises(ValidationError) as refusal:
        attachments.check(name, content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    [sentence] = refusal.value.messages
    assert sentence.startswith("« ") and sentence.endswith(".")
    assert REASON[case] in sentence
    assert peak < 60_000_000


@pytest.mark.parametrize("case", NEUTRALISED)
def test_what_is_kept_of_a_trap_is_harmless(case: str) -> None:
    name, made, kept = NEUTRALISED[case]
    checked = attachments.check(name, made())
    assert checked.name == kept
    assert b"<script" not in checked.content and b"PK\x03\x04" not in checked.content
    assert checked.sha256 == hashlib.sha256(checked.content).hexdigest()


@pytest.mark.parametrize("case", LEGITIMATE)
def test_a_legitimate_file_is_kept_byte_for_byte(case: str) -> None:
    name, made = LEGITIMATE[case]
    content = made()
    checked = attachments.check(name, content)
    assert (checked.name, checked.content) == (name, content)
    assert checked.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("case", CAMERAS)
def test_a_photo_leaves_its_place_and_its_camera_behind(case: str) -> None:
    checked = attachments.check("photo.jpg", CAMERAS[case]())
    assert b"GPS" not in checked.content and b"48.7412" not in checked.content
    assert making.picture() in checked.content  # tables, frame and scan: the very same pixels
    assert attachments.check("photo.jpg", checked.content).content == checked.content


@pytest.mark.parametrize("case", CAMERAS_PNG)
def test_so_does_a_png(case: str) -> None:
    checked = attachments.check("photo.png", CAMERAS_PNG[case]())
    assert checked.content == making.png()


@pytest.mark.parametrize("order", "><")
def test_a_photo_stays_the_right_way_up(order: str) -> None:
    checked = attachments.check("photo.jpg", making.jpeg(making.segment(0xE1, making.exif(6, order=order))))
    body = checked.content[checked.content.index(b"Exif\0\0") :]
    assert pictures._orientation(body) == 6
    upright = attachments.check("photo.jpg", making.jpeg(making.segment(0xE1, making.exif(1, order=order))))
    assert upright.content == making.jpeg()


# ------------------------------------------------------------------ each guard, off


def passes(case: str) -> bool:
    name, made = HOSTILE[case]
    try:
        attachments.check(name, made())
    except ValidationError:
        return False
    return True


def nothing(*args: object, **kwargs: object) -> None:
    return None


# guard, what turns it off, a case that then comes in
OFF: dict[str, tuple[object, str, object, str]] = {
    "taille": (attachments, "MAX_BYTES", 10**9, "un octet de trop"),
    "pdf: ce qui agit": (pdf_files, "_passive", nothing, "pdf à script"),
    "pdf: objets comprimés": (pdf_files, "_packed_objects", lambda content: (), "pdf à script, comprimé"),
    "pdf: noms en #": (pdf_files, "_plain", lambda text: text, "pdf à script, écrit autrement"),
    "pdf: bornes": (pdf_files, "MAX_RATIO", 10**9, "pdf bombe"),
    "image: points": (pictures, "_bounded", nothing, "jpeg démesuré"),
    "image: données": (pictures, "_inflates", nothing, "png bombe"),
    "zip: bornes": (office_files, "_bounds", nothing, "zip et suite"),
    "zip: entrées": (office_files, "_entry", nothing, "chemin absolu"),
    "zip: nature": (office_files, "_is", nothing, "docx en xlsx"),
    "zip: liens": (office_files, "_relation", nothing, "docx au modèle distant"),
    "zip: liens ODF": (office_files, "_link", nothing, "odt à l'image distante"),
    "zip: archives cachées": (office_files, "_ARCHIVES", (b"\0\0never",), "zip dans le zip, sans le dire"),
    "zip: éléments": (office_files, "MAX_ELEMENTS", 10**9, "trop d'éléments"),
    "zip: instructions": (office_files._Reader, "finish", nothing, "docx DDE"),
    "zip: entités": (office_files._Reader, "_doctype", nothing, "entités"),
    "zip: macros": (office_files, "_RUNS", set(), "odt qui réagit"),
    "zip: appels": (office_files, "_FETCHES", set(), "ods DDE"),
    "zip: types de macros": (office_files, "_MACRO_TYPES", (), "docx à macros"),
}


@pytest.mark.parametrize("guard", OFF)
def test_without_its_guard_the_trap_comes_in(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, value, case = OFF[guard]
    assert not passes(case)
    monkeypatch.setattr(module, name, value)
    assert passes(case)


def test_the_antivirus_is_asked_last_and_only_where_it_is_set() -> None:
    assert antivirus.scan(b"anything") is None  # type: ignore[func-returns-value]
