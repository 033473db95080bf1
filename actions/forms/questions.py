"""The questions that a call adds to the form: rows of the call, asked, kept and checked like any other field."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from actions.forms.parts import MAX_TEXT
from actions.models import Call, CallQuestion

PREFIX = "question_"
MOST = 1_000_000_000
YES_NO = [("oui", "Oui"), ("non", "Non")]
SHORT_ANSWER = 200
Kind = CallQuestion.Kind


class QuestionFields(forms.Form):
    """Adds a field per question of the call."""

    questions: list[CallQuestion]

    def add_questions(self, call: Call) -> None:
        self.questions = list(call.questions.all())
        for question in self.questions:
            self.fields[name_of(question)] = _field(question)

    @property
    def question_fields(self) -> list[BoundField]:
        return [self[name_of(question)] for question in self.questions]

    def answered(self) -> list[dict[str, str]]:
        """What is sealed: the words of the question beside the answer, so that both can always be read again."""
        answers = [(one.label, self.cleaned_data.get(name_of(one))) for one in self.questions]
        return [{"question": label, "answer": str(answer)} for label, answer in answers if answer not in (None, "")]


def name_of(question: CallQuestion) -> str:
    return f"{PREFIX}{question.pk}"


def _field(question: CallQuestion) -> forms.Field:
    said: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": question.is_required}
    match question.kind:
        case Kind.LONG:
            return forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 5}), **said)
        case Kind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **said)
        case Kind.NUMBER:
            return forms.IntegerField(min_value=0, max_value=MOST, **said)
        case Kind.CHOICE:
            choices = [(choice, choice) for choice in question.choices]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **said)
    return forms.CharField(max_length=SHORT_ANSWER, **said)
