"""Reads the literal table of `matrix.py`, asks the portal each question, and says where it answers otherwise."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from django.apps import apps
from django.contrib.messages import get_messages
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from cites.core.ods import ODS
from cites.core.permissions import Refused
from tests.house.matrix import GROUPS, form
from tests.house.story import CANARIES, Story, aside

OUTSIDE = ("anonyme", "inactif")  # behind the login wall wherever the table does not say otherwise
ROLES = (
    *OUTSIDE,
    *("sans", "ancien", "lecteur", "redacteur", "porteur", "autre"),
    *("education", "prefecture", "suppleant", "deport", "instruction", "coordination", "admin"),
)
COOKIES = {"session", "csrf", "writer"}  # docs/adr/0008
OURS = ("cites", "partners", "actions", "funding")
SESSIONS = ("django_session", "usersessions_usersession", "cache")
HEADER = re.compile(r"\[(?P<route>\S+)(?P<args>[^\]]*)\](?: envoie (?P<form>\w+))?")
EXPECTED = re.compile(
    r"(?P<status>\d{3})(?: (?P<where>[^ «]+))?(?P<shown>(?: « .+? »)*)(?: sans(?P<hidden>(?: « .+? »)+))?"
)
LINE = re.compile(r"(?P<method>GET|POST) +(?P<roles>[a-z ]+?) *= *(?P<answer>.+)")


# ------------------------------------------------------------------ the routes that exist


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    is_public: bool
    arguments: tuple[str, ...]


@cache
def routes() -> tuple[Route, ...]:
    return tuple(walk(get_resolver()))


def walk(resolver: Any, namespace: str = "", prefix: str = "", arguments: tuple[str, ...] = ()) -> Iterator[Route]:
    """A route without a name is `namespace:-`."""
    for entry in resolver.url_patterns:
        pattern, own = prefix + str(entry.pattern), (*arguments, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from walk(entry, ":".join(filter(None, [namespace, entry.namespace])), pattern, own)
        elif isinstance(entry, URLPattern):
            name = ":".join(filter(None, [namespace, entry.name or "-"]))
            yield Route(name, pattern, not getattr(entry.callback, "login_required", True), own)


# ------------------------------------------------------------------ the table


@dataclass
class Block:
    """One route in one state: what each role is answered, method by method."""

    route: str
    args: tuple[str, ...]
    form: str
    answers: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"[{' '.join([self.route, *self.args])}]" + (f" envoie {self.form}" if self.form else "")


def read(table: str) -> list[Block]:
    """The blocks of the table. ValueError for a line that cannot be read, or that says nothing of a role."""
    blocks: list[Block] = []
    pending: list[tuple[str, list[str], str]] = []

    def finish() -> None:
        if blocks:
            _spread(blocks[-1], pending)
        pending.clear()

    for line in table.splitlines():
        text = line.partition(" #")[0].strip()
        if not text or text.startswith("#"):
            continue
        if header := HEADER.fullmatch(text):
            finish()
            blocks.append(Block(header["route"], tuple(header["args"].split()), header["form"] or ""))
        elif (said := LINE.fullmatch(text)) and blocks:
            names = " ".join(GROUPS.get(word, word) for word in said["roles"].split())
            pending.append((said["method"], names.split(), said["answer"]))
        elif pending and line.startswith(" " * 8):
            method, roles, answer = pending.pop()
            pending.append((method, roles, f"{answer} {text}"))
        else:
            raise ValueError(f"Unreadable line: {text}")
    finish()
    return blocks


def _spread(block: Block, lines: list[tuple[str, list[str], str]]) -> None:
    """`autres` is everyone signed in who is not named; outsiders meet the login wall."""
    for method in ("GET", "POST"):
        said: dict[str, str] = {}
        for role, answer in ((role, answer) for m, roles, answer in lines if m == method for role in roles):
            if role in said or role not in (*ROLES, "autres"):
                raise ValueError(f"{block.title} {method} {role}: unknown, or said twice")
            said[role] = answer
        rest = said.pop("autres", "")
        for role in ROLES:
            answer = said.get(role) or ("connexion" if role in OUTSIDE else rest)
            if not answer:
                raise ValueError(f"{block.title} {method} says nothing of {role}")
            block.answers[method, role] = answer


def roles(block: Block, method: str, *statuses: str) -> list[str]:
    """One role for each answer that the block expects, of those that begin so."""
    said = {answer: role for (way, role), answer in reversed(block.answers.items()) if way == method}
    chosen = [role for answer, role in said.items() if answer.startswith(statuses)]
    return chosen or [role for answer, role in said.items() if role in OUTSIDE and answer.startswith(statuses)]


def uncovered(blocks: list[Block], elsewhere: set[str], existing: Iterable[Route]) -> list[str]:
    """Routes that no block speaks of, and blocks that speak of no route."""
    known, told = {route.name for route in existing}, {block.route for block in blocks} | elsewhere
    missing = [f"route without an entry: {name}" for name in sorted(known - told)]
    return missing + [f"entry without a route: {name}" for name in sorted(told - known)]


# ------------------------------------------------------------------ one question


@dataclass
class Answer:
    """What came back, in the words of the table."""

    status: int
    where: str = ""
    text: str = ""
    effect: str = ""

    def __str__(self) -> str:
        head = f"{self.status} {self.where}".strip()
        return f"{head} « {self.text[:300]} »" + (f" ; {self.effect}" if self.effect else "")


class Asker:
    """Asks the questions of one story, each in a savepoint, and compares what was written."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.before = written(story)

    def differences(self, block: Block) -> Iterator[str]:
        """Every cell of the block that is answered otherwise than the table says."""
        for (method, role), expected in block.answers.items():
            with aside():
                complaint = self.complaint(block, method, role, expected)
            if complaint:
                yield f"{block.title} {method} {role}: expected {expected}, {complaint}"

    def complaint(self, block: Block, method: str, role: str, expected: str) -> str:
        url = self.url(block)
        response, writes = self.ask(block, method, role, url)
        if method == "GET" and writes:
            return f"but a reading wrote to {sorted(set(writes))}"
        if strange := set(response.cookies) - COOKIES:
            return f"but it sets {sorted(strange)}"
        answer = self.answer_of(response, bool(writes))
        if expected == "connexion":
            back = url if method == "GET" else reverse("espace:home")
            wall = f"{reverse('account_login')}?next={quote(back, safe='')}"
            return "" if response.get("Location") == wall and not answer.effect else f"got {answer}"
        return "" if self.agrees(answer, expected, block, response) else f"got {answer}"

    def ask(self, block: Block, method: str, role: str, url: str) -> tuple[Any, list[str]]:
        client = self.story.client(role)
        with spying() as writes:
            response = (
                client.get(url) if method == "GET" else client.post(url, form(block.form, self.story, block.args))
            )
        return response, writes

    def answer_of(self, response: Any, wrote: bool) -> Answer:
        answer = Answer(response.status_code)
        if response.status_code in (301, 302):
            answer.where = place(response["Location"])
            answer.text = " / ".join(map(str, get_messages(response.wsgi_request)))
        else:
            answer.where = kind_of(response)
            answer.text = text_of(response)
        if wrote:
            answer.effect = effect(self.before, written(self.story))
        return answer

    def agrees(self, answer: Answer, expected: str, block: Block, response: Any) -> bool:
        head, _, effects = expected.partition(" ; ")
        said = EXPECTED.fullmatch(head)
        if said is None:
            raise ValueError(f"{block.title}: unreadable answer {expected}")
        status, where = int(said["status"]), said["where"] or ""
        shown, hidden = (re.findall("« (.+?) »", said[part] or "") for part in ("shown", "hidden"))
        if status in (200, 403, 409) and not shown and where not in ("pdf", "ods"):
            raise ValueError(f"{block.title}: say what the page reads: {expected}")
        same = (answer.status, answer.where, answer.effect) == (status, where, effects.strip())
        reads = all(text in answer.text for text in self.named(shown))
        hides = not any(text in answer.text for text in self.named(hidden))
        return same and reads and hides and mute(answer) and self.keeps(block, response)

    def named(self, texts: list[str]) -> Iterator[str]:
        """`{depose}` in the table is the reference of that file."""
        references = {name: action.reference for name, action in self.story.files.items()}
        return (text.format_map(references) for text in texts)

    def keeps(self, block: Block, response: Any) -> bool:
        """A redirection stays with the file or the séance it was asked about."""
        if response.status_code != 302 or not response["Location"].startswith("/"):
            return True
        asked = {} if block.route.endswith(":-") else self.arguments(block)
        led = resolve(urlsplit(response["Location"]).path).kwargs
        same = asked.keys() & led.keys() & {"key", "reference", "pk"}
        return all(str(led[name]) == str(asked[name]) for name in same)

    def url(self, block: Block) -> str:
        if block.route.endswith(":-"):  # has no name: any address that leads there
            return f"/admin/{block.args[0]}/"
        return reverse(block.route, kwargs=self.arguments(block))

    def arguments(self, block: Block) -> dict[str, Any]:
        names = next(route.arguments for route in routes() if route.name == block.route)
        return {name: self.argument(block.route, name, word) for name, word in zip(names, block.args, strict=True)}

    def argument(self, route: str, name: str, word: str) -> Any:
        """The words of the table are names of the story: a file, a séance, a point of its agenda."""
        story = self.story
        match route.partition(":")[0], name:
            case ("partners" | "organisation", "pk" | "number") | ("proposals", "pk"):
                return story.rows.get(word, word)
            case "proposals" | "actions", "number" if any(one in route for one in ("piece", "draft_file", "question")):
                return story.rows.get(word, word)
            case "budget", "pk":
                return story.tranche.pk if story.tranche else 0
            case "accounts", "token":
                return story.tokens.get(word, word)
            case ("accounts", "pk") | ("admin", "pk") if "invitation" in route:
                return story.invitations[word].pk if word in story.invitations else 0
            case "admin", "pk" if "user" in route:
                return story.people[word].pk
            case "admin", "pk":
                return story.convention.pk if story.convention else 0
            case "proposals" | "awards", "key":
                return story.files[word].key
            case _, "reference":
                return story.files[word].reference or "2026-999"
            case "seances", "pk":
                return int(word) if word.isdigit() else story.seances[word].pk
            case _, "item":
                return story.items[word].pk
        return word


