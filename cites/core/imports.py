"""Data that already exists, row by row: mapped, read, tried, then written all at once or not at all.

An importer says its columns and how one row is written. Trying is writing, taken back at the end: what the report
announces is what would happen, ceilings and unique numbers included.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from cites.core import audit, clock, permissions
from cites.core.errors import Blocked
from cites.core.spreadsheets import Row, Sheet
from cites.core.text import searchable
from cites.models import DataImport, User

CREATED, CHANGED, UNCHANGED, IGNORED, REFUSED = "created", "changed", "unchanged", "ignored", "refused"
EXAMPLE_MARK = "Exemple à supprimer"
MEANWHILE = "Le portail a changé depuis la vérification : relisez ce que le fichier ferait maintenant, puis confirmez."
TOO_LONG = (
    "cette ligne a plus de cases que le fichier n'a de titres : un signe qui sépare les colonnes coupe sans doute un"
    " texte ou un montant, mettez-le entre guillemets."
)
Mapping = dict[str, int]
M = TypeVar("M", bound=models.Model)

audit.sentence(
    "cites.data_imported",
    "{actor} a repris {what} du fichier « {file} » (empreinte {sha256}) : {created} lignes ajoutées,"
    " {changed} modifiées, {unchanged} déjà là",
)


@dataclass(frozen=True, kw_only=True)
class Column:
    """`read` turns text into a value, or raises ValidationError with a sentence."""

    name: str
    label: str
    help: str
    example: str = ""
    aliases: tuple[str, ...] = ()
    required: bool = False
    read: Callable[[str], Any] = str

    @property
    def known_as(self) -> set[str]:
        return {squeezed(text) for text in (self.label, self.name, *self.aliases)}


@dataclass
class Message:
    """`column` is the title that the person's own file gives it."""

    column: str
    text: str
    is_error: bool = False


