"""What the organisations say of themselves, whom they work with, and who came into them. All invented."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from cites.models import Champ
from funding.demo.scenery import Stage
from funding.demo.shapes import on, rel
from partners import joining, membership
from partners.models import AllianceTie, JoinRequest

# organisation: champs, quartiers
WORK: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "passerelles": (("C1", "C2"), ("oseraies", "pommier")),
    "centre_social": (("C2",), ("oseraies",)),
    "ruche": (("C3",), ("oseraies", "pommier")),
    "cour_arts": (("C3",), ("pommier",)),
    "oseraies_sport": (("C2", "C3"), ("oseraies",)),
    "mots_partage": (("C1", "C2"), ("oseraies", "pommier")),
    "paillasse": (("C3",), ("pommier",)),
    "cap_metiers": (("C3",), ("oseraies", "pommier")),
    "mediation": (("C2",), ("pommier",)),
    "premiers_pas": (("C1",), ("oseraies",)),
    "college_lead": (("C1", "C3"), ("oseraies",)),
    "college_clos": (("C1",), ("pommier",)),
    "lycee": (("C3",), ()),
    "ville": (("C1", "C2", "C3"), ("oseraies", "pommier")),
    "caisse_ecoles": (("C2",), ("oseraies", "pommier")),
    "hangar": (("C3",), ()),
    "horizon_rail": (("C3",), ()),
}
WEBSITES = {"passerelles": "https://passerelles.demo.example/", "centre_social": "https://deux-rives.demo.example/"}
# organisation: name, function, address of who receives its letters
CONTACTS = {
    "passerelles": ("Yasmina Corvisart", "Trésorière bénévole", "benevole.passerelles@demo.example"),
    "college_lead": ("Patrice Guillou-Nam", "Adjoint gestionnaire", "gestion.college@demo.example"),
}
TIES: tuple[tuple[str, str, str, date], ...] = (
    ("passerelles", "college_lead", "L'aide aux devoirs des sixièmes", date(2022, 9, 1)),
    ("passerelles", "centre_social", "L'accueil des parents le samedi", date(2023, 1, 15)),
    ("hangar", "cour_arts", "La scène ouverte des écoles", date(2023, 9, 4)),
    ("horizon_rail", "cap_metiers", "Les visites d'ateliers en quatrième", date(2024, 10, 1)),
    ("caisse_ecoles", "mots_partage", "Le langage en maternelle", date(2024, 9, 2)),
)
TWO_SIDES, IRENE = "benevole.passerelles@demo.example", "mots.en.partage@demo.example"
NEWCOMER, CAF = "nouvelle.benevole@demo.example", "allocations@demo.example"


def describe(stage: Stage) -> None:
    champs = {champ.code: champ for champ in Champ.objects.all()}
    for key, (codes, quartiers) in WORK.items():
        organisation = stage.organisations[key]
        organisation.champs.set([champs[code] for code in codes])
        organisation.quartiers.set([stage.quartiers[one] for one in quartiers])
    for key, website in WEBSITES.items():
        stage.organisations[key].website = website
        stage.organisations[key].save()
    for key, (name, function, email) in CONTACTS.items():
        stage.organisations[key].contacts.create(name=name, function=function, email=email, phone="01 99 00 94 00")
    for one, other, subject, since in TIES:
        sides = {"organisation": stage.organisations[one], "other": stage.organisations[other]}
        AllianceTie.objects.create(**sides, subject=subject, since=since)


def moments(stage: Stage) -> Iterator[tuple[datetime, Callable[[], Any]]]:
    """One person in two organisations, two who wait for an answer, one invitation on its way."""
    yield stage.at(on(2024, 9, 10, 18, 30)), partial(_ask, stage, TWO_SIDES, "mots_partage", "Bénévole à la lecture.")
    yield stage.at(on(2024, 9, 12, 9, 15)), partial(_accept, stage, TWO_SIDES)
    yield stage.at(rel(-2, 21, 10)), partial(_ask, stage, NEWCOMER, "passerelles", "Je remplace Yasmina à la compta.")
    yield stage.at(rel(-5, 10, 40)), partial(_ask, stage, CAF, "caf", "Conseillère technique de l'antenne.")
    yield stage.at(rel(-3, 14, 5)), partial(_invite, stage)


def _ask(stage: Stage, email: str, organisation: str, message: str) -> None:
    joining.ask(stage.organisations[organisation], message, by=stage.user(email))


def _accept(stage: Stage, email: str) -> None:
    request = JoinRequest.objects.waiting().get(user__email=email)
    joining.accept(request, "lecteur", by=stage.user(IRENE))


def _invite(stage: Stage) -> None:
    by = stage.user("partenaire@demo.example")
    membership.invite(stage.organisations["passerelles"], "secretaire.passerelles@demo.example", "redacteur", by=by)
