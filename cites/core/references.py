"""Loading reference rows in data migrations: what an administrator has since corrected is left alone."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any


def load(model: Any, rows: Iterable[Any], **foreign: tuple[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Insert the missing rows of `model`, ranked in reading order; returns them by code.

    `foreign` says how a code becomes a key: `champ=("champ", champs_by_code)`.
    """
    for rank, row in enumerate(rows, 1):
        values = {name: value for name, value in asdict(row).items() if name not in foreign}
        values["source_date"] = date.fromisoformat(values["source_date"]) if values["source_date"] else None
        values.setdefault("rank", rank)
        for name, (field, by_code) in foreign.items():
            values[field] = by_code.get(getattr(row, name))
        code = values.pop("code")
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        model.objects.get_or_create(code=code, defaults=values)
    return {row.code: row for row in model.objects.all()}
