"""The convention-cadre: one text, read from its rows until it is sealed, from the sealed version after."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from cites.core import audit, clock, permissions, sealed
from cites.core.errors import Blocked, Stale
from cites.models import ConventionCadre, SealedVersion, User

KIND = "convention_cadre"
ARTICLE = re.compile(r"article\b", re.IGNORECASE)

audit.sentence("cites.convention_sealed", "{actor} a scellé la convention-cadre « {title} » (empreinte {sha256})")


@dataclass(frozen=True)
class Article:
    """`title` is empty for what stands before the first article."""

    title: str
    text: str


@transaction.atomic
def seal(convention: ConventionCadre, *, by: User, seen: str = "") -> SealedVersion:
    """Seal the signed text: nothing of it changes afterwards.

    `seen` is the hash of the text on the screen; another one raises `Stale`.
    """
    permissions.check(by, "cites.seal_convention", convention)
    rows = ConventionCadre.objects.select_for_update(of=("self",)).select_related("period")
    locked = rows.get(pk=convention.pk)
    if reasons := refusals(locked):
        raise Blocked(reasons)
    if seen and seen != fingerprint(locked):
        raise Stale("La convention a changé depuis cet affichage : relisez-la avant de la sceller.")
    version = sealed.seal(KIND, locked, payload(locked), by=by)
    locked.sealed_at = version.sealed_at
    locked.save(update_fields=["sealed_at"])
    audit.record("cites.convention_sealed", locked, by=by, title=locked.title, sha256=version.short_hash)
    convention.sealed_at = locked.sealed_at
    return version


def refusals(convention: ConventionCadre) -> list[str]:
    """What stands in the way of sealing, in French; nothing if the way is free."""
    checks = (
        (convention.is_sealed, "Cette convention est déjà scellée."),
        (
            convention.signed_on is None,
            "On ne scelle qu'une convention signée : indiquez d'abord la date de signature.",
        ),
        (
            convention.signed_on is not None and convention.signed_on > clock.today(),
            "La date de signature est dans le futur.",
        ),
        (not convention.signatories.exists(), "Indiquez d'abord les signataires."),
    )
    return [sentence for refused, sentence in checks if refused]


def payload(convention: ConventionCadre) -> dict[str, Any]:
    """The whole text as its rows say it now: what is sealed."""
    commitments = convention.commitments.select_related("owner", "champ")
    return {
        "title": convention.title,
        "period": str(convention.period),
        "preamble": convention.preamble,
        "articles": convention.articles,
        "evaluation_protocol": convention.evaluation_protocol,
        "signed_on": convention.signed_on,
        "signatories": [
            {"institution": row.institution_name, "capacity": row.capacity, "signed_on": row.signed_on}
            for row in convention.signatories.all()
        ],
        "commitments": [
            {
                "text": row.text,
                "owner": row.owner.name,
                "champ": row.champ.label if row.champ else "",
                "due_on": row.due_on,
                "evidence": row.evidence,
            }
            for row in commitments
        ],
    }


def fingerprint(convention: ConventionCadre) -> str:
    """The hash that the text would be sealed under now."""
    return sealed.digest(sealed.canonical(payload(convention)))


def sealed_version(convention: ConventionCadre) -> SealedVersion | None:
    if not convention.is_sealed:
        return None
    return SealedVersion.objects.of(KIND, convention).order_by("number").last()


def reading(convention: ConventionCadre) -> dict[str, Any]:
    """What a page shows: the sealed text when there is one, its commitments by institution."""
    version = sealed_version(convention)
    text = sealed.read(version.payload if version else sealed.canonical(payload(convention)))
    owners: dict[str, list[dict[str, Any]]] = {}
    for row in text["commitments"]:
        row["due_on"] = _day(row["due_on"])
        owners.setdefault(row["owner"], []).append(row)
    for row in text["signatories"]:
        row["signed_on"] = _day(row["signed_on"])
    text["signed_on"] = _day(text["signed_on"])
    return {**text, "articles": split_articles(text["articles"]), "by_owner": owners, "version": version}


def split_articles(text: str) -> list[Article]:
    """A line that begins with "Article" is a title; what follows, up to the next one, is its text."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if ARTICLE.match(line.strip()):
            parts.append((line.strip(), []))
        else:
            parts[-1][1].append(line)
    articles = [Article(title, "\n".join(lines).strip()) for title, lines in parts]
    return [article for article in articles if article.title or article.text]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
