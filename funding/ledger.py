"""The only place that moves money. Every verb locks its tranches by pk, then the ledger head.

A verb raises `Blocked` with a French sentence; nothing is written then. Amounts are Decimal euros. `on` is the day
of what happened before the portal was told: a move keeps both that day and the moment it was written.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum

from cites.core import clock
from cites.core.errors import Blocked
from cites.core.money import ZERO, format_euros, to_cents
from cites.core.sealed import canonical, digest
from cites.models import User
from funding.models import Account, Act, Award, Decision, LedgerHead, Move, PriorDecision, Source, Tranche

Kind = Account.Kind


def lock(tranches: Iterable[int]) -> dict[int, Tranche]:
    """Lock tranches in the one order everywhere: by pk."""
    rows = Tranche.objects.select_for_update(of=("self",)).select_related("source", "period")
    return {tranche.pk: tranche for tranche in rows.filter(pk__in=set(tranches)).order_by("pk")}


def account(tranche: Tranche, kind: str, award: Award | None = None) -> Account:
    """The account, made at its first use. Its balance is fresh: the tranche is locked."""
    return Account.objects.get_or_create(tranche=tranche, kind=kind, award=award)[0]


def balance(tranche: Tranche, kind: str, award: Award | None = None) -> Decimal:
    """Sum of the accounts of this kind: one award's, or the whole tranche's."""
    accounts = Account.objects.filter(tranche=tranche, kind=kind)
    if award is not None:
        accounts = accounts.filter(award=award)
    return accounts.aggregate(total=Sum("balance"))["total"] or ZERO


# ------------------------------------------------------------------ what comes in and goes out


@transaction.atomic
def plan(tranche: Tranche, *, by: User | None, reason: str = "") -> None:
    """Enter the planned amount, so that a call that says so can program it."""
    tranche = lock([tranche.pk])[tranche.pk]
    _refuse(tranche.is_closed, f"L'exercice {tranche.year} est clos.")
    _refuse(tranche.is_notified or _received(tranche) > ZERO, f"La tranche {tranche} est déjà entrée.")
    _refuse(tranche.source.fed_from_id is not None, f"« {tranche.source} » est alimentée par un virement interne.")
    _receive_difference(tranche, tranche.planned, Move.Kind.PLANNING, by=by, reason=reason)


@transaction.atomic
def notify(tranche: Tranche, amount: Decimal, *, by: User | None, reference: str, on: date | None = None) -> None:
    """The funder confirms `amount`: the difference with what was planned is entered or cut."""
    fed = [other.pk for other in _fed_by(tranche)]
    locked = lock([tranche.pk, *fed])
    tranche = locked[tranche.pk]
    _refuse(tranche.is_closed, f"L'exercice {tranche.year} est clos.")
    _refuse(tranche.is_notified, f"La tranche {tranche} est déjà notifiée : enregistrez un avenant.")
    _refuse(not reference, "Indiquez l'acte de notification.")
    _positive(amount)
    for pk in (tranche.pk, *fed):
        _mark_notified(locked[pk], reference, on)
    difference = amount - _received(tranche)
    _receive_difference(tranche, difference, Move.Kind.NOTIFICATION, by=by, reference=reference, happened_on=on)


@transaction.atomic
def amend(tranche: Tranche, amount: Decimal, *, by: User | None, reference: str, reason: str = "") -> None:
    """An avenant adds `amount` to a notified tranche."""
    tranche = lock([tranche.pk])[tranche.pk]
    _refuse(not tranche.is_notified, f"La tranche {tranche} n'est pas notifiée : un avenant vient après.")
    _positive(amount)
    _receive_difference(tranche, amount, Move.Kind.AVENANT, by=by, reference=reference, reason=reason)


@transaction.atomic
def cut(tranche: Tranche, amount: Decimal, *, by: User | None, reference: str, reason: str = "") -> None:
    """The funder takes back `amount`, recorded the day it comes whatever is left.

    What `available` cannot bear stands in `shortfall` and blocks programming until absorbed.
    """
    tranche = lock([tranche.pk])[tranche.pk]
    _positive(amount)
    _refuse(amount > _received(tranche), f"La tranche {tranche} n'a reçu que {format_euros(_received(tranche))}.")
    _receive_difference(tranche, -amount, Move.Kind.CUT, by=by, reference=reference, reason=reason)


@transaction.atomic
def freeze(tranche: Tranche, amount: Decimal, *, by: User | None, reason: str = "") -> None:
    tranche = lock([tranche.pk])[tranche.pk]
    _enough(_available(tranche), amount, tranche)
    _move(Move.Kind.FREEZE, amount, _available(tranche), account(tranche, Kind.FROZEN), by=by, reason=reason)


@transaction.atomic
def thaw(tranche: Tranche, amount: Decimal, *, by: User | None, reason: str = "") -> None:
    tranche = lock([tranche.pk])[tranche.pk]
    _enough(account(tranche, Kind.FROZEN), amount, tranche)
    _move(Move.Kind.THAW, amount, account(tranche, Kind.FROZEN), _available(tranche), by=by, reason=reason)
    _absorb(tranche, by=by)


# ------------------------------------------------------------------ what is promised, bound, paid


@transaction.atomic
def program(
    award: Award,
    tranche: Tranche,
    amount: Decimal,
    *,
    decision: Decision | PriorDecision,
    by: User,
    on: date | None = None,
) -> Move:
    """available → programmed. Refused when the tranche has less, is closed, or bears a shortfall."""
    tranche = lock([tranche.pk])[tranche.pk]
    _refuse(tranche.source_id != award.source_id, "La tranche n'est pas de la source de l'attribution.")
    _refuse(decision.action.pk != award.action_id, "La décision porte sur une autre action.")
    _refuse(
        tranche.is_closed,
        f"L'exercice {tranche.year} de « {tranche.source} » est clos : rien ne s'y programme.",
    )
    _refuse(
        not tranche.is_notified and not decision.action.call.allows_planned_money,
        f"La tranche {tranche} n'est pas encore notifiée, et l'appel ne programme que des crédits notifiés.",
    )
    missing = account(tranche, Kind.SHORTFALL).balance
    _refuse(missing > ZERO, f"La tranche {tranche} a un manque de {format_euros(missing)} à couvrir d'abord.")
    _refuse(
        balance_of_decision(decision) + amount > decision.amount,
        "La programmation dépasse le montant décidé.",
    )
    _enough(_available(tranche), amount, tranche)
    return _move(
        Move.Kind.PROGRAMMING,
        amount,
        _available(tranche),
        account(tranche, Kind.PROGRAMMED, award),
        by=by,
        happened_on=on,
        **{decision.move_field: decision},
    )


@transaction.atomic
def commit(
    award: Award, tranche: Tranche, amount: Decimal, *, act: Act, by: User | None, on: date | None = None
) -> Move:
    """programmed → committed, on the strength of an act. Only notified money of an open year."""
    tranche = lock([tranche.pk])[tranche.pk]
    _refuse(tranche.is_closed, f"L'exercice {tranche.year} de « {tranche.source} » est clos : rien ne s'y engage.")
    _refuse(
        not tranche.is_notified,
        f"La tranche {tranche} n'est que prévue : on n'engage que des crédits notifiés.",
    )
    _refuse(act.award_id != award.pk, "L'acte est celui d'une autre attribution.")
    used = _standing(act.moves.filter(kind=Move.Kind.COMMITMENT))
    _refuse(used + amount > act.amount, f"L'acte porte sur {format_euros(act.amount)} : l'engagement le dépasse.")
    programmed = account(tranche, Kind.PROGRAMMED, award)
    _enough(programmed, amount, tranche)
    target = account(tranche, Kind.COMMITTED, award)
    return _move(Move.Kind.COMMITMENT, amount, programmed, target, by=by, act=act, happened_on=on)


@transaction.atomic
def pay(
    award: Award, tranche: Tranche, amount: Decimal, *, reference: str, by: User | None, on: date | None = None
) -> Move:
    """committed → paid. A closed year still pays what it committed."""
    tranche = lock([tranche.pk])[tranche.pk]
    committed = account(tranche, Kind.COMMITTED, award)
    _enough(committed, amount, tranche)
    target = account(tranche, Kind.PAID, award)
    return _move(Move.Kind.PAYMENT, amount, committed, target, by=by, reference=reference, happened_on=on)


@transaction.atomic
def release(
    award: Award,
    tranche: Tranche,
    amount: Decimal,
    *,
    by: User | None,
    reason: str,
    stage: str = Kind.PROGRAMMED,
) -> Move:
    """programmed or committed → available of the same tranche."""
    tranche = lock([tranche.pk])[tranche.pk]
    _refuse(stage not in (Kind.PROGRAMMED, Kind.COMMITTED), "On ne libère que du programmé ou de l'engagé.")
    origin = account(tranche, stage, award)
    _enough(origin, amount, tranche)
    move = _move(Move.Kind.RELEASE, amount, origin, _available(tranche), by=by, reason=reason)
    _absorb(tranche, by=by)
    return move


@transaction.atomic
def recover(award: Award, tranche: Tranche, amount: Decimal, *, reference: str, by: User | None) -> Move:
    """paid → where the source says: the year's available, or back to the funder."""
    tranche = lock([tranche.pk])[tranche.pk]
    paid = account(tranche, Kind.PAID, award)
    _enough(paid, amount, tranche)
    stays = tranche.source.recovery_to == Source.Recovery.AVAILABLE
    target = _available(tranche) if stays else _outside(tranche)
    _enough_contra(target, amount)
    move = _move(Move.Kind.RECOVERY, amount, paid, target, by=by, reference=reference)
    if stays:
        _absorb(tranche, by=by)
    return move


