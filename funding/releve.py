"""The relevé de décisions as a document: from the sealed text and its signatures alone."""

from typing import Any

from django.utils import timezone

from cites.core import sealed
from cites.core.money import format_euros
from cites.core.pdf import compile_pdf
from cites.models import Cite, SealedVersion


def releve_pdf(version: SealedVersion) -> bytes:
    signatures = list(version.signatures.select_related("institution", "signed_by").order_by("pk"))
    last = signatures[-1].signed_at if signatures else version.sealed_at
    return compile_pdf("releve", _words(version, signatures), at=last)


def _words(version: SealedVersion, signatures: list[Any]) -> dict[str, Any]:
    data = sealed.read(version.payload)
    cite = Cite.current()
    for point in data["points"]:
        point["amount"] = format_euros(point["amount"]) if point["amount"] else ""
        point["requested"] = format_euros(point["requested"])
        point["split"] = [f"{part['tranche']} : {format_euros(part['amount'])}" for part in point["split"]]
        point["positions"] = [f"{p['institution']} : {p['position']}" for p in point["positions"]]
    return {
        "cite": cite.name if cite else "Cité éducative",
        "seance": data["seance"],
        "place": data["place"],
        "version": version.number,
        "sha256": version.sha256,
        "ledger": f"{data['ledger_head']['seq']} – {data['ledger_head']['hash'][:16]}",
        "points": data["points"],
        "signatures": [
            f"{s.institution} : {s.signed_by} le {timezone.localtime(s.signed_at):%d/%m/%Y à %H:%M}" for s in signatures
        ],
    }
