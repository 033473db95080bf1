"""The rules V1 to V11, a literal table: for each, what breaks it alone and what respects it; and a real budget."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import budget
from actions.budget import Problem, Typed, TypedFunding, problems
from actions.forms.budget import BLANK_ROWS, MAX_ROWS, rows_in
from actions.models import Action, BudgetLine, Call, Cofunder, Report
from actions.models.action import Status
from actions.plan import Funding, Plan, of_action
from actions.reference_data import BUDGET_LINES, FUNDERS
from cites.core import clock
from cites.core.money import format_euros, format_percent, from_cents, parse_euros, percent, to_cents
from cites.models import Rule
from funding.demo.cofunders import NAMES
from partners.models import Organisation
from tests import factories

D = Decimal
CHARGE, PRODUIT, CVN_CHARGE, CVN_PRODUIT = BudgetLine.Side.values
exhaustive = settings(max_examples=5000, derandomize=True, deadline=None, database=None)

# The lines of the tables, without a database: the same codes, sides and funders.
LINES = [
    BudgetLine(
        code=row.code,
        label=row.label,
        side=row.side,
        group=row.group,
        rank=row.rank,
        funder=FUNDERS.get(row.code, ""),
        asks_comment=row.code in ("60x", "62x"),
    )
    for row in BUDGET_LINES
]

# A dossier of an association of mentors, as a public repository shows it: 141 112 €, 257 112 € with what is in kind.
REAL_CHARGES = {"604": 9174, "613": 7010, "622": 15714, "641": 105444, "65": 3687, "66": 83, "864": 116000}
REAL_FUNDINGS = (
    ("74agenceserv", "ASP", 8500),
    ("74etat", "Ministère de l'éducation nationale", 48535),
    ("74etat", "Rectorat", 11400),
    ("74region", "Région", 23000),
    ("74dep", "Département", 9000),
    ("74com", "Commune", 9100),
    ("74orgasoc", "CAF", 1890),
)
REAL_OWN = {"74cite": 7000, "autofin": 22687, "870": 116000}

pytestmark = pytest.mark.one_database


def plan_of(own: dict[str, Any], fundings: tuple[tuple[str, str, int], ...] = (), **comments: str) -> Plan:
    amounts = {code: D(amount) for code, amount in own.items()}
    funded = [Funding(line, name, D(amount), "confirmed") for line, name, amount in fundings]
    return Plan(LINES, amounts, funded, comments)


REAL = plan_of({**REAL_CHARGES, **REAL_OWN}, REAL_FUNDINGS)


# ------------------------------------------------------------------ the nomenclature and a real budget


def test_every_group_of_dauphin_has_its_lines() -> None:
    charges = [*(str(number) for number in range(60, 70)), "CHARGINDIRECT"]
    produits = ["70", *(str(number) for number in range(73, 80)), "RESSPROPRES"]
    groups: dict[str, list[str]] = {}
    for row in BUDGET_LINES:
        if row.group not in groups.setdefault(row.side, []):
            groups[row.side].append(row.group)
    assert groups == {CHARGE: charges, CVN_CHARGE: ["86"], PRODUIT: produits, CVN_PRODUIT: ["87"]}
    assert {row.code for row in BUDGET_LINES if row.group == "74"} == set(FUNDERS) == {"74cite", *NAMES}


def test_a_real_budget_balances_and_says_its_share() -> None:
    assert (REAL.charges, REAL.produits) == (D(141112), D(141112))
    assert REAL.charges + REAL.total(CVN_CHARGE) == REAL.produits + REAL.total(CVN_PRODUIT) == D(257112)
    assert sum(amount for code, amount in REAL.amounts.items() if code.startswith("74")) == D(118425)
    assert REAL.amounts["74etat"] == D(59935), "two services of the State on one line, added up"
    assert REAL.share_sentence == (
        "La subvention sollicitée de 7\u202f000,00\u202f€ représente 5\u202f% du total des produits du projet."
    )
    assert (REAL.balance_sentence, REAL.cvn_sentence) == (
        "Le budget est équilibré.",
        "Les contributions volontaires sont équilibrées.",
    )
    assert REAL.local_share_text == "29,1\u202f%"


def test_what_is_given_in_kind_is_never_part_of_the_share() -> None:
    without = plan_of({**REAL_CHARGES, **REAL_OWN, "864": 0, "870": 0}, REAL_FUNDINGS)
    assert without.share == REAL.share == D("5.0")


def test_a_refused_aid_stays_on_the_plan_and_counts_for_nothing() -> None:
    told = Funding("74com", "Ville", D(500), "asked")
    with_it, refused = (
        Plan(LINES, {"641": D(500)}, [one]) for one in (told, replace(told, state=Cofunder.State.REFUSED))
    )
    assert (with_it.produits, refused.produits) == (D(500), D(0))
    assert [row.funding.name for row in refused.cofunders] == ["Ville"]
    assert refused.balance_sentence == "Il manque 500,00\u202f€ de produits."


# ------------------------------------------------------------------ the table of rules


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def call(now: None) -> Call:
    return factories.make_call()


@pytest.fixture
def organisation(now: None) -> Organisation:
    return factories.make_organisation()


def right(call: Call, **changes: Any) -> Typed:
    """A file that respects every rule."""
    values: dict[str, Any] = {
        "plan": REAL,
        "title": "Ateliers du soir",
        "starts_on": call.earliest_start,
        "ends_on": call.latest_end,
        "pledges": dict.fromkeys(budget.PLEDGES, True),
        "signatory": "legal",
        "public_aid": "under",
    }
    return Typed(**{**values, **changes})


def codes(typed: Typed, call: Call, organisation: Organisation) -> list[str]:
    return [problem.code for problem in problems(typed, call, organisation)]


def only(typed: Typed, call: Call, organisation: Organisation) -> Problem:
    found = problems(typed, call, organisation)
    assert len(found) == 1, found
    return found[0]


def test_a_right_file_has_no_problem(call: Call, organisation: Organisation) -> None:
    assert codes(right(call), call, organisation) == []


def real(**changes: Any) -> Plan:
    return plan_of({**REAL_CHARGES, **REAL_OWN, **changes}, REAL_FUNDINGS)


def funding(**changes: Any) -> TypedFunding:
    return TypedFunding(**{"number": 2, "line": "74com", "name": "Ville", "amount": D(5), "state": "asked", **changes})


DELEGATE = {"signatory": "delegate"}
# rule | what breaks it alone | the field | the beginning of its sentence
BROKEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("V1", {"plan": real(autofin="22686.99")}, "", "Le budget n'est pas équilibré : 141 112,00 € de charges, 141 111,99 € de produits — écart de 0,01 €. Ajoutez-les aux produits"),  # noqa: E501
    ("V1", {"plan": real(autofin="22687.01")}, "", "Le budget n'est pas équilibré : 141 112,00 € de charges, 141 112,01 € de produits — écart de 0,01 €. Il manque des charges"),  # noqa: E501
    ("V2", {"plan": real(**{"870": "116000.01"})}, "", "Les contributions volontaires ne sont pas équilibrées : 116 000,00 € en emplois (86), 116 000,01 € en ressources (87) — écart de 0,01 €."),  # noqa: E501
    ("V3", {"plan": real(**{"641": "105443.995", "66": "83.005"})}, "line_641", "Un montant a deux décimales au plus"),
    ("V3", {"plan": real(**{"641": 105944, "66": -417})}, "line_66", "Le montant ne peut pas être négatif."),
    ("V3", {"plan": real(**{"604": 9000, "60x": 174})}, "comment_60x", "Dites en quelques mots ce que sont ces 174,00 € (« Autres fournitures »)."),  # noqa: E501
    ("V4", {"plan": real(**{"74cite": 0, "autofin": 29687})}, "line_74cite", "Indiquez le montant que vous demandez à la cité éducative."),  # noqa: E501
    ("V6", {"starts_on": "before"}, "starts_on", "Cette date sort de l'appel. Entre le 20/10/2026 et le 20/09/2027."),
    ("V6", {"ends_on": "after"}, "ends_on", "Cette date sort de l'appel. Entre le 20/10/2026 et le 20/09/2027."),
    ("V6", {"starts_on": "end", "ends_on": "start"}, "ends_on", "La fin de l'action précède son début."),
    ("V7", {"fundings": [funding(line="")]}, "cofunder_2_line", "Dites de quelle sorte est « Ville » : État, commune, CAF…"),  # noqa: E501
    ("V7", {"fundings": [funding(name="")]}, "cofunder_2_name", "Dites qui apporte 5,00 €."),
    ("V7", {"fundings": [funding(amount=None)]}, "cofunder_2_amount", "Indiquez le montant attendu de « Ville », ou effacez la ligne."),  # noqa: E501
    ("V7", {"fundings": [funding(state="")]}, "cofunder_2_state", "Dites où en est l'aide de « Ville » : demandée, promise, confirmée ou refusée."),  # noqa: E501
    ("V9", {"pledges": {"is_accurate": False}}, "is_accurate", "Certifiez l'exactitude des informations"),
    ("V9", {"pledges": {"up_to_date": False}}, "up_to_date", "Attestez que l'organisation est à jour"),
    ("V9", {"pledges": {"cer": False}}, "cer", "Une association souscrit le contrat d'engagement républicain"),
    ("V9", DELEGATE, "delegation", "Indiquez la délégation : son numéro, sa date."),
    ("V10", {"plan": real(**{"641": 1105444, "74cite": 1007000})}, "public_aid", "Vos dossiers totalisent ici 1 118 425,00 €"),  # noqa: E501
]  # fmt: skip


def told(changes: dict[str, Any], call: Call) -> dict[str, Any]:
    """Dates by their place in the call."""
    start, end = call.earliest_start, call.latest_end
    assert start is not None
    days = {"before": start - timedelta(days=1), "after": end + timedelta(days=1), "start": start, "end": end}
    return {name: days.get(value, value) if isinstance(value, str) else value for name, value in changes.items()}


@pytest.mark.parametrize(("rule", "changes", "field", "sentence"), BROKEN, ids=[f"{r[0]}-{r[2]}" for r in BROKEN])
def test_a_rule_broken_alone_is_said_alone(
    call: Call, organisation: Organisation, rule: str, changes: dict[str, Any], field: str, sentence: str
) -> None:
    found = problems(right(call, **told(changes, call)), call, organisation)
    assert {problem.code for problem in found} == {rule}
    problem = found[0]
    assert (problem.field, problem.blocks) == (field, True)
    assert problem.sentence.replace("\u202f", " ").startswith(sentence)


RESPECTED: list[tuple[str, dict[str, Any]]] = [
    ("V1 without any euro", {"plan": plan_of({"641": 1, "74cite": 1})}),
    ("V2 with nothing in kind", {"plan": real(**{"864": 0, "870": 0})}),
    ("V3 with its word", {"plan": plan_of({**REAL_CHARGES, **REAL_OWN, "604": 9000, "60x": 174}, REAL_FUNDINGS,
                                          **{"60x": "Petit matériel"})}),
    ("V6 on the first and last day", {"starts_on": "start", "ends_on": "end"}),
    ("V6 in one day", {"starts_on": "start", "ends_on": "start"}),
    ("V6 not dated yet", {"starts_on": None, "ends_on": None}),
    ("V7 with a blank row", {"fundings": [TypedFunding(number=0), funding()]}),
    ("V8 of an action that the portal does not know", {"renews": True}),
    ("V9 where no CER is asked", {"pledges": {"is_accurate": True, "up_to_date": True}}),
    ("V9 with the delegation", {**DELEGATE, "delegation": "n° 12 du 3 mars 2026"}),
    ("V10 answered", {"plan": real(**{"641": 1105444, "74cite": 1007000}), "public_aid": "over"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes"), RESPECTED, ids=[name for name, _ in RESPECTED])
def test_a_rule_respected_says_nothing(
    call: Call, organisation: Organisation, name: str, changes: dict[str, Any]
) -> None:
    assert codes(right(call, **told(changes, call)), call, organisation) == []


def test_sums_wait_for_what_cannot_be_read(call: Call, organisation: Organisation) -> None:
    typed = right(call, plan=real(autofin=0), unreadable=frozenset(["line_autofin"]))
    assert codes(typed, call, organisation) == []
    typed = right(call, plan=real(autofin=0), unreadable=frozenset(["title"]))
    assert codes(typed, call, organisation) == ["V1"]


def test_an_action_that_begins_before_the_call_closes_is_warned(call: Call, organisation: Organisation) -> None:
    call.windows_in_order[0].earliest_start = date(2026, 10, 1)
    assert only(right(call), call, organisation) == Problem(
        "V6",
        "starts_on",
        "L'action commence avant la clôture de l'appel, le 15/10/2026 : rien ne peut être décidé d'ici là,"
        " et ce qui est dépensé avant la décision peut rester à votre charge.",
        blocks=False,
    )


# ------------------------------------------------------------------ rules about the organisation's other files


def last_year(organisation: Organisation, title: str = "Ateliers du soir", **fields: Any) -> Action:
    """A file of the year before, submitted and announced as `announced_status` says."""
    call = factories.make_call("appel-2025", year=2025)
    action = factories.make_submitted(organisation, call, title=title)
    Action.objects.filter(pk=action.pk).update(**fields)
    return Action.objects.get(pk=action.pk)


def test_a_renewal_wants_the_report_of_the_last_one(call: Call, organisation: Organisation) -> None:
    before = last_year(organisation, "ATELIERS du soir !", announced_status=Status.REPORT_DUE)
    problem = only(right(call, renews=True), call, organisation)
    assert (problem.code, problem.field) == ("V8", "nature")
    assert problem.sentence.startswith(f"Le bilan de {before.reference} n'est pas déposé")
    assert codes(right(call, renews=False), call, organisation) == []
    assert codes(right(call, renews=True, title="Autre chose"), call, organisation) == []
    renamed = right(call, renews=True, renews_pk=before.pk, title="Ateliers du matin")
    assert codes(renamed, call, organisation) == ["V8"], "the file that it goes on from, whatever its title"
    Report.objects.create(
        action=before,
        text="Fait.",
        participations=9,
        distinct_persons=9,
        spent=D(1),
        submitted_by=before.created_by,
        submitted_at=clock.now(),
    )
    assert codes(right(call, renews=True), call, organisation) == []


def test_an_action_that_still_runs_is_renewed_with_what_it_has_done_so_far(
    call: Call, organisation: Organisation
) -> None:
    last_year(organisation, announced_status=Status.UNDER_WAY)
    problem = only(right(call, renews=True), call, organisation)
    assert "joignez un bilan intermédiaire" in problem.sentence
    assert not problem.blocks


def test_what_was_never_funded_needs_no_report(call: Call, organisation: Organisation) -> None:
    last_year(organisation, announced_status=Status.REJECTED)
    assert codes(right(call, renews=True), call, organisation) == []


def test_public_money_of_three_exercices_is_added_up(call: Call, organisation: Organisation) -> None:
    threshold = Rule.amount("state_aid_threshold")
    public = REAL.public_money
    factories.make_submitted(organisation, factories.make_call("appel-2025", year=2025), requested=threshold - public)
    assert codes(right(call), call, organisation) == ["V10"], "its quarter from the town is public too"
    Rule.objects.filter(code="state_aid_years").update(value="1")
    assert codes(right(call), call, organisation) == []
    Rule.objects.filter(code="state_aid_threshold").update(value=str(public - 1))
    assert only(right(call), call, organisation).sentence.replace("\u202f", " ") == (
        "Vos dossiers totalisent ici 118 425,00 € d'aides publiques sur 1 exercices, soit 1,00 € de plus que"
        " 118 424,00 € : corrigez votre réponse, la préfecture vérifiera avec vous les règles des aides d'État."
    )
    Rule.objects.filter(code="state_aid_threshold").update(value=str(public))
    assert codes(right(call), call, organisation) == [], "at the threshold the question is not put"


def test_state_aid_is_not_asked_of_a_public_body(call: Call) -> None:
    Rule.objects.filter(code="state_aid_threshold").update(value="1")
    assert codes(right(call), call, factories.make_organisation("Mairie", "commune")) == []


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Ateliers du soir", True),
        ("  ATELIERS, du Soir… ", True),
        ("Àteliers du soïr", True),
        ("Ateliers du soir 2", False),
        ("", False),
    ],
)
def test_the_same_title_in_the_same_year_is_said(
    call: Call, organisation: Organisation, title: str, same: bool
) -> None:
    first = factories.make_submitted(organisation, call, title="Ateliers du soir")
    found = problems(right(call, title=title), call, organisation)
    assert [(problem.code, problem.blocks) for problem in found] == [("V11", False)] * same
    assert not same or f"pour 2026 : {first.reference}." in found[0].sentence
    assert codes(right(call, title=title, action_pk=first.pk), call, organisation) == [], "never against itself"
    assert codes(right(call, title=title), call, factories.make_organisation("Le Fil rouge")) == []


# ------------------------------------------------------------------ amounts, exact to the cent

cents = st.integers(0, 10**11)
few = st.lists(st.tuples(st.sampled_from([line.code for line in LINES]), cents), max_size=12)


@exhaustive
@given(few, few)
def test_totals_are_exact_in_cents(own: list[tuple[str, int]], funded: list[tuple[str, int]]) -> None:
    amounts = {code: from_cents(amount) for code, amount in own}
    fundings = [Funding(code, "x", from_cents(amount), "asked") for code, amount in funded]
    plan = Plan(LINES, amounts, fundings)
    sides = {line.code: line.side for line in LINES}
    for side in BudgetLine.Side.values:
        expected = sum(amount for code, amount in dict(own).items() if sides[code] == side)
        expected += sum(amount for code, amount in funded if sides[code] == side)
        assert to_cents(plan.total(side)) == expected
        assert expected > 10**11 or parse_euros(format_euros(plan.total(side))) == plan.total(side)


@exhaustive
@given(cents, cents.filter(bool))
def test_a_percentage_is_the_nearest_tenth(part: int, whole: int) -> None:
    shown = percent(from_cents(part), from_cents(whole))
    assert shown is not None
    gap = Fraction(part, whole) * 100 - Fraction(shown)
    assert -Fraction(1, 20) <= gap < Fraction(1, 20), "half goes up"
    assert format_percent(shown).replace("\u202f%", "").replace(",", ".") in (f"{shown:.1f}", f"{shown:.0f}")


@exhaustive
@given(cents, cents)
def test_a_budget_balances_or_says_the_gap_to_the_cent(charge: int, produit: int) -> None:
    plan = Plan(LINES, {"641": from_cents(charge), "autofin": from_cents(produit)})
    found = list(budget.balanced(plan))
    assert bool(found) is (charge != produit)
    gap = format_euros(from_cents(abs(charge - produit)))
    assert all(f"écart de {gap}." in problem.sentence for problem in found)
    assert charge == produit or gap in plan.balance_sentence


def test_a_share_of_nothing_is_none() -> None:
    assert percent(D(1), D(0)) is None
    empty = Plan(LINES, {})
    assert empty.share_sentence == "La part de la subvention sollicitée se calcule dès que les produits sont remplis."
    assert (empty.balance_sentence, empty.cvn_sentence, empty.sides) == ("Aucun montant pour le moment.", "", [])


# ------------------------------------------------------------------ rows of co-funders, and the rows of the database


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        ([], BLANK_ROWS),
        (["cofunder_0_line", "title"], BLANK_ROWS),
        (["cofunder_3_line"], 4),
        (["cofunder_99_name"], MAX_ROWS),
        (["cofunder_100_name", "cofunder_x_name", "cofunder_4_other"], BLANK_ROWS),
    ],
)
def test_how_many_rows_a_page_shows(names: list[str], rows: int) -> None:
    assert rows_in(names) == rows


def test_the_plan_of_a_submitted_file_is_the_one_typed(organisation: Organisation) -> None:
    second = {"line": "74com", "name": "Caisse des écoles", "amount": "500,50", "state": "asked"}
    refused = {"line": "74region", "name": "Région", "amount": "4 000", "state": "refused"}
    typed = {f"cofunder_1_{part}": text for part, text in second.items()}
    typed |= {f"cofunder_2_{part}": text for part, text in refused.items()}
    action = factories.make_submitted(organisation, line_641="8 500,50", **typed)
    plan = of_action(action)
    assert (plan.amounts["74com"], plan.charges, plan.produits) == (D("2500.50"), D("10500.50"), D("10500.50"))
    assert "74region" not in plan.amounts
    assert [(row.line.code, row.funding.name, row.funding.state_label) for row in plan.cofunders] == [
        ("74region", "Région", "Refusée"),
        ("74com", "Ville de Valenton", "Confirmée"),
        ("74com", "Caisse des écoles", "Demandée"),
    ]
