"""What coordination types to prepare a call, section by section, and what a pilot answers."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BaseFormSet

from actions import call_text, call_windows
from actions.call_preparation import PARTS, rows_of
from actions.forms.fields import ReadableTexts
from actions.models import Call, CallAgreement, CallDate, CallQuestion, CallWindow, GridCriterion
from actions.titles import HOLDER
from cites.core.fields import RowsField, known_year
from partners.models import DocumentKind, OrganisationKind

FURTHEST = 1_000_000


class SectionForm(ReadableTexts, forms.ModelForm[Call]):
    """Some fields of the call, and the version they were read in."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=FURTHEST)

    class Meta:
        model = Call
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.edit_version
        for field in self.fields.values():
            if isinstance(field, forms.DateTimeField):
                field.validators.append(known_year)


class TextForm(SectionForm):
    class Meta(SectionForm.Meta):
        fields = ("title", "summary", "text", "priorities", "indicative_amount", "contact_name", "contact_email")
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "text": forms.Textarea(attrs={"rows": 14}),
            "priorities": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "summary": "Deux ou trois phrases : ce que l'on lit dans la liste des appels.",
            "text": "Une ligne vide sépare deux paragraphes.",
        }


class WhenForm(SectionForm):
    class Meta(SectionForm.Meta):
        fields = ("latest_end", "avis_due_at", "publish_at")
        help_texts = {"avis_due_at": "Pour les pilotes : le public ne le lit pas."}