def place(location: str) -> str:
    path = urlsplit(location).path
    return resolve(path).view_name if location.startswith("/") else location


def kind_of(response: Any) -> str:
    kind = str(response.get("Content-Type", "")).partition(";")[0]
    kinds = {"application/pdf": "pdf", "text/csv": "csv", "application/json": "json", ODS: "ods"}
    kinds["text/calendar"] = "calendar"
    return kinds.get(kind, "")


def body_of(response: Any) -> bytes:
    """Read to the end, which also closes the file of a static answer."""
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def text_of(response: Any) -> str:
    """What a person reads of the page, between the header and the footer."""
    raw = body_of(response)
    if raw.startswith(b"%PDF-"):
        return "%PDF-"
    if raw.startswith(b"PK"):
        return "zip"
    body = re.sub(r"<script.*?</script>", " ", raw.decode(), flags=re.DOTALL)
    main = re.search(r"<main.*?</main>", body, flags=re.DOTALL)
    shown = re.sub(r"<[^>]+>", " ", main.group() if main else body)
    return " ".join(html.unescape(shown).split())


def mute(answer: Answer) -> bool:
    """A page that does not exist says so in French, and names nobody."""
    if answer.status != 404:
        return True
    return "Cette page n’existe pas" in answer.text and not any(canary in answer.text for canary in CANARIES)


