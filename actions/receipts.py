"""What a receipt says. Written once, kept with the version: the page and the PDF read the same words."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from actions.models import Action, ReceiptNotice
from cites.core.money import ZERO, format_euros
from cites.models import Cite, Rule, SealedVersion

SEAL = "Cette empreinte (SHA-256) prouve que le dossier étudié est, au caractère près, celui qui a été déposé."
_NUMBERS = {1: "un", 2: "deux", 3: "trois", 4: "quatre", 6: "six"}


def words(action: Action, version: SealedVersion, pieces: Mapping[str, str]) -> dict[str, Any]:
    """`pieces` are those of the sealed text: the SHA-256 of each, by name."""
    cite = Cite.current()
    name = cite.name if cite else "Cité éducative"
    return {
        "cite": name,
        "reference": action.reference,
        "lead": f"{name} accuse réception du dossier ci-dessous.",
        "facts": _facts(action, version),
        "service": _service(action, name, cite),
        "sha256": version.sha256,
        "seal": SEAL,
        "pieces": [[piece, digest] for piece, digest in pieces.items()],
        "answer": _answer(timezone.localtime(version.sealed_at).date()),
    }


def _facts(action: Action, version: SealedVersion) -> list[list[str]]:
    return [
        ["Référence", action.reference or ""],
        ["Version", str(version.number)],
        ["Déposé le", to_the_second(version)],
        ["Intitulé", action.title],
        ["Organisation", action.organisation.name],
        ["SIRET", action.organisation.siret],
        ["Appel", action.call.title],
        ["Montant demandé", format_euros(action.requested or ZERO)],
        ["Coût total de l'action", format_euros(action.total or ZERO)],
    ]


def to_the_second(version: SealedVersion) -> str:
    at = timezone.localtime(version.sealed_at)
    return f"{at:%d/%m/%Y} à {at:%H:%M:%S} (heure de Paris)"


def _service(action: Action, name: str, cite: Cite | None) -> list[list[str]]:
    """Who received the file and how to reach it: the service, nobody by name."""
    rows = [["Service", f"{name}, coordination"]]
    if cite:
        rows += [["Adresse", cite.publisher_address], ["Téléphone", cite.publisher_phone]]
    mail = action.call.contact_email or (cite.contact_email if cite else "")
    return [row for row in [*rows, ["Courriel", mail]] if row[1]]


def _answer(day: date) -> list[list[str]]:
    """The paragraphs of the administration, with the delays that the rules give today."""
    silence, delay = int(Rule.amount("silence_months")), int(Rule.amount("remedy_months"))
    figures = {
        "{date}": f"{months_after(day, silence):%d/%m/%Y}",
        "{silence}": _in_words(silence),
        "{delay}": _in_words(delay),
    }
    notices = ReceiptNotice.objects.filter(is_active=True)
    return [[notice.label, _filled(notice.text, figures)] for notice in notices]


def _filled(text: str, figures: Mapping[str, str]) -> str:
    for name, figure in figures.items():
        text = text.replace(name, figure)
    return text


def _in_words(months: int) -> str:
    return f"{_NUMBERS.get(months, months)} mois"


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
