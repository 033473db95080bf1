"""The components: the gallery shows them all, in development only, and a file field says what it takes."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import TextChoices
from django.utils.datastructures import MultiValueDict

from actions.models import Action
from actions.models.avis import PositionChoice
from cites.core.colours import COLOURS
from cites.core.text import file_size
from cites.core.uploads import UploadField
from cites.gallery import Fields
from cites.models import Seance
from cites.templatetags import dsfr_ui
from funding import awards
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database

TEMPLATES = settings.BASE_DIR / "templates"
GALLERY = sorted((TEMPLATES / "cites/gallery").glob("*.html"))


def unseen(tags: set[str], pages: list[Path]) -> set[str]:
    """Tags that no page of the gallery calls."""
    text = "\n".join(page.read_text() for page in pages)
    return {tag for tag in tags if not re.search(rf"{{% {tag} ", text) and f"{{% {tag} %}}" not in text}


def test_the_gallery_shows_every_component() -> None:
    assert unseen(set(dsfr_ui.register.tags), GALLERY) == set()
    text = "\n".join(page.read_text() for page in GALLERY)
    for file in (TEMPLATES / "dsfr").glob("*.html"):
        by_a_tag = f'"dsfr/{file.name}"' in Path(dsfr_ui.__file__).read_text()
        by_a_field = file.stem.startswith(("field", "required_note"))
        assert by_a_tag or by_a_field or f'"dsfr/{file.name}"' in text, file.name


def test_a_new_tag_is_missed() -> None:
    assert unseen({"stepper", "carousel"}, GALLERY) == {"carousel"}
    assert unseen({"stepper"}, []) == {"stepper"}


@pytest.mark.django_db
def test_the_gallery_is_a_page_like_any_other() -> None:
    page = Visitor().open("/composants/")
    assert page.status == 200
    assert "Étape 3 sur 4" in page.text and "Étape suivante : Le budget" in page.text
    assert "Étape suivante : Un" not in page.text
    assert "2 filtres actifs" in page.text
    assert (page.by_id("id_wrong-number").get("type"), page.by_id("id_wrong-number").get("value")) == ("text", "douze")
    assert page.by_id("id_filled-number").get("type") == "number"
    assert "Il y a" in page.summary
    assert [label for label in Fields.base_fields if f"id_filled-{label}" not in _ids(page)] == []


def _ids(page: Any) -> str:
    return " ".join(str(node.get("id")) for node in page.root.iter() if node.get("id"))


@pytest.mark.parametrize(
    "environment",
    [
        {"DEMO": "1"},
        {"DEMO": "1", "DEBUG": "1"},
        {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "portail.example", "BRAND": "etat"},
    ],
    ids=["a demo", "a demo in development", "production"],
)
def test_the_gallery_exists_in_development_only(tmp_path: Path, environment: dict[str, str]) -> None:
    """The routes are chosen when the settings are read: asked of another process."""
    code = (
        "import django; django.setup()\n"
        "from django.urls import resolve, Resolver404\n"
        "from django.conf import settings\n"
        "try: print(resolve('/composants/'))\n"
        "except Resolver404: print('absent', settings.COMPONENT_GALLERY)"
    )
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, **environment, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cites.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR, capture_output=True)
    assert done.stdout.decode().split() == ["absent", "False"], done.stderr.decode()


# ------------------------------------------------------------------ badges


def test_every_state_has_its_colour() -> None:
    codes: list[type[TextChoices]] = [Action.Status, PositionChoice]
    assert [code for kind in codes for code in kind.values if code not in COLOURS] == []
    now = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    states = [Seance(), Seance(opened_at=now), Seance(opened_at=now, closed_at=now)]
    assert {seance.state for seance in states} <= set(COLOURS)
    stages = set(re.findall(r'"(Pay[^"]+|Engagé|Programmé|Sans montant)"', Path(awards.__file__).read_text()))
    assert len(stages) == 5 and stages <= set(COLOURS)


def test_no_link_opens_a_window() -> None:
    """Nothing to announce: a page replaces the page. Only the link that ProConnect prescribes does, and says so."""
    opening = re.compile(r"target=.?_blank|window\.open\(")
    found = [page for page in TEMPLATES.rglob("*.html") if opening.search(page.read_text())]
    assert [page.name for page in found if "nouvelle fenêtre" not in page.read_text()] == []
    assert len(found) <= 1


# ------------------------------------------------------------------ files


@pytest.mark.parametrize(
    "octets, words",
    [(0, "0 o"), (840, "840 o"), (1000, "1 ko"), (61_880, "61,9 ko"), (10_000_000, "10 Mo"), (2_500_000_000, "2,5 Go")],
)
def test_the_weight_of_a_file_in_words(octets: int, words: str) -> None:
    assert file_size(octets) == words.replace(" ", "\u00a0")


class Uploads(forms.Form):
    one = UploadField(label="Le devis", kinds=("PDF", "JPEG"), max_bytes=1000)
    several = UploadField(label="Les photos", kinds=("JPEG",), max_bytes=1000, several=True, required=False)


def send(one: Any, *several: Any) -> Uploads:
    return Uploads({}, MultiValueDict({"one": [one] if one else [], "several": list(several)}))


def file(name: str, size: int = 10) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size)


def test_a_field_for_files_says_before_what_it_takes() -> None:
    form = Uploads()
    assert form.fields["one"].help_text == "Formats acceptés : PDF, JPEG. Taille maximale : 1\u00a0ko."
    assert str(form.fields["several"].help_text).startswith("Plusieurs fichiers possibles.")
    html = str(form)
    assert 'accept=".pdf,.jpg,.jpeg"' in html and "multiple" in html
    assert 'aria-describedby="id_one_helptext"' in html


def test_files_that_are_not_taken_are_named_beside_the_field() -> None:
    good = send(file("Devis.PDF"), file("a.jpg"), file("b.jpeg"))
    assert good.is_valid(), good.errors
    assert [one.name for one in good.cleaned_data["several"]] == ["a.jpg", "b.jpeg"]
    assert send(file("a.pdf")).is_valid()
    wrong = send(file("lettre.exe"), file("a.jpg"), file("b.jpg", size=1001))
    assert "« lettre.exe » n'est pas accepté" in wrong.errors["one"][0]
    assert "« b.jpg » pèse 1\u00a0ko : c'est trop lourd." in wrong.errors["several"][0]
    assert 'id="id_one_error"' in str(wrong) and "fr-upload-group--error" in str(wrong)
    assert send(None).errors["one"] == ["Ce champ est obligatoire."]
    assert "vide" in send(file("vide.pdf", size=0)).errors["one"][0]
