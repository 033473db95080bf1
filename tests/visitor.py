"""A person at the portal, without a browser: opens a page, reads it, fills a form, presses a button.

What the page did not offer cannot be pressed, and hidden fields are sent as they were drawn, so a stale tab is
simply a page kept aside. `post` sends what no page would send.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import html5lib
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from cites.accounts import sessions
from cites.core import clock
from cites.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
URLENCODED = "application/x-www-form-urlencoded"
SITE = "http://testserver"
_BREAKS = re.compile("[ \t\r\n\u00a0\u202f]+")
BLOCKS = (
    "address article aside br button caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header label"
    " legend li main nav ol option output p section select summary table tbody td textarea tfoot th thead tr ul"
)
_BLOCKS = frozenset(BLOCKS.split())
_NOT_SENT = ("submit", "button", "reset", "image", "file")


def text_of(element: Any) -> str:
    """What is read on the screen, every kind of space as one plain space."""
    hidden = ("script", "style", "template")
    parts: list[str] = []

    def walk(node: Any) -> None:
        if node.tag not in hidden:
            edge = " " if node.tag in _BLOCKS else ""
            parts.extend((edge, node.text or ""))
            for child in node:
                walk(child)
                parts.append(child.tail or "")
            parts.append(edge)

    walk(element)
    return _BREAKS.sub(" ", "".join(parts)).strip()


@dataclass
class Visitor:
    """One browser. Errors of the server are raised, unless `raises` is False: then they are pages to look at.

    Hours later, by a moved clock, the person signs in again, unless `comes_back` is False.
    """

    user: User | None = None
    raises: bool = True
    comes_back: bool = True
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(raise_request_exception=self.raises)
        if self.user is not None:
            self.client.force_login(self.user, backend=BACKEND)

    def open(self, path: str, **query: Any) -> "Page":
        self._sign_in_again()
        address = f"{path}?{urlencode(query, doseq=True)}" if query else path
        return self._page(address, self.client.get(address, follow=True))

    def post(self, path: str, data: dict[str, Any] | str, *, page: str = "") -> "Page":
        """`data` as names and values, or already written as a body; `page` is where the form stood."""
        body = data if isinstance(data, str) else urlencode(data, doseq=True)
        self._sign_in_again()
        headers = {"HTTP_REFERER": f"{SITE}{page}"} if page else {}
        answer = self.client.post(path, body, content_type=URLENCODED, follow=True, **headers)  # type: ignore[arg-type]
        return self._page(path, answer)

    def download(self, path: str) -> bytes:
        self._sign_in_again()
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        content = b"".join(answer) if answer.streaming else answer.content
        return bytes(content)

    def _sign_in_again(self) -> None:
        cookie = self.client.cookies.get(settings.SESSION_COOKIE_NAME)
        if self.user is None or not self.comes_back or cookie is None:
            return
        seen = SessionStore(cookie.value).get(sessions.ACTIVE)
        if seen and clock.now().timestamp() - seen >= 60 * settings.IDLE_MINUTES_STEERING:
            self.client.force_login(User.objects.get(pk=self.user.pk), backend=BACKEND)

    def _page(self, address: str, answer: Any) -> "Page":
        chain = getattr(answer, "redirect_chain", [])
        return Page(self, chain[-1][0] if chain else address, answer)


class Page:
    """One answer, read as a person reads it."""

    def __init__(self, visitor: Visitor, url: str, answer: Any) -> None:
        self.visitor, self.url, self.answer = visitor, url, answer
        self.status: int = answer.status_code
        self.path = urlsplit(url).path

    @property
    def is_html(self) -> bool:
        return str(self.answer.get("Content-Type", "")).startswith("text/html")

    @cached_property
    def root(self) -> Any:
        return html5lib.parse(self.answer.content, transport_encoding="utf-8", namespaceHTMLElements=False)

    @cached_property
    def text(self) -> str:
        return text_of(self.root.find("body"))

    def by_id(self, name: str) -> Any:
        return next((node for node in self.root.iter() if node.get("id") == name), None)

    def error(self, name: str) -> str:
        """The sentence beside the field; nothing where there is none."""
        found = self.by_id(f"id_{name}_error")
        return "" if found is None else text_of(found)

    @property
    def errors(self) -> dict[str, str]:
        """Every field with a sentence beside it."""
        ids = [str(node.get("id")) for node in self.root.iter() if node.get("id", "").endswith("_error")]
        return {name: self.error(name) for name in (i.removeprefix("id_").removesuffix("_error") for i in ids)}

    @property
    def summary(self) -> str:
        """The box of all errors, at the top of the form."""
        boxes = [node for node in self.root.iter() if "data-error-summary" in node.attrib]
        return " ".join(map(text_of, boxes))

    @property
    def messages(self) -> str:
        box = self.by_id("messages")
        return "" if box is None else text_of(box)

    @property
    def links(self) -> dict[str, str]:
        found = [(text_of(node), str(node.get("href"))) for node in self.root.iter("a") if node.get("href")]
        return {label: href for label, href in reversed(found)}

    @property
    def buttons(self) -> list[str]:
        return [_label(node) for node in self.root.iter() if _is_button(node)]

    def follow(self, label: str) -> "Page":
        """The link that reads so, or else the only one that says it among other words."""
        found = [label] if label in self.links else [link for link in self.links if label in link]
        assert len(found) == 1, f"{label!r} is {found} among {sorted(self.links)}"
        return self.visitor.open(urljoin(self.url, self.links[found[0]]))

    def values(self, name: str) -> list[str]:
        """What a field holds on this page, whichever form it is in."""
        return [value for form in self.root.iter("form") for key, value in _sent(form) if key == name]

    def value(self, name: str) -> str:
        return "".join(self.values(name)[:1])

    def sends(self, label: str) -> dict[str, list[str]]:
        """What the form of this button would send now."""
        return self._form(label)[1]

    def press(self, label: str, **typed: Any) -> "Page":
        """Fill the fields named and press the button. None leaves a box unticked."""
        form, data = self._form(label)
        for name, value in typed.items():
            data[name] = [] if value is None else [str(v) for v in value] if isinstance(value, list) else [str(value)]
        action = urljoin(self.url, form.get("action") or self.url)
        return self.visitor.post(action.removeprefix(SITE), data, page=self.url)

    def _outside(self, form: Any) -> list[Any]:
        """Buttons that stand elsewhere and name the form."""
        return [node for node in self.root.iter("button") if form.get("id") and node.get("form") == form.get("id")]

    def _form(self, label: str) -> tuple[Any, dict[str, list[str]]]:
        for form in self.root.iter("form"):
            for button in filter(_is_button, [*form.iter(), *self._outside(form)]):
                if _label(button) == label:
                    data: dict[str, list[str]] = {}
                    for name, value in _sent(form):
                        data.setdefault(name, []).append(value)
                    if button.get("name"):
                        data[str(button.get("name"))] = [str(button.get("value", ""))]
                    return form, data
        raise AssertionError(f"No button {label!r}, only {self.buttons} on {self.url}: {self.text[:300]}")


def raw(data: dict[str, Any], **percent_encoded: str) -> str:
    """A body where some values are already percent-encoded: `raw(data, title="%00")`."""
    kept = [(name, value) for name, value in data.items() if name not in percent_encoded]
    return "&".join([urlencode(kept, doseq=True), *(f"{quote(k)}={v}" for k, v in percent_encoded.items())])


def _is_button(node: Any) -> bool:
    return node.tag in ("button", "input") and node.get("type") == "submit"


def _label(button: Any) -> str:
    return str(button.get("value", "")) if button.tag == "input" else text_of(button)


def _sent(form: Any) -> list[tuple[str, str]]:
    """The controls that a browser would send, with their values."""
    found: list[tuple[str, str]] = []
    for node in form.iter():
        name = node.get("name")
        if not name or "disabled" in node.attrib:
            continue
        if node.tag == "textarea":
            found.append((name, (node.text or "").removeprefix("\n")))
        elif node.tag == "select":
            found += [(name, value) for value in _chosen(node)]
        elif node.tag == "input" and node.get("type", "text") not in _NOT_SENT:
            if node.get("type") not in ("checkbox", "radio"):
                found.append((name, node.get("value", "")))
            elif "checked" in node.attrib:
                found.append((name, node.get("value", "on")))
    return found


def _chosen(select: Any) -> list[str]:
    options = list(select.iter("option"))
    chosen = [option for option in options if "selected" in option.attrib]
    if not chosen and "multiple" not in select.attrib:
        chosen = options[:1]
    return [option.get("value", text_of(option)) for option in chosen]
