"""From a decision to money that is bound, paid, given back: the acts and what the ledger does with them."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from actions import workflow
from actions.models import Action
from actions.models.action import GRANTED, Status
from cites.core import audit, clock, permissions
from cites.core.errors import Blocked
from cites.core.money import ZERO, format_euros
from cites.models import Rule, User
from funding import ledger
from funding.models import Account, Act, Award, Tranche

COMMITTABLE = tuple(status for status in GRANTED if status != Status.APPROVED_WITH_CONDITIONS)

audit.sentence("funding.committed", "{actor} a engagé une attribution de l'action {reference} ({act})")
audit.sentence("funding.paid", "{actor} a enregistré un paiement de l'action {reference}")
audit.sentence("funding.recovered", "{actor} a enregistré un reversement de l'action {reference}")


@transaction.atomic
def commit(
    award: Award,
    tranche: Tranche,
    amount: Decimal,
    *,
    kind: str,
    number: str,
    signed_on: date,
    transmitted_on: date | None = None,
    by: User,
) -> Act:
    """Record the act and bind its money. Refused without what the source requires."""
    ledger.lock([tranche.pk])
    action = workflow.lock(award.action)
    permissions.check(by, "funding.manage", award)
    if reasons := act_refusals(award, amount, kind, transmitted_on):
        raise Blocked(reasons)
    act = Act.objects.create(
        award=award,
        kind=kind,
        number=number,
        signed_on=signed_on,
        transmitted_on=transmitted_on,
        amount=amount,
        recorded_by=by,
    )
    ledger.commit(award, tranche, amount, act=act, by=by)
    audit.record("funding.committed", action, by=by, reference=action.reference or "", act=str(act))
    return act


@transaction.atomic
def pay(award: Award, tranche: Tranche, amount: Decimal, *, reference: str, by: User) -> None:
    """Record a payment made. `reference` is the piece of the accountant."""
    ledger.lock([tranche.pk])
    action = workflow.lock(award.action)
    permissions.check(by, "funding.manage", award)
    if not reference.strip():
        raise Blocked("Indiquez la pièce comptable du paiement.")
    ledger.pay(award, tranche, amount, reference=reference, by=by)
    audit.record("funding.paid", action, by=by, reference=action.reference or "")


@transaction.atomic
def recover(award: Award, tranche: Tranche, amount: Decimal, *, reference: str, by: User) -> None:
    """Record what a partner gave back."""
    ledger.lock([tranche.pk])
    action = workflow.lock(award.action)
    permissions.check(by, "funding.manage", award)
    ledger.recover(award, tranche, amount, reference=reference, by=by)
    audit.record("funding.recovered", action, by=by, reference=action.reference or "")


@transaction.atomic
def renounce(action: Action, *, by: User) -> None:
    """The partner gives up before starting: what is programmed or committed goes back to its tranche."""
    accounts = Account.objects.filter(
        award__action=action, kind__in=[Account.Kind.PROGRAMMED, Account.Kind.COMMITTED], balance__gt=ZERO
    ).select_related("award", "tranche")
    ledger.lock(accounts.values_list("tranche_id", flat=True))
    workflow.lock(action)
    workflow.apply(action, "renounce", by=by, called_by_funding=True)
    for account in accounts.order_by("tranche_id", "pk"):
        assert account.award is not None
        ledger.release(
            account.award, account.tranche, account.balance, by=by, reason="Renonciation", stage=account.kind
        )


def act_refusals(award: Award, amount: Decimal, kind: str, transmitted_on: date | None) -> list[str]:
    """What the source and the law require of the act, in French (loi 2000-321 art. 10; Code de l'éducation R421-20)."""
    threshold = Rule.amount("convention_threshold")
    private = award.action.organisation.kind.is_private
    accepted = award.source.act_kinds
    labels = dict(Act.Kind.choices)
    delay = timedelta(days=int(Rule.amount("college_vote_delay_days")))
    vote = kind == Act.Kind.DELIBERATION_CA
    checks = (
        (
            award.action.announced_status not in COMMITTABLE,
            "La décision n'est pas notifiée, ou sa réserve n'est pas levée.",
        ),
        (
            bool(accepted) and kind not in accepted,
            f"« {award.source} » s'engage par : {', '.join(labels.get(k, k).lower() for k in accepted)}.",
        ),
        (
            private and amount > threshold and kind in (Act.Kind.ARRETE, Act.Kind.NOTIFICATION),
            f"Au-dessus de {format_euros(threshold)}, un organisme privé signe une convention.",
        ),
        (vote and transmitted_on is None, "Indiquez la date de transmission de la délibération."),
        (
            vote and transmitted_on is not None and clock.today() < transmitted_on + delay,
            f"La délibération n'est exécutoire que {delay.days} jours après sa transmission.",
        ),
    )
    return [sentence for refused, sentence in checks if refused]


def stage(award: Award) -> str:
    """Where the money of this award stands, computed from its accounts."""
    held = {kind: ledger_sum(award, kind) for kind in Account.PER_AWARD}
    if held["paid"] and (held["committed"] or held["programmed"]):
        return "Payé en partie"
    if held["paid"]:
        return "Payé"
    if held["committed"]:
        return "Engagé"
    return "Programmé" if held["programmed"] else "Sans montant"


def ledger_sum(award: Award, kind: str) -> Decimal:
    return sum((account.balance for account in award.accounts.all() if account.kind == kind), ZERO)
