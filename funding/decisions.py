"""A séance's verdicts: each one programs its money, is sealed in the relevé, signed, then notified."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from actions import agenda, workflow
from actions.models import AgendaItem
from actions.models.avis import PositionChoice
from actions.verdicts import in_words, may_give, open_verdicts
from cites.core import audit, clock, permissions, sealed
from cites.core.errors import Blocked, Stale
from cites.core.money import ZERO, format_euros, to_cents
from cites.models import PilotInstitution, SealedVersion, Seance, Signature, User
from funding import ledger
from funding.models import Award, Contest, Decision, LedgerHead, Move, Notice, Tranche

RELEVE = "releve"
VERDICT_TRANSITION = {
    "approved": "approve",
    "approved_with_conditions": "approve_with_conditions",
    "waitlisted": "waitlist",
    "postponed": "postpone",
    "rejected": "reject",
}
GIVES = ("approved", "approved_with_conditions")

audit.sentence("funding.seance_closed", "{actor} a clos la séance « {title} » et établi le relevé (version {version})")
audit.sentence("funding.releve_signed", "{actor} a signé le relevé de la séance « {title} » pour {institution}")
audit.sentence("funding.seance_reopened", "{actor} a rouvert la séance « {title} » par une contestation")


@transaction.atomic
def decide(
    item: AgendaItem,
    verdict: str,
    amounts: Mapping[int, Decimal],
    *,
    by: User,
    seen: str,
    reason: str = "",
    condition: str = "",
) -> Decision:
    """Record a verdict and program `amounts` (tranche pk → euros).

    `seen` is the hash of the version on the screen. Raises `Stale` for another one, `Blocked` when the
    rule does not open the verdict or a tranche has less.
    """
    tranches = ledger.lock(amounts)
    seance = agenda.lock(item.seance)
    action = workflow.lock(item.action)
    permissions.check(by, "actions.record_verdict", action)
    item = AgendaItem.objects.select_related("shown").get(pk=item.pk)
    if seen != item.shown.sha256 or item.shown.number != action.version:
        raise Stale("Le dossier a changé depuis l'affichage de cette page : relisez-le avant de décider.")
    positions = {p.institution.code: p.position for p in item.positions.select_related("institution")}
    total = sum(amounts.values(), ZERO)
    reasons = _refusals(item, seance, verdict, total, action.requested or ZERO, positions, reason, condition)
    reasons += _wrong_funders(tranches.values(), amounts, action.call.decision_rule, positions)
    if reasons:
        raise Blocked(reasons)
    decision = Decision.objects.create(
        item=item,
        verdict=verdict,
        version=item.shown,
        rule=action.call.decision_rule,
        positions=positions,
        amount=total,
        reason=reason,
        condition=condition,
        decided_by=by,
        decided_at=clock.now(),
    )
    for pk in sorted(amounts):
        if amounts[pk] > ZERO:
            award, _ = Award.objects.get_or_create(action=action, source=tranches[pk].source)
            ledger.program(award, tranches[pk], amounts[pk], decision=decision, by=by)
    workflow.apply(
        item.action,
        VERDICT_TRANSITION[verdict],
        by=by,
        called_by_funding=True,
        decision=decision.pk,
        seance=seance.pk,
        version_sha256=item.shown.sha256,
        positions=positions,
        amount_cents=to_cents(total),
    )
    return decision


@transaction.atomic
def close_seance(seance: Seance, *, by: User) -> SealedVersion:
    """Every point decided: draw and seal the relevé, with the head of the ledger."""
    permissions.check(by, "actions.run_seance", seance)
    locked = agenda.lock(seance)
    if obstacles := closing_obstacles(locked):
        raise Blocked(obstacles)
    locked.closed_at = clock.now()
    locked.save(update_fields=["closed_at"])
    releve = sealed.seal(RELEVE, locked, _releve(locked), by=by)
    audit.record("funding.seance_closed", locked, by=by, title=str(locked), version=releve.number)
    return releve


@transaction.atomic
def sign(seance: Seance, *, by: User, seen: str) -> Signature:
    """Sign the relevé on the screen (`seen` is its hash) for one's own institution."""
    permissions.check(by, "actions.sign_releve", seance)
    locked = agenda.lock(seance)
    releve = last_releve(locked)
    if releve is None or locked.closed_at is None:
        raise Blocked("Le relevé n'est pas encore établi : la séance doit être close.")
    if seen != releve.sha256:
        raise Stale("Le relevé a été rétabli depuis : relisez-le avant de signer.")
    institution = by.institution
    if institution is None or institution not in signatories():
        raise Blocked("Votre institution ne signe pas ce relevé.")
    if releve.signatures.filter(institution=institution).exists():
        raise Blocked("Votre institution a déjà signé ce relevé.")
    signature = Signature.objects.create(releve=releve, institution=institution, signed_by=by, signed_at=clock.now())
    audit.record("funding.releve_signed", locked, by=by, title=str(locked), institution=institution.name)
    return signature


