"""The one tool for texts that must not change: canonical JSON, SHA-256, numbered versions, readable differences."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from cites.core import clock
from cites.core.money import from_cents, to_cents
from cites.models.sealed import SealedVersion


@dataclass(frozen=True)
class Change:
    """One difference between two payloads; `path` reads "budget › 641"."""

    path: str
    before: Any
    after: Any


def canonical(payload: Any) -> str:
    """The one text of a payload: sorted keys, amounts as cents, ISO dates. Floats are refused."""
    return json.dumps(_plain(payload), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str) -> Any:
    """Back from canonical text: amounts are Decimal euros again."""
    return json.loads(text, object_hook=lambda d: from_cents(d["cents"]) if d.keys() == {"cents"} else d)


def seal(kind: str, subject: models.Model, payload: Any, *, by: Any) -> SealedVersion:
    """Store the next version of `subject` under `kind`. Call inside the verb's transaction, its row locked."""
    text = canonical(payload)
    return SealedVersion.objects.create(
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        number=SealedVersion.objects.of(kind, subject).count() + 1,
        payload=text,
        sha256=digest(text),
        sealed_at=clock.now(),
        sealed_by=by,
    )


def verify_sealed() -> Iterator[str]:
    """One French sentence per sealed text that is not the one that was sealed."""
    for version in SealedVersion.objects.order_by("pk").iterator(chunk_size=500):
        if digest(version.payload) != version.sha256:
            yield f"Texte scellé « {version} » : son contenu n'est plus celui de son empreinte."


def diff(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """Field by field, in reading order; lists are compared by position."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from diff(before.get(key), after.get(key), f"{path} › {key}" if path else str(key))
    elif before != after:
        yield Change(path, before, after)


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"cents": to_cents(value)}
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            raise TypeError(f"Un {type(value).__name__} ne se scelle pas : {value!r}.")
