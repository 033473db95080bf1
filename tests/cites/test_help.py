"""Help: each role finds its guide, guides name what is on the screens, and a text becomes safe HTML."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cites import guides
from cites.core import markdown
from cites.models import Cite, User
from tests import factories

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).parents[2]
SOURCES = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("[acfp]*/**/*.py")]
# Bold for the ear: turns of a paragraph, not words of a screen. So is a bold that ends with its full stop.
EMPHASIS = {
    "Un dossier sur papier",
    "Liste d'attente et ajournement",
    "Démarrage et fin",
    "BG",
    "D",
    "signer un relevé",
}


def nowhere(address: str) -> None:
    return None


def html(source: str, follow: markdown.Follow = nowhere) -> str:
    return str(markdown.read(source, follow).html)


# ------------------------------------------------------------------ text


def test_html_in_a_text_is_shown_never_run() -> None:
    shown = html("Avant <script>alert(1)</script> <b>après</b>\n\n<img src=x onerror=alert(1)>")
    assert "<script" not in shown and "<b>" not in shown and "<img" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "java&#115;cript:x"]
)
def test_an_address_that_would_run_is_no_link(address: str) -> None:
    assert "href" not in html(f"[ici]({address})", guides.follow)


def test_links_go_to_guides_or_are_only_their_words() -> None:
    assert 'href="/aide/partenaire/#suivre"' in html("[le guide](partenaire.md#suivre)", guides.follow)
    assert 'href="/aide/pilote/"' in html("[le guide](./pilote.md)", guides.follow)
    for address in ("../workflow.md", "inconnu.md", "http://exemple.test/", "//exemple.test/", "../../README.md"):
        shown = html(f"voir [le **détail**]({address}).", guides.follow)
        assert "<a" not in shown and "le <strong>détail</strong>" in shown, address


def test_an_image_of_another_host_is_left_out() -> None:
    assert "exemple.test" not in html("![plan](https://exemple.test/plan.png)", guides.follow)


def test_headings_stand_under_the_pages_own() -> None:
    text = markdown.read("# Titre\n\n## Partie\n\n### Détail\n\n## Partie\n\n# Autre", nowhere)
    assert text.title == "Titre"
    assert text.contents == [("partie", "Partie"), ("partie-2", "Partie"), ("autre", "Autre")]
    assert "<h1" not in text.html and '<h2 id="partie-2">' in text.html and "<h3>" in text.html


def test_a_table_names_its_rows_and_columns_and_scrolls_by_keyboard() -> None:
    shown = html("## Qui <peut>\n\n| | Pilote |\n|---|:-:|\n| Signer | oui |")
    assert 'role="region" aria-label="Qui &lt;peut&gt;" tabindex="0"' in shown
    assert '<td></td>\n<th scope="col">Pilote</th>' in shown
    assert '<th scope="row">Signer</th>\n<td>oui</td>' in shown
    assert "style=" not in shown


def test_french_is_set_as_french() -> None:
    shown = html("Pourquoi ? L'avis : « oui ».  Un `code d'essai ?` reste.")
    assert "Pourquoi\u00a0? L’avis\u00a0: «\u00a0oui\u00a0»" in shown
    assert "code d'essai ?" in shown


# ------------------------------------------------------------------ guides


def test_every_file_is_a_guide_and_every_guide_a_file() -> None:
    assert {file.stem for file in guides.FOLDER.glob("*.md")} == set(guides.GUIDES)


@pytest.mark.parametrize("slug", guides.GUIDES)
def test_links_of_a_guide_lead_somewhere_on_disk_too(slug: str) -> None:
    source = (guides.FOLDER / f"{slug}.md").read_text()
    for address in re.findall(r"\]\(([^)]+)\)", source):
        name, _, part = address.partition("#")
        assert address.startswith("https://") or (guides.FOLDER / name).exists(), address
        if part:
            assert part in dict(guides.GUIDES[Path(name).stem].read().contents), address


def without_marks(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("&nbsp;", " ")).lower()


SCREENS = without_marks("\n".join(file.read_text() for file in SOURCES))


def unknown_labels(source: str) -> list[str]:
    """Words in bold that no screen has."""
    bold = re.findall(r"\*\*(.+?)\*\*", re.sub(r"\s+", " ", source))
    labels = [found for found in bold if found not in EMPHASIS and not found.endswith(".")]
    return [label for label in labels if without_marks(label) not in SCREENS]


@pytest.mark.parametrize("slug", guides.GUIDES)
def test_what_a_guide_says_to_click_is_on_a_screen(slug: str) -> None:
    assert unknown_labels((guides.FOLDER / f"{slug}.md").read_text()) == []


def test_a_label_that_changed_its_name_would_be_seen() -> None:
    assert unknown_labels("Cliquez sur **Signer le\nrelevé**, puis **Signer l’arrêté**. **Enfin.**") == [
        "Signer l’arrêté"
    ]


# ------------------------------------------------------------------ pages


@pytest.mark.django_db
def test_anyone_reads_the_help_and_every_guide(client: Client) -> None:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
    page = client.get(reverse("public:help")).content.decode()
    for words in ("Un guide par rôle", "Se connecter", "Le mot de passe est perdu", "ordinateur partagé"):
        assert words in page
    assert "contact@exemple.test" in page
    for guide in guides.GUIDES.values():
        assert guide.url in page
        shown = client.get(guide.url)
        assert shown.status_code == 200
        assert shown.content.decode().count("<h1") == 1
    assert client.get("/aide/inconnu/").status_code == 404
    assert client.get("/aide/..%2Fworkflow/").status_code == 404


@pytest.mark.django_db
def test_the_session_lasts_as_long_as_the_help_says(client: Client) -> None:
    page = re.sub(r"\s+", " ", client.get(reverse("public:help")).content.decode())
    assert "après 60 minutes sans rien faire (30 pour les pilotes" in page
    assert "au plus tard après 8 heures" in page


@pytest.mark.django_db
def test_each_role_is_led_to_its_guide(client: Client) -> None:
    cast: dict[str, User] = {
        "visiteur": factories.make_user(),
        "partenaire": factories.make_member(),
        "pilote": factories.make_pilot("ville"),
        "instruction": factories.make_pilot("ville", role="instructeur"),
        "coordination": factories.make_coordination(),
        "administration": factories.make_admin(),
    }
    for slug, user in cast.items():
        assert guides.for_person(user).slug == slug
        client.force_login(user)
        assert f'href="/aide/{slug}/"' in client.get("/espace/").content.decode()