@transaction.atomic
def transfer(origin: Tranche, target: Tranche, amount: Decimal, *, by: User | None, reason: str) -> Move:
    """Between tranches of a year. Towards a source fed from the other one it is internal: once in totals."""
    locked = lock([origin.pk, target.pk])
    origin, target = locked[origin.pk], locked[target.pk]
    _refuse(origin == target, "Un virement va d'une tranche à une autre.")
    _refuse(origin.year != target.year, "D'une année à l'autre, c'est un report.")
    return _between(Move.Kind.TRANSFER, origin, target, amount, by=by, reason=reason)


@transaction.atomic
def carry_over(origin: Tranche, target: Tranche, amount: Decimal, *, by: User | None, reason: str) -> Move:
    """What a year leaves goes to a later year of the same source."""
    locked = lock([origin.pk, target.pk])
    origin, target = locked[origin.pk], locked[target.pk]
    _refuse(origin.source_id != target.source_id, "Un report reste dans la même source.")
    _refuse(origin.year >= target.year, "Un report va vers une année suivante.")
    return _between(Move.Kind.CARRY_OVER, origin, target, amount, by=by, reason=reason)


@transaction.atomic
def correct(move: Move, *, by: User | None, reason: str) -> Move:
    """Undo a move by its opposite, which names it. A move is corrected once."""
    locked = lock([move.origin.tranche_id, move.target.tranche_id])
    _refuse(not reason, "Dites pourquoi ce mouvement est corrigé.")
    _refuse(Move.objects.filter(corrects=move).exists(), "Ce mouvement est déjà corrigé.")
    _refuse(move.kind == Move.Kind.CORRECTION, "Une correction ne se corrige pas : refaites le mouvement.")
    back_from, back_to = Account.objects.get(pk=move.target_id), Account.objects.get(pk=move.origin_id)
    _enough(back_from, move.amount, locked[back_from.tranche_id])
    _enough_contra(back_to, move.amount)
    back = _move(Move.Kind.CORRECTION, move.amount, back_from, back_to, by=by, reason=reason, corrects=move)
    _absorb(locked[back_to.tranche_id], by=by)
    return back