@transaction.atomic
def contest(decision: Decision, reason: str, *, by: User) -> Contest:
    """Dispute a decision before it is notified: its money is released, its point and séance reopen."""
    if not reason.strip():
        raise Blocked("Dites pourquoi vous contestez cette décision.")
    programmed = _still_programmed(decision)
    ledger.lock(move.target.tranche_id for move in programmed)
    seance = agenda.lock(decision.item.seance)
    action = workflow.lock(decision.item.action)
    permissions.check(by, "actions.contest", action)
    if standing(decision.item) != decision:
        raise Blocked("Cette décision n'est plus celle qui vaut.")
    if by.institution is None:
        raise Blocked("Aucune institution ne vous a mandaté.")
    contested = Contest.objects.create(
        decision=decision,
        institution=by.institution,
        reason=reason,
        contested_by=by,
        contested_at=clock.now(),
    )
    for move in programmed:
        award = move.target.award
        assert award is not None
        ledger.release(award, move.target.tranche, move.amount, by=by, reason="Décision contestée")
    if seance.closed_at:
        seance.closed_at = None
        seance.save(update_fields=["closed_at"])
        audit.record("funding.seance_reopened", seance, by=by, title=str(seance))
    workflow.apply(decision.item.action, "contest", by=by, called_by_funding=True, decision=decision.pk)
    return contested


@transaction.atomic
def notify(seance: Seance, *, by: User) -> int:
    """Tell the partners what was decided, once every institution has signed. Returns how many were told."""
    permissions.check(by, "actions.announce", seance)
    locked = agenda.lock(seance)
    if obstacles := notifying_obstacles(locked):
        raise Blocked(obstacles)
    told = 0
    for item in locked.items.select_related("action").order_by("action_id"):
        decision = standing(item)
        if decision is None or Notice.objects.filter(decision=decision).exists():
            continue
        workflow.lock(item.action)
        Notice.objects.create(decision=decision, sent_by=by, sent_at=clock.now())
        if decision.condition:
            item.action.condition = decision.condition
            item.action.save(update_fields=["condition"])
        workflow.apply(item.action, "announce", by=by, called_by_funding=True, decision=decision.pk)
        told += 1
    return told


def closing_obstacles(seance: Seance) -> list[str]:
    if not seance.is_open:
        return ["Cette séance n'est pas ouverte."]
    pending = [item.action.reference or "" for item in seance.items.select_related("action") if not standing(item)]
    left = f"Il reste à décider : {', '.join(pending)}. Décidez, ou retirez de l'ordre du jour."
    return [left] if pending else []


def notifying_obstacles(seance: Seance) -> list[str]:
    if unsigned := missing_signatures(seance):
        names = ", ".join(str(institution) for institution in unsigned)
        return [f"On notifie quand le relevé est signé par tous. Il manque : {names}."]
    return [] if unnotified(seance).exists() else ["Les partenaires de cette séance sont déjà prévenus."]


def standing(item: AgendaItem) -> Decision | None:
    """The decision that holds: the last one, unless it is contested."""
    return item.decisions.filter(contest__isnull=True).order_by("pk").last()


def last_releve(seance: Seance) -> SealedVersion | None:
    return SealedVersion.objects.of(RELEVE, seance).order_by("number").last()


def unnotified(seance: Seance) -> QuerySet[Decision]:
    """Decisions that hold and that their partner does not know yet."""
    return Decision.objects.filter(item__seance=seance, contest__isnull=True, notice__isnull=True)


def signatories() -> list[PilotInstitution]:
    return list(PilotInstitution.objects.filter(is_active=True))


