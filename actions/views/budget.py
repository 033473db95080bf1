"""The budget of a file as an ODS, for its partner and for the steering side."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions import plan
from actions.forms.proposal import ProposalForm
from actions.models import Action
from actions.views import file, proposals
from cites.core.http import Request
from cites.core.money import format_euros
from cites.core.ods import OdsRow, ods_response


@require_safe
def of_proposal(request: Request, key: UUID) -> HttpResponse:
    """What was submitted; of a draft, what is typed so far."""
    action = get_object_or_404(proposals.visible(request), key=key)
    shown = plan.of_action(action) if action.version else ProposalForm.of(action, bound=False).plan
    return _answer(action, shown)


@require_safe
def of_file(request: Request, reference: str) -> HttpResponse:
    action = file.get_file(request, reference)
    return _answer(action, plan.of_action(action))


def _answer(action: Action, shown: plan.Plan) -> HttpResponse:
    return ods_response(f"budget-{action.reference or 'brouillon'}.ods", "Budget", _rows(action, shown))


def _rows(action: Action, shown: plan.Plan) -> Iterator[OdsRow]:
    yield OdsRow([action.name], strong=True)
    yield OdsRow([f"{action.organisation} – {action.call}"])
    if revised := plan.accepted(action):
        yield OdsRow([f"Budget révisé, accepté le {timezone.localtime(revised.answered_at):%d/%m/%Y}"])
    for side in shown.sides:
        yield OdsRow([])
        yield OdsRow(["Compte", side.label, "Montant en euros", "Précision"], strong=True)
        for row in side.rows:
            yield OdsRow([row.line.code, row.line.label, row.amount, row.comment])
        yield OdsRow(["", "Total", side.total], strong=True)
    if shown.fundings:
        yield OdsRow([])
        yield OdsRow(["Compte", "Financeur", "Montant en euros", "L'aide est"], strong=True)
    for one in shown.cofunders:
        yield OdsRow([one.line.code, one.funding.name, one.funding.amount, one.funding.state_label])
    yield OdsRow([])
    yield OdsRow([shown.share_sentence])
    if action.minimum is not None:
        yield OdsRow([f"Montant minimum pour que l'action se fasse : {format_euros(action.minimum)}."])
