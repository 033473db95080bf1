"""Where the money of a file is, for who submitted it: granted, bound by an act, paid. Nothing before it is notified."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from actions.models import Action
from actions.models.action import GRANTED
from cites.core import clock
from cites.core.money import ZERO
from cites.core.registry import MoneyLine, money_lines
from cites.models import Rule
from funding.models import Award, Decision, Move, PriorDecision

OWED = ("programmed", "committed")


@money_lines.register
def granted_and_paid(action: Action) -> Iterable[MoneyLine]:
    if action.announced_status not in GRANTED:
        return
    awards = list(action.awards.select_related("source").prefetch_related("accounts", "acts").order_by("pk"))
    yield from _granted(action)
    for award in awards:
        yield from _acts(award)
    yield from _moved(awards)
    yield from _owed(action, awards)


def _granted(action: Action) -> Iterator[MoneyLine]:
    """What the partner was told, by the last decision that was notified to it."""
    if notified := _notified(action):
        day = timezone.localtime(notified.notice.sent_at)
        yield MoneyLine("Accordé", notified.amount, f"décision notifiée le {day:%d/%m/%Y}", rank=10)
    for prior in PriorDecision.objects.filter(award__action=action).select_related("award__source"):
        words = f"{prior.award.source}, décidé le {prior.decided_on:%d/%m/%Y}, avant le portail"
        yield MoneyLine("Accordé", prior.amount, words, rank=10)


def _acts(award: Award) -> Iterator[MoneyLine]:
    for act in award.acts.all():
        yield MoneyLine(str(act), act.amount, f"{award.source}, signé le {act.signed_on:%d/%m/%Y}", rank=20)


def _moved(awards: list[Award]) -> Iterator[MoneyLine]:
    """Each payment and each sum given back, with its day."""
    labels = {Move.Kind.PAYMENT: "Versé", Move.Kind.RECOVERY: "Reversé"}
    sources = {award.pk: award.source for award in awards}
    moves = Move.objects.filter(kind__in=labels, correction=None).select_related("origin").order_by("seq")
    for move in moves.filter(origin__award__in=sources):
        day = move.happened_on or timezone.localtime(move.at).date()
        label, source = labels[Move.Kind(move.kind)], sources[move.origin.award_id or 0]
        yield MoneyLine(label, move.amount, f"{source}, le {day:%d/%m/%Y}", rank=30)


def _owed(action: Action, awards: list[Award]) -> Iterator[MoneyLine]:
    left = sum((_balance(award) for award in awards), ZERO)
    if left:
        yield MoneyLine("Reste à verser", left, _by_when(_notified(action)), rank=40)


def _balance(award: Award) -> Decimal:
    return sum((one.balance for one in award.accounts.all() if one.kind in OWED), ZERO)


def _by_when(notified: Decision | None) -> str:
    """The clock of the law runs from the notification, unless the act says otherwise."""
    if notified is None:
        return ""
    delay = timedelta(days=int(Rule.amount("payment_delay_days")))
    day: date = timezone.localtime(notified.notice.sent_at).date() + delay
    said = (
        f"au plus tard le {day:%d/%m/%Y}, {delay.days} jours après la notification, sauf autre échéancier dans l'acte"
    )
    return said if day >= clock.today() else f"{said} ; cette date est passée : demandez à la coordination"


def _notified(action: Action) -> Decision | None:
    rows = Decision.objects.filter(item__action=action, notice__isnull=False, contest=None)
    return rows.select_related("notice").order_by("pk").last()
