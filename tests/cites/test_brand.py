"""The two looks: one must be chosen, each is whole, and the neutral one shows nothing of the State's."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import chain, product
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client, override_settings

from cites.core.colours import COLOURS
from cites.templatetags.dsfr_ui import ALERTS
from tests.house import rules
from tests.house.story import Story, aside

pytestmark = pytest.mark.one_database

BRANDS = ("etat", "neutre")
STATIC = Path(settings.BASE_DIR) / "static"
SHEETS = {file.name: file.read_text() for file in sorted((STATIC / "neutre").glob("*.css"))}
NEUTRE = "\n".join(SHEETS.values())

# ------------------------------------------------------------------ the choice


def in_production(brand: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Settings are read once, so another process reads them."""
    code = (
        "import django; django.setup()\n"
        "from django.contrib.staticfiles import finders\n"
        "print([finders.find(f) is not None for f in ('dsfr/dist/dsfr.min.css', 'neutre/tokens.css')])"
    )
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        **{"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "portail.example", "BRAND": brand},
        **{"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cites.settings"},
    }
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )


@pytest.mark.parametrize("brand, reason", [("", "Set BRAND in the environment"), ("bleu", "BRAND is “etat”")])
def test_production_refuses_to_start_without_a_known_look(brand: str, reason: str, tmp_path: Path) -> None:
    done = in_production(brand, tmp_path)
    assert done.returncode == 1
    assert f"ImproperlyConfigured: {reason}" in done.stderr


@pytest.mark.parametrize("brand, files", [("etat", "[True, True]"), ("neutre", "[False, True]")])
def test_only_a_service_of_the_state_collects_its_design_system(brand: str, files: str, tmp_path: Path) -> None:
    done = in_production(brand, tmp_path)
    assert done.stdout.strip() == files, done.stderr


def test_every_part_of_a_page_exists_in_each_brand() -> None:
    parts = set(re.findall(r'{% brand "(\w+)" %}', "\n".join(page.text for page in rules.templates())))
    assert parts >= {"head", "icons", "logo", "scripts", "display", "footer_links", "admin"}
    for brand, part in product(BRANDS, parts):
        assert render_to_string(f"brand/{brand}/_{part}.html")


# ------------------------------------------------------------------ the neutral sheets answer for every class

# Classes that the design system styles and that need nothing here: they only hold others.
NEED_NONE = {
    *("fr-badge--no-icon", "fr-header__body", "fr-header__tools-links", "fr-input-group", "fr-nav"),
    *("fr-notice__body", "fr-notice__desc", "fr-pagination__link--lg-label", "fr-select-group", "fr-upload-group"),
    *("fr-table__content", "fr-table__wrapper"),
}
CLASS = re.compile(r"\.(fr-[\w-]+)")
WORD = re.compile(r"(?<![\w-])fr-[\w-]+")
SAID = re.compile(r"""(?:kind|variant)\s*=\s*["']([\w-]+)["']""")
KINDS = ("input", "select", "upload", "checkbox", "radio")


def texts() -> list[str]:
    """What may name a class: pages of either brand but the State's own parts, code, scripts and shared sheets."""
    pages = [source.text for source in rules.templates() if "brand/etat/" not in source.path]
    shared = [file.read_text() for kind in ("js", "css") for file in STATIC.glob(f"*.{kind}")]
    return [*pages, *(source.text for source in rules.code()), *shared]


def used(sources: list[str]) -> set[str]:
    """Classes named in full, and those that a template completes."""
    named = set(chain.from_iterable(map(WORD.findall, sources)))
    words = {*ALERTS, *COLOURS.values(), *chain.from_iterable(map(SAID.findall, sources))} - {""}
    made = {f"{stem}{word}" for stem in named if stem.endswith("--") for word in words}
    groups = {f"fr-{kind}-group{end}" for kind in KINDS for end in ("", "--error")}
    return named | made | groups


def of_the_state() -> set[str]:
    package = Path(str(find_spec("dsfr").origin)).parent / "static/dsfr/dist"  # type: ignore[union-attr]
    sheets = (package / "dsfr.min.css", package / "utility/utility.min.css")
    return set(chain.from_iterable(CLASS.findall(sheet.read_text()) for sheet in sheets))


def without_a_rule(names: set[str], sheets: str) -> set[str]:
    return (names & of_the_state()) - set(CLASS.findall(sheets)) - NEED_NONE


def test_every_class_in_use_has_a_rule_in_the_neutral_sheets() -> None:
    assert without_a_rule(used(texts()), NEUTRE) == set()


def test_a_class_without_a_rule_is_missed() -> None:
    assert without_a_rule(used(['<p class="fr-quote">']), NEUTRE) == {"fr-quote"}
    assert "fr-badge--error" in without_a_rule(used(texts()), NEUTRE.replace(".fr-badge--error", ""))


def test_what_needs_no_rule_is_in_use_and_has_none() -> None:
    assert used(texts()) >= NEED_NONE
    assert NEED_NONE & set(CLASS.findall(NEUTRE)) == set()


def icons(sources: list[str]) -> set[str]:
    named = set(chain.from_iterable(re.findall(r"fr-icon-([a-z0-9-]+[a-z0-9])", text) for text in sources))
    return named | set(chain.from_iterable(re.findall(r'icon="([a-z0-9-]+)"', text) for text in sources))


