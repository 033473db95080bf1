"""Keeping and handing over the files people send: stored as checked, served as a download that no browser opens."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, ProtectedError
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from cites.core import clock
from cites.core.attachments import LABELS, Checked
from cites.models import StoredFile

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def store(checked: Checked) -> StoredFile:
    """Call inside the verb's transaction: the row that refers to it comes with it, or neither does."""
    return StoredFile.objects.create(
        media_type=checked.media_type,
        size=checked.size,
        sha256=checked.sha256,
        content=checked.content,
        received_at=clock.now(),
    )


def light(field: str) -> Prefetch[str]:
    """For `prefetch_related`: what a list says of the files, without their bytes."""
    return Prefetch(field, queryset=StoredFile.objects.light())


def forget(file: StoredFile) -> None:
    """Remove the bytes, unless something still refers to them."""
    try:
        file.delete()
    except ProtectedError:
        return


def download(file: StoredFile, name: str) -> HttpResponse:
    """Always saved, never shown: type from our table, sandbox, no cache. The caller has asked who may."""
    media_type = file.media_type if file.media_type in LABELS else "application/octet-stream"
    response = HttpResponse(bytes(file.content), content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response


def verify_files() -> Iterator[str]:
    """One sentence per stored file whose bytes are no longer those that came."""
    for file in StoredFile.objects.iterator(chunk_size=1):
        content: Any = file.content
        if hashlib.sha256(content).hexdigest() != file.sha256 or len(content) != file.size:
            yield f"Fichier n° {file.pk} : son contenu n'est plus celui de son empreinte."