class RulesForm(SectionForm):
    class Meta(SectionForm.Meta):
        fields = (
            *("eligible_kinds", "required_documents", "documents", "title_prefix", "title_max"),
            *("decision_rule", "blind_avis", "allows_planned_money"),
        )
        field_classes = {"eligible_kinds": RowsField, "required_documents": RowsField}
        widgets = {
            "eligible_kinds": forms.CheckboxSelectMultiple,
            "required_documents": forms.CheckboxSelectMultiple,
            "documents": forms.Textarea(attrs={"rows": 4}),
            "decision_rule": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: dict[str, Any] = {"eligible_kinds": OrganisationKind, "required_documents": DocumentKind}
        for name, model in rows.items():
            field: Any = self.fields[name]
            field.queryset = model.objects.filter(is_active=True)

    def clean_title_prefix(self) -> str:
        prefix: str = self.cleaned_data["title_prefix"]
        if any(bracket in prefix.replace(HOLDER, "") for bracket in "{}"):
            raise forms.ValidationError("Entre accolades, seul {organisation} est compris.")
        return prefix


class WindowForm(ReadableTexts, forms.ModelForm[CallWindow]):
    class Meta:
        model = CallWindow
        fields = PARTS["windows"].fields
        help_texts = {"closes_at": "À la seconde, heure de Paris. Jusqu'au 31 au soir : le 1er à 00:00."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens_at", "closes_at"):
            self.fields[name].validators.append(known_year)


class DayForm(ReadableTexts, forms.ModelForm[CallDate]):
    class Meta:
        model = CallDate
        fields = PARTS["dates"].fields


class QuestionForm(ReadableTexts, forms.ModelForm[CallQuestion]):
    class Meta:
        model = CallQuestion
        fields = PARTS["questions"].fields
        widgets = {"options": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_choice = cleaned.get("kind") == CallQuestion.Kind.CHOICE
        if is_choice and len(call_text.lines(cleaned.get("options", ""))) < 2:
            self.add_error("options", "Proposez au moins deux choix, un par ligne.")
        return cleaned


class CriterionForm(ReadableTexts, forms.ModelForm[GridCriterion]):
    class Meta:
        model = GridCriterion
        fields = PARTS["criteria"].fields


class Rows(BaseFormSet):
    """Rows of a call: those kept, in their order, as they are written."""

    part = ""
    add = ""

    @property
    def written(self) -> list[dict[str, Any]]:
        forms_kept = self.ordered_forms if self.can_order else self.forms
        kept = [one for one in forms_kept if one not in self.deleted_forms and one.has_changed() | one.has_initial]
        return [{name: one.cleaned_data[name] for name in PARTS[self.part].fields} for one in kept]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.has_initial = index is not None and index < self.initial_form_count()
        for name, label in (("DELETE", "Retirer"), ("ORDER", "Rang")):
            if name in form.fields:
                form.fields[name].label = label


class WindowRows(Rows):
    part, add = "windows", "Une période de plus"

    def clean(self) -> None:
        if any(self.errors):
            return
        windows = [CallWindow(**row) for row in self.written]
        if found := call_windows.problems(windows):
            raise forms.ValidationError(found)


class DayRows(Rows):
    part, add = "dates", "Une date de plus"


class QuestionRows(Rows):
    part, add = "questions", "Une question de plus"


class CriterionRows(Rows):
    part, add = "criteria", "Un critère de plus"


def _formset(form: Any, base: Any, most: int, *, ordered: bool = False) -> Any:
    return forms.formset_factory(
        form,
        formset=base,
        extra=1,
        can_delete=True,
        can_delete_extra=False,
        can_order=ordered,
        max_num=most,
        absolute_max=most,
        validate_max=True,
    )


FORMSETS: dict[str, Any] = {
    "windows": _formset(WindowForm, WindowRows, 6),
    "dates": _formset(DayForm, DayRows, 15),
    "questions": _formset(QuestionForm, QuestionRows, 20, ordered=True),
    "criteria": _formset(CriterionForm, CriterionRows, 20, ordered=True),
}


@dataclass(frozen=True)
class Section:
    """A page of the preparation."""

    title: str
    form: type[SectionForm]
    parts: tuple[str, ...] = ()
    explanation: str = ""


SECTIONS = {
    "texte": Section("Le texte", TextForm),
    "dates": Section("Les dates", WhenForm, ("windows", "dates"), "Un dépôt n'est possible que dans une période."),
    "regles": Section("Les règles", RulesForm),
    "questions": Section(
        "Les questions", SectionForm, ("questions",), "Elles s'ajoutent au formulaire, pour cet appel seulement."
    ),
    "grille": Section(
        "La grille", SectionForm, ("criteria",), "Chaque critère est noté de 0 à 4 ; le public lit ce qui sera regardé."
    ),
}


def formsets(call: Call, section: Section, data: Any) -> dict[str, Any]:
    return {name: FORMSETS[name](data, prefix=name, initial=rows_of(call, name)) for name in section.parts}


class NewCallForm(ReadableTexts, forms.ModelForm[Call]):
    source = forms.ModelChoiceField(
        Call.objects.none(),
        label="Reprendre un appel",
        required=False,
        empty_label="Aucun : partir d'une page blanche",
        help_text="Son texte, ses priorités, ses pièces, ses questions et sa grille ; jamais ses dates.",
    )

    class Meta:
        model = Call
        fields = ("title", "year", "period", "latest_end")
        labels = {"year": "Année des actions"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source: Any = self.fields["source"]
        source.queryset = Call.objects.filter(windows__isnull=False).distinct()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        period, year = cleaned.get("period"), cleaned.get("year")
        if period and year and not period.first_year <= year <= period.last_year:
            self.add_error("year", f"Cette année n'est pas dans la période {period}.")
        return cleaned


class AnswerForm(ReadableTexts, forms.Form):
    """A pilot's answer on the text it has just read."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    answer = forms.ChoiceField(
        label="La réponse de votre institution",
        choices=[("agreed", "Nous accordons ce texte"), ("refused", "Nous ne l'accordons pas")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Ce qui doit changer",
        max_length=2000,
        required=False,
        help_text="En cas de refus : la coordination lira ce texte.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("answer") == CallAgreement.Answer.REFUSED and not cleaned.get("reason"):
            self.add_error("reason", "Dites à la coordination ce qui doit changer.")
        return cleaned


class ContactForm(ReadableTexts, forms.ModelForm[Call]):
    class Meta:
        model = Call
        fields = ("contact_name", "contact_email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_email"].required = True


class AmendForm(ReadableTexts, forms.Form):
    text = forms.CharField(
        label="Ce qui change",
        max_length=2000,
        help_text="Le public lira ce texte en haut de la page de l'appel.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    window = forms.ModelChoiceField(
        CallWindow.objects.none(), label="Période à prolonger", required=False, empty_label="Aucune"
    )
    closes_at = forms.DateTimeField(
        label="Nouvelle fermeture", required=False, widget=forms.DateTimeInput, validators=[known_year]
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        window: Any = self.fields["window"]
        window.queryset = call.windows.all()
        window.label_from_instance = call_windows.named

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        window, closes_at = cleaned.get("window"), cleaned.get("closes_at")
        if (window is None) != (closes_at is None) and "closes_at" not in self.errors:
            self.add_error("closes_at", "Une prolongation dit la période et sa nouvelle fermeture.")
        return cleaned