@transaction.atomic
def close_year(tranche: Tranche, *, by: User | None) -> None:
    """No programming and no commitment any more; payments, releases and recoveries still post to it."""
    tranche = lock([tranche.pk])[tranche.pk]
    _refuse(tranche.is_closed, f"La tranche {tranche} est déjà close.")
    tranche.closed_on = clock.today()
    tranche.save(update_fields=["closed_on"])


# ------------------------------------------------------------------ reading


def balance_of_decision(decision: Decision | PriorDecision) -> Decimal:
    """What this decision has programmed so far."""
    return _standing(decision.moves.filter(kind=Move.Kind.PROGRAMMING))


# ------------------------------------------------------------------ the only writing


def _move(kind: str, amount: Decimal, origin: Account, target: Account, *, by: User | None, **fields: Any) -> Move:
    """Add one link under the head's lock and keep both balances."""
    _positive(amount)
    head = LedgerHead.objects.select_for_update().get(pk=1)
    move = Move(
        seq=head.seq + 1,
        kind=kind,
        amount=amount,
        origin=origin,
        target=target,
        by=by,
        at=clock.now(),
        prev_hash=head.hash,
        **fields,
    )
    fed = kind == Move.Kind.TRANSFER and target.tranche.source.fed_from_id == origin.tranche.source_id
    move.is_internal = move.corrects.is_internal if move.corrects else fed
    move.hash = digest(canonical(move.chained()))
    move.save(force_insert=True)
    for acc, sign in ((origin, -1), (target, 1)):
        acc.refresh_from_db(fields=["balance"])
        acc.balance += amount * (-sign if acc.is_contra else sign)
        acc.save(update_fields=["balance"])
    LedgerHead.objects.filter(pk=1).update(seq=move.seq, hash=move.hash)
    return move


