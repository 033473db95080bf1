"""PDF from typst: tagged (PDF/UA-1) and archivable (PDF/A-2a), the same bytes for the same data."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse

SOURCES = Path(settings.BASE_DIR) / "templates" / "pdf"


def compile_pdf(name: str, data: dict[str, Any], *, at: datetime) -> bytes:
    """Compile `templates/pdf/<name>.typ`, which reads `data` as text only; `at` is the document's date."""
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
