"""The small cast of the tests, and files at every stage, made through the real verbs.

Plain functions, fixed values, nothing random: the same calls give the same rows. People, organisations and
places are found again rather than made twice, so that a test only names what matters to it. Each person is
read fresh from the database: `User` keeps mandates and memberships for the length of a request.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from actions import agenda, call_agreement, completion, drafts, review, submission, workflow
from actions.models import Action, AgendaItem, BudgetLine, Call, CallWindow, CompletionRequest, Grid
from cites.core import clock
from cites.models import (
    ActorKind,
    AgeRange,
    Commune,
    Instance,
    LabelPeriod,
    Mandate,
    PilotInstitution,
    Quartier,
    School,
    SchoolTime,
    Seance,
    Theme,
    User,
)
from funding import awards, decisions, ledger
from funding.models import Act, Award, Decision, Source, Tranche
from partners.models import Membership, Organisation, OrganisationKind

# A day for `with clock.at(NOON):` where the date matters; factories follow the clock, moved or not.
NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
PASSWORD = "une phrase de passe pour les tests"
MANDATES_START = date(2022, 1, 1)
INSTITUTIONS = ("education", "ville", "prefecture")
ALL_FOR = ("favorable", "favorable", "favorable")
ASKED = Decimal("8000.00")
ENVELOPE = Decimal("100000.00")


# ------------------------------------------------------------------ people


def make_user(email: str = "personne@exemple.test", full_name: str = "", *, password: str = "", **fields: Any) -> User:
    """An account that belongs to nothing. With a password it can sign in: its address is verified."""
    user = User.objects.filter(email=email).first()
    if user is None:
        name = full_name or email.partition("@")[0].replace(".", " ").title()
        user = User.objects.create_user(email, password or None, full_name=name, **fields)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_pilot(institution_code: str = "ville", role: str = "titulaire", **fields: Any) -> User:
    """The titulaire (or suppleant) of an institution: "education", "ville" or "prefecture"."""
    return _mandated(f"{role}.{institution_code}@exemple.test", role, institution_code, **fields)


def make_pilots() -> list[User]:
    """The three titulaires, in the order of INSTITUTIONS."""
    return [make_pilot(code) for code in INSTITUTIONS]


def make_instructeur(institution_code: str = "prefecture", **fields: Any) -> User:
    return _mandated(f"instructeur.{institution_code}@exemple.test", "instructeur", institution_code, **fields)


def make_coordination(**fields: Any) -> User:
    return _mandated("coordination@exemple.test", "coordination", None, **fields)


def make_admin(**fields: Any) -> User:
    return make_user("administration@exemple.test", "Claire Administration", is_staff=True, is_superuser=True, **fields)


def make_member(organisation: Organisation | None = None, role: str = "responsable", **fields: Any) -> User:
    """Someone of an organisation, "responsable" unless told otherwise."""
    organisation = organisation or make_organisation()
    user = make_user(f"{role}.{organisation.pk}@exemple.test", **fields)
    Membership.objects.get_or_create(
        user=user,
        organisation=organisation,
        ends_on=None,
        defaults={"role": role, "starts_on": MANDATES_START},
    )
    return fresh(user)


def fresh(user: User) -> User:
    """The same person with nothing remembered, as at the next request."""
    return User.objects.get(pk=user.pk)


def _mandated(email: str, role: str, institution_code: str | None, **fields: Any) -> User:
    user = make_user(email, **fields)
    institution = PilotInstitution.objects.get(code=institution_code) if institution_code else None
    Mandate.objects.get_or_create(user=user, role=role, institution=institution, defaults={"starts_on": MANDATES_START})
    return fresh(user)


# ------------------------------------------------------------------ organisations and places


def make_organisation(name: str = "Les Passerelles", kind: str = "association", **fields: Any) -> Organisation:
    """An association unless told otherwise: "commune", "college"…"""
    found = Organisation.objects.filter(name=name).first()
    if found:
        return found
    fields.setdefault("siret", siret(Organisation.objects.count() + 1))
    fields.setdefault("city", "Valenton")
    return Organisation.objects.create(name=name, kind=OrganisationKind.objects.get(code=kind), **fields)


def siret(number: int) -> str:
    """A number with its key, in the range 00 that is given to nobody."""
    siren = _with_key(f"00{number:06d}")
    return _with_key(f"{siren}0001")


def _with_key(digits: str) -> str:
    """`digits` and the last one that Luhn asks for."""
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits))]
    return f"{digits}{-sum(d - 9 if d > 9 else d for d in doubled) % 10}"


def make_commune() -> Commune:
    return Commune.objects.get_or_create(insee="94074", defaults={"name": "Valenton"})[0]


def make_quartier(name: str = "Les Oseraies") -> Quartier:
    return Quartier.objects.get_or_create(name=name, defaults={"commune": make_commune()})[0]


def make_school() -> School:
    return School.objects.get_or_create(
        uai="0949904E",
        defaults={"name": "École maternelle des Oseraies", "kind": "maternelle", "commune": make_commune()},
    )[0]


# ------------------------------------------------------------------ calls and money


def make_period(year: int | None = None) -> LabelPeriod:
    """The three years around `year`: 2022–2024, 2025–2027…"""
    year = year or clock.today().year
    first = year - (year - 2022) % 3
    return LabelPeriod.objects.get_or_create(
        first_year=first, defaults={"last_year": first + 2, "label": f"Label {first}–{first + 2}"}
    )[0]


def make_call(slug: str = "", **fields: Any) -> Call:
    """A published call, open for ten days and for ten days more; unanimity, notified money, blind avis."""
    now, today = clock.now(), clock.today()
    year = fields.pop("year", today.year)
    slug = slug or f"appel-{year}"
    found = Call.objects.filter(slug=slug).first()
    if found:
        return found
    values: dict[str, Any] = {
        "title": f"Appel à projets {year}",
        "period": make_period(year),
        "published_at": now - timedelta(days=11),
        "latest_end": today + timedelta(days=350),
    }
    window = {
        "opens_at": now - timedelta(days=10),
        "closes_at": now + timedelta(days=10),
        "earliest_start": today + timedelta(days=15),
    }
    window = {name: fields.pop(name, value) for name, value in window.items()}
    call = Call.objects.create(slug=slug, year=year, **{**values, **fields})
    CallWindow.objects.create(call=call, **window)
    return call


def opening(call: Call) -> datetime:
    moment = call.opens_at
    assert moment is not None
    return moment


def closing(call: Call) -> datetime:
    moment = call.closes_at
    assert moment is not None
    return moment


def make_prepared_call(slug: str = "appel-prepare", **fields: Any) -> Call:
    """Written and complete, with a grid and a question: the pilots may be asked about it."""
    values = {"text": "Répondez en ligne.", "contact_email": "contact@exemple.test", "published_at": None, **fields}
    call = make_call(slug, **values)
    grid = Grid.objects.create(call=call, number=1)
    grid.criteria.create(rank=1, label="Pertinence", weight=3)
    call.questions.create(rank=1, kind="short", label="Quel quartier ?")
    return call


def make_asked_call(slug: str = "appel-prepare", **fields: Any) -> Call:
    """The three institutions are asked about its text."""
    make_pilots()
    call = make_prepared_call(slug, **fields)
    call_agreement.ask(call, seen=0, by=make_coordination())
    return Call.objects.select_related("asked").get(pk=call.pk)


def make_tranche(
    source_code: str = "P147",
    year: int | None = None,
    amount: Decimal = ENVELOPE,
    *,
    notified: bool = True,
) -> Tranche:
    """`amount` available: notified by its funder, or only planned; the college's is fed from P147's."""
    year = year or clock.today().year
    source = Source.objects.get(code=source_code)
    tranche = Tranche.objects.create(period=make_period(year), source=source, year=year, planned=amount)
    if source.fed_from:
        feeder = Tranche.objects.filter(source=source.fed_from, year=year).first()
        feeder = feeder or make_tranche(source.fed_from.code, year, amount, notified=notified)
        ledger.transfer(feeder, tranche, amount, by=None, reason=f"Délégation {year}")
    elif notified:
        ledger.notify(tranche, amount, by=None, reference=f"Notification {year}-1")
    else:
        ledger.plan(tranche, by=None)
    tranche.refresh_from_db()
    return tranche


# ------------------------------------------------------------------ files, stage by stage


def draft_values(call: Call, requested: Decimal = ASKED, **changes: Any) -> dict[str, list[str]]:
    """What a partner types to fill everything, however the form is laid out; `changes` replace fields.

    A budget of `requested` and a quarter more, balanced by the town.
    """
    extra = (requested / 4).quantize(Decimal("0.01"))
    start, end = call.earliest_start, call.latest_end
    values: dict[str, Any] = {
        "contact_name": "Camille Porteuse",
        "contact_email": "camille@exemple.test",
        "contact_phone": "01 23 45 67 89",
        "title": "Ateliers du soir au collège",
        "frequency": "first",
        "nature": "new",
        "theme": Theme.objects.get(code="C1.07").pk,
        "objectives": "Aider quarante collégiens à faire leur travail dans le calme.",
        "description": "Deux soirs par semaine, avec des parents et des enseignants.",
        "public_description": "Des ateliers du soir ouverts à tous les collégiens.",
        "age_ranges": [AgeRange.objects.get(code="11-14").pk],
        "participants": 40,
        "girls": 22,
        "boys": 18,
        "from_quartiers": 30,
        "fee": "free",
        "equality": "Autant de filles que de garçons dans chaque groupe.",
        "parents_place": "Les parents sont invités une fois par mois.",
        "articulations": ["pre", "projet_ecole"],
        "school_times": [SchoolTime.objects.get(code="PERISCOLAIRE").pk],
        "starts_on": start,
        "ends_on": end,
        "schools": [make_school().pk],
        "quartiers": [make_quartier().pk],
        "actors": list(ActorKind.objects.filter(code__in=["parents", "enseignants"]).values_list("pk", flat=True)),
        "actors_note": "Les parents accueillent, les enseignants orientent.",
        "volunteers": 6,
        "employees": 2,
        "full_time": "0,5",
        "hires": "no",
        "equipment": "Une salle du collège, dix ordinateurs.",
        "minimum": _typed(requested / 2),
        "line_641": _typed(requested),
        "line_604": _typed(extra),
        f"line_{BudgetLine.REQUEST}": _typed(requested),
        "cofunder_0_line": "74com",
        "cofunder_0_name": "Ville de Valenton",
        "cofunder_0_amount": _typed(extra),
        "cofunder_0_state": "confirmed",
        "indicator_1": "Collégiens venus au moins dix fois",
        "target_1": "30 sur 40",
        "public_aid": "under",
        "signatory": "legal",
        "is_accurate": "on",
        "up_to_date": "on",
        "cer": "on",
        **changes,
    }
    return {
        name: [str(item) for item in value] if isinstance(value, list) else [str(value)]
        for name, value in values.items()
    }


def _typed(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def make_draft(
    organisation: Organisation | None = None,
    call: Call | None = None,
    requested: Decimal = ASKED,
    *,
    by: User | None = None,
    **changes: Any,
) -> Action:
    """A draft that is complete and valid; `changes` replace what is typed in a field."""
    organisation = organisation or make_organisation()
    call = call or make_call()
    by = by or make_member(organisation)
    action = submission.start(call, organisation, by=by)
    drafts.save(action, draft_values(call, requested, **changes), seen=0, by=by)
    return _again(action)


def make_submitted(*args: Any, **kwargs: Any) -> Action:
    """Takes what `make_draft` takes, as every maker of a later stage does."""
    action = make_draft(*args, **kwargs)
    submission.submit(action, seen=action.draft_version, by=writer_of(action))
    return _again(action)


def make_admissible(*args: Any, **kwargs: Any) -> Action:
    action = make_submitted(*args, **kwargs)
    workflow.apply(action, "find_admissible", by=make_coordination())
    return _again(action)


def make_in_review(*args: Any, **kwargs: Any) -> Action:
    """The three institutions are expected, and each has its titulaire."""
    make_pilots()
    action = make_admissible(*args, **kwargs)
    review.open_review(action, by=make_coordination())
    return _again(action)


def ask_completion(
    action: Action, *places: str, text: str = "Joindre un devis.", due_on: date | None = None
) -> CompletionRequest:
    """Coordination asks the same about each place of the file ("description" without one) and sends its request."""
    coordination = make_coordination()
    for place in places or ("description",):
        completion.ask(action, place, text, by=coordination)
    due_on = due_on or clock.today() + timedelta(days=5)
    request = completion.request_completion(action, due_on, by=coordination)
    action.refresh_from_db()
    return request


def make_to_complete(*args: Any, places: Sequence[str] = ("description",), **kwargs: Any) -> Action:
    """`places`: where a question is asked; only they are open again."""
    action = make_submitted(*args, **kwargs)
    ask_completion(action, *places)
    return _again(action)


def make_reviewed(*args: Any, positions: Sequence[str] = ALL_FOR, **kwargs: Any) -> Action:
    """`positions` in the order of INSTITUTIONS."""
    action = make_in_review(*args, **kwargs)
    give_all_avis(action, positions)
    return _again(action)


def give_all_avis(action: Action, positions: Sequence[str] = ALL_FOR) -> None:
    for pilot, position in zip(make_pilots(), positions, strict=True):
        review.give_avis(action, position, None, "Motif de l'institution.", by=pilot)


def make_seance(instance_code: str = "COPIL", starts_at: datetime | None = None) -> Seance:
    """In preparation: nothing on its agenda yet."""
    seance = Seance(
        instance=Instance.objects.get(code=instance_code), starts_at=starts_at or clock.now(), place="Collège"
    )
    return agenda.prepare(seance, by=make_coordination())


def make_scheduled(*args: Any, seance: Seance | None = None, **kwargs: Any) -> AgendaItem:
    """The point of a reviewed file on the agenda of a séance that is open."""
    coordination = make_coordination()
    action = make_reviewed(*args, **kwargs)
    seance = seance or make_seance()
    item = agenda.schedule(action, seance, by=coordination)
    seance.refresh_from_db()
    if seance.opened_at is None:
        agenda.open_seance(seance, by=coordination)
    whole = AgendaItem.objects.select_related("action__call", "action__organisation", "seance", "shown")
    return whole.get(pk=item.pk)


def make_decided(
    amount: Decimal = Decimal("6000.00"),
    *args: Any,
    tranche: Tranche | None = None,
    verdict: str = "approved",
    **kwargs: Any,
) -> Decision:
    """Decided, not yet notified. The money is `tranche`'s, by default the year's P147, made if needed."""
    item = make_scheduled(*args, **kwargs)
    return decide(item, amount, tranche, verdict=verdict)


def decide(item: AgendaItem, amount: Decimal, tranche: Tranche | None = None, *, verdict: str = "approved") -> Decision:
    """The verdict of an open point, with a reason and a condition where the verdict wants one."""
    gives = verdict in decisions.GIVES
    if gives and tranche is None:
        year = item.action.call.year
        tranche = Tranche.objects.filter(source__code="P147", year=year).first() or make_tranche("P147", year)
    return decisions.decide(
        item,
        verdict,
        {tranche.pk: amount} if gives and tranche else {},
        by=make_coordination(),
        seen=item.shown.sha256,
        reason="" if gives else "Hors des priorités de l'appel.",
        condition="Fournir le devis." if verdict == "approved_with_conditions" else "",
    )


def make_notified(*args: Any, **kwargs: Any) -> Decision:
    """Decided, the relevé signed by the three, the partner told. Takes what `make_decided` takes."""
    decision = make_decided(*args, **kwargs)
    announce(decision.item.seance)
    return decision


def announce(seance: Seance) -> None:
    """Close the séance, have the three sign, notify."""
    coordination = make_coordination()
    releve = decisions.close_seance(seance, by=coordination)
    for pilot in make_pilots():
        decisions.sign(seance, by=pilot, seen=releve.sha256)
    decisions.notify(seance, by=coordination)
    seance.refresh_from_db()


def award_of(decision: Decision) -> Award:
    return Award.objects.get(action=decision.item.action)


def make_committed(amount: Decimal = Decimal("6000.00"), *args: Any, **kwargs: Any) -> Act:
    """Notified, then bound by its act."""
    return bind(make_notified(amount, *args, **kwargs))


def bind(decision: Decision) -> Act:
    """The arrêté of a notified decision on one tranche of P147: its whole amount is committed."""
    programming = decision.moves.get(kind="programming")
    return awards.commit(
        award_of(decision),
        programming.target.tranche,
        programming.amount,
        kind=Act.Kind.ARRETE,
        number=f"{decision.item.action.call.year}-{decision.pk}",
        signed_on=clock.today(),
        by=make_coordination(),
    )


def writer_of(action: Action) -> User:
    """Who writes this file for its organisation."""
    return fresh(action.created_by)


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """`paris(2026, 3, 1, 12)`: a moment of the civil time of Paris."""
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone.get_default_timezone())


def _again(action: Action) -> Action:
    return Action.objects.select_related("call", "organisation__kind", "created_by").get(pk=action.pk)
