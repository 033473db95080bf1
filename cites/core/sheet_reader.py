"""Reads the first sheet of an XLSX or ODS file, in a process of its own: `spreadsheets.py` starts it.

A sheet of a few kilobytes can claim seventeen billion cells, and the reader would ask memory for all of them. Here it
cannot take more than its share: the process dies, and the portal says a sentence. Nothing of the portal is imported.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineWorkbook

MEMORY = 400 * 1024 * 1024
SECONDS = 20


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    max_rows, max_columns, max_cell = map(int, sys.argv[1:4])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
    if sheet.total_width > max_columns:
        refuse("columns")
    found: list[tuple[int, list[str]]] = []
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), 1):
        cells = [text_of(cell) for cell in row]
        if any(cells):
            found.append((number, cells))
        if len(found) > max_rows:
            refuse("rows")
        if max(map(len, cells), default=0) > max_cell:
            refuse("cell")
    json.dump({"rows": found}, sys.stdout)


def refuse(limit: str) -> None:
    json.dump({"limit": limit}, sys.stdout)
    sys.stdout.flush()
    sys.exit(0)


def text_of(cell: Any) -> str:
    """A cell as a person reads it: fifteen digits as spreadsheets keep, a decimal comma, French dates."""
    match cell:
        case bool():
            return "oui" if cell else "non"
        case float():
            return f"{cell:.15g}".replace(".", ",") if abs(cell) < 1e15 else f"{cell:.0f}"
        case datetime():
            return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
    return str(cell).strip()


if __name__ == "__main__":
    main()
