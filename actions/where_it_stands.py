"""Where a file is, for who submitted it: the steps, who acts next, by when, what is missing, where the money is.

Everything is read from what was announced (docs/adr/0004): a decision that is not notified changes no word here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from actions import attachments, reporting
from actions.call_windows import closing
from actions.forms.proposal import ProposalForm
from actions.models import Action, CompletionRequest, Submission
from actions.models.action import Status
from actions.receipts import months_after
from actions.reopened import reopened
from cites.core.registry import MoneyLine, money_lines
from cites.models import Rule

S = Status
WAITING = (S.ADMISSIBLE, S.IN_REVIEW, S.REVIEWED, S.SCHEDULED)
STAGES: tuple[tuple[str, tuple[Status, ...]], ...] = (
    ("Saisie du dossier", (S.DRAFT,)),
    ("Dépôt et vérification", (S.SUBMITTED, S.TO_COMPLETE, S.INADMISSIBLE)),
    ("Étude et décision des pilotes", (*WAITING, S.WAITLISTED, S.POSTPONED, S.REJECTED)),
    ("Action et versements", (S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.UNDER_WAY, S.RENOUNCED)),
    ("Bilan", (S.ABANDONED, S.REPORT_DUE, S.REPORT_SUBMITTED, S.REPORT_TO_CORRECT, S.REPORT_MISSING)),
    ("Clôture", (S.REPORT_ACCEPTED, S.CLOSED)),
)
ENDED = (S.INADMISSIBLE, S.REJECTED, S.RENOUNCED, S.WITHDRAWN)
LATE = " ; cette date est passée, le complément sera marqué « hors délai »"
YOU, COORDINATION, PILOTS, NOBODY = "Vous", "La coordination", "Les pilotes", "Personne"
NEXT: dict[str, tuple[str, str]] = {
    S.DRAFT: (YOU, "terminez le dossier et déposez-le"),
    S.SUBMITTED: (COORDINATION, "vérifie que le dossier est complet"),
    S.TO_COMPLETE: (YOU, "répondez aux questions et déposez le dossier à nouveau"),
    **dict.fromkeys(WAITING, (PILOTS, "étudient le dossier puis décident ensemble")),
    S.WAITLISTED: (PILOTS, "reprennent la liste d'attente si de l'argent se libère"),
    S.POSTPONED: (PILOTS, "reprennent le dossier à une prochaine séance"),
    S.APPROVED: (COORDINATION, "prépare l'acte et le versement ; de votre côté, l'action peut commencer"),
    S.APPROVED_WITH_CONDITIONS: (YOU, "levez la réserve : dites à la coordination ce qui est fait"),
    S.UNDER_WAY: (YOU, "menez l'action"),
    S.ABANDONED: (COORDINATION, "demande un bilan de ce qui a été fait"),
    S.REPORT_DUE: (YOU, "déposez le bilan"),
    S.REPORT_MISSING: (YOU, "déposez le bilan, qui est en retard"),
    S.REPORT_SUBMITTED: (COORDINATION, "lit le bilan"),
    S.REPORT_TO_CORRECT: (YOU, "corrigez le bilan"),
    S.REPORT_ACCEPTED: (COORDINATION, "clôt le dossier"),
}


@dataclass(frozen=True)
class Stage:
    """`state`: "done", "current", "ended" (it stopped there) or "coming"."""

    label: str
    state: str

    @property
    def words(self) -> str:
        return {"done": "fait", "current": "en cours", "ended": "arrêté ici"}.get(self.state, "à venir")


@dataclass(frozen=True)
class Next:
    who: str
    does: str
    until: str = ""


@dataclass(frozen=True)
class Where:
    stages: list[Stage]
    next: Next
    missing: list[str]
    money: list[MoneyLine]


@dataclass(frozen=True)
class Dates:
    """What tells by when the next step is due."""

    action: Action
    request: CompletionRequest | None
    submitted_on: date | None
    silence_months: int
    report_delay: timedelta

    @property
    def status(self) -> str:
        return str(self.action.announced_status)

    @property
    def until(self) -> str:
        """In words; nothing where no date is known."""
        match self.status:
            case S.DRAFT:
                return self._closing
            case S.TO_COMPLETE if self.request:
                late = LATE if self.request.is_late() else ""
                return f"au plus tard le {self.request.due_on:%d/%m/%Y}{late}"
            case S.SUBMITTED | S.ADMISSIBLE if self.submitted_on:
                day = months_after(self.submitted_on, self.silence_months)
                return f"avant le {day:%d/%m/%Y} ; sans réponse à cette date, la demande est réputée refusée"
            case S.UNDER_WAY if self.action.ends_on:
                return f"jusqu'au {self.action.ends_on:%d/%m/%Y}, fin de l'action"
            case S.REPORT_DUE if self.action.ends_on:
                day = self.action.ends_on + self.report_delay
                return f"avant le {day:%d/%m/%Y}"
        return ""

    @property
    def _closing(self) -> str:
        closes_at = self.action.call.closes_at
        return f"jusqu'au {closing(closes_at)}, fermeture de l'appel" if closes_at else ""


def of(action: Action) -> Where:
    lines = sorted((line for part in money_lines for line in part(action)), key=lambda line: line.rank)
    return Where(_stages(action), briefly([action])[0], list(_missing(action)), lines)


def briefly(actions: Sequence[Action]) -> list[Next]:
    """Who acts next on each and by when; two queries for a whole list."""
    keys = [action.pk for action in actions]
    versions = Submission.objects.filter(action__in=keys).order_by("number")
    submitted = dict(versions.values_list("action", "submitted_at"))
    asked = {one.action_id: one for one in CompletionRequest.objects.filter(action__in=keys).order_by("number")}
    silence, delay = int(Rule.amount("silence_months")), reporting.delay()
    known = [Dates(one, asked.get(one.pk), _day(submitted.get(one.pk)), silence, delay) for one in actions]
    return [Next(*NEXT.get(one.status, (NOBODY, "plus rien n'est attendu")), until=one.until) for one in known]


def _stages(action: Action) -> list[Stage]:
    """The steps in order; a file that was withdrawn stopped at the last one that it is known to have reached."""
    status = action.announced_status
    reached = next((rank for rank, (_, held) in enumerate(STAGES) if status in held), 1 if action.version else 0)
    here = "ended" if status in ENDED else "done" if status == S.CLOSED else "current"
    labels = [label for label, _ in STAGES]
    known = [*(Stage(label, "done") for label in labels[:reached]), Stage(labels[reached], here)]
    return known if here == "ended" else [*known, *(Stage(label, "coming") for label in labels[reached + 1 :])]


def _missing(action: Action) -> Iterator[str]:
    """What the person in front of this page has to bring."""
    match action.announced_status:
        case S.DRAFT:
            for state in ProposalForm.of(action).states:
                if state.missing or state.wrong:
                    yield f"{state.step.title} : {_answers(state.missing, state.wrong)}"
            yield from attachments.lacking(action)
        case S.TO_COMPLETE:
            for question in reopened(action).questions:
                yield f"{question.label} – {question.who} : {question.text}"
            yield from attachments.lacking(action)
        case S.APPROVED_WITH_CONDITIONS if action.condition:
            yield f"La réserve à lever : {action.condition}"
        case S.REPORT_DUE | S.REPORT_MISSING:
            yield "Le bilan de l'action"


def _answers(missing: int, wrong: int) -> str:
    parts = [(missing, "à compléter"), (wrong, "à corriger")]
    return ", ".join(f"{count} réponse{'s' if count > 1 else ''} {end}" for count, end in parts if count)


def _day(moment: object) -> date | None:
    return timezone.localtime(moment).date() if moment else None  # type: ignore[arg-type]


@money_lines.register
def asked(action: Action) -> Iterable[MoneyLine]:
    if action.requested:
        yield MoneyLine("Demandé", action.requested, "à la cité éducative")
