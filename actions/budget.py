"""The rules V1 to V11 of a proposal's budget, and only they: each says what is wrong, by how much and what to do.

V5 (never grant more than what is asked, nor more than a source has) is about the decision: `funding.decisions` and
the ledger hold to it. V3's "no negative amount, two decimals at most" is also how `cites.core.money` reads a field.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from actions import call_windows
from actions.models import Action, BudgetItem, BudgetLine, Call
from actions.models.action import Status
from actions.plan import CVN_CHARGE, CVN_PRODUIT, Plan
from cites.core.money import CENT, ZERO, format_euros
from cites.core.text import searchable
from cites.models import Rule
from partners.models import Organisation

# Files whose money was never given, or will not be.
WITHOUT_MONEY = (Status.WITHDRAWN, Status.REJECTED, Status.INADMISSIBLE, Status.RENOUNCED)
RUNNING = (Status.APPROVED, Status.APPROVED_WITH_CONDITIONS, Status.UNDER_WAY)
REQUEST = f"line_{BudgetLine.REQUEST}"
PLEDGES = {
    "is_accurate": "Certifiez l'exactitude des informations : cochez la case.",
    "up_to_date": "Attestez que l'organisation est à jour de ses obligations fiscales et sociales : cochez la case.",
    "cer": "Une association souscrit le contrat d'engagement républicain : cochez la case.",
}


@dataclass(frozen=True)
class Problem:
    """`missing` waits for the submission; what does not block is only said. No field: the whole budget."""

    code: str
    field: str
    sentence: str
    missing: bool = False
    blocks: bool = True


@dataclass(frozen=True, kw_only=True)
class TypedFunding:
    """One row of co-funder as typed, perhaps not finished; `number` is its place on the page, from 0."""

    number: int
    line: str = ""
    name: str = ""
    amount: Decimal | None = None
    state: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.line or self.name or self.amount or self.state)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What the rules look at. `unreadable`: the fields whose text is no value, which are said beside them."""

    plan: Plan
    fundings: Sequence[TypedFunding] = ()
    title: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    renews: bool = False
    renews_pk: int | None = None
    pledges: Mapping[str, bool] = field(default_factory=dict)
    signatory: str = ""
    delegation: str = ""
    public_aid: str = ""
    unreadable: frozenset[str] = frozenset()
    action_pk: int | None = None

    @property
    def has_every_amount(self) -> bool:
        return not any(name.startswith(("line_", "cofunder_")) for name in self.unreadable)


def problems(typed: Typed, call: Call, organisation: Organisation) -> list[Problem]:
    """Everything that the rules say of what is typed, in their order."""
    found = [*problems_of_plan(typed), *dates_fit(typed, call), *report_before_renewal(typed, call, organisation)]
    found += [*pledges_made(typed), *state_aid(typed, call, organisation), *duplicates(typed, call, organisation)]
    return sorted(found, key=lambda problem: int(problem.code[1:]))


def problems_of_plan(typed: Typed) -> list[Problem]:
    """V1 to V4 and V7: what any plan de financement obeys, that of a proposal or one revised after a cut."""
    found: list[Problem] = [*amounts_are_right(typed), *cofunders_told(typed.fundings)]
    if typed.has_every_amount:
        found = [*balanced(typed.plan), *cvn_balanced(typed.plan), *found, *something_asked(typed.plan)]
    return found


def balanced(plan: Plan) -> Iterator[Problem]:
    """V1: the charges equal the produits, contributions volontaires apart, to the cent."""
    gap = plan.charges - plan.produits
    if gap:
        todo = (
            "Ajoutez-les aux produits (votre autofinancement, un autre financeur) ou réduisez les charges."
            if gap > 0
            else "Il manque des charges, ou des produits sont comptés deux fois."
        )
        title = "Le budget n'est pas équilibré"
        yield Problem("V1", "", f"{_gap(title, plan.charges, 'de charges', plan.produits, 'de produits')} {todo}")


