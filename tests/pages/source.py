"""What is read from the HTML of a page, as the server sent it: no browser is asked."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import html5lib
from django.urls import Resolver404, resolve

from tests.house import test_headers as headers
from tests.pages import allowed
from tests.pages.listing import Shown
from tests.visitor import text_of

SERVICE = " – Cité éducative de Valenton"
VALUE = re.compile(r'(?<= )(value|href|action|content|title|aria-label|placeholder|src|data-[a-z-]+)="[^"]*"')
PART = re.compile(r'(?=<(?:tr|th|td|li|p|fieldset|form|main|footer)\b|</(?:td|th|fieldset|tbody|ul)>|<div class="\w)')
ROW = re.compile(r"(?=<(?:tr|li|option|optgroup)\b)")


def skeleton(html: str) -> str:
    """The page without its words: two pages that differ only by them, or by how many rows they have, are one."""
    bare = re.sub(r">[^<]+<", "><", html)
    bare = re.sub(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}", "0", VALUE.sub(r"\1", bare))
    rows = ROW.split(bare)
    once = [row for before, row in zip(["", *rows], rows, strict=False) if row != before]
    longest = max(map(len, re.findall(r"\w+", re.sub(r"<[^>]+>", " ", html))))
    return f"<p>{longest // 12}</p>" + "".join(once)


def parts(html: str) -> set[str]:
    """The kinds of cells and fields of a page of the administration, whatever they are called."""
    inner = re.sub(r'<nav class="sticky" id="nav-sidebar".*?</nav>', "", html, flags=re.DOTALL)
    named = r"\b(column|field|model|app|current)-[\w-]+|\bid_\w+|(?<= name)=\"[^\"]*\"|\w+(?=_form\")"
    return set(PART.split(re.sub(named, r"\1", skeleton(inner))))


def title(html: str) -> str:
    found = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def light_faults(shown: Shown) -> Iterator[str]:
    """What is looked at on every page, whether or not another one is built the same."""
    named = title(shown.html)
    service = " – Cité éducative" if shown.answer.status_code == 500 else SERVICE  # without its database
    if not named.endswith(service) or len(named) <= len(service):
        yield f"title: « {named} » is not “Page{SERVICE}”"
    answer = shown.answer
    if answer.status_code == 200:  # `test_headers.py` asks the others
        keeps = not answer.wsgi_request.user.is_authenticated
        yield from (f"header: {fault}" for fault in headers.faults(answer, 200, keeps))


def faults(shown: Shown) -> Iterator[str]:
    """What is wrong in how the page is built."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(shown.html)
    lines = shown.html.splitlines()
    for (line, _), code, data in parser.errors:
        yield f"html: {code} {data} in « {lines[line - 1].strip()[:90] if line <= len(lines) else ''} »"
    nodes = list(root.iter())
    if root.get("lang") != "fr":
        yield f"lang: {root.get('lang')}"
    if (count := len([node for node in nodes if node.tag == "h1"])) != 1:
        yield f"h1: {count} of them"
    ids = Counter(node.get("id") for node in nodes if node.get("id"))
    yield from (f"id: {name} {count} times" for name, count in ids.items() if count > 1)
    yield from (
        f"image: {node.get('src')} has no alt" for node in nodes if node.tag == "img" and node.get("alt") is None
    )
    yield from links(root, set(ids), shown)
    yield from forms(root, shown)
    yield from inline(nodes)


def inline(nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        if node.tag == "script" and not node.get("src") and node.get("type") not in ("application/json",):
            yield "inline: a script"
        if node.tag == "style":
            yield "inline: a style"
        yield from (f"inline: {name} of {node.tag}" for name in node.attrib if name == "style" or name.startswith("on"))


# ------------------------------------------------------------------ links


def links(root: Any, ids: set[str | None], shown: Shown) -> Iterator[str]:
    """Each link leads somewhere; two that read the same in the same row lead to the same place."""
    places: dict[tuple[str, str], set[str]] = {}
    around = surroundings(root)
    for node in root.iter("a"):
        href = node.get("href")
        if href is None:
            continue
        if href.startswith("#") and len(href) > 1 and href[1:] not in ids:
            yield f"link: {href} is nowhere on the page"
        if href == "#" or href.startswith("javascript:") or not exists(href):
            yield f"link: {href} leads nowhere"
        if not (name := name_of(node)):
            yield f"link: {href} has no name"
        place = href.partition("#")[0] if href.startswith("/") else href
        places.setdefault((name, around.get(id(node), "")), set()).add(place)
    for (name, _), found in places.items():
        if len(found) > 1 and name not in allowed.SAME_WORDS:
            yield f"link: « {name} » leads to {sorted(found)}"


def surroundings(root: Any) -> dict[int, str]:
    """What is read around each link: its row, its item, its paragraph, the name of its table or of its fold."""
    found: dict[int, str] = {}
    heads = [cell for head in root.iter("thead") for cell in head.iter("th")]
    for node in [*(node for node in root.iter() if node.tag in ("tr", "li", "p", "caption")), *heads]:
        text = text_of(node)
        found |= {id(link): text for link in node.iter("a")}
    for box in (node for node in root.iter() if node.tag in ("table", "details")):
        name = " ".join(text_of(node) for node in box.iter() if node.tag in ("caption", "summary"))
        found |= {id(link): f"{name} {found.get(id(link), '')}" for link in box.iter("a")}
    return found


def exists(href: str) -> bool:
    if not href.startswith("/") or href.startswith("/static/"):
        return True
    try:
        resolve(unquote(urlsplit(href).path))
    except Resolver404:
        return False
    return True


def name_of(link: Any) -> str:
    """As it is read aloud: what labels it, else its text and its images; then its title."""
    said = link.get("aria-label") or " ".join([text_of(link), *(image.get("alt", "") for image in link.iter("img"))])
    return " ".join(f"{said} {link.get('title', '')}".split())


# ------------------------------------------------------------------ forms


def forms(root: Any, shown: Shown) -> Iterator[str]:
    """Each form is sent by a button that is there without scripts, to an address that exists."""
    without_script = {id(node) for box in root.iter("noscript") for node in box.iter()}
    for form in root.iter("form"):
        action = form.get("action", "")
        identity = f"form: {action or shown.url}"
        own = [*form.iter(), *(node for node in root.iter() if form.get("id") and node.get("form") == form.get("id"))]
        if {action, form.get("id")} & allowed.SENT_BY_A_SCRIPT:
            continue
        asks = any(node.tag in ("select", "textarea", "button") or is_typed(node) for node in own)
        if asks and not any(is_submit(node) and id(node) not in without_script for node in own):
            yield f"{identity} has no button to send it"
        if form.get("method", "get").lower() not in ("get", "post", "dialog"):
            yield f"{identity} is sent by {form.get('method')}"
        if action.startswith("/") and not exists(action):
            yield f"{identity} is no address of ours"


def is_typed(node: Any) -> bool:
    return node.tag == "input" and node.get("type", "text") != "hidden"


def is_submit(node: Any) -> bool:
    kind = node.get("type", "submit" if node.tag == "button" else "text").lower()
    return node.tag in ("button", "input") and kind in ("submit", "image") and "disabled" not in node.attrib
