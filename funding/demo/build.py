"""Short ways to write the demo's proposals: usual dates per call, usual avis, balanced budgets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypedDict

from funding.demo.organisations import AUTHORS
from funding.demo.shapes import (
    REQUEST_LINE,
    Amounts,
    Avis,
    Path,
    Proposal,
    Report,
    Verdict,
    When,
    amounts,
    on,
    rel,
)

F, R, D, S, P = "favorable", "favorable_avec_reserve", "defavorable", "sans_avis", "deport"
INSTITUTIONS = ("education", "ville", "prefecture")
# What is received in kind (87) for what is used in kind (86).
CVN_PAIRS = {"860": "875", "861": "871", "862": "871", "864": "870"}
CENT = Decimal("0.01")

Opinion = tuple[str, int | None, str]  # position, proposed amount, reason


@dataclass(frozen=True)
class Steps:
    """The usual days of a call's files: submission (the last moment), admissibility, review, avis, séance."""

    submitted: When
    admissible: When
    review: When
    avis: When
    seance: str


STEPS: dict[str, Steps] = {
    "2022": Steps(on(2022, 2, 24, 21), on(2022, 3, 2), on(2022, 3, 3, 15), on(2022, 3, 10, 11), "copil-2022"),
    "2023": Steps(on(2022, 12, 15, 21), on(2022, 12, 20), on(2022, 12, 21, 15), on(2023, 1, 12, 11), "copil-2023"),
    "2024": Steps(on(2023, 12, 7, 21), on(2023, 12, 12), on(2023, 12, 13, 15), on(2024, 1, 9, 11), "copil-2024"),
    "2025": Steps(on(2024, 12, 1, 21), on(2024, 12, 5), on(2024, 12, 6, 15), on(2025, 1, 7, 11), "copil-2025"),
    "2026": Steps(
        rel(-286, 21),
        rel(-278, 10, workday=True),
        rel(-276, 15, workday=True),
        rel(-262, 11, workday=True),
        "copil-annuel",
    ),
    "complement": Steps(
        rel(-46, 21),
        rel(-40, 10, workday=True),
        rel(-38, 15, workday=True),
        rel(-29, 11, workday=True),
        "comite-complement",
    ),
}


def earlier(when: When, days: int) -> When:
    """The same step, so many days before."""
    if when.day is not None:
        return replace(when, day=when.day - timedelta(days=days))
    return replace(when, days=(when.days or 0) - days)


def opinions(education: Opinion, ville: Opinion, prefecture: Opinion) -> tuple[Avis, ...]:
    rows = zip(INSTITUTIONS, (education, ville, prefecture), strict=True)
    return tuple(_avis(institution, *opinion) for institution, opinion in rows)


def answered(**by_institution: Opinion) -> tuple[Avis, ...]:
    """The avis given so far, when others are still awaited."""
    return tuple(_avis(institution, *opinion) for institution, opinion in by_institution.items())


def all_agree(amount: int, education: str, ville: str, prefecture: str) -> tuple[Avis, ...]:
    """Three favourable avis on the same amount, each with its own reason."""
    return opinions((F, amount, education), (F, amount, ville), (F, amount, prefecture))


def _avis(institution: str, position: str, amount: int | None, reason: str) -> Avis:
    money = None if amount is None else Decimal(amount)
    return Avis(institution=institution, position=position, amount=money, reason=reason)


def decided(
    call: str, status: str, avis: tuple[Avis, ...], *, days_early: int = 3, verdict: Verdict, **rest: Any
) -> Path:
    """A file that went through the call's usual séance."""
    steps = STEPS[call]
    return Path(
        status=status,
        submitted=earlier(steps.submitted, days_early),
        admissible=steps.admissible,
        review_opened=steps.review,
        avis=avis,
        avis_at=steps.avis,
        verdicts=(verdict, *rest.pop("then", ())),
        **rest,
    )