def cvn_balanced(plan: Plan) -> Iterator[Problem]:
    """V2: what is used in kind (86) was given in kind (87)."""
    used, given = plan.total(CVN_CHARGE), plan.total(CVN_PRODUIT)
    if used != given:
        title = "Les contributions volontaires ne sont pas équilibrées"
        sentence = _gap(title, used, "en emplois (86)", given, "en ressources (87)")
        yield Problem("V2", "", f"{sentence} Ce qui est donné et ce qui en est fait ont la même valeur.")


def amounts_are_right(typed: Typed) -> Iterator[Problem]:
    """V3: no negative amount, no fraction of a cent, no "divers" without a word of explanation."""
    amounts = {f"line_{code}": amount for code, amount in typed.plan.own.items()}
    amounts |= {f"cofunder_{f.number}_amount": f.amount for f in typed.fundings if f.amount is not None}
    for name, amount in amounts.items():
        if amount < 0:
            yield Problem("V3", name, "Le montant ne peut pas être négatif.")
        elif amount != amount.quantize(CENT):
            yield Problem("V3", name, "Un montant a deux décimales au plus : arrondissez au centime.")
    for line in typed.plan.lines:
        amount = typed.plan.own.get(line.code, ZERO)
        if line.asks_comment and amount > 0 and not typed.plan.comments.get(line.code, "").strip():
            sentence = f"Dites en quelques mots ce que sont ces {format_euros(amount)} (« {line.label} »)."
            yield Problem("V3", f"comment_{line.code}", sentence, missing=True)


def something_asked(plan: Plan) -> Iterator[Problem]:
    """V4: the share of the produits that is asked is more than nothing."""
    if plan.requested <= 0:
        sentence = "Indiquez le montant que vous demandez à la cité éducative."
        yield Problem("V4", REQUEST, sentence, missing=not plan.amounts)


def dates_fit(typed: Typed, call: Call) -> Iterator[Problem]:
    """V6: the action is within the dates of the call, and does not begin before anybody can have decided."""
    window = call_windows.of_file(call, typed.action_pk)
    if window is None:
        return
    period = f"Entre le {window.earliest_start:%d/%m/%Y} et le {call.latest_end:%d/%m/%Y}."
    for name, day in (("starts_on", typed.starts_on), ("ends_on", typed.ends_on)):
        if day and not window.earliest_start <= day <= call.latest_end:
            yield Problem("V6", name, f"Cette date sort de l'appel. {period}")
    if typed.starts_on and typed.ends_on and typed.ends_on < typed.starts_on:
        yield Problem("V6", "ends_on", "La fin de l'action précède son début.")
    closing = timezone.localtime(window.closes_at).date()
    if typed.starts_on and typed.starts_on < closing:
        sentence = (
            f"L'action commence avant la clôture de l'appel, le {closing:%d/%m/%Y} : rien ne peut être décidé d'ici là,"
            " et ce qui est dépensé avant la décision peut rester à votre charge."
        )
        yield Problem("V6", "starts_on", sentence, blocks=False)


def cofunders_told(fundings: Sequence[TypedFunding]) -> Iterator[Problem]:
    """V7: each co-funder has a name, an amount, and says where its aid stands."""
    for funding in fundings:
        if funding.is_blank:
            continue
        who = f"« {funding.name} »" if funding.name else "ce financeur"
        amount = format_euros(funding.amount) if funding.amount else "cette aide"
        asked = (
            ("line", funding.line, f"Dites de quelle sorte est {who} : État, commune, CAF…"),
            ("name", funding.name, f"Dites qui apporte {amount}."),
            ("amount", funding.amount, f"Indiquez le montant attendu de {who}, ou effacez la ligne."),
            ("state", funding.state, f"Dites où en est l'aide de {who} : demandée, promise, confirmée ou refusée."),
        )
        for part, value, sentence in asked:
            if not value:
                yield Problem("V7", f"cofunder_{funding.number}_{part}", sentence, missing=True)


def report_before_renewal(typed: Typed, call: Call, organisation: Organisation) -> Iterator[Problem]:
    """V8: who renews an action has given the report of the last one.

    It is the file that this one goes on from, or last year's of the same title. An action older than the portal has
    none here: its report is among the attachments.
    """
    if not typed.renews:
        return
    last_year = Action.objects.submitted().filter(organisation=organisation, call__year=call.year - 1)
    last_year = last_year.exclude(announced_status__in=WITHOUT_MONEY)
    for one in last_year.select_related("report"):
        same = one.pk == typed.renews_pk or normalised(one.title) == normalised(typed.title)
        if same and not is_reported(one):
            yield _without_report(one)


