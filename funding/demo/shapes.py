"""The shapes of the demo's data: plain dataclasses, no Django, no reading of the clock.

The story is told around a *demo day* that the caller gives. A `When` is either a fixed date
(`on(2023, 2, 2)`) or a number of days from that day (`rel(-20)`). Recent things are relative, so that
something is always open, due and late; the history (2022 to 2025) is fixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from funding.demo.questions import Question

PARIS = ZoneInfo("Europe/Paris")
LABEL_END = date(2027, 12, 31)
# The demo day must stay in this window: the running label period ends with 2027.
FIRST_DAY = date(2026, 7, 20)
LAST_DAY = date(2027, 6, 30)

Amounts = dict[str, Decimal]
Day = date  # inside `When`, "date" is its method


def amounts(values: Mapping[str, int | str]) -> Amounts:
    """Euros by code, written as whole euros or as "1234.50"."""
    return {code: Decimal(value).quantize(Decimal("0.01")) for code, value in values.items()}


@dataclass(frozen=True)
class When:
    days: int | None = None
    day: Day | None = None
    hour: int = 10
    minute: int = 0
    workday: bool = False  # a Saturday or a Sunday becomes the Friday before
    latest: Day | None = None  # never after that day

    def date(self, demo_day: Day) -> Day:
        if self.day is not None:
            return self.day
        result = demo_day + timedelta(days=self.days or 0)
        if self.workday and result.weekday() >= 5:
            result -= timedelta(days=result.weekday() - 4)
        return min(result, self.latest) if self.latest else result

    def moment(self, demo_day: Day) -> datetime:
        return datetime.combine(self.date(demo_day), time(self.hour, self.minute), tzinfo=PARIS)


def rel(days: int, hour: int = 10, minute: int = 0, *, workday: bool = False, latest: date | None = None) -> When:
    return When(days=days, hour=hour, minute=minute, workday=workday, latest=latest)


def on(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> When:
    return When(day=date(year, month, day), hour=hour, minute=minute)


@dataclass(frozen=True, kw_only=True)
class Mandate:
    role: str  # titulaire | suppleant | instructeur | coordination
    institution: str | None  # code: education | ville | prefecture; None for the coordination
    start: When
    end: When | None = None


@dataclass(frozen=True, kw_only=True)
class Interest:
    """The person is out of that organisation's files between these dates."""

    organisation: str  # key
    nature: str
    start: When
    end: When | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    email: str
    full_name: str
    function: str
    mandates: tuple[Mandate, ...] = ()
    is_staff: bool = False
    is_active: bool = True
    # organisation key -> responsable | redacteur | lecteur
    memberships: Mapping[str, str] = field(default_factory=dict)
    interests: tuple[Interest, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Organisation:
    key: str
    name: str
    short_name: str
    kind: str  # code of partners.reference_data.ORGANISATION_KINDS
    siret: str
    rna: str = ""
    uai: str = ""
    address: str
    postal_code: str = "94460"
    city: str = "Valenton"
    email: str
    phone: str = ""
    legal_representative: str = ""  # full name, function
    purpose: str  # one sentence, public, 300 characters at most
    cer_signed: When | None = None


@dataclass(frozen=True, kw_only=True)
class Cite:
    name: str
    tagline: str
    presentation: str
    labelled_on: date
    academie: str
    publisher_name: str
    publisher_address: str
    publisher_phone: str
    publication_director: str
    host_name: str
    host_address: str
    host_phone: str
    contact_email: str


@dataclass(frozen=True, kw_only=True)
class PilotInstitution:
    code: str
    name: str
    kind: str  # code of cites.reference_data.INSTITUTION_KINDS
    rank: int


@dataclass(frozen=True, kw_only=True)
class Commune:
    insee: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Quartier:
    key: str
    code: str  # QPV 2024 pattern; invented
    old_code: str  # QPV 2015 pattern; invented
    name: str
    commune: str  # INSEE
    outline: tuple[tuple[float, float], ...]  # longitude, latitude; indicative


@dataclass(frozen=True, kw_only=True)
class School:
    key: str
    uai: str
    name: str
    kind: str  # code of cites.reference_data.SCHOOL_KINDS
    address: str
    point: tuple[float, float]  # longitude, latitude; indicative
    quartier: str | None = None  # key
    network: str = ""  # "REP", "REP+" or empty
    lead_from: date | None = None  # collège chef de file since
    organisation: str | None = None  # key of the organisation that answers calls, if any


@dataclass(frozen=True, kw_only=True)
class LabelPeriod:
    key: str
    label: str
    first_year: int
    last_year: int
    notified_total: Decimal | None
    note: str


@dataclass(frozen=True, kw_only=True)
class Article:
    number: int
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Signatory:
    institution: str | None  # pilot institution code or None
    institution_name: str
    capacity: str  # the function, never a person's name
    signed: When


@dataclass(frozen=True, kw_only=True)
class Commitment:
    code: str
    text: str
    institution: str  # who answers for it
    champ: str | None
    due_on: date
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Convention:
    key: str
    period: str  # key of a LabelPeriod
    title: str
    reference: str
    signed: When
    preamble: str
    articles: tuple[Article, ...]
    signatories: tuple[Signatory, ...]
    commitments: tuple[Commitment, ...]
    evaluation_protocol: str

    @property
    def articles_text(self) -> str:
        """One title per line beginning with "Article", as the model stores them."""
        return "\n\n".join(f"Article {a.number} – {a.title}\n{a.text}" for a in self.articles)


@dataclass(frozen=True, kw_only=True)
class MoneyMove:
    """One verb of the ledger on a tranche. Moves dated after the demo day have not happened yet."""

    kind: str  # plan | notify | amend | cut | freeze | thaw | transfer | carry_over | close
    when: When
    amount: Decimal = Decimal(0)  # none for plan (the tranche's planned amount) and close
    reference: str = ""
    reason: str = ""
    to_source: str | None = None  # transfer: the tranche of that source, same year
    to_year: int | None = None  # carry_over: the tranche of the same source, that year


@dataclass(frozen=True, kw_only=True)
class Tranche:
    source: str  # code of funding.reference_data.SOURCES
    year: int
    period: str
    planned: Decimal
    moves: tuple[MoneyMove, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Call:
    key: str
    slug: str  # may hold {year}
    title: str  # may hold {year}
    year: int | None  # None: the year of `year_at`, 2026 at the earliest
    year_at: When | None = None
    opens: When
    closes: When
    earliest_start: When
    latest_end: When
    rule: str  # unanimity | majority | each_funder_decides
    allows_planned_money: bool
    indicative_amount: Decimal
    blind_until: When | None = None  # date of the phase: avis are shown after it, whoever is missing
    summary: str
    text: str
    priorities: tuple[str, ...]
    documents: tuple[str, ...]
    sources: tuple[str, ...]
    contact_name: str
    contact_email: str

    def year_for(self, demo_day: date) -> int:
        if self.year is not None:
            return self.year
        return max(2026, (self.year_at or rel(0)).date(demo_day).year)

    def filled(self, text: str, demo_day: date) -> str:
        return text.replace("{year}", str(self.year_for(demo_day)))


@dataclass(frozen=True, kw_only=True)
class Seance:
    key: str
    instance: str  # code of cites.reference_data.INSTANCES
    title: str
    when: When
    place: str
    present: tuple[str, ...]  # e-mails
    signed_by: tuple[str, ...] = ()  # institution codes, in order of signature
    signed: When | None = None  # the last signature (notification follows when all three are there)
    notified: When | None = None  # partners told; None: nobody outside knows
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Avis:
    institution: str
    position: str  # favorable | favorable_avec_reserve | defavorable | sans_avis | deport
    amount: Decimal | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a séance decided on one proposal. `split` is source code -> euros on the call's year."""

    seance: str
    verdict: str  # approved | approved_with_conditions | waitlisted | postponed | rejected
    split: Amounts = field(default_factory=dict)
    positions: Mapping[str, str] = field(default_factory=dict)  # only where they differ from the avis
    reason_code: str = ""  # code of actions.reference_data.DECISION_REASONS
    reason: str = ""  # sentence for the partner
    condition: str = ""
    condition_lifted: When | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    submitted: When
    text: str
    participations: int
    distinct_persons: int
    charges: Amounts  # realised, by line; `spent` is their sum
    correction_asked: str = ""
    correction_at: When | None = None
    resubmitted: When | None = None
    accepted: When | None = None

    @property
    def spent(self) -> Decimal:
        return sum(self.charges.values(), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Path:
    """How far the file goes. Every step that has a value is played, in this order, up to `status`."""

    status: str  # target Action.status
    submitted: When | None = None
    on_paper: bool = False  # typed in by the coordination for the partner
    questions: tuple[Question, ...] = ()  # merged into the one request that is sent at `completion_at`
    completion_at: When | None = None
    completed: Mapping[str, str] = field(default_factory=dict)  # fields of the form that are typed otherwise
    resubmitted: When | None = None
    inadmissible_reason: str = ""
    admissible: When | None = None  # when the coordination found it admissible (or inadmissible)
    review_opened: When | None = None
    avis: tuple[Avis, ...] = ()
    avis_at: When | None = None  # first avis; the next ones follow within the days after
    agenda: str = ""  # séance key, for a file that is only scheduled
    verdicts: tuple[Verdict, ...] = ()  # in order: postponed first, then the later séance
    ending: str = ""  # reason of a withdrawal, renunciation or abandonment
    ended_at: When | None = None
    report: Report | None = None
    closed_at: When | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    key: str
    call: str
    organisation: str
    author: str  # e-mail of the member who writes it
    title: str
    champ: str
    theme: str
    objectives: str
    description: str
    public_description: str
    participants: int
    age_ranges: tuple[str, ...]
    school_times: tuple[str, ...]
    schools: tuple[str, ...]
    quartiers: tuple[str, ...]
    actors: Mapping[str, str]  # actor kind code -> what they do
    start: When
    end: When
    charges: Amounts
    produits: Amounts  # the amount asked is on the line REQUEST_LINE
    cvn_charges: Amounts = field(default_factory=dict)
    cvn_produits: Amounts = field(default_factory=dict)
    minimum: Decimal
    renewal_of: str | None = None
    path: Path

    @property
    def requested(self) -> Decimal:
        return self.produits[REQUEST_LINE]

    @property
    def total(self) -> Decimal:
        return sum(self.charges.values(), Decimal(0))

    @property
    def lines(self) -> Amounts:
        return {**self.charges, **self.produits, **self.cvn_charges, **self.cvn_produits}

    @property
    def accepted_split(self) -> Amounts:
        return self.path.verdicts[-1].split if self.path.verdicts else {}


REQUEST_LINE = "74cite"  # line of actions.reference_data.BUDGET_LINES that holds the amount asked here
