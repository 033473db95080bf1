"""Short forms around a file: for whom, what is missing, which séance, until when."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from actions.forms.fields import ReadableTexts
from actions.models import Action, Call, Report
from actions.models.avis import PositionChoice
from cites.core.fields import RowsField
from cites.core.money import EuroFormField
from cites.models import Quartier, School, Seance
from partners.models import Organisation


class OrganisationChoice(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Organisation qui porte l'action", empty_label=None
    )

    def __init__(
        self, data: Any = None, *, organisations: QuerySet[Organisation], current: Organisation | None = None
    ) -> None:
        super().__init__(data, initial={"organisation": current})
        self._choice.queryset = organisations

    @property
    def _choice(self) -> Any:
        return self.fields["organisation"]

    @property
    def chosen(self) -> Organisation:
        organisation: Organisation = self.cleaned_data["organisation"]
        return organisation


class CallChoice(forms.Form):
    call = forms.ModelChoiceField(Call.objects.none(), label="Appel auquel répondre", empty_label=None)

    def __init__(self, data: Any = None, *, calls: QuerySet[Call]) -> None:
        super().__init__(data)
        field: Any = self.fields["call"]
        field.queryset = calls


class AvisForm(ReadableTexts, forms.Form):
    position = forms.ChoiceField(
        label="Position de votre institution", choices=PositionChoice.choices, widget=forms.RadioSelect
    )
    amount = EuroFormField(label="Montant proposé", required=False, help_text="Vide : pas de montant proposé.")
    reason = forms.CharField(
        label="Motif",
        max_length=4000,
        required=False,
        help_text="Nécessaire pour un avis avec réserve, défavorable ou sans avis. Le partenaire ne le lit jamais.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(label="Version lue", widget=forms.HiddenInput, min_value=1, max_value=10_000)


class ScheduleForm(forms.Form):
    seance = forms.ModelChoiceField(Seance.objects.none(), label="Séance", empty_label=None)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["seance"]
        open_to_files = Seance.objects.filter(closed_at__isnull=True, instance__can_decide=True)
        field.queryset = open_to_files.select_related("instance").order_by("starts_at")


class FollowUpForm(ReadableTexts, forms.ModelForm[Action]):
    """What the pilots may change: never the sealed proposal."""

    version = forms.IntegerField(label="Version lue", widget=forms.HiddenInput, min_value=0, max_value=1_000_000)

    class Meta:
        model = Action
        fields = ["internal_title", "instructed_champ", "instructed_theme", "schools", "quartiers", "follow_up"]
        field_classes = {"schools": RowsField, "quartiers": RowsField}
        widgets = {
            "schools": forms.CheckboxSelectMultiple,
            "quartiers": forms.CheckboxSelectMultiple,
            "follow_up": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: dict[str, Any] = {"schools": School.objects.all(), "quartiers": Quartier.objects.all()}
        for name, queryset in rows.items():
            field: Any = self.fields[name]
            field.queryset = queryset
        self.fields["version"].initial = self.instance.edit_version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        theme, champ = cleaned.get("instructed_theme"), cleaned.get("instructed_champ")
        if theme and champ and theme.champ_id != champ.pk:
            self.add_error("instructed_theme", f"Ce sous-thème n'est pas du champ « {champ} ».")
        return cleaned


class DatesForm(forms.Form):
    ends_on = forms.DateField(label="Nouvelle date de fin")


class CorrectionForm(ReadableTexts, forms.Form):
    request = forms.CharField(
        label="Ce qui est à corriger dans le bilan", max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ReportForm(ReadableTexts, forms.ModelForm[Report]):
    class Meta:
        model = Report
        fields = ["text", "participations", "distinct_persons", "spent"]
        widgets = {"text": forms.Textarea(attrs={"rows": 8, "maxlength": 8000})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("participations", "distinct_persons"):
            field: Any = self.fields[name]
            field.min_value, field.max_value = 0, 1_000_000
            field.validators += [_at_most]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        persons, participations = cleaned.get("distinct_persons"), cleaned.get("participations")
        if persons is not None and participations is not None and persons > participations:
            self.add_error("distinct_persons", "Il y a plus de personnes différentes que de participations.")
        return cleaned


def _at_most(value: int) -> None:
    if value > 1_000_000:
        raise forms.ValidationError("Ce nombre dépasse un million : vérifiez la saisie.")
