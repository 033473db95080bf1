"""Who works on the demo's files with whom, and the budgets that were revised after a cut."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from actions import co_editing, handing_over, rebalancing
from actions.models import Action, CoEditor
from actions.plan import CHARGE, Plan
from funding.demo import proposals, seances
from funding.demo.scenery import Stage
from funding.demo.shapes import REQUEST_LINE, Proposal, rel

Moment = tuple[datetime, Callable[[], Any]]
PARTNER, OTHER = "partenaire@demo.example", "autre.partenaire@demo.example"
TREASURER = "benevole.passerelles@demo.example"
# Waiting to be read, to be seen again; every other cut was fitted and accepted.
WAITING, RETURNED = "2026-colline", "2026-spectacle"
REASON = "Les salaires baissent d'un tiers, mais le nombre de séances ne change pas : dites comment."


def moments(stage: Stage, actions: dict[str, Action]) -> Iterator[Moment]:
    """A file handed over, one written by two organisations, an invitation without answer, budgets after a cut."""
    yield stage.at(rel(-1, 9, 20)), lambda: _hand_over(stage, actions["open-echecs"])
    yield stage.at(rel(-1, 18, 5)), lambda: _invite(stage, actions["open-devoirs"], "centre_social", PARTNER)
    yield stage.at(rel(-1, 20, 30)), lambda: _accept(stage, OTHER)
    yield stage.at(rel(-1, 20, 45)), lambda: _invite(stage, actions["open-peres"], "passerelles", OTHER)
    for one in proposals.PROPOSALS:
        yield from _revised(stage, actions, one)


def _hand_over(stage: Stage, action: Action) -> None:
    action.refresh_from_db()
    handing_over.hand_over(action, stage.user(TREASURER), seen=action.in_charge_id, by=stage.user(PARTNER))


def _invite(stage: Stage, action: Action, organisation: str, email: str) -> None:
    co_editing.invite(action, stage.organisations[organisation], by=stage.user(email))


def _accept(stage: Stage, email: str) -> None:
    co_editing.accept(CoEditor.objects.get(accepted_at=None), by=stage.user(email))


# ------------------------------------------------------------------ after a cut


def _revised(stage: Stage, actions: dict[str, Action], one: Proposal) -> Iterator[Moment]:
    verdict = one.path.verdicts[-1] if one.path.verdicts else None
    granted = sum(verdict.split.values(), Decimal(0)) if verdict else Decimal(0)
    if verdict is None or not 0 < granted < one.lines[REQUEST_LINE]:
        return
    seance = next(s for s in seances.SEANCES if s.key == verdict.seance)
    if seance.notified:
        told = stage.at(seance.notified)
        yield told + timedelta(days=11, hours=9), lambda: _submit(stage, actions[one.key], one.author)
        answer = {WAITING: None, RETURNED: _return}.get(one.key, _approve)
        if answer:
            yield told + timedelta(days=17, hours=2), partial(answer, stage, actions, one.key)


def _submit(stage: Stage, action: Action, email: str) -> None:
    """What the plan lacks comes off its largest charges."""
    by, begun = stage.user(email), rebalancing.begun(action)
    lower = _fitted(rebalancing.form_of(begun).plan)
    typed = {f"line_{code}": [f"{amount:.2f}".replace(".", ",")] for code, amount in lower.items()}
    saved = rebalancing.save(action, {**begun.draft, **typed}, seen=begun.draft_version, by=by)
    rebalancing.submit(action, seen=saved.draft_version, by=by)


def _fitted(plan: Plan) -> dict[str, Decimal]:
    missing, lower = plan.charges - plan.produits, {}
    charges = {line.code: plan.own.get(line.code, Decimal(0)) for line in plan.lines if line.side == CHARGE}
    for code in sorted(charges, key=lambda code: (-charges[code], code)):
        taken = min(missing, charges[code])
        missing -= taken
        if taken:
            lower[code] = charges[code] - taken
    return lower


def _approve(stage: Stage, actions: dict[str, Action], key: str) -> None:
    rebalancing.accept(actions[key], seen=_print(actions[key]), by=stage.coordination)


def _return(stage: Stage, actions: dict[str, Action], key: str) -> None:
    rebalancing.ask_again(actions[key], REASON, seen=_print(actions[key]), by=stage.coordination)


def _print(action: Action) -> str:
    revised = rebalancing.current(action)
    assert revised is not None and revised.sealed is not None
    return revised.sealed.sha256