# ------------------------------------------------------------------ what was written


class spying:
    """The tables written to by what happens inside, those of sessions and of counted attempts apart."""

    def __enter__(self) -> list[str]:
        self.found: list[str] = []
        self.wrapper = connection.execute_wrapper(self._look)
        self.wrapper.__enter__()
        return self.found

    def __exit__(self, *error: Any) -> None:
        self.wrapper.__exit__(*error)

    def _look(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb = re.match(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)', sql, re.IGNORECASE)
        if verb and verb[1] not in SESSIONS:
            self.found.append(verb[1])
        return execute(sql, params, many, context)


def written(story: Story) -> dict[str, Any]:
    """How many rows each table of ours has, the state of each file, the rows that may change."""
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    tables = [model._meta.db_table for model in models]
    sql = " UNION ALL ".join(f"SELECT '{table}', COUNT(*) FROM {table}" for table in tables)  # noqa: S608 - our tables
    with connection.cursor() as cursor:
        cursor.execute(sql)
        counts = dict(cursor.fetchall())
    changing = [model for model in models if model.__name__ in CHANGING]
    rows = {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in changing}
    action, event = apps.get_model("actions.Action"), apps.get_model("cites.Event")
    return {
        "counts": counts,
        "rows": rows,
        "states": dict(action.objects.values_list("pk", "status")),
        "events": dict(event.objects.order_by("seq").values_list("seq", "kind")),
        "names": {file.pk: name for name, file in story.files.items()},
    }


CHANGING = ("Action", "Seance", "Review", "AvisDraft", "Position", "Report", "Account", "BudgetItem", "User")


def effect(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """ "actions.submit, brouillon: draft → submitted", "+2 Move", or the models that changed unjournaled."""
    parts = [kind for seq, kind in after["events"].items() if seq not in before["events"]]
    parts = [f"{kind} ×{count}" if count > 1 else kind for kind, count in Counter(parts).items()]
    for pk, state in after["states"].items():
        was = before["states"].get(pk, "")
        if was != state:
            parts.append(f"{before['names'].get(pk, 'nouveau')}: {was} → {state}".replace(":  →", ": →"))
    moves = after["counts"]["funding_move"] - before["counts"]["funding_move"]
    parts += [f"{moves} mouvement" + "s" * (moves > 1)] if moves else []
    if not parts:
        changed = [table for table, count in after["counts"].items() if count != before["counts"][table]]
        changed += [name for name, rows in after["rows"].items() if rows != before["rows"][name]]
        parts = sorted(changed)
    return ", ".join(parts)


__all__ = ["ROLES", "Answer", "Asker", "Block", "Refused", "read", "roles", "routes", "spying", "uncovered", "written"]
