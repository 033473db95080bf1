"""The questions of `manage.py setup`, one at a time: a default, a second try, and a way out at any moment."""

from collections.abc import Iterator
from datetime import date
from typing import Any, TextIO

from django.core.exceptions import ValidationError

from cites.models import PilotInstitution
from funding.setup_schema import SECTIONS, Key, Section

QUIT = "quitter"
YES = ("o", "oui", "y", "yes")


class Quit(Exception):
    """The person leaves: nothing is written."""


class Dialogue:
    """Asks on `out`, reads from `source`, and gives the same answers as a file would."""

    def __init__(self, source: TextIO, out: Any) -> None:
        self.source, self.out = source, out
        self.answers: dict[str, Any] = {}

    def run(self) -> dict[str, Any]:
        self._say(f"Une question à la fois. Entrée garde la réponse proposée ; « {QUIT} » sort sans rien écrire.")
        for section in SECTIONS:
            self._say(f"\n{section.title}")
            asked = list(self._rows(section)) if section.many else self._row(section, {})
            if asked:
                self.answers[section.name] = asked
        return self.answers

    def confirm(self, question: str) -> bool:
        return self._read(f"{question} (oui/non) ").lower() in YES

    def _rows(self, section: Section) -> Iterator[dict[str, Any]]:
        """Rows are asked until the first answer of one is empty. The usual institutions are proposed."""
        for known in _proposed(section):
            yield self._row(section, known, fixed=section.keys[0].name)
        while True:
            first = self._answer(section, section.keys[0], "", optional=True)
            if first is None:
                return
            yield self._row(section, {section.keys[0].name: first}, fixed=section.keys[0].name)

    def _row(self, section: Section, known: dict[str, Any], fixed: str = "") -> dict[str, Any]:
        row = dict(known)
        for key in section.keys:
            if key.name != fixed:
                proposed = known.get(key.name, "") or self._only(key)
                answer = self._answer(section, key, proposed)
                row |= {key.name: answer} if answer is not None else {}
        return row

    def _answer(self, section: Section, key: Key, proposed: str, *, optional: bool = False) -> Any:
        """Asked again until it can be read."""
        while True:
            hint = f" [{proposed}]" if proposed else " (vide pour passer)" if optional or not key.required else ""
            typed = self._read(f"  {key.question}{hint} : ") or proposed
            if optional and not typed:
                return None
            try:
                value = key.value(typed)
                section.check(key, value)
                self._check_among(key, value)
            except ValidationError as error:
                self._say(f"  → {' '.join(error.messages)}")
            else:
                return value

    def _check_among(self, key: Key, value: Any) -> None:
        section, name = key.among
        known = [str(row[name]) for row in self.answers.get(section, ())]
        if section and value is not None and value not in known:
            raise ValidationError(f"« {value} » n'est pas dans ce que vous avez donné : {', '.join(known) or 'rien'}.")

    def _only(self, key: Key) -> str:
        """When there is only one to choose, it is proposed."""
        section, name = key.among
        rows = self.answers.get(section, ())
        return str(rows[0][name]) if len(rows) == 1 else ""

    def _read(self, question: str) -> str:
        self.out.write(question, ending="")
        self.out.flush()
        line = self.source.readline()
        if not line or line.strip().lower() == QUIT:
            raise Quit
        return line.strip()

    def _say(self, sentence: str) -> None:
        self.out.write(sentence)


def _proposed(section: Section) -> list[dict[str, str]]:
    if section.name != "institutions":
        return []
    rows = PilotInstitution.objects.filter(is_active=True)
    return [{"code": row.code, "nom": row.name, "nature": row.kind} for row in rows]


def as_toml(answers: dict[str, Any]) -> Iterator[str]:
    """The answers as a file, so that nobody types them again."""
    for section in SECTIONS:
        given = answers.get(section.name)
        for row in given if isinstance(given, list) else [given] if given else []:
            yield section.header
            yield from (f"{name} = {_toml(value)}" for name, value in row.items())
            yield ""


def _toml(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
