"""The rules of the house, as functions over source text: each can be fed the real tree or a planted fault."""

import ast
import re
import statistics
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("cites", "partners", "actions", "funding")  # each may import itself and those before it
MAX_MODULE, MAX_TEMPLATE, MAX_FUNCTION = 400, 150, 40


@dataclass(frozen=True)
class Source:
    """A file of the project: its path from the root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def app(self) -> str:
        return self.path.partition("/")[0]

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 0)}"

    def functions(self) -> Iterator[ast.FunctionDef]:
        return (node for node in self.nodes() if isinstance(node, ast.FunctionDef))


def code() -> list[Source]:
    """Every module of ours but migrations."""
    files = (file for app in APPS for file in sorted((ROOT / app).rglob("*.py")) if "migrations" not in file.parts)
    return [read(file) for file in files]


def templates() -> list[Source]:
    return [read(file) for file in sorted((ROOT / "templates").rglob("*")) if file.is_file()]


def read(file: Path) -> Source:
    return Source(str(file.relative_to(ROOT)), file.read_text())


def called(node: ast.AST) -> str:
    """`a.b.c` of a call of a.b.c, else nothing."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def texts(node: ast.AST) -> Iterator[str]:
    return (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


# ------------------------------------------------------------------ who imports whom


def upward_imports(source: Source) -> Iterator[str]:
    """Imports of an app that stands higher, at the top of the module or inside a function, plain or by name."""
    higher = APPS[APPS.index(source.app) + 1 :]
    for node in source.nodes():
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif called(node).split(".")[-1] in ("import_module", "__import__", "import_string", "get_model"):
            names = list(texts(node))
        else:
            continue
        yield from (f"{source.at(node)} imports {name}" for name in names if name.partition(".")[0] in higher)


def late_imports(source: Source) -> Iterator[str]:
    for function in source.functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{source.path} {function.name}"


# ------------------------------------------------------------------ who writes the state of an action

STATUS = ("status", "announced_status")
WRITERS = ("update", "create", "get_or_create", "update_or_create", "bulk_update", "Action")


def status_writes(source: Source) -> Iterator[str]:
    """Assignments of a status, however they are written."""
    for node in source.nodes():
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(n, ast.Attribute) and n.attr in STATUS for t in targets for n in ast.walk(t)):
                yield f"{source.at(node)} {ast.unparse(node)}"
        name = called(node).split(".")[-1]
        if isinstance(node, ast.Call) and name in WRITERS:
            keys = {keyword.arg for keyword in node.keywords} | _keys_of_defaults(node)
            fields = set(texts(node)) if name == "bulk_update" else set()
            if (keys | fields) & set(STATUS):
                yield f"{source.at(node)} {ast.unparse(node)}"
        if isinstance(node, ast.Call) and name == "setattr" and set(texts(node)) & set(STATUS):
            yield f"{source.at(node)} {ast.unparse(node)}"


def _keys_of_defaults(call: ast.Call) -> set[str | None]:
    defaults = (keyword.value for keyword in call.keywords if keyword.arg in ("defaults", "create_defaults"))
    return {
        text for value in defaults if isinstance(value, ast.Dict) for key in value.keys if key for text in texts(key)
    }


def calls_by_funding(source: Source) -> Iterator[str]:
    for node in source.nodes():
        if isinstance(node, ast.Call) and any(keyword.arg == "called_by_funding" for keyword in node.keywords):
            yield source.at(node)


# ------------------------------------------------------------------ the clock

CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "timezone.localdate"),
    *("time.time", "time.time_ns", "time.monotonic", "time.localtime", "time.gmtime", "Now"),
}


def clock_readings(source: Source) -> Iterator[str]:
    """Whatever reads the time by itself: functions, `auto_now`, the database's own clock."""
    for node in source.nodes():
        name = ast.unparse(node) if isinstance(node, ast.Attribute) else called(node)
        short = ".".join(name.split(".")[-2:])
        if short in CLOCKS and not (short == "timezone.localdate" and getattr(node, "args", ["?"])):
            yield f"{source.at(node)} {name}"
        if isinstance(node, ast.Call) and called(node).endswith("localtime") and not node.args:
            yield f"{source.at(node)} {name}"
        if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            yield f"{source.path} {node.arg}"
        if isinstance(node, ast.Constant) and "CURRENT_TIMESTAMP" in str(node.value):
            yield f"{source.at(node)} CURRENT_TIMESTAMP"


def clock_in_templates(source: Source) -> Iterator[str]:
    yield from (f"{source.path} {tag}" for tag in re.findall(r"{%\s*now\b.*?%}", source.text))


# ------------------------------------------------------------------ what must not be written

UNSAFE = ("csrf_exempt", "mark_safe", "SafeString", "SafeText", "format_html", "safe_join")


