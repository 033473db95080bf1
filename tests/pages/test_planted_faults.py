"""A page with nothing wrong passes every check; the same page with one fault planted is reported for that fault."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from playwright.sync_api import Browser

from tests.house import test_headers as headers
from tests.pages import check, look, source
from tests.pages.listing import Shown
from tests.pages.stage import Stage

HEAD = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Page sans faute – Cité éducative de Valenton</title>
<link rel="stylesheet" href="/static/planted.css">
</head>
<body>
"""
BODY = """<main id="contenu">
<h1>Page sans faute</h1>
<p>Un texte et un <a href="/actions/">lien vers les actions</a>.</p>
<p class="text">Une phrase sur fond blanc.</p>
<img src="/static/planted.svg" alt="Un carré">
<form method="post" action="/comptes/login/">
<p><label for="nom">Nom</label> <input id="nom" name="nom" autocomplete="name"></p>
<p><button type="submit">Envoyer</button></p>
</form>
</main>
</body>
</html>
"""
CSS = """html { background: #fff; color: #161616; font: 1rem/1.5 sans-serif }
a { color: #000091; text-decoration: underline } a, input, button { min-height: 1.75rem }
:focus { outline: 2px solid #0a76f6; outline-offset: 2px }
.bare:focus { outline: none } .pale { color: #ccc }
.small { display: inline-block; height: 8px; width: 8px; min-height: 0 }
.broad { width: 500px } .strip { overflow-x: auto; width: 200px } .out { left: -99px; position: absolute; top: -99px }
.photo { background-image: url(/static/planted.svg) }
@media (max-width: 400px) { .narrow-pale { color: #ccc } }
@media (prefers-color-scheme: dark) { .night-pale { color: #ddd } }"""
TRAP = """document.addEventListener("keydown", (event) => {
  if (event.key === "Tab" && document.activeElement.id === "nom") event.preventDefault();
});"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20"/></svg>'
FILES = {
    "/static/planted.css": ("text/css", CSS.encode()),
    "/static/planted.svg": ("image/svg+xml", SVG.encode()),
    "/static/trap.js": ("text/javascript", TRAP.encode()),
    "/static/error.js": ("text/javascript", b"throw new Error('boum')"),
    "/static/ask.js": ("text/javascript", b"fetch('/espace/')"),
}

# What is changed in the page, and how the fault must begin.
FAULTS: dict[str, tuple[str, str, str]] = {
    "an inline script": ("</main>", "<script>window.x = 1</script></main>", "page: "),
    "an inline script, in the source": ("</main>", "<script>window.x = 1</script></main>", "inline: a script"),
    "an inline style": ('class="text"', 'style="color: red"', "page: "),
    "an event attribute": ('class="text"', 'onclick="x()"', "inline: onclick"),
    "a request to another host": (
        "</main>",
        '<img src="https://ailleurs.example/x.png" alt=""></main>',
        "page: outside",
    ),
    "an error of a script": ("</body>", '<script src="/static/error.js"></script></body>', "page: JavaScript: boum"),
    "a request of its own": ("</body>", '<script src="/static/ask.js"></script></body>', "page: asks by itself"),
    "a missing file": ("planted.svg", "gone.svg", "page: asks by itself"),
    "an unclosed tag": ("</form>", "", "html: "),
    "a tag that is no tag": ("<h1>", "<h1><h1>", "html: "),
    "an image without alt": (' alt="Un carré"', "", "image: "),
    "no h1": ("h1>", "h2>", "h1: 0"),
    "two h1": ("<form", "<h1>Un autre</h1><form", "h1: 2"),
    "another language": ('lang="fr"', 'lang="en"', "lang: en"),
    "a title without the service": (" – Cité éducative de Valenton", "", "title: "),
    "a title of the service alone": ("Page sans faute – Cité", "– Cité", "title: "),
    "an id twice": ('class="text"', 'id="nom"', "id: nom"),
    "a link to nowhere": ("/actions/", "/nulle-part/", "link: /nulle-part/"),
    "a link to no anchor": ("/actions/", "#ailleurs", "link: #ailleurs"),
    "a link without a name": ("lien vers les actions", "", "link: "),
    "two links that read the same": ("</a>.", '</a>, <a href="/cite/">lien vers les actions</a>.', "link: « lien"),
    "a form without a button": ("submit", "button", "form: "),
    "a button only without scripts": ("<p><button", "<noscript><button", "form: "),
    "a form to no address": ("/comptes/login/", "/comptes/inconnu/", "form: "),
    "a field without a label": ('<label for="nom">Nom</label>', "", "axe label"),
    "a text that is pale": ('class="text"', 'class="pale"', "axe color-contrast"),
    "a text that is pale on a small screen": ('class="text"', 'class="narrow-pale"', "axe color-contrast"),
    "a text that is pale at night": ('class="text"', 'class="night-pale"', "axe color-contrast"),
    "a text over a picture": ('class="text"', 'class="photo"', "picture: "),
    "two small targets": (
        '<p class="text">',
        '<p><a class="small" href="/cite/">a</a><a class="small" href="/appels/">b</a></p><p>',
        "axe target-size",
    ),
    "a heading left out": ("<form", "<h4>Sous-titre</h4><form", "axe heading-order"),
    "a page too wide": ('class="text"', 'class="broad"', "wide: "),
    "a region without a name": ("<form", '<div class="strip"><p class="broad">Large</p></div><form', "region: "),
    "a control that never shows its focus": ('id="nom"', 'id="nom" class="bare"', "keyboard focus: "),
    "a focus out of sight": ("<form", '<a class="out" href="/cite/">Caché</a><form', "keyboard focus: "),
    "an order of its own": ('id="nom"', 'id="nom" tabindex="2"', "keyboard order: "),
    "a trap": ("</body>", '<script src="/static/trap.js"></script></body>', "keyboard trap: "),
    "what a trap hides": ("</body>", '<script src="/static/trap.js"></script></body>', "keyboard tab: never"),
}


def planted(html: str, **changed: str) -> Shown:
    answer: Any = HttpResponse(html, headers={**headers.FIXED, **changed})
    answer.wsgi_request = RequestFactory().get("/page/")
    answer.wsgi_request.user = AnonymousUser()
    return Shown("planted", "planted", "/page/", answer)


@pytest.fixture(scope="module")
def bench(browser: Browser) -> Iterator[Stage]:
    """A tab of its own, with the files of the planted page."""
    stage = Stage(browser, extras=FILES)
    yield stage
    stage.context.close()


def faults(bench: Stage, shown: Shown) -> list[str]:
    return [*source.light_faults(shown), *source.faults(shown), *look.faults(bench, shown)]


def test_the_page_without_fault_has_none(bench: Stage) -> None:
    assert faults(bench, planted(HEAD + BODY)) == []


def test_each_width_is_looked_at_in_each_theme_by_turns() -> None:
    names = [f"page {number}" for number in range(40)]
    first, later = [look.turn(name, False) for name in names], [look.turn(name, True) for name in names]
    assert all({width for width, _ in pair} == {1280, 390} for pair in first)
    assert all({scheme for _, scheme in pair} == {"light", "dark"} for pair in first)
    assert min(Counter(map(str, first)).values()) > 10
    assert min(Counter(map(str, later)).values()) > 4 and len(set(map(str, later))) == 4


@pytest.mark.parametrize("name", FAULTS)
def test_each_planted_fault_is_reported(bench: Stage, name: str) -> None:
    old, new, reported = FAULTS[name]
    assert old in HEAD + BODY
    found = faults(bench, planted((HEAD + BODY).replace(old, new)))
    assert [fault for fault in found if fault.startswith(reported)], found


@pytest.mark.parametrize("header", headers.FIXED)
def test_a_page_without_a_header_is_reported(header: str) -> None:
    found = list(source.light_faults(planted(HEAD + BODY, **{header: "x"})))
    assert found == [f"header: {header}: x"]


def test_without_the_policy_the_inline_script_runs(bench: Stage) -> None:
    """So it is the policy of the answer that stops it, as on the network."""
    html = (HEAD + BODY).replace("</main>", "<script>document.title = 'lu'</script></main>")
    bench.show(planted(html))
    assert bench.page.title() != "lu"
    bench.show(planted(html, **{"Content-Security-Policy": "script-src 'unsafe-inline'"}))
    assert bench.page.title() == "lu"


def test_pages_that_differ_by_words_and_rows_only_are_one() -> None:
    page = HEAD + BODY
    assert source.skeleton(page) == source.skeleton(page.replace("lien vers", "chemin").replace("/actions/", "/cite/"))
    assert source.skeleton(page) != source.skeleton(page.replace('class="text"', 'class="pale"'))
    assert source.skeleton(page) != source.skeleton(page.replace("phrase", "phrase" * 9))


def test_what_this_run_has_looked_at_is_known_to_all_its_processes() -> None:
    name = uuid4().hex
    assert check.is_new({name})
    assert not check.is_new({name})
    assert check.is_new({name, uuid4().hex})


def test_a_new_kind_of_cell_makes_a_page_of_the_administration_new() -> None:
    page = HEAD + BODY
    cell = "<table><tr><td class='field-a'>%s</td></tr></table>"
    known = source.parts(page + cell % "mot")
    assert source.parts(page + cell.replace("field-a", "field-b") % "autre") <= known
    assert source.parts(page + cell % "<input type='date'>") - known