def _receive_difference(tranche: Tranche, amount: Decimal, kind: str, *, by: User | None, **fields: Any) -> None:
    if amount > ZERO:
        _move(kind, amount, _outside(tranche), _available(tranche), by=by, **fields)
        _absorb(tranche, by=by)
    elif amount < ZERO:
        borne = min(-amount, _available(tranche).balance)
        if borne > ZERO:
            _move(Move.Kind.CUT, borne, _available(tranche), _outside(tranche), by=by, **fields)
        if -amount > borne:
            short = account(tranche, Kind.SHORTFALL)
            _move(Move.Kind.CUT, -amount - borne, short, _outside(tranche), by=by, **fields)


def _absorb(tranche: Tranche, *, by: User | None) -> None:
    """Whatever becomes available first covers the shortfall."""
    covered = min(_available(tranche).balance, account(tranche, Kind.SHORTFALL).balance)
    if covered > ZERO:
        _move(Move.Kind.ABSORPTION, covered, _available(tranche), account(tranche, Kind.SHORTFALL), by=by)


def _between(kind: str, origin: Tranche, target: Tranche, amount: Decimal, *, by: User | None, reason: str) -> Move:
    _refuse(target.is_closed, f"L'exercice {target.year} de « {target.source} » est clos.")
    _refuse(
        target.is_notified and not origin.is_notified,
        f"La tranche {origin} n'est que prévue : elle ne s'ajoute pas à des crédits notifiés.",
    )
    _enough(_available(origin), amount, origin)
    move = _move(kind, amount, _available(origin), _available(target), by=by, reason=reason)
    if move.is_internal and origin.is_notified and not target.is_notified:
        _mark_notified(target, reason)
    _absorb(target, by=by)
    return move


def _standing(moves: QuerySet[Move]) -> Decimal:
    """Sum of the moves that no correction has undone."""
    return moves.filter(correction__isnull=True).aggregate(total=Sum("amount"))["total"] or ZERO


def _fed_by(tranche: Tranche) -> QuerySet[Tranche]:
    """Tranches that this one has fed by an internal transfer while it was planned: confirmed with it."""
    return Tranche.objects.filter(
        source__fed_from=tranche.source_id,
        year=tranche.year,
        notified_on__isnull=True,
        accounts__moves_in__is_internal=True,
    ).distinct()


def _mark_notified(tranche: Tranche, reference: str, on: date | None = None) -> None:
    tranche.notified_on, tranche.notified_reference = on or clock.today(), reference[:120]
    tranche.save(update_fields=["notified_on", "notified_reference"])


def _outside(tranche: Tranche) -> Account:
    return account(tranche, Kind.OUTSIDE)


def _available(tranche: Tranche) -> Account:
    return account(tranche, Kind.AVAILABLE)


def _received(tranche: Tranche) -> Decimal:
    return _outside(tranche).balance


def _positive(amount: Decimal) -> None:
    _refuse(amount <= ZERO, "Le montant d'un mouvement est supérieur à zéro.")
    to_cents(amount)


def _enough(acc: Account, amount: Decimal, tranche: Tranche) -> None:
    _positive(amount)
    _refuse(
        not acc.is_contra and amount > acc.balance,
        f"Enveloppe insuffisante : il reste {format_euros(acc.balance)} en « {acc.get_kind_display().lower()} »"
        f" sur {tranche}, il faut {format_euros(amount)}.",
    )


def _enough_contra(acc: Account, amount: Decimal) -> None:
    """Money that enters a contra account lowers it: it cannot go below zero either."""
    _refuse(acc.is_contra and amount > acc.balance, "Ce compte ne peut pas descendre sous zéro.")


def _refuse(condition: bool, sentence: str) -> None:
    if condition:
        raise Blocked(sentence)
