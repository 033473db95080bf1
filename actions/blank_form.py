"""The form of a call on paper: the questions of `ProposalForm` with room to write, none listed a second time."""

from typing import Any

from django import forms

from actions.call_windows import closing
from actions.forms.budget import PARTS, BudgetSide
from actions.forms.proposal import ProposalForm
from actions.forms.steps import STEPS, Step
from actions.models import Call
from actions.models.call_parts import CallWindow
from cites.core import clock
from cites.core.money import EuroFormField
from cites.core.pdf import compile_pdf
from cites.models import Cite
from cites.templatetags.portal import paris_date
from partners.models import Organisation, OrganisationKind

# Lines to write on, by the longest text that is taken.
ROOM = ((300, 1), (700, 4), (2000, 6))
LONGEST_ROOM = 14
# Rows of the table of co-funders on paper.
COFUNDERS = 6


def document(call: Call) -> bytes:
    return compile_pdf("blank_form", data(call), at=call.published_at or clock.now())


def data(call: Call) -> dict[str, Any]:
    form = blank(call)
    return {
        "cite": Cite.current_name(),
        "heading": f"Formulaire : {call.title}",
        "intro": _intro(call),
        "steps": [_step(form, step) for step in STEPS],
        "pieces": pieces(call),
    }


def blank(call: Call) -> ProposalForm:
    """The form of an organisation of which everything would be asked."""
    return ProposalForm(call=call, organisation=Organisation(kind=OrganisationKind(asks_cer=True, is_private=True)))


def pieces(call: Call) -> list[str]:
    """What the call asks to join."""
    others = [line.strip() for line in call.documents.splitlines() if line.strip()]
    return [*map(str, call.required_documents.all()), *others]


def _intro(call: Call) -> list[str]:
    lines = [
        "Ce formulaire sert à préparer votre réponse sur papier. Vous la saisissez ensuite sur le portail, depuis la"
        " page de l'appel.",
        *(_when(window) for window in call.windows_in_order),
    ]
    if to := _where_to(call):
        lines.append(f"Si vous ne pouvez pas la saisir, adressez ce formulaire rempli {to}.")
    return lines


def _when(window: CallWindow) -> str:
    head = f"{window.label} : réponses" if window.label else "Réponses"
    return f"{head} du {paris_date(window.opens_at)} au {closing(window.closes_at)}, heure de Paris."


def _where_to(call: Call) -> str:
    cite = Cite.current()
    address = cite.publisher_address if cite else ""
    mail = call.contact_email or (cite.contact_email if cite else "")
    ways = (f"par courrier : {address}" if address else "", f"par courriel : {mail}" if mail else "")
    return " ; ".join(way for way in ways if way)


def _step(form: ProposalForm, step: Step) -> dict[str, Any]:
    """The lines of the budget are a table; what stands beside them is asked after it."""
    asked, is_budget = form.fields_of(step), "line_" in step.prefixes
    if is_budget:
        asked = [bound for bound in asked if not bound.name.startswith(step.prefixes)]
    questions = [_question(bound) for bound in asked]
    return {"title": step.title, "questions": questions, "budget": _budget(form) if is_budget else None}


def _question(bound: Any) -> dict[str, Any]:
    field = bound.field
    return {
        "name": bound.name,
        "label": str(bound.label),
        "help": _help(field),
        "many": isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField),
        "groups": _groups(getattr(field, "choices", ())),
        "tick": isinstance(field, forms.BooleanField),
        "lines": 0 if isinstance(field, EuroFormField) else _room(field),
    }


def _help(field: forms.Field) -> str:
    longest = getattr(field, "max_length", None)
    said = [str(field.help_text)] if field.help_text else []
    if longest and longest > ROOM[0][0]:
        said.append(f"{longest} signes au plus.")
    if not field.required and not isinstance(field, forms.BooleanField):
        said.append("Facultatif.")
    return " ".join(said)


def _groups(choices: Any) -> list[dict[str, Any]]:
    """The boxes to tick, under the heading of their group if they have one."""
    groups: list[dict[str, Any]] = [{"title": "", "labels": []}]
    for value, label in choices:
        if isinstance(label, list | tuple):
            groups.append({"title": str(value), "labels": [str(name) for _, name in label]})
        elif str(value):
            groups[0]["labels"].append(str(label))
    return [group for group in groups if group["labels"]]


def _room(field: forms.Field) -> int:
    longest = getattr(field, "max_length", None) or 1
    return next((lines for limit, lines in ROOM if longest <= limit), LONGEST_ROOM)


def _budget(form: ProposalForm) -> dict[str, Any]:
    row = form.cofunder_rows[0]
    choices = [[str(bound.label), _groups(bound.field.choices)[0]["labels"]] for bound in _chosen(row.fields)]
    return {
        "sides": [_side(side) for side in form.budget],
        "cofunders": {"names": PARTS, "labels": [str(bound.label) for bound in row.fields], "rows": COFUNDERS},
        "choices": choices,
    }


def _chosen(fields: list[Any]) -> list[Any]:
    return [bound for bound in fields if hasattr(bound.field, "choices")]


def _side(side: BudgetSide) -> dict[str, Any]:
    """`summed`: a line whose amount is that of its co-funders."""
    rows = [
        {
            "names": [bound.name for bound in (row.field, row.comment) if bound],
            "code": row.line.code,
            "label": row.line.label,
            "comment": str(row.comment.label) if row.comment else "",
            "summed": row.field is None,
        }
        for row in side.rows
    ]
    return {"label": side.label, "rows": rows}
