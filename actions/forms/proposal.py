"""The form a partner fills once: the draft keeps what was typed, this says whether it can be submitted."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from actions import call_windows, titles
from actions.forms.budget import BudgetFields
from actions.forms.fields import ReadableTexts
from actions.forms.parts import INDICATORS
from actions.forms.questions import QuestionFields
from actions.forms.steps import STEPS, State, Step, states, step_of
from actions.models import Action, Call
from actions.reopened import BUDGET, PIECE, PIECES, Reopened, answer_name, reopened
from cites.core.errors import TooLong
from cites.core.money import format_euros
from cites.core.text import storable
from cites.models import ActorKind, AgeRange, Champ, Quartier, Rule, School, SchoolTime, Theme
from partners.models import Organisation

# What a page sends beside the text: its key, its version, the button.
NOT_TYPED = ("csrfmiddlewaretoken", "draft_version", "page", "next", "save", "check", "back", "take")
# Every question answered at its longest is 55 000 letters, local ones apart.
MAX_LETTERS = 150_000
# When `name` holds `answer` (anything, if it is empty), `companion` is asked too.
COMPANIONS = (
    ("fee", "paid", "fee_note", "Dites combien il est demandé aux familles."),
    *((f"indicator_{n}", "", f"target_{n}", "Donnez une cible à cet indicateur.") for n in INDICATORS[1:]),
)


class ProposalForm(BudgetFields, QuestionFields, ReadableTexts, *(step.part for step in STEPS if step.part)):  # type: ignore[misc]
    """Every question, whatever the step it is asked in: the rules look across steps."""

    def __init__(
        self, data: Any = None, *, call: Call, organisation: Organisation, action: Action | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.call, self.organisation, self.action = call, organisation, action
        self._offer_rows()
        self._offer_what_the_call_says()
        self.add_questions(call)
        self.add_budget(self.data if self.is_bound else self.initial)
        if not organisation.kind.asks_cer:
            del self.fields["cer"]
        self._reopen(reopened(action) if action else Reopened())
        self.order_fields([name for step in STEPS for name in self.fields if step.owns(name)])

    def _offer_rows(self) -> None:
        active: dict[str, Any] = {
            "age_ranges": AgeRange.objects.filter(is_active=True),
            "school_times": SchoolTime.objects.filter(is_active=True),
            "schools": School.objects.all(),
            "quartiers": Quartier.objects.all(),
            "actors": ActorKind.objects.filter(is_active=True),
        }
        for name, rows in active.items():
            self._field(name).queryset = rows
        self._field("theme").queryset = Theme.objects.filter(is_active=True).select_related("champ")
        self._field("theme").choices = [("", "Choisissez un sous-thème"), *_themes_by_champ()]
        self._field("public_aid").choices = public_aid()

    def _offer_what_the_call_says(self) -> None:
        window = call_windows.of_file(self.call, self.action.pk if self.action else None)
        start = f"le {window.earliest_start:%d/%m/%Y}" if window else "l'ouverture"
        period = f"Entre {start} et le {self.call.latest_end:%d/%m/%Y}."
        self.fields["starts_on"].help_text = self.fields["ends_on"].help_text = period
        priorities = [line.strip() for line in self.call.priorities.splitlines() if line.strip()]
        self.fields["title"].help_text = f"Pour cet appel : {titles.rule(self.call)}." if self.call.title_prefix else ""
        self._field("priorities").choices = [(line, line) for line in priorities]
        if not priorities:
            del self.fields["priorities"]

    def _reopen(self, found: Reopened) -> None:
        """To complete: a field to answer each question in words; what is not asked is only read."""
        self.reopened = found
        for question in found.questions:
            self.fields[answer_name(question)] = _answer()
        for name in self.fields:
            field = self._field(name)
            field.closed = not found.allows(name)
            field.notes = [(one, answer_name(one)) for one in found.of(name)]

    def notes_of(self, *places: str) -> list[Any]:
        """(question, its field of answer) about places that are no single field."""
        return [(one, self[answer_name(one)]) for one in self.reopened.of(*places)]

    @property
    def budget_notes(self) -> list[Any]:
        return self.notes_of(BUDGET)

    @property
    def budget_is_closed(self) -> bool:
        return not self.reopened.allows("minimum")

    @property
    def piece_notes(self) -> list[Any]:
        places = [one.anchor for one in self.reopened.questions if one.anchor.startswith(PIECE)]
        return self.notes_of(*dict.fromkeys(places), PIECES)

    def _field(self, name: str) -> Any:
        return self.fields[name]

    @classmethod
    def of(cls, action: Action, *, bound: bool = True) -> "ProposalForm":
        """The form as last typed. Bound, it can say what is wrong; unbound, it only shows."""
        data = as_data(action.draft) if bound else None
        initial = {k: v[0] if len(v) == 1 else v for k, v in action.draft.items()} if not bound else None
        return cls(data, call=action.call, organisation=action.organisation, action=action, initial=initial)

    def fields_of(self, step: Step) -> list[Any]:
        return [self[name] for name in self.fields if step.owns(name)]

    @property
    def states(self) -> list[State]:
        """Where each step is, said by what is missing or wrong in it."""
        return states((name, error.code or "") for name, found in self.errors.as_data().items() for error in found)

    def keep_errors_of(self, step: Step) -> None:
        """A step says what is wrong in it; the others wait for their own page."""
        for name in list(self.errors):
            if step_of(name) != step:
                del self.errors[name]

    def forgive_blanks(self) -> None:
        """A draft says what is wrong, not what is still to come: that is for the page of relecture."""
        for name, errors in list(self.errors.items()):
            if all(error.code == "required" for error in errors.as_data()):
                del self.errors[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_title(cleaned)
        self._check_people(cleaned)
        self._check_companions(cleaned)
        self._check_minimum(cleaned)
        self.check_budget(self.call, self.organisation, self.action)
        return cleaned

    def _check_title(self, cleaned: dict[str, Any]) -> None:
        title = cleaned.get("title")
        if title and (problem := titles.problem(self.call, self.organisation, title)):
            self.add_error("title", problem)

    def _check_people(self, cleaned: dict[str, Any]) -> None:
        """Estimates are parts of the whole."""
        everyone = cleaned.get("participants")
        if everyone is None:
            return
        for name, parts in (("boys", ("girls", "boys")), ("from_quartiers", ("from_quartiers",))):
            if sum(cleaned.get(part) or 0 for part in parts) > everyone:
                self.add_error(name, f"Cela dépasse le nombre de participants prévus ({everyone}).")

    def _check_companions(self, cleaned: dict[str, Any]) -> None:
        """An answer that calls for another one."""
        for name, answer, companion, sentence in COMPANIONS:
            is_asked = cleaned.get(name) == answer if answer else bool(cleaned.get(name))
            if is_asked and not cleaned.get(companion) and companion not in self.errors:
                self.add_error(companion, forms.ValidationError(sentence, code="required"))

    def _check_minimum(self, cleaned: dict[str, Any]) -> None:
        minimum = cleaned.get("minimum")
        if minimum is not None and self.requested and minimum > self.requested:
            self.add_error("minimum", f"Le minimum dépasse le montant demandé ({format_euros(self.requested)}).")


def public_aid() -> list[tuple[str, str]]:
    threshold = format_euros(Rule.amount("state_aid_threshold"))
    return [("under", f"{threshold} ou moins"), ("over", f"Plus de {threshold}")]


def _themes_by_champ() -> list[tuple[str, list[tuple[int, str]]]]:
    champs = Champ.objects.filter(is_active=True).prefetch_related("themes")
    return [
        (champ.label, [(theme.pk, str(theme)) for theme in champ.themes.all() if theme.is_active]) for champ in champs
    ]


def _answer() -> forms.CharField:
    return forms.CharField(
        label="Votre réponse en quelques mots",
        max_length=2000,
        required=False,
        help_text="Si un changement ne suffit pas à répondre.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def as_data(draft: dict[str, list[str]]) -> MultiValueDict[str, str]:
    return MultiValueDict(draft)


def as_draft(data: Any) -> dict[str, list[str]]:
    """What was typed, however wrong, in a form that any database stores."""
    kept = (key for key in data if key not in NOT_TYPED)
    return bounded({storable(key): [storable(value) for value in data.getlist(key)] for key in kept})


def bounded(draft: dict[str, list[str]]) -> dict[str, list[str]]:
    """No more than twice what the form can hold, else `TooLong`: in one sending, and in what many add up to."""
    if sum(len(text) for name, texts in draft.items() for text in (name, *texts)) > MAX_LETTERS:
        raise TooLong(MAX_LETTERS)
    return draft
