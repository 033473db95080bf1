"""After a cut: the partner fits its budget to what was granted, coordination accepts it (docs/adr/0025)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from actions import announced, in_charge, plan, workflow
from actions.budget import REQUEST
from actions.forms.budget import PARTS
from actions.forms.rebalance import RevisedBudgetForm
from actions.models import Action, BudgetLine, RevisedBudget
from actions.notifications import coordination_addresses
from actions.plan import KIND_REVISED, Plan
from cites.core import audit, clock, outbox, permissions, sealed
from cites.core.errors import Blocked, Stale
from cites.core.money import ZERO
from cites.models import User

State = RevisedBudget.State
Typed = dict[str, list[str]]

audit.sentence("actions.budget_revised", "{actor} a déposé un budget révisé de l'action {reference}")
audit.sentence("actions.revised_budget_accepted", "{actor} a accepté le budget révisé de l'action {reference}")
audit.sentence(
    "actions.revised_budget_returned", "{actor} a renvoyé, pour le revoir, le budget révisé de l'action {reference}"
)

NOT_ASKED = "Aucun budget révisé n'est attendu pour cette action."
WAITS = "Votre budget révisé est déposé : la coordination le lit, il ne se modifie plus."
ACCEPTED = "Le budget révisé est accepté : c'est désormais celui de l'action."
NOT_THERE = "Aucun budget révisé n'attend de réponse : elle a peut-être déjà été donnée."


# ------------------------------------------------------------------ what is asked, what is there


def is_asked(action: Action) -> bool:
    """It was granted less than it asked for, and its bilan is not given."""
    return announced.cut(Action.objects.filter(pk=action.pk)).exists()


def to_revise(actions: Any) -> Any:
    """Those whose partner has something to do: nothing submitted, or to correct."""
    done = Q(revised_budgets__state__in=[State.SUBMITTED, State.ACCEPTED])
    return announced.cut(actions).exclude(pk__in=Action.objects.filter(done).values("pk"))


def current(action: Action) -> RevisedBudget | None:
    return RevisedBudget.objects.filter(action=action).select_related("sealed").order_by("number").last()


def begun(action: Action) -> RevisedBudget:
    """The one in the making, or what it begins with: the submitted budget, with the grant in place of the request."""
    if found := current(action):
        return found
    amount = announced.granted(action)
    if amount is None:
        raise Blocked(NOT_ASKED)
    return RevisedBudget(action=action, number=1, granted=amount, draft=_typed(plan.submitted(action), amount))


def form_of(revised: RevisedBudget, draft: Typed | None = None) -> RevisedBudgetForm:
    kept = plan.submitted(revised.action).amounts
    return RevisedBudgetForm(revised.draft if draft is None else draft, granted=revised.granted, kept=kept)


# ------------------------------------------------------------------ the partner's verbs


@transaction.atomic
def save(action: Action, typed: Typed, *, seen: int, by: User) -> RevisedBudget:
    """Keep what was typed, however wrong; a newer text is never covered."""
    revised = _open(action, by)
    if typed == revised.draft and revised.pk:
        return revised
    if seen != revised.draft_version:
        message = "Ce budget a été enregistré depuis un autre onglet ou par une autre personne."
        raise Stale(message, typed=typed, stored=revised.draft)
    revised.draft, revised.draft_version, revised.draft_saved_at = typed, revised.draft_version + 1, clock.now()
    revised.save()
    return revised


@transaction.atomic
def submit(action: Action, *, seen: int, by: User) -> RevisedBudget:
    """Seal the text that was on the screen (`seen`); coordination is told."""
    revised = _open(action, by)
    if seen != revised.draft_version:
        raise Stale("Le budget a changé depuis cette page : relisez-le avant de le déposer.")
    form = form_of(revised)
    if not form.is_valid():
        raise Blocked([str(sentence) for sentences in form.errors.values() for sentence in sentences])
    revised.sealed = sealed.seal(KIND_REVISED, revised.action, _payload(revised, form), by=by)
    revised.state, revised.correction_request = State.SUBMITTED, ""
    revised.answered_by = revised.answered_at = None
    revised.save()
    _record("actions.budget_revised", revised, by)
    outbox.post("budget_revised", coordination_addresses(), {"action": revised.action})
    return revised


def _open(action: Action, by: User) -> RevisedBudget:
    locked = workflow.lock(action)
    permissions.check(by, "actions.revise_budget", locked)
    if not is_asked(locked):
        raise Blocked(NOT_ASKED)
    revised = begun(locked)
    if revised.state in (State.SUBMITTED, State.ACCEPTED):
        raise Blocked(WAITS if revised.state == State.SUBMITTED else ACCEPTED)
    revised.action = locked
    return revised


def _payload(revised: RevisedBudget, form: RevisedBudgetForm) -> dict[str, Any]:
    """Read again as any sealed plan: see `plan.of_sealed`."""
    return {
        "reference": revised.action.reference,
        "version": revised.action.version,
        "asked": revised.action.requested,
        "granted": revised.granted,
        **plan.sealable(form.plan),
    }


def _typed(before: Plan, granted: Decimal) -> Typed:
    """The submitted budget as somebody would type it. Nothing clever: what must be found is left to find."""
    typed = {f"line_{code}": [_text(amount)] for code, amount in before.own.items() if amount}
    typed |= {f"comment_{code}": [text] for code, text in before.comments.items()}
    for number, row in enumerate(before.cofunders):
        one = row.funding
        values = (one.line, one.name, _text(one.amount), one.state)
        typed |= {f"cofunder_{number}_{part}": [value] for part, value in zip(PARTS, values, strict=True)}
    return {**typed, REQUEST: [_text(granted)]}


def _text(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


# ------------------------------------------------------------------ coordination's verbs


@transaction.atomic
def accept(action: Action, *, seen: str, by: User) -> RevisedBudget:
    """From now on it is the plan of the action, which the bilan is held to. `seen` is the print of what was read."""
    revised = _submitted(action, seen, by)
    _answer(revised, State.ACCEPTED, by)
    _record("actions.revised_budget_accepted", revised, by)
    outbox.post("revised_budget_accepted", in_charge.addresses(revised.action), {"action": revised.action})
    return revised


@transaction.atomic
def ask_again(action: Action, reason: str, *, seen: str, by: User) -> None:
    if not reason.strip():
        raise Blocked("Dites au partenaire ce qu'il doit revoir.")
    revised = _submitted(action, seen, by)
    revised.correction_request = reason
    _answer(revised, State.TO_CORRECT, by)
    _record("actions.revised_budget_returned", revised, by)
    context = {"action": revised.action, "reason": reason}
    outbox.post("revised_budget_to_correct", in_charge.addresses(revised.action), context)


def _submitted(action: Action, seen: str, by: User) -> RevisedBudget:
    locked = workflow.lock(action)
    permissions.check(by, "actions.check_revised_budget", locked)
    revised = current(locked)
    if revised is None or revised.state != State.SUBMITTED or revised.sealed is None:
        raise Blocked(NOT_THERE)
    if revised.sealed.sha256 != seen:
        raise Stale("Le partenaire a déposé un autre budget révisé depuis cette page : relisez-le.")
    revised.action = locked
    return revised


def _answer(revised: RevisedBudget, state: str, by: User) -> None:
    revised.state, revised.answered_by, revised.answered_at = state, by, clock.now()
    revised.save()


def _record(kind: str, revised: RevisedBudget, by: User) -> None:
    action = revised.action
    audit.record(kind, action, by=by, reference=action.reference or "", audience=audit.PARTNER, number=revised.number)


# ------------------------------------------------------------------ side by side, and by itself


@dataclass(frozen=True)
class Compared:
    """A line of the plan, before and after."""

    line: BudgetLine
    before: Decimal
    after: Decimal

    @property
    def gap(self) -> Decimal:
        return self.after - self.before


def compared(before: Plan, after: Plan) -> list[tuple[str, list[Compared]]]:
    """Side by side, the lines that hold something in either."""
    lines = {line.code: line for line in (*before.lines, *after.lines)}
    rows = [
        Compared(line, before.amounts.get(line.code, ZERO), after.amounts.get(line.code, ZERO))
        for line in sorted(lines.values(), key=lambda line: line.rank)
    ]
    held = [row for row in rows if row.before or row.after]
    found = [(str(side.label), [row for row in held if row.line.side == side]) for side in BudgetLine.Side]
    return [(label, rows) for label, rows in found if rows]


def remind_late() -> int:
    """One reminder for each budget that is not revised in time; returns how many left."""
    late = [row for row in to_revise(Action.objects.all()) if announced.is_late(row.notified_at)]
    return sum(_remind(action) for action in late)


@transaction.atomic
def _remind(action: Action) -> bool:
    locked = workflow.lock(action)
    if not to_revise(Action.objects.filter(pk=locked.pk)).exists():
        return False
    revised = begun(locked)
    if revised.reminded_at:
        return False
    revised.reminded_at = clock.now()
    revised.save()
    outbox.post("revised_budget_late", in_charge.addresses(locked), {"action": locked})
    return True