def test_every_icon_in_use_is_drawn_and_every_drawing_is_used() -> None:
    drawn = {file.stem for file in (STATIC / "neutre/icons").glob("*.svg")}
    asked = icons(texts())
    assert asked <= set(re.findall(r"\.fr-icon-([\w-]+)::before", NEUTRE))
    assert drawn == set(re.findall(r'url\("icons/([\w-]+)\.svg"\)', NEUTRE))
    assert asked <= drawn


def unknown_colours(sheets: str, known: str) -> set[str]:
    given = set(re.findall(r"(--[\w-]+)\s*:", sheets + known))
    return set(re.findall(r"var\(\s*(--[\w-]+)", sheets + known)) - given


def test_every_variable_that_the_shared_sheets_ask_for_is_given() -> None:
    shared = "\n".join(file.read_text() for file in STATIC.glob("portal*.css"))
    shared += (STATIC / "charts.css").read_text()
    asked = unknown_colours(shared, NEUTRE)
    assert {name for name in asked if not re.search(rf"var\({name},", shared)} == set()
    assert "--text-mention-grey" in unknown_colours(shared, NEUTRE.replace("--text-mention-grey:", ""))


def test_a_sheet_is_about_one_subject() -> None:
    assert [name for name, text in SHEETS.items() if len(text.splitlines()) >= 400] == []
    named = set(re.findall(r'"neutre/([\w-]+\.css)"', "".join(page.text for page in rules.templates())))
    assert named == set(SHEETS)


# ------------------------------------------------------------------ contrast, by day and by night

GROUNDS = ("paper", "surface", "sand")
SAYS = ("info", "success", "warning", "error", "plum")
# What is written on what. On a button, `on-main`; on a soft colour, its own, the ink and the title.
TEXT = [
    *product(("ink", "title", "muted", "main", "main-hover", "error", "success", "info"), GROUNDS),
    *product(("title", "muted"), ("sand-deep",)),
    *product(("on-main",), ("main", "main-hover")),
    *product(("main", "main-hover", "title"), ("main-soft",)),
    *((word, f"{word}-soft") for word in SAYS),
    *product(("ink", "title"), (f"{word}-soft" for word in SAYS)),
    *product(("on-ground", "on-ground-muted"), ("ground",)),
]
SIGNS = [
    *product(("focus", "line-strong", "main"), GROUNDS),
    *product(("focus",), ("main-soft", "sand-deep", "info-soft", "error-soft")),
    *product(SAYS, GROUNDS),
]


def palette(night: bool) -> dict[str, str]:
    """Each colour of tokens.css, by day or by night."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"--([\w-]+): ([^;]+);", SHEETS["tokens.css"]):
        colours = re.findall(r"#[0-9a-f]{3,6}", value)
        if colours:
            found[name] = colours[-1] if night else colours[0]
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def too_faint(pairs: list[tuple[str, str]], least: float, colours: dict[str, str]) -> Iterator[str]:
    for front, behind in pairs:
        measured = contrast(colours[front], colours[behind])
        if measured < least:
            yield f"{front} on {behind}: {measured:.2f}"


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_every_word_and_every_sign_is_seen(night: bool) -> None:
    colours = palette(night)
    assert list(too_faint(TEXT, 4.5, colours)) == []
    assert list(too_faint(SIGNS, 3, colours)) == []
    assert list(too_faint(TEXT, 4.5, {**colours, "muted": colours["line"]}))


# ------------------------------------------------------------------ pages

STATE = ("dsfr/dist", "République", "Marianne", "gouv.fr/assets")
STARTS = {"anonyme": ["/", "/inconnu/", "/comptes/login/"], "porteur": ["/espace/"], "coordination": ["/espace/"]}
STARTS |= {"education": ["/espace/"], "admin": ["/espace/", "/admin/"]}
LINK = re.compile(r'href="(/[^"?#]*/)(?:[?#][^"]*)?"')
MOST = 40


def crawl(client: Client, addresses: list[str]) -> Iterator[tuple[str, str]]:
    """The pages that a person reaches from these by links, the first ones."""
    seen, waiting = set(addresses), list(addresses)
    while waiting and len(seen) - len(waiting) < MOST:
        address = waiting.pop(0)
        answer = client.get(address)
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        text = answer.content.decode()
        yield address, text
        found = [link for link in LINK.findall(text) if link not in seen and "logout" not in link]
        seen.update(found)
        waiting += found


def signs_of_the_state(story: Story, role: str) -> Iterator[str]:
    with aside():
        for address, text in crawl(story.client(role), STARTS[role]):
            yield from (f"{address}: {sign}" for sign in STATE if sign in text)


@pytest.mark.parametrize("role", STARTS)
def test_a_neutral_page_shows_nothing_of_the_state(story: Story, role: str) -> None:
    with override_settings(BRAND="neutre"):
        assert list(signs_of_the_state(story, role)) == []


def test_a_page_of_the_state_shows_it(story: Story) -> None:
    assert "/: République" in signs_of_the_state(story, "anonyme")
    assert "/inconnu/: dsfr/dist" in signs_of_the_state(story, "anonyme")


def test_the_neutral_mark_carries_the_name_of_the_cite(story: Story) -> None:
    with override_settings(BRAND="neutre"), aside():
        page = story.client("anonyme").get("/").content.decode()
    assert re.search(r'<span class="portal-mark__name">[^<]*Cité éducative', page)
    assert all(finders.find(file) for file in re.findall(r'/static/(neutre/[^"]+)"', page))