@dataclass
class Line:
    """One row of the file: what was read of it, what became of it, what there is to say."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    verdict: str = REFUSED
    name: str = ""
    changes: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def warn(self, name: str, text: str) -> None:
        self.messages.append(Message(self.titles.get(name, ""), text))

    def refuse(self, name: str, text: str) -> None:
        self.messages.append(Message(self.titles.get(name, ""), text, is_error=True))

    @property
    def is_refused(self) -> bool:
        return any(message.is_error for message in self.messages)


@dataclass
class Report:
    """What would happen, or has happened. `problems` are about the file as a whole."""

    lines: list[Line] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def count(self, verdict: str) -> int:
        return sum(line.verdict == verdict for line in self.lines)

    @property
    def is_refused(self) -> bool:
        return bool(self.problems) or any(line.is_refused for line in self.lines)

    @property
    def writes(self) -> int:
        return self.count(CREATED) + self.count(CHANGED)

    def sentences(self, *, errors: bool) -> Iterator[str]:
        """ "Ligne 12, colonne « SIRET » : …", the errors or the warnings."""
        if errors:
            yield from self.problems
        for line in self.lines:
            for message in line.messages:
                if message.is_error == errors:
                    where = f", colonne « {message.column} »" if message.column else ""
                    yield f"Ligne {line.number}{where} : {message.text}"

    def as_json(self) -> dict[str, Any]:
        lines = [{k: v for k, v in asdict(line).items() if k not in ("values", "titles")} for line in self.lines]
        return {"problems": self.problems, "lines": lines}

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> "Report":
        lines = [
            Line(**{**line, "messages": [Message(**message) for message in line["messages"]]})
            for line in data.get("lines", [])
        ]
        return cls(lines, list(data.get("problems", [])))


class Importer:
    """One subject. Made anew for each try; `by` is the person who imports."""

    code: ClassVar[str]
    title: ClassVar[str]
    what: ClassVar[str]  # in the journal: "des organisations"
    columns: ClassVar[tuple[Column, ...]]
    notes: ClassVar[tuple[str, ...]] = ()
    key: ClassVar[tuple[str, ...]]  # the columns that name one thing: the same twice in a file is a mistake
    max_rows: ClassVar[int] = 2000  # a page answers in seconds, and nobody else writes meanwhile

    def __init__(self, by: User) -> None:
        self.by = by

    def prepare(self, lines: Sequence[Line]) -> None:
        """Locks in the order of the house, and what is looked up once for all rows."""

    def write(self, line: Line) -> None:
        """Write one row and set its verdict. Raises ValidationError or Blocked: then the row is refused."""
        raise NotImplementedError


def squeezed(text: str) -> str:
    """ "N° SIRET " and "n°siret" are the same title."""
    return "".join(char for char in searchable(text) if char.isalnum())


def guess(importer: type[Importer], header: Sequence[str]) -> Mapping:
    """Which column of the file is which: by its title, without accents, spaces or capitals."""
    titles = [squeezed(title) for title in header]
    found: Mapping = {}
    for column in importer.columns:
        index = next((i for i, title in enumerate(titles) if title and title in column.known_as), None)
        if index is not None and index not in found.values():
            found[column.name] = index
    return found


def run(
    importer: type[Importer], sheet: Sheet, mapping: Mapping, *, by: User, kept: DataImport | None = None
) -> Report:
    """Try the rows; with `kept`, write for good and journal what its report announced, that and nothing else."""
    permissions.check(by, "cites.import_data")
    with transaction.atomic():
        report = _play(importer(by), sheet, mapping)
        if kept and not report.is_refused and report.as_json() != kept.report:
            report.problems.append(MEANWHILE)
        if kept is None or report.is_refused:
            take_back()
        else:
            _record(importer, sheet, report, kept, by=by)
    return report


def take_back() -> None:
    """Nothing of this transaction stays."""
    transaction.set_rollback(True)


def _play(importer: Importer, sheet: Sheet, mapping: Mapping) -> Report:
    problems = list(_mapping_problems(importer, sheet, mapping))
    if problems:
        return Report(problems=problems)
    lines = [_read(importer, sheet, row, mapping) for row in sheet.rows]
    _refuse_twins(importer, lines)
    importer.prepare([line for line in lines if line.values])
    for line in lines:
        if line.verdict == IGNORED or line.is_refused:
            continue
        _write(importer, line)
    return Report(lines)


def _mapping_problems(importer: Importer, sheet: Sheet, mapping: Mapping) -> Iterator[str]:
    for column in importer.columns:
        if column.required and column.name not in mapping:
            yield f"Aucune colonne du fichier n'est « {column.label} », qui est obligatoire."
    used = [index for index in mapping.values() if 0 <= index < len(sheet.header)]
    if len(set(used)) != len(mapping):
        yield "Une même colonne du fichier est utilisée deux fois : choisissez-en une pour chaque donnée."
    if len(sheet.rows) > importer.max_rows:
        yield f"Ce fichier a {len(sheet.rows)} lignes : coupez-le en fichiers de {importer.max_rows} lignes au plus."


def _read(importer: Importer, sheet: Sheet, row: Row, mapping: Mapping) -> Line:
    titles = {name: sheet.header[index] for name, index in mapping.items()}
    line = Line(row.number, titles=titles)
    if EXAMPLE_MARK in row.cells:
        line.verdict, line.name = IGNORED, EXAMPLE_MARK
        line.warn("", "c'est la ligne d'exemple du modèle, elle est laissée de côté.")
        return line
    if any(row.cells[len(sheet.header) :]):
        line.refuse("", TOO_LONG)
    for column in importer.columns:
        index = mapping.get(column.name)
        text = row.cells[index] if index is not None and index < len(row.cells) else ""
        _read_cell(line, column, text)
    return line


def _read_cell(line: Line, column: Column, text: str) -> None:
    if not text:
        if column.required:
            line.refuse(column.name, "cette case est vide, et elle est obligatoire.")
        return
    try:
        line.values[column.name] = column.read(text)
    except ValidationError as error:
        line.refuse(column.name, " ".join(error.messages))


def _refuse_twins(importer: Importer, lines: Sequence[Line]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for line in lines:
        key = tuple(line[name] for name in importer.key)
        if all(value is None for value in key):
            continue
        first = seen.setdefault(key, line.number)
        if first != line.number:
            line.refuse(importer.key[0], f"c'est la même que la ligne {first} : gardez-en une.")


def _write(importer: Importer, line: Line) -> None:
    """In a savepoint: a row that is refused half-way leaves nothing to the rows after it."""
    try:
        with transaction.atomic():
            importer.write(line)
    except ValidationError as error:
        for name, texts in _by_field(error).items():
            for text in texts:
                line.refuse(name, text)
    except Blocked as blocked:
        for reason in blocked.reasons:
            line.refuse("", reason)
    except IntegrityError:
        line.refuse("", "la base de données refuse cette ligne : elle en contredit une autre.")
    if line.is_refused:
        line.verdict = REFUSED


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {name if name != NON_FIELD_ERRORS else "": texts for name, texts in error.message_dict.items()}
    return {"": error.messages}


def _record(importer: type[Importer], sheet: Sheet, report: Report, kept: DataImport, *, by: User) -> None:
    kept.applied_at = clock.now()
    kept.created, kept.changed, kept.unchanged = map(report.count, (CREATED, CHANGED, UNCHANGED))
    kept.content, kept.report = {}, {}
    kept.save()
    audit.record(
        "cites.data_imported",
        kept,
        by=by,
        reference=importer.code,
        what=importer.what,
        file=sheet.name,
        sha256=sheet.sha256,
        created=kept.created,
        changed=kept.changed,
        unchanged=kept.unchanged,
    )


def update(row: M, values: dict[str, Any]) -> list[str]:
    """Set what differs on `row`; returns, for people, what changes: "commune : (vide) → Valenton"."""
    changes = []
    for name, value in values.items():
        before = getattr(row, name, None)  # a new row has no related one yet
        if before != value:
            label = str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            changes.append(f"{label} : {before or '(vide)'} → {value or '(vide)'}")
            setattr(row, name, value)
    return changes
