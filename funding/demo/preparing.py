"""How two calls were prepared: the open one agreed on by the three pilots, the next one still waiting for one."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from actions import call_agreement, call_preparation
from actions.models import Call, ProposedCriterion
from cites.models import Mandate, User
from funding.demo.scenery import Stage
from funding.demo.shapes import When, rel

Moment = tuple[datetime, Callable[[], Any]]
OPEN, NEXT = "ouvert", "prochain"
PLACES = ("À l'école", "Au collège ou au lycée", "Dans le quartier")
SCHOOL, COLLEGE, STREET = PLACES
QUESTIONS = (
    {
        "kind": "choice",
        "label": "Où l'action se passe-t-elle surtout ?",
        "help": "Le lieu où les enfants et les parents viennent le plus souvent.",
        "is_required": True,
        "options": "\n".join(PLACES),
    },
    {
        "kind": "yes_no",
        "label": "Un établissement a-t-il déjà donné son accord ?",
        "help": "Un accord de la direction, même par courriel.",
        "is_required": True,
        "options": "",
    },
    {
        "kind": "long",
        "label": "Que verront les familles de différent l'an prochain ?",
        "help": "Deux ou trois phrases, du point de vue d'un parent.",
        "is_required": False,
        "options": "",
    },
)
# What each proposal of the open call answers: the place, the agreement, the families.
ANSWERS = {
    "open-devoirs": (COLLEGE, "", ""),
    "open-peres": (STREET, "non", ""),
    "open-echecs": (SCHOOL, "oui", "Leur enfant racontera ses parties, et leur apprendra à jouer."),
    "open-petit-dejeuner": (SCHOOL, "oui", "Une école ouverte plus tôt, où l'on entre avec son enfant."),
    "open-exposition": (COLLEGE, "non", "Une invitation de leur enfant, qui sera leur guide un soir."),
    "open-creche": (STREET, "oui", "Une place de crèche qui suit les jours de leur formation."),
    "open-sciences": (SCHOOL, "oui", "Des expériences à refaire à la maison, avec ce qu'ils ont."),
    "open-correspondants": (COLLEGE, "oui", ""),
}
LATEST_START = date(2027, 12, 1)
WINDOWS = {
    OPEN: (
        ("Actions du printemps et de l'été", rel(-20, 9), rel(26), rel(40)),
        ("Actions de la rentrée", rel(70, 9), rel(95), rel(150, latest=LATEST_START)),
    ),
    NEXT: (("Actions de l'année", rel(100, 9), rel(140), rel(200, latest=LATEST_START)),),
}
DATES = {
    OPEN: (
        ("meeting", rel(-10, workday=True), "18 h, salle des fêtes des Oseraies"),
        ("technical", rel(36, workday=True), "Les services lisent les dossiers de la première période"),
        ("steering", rel(48, workday=True), ""),
        ("answer", rel(55, workday=True), "Un courriel à chaque porteur"),
    ),
    NEXT: (("meeting", rel(110, workday=True), "18 h, collège des Oseraies"),),
}
AGREED = {
    OPEN: (("education", rel(-31, 10)), ("prefecture", rel(-29, 15)), ("ville", rel(-26, 11, 30))),
    NEXT: (("education", rel(-4, 9, 40)), ("ville", rel(-2, 17, 10))),
}
ASKED = {OPEN: rel(-34, 16), NEXT: rel(-6, 14)}


def moments(stage: Stage) -> Iterator[Moment]:
    yield stage.at(ASKED[NEXT]) - timedelta(days=5), partial(_begin_next, stage)
    for key in (OPEN, NEXT):
        yield stage.at(ASKED[key]) - timedelta(days=2), partial(_write, stage, key)
        yield stage.at(ASKED[key]), partial(_ask, stage, key)
        for institution, when in AGREED[key]:
            yield stage.at(when), partial(_agree, stage, key, institution)


def answers(call: Call, key: str) -> dict[str, list[str]]:
    """As typed in the form: the questions of the call have their own fields."""
    given = ANSWERS.get(key, ())
    return {f"question_{one.pk}": [text] for one, text in zip(call.questions.all(), given, strict=False) if text}


def _begin_next(stage: Stage) -> None:
    """From the year's call, as coordination would."""
    source = stage.calls["2026"]
    year = min(stage.day.year + 1, source.period.last_year)
    values = {
        "title": f"Appel à projets {year}, deuxième programmation",
        "year": year,
        "period": source.period,
        "latest_end": stage.calls[OPEN].latest_end,
    }
    stage.calls[NEXT] = call_preparation.create(values, source=source, by=stage.coordination)


def _write(stage: Stage, key: str) -> None:
    call = Call.objects.get(pk=stage.calls[key].pk)
    rows: dict[str, Any] = {"windows": _windows(stage, key), "dates": _dates(stage, key)}
    values: dict[str, Any] = {}
    if key == OPEN:
        rows |= {"questions": QUESTIONS, "criteria": _criteria()}
        values = {"title_max": 100, "publish_at": stage.at(rel(-25, 8))}
    else:
        values = {"summary": "Un second appel pour les actions qui commencent à la rentrée."}
    call_preparation.edit(call, values, rows, seen=call.edit_version, by=stage.coordination)


def _ask(stage: Stage, key: str) -> None:
    call = Call.objects.get(pk=stage.calls[key].pk)
    call_agreement.ask(call, seen=call.edit_version, by=stage.coordination)


def _agree(stage: Stage, key: str, institution: str) -> None:
    call = Call.objects.select_related("asked").get(pk=stage.calls[key].pk)
    assert call.asked is not None
    call_agreement.agree(call, seen=call.asked.sha256, by=_pilot(stage, institution))
    stage.calls[key] = Call.objects.get(pk=call.pk)


def _pilot(stage: Stage, institution: str) -> User:
    holders = Mandate.objects.active().pilots().filter(institution__code=institution).order_by("-role", "pk")
    return stage.user(holders[0].user.email)


def _windows(stage: Stage, key: str) -> list[dict[str, Any]]:
    """They close as the day after their last begins."""
    return [
        {
            "label": label,
            "opens_at": stage.at(opens),
            "closes_at": _midnight(stage, closes),
            "earliest_start": stage.on(start),
        }
        for label, opens, closes, start in WINDOWS[key]
    ]


def _midnight(stage: Stage, when: When) -> datetime:
    return stage.at(when).replace(hour=0, minute=0)


def _dates(stage: Stage, key: str) -> list[dict[str, Any]]:
    return [{"kind": kind, "on": stage.on(when), "label": label} for kind, when, label in DATES[key]]


def _criteria() -> list[dict[str, Any]]:
    return [{**row} for row in ProposedCriterion.objects.filter(is_active=True).values("label", "help", "weight")]
