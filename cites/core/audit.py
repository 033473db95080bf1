"""The journal: `record` is the only way to write an event, in the transaction of what it tells.

Each event carries the hash of the one before. The head row is locked while a link is added, so
sequence numbers have no hole and a cut tail shows against a printed head.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models, transaction

from cites.core import clock
from cites.core.sealed import canonical, digest
from cites.models import Event, JournalHead, User

SENTENCES: dict[str, str] = {}
INTERNAL, PARTNER = Event.Audience.INTERNAL, Event.Audience.PARTNER


class System:
    """Who acts when a date does: named as such in the journal."""

    pk = None
    is_authenticated = True
    is_active = True
    institution = None
    role_label = "Le portail (échéance)"

    def __str__(self) -> str:
        return self.role_label


SYSTEM = System()


def sentence(kind: str, text: str) -> None:
    """Say once how an event of `kind` reads in the journal: "{actor} a … {reference}"."""
    if SENTENCES.setdefault(kind, text) != text:
        raise RuntimeError(f"Two sentences for {kind}.")


def record(
    kind: str,
    subject: models.Model,
    *,
    by: User | System,
    reference: str = "",
    audience: str = INTERNAL,
    institution_code: str = "",
    **data: Any,
) -> Event:
    """Add one link to the chain. KeyError for a kind without a sentence: a bug, not a user's mistake."""
    SENTENCES[kind]
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An event is written in the transaction of what it tells.")
    head = JournalHead.objects.select_for_update().get(pk=1)
    institution = by.institution
    event = Event(
        seq=head.seq + 1,
        at=clock.now(),
        actor=by if isinstance(by, User) else None,
        role=by.role_label,
        institution_code=institution_code or (institution.code if institution else ""),
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        reference=reference,
        audience=audience,
        data=data,
        prev_hash=head.hash,
    )
    event.hash = digest(canonical(event.chained()))
    event.save(force_insert=True)
    JournalHead.objects.filter(pk=1).update(seq=event.seq, hash=event.hash)
    return event


def read_sentence(event: Event) -> str:
    """The event as a French sentence, for people."""
    actor = str(event.actor) if event.actor else System.role_label
    text = SENTENCES.get(event.kind, "{actor} : {kind}")
    words = {key: ", ".join(map(str, v)) if isinstance(v, list) else v for key, v in event.data.items()}
    return text.format_map(_Blank(words, actor=actor, reference=event.reference, kind=event.kind))


def verify_journal() -> Iterator[str]:
    """One French sentence per broken link, in order; nothing when the chain holds."""
    seq, prev = 0, ""
    for event in Event.objects.order_by("seq").iterator(chunk_size=2000):
        seq += 1
        if event.seq != seq:
            yield f"Journal : l'événement n° {seq} manque (trouvé : n° {event.seq})."
            return
        if event.prev_hash != prev or event.hash != digest(canonical(event.chained())):
            yield f"Journal : l'événement n° {event.seq} a été modifié ou déplacé."
            return
        prev = event.hash
    head = JournalHead.objects.get(pk=1)
    if (head.seq, head.hash) != (seq, prev):
        yield f"Journal : la tête annonce {head.seq} événements, la table en a {seq} : la fin a été coupée."


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
