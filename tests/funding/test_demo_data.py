"""The demo's data is coherent by itself: no database, only the rules of the domain."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from actions.reference_data import BUDGET_LINES, DECISION_REASONS
from cites.reference_data import (
    ACTOR_KINDS,
    AGE_RANGES,
    CHAMPS,
    INSTANCES,
    INSTITUTION_KINDS,
    RULES,
    SCHOOL_KINDS,
    SCHOOL_TIMES,
    THEMES,
)
from cites.reference_rows import Row
from funding.demo.calls import CALLS
from funding.demo.convention import CONVENTIONS, PERIODS
from funding.demo.money import TRANCHES
from funding.demo.organisations import ORGANISATIONS
from funding.demo.people import MAIN_ACCOUNTS, PEOPLE
from funding.demo.proposals import PROPOSALS
from funding.demo.seances import SEANCES
from funding.demo.shapes import FIRST_DAY, LAST_DAY, MoneyMove, Proposal, When
from funding.demo.territory import INSTITUTIONS, QUARTIERS, SCHOOLS
from funding.reference_data import SOURCES
from partners.reference_data import ORGANISATION_KINDS

STATUSES = set(
    [
        "draft",
        "submitted",
        "to_complete",
        "admissible",
        "inadmissible",
        "in_review",
        "reviewed",
        "scheduled",
        "approved",
        "approved_with_conditions",
        "waitlisted",
        "postponed",
        "rejected",
        "under_way",
        "renounced",
        "abandoned",
        "report_due",
        "report_submitted",
        "report_to_correct",
        "report_accepted",
        "report_missing",
        "closed",
        "withdrawn",
    ]
)
GRANTED = {"approved", "approved_with_conditions"}
# Every weekday, both ends of the window, and days on either side of the new year.
DAYS = sorted(
    {FIRST_DAY, LAST_DAY, date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 20)}
    | {date(2026, 11, 20) + timedelta(days=n) for n in range(7)}
)
ZERO = Decimal(0)
IDS = [p.key for p in PROPOSALS]
PILOTS = {"education", "ville", "prefecture"}
BY_CALL = {call.key: call for call in CALLS}
BY_SEANCE = {seance.key: seance for seance in SEANCES}
BY_ORGANISATION = {organisation.key: organisation for organisation in ORGANISATIONS}
LINE_SIDES = {line.code: line.side for line in BUDGET_LINES}


def codes(rows: tuple[Row, ...]) -> set[str]:
    return {row.code for row in rows}


def luhn(digits: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def uai_ok(uai: str) -> bool:
    return bool(re.fullmatch(r"094[0-9]{4}[A-Z]", uai)) and "ABCDEFGHJKLMNPRSTUVWXYZ"[int(uai[:7]) % 23] == uai[7]


@pytest.mark.parametrize("proposal", PROPOSALS, ids=IDS)
def test_a_budget_balances_to_the_cent(proposal: Proposal) -> None:
    assert sum(proposal.charges.values()) == sum(proposal.produits.values())
    assert sum(proposal.cvn_charges.values()) == sum(proposal.cvn_produits.values())
    assert all(amount > 0 and amount == amount.quantize(Decimal("0.01")) for amount in proposal.lines.values())
    for side, amounts in (
        ("charge", proposal.charges),
        ("produit", proposal.produits),
        ("cvn_charge", proposal.cvn_charges),
        ("cvn_produit", proposal.cvn_produits),
    ):
        assert {LINE_SIDES.get(code) for code in amounts} <= {side}
    assert ZERO <= proposal.minimum <= proposal.requested <= proposal.total
    assert proposal.minimum or proposal.path.status == "draft"


@pytest.mark.parametrize("proposal", PROPOSALS, ids=IDS)
def test_every_code_is_known(proposal: Proposal) -> None:
    assert proposal.theme in codes(THEMES)
    assert proposal.champ in codes(CHAMPS)
    assert set(proposal.age_ranges) <= codes(AGE_RANGES)
    assert set(proposal.school_times) <= codes(SCHOOL_TIMES)
    assert set(proposal.actors) <= codes(ACTOR_KINDS)
    assert set(proposal.schools) <= {school.key for school in SCHOOLS}
    assert set(proposal.quartiers) <= {quartier.key for quartier in QUARTIERS}
    assert proposal.organisation in BY_ORGANISATION
    assert proposal.call in BY_CALL
    writers = {p.email for p in PEOPLE if p.memberships.get(proposal.organisation) in ("responsable", "redacteur")}
    assert proposal.author in writers
    assert len(proposal.title) <= 160
    for avis in proposal.path.avis:
        assert avis.institution in PILOTS
        assert avis.position in {"favorable", "favorable_avec_reserve", "defavorable", "sans_avis", "deport"}
        assert avis.reason
    for verdict in proposal.path.verdicts:
        assert not verdict.reason_code or verdict.reason_code in {reason.code for reason in DECISION_REASONS}


@pytest.mark.parametrize("proposal", PROPOSALS, ids=IDS)
def test_a_decision_follows_the_rule_of_the_call(proposal: Proposal) -> None:
    positions = {avis.institution: avis.position for avis in proposal.path.avis}
    deciders = {source.code: source.decider for source in SOURCES}
    for verdict in proposal.path.verdicts:
        assert set(positions) == PILOTS
        assert bool(verdict.split) == (verdict.verdict in GRANTED)
        assert bool(verdict.condition) == (verdict.verdict == "approved_with_conditions")
        assert set(verdict.split) <= set(BY_CALL[proposal.call].sources)
        for_it = sum(position.startswith("favorable") for position in positions.values())
        against = sum(position == "defavorable" for position in positions.values())
        if verdict.verdict in GRANTED:
            assert sum(verdict.split.values()) <= proposal.requested
            rule = BY_CALL[proposal.call].rule
            if rule == "unanimity":
                assert against == 0
                assert for_it >= 2
            elif rule == "majority":
                assert for_it >= 2
            else:
                assert all(positions[deciders[source]].startswith("favorable") for source in verdict.split)
        elif verdict.verdict == "rejected":
            assert against >= 2
            assert verdict.reason


def moments(proposal: Proposal, day: date) -> Iterator[datetime]:
    """The steps of a file, in the order in which they are played."""
    path = proposal.path
    steps: list[When | None] = [
        path.submitted,
        path.completion_at,
        path.resubmitted,
        path.admissible,
        path.review_opened,
        path.avis_at,
    ]
    for verdict in path.verdicts:
        seance = BY_SEANCE[verdict.seance]
        steps += [seance.when, seance.signed, seance.notified]
    if path.status == "renounced":
        steps += [path.ended_at, proposal.start]
    elif path.status == "abandoned":
        steps += [proposal.start, path.ended_at]
    else:
        steps.append(path.ended_at)
    if report := path.report:
        steps += [report.submitted, report.correction_at, report.resubmitted, report.accepted]
    steps.append(path.closed_at)
    yield from (step.moment(day) for step in steps if step is not None)


@pytest.mark.parametrize("proposal", PROPOSALS, ids=IDS)
def test_steps_follow_one_another_and_none_is_in_the_future(proposal: Proposal) -> None:
    call, path = BY_CALL[proposal.call], proposal.path
    for day in DAYS:
        played = list(moments(proposal, day))
        if path.status == "renounced":
            assert played[-1].date() == proposal.start.date(day)
            later = played.pop()
            assert played[-1] < later
        assert played == sorted(set(played))
        assert all(moment.date() < day for moment in played)
        start, end = proposal.start.date(day), proposal.end.date(day)
        assert call.earliest_start.date(day) <= start <= end <= call.latest_end.date(day)
        if path.submitted:
            assert call.opens.moment(day) <= path.submitted.moment(day) < call.closes.moment(day)
        if path.verdicts and path.verdicts[-1].verdict in GRANTED:
            told = BY_SEANCE[path.verdicts[-1].seance].notified
            assert told is None or told.date(day) < start
        if path.status in {"under_way", "abandoned"}:
            assert start < day < end
        if path.status in GRANTED:
            assert day < start
        if path.status.startswith("report_"):
            assert end < day
            assert (end + timedelta(days=184) < day) or path.status != "report_missing"
            assert end + timedelta(days=180) > day or path.status != "report_due"
        if path.report:
            assert end < path.report.submitted.date(day)


def available(day: date) -> dict[tuple[str, int], Decimal]:
    """What the tranches hold on that day, before anything is programmed."""
    held: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    notified: set[tuple[str, int]] = set()
    moves = [
        (m.when.moment(day), index, t.source, t.year, t.planned, m) for index, t in enumerate(TRANCHES) for m in t.moves
    ]
    for when, _index, source, year, planned, move in sorted(moves, key=lambda row: row[:2]):
        if when.date() < day:
            _apply(held, notified, (source, year), planned, move)
    return held


def _apply(
    held: dict[tuple[str, int], Decimal],
    notified: set[tuple[str, int]],
    here: tuple[str, int],
    planned: Decimal,
    move: MoneyMove,
) -> None:
    source, year = here
    if move.kind == "plan":
        held[here] += planned
    elif move.kind == "notify":
        previous = planned if here in held else ZERO
        held[here] += move.amount - previous
        notified.add(here)
    elif move.kind == "freeze":
        held[here] -= move.amount
    elif move.kind == "transfer":
        assert move.to_source
        held[here] -= move.amount
        held[(move.to_source, year)] += move.amount
    elif move.kind == "carry_over":
        assert move.to_year
        held[here] -= move.amount
        held[(source, move.to_year)] += move.amount
    else:
        assert move.kind == "close"
    assert held[here] >= 0


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_decisions_stay_within_each_tranche(day: date) -> None:
    held = available(day)
    decided: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for proposal in PROPOSALS:
        for verdict in proposal.path.verdicts:
            for source, amount in verdict.split.items():
                decided[(source, BY_CALL[proposal.call].year_for(day))] += amount
    for tranche, amount in decided.items():
        assert amount <= held[tranche], tranche


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_calls_and_seances_around_the_day(day: date) -> None:
    slugs = [call.filled(call.slug, day) for call in CALLS]
    assert len(set(slugs)) == len(slugs)
    open_now = [c.key for c in CALLS if c.opens.date(day) < day < c.closes.date(day)]
    assert open_now == ["ouvert"]
    assert all(c.opens.moment(day) < c.closes.moment(day) for c in CALLS)
    assert {(t.source, t.year) for t in TRANCHES} >= {("P147", c.year_for(day)) for c in CALLS}
    held = [s for s in SEANCES if s.when.date(day) < day]
    assert [s.key for s in SEANCES if s not in held] == ["copil-prochain"]
    assert [s.key for s in held if len(s.signed_by) < 3] == ["comite-complement"]
    assert all((s.notified is None) == (len(s.signed_by) < 3) for s in held)
    assert all(s.instance in codes(INSTANCES) for s in SEANCES)


def test_the_first_period_is_the_real_total() -> None:
    notified = [
        m.amount for t in TRANCHES if t.source == "P147" and t.year <= 2024 for m in t.moves if m.kind == "notify"
    ]
    assert sum(notified) == PERIODS[0].notified_total == 475_000
    assert {m.kind for t in TRANCHES for m in t.moves} >= {
        "carry_over",
        "freeze",
        "plan",
        "notify",
        "transfer",
    }
    assert {t.source for t in TRANCHES} <= {source.code for source in SOURCES}


def test_every_status_and_enough_files() -> None:
    count = Counter(proposal.path.status for proposal in PROPOSALS)
    assert set(count) == STATUSES
    assert len(PROPOSALS) >= 55
    assert len(set(IDS)) == len(IDS)
    deports = [p for p in PROPOSALS if p.path.verdicts and any(a.position == "deport" for a in p.path.avis)]
    reduced = [p for p in PROPOSALS if p.accepted_split and sum(p.accepted_split.values()) < p.requested]
    assert deports
    assert reduced
    assert any(p.path.on_paper for p in PROPOSALS)
    assert sum("parents" in p.actors for p in PROPOSALS) > 45
    earlier: set[str] = set()
    for proposal in PROPOSALS:
        assert proposal.renewal_of is None or proposal.renewal_of in earlier
        earlier.add(proposal.key)


def test_reports_count_persons_within_participations() -> None:
    for proposal in PROPOSALS:
        if report := proposal.path.report:
            assert 0 < report.distinct_persons <= report.participations
            assert set(report.charges) == set(proposal.charges)
            assert ZERO < report.spent <= proposal.total * 2


def test_organisations_have_valid_numbers() -> None:
    kinds = {kind.code: kind for kind in ORGANISATION_KINDS}
    for organisation in ORGANISATIONS:
        kind = kinds[organisation.kind]
        assert re.fullmatch(r"[0-9]{14}", organisation.siret)
        assert luhn(organisation.siret)
        assert luhn(organisation.siret[:9])
        assert organisation.siret.startswith("00940") or organisation.siret == "21940074400013"
        assert bool(organisation.rna) == kind.needs_rna
        assert not organisation.rna or re.fullmatch(r"W949[0-9]{6}", organisation.rna)
        assert bool(organisation.uai) == kind.needs_uai
        assert not organisation.uai or uai_ok(organisation.uai)
        assert bool(organisation.cer_signed) == kind.asks_cer
        assert len(organisation.purpose) <= 300
    assert len({o.siret for o in ORGANISATIONS}) == len(ORGANISATIONS) >= 16


def test_places_have_valid_codes() -> None:
    assert all(uai_ok(school.uai) and school.kind in codes(SCHOOL_KINDS) for school in SCHOOLS)
    assert len({school.uai for school in SCHOOLS}) == len(SCHOOLS) >= 9
    uais = {o.key: o.uai for o in ORGANISATIONS}
    assert all(uais[school.organisation] == school.uai for school in SCHOOLS if school.organisation)
    assert sum(school.lead_from is not None for school in SCHOOLS) == 1
    for quartier in QUARTIERS:
        assert re.fullmatch(r"Q[NP]094[0-9]{2}[A-Z]", quartier.code)
        assert re.fullmatch(r"QP094[0-9]{3}", quartier.old_code)
    assert {i.code for i in INSTITUTIONS} == PILOTS
    assert {i.kind for i in INSTITUTIONS} <= codes(INSTITUTION_KINDS)


def test_people_are_the_documented_ones() -> None:
    assert [person.email.split("@")[0] for person in MAIN_ACCOUNTS] == [
        "education", "ville", "prefecture", "suppleant.ville", "coordination", "instruction", "partenaire",
        "autre.partenaire", "admin",
    ]  # fmt: skip
    emails = {person.email for person in PEOPLE}
    assert len(emails) == len(PEOPLE)
    assert all(email.endswith("@demo.example") for email in emails)
    assert all(set(person.memberships) <= set(BY_ORGANISATION) for person in PEOPLE)
    assert all(set(seance.present) <= emails for seance in SEANCES)
    assert not [p for p in PEOPLE if p.is_staff and (p.mandates or p.memberships)]


def test_conventions_and_figures() -> None:
    for convention in CONVENTIONS:
        assert convention.period in {period.key for period in PERIODS}
        assert {c.institution for c in convention.commitments} <= PILOTS
        assert {c.champ for c in convention.commitments} <= codes(CHAMPS) | {None}
        assert {s.institution for s in convention.signatories} <= PILOTS | {None}
        assert len(convention.signatories) >= 5
        assert len({c.code for c in convention.commitments}) == len(convention.commitments)
    assert all(theme.champ in codes(CHAMPS) for theme in THEMES)
    assert Counter(theme.champ for theme in THEMES) == {"C1": 9, "C2": 8, "C3": 5}
    for rows in (RULES, THEMES, ACTOR_KINDS, AGE_RANGES, SCHOOL_TIMES, INSTANCES, BUDGET_LINES, SOURCES):
        assert len({row.code for row in rows}) == len(rows)
        assert all(row.label and row.source and row.mark in {"H", "M", "C", "BG", "D"} for row in rows)
        assert all(row.source_date is None or date.fromisoformat(row.source_date) for row in rows)
    assert [row.code for row in ACTOR_KINDS[:2]] == ["parents", "enseignants"]
    assert all(date.fromisoformat(f"2026-{row.value}") for row in RULES if row.code == "unspent_warning_from")