def unescaped(source: Source) -> Iterator[str]:
    """HTML that is not escaped, and forms without their key."""
    if source.path.endswith(".py"):
        for node in source.nodes():
            used = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            if used in UNSAFE:
                yield f"{source.path} {used}"
    else:
        for found in re.findall(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off", source.text):
            yield f"{source.path} {found}"


def raw_sql(source: Source) -> Iterator[str]:
    """SQL that is not the ORM's, unless it is one constant text."""
    for node in source.nodes():
        name = called(node).split(".")[-1]
        if name in ("raw", "extra", "RawSQL"):
            yield f"{source.path} {name}"
        if isinstance(node, ast.Call) and name in ("execute", "executemany", "executescript"):
            sql = node.args[0] if node.args else None
            if not (isinstance(sql, ast.Constant) and isinstance(sql.value, str)):
                yield f"{source.path} {ast.unparse(node)}"


def inline_in_templates(source: Source) -> Iterator[str]:
    """The policy of the pages lets no inline script or style run: none is written. Data that no script runs may be."""
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", source.text, flags=re.DOTALL)
    script = r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))[^>]*>"
    for found in re.findall(rf"{script}|<style\b|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:", text):
        yield f"{source.path} {found.strip()}"


# ------------------------------------------------------------------ size


def too_long(sources: Iterable[Source]) -> Iterator[str]:
    for source in sources:
        is_code = source.path.endswith(".py")
        if source.lines > (MAX_MODULE if is_code else MAX_TEMPLATE):
            yield f"{source.path} {source.lines} lines"
        if is_code:
            yield from (f"{source.path} {f.name}" for f in source.functions() if length(f) > MAX_FUNCTION)


def length(function: ast.FunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def median_length(sources: Iterable[Source]) -> float:
    return statistics.median(length(function) for source in sources for function in source.functions())


# ------------------------------------------------------------------ templates


def unused_templates(pages: Iterable[Source], modules: Iterable[Source], found_by_name: Iterable[str]) -> Iterator[str]:
    """Files that no code and no other template names, and that nothing finds by its name."""
    named = set(found_by_name)
    for module in modules:
        named |= set(texts(module.tree))
    pages = list(pages)
    for page in pages:
        named |= set(re.findall(r"[\"'](?:/?)([\w/.-]+\.\w+)[\"']", page.text))
    for page in pages:
        name = page.path.removeprefix("templates/")
        if name not in named:
            yield name


def posted_names(modules: Iterable[Source]) -> set[str]:
    """First arguments of the functions that write a mail from a template."""
    names: set[str] = set()
    for module in modules:
        for node in module.nodes():
            if isinstance(node, ast.Call) and called(node).split(".")[-1] in (
                "post",
                "_to_partner",
                "_to_coordination",
            ):
                names |= {str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return names


# ------------------------------------------------------------------ the journal


def recorded(modules: Iterable[Source]) -> Iterator[tuple[str, str, set[str]]]:
    """Each call of `audit.record` with a constant kind: where, the kind, the names of its data."""
    for module in modules:
        for node in module.nodes():
            if isinstance(node, ast.Call) and called(node) in ("audit.record", "record"):
                kind = node.args[0]
                if isinstance(kind, ast.Constant):
                    yield module.at(node), str(kind.value), {keyword.arg or "**" for keyword in node.keywords}


def blanks(sentence: str, data: set[str]) -> set[str]:
    """Words of a sentence that the event would not hold."""
    asked = set(re.findall(r"{(\w+)}", sentence))
    return set() if "**" in data else asked - data - {"actor", "reference", "kind"}


# ------------------------------------------------------------------ language


def words(name: str) -> set[str]:
    """`ConventionCadre` and `convention_cadre` are both made of convention and cadre."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def plain(text: str) -> set[str]:
    """The words of a French text, without accents or capitals."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return set(re.findall(r"[a-z]+", "".join(c for c in folded if not unicodedata.combining(c))))


def glossary_terms(page: str) -> set[str]:
    """The words that the glossary keeps in French: those it marks (fr) in its column of code."""
    marked: set[str] = set()
    for line in page.splitlines():
        cells = line.split("|")
        if len(cells) > 3:
            for part in re.findall(r"([^()]*)\(fr\)", cells[3]):
                marked |= {word for name in re.findall(r"`([^`]+)`", part) for word in words(name)}
    return marked


def french_names(names: Iterable[str], french: set[str], allowed: set[str]) -> set[str]:
    """Words of names in code that are words of the French screens, and neither English nor in the glossary."""
    return {word for name in names for word in words(name) if word in french and len(word) > 3} - allowed


def every(check: Callable[[Source], Iterator[str]], sources: Iterable[Source]) -> list[str]:
    return [found for source in sources for found in check(source)]


# ------------------------------------------------------------------ who may see

PUBLISHED = ("visible_to", "published", "open")  # who the person is was asked, or it is everyone's


def unasked_reads(source: Source, shown: Iterable[str]) -> Iterator[str]:
    """Rows of a model shown to people that a view takes without asking who looks."""
    for node in source.nodes():
        if not isinstance(node, ast.Attribute) or node.attr in PUBLISHED:
            continue
        if ast.unparse(node.value) in {f"{name}.objects" for name in shown}:
            yield f"{source.path} {ast.unparse(node)}"


def outside_addresses(source: Source) -> Iterator[str]:
    """What a page would load from another host."""
    for tag in re.findall(r"<(?:script|link|img|iframe|source|use)\b[^>]*>", source.text):
        if re.search(r"(?:src|href|srcset)=[\"'](?:https?:)?//", tag):
            yield f"{source.path} {tag}"