def granted(seance: str, verdict: str = "approved", *, condition: str = "", **split: int) -> Verdict:
    """`split` is source=euros: P147=12000, VILLE=3000."""
    return Verdict(seance=seance, verdict=verdict, split=amounts(split), condition=condition)


def not_granted(seance: str, verdict: str, code: str, reason: str) -> Verdict:
    return Verdict(seance=seance, verdict=verdict, reason_code=code, reason=reason)


def report(
    year: int | None,
    text: str,
    participations: int,
    persons: int,
    *,
    submitted: When | None = None,
    accepted: When | None = None,
    **rest: Any,
) -> Report:
    """The report of a past year (sent in spring, accepted in June) or with its own days. See `proposal`."""
    if year is not None:
        submitted, accepted = on(year + 1, 4, 22, 20), on(year + 1, 6, 11, 10)
    if submitted is None:
        raise ValueError("A report has a day.")
    return Report(
        submitted=submitted,
        accepted=accepted,
        text=text,
        participations=participations,
        distinct_persons=persons,
        charges={},
        **rest,
    )


def proposal(
    *,
    key: str,
    call: str,
    org: str,
    title: str,
    theme: str,
    objectives: str,
    description: str,
    public: str,
    participants: int,
    ages: str,
    times: str,
    schools: str = "",
    quartiers: str = "oseraies pommier",
    actors: Mapping[str, str],
    start: When,
    end: When,
    charges: Mapping[str, int | str],
    asked: int,
    minimum: int,
    others: Mapping[str, int | str] | None = None,
    cvn: Mapping[str, int | str] | None = None,
    renewal_of: str | None = None,
    spent: str = "",
    path: Path,
) -> Proposal:
    """Lists are words in a string. What the other produits do not cover is the partner's own money.

    `spent` is the realised share of each charge, for a file with a report.
    """
    charge_lines = amounts(charges)
    produits = amounts({REQUEST_LINE: asked, **(others or {})})
    own = sum(charge_lines.values(), Decimal(0)) - sum(produits.values(), Decimal(0))
    if own < 0:
        raise ValueError(f"{key}: the produits exceed the charges by {-own}.")
    if own:
        produits["autofin"] = own
    if path.report is not None:
        path = replace(path, report=replace(path.report, charges=_realised(charge_lines, spent)))
    cvn_charges = amounts(cvn or {})
    cvn_produits: Amounts = {}
    for code, amount in cvn_charges.items():
        pair = CVN_PAIRS[code]
        cvn_produits[pair] = cvn_produits.get(pair, Decimal(0)) + amount
    return Proposal(
        key=key,
        call=call,
        organisation=org,
        author=AUTHORS[org],
        title=title,
        champ=theme.partition(".")[0],
        theme=theme,
        objectives=objectives,
        description=description,
        public_description=public,
        participants=participants,
        age_ranges=tuple(ages.split()),
        school_times=tuple(times.split()),
        schools=tuple(schools.split()),
        quartiers=tuple(quartiers.split()),
        actors=actors,
        start=start,
        end=end,
        charges=charge_lines,
        produits=produits,
        cvn_charges=cvn_charges,
        cvn_produits=cvn_produits,
        minimum=Decimal(minimum),
        renewal_of=renewal_of,
        path=path,
    )


def _realised(charges: Amounts, share: str) -> Amounts:
    if not share:
        raise ValueError("A report says what was spent.")
    return {code: (amount * Decimal(share)).quantize(CENT) for code, amount in charges.items()}


class Span(TypedDict):
    start: When
    end: When


def year(number: int, *, start: tuple[int, int] = (2, 15), end: tuple[int, int] = (12, 18)) -> Span:
    """Start and end within a civil year: `**year(2023)`."""
    first, last = date(number, *start), date(number, *end)
    return {"start": When(day=first), "end": When(day=last)}


def around(first: int, last: int, latest: date | None = None) -> Span:
    """Start and end as days from the demo day."""
    return {"start": rel(first), "end": rel(last, latest=latest)}
