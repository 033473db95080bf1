"""Money that was decided before the portal enters the ledger by the ledger's own verbs. See docs/adr/0016.

A row says the document that decided. No position, no séance and no signature is made up: `PriorDecision` stands where a
`Decision` stands for what is voted here, and every ceiling holds for both.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from actions import workflow
from actions.models import Action
from actions.models.action import GRANTED
from cites.core import audit, clock, permissions, sealed
from cites.core.errors import Blocked
from cites.models import User
from funding import ledger
from funding.models import Act, Award, PriorDecision, Tranche

KIND = "reprise_montant"
NO_PIECE = "Reprise, pièce non indiquée"

audit.sentence(
    "funding.taken_over",
    "{actor} a repris un montant décidé avant le portail, le {decided_on}, pour l'action {reference} ({tranche})",
)


@dataclass(frozen=True, kw_only=True)
class PriorMoney:
    """What was decided, bound and paid before the portal, each with its day."""

    decided: Decimal
    decided_on: date
    document: str
    committed: Decimal | None = None
    act_kind: str = ""
    act_number: str = ""
    signed_on: date | None = None
    paid: Decimal | None = None
    paid_on: date | None = None
    piece: str = ""


@transaction.atomic
def take_over(action: Action, tranche: Tranche, money: PriorMoney, *, text: Any, by: User) -> PriorDecision:
    """Program, commit and pay what was; the tranche's ceiling holds. `text` is the row of the file, to be sealed."""
    tranche = ledger.lock([tranche.pk])[tranche.pk]
    locked = workflow.lock(action)
    permissions.check(by, "actions.take_over", locked)
    if not locked.origin_reference:
        raise Blocked("Ce dossier a été décidé dans le portail : ses montants viennent de sa séance.")
    if locked.status not in GRANTED:
        raise Blocked(f"L'action est « {locked.get_status_display().lower()} » : elle ne reçoit plus d'argent.")
    award, _ = Award.objects.get_or_create(action=locked, source=tranche.source)
    prior = PriorDecision.objects.create(
        award=award,
        tranche=tranche,
        amount=money.decided,
        decided_on=money.decided_on,
        document=money.document,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    ledger.program(award, tranche, money.decided, decision=prior, by=by, on=money.decided_on)
    _commit(award, tranche, money, by=by)
    if money.paid:
        piece = money.piece or NO_PIECE
        ledger.pay(award, tranche, money.paid, reference=piece, by=by, on=money.paid_on)
    sealed.seal(KIND, prior, text, by=by)
    audit.record(
        "funding.taken_over",
        locked,
        by=by,
        reference=locked.reference or "",
        decided_on=f"{money.decided_on:%d/%m/%Y}",
        tranche=str(tranche),
        prior=prior.pk,
    )
    return prior


def _commit(award: Award, tranche: Tranche, money: PriorMoney, *, by: User) -> None:
    if not money.committed:
        return
    if money.signed_on is None or not money.act_number:
        raise Blocked("Un engagement a un acte, son numéro et sa date de signature.")
    if Act.objects.filter(award=award, kind=money.act_kind, number=money.act_number).exists():
        again = f"{money.act_number} ({tranche.year})"
        raise Blocked(f"L'acte n° {money.act_number} sert déjà à une autre année : écrivez « {again} ».")
    act = Act.objects.create(
        award=award,
        kind=money.act_kind,
        number=money.act_number,
        signed_on=money.signed_on,
        amount=money.committed,
        recorded_by=by,
    )
    ledger.commit(award, tranche, money.committed, act=act, by=by, on=money.signed_on)
