"""Forms around a complement: a question, the request that merges them, the two refusals."""

from collections.abc import Sequence
from typing import Any

from django import forms

from actions import completion
from actions.forms.fields import ReadableTexts
from actions.models import Action, CompletionQuestion
from cites.core import clock

HELP = "Le partenaire lira ce texte. Une seule chose à la fois : il répondra juste en dessous."


class QuestionForm(ReadableTexts, forms.Form):
    """One question, put somewhere in the file."""

    anchor = forms.ChoiceField(label="La question porte sur")
    text = forms.CharField(
        label="Ce qui est demandé",
        max_length=completion.LONGEST,
        help_text=HELP,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, action: Action) -> None:
        super().__init__(data)
        field: Any = self.fields["anchor"]
        field.choices = [("", "Choisissez l'endroit du dossier"), *completion.places(action)]


class CompletionForm(QuestionForm):
    """Everything that waits, to reword, a last question, and a date: what is sent is what this page says."""

    due_on = forms.DateField(
        label="À déposer au plus tard le", error_messages={"required": "Donnez une date limite au partenaire."}
    )

    def __init__(self, data: Any = None, *, action: Action, questions: Sequence[CompletionQuestion]) -> None:
        super().__init__(data, action=action)
        self.questions = questions
        self.fields["due_on"].initial = completion.first_due_on()
        for name in ("anchor", "text"):
            self.fields[name].required = False
        for one in questions:
            self.fields[_named(one)] = forms.CharField(
                label=f"{one.label} – {one.who}",
                max_length=completion.LONGEST,
                initial=one.text,
                help_text=f"Écrite par {one.asked_by.full_name}, qui est prévenu si vous la reformulez.",
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @property
    def rows(self) -> list[tuple[CompletionQuestion, Any]]:
        return [(one, self[_named(one)]) for one in self.questions]

    @property
    def wording(self) -> dict[int, str]:
        return {one.pk: self.cleaned_data[_named(one)] for one in self.questions}

    @property
    def adds(self) -> bool:
        return bool(self.cleaned_data.get("anchor") or self.cleaned_data.get("text"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, sentence in (
            ("anchor", "Choisissez l'endroit du dossier sur lequel porte la question."),
            ("text", "Dites au partenaire ce qu'il doit compléter."),
        ):
            if self.adds and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        due_on = cleaned.get("due_on")
        if due_on and due_on < clock.today():
            self.add_error("due_on", "Cette date est passée : donnez une date à venir.")
        return cleaned


class DropForm(ReadableTexts, forms.Form):
    because = forms.CharField(
        label="Pourquoi cette question n'est pas envoyée",
        max_length=completion.LONGEST,
        help_text="La personne qui l'a écrite reçoit ce texte.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InadmissibleForm(ReadableTexts, forms.Form):
    reason = forms.CharField(
        label="Pourquoi le dossier n'est pas recevable",
        max_length=4000,
        help_text="Le partenaire lira ce texte.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def seen_questions(data: Any) -> set[int]:
    """The questions that the page showed."""
    numbers = [name.removeprefix("question_") for name in data if name.startswith("question_")]
    return {int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 12}


def _named(question: CompletionQuestion) -> str:
    return f"question_{question.pk}"