def missing_signatures(seance: Seance) -> list[PilotInstitution]:
    """Institutions that have not signed the last relevé; all of them before it is drawn."""
    releve = last_releve(seance)
    if releve is None or seance.closed_at is None:
        return signatories()
    signed = set(releve.signatures.values_list("institution", flat=True))
    return [institution for institution in signatories() if institution.pk not in signed]


def _still_programmed(decision: Decision) -> list[Move]:
    return list(
        decision.moves.filter(kind=Move.Kind.PROGRAMMING, correction__isnull=True)
        .select_related("target__tranche__source", "target__award")
        .order_by("target__tranche_id")
    )


def _refusals(
    item: AgendaItem,
    seance: Seance,
    verdict: str,
    total: Decimal,
    requested: Decimal,
    positions: Mapping[str, str],
    reason: str,
    condition: str,
) -> list[str]:
    """Everything that forbids this verdict, in French."""
    opened = open_verdicts(item.action.call.decision_rule, positions.values())
    label = dict(Decision.Verdict.choices).get(verdict, verdict)
    gives = verdict in GIVES
    checks = (
        (not seance.is_open, "Ouvrez la séance avant d'enregistrer une décision."),
        (standing(item) is not None, "Ce point est déjà décidé : une institution peut le contester."),
        (verdict not in VERDICT_TRANSITION, "Choisissez une décision."),
        (
            verdict in VERDICT_TRANSITION and verdict not in opened,
            f"« {label} » n'est pas ouvert par la règle de l'appel : {in_words(positions.values())}.",
        ),
        (gives and total <= ZERO, "Une décision favorable accorde un montant : répartissez-le sur les tranches."),
        (not gives and total > ZERO, f"« {label} » n'accorde pas d'argent : videz les montants."),
        (total > requested, f"Le montant accordé dépasse le montant demandé ({format_euros(requested)})."),
        (verdict == "approved_with_conditions" and not condition.strip(), "Écrivez la réserve à lever."),
        (verdict in ("rejected", "postponed") and not reason.strip(), "Donnez le motif : le partenaire le lira."),
    )
    return [sentence for refused, sentence in checks if refused]


def _wrong_funders(tranches: Any, amounts: Mapping[int, Decimal], rule: str, positions: Mapping[str, str]) -> list[str]:
    """Under `each_funder_decides`, a source pays only if its own decider is favourable."""
    return [
        f"{tranche.source.decider} n'est pas favorable : « {tranche.source} » ne peut pas être utilisée."
        for tranche in tranches
        if amounts[tranche.pk] > ZERO
        and tranche.source.decider is not None
        and not may_give(rule, positions.get(tranche.source.decider.code))
    ]


def _releve(seance: Seance) -> dict[str, Any]:
    """The text of the relevé: points, positions, verdicts and amounts, and the ledger's head."""
    head = LedgerHead.objects.get(pk=1)
    return {
        "seance": str(seance),
        "starts_at": seance.starts_at,
        "place": seance.place,
        "points": [_point(item) for item in seance.items.select_related("action__organisation", "action__call")],
        "ledger_head": {"seq": head.seq, "hash": head.hash},
    }


def _point(item: AgendaItem) -> dict[str, Any]:
    decision = standing(item)
    assert decision is not None
    names = {i.code: i.name for i in PilotInstitution.objects.all()}
    positions = decision.positions.items()
    return {
        "rank": item.rank,
        "reference": item.action.reference,
        "title": item.action.title,
        "organisation": item.action.organisation.name,
        "version_sha256": decision.version.sha256,
        "requested": item.action.requested,
        "positions": [
            {"institution": names.get(code, code), "position": str(PositionChoice(value).label)}
            for code, value in positions
        ],
        "rule": str(item.action.call.get_decision_rule_display()),
        "verdict": decision.get_verdict_display(),
        "amount": decision.amount,
        "split": [{"tranche": str(move.target.tranche), "amount": move.amount} for move in _still_programmed(decision)],
        "reason": decision.reason,
        "condition": decision.condition,
    }


def tranche_choices(item: AgendaItem) -> list[Tranche]:
    """The tranches a verdict may draw on: open ones of the call's period; planned ones if the call says so."""
    call = item.action.call
    tranches = Tranche.objects.filter(period=call.period, closed_on__isnull=True, year__gte=call.year)
    if not call.allows_planned_money:
        tranches = tranches.filter(notified_on__isnull=False)
    return list(tranches.select_related("source__decider").order_by("year", "source__rank"))
