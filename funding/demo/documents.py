"""The wallets of the demo and what its proposals hold: small invented PDFs, through the same door as real ones."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from actions import attachments
from actions.models import Action
from cites.core import clock
from cites.core.attachments import Checked, check
from cites.core.pdf import compile_pdf
from cites.core.text import searchable
from cites.models import User
from funding.demo.scenery import Stage, morning
from funding.demo.shapes import rel
from partners import documents
from partners.models import Document, DocumentKind, Organisation

# What the calls ask for, by codes of the wallet; the rest stays a text.
REQUIRED = ("statuts", "dirigeants", "rib", "cer")
BELOW = {
    "statuts": "Association régie par la loi du 1er juillet 1901. Siège : Valenton.",
    "dirigeants": "Présidence, trésorerie, secrétariat : élus par l'assemblée générale.",
    "cer": "L'organisation respecte les sept engagements du contrat d'engagement républicain.",
    "assurance": "Responsabilité civile des activités avec des enfants, dans et hors des locaux.",
    "comptes": "Produits, charges et résultat approuvés par l'assemblée générale.",
}
# organisation: who keeps its wallet
WALLETS = {"passerelles": "partenaire@demo.example", "centre_social": "autre.partenaire@demo.example"}
QUOTED = {"passerelles": "Vingt ordinateurs reconditionnés", "centre_social": "Location de deux minibus"}

Moment = tuple[datetime, Callable[[], Any]]


def ask(stage: Stage) -> None:
    kinds = list(DocumentKind.objects.filter(code__in=REQUIRED))
    for call in stage.calls.values():
        call.required_documents.set(kinds)


def moments(stage: Stage) -> Iterator[Moment]:
    """In both wallets of the demo, an insurance that has ended and accounts that soon will."""
    for key, email in WALLETS.items():
        for code, months, left in (("assurance", 12, -12), ("comptes", 18, 21)):
            dated_on = stage.day + timedelta(days=left) - timedelta(days=round(months * 30.44))
            yield (
                stage.at(rel(-30)),
                partial(_keep, stage, key, code, dated_on, email, stage.day + timedelta(days=left)),
            )


def _keep(stage: Stage, key: str, code: str, dated_on: date, email: str, expires_on: date) -> None:
    kind = DocumentKind.objects.get(code=code)
    organisation = stage.organisations[key]
    piece = _piece(stage, organisation, kind)
    documents.keep(organisation, kind, piece, dated_on=dated_on, expires_on=expires_on, by=stage.user(email))


def join(stage: Stage, key: str, action: Action, *, by: User) -> None:
    """Before a proposal is submitted: the wallet holds what the call asks for, and the file takes it from there."""
    for kind in attachments.missing(action):
        attachments.join_document(action, _up_to_date(stage, action.organisation, kind, by), by=by)
    if key in QUOTED and not action.version:
        attachments.join_file(action, _quote(stage, action, QUOTED[key]), by=by)


def _up_to_date(stage: Stage, organisation: Organisation, kind: DocumentKind, by: User) -> Document:
    held = documents.current(organisation).get(kind.pk)
    if held is not None and not held.is_expired:
        return held
    dated_on = clock.today() - timedelta(days=40)
    iban = invented_iban(organisation.siret) if kind.holds_iban else ""
    piece = _piece(stage, organisation, kind)
    return documents.keep(organisation, kind, piece, dated_on=dated_on, iban=iban, by=by)


def _piece(stage: Stage, organisation: Organisation, kind: DocumentKind) -> Checked:
    """The same bytes each time for an organisation and a kind: made once, dated by its row."""
    key = (organisation.pk, kind.pk)
    if key not in stage.pieces:
        lines = [["SIRET", organisation.siret], ["Adresse", organisation.address]]
        if kind.holds_iban:
            lines += [["IBAN", invented_iban(organisation.siret)], ["Banque", "Banque imaginaire du Val"]]
        lines += [["Contenu", BELOW[kind.code]]] if kind.code in BELOW else []
        stage.pieces[key] = _pdf(stage, kind.label, organisation.name, lines)
    return stage.pieces[key]


def _quote(stage: Stage, action: Action, thing: str) -> Checked:
    if ("devis", thing) not in stage.pieces:
        lines = [["Objet", thing], ["Fournisseur", "Comptoir imaginaire, Créteil"], ["Validité", "Trois mois"]]
        stage.pieces["devis", thing] = _pdf(stage, "Devis", action.organisation.name, lines)
    return stage.pieces["devis", thing]


def _pdf(stage: Stage, title: str, organisation: str, lines: list[list[str]]) -> Checked:
    data = {"title": title, "organisation": organisation, "facts": lines}
    content = compile_pdf("demo_document", data, at=morning(date(2022, 1, 3)))
    words = searchable(f"{title} {organisation}")
    return check(f"{'-'.join(''.join(c if c.isalnum() else ' ' for c in words).split())}.pdf", content)


def invented_iban(siret: str) -> str:
    """With both its keys, at the bank 00000 that is nobody's."""
    account = siret[-11:]
    bban = f"0000000000{account}{97 - 3 * int(account) % 97:02d}"
    return f"FR{98 - int(f'{bban}152700') % 97:02d}{bban}"
