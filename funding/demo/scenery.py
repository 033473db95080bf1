"""The rows that stand before the story begins: people, places, convention, organisations, calls, tranches."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.sites.models import Site

from actions.models import Call as CallRow
from cites import convention as convention_verbs
from cites.core.attachments import Checked
from cites.models import (
    Champ,
    ChefDeFile,
    Cite,
    Commitment,
    Commune,
    ConventionCadre,
    LabelPeriod,
    Mandate,
    PilotInstitution,
    Quartier,
    School,
    Signatory,
    User,
)
from funding.demo import calls, convention, money, organisations, people, territory
from funding.demo.shapes import PARIS, Convention, When
from funding.models import Source, Tranche
from partners.models import Interest, Membership, Organisation, OrganisationKind


@dataclass
class Stage:
    """What the story needs by its keys, and the day it is told on."""

    day: date
    users: dict[str, User] = field(default_factory=dict)
    institutions: dict[str, PilotInstitution] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    schools: dict[str, School] = field(default_factory=dict)
    quartiers: dict[str, Quartier] = field(default_factory=dict)
    periods: dict[str, LabelPeriod] = field(default_factory=dict)
    calls: dict[str, CallRow] = field(default_factory=dict)
    tranches: dict[tuple[str, int], Tranche] = field(default_factory=dict)
    pieces: dict[tuple[Any, Any], Checked] = field(default_factory=dict)

    def on(self, when: When) -> date:
        return when.date(self.day)

    def maybe(self, when: When | None) -> date | None:
        return when.date(self.day) if when else None

    def at(self, when: When) -> datetime:
        return when.moment(self.day)

    def user(self, email: str) -> User:
        """Fresh each time: mandates are read once per person, and the story lasts five years."""
        return User.objects.get(pk=self.users[email].pk)

    @property
    def coordination(self) -> User:
        return self.user("coordination@demo.example")


def build(day: date) -> Stage:
    stage = Stage(day)
    _places(stage)
    _organisations(stage)
    _people(stage)
    _periods(stage)
    _calls(stage)
    _tranches(stage)
    return stage


def _places(stage: Stage) -> None:
    Site.objects.update_or_create(pk=1, defaults={"domain": "localhost:8000", "name": territory.CITE.name})
    cite = Cite.objects.create(pk=1, **vars(territory.CITE))
    for row in territory.INSTITUTIONS:
        institution, _ = PilotInstitution.objects.update_or_create(
            code=row.code, defaults={"name": row.name, "kind": row.kind, "rank": row.rank}
        )
        stage.institutions[row.code] = institution
    communes = {row.insee: Commune.objects.create(insee=row.insee, name=row.name) for row in territory.COMMUNES}
    cite.communes.set(communes.values())
    for quartier in territory.QUARTIERS:
        stage.quartiers[quartier.key] = Quartier.objects.create(
            name=quartier.name,
            commune=communes[quartier.commune],
            code_2015=quartier.old_code,
            code_2024=quartier.code,
            geometry={"type": "Polygon", "coordinates": [quartier.outline]},
        )
    for school in territory.SCHOOLS:
        place = School.objects.create(
            uai=school.uai,
            name=school.name,
            kind=school.kind,
            commune=communes[territory.COMMUNES[0].insee],
            network=school.network,
            geometry={"type": "Point", "coordinates": school.point},
        )
        stage.schools[school.key] = place
        if school.lead_from:
            ChefDeFile.objects.create(school=place, starts_on=school.lead_from)


def _organisations(stage: Stage) -> None:
    kinds = {kind.code: kind for kind in OrganisationKind.objects.all()}
    for row in organisations.ORGANISATIONS:
        values = {name: value for name, value in vars(row).items() if name not in ("key", "kind", "cer_signed")}
        organisation = Organisation(kind=kinds[row.kind], cer_signed_on=stage.maybe(row.cer_signed), **values)
        organisation.full_clean()
        organisation.save()
        stage.organisations[row.key] = organisation


def _people(stage: Stage) -> None:
    password = make_password(people.PASSWORD)
    for person in (*people.MAIN_ACCOUNTS, *people.OTHER_ACCOUNTS):
        user = User.objects.create_user(
            person.email,
            full_name=person.full_name,
            function=person.function,
            is_staff=person.is_staff,
            is_superuser=person.is_staff,
        )
        user.password = password
        user.save(update_fields=["password"])
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        stage.users[person.email] = user
        for mandate in person.mandates:
            row = Mandate(
                user=user,
                role=mandate.role,
                institution=stage.institutions.get(mandate.institution or ""),
                starts_on=stage.on(mandate.start),
                ends_on=stage.maybe(mandate.end),
            )
            row.full_clean()
            row.save()
        for key, role in person.memberships.items():
            Membership.objects.create(
                user=user, organisation=stage.organisations[key], role=role, starts_on=date(2022, 1, 1)
            )
        for interest in person.interests:
            Interest.objects.create(
                user=user,
                organisation=stage.organisations[interest.organisation],
                nature=interest.nature,
                starts_on=stage.on(interest.start),
            )


def _periods(stage: Stage) -> None:
    for row in convention.PERIODS:
        stage.periods[row.key] = LabelPeriod.objects.create(
            first_year=row.first_year, last_year=row.last_year, label=row.label
        )


def sign_conventions(stage: Stage) -> list[tuple[datetime, Any]]:
    """Each convention-cadre is written before, and sealed on the day it is signed."""
    return [(stage.at(row.signed), partial(_sign, stage, row)) for row in convention.CONVENTIONS]


def _sign(stage: Stage, row: Convention) -> None:
    champs = {champ.code: champ for champ in Champ.objects.all()}
    cadre = ConventionCadre.objects.create(
        title=row.title,
        period=stage.periods[row.period],
        preamble=row.preamble,
        articles=row.articles_text,
        evaluation_protocol=row.evaluation_protocol,
        signed_on=stage.on(row.signed),
    )
    for rank, signatory in enumerate(row.signatories, 1):
        Signatory.objects.create(
            convention_cadre=cadre,
            institution_name=signatory.institution_name,
            capacity=signatory.capacity,
            signed_on=stage.on(signatory.signed),
            rank=rank,
        )
    for rank, commitment in enumerate(row.commitments, 1):
        Commitment.objects.create(
            convention_cadre=cadre,
            text=commitment.text,
            owner=stage.institutions[commitment.institution],
            champ=champs.get(commitment.champ or ""),
            due_on=commitment.due_on,
            evidence=commitment.evidence,
            rank=rank,
        )
    convention_verbs.seal(cadre, by=stage.user("admin@demo.example"))


def _calls(stage: Stage) -> None:
    periods = list(stage.periods.values())
    for row in calls.CALLS:
        year = row.year_for(stage.day)
        call = stage.calls[row.key] = CallRow.objects.create(
            slug=row.filled(row.slug, stage.day),
            title=row.filled(row.title, stage.day),
            year=year,
            period=next(p for p in periods if p.first_year <= year <= p.last_year),
            summary=row.filled(row.summary, stage.day),
            text=row.text,
            priorities="\n".join(row.priorities),
            documents="\n".join(row.documents),
            contact_name=row.contact_name,
            contact_email=row.contact_email,
            latest_end=stage.on(row.latest_end),
            indicative_amount=row.indicative_amount,
            decision_rule=row.rule,
            avis_due_at=stage.at(row.blind_until) if row.blind_until else None,
            allows_planned_money=row.allows_planned_money,
            published_at=None if row.key == "ouvert" else stage.at(row.opens) - timedelta(days=5),
        )
        if row.key == "ouvert":  # written and agreed on in the story: funding/demo/preparing.py
            continue
        call.windows.create(
            opens_at=stage.at(row.opens),
            closes_at=stage.at(row.closes),
            earliest_start=stage.on(row.earliest_start),
        )


def _tranches(stage: Stage) -> None:
    sources = {source.code: source for source in Source.objects.all()}
    for row in money.TRANCHES:
        stage.tranches[row.source, row.year] = Tranche.objects.create(
            period=stage.periods[row.period], source=sources[row.source], year=row.year, planned=row.planned
        )


def morning(day: date) -> datetime:
    return datetime.combine(day, time(6, 30), tzinfo=PARIS)