def _without_report(action: Action) -> Problem:
    """An action that still runs has no bilan yet: what it has done so far is joined to the file."""
    if action.announced_status in RUNNING:
        sentence = f"{action.reference} est encore en cours : joignez un bilan intermédiaire aux pièces du dossier."
        return Problem("V8", "nature", sentence, blocks=False)
    sentence = f"Le bilan de {action.reference} n'est pas déposé : une reconduction n'est recevable qu'avec lui."
    return Problem("V8", "nature", f"{sentence} Déposez-le d'abord.")


def is_reported(action: Action) -> bool:
    report = getattr(action, "report", None)
    return report is not None and report.submitted_at is not None


def pledges_made(typed: Typed) -> Iterator[Problem]:
    """V9: the boxes are ticked; who signs for the legal representative has a delegation."""
    for name, made in typed.pledges.items():
        if not made:
            yield Problem("V9", name, PLEDGES[name], missing=True)
    if typed.signatory == "delegate" and not typed.delegation.strip():
        yield Problem("V9", "delegation", "Indiquez la délégation : son numéro, sa date.", missing=True)


def state_aid(typed: Typed, call: Call, organisation: Organisation) -> Iterator[Problem]:
    """V10: above the threshold over the last exercices, the question of state aid is put. Private bodies only."""
    if typed.public_aid != "under" or not organisation.kind.is_private:
        return
    threshold, years = Rule.amount("state_aid_threshold"), int(Rule.amount("state_aid_years"))
    known = typed.plan.public_money + public_money_before(typed.action_pk, call, organisation, years)
    if known > threshold:
        sentence = (
            f"Vos dossiers totalisent ici {format_euros(known)} d'aides publiques sur {years} exercices, soit"
            f" {format_euros(known - threshold)} de plus que {format_euros(threshold)} : corrigez votre réponse,"
            " la préfecture vérifiera avec vous les règles des aides d'État."
        )
        yield Problem("V10", "public_aid", sentence)


def public_money_before(action_pk: int | None, call: Call, organisation: Organisation, years: int) -> Decimal:
    """Public money on the other submitted budgets of these exercices, as far as the portal knows."""
    items: Any = BudgetItem.objects.filter(
        action__organisation=organisation,
        action__reference__isnull=False,
        action__call__year__gt=call.year - years,
        action__call__year__lte=call.year,
    )
    items = items.exclude(action=action_pk).exclude(action__announced_status__in=WITHOUT_MONEY)
    public = items.exclude(line__funder__in=["", BudgetLine.Funder.PRIVATE])
    return public.aggregate(total=Sum("amount"))["total"] or ZERO


def duplicates(typed: Typed, call: Call, organisation: Organisation) -> Iterator[Problem]:
    """V11: the same organisation, title and year is probably the same action. Said, not refused."""
    others = Action.objects.submitted().filter(organisation=organisation, call__year=call.year)
    others = others.exclude(pk=typed.action_pk or 0).exclude(announced_status=Status.WITHDRAWN)
    title = normalised(typed.title)
    same = [one.reference or "" for one in others if title and normalised(one.title) == title]
    if same:
        sentence = (
            f"Votre organisation a déjà déposé un dossier de ce nom pour {call.year} : {', '.join(sorted(same))}."
            " Si c'est la même action, retirez l'un des deux ; sinon, donnez un intitulé qui les distingue."
        )
        yield Problem("V11", "title", sentence, blocks=False)


def normalised(title: str) -> str:
    """Two titles that people read as the same one."""
    return " ".join("".join(char if char.isalnum() else " " for char in searchable(title)).split())


def _gap(title: str, left: Decimal, left_name: str, right: Decimal, right_name: str) -> str:
    return (
        f"{title} : {format_euros(left)} {left_name}, {format_euros(right)} {right_name}"
        f" — écart de {format_euros(abs(left - right))}."
    )
