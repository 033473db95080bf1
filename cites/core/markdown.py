"""Markdown to the site's HTML. The one place where a text becomes HTML that templates do not escape.

HTML written in the text is shown as text. Links go where `follow` says; a link it does not know is only its words.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
# Before a table, inside it, after it: what `dsfr/table.html` writes.
TABLE = (
    '<div class="fr-table portal-table"><div class="fr-table__wrapper"><div class="fr-table__container" role="region"'
    ' aria-label="{0}" tabindex="0"><div class="fr-table__content">',
    '<caption class="fr-sr-only">{0}</caption>',
    "</div></div></div></div>",
)

Follow = Callable[[str], str | None]


@dataclass(frozen=True)
class Text:
    """A text to show under a page's own h1: its title, the contents (id, words), its HTML."""

    title: str
    contents: list[tuple[str, str]]
    html: SafeString


def read(source: str, follow: Follow) -> Text:
    tokens = _PARSER.parse(source)
    _set_in_french(tokens)
    title, tokens = _title(tokens)
    contents = list(_name_headings(tokens))
    _follow_links(tokens, follow)
    html = _PARSER.renderer.render(list(_dressed(tokens)), _PARSER.options, {})
    return Text(title, contents, mark_safe(html))  # noqa: S308 - made by the parser, html off


def _set_in_french(tokens: list[Token]) -> None:
    """Real apostrophes, and no sign of punctuation alone at the start of a line."""
    for child in (child for token in tokens for child in token.children or [] if child.type == "text"):
        child.content = re.sub(r"(?<=\w)'(?=\w)", "’", child.content)
        child.content = re.sub(r" (?=[:;?!»])|(?<=«) ", "\u00a0", child.content)


def _title(tokens: list[Token]) -> tuple[str, list[Token]]:
    """A heading of the first level that opens the text is the page's own."""
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return _words(tokens[1]), tokens[3:]
    return "", tokens


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))


def _name_headings(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Under the page's h1 nothing stands higher than h2; each h2 has an id that the contents link to."""
    seen: set[str] = set()
    for place, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h2" if token.tag == "h1" else token.tag
        if token.type == "heading_open" and token.tag == "h2":
            words = _words(tokens[place + 1])
            anchor = _unique(slugify(words) or "partie", seen)
            token.attrSet("id", anchor)
            yield anchor, words


def _unique(name: str, seen: set[str]) -> str:
    while name in seen:
        number = re.search(r"-(\d+)$", name)
        name = f"{name[: number.start()]}-{int(number[1]) + 1}" if number else f"{name}-2"
    seen.add(name)
    return name


def _follow_links(tokens: list[Token], follow: Follow) -> None:
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children, follow))


def _linked(children: list[Token], follow: Follow) -> Iterator[Token]:
    """Images are left out: a text here has none, and their address would be another host's."""
    known = True
    for child in children:
        if child.type == "link_open":
            target = follow(str(child.attrGet("href") or ""))
            known = target is not None
            if target is not None:
                child.attrSet("href", target)
        if child.type not in ("link_open", "link_close", "image") or (known and child.type != "image"):
            yield child


def _dressed(tokens: list[Token]) -> Iterator[Token]:
    """A table of the design system: it scrolls in its own region, named by the heading above it."""
    heading = ""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = escape(_words(tokens[place + 1]))
        if token.type in ("th_open", "td_open"):
            _name_cell(tokens[place - 1 : place + 3])
        if token.type == "table_open":
            yield from (_html(TABLE[0].format(heading)), token, _html(TABLE[1].format(heading)))
        elif token.type == "table_close":
            yield from (token, _html(TABLE[2]))
        else:
            yield token


def _name_cell(around: list[Token]) -> None:
    """The first cell of a row names it, the others are named by their column; an empty cell names nothing."""
    before, cell, inline, end = around
    is_head = cell.type == "th_open"
    names = bool(inline.content) and (is_head or before.type == "tr_open")
    cell.tag = end.tag = "th" if names else "td"
    cell.attrs = {"scope": "col" if is_head else "row"} if names else {}


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content)
