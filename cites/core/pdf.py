"""PDF from typst: tagged (PDF/UA-1) and archivable (PDF/A-2a), the same bytes for the same data."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse

from cites.core import glyphs

SOURCES = Path(settings.BASE_DIR) / "templates" / "pdf"


# What typst says of a sign that no font draws, or that an archive forbids.
UNDRAWN = ("could not be displayed", "contains the codepoint")


def compile_pdf(name: str, data: dict[str, Any], *, at: datetime) -> bytes:
    """Compile `templates/pdf/<name>.typ`, which reads `data` as text only; `at` is the document's date.

    What people type may hold a sign that no font draws: it is then written in words, and the document is whole.
    """
    for kept in (None, glyphs.DRAWN, glyphs.PLAIN):
        try:
            return _compile(name, glyphs.spelled(data, kept) if kept else data, at)
        except typst.TypstError as error:
            refusal = error
            if not any(words in str(error) for words in UNDRAWN):
                raise
    raise refusal


def _compile(name: str, data: dict[str, Any], at: datetime) -> bytes:
    content = typst.compile(  # type: ignore[type-var] # its stubs tie the fonts to the type of the source
        (SOURCES / f"{name}.typ").read_bytes(),
        root=str(SOURCES),
        sys_inputs={"d": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1", "a-2a"],
        timestamp=int(at.timestamp()),
    )
    assert isinstance(content, bytes)
    return content


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
