"""Forms of the séance: what the institutions say, what is decided, from which tranches."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms

from actions.forms.fields import ReadableTexts
from actions.models import AgendaItem, DecisionReason
from actions.models.avis import PositionChoice
from cites.core.fields import known_year
from cites.core.money import ZERO, EuroFormField
from cites.models import Instance, PilotInstitution, Seance
from funding.models import Decision, Tranche


class SeanceForm(ReadableTexts, forms.ModelForm[Seance]):
    class Meta:
        model = Seance
        fields = ["instance", "starts_at", "place"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["instance"]
        field.queryset = Instance.objects.filter(is_active=True, can_decide=True)
        field.empty_label = None

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        known_year(starts_at)
        return starts_at


class PositionsForm(forms.Form):
    """One choice per institution, as noted by the secretary."""

    def __init__(self, data: Any = None, *, item: AgendaItem) -> None:
        super().__init__(data)
        self.institutions = {i.code: i for i in PilotInstitution.objects.filter(is_active=True)}
        noted = {position.institution.code: position.position for position in item.positions.all()}
        for code, institution in self.institutions.items():
            self.fields[f"position_{code}"] = forms.ChoiceField(
                label=institution.name, choices=PositionChoice.choices, initial=noted.get(code, "sans_avis")
            )

    @property
    def positions(self) -> dict[PilotInstitution, str]:
        return {i: self.cleaned_data[f"position_{code}"] for code, i in self.institutions.items()}


class VerdictForm(ReadableTexts, forms.Form):
    verdict = forms.ChoiceField(
        label="Décision",
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": "Cette décision n'est pas ouverte par la règle de l'appel en l'état des positions."
        },
    )
    usual_reason = forms.ModelChoiceField(
        DecisionReason.objects.filter(is_active=True),
        label="Motif habituel",
        required=False,
        help_text="Sa phrase et son conseil seront écrits au partenaire.",
        empty_label="Aucun",
    )
    reason = forms.CharField(
        label="Motif, lu par le partenaire",
        max_length=2000,
        required=False,
        help_text="Ce motif ou le précédent est nécessaire pour un refus ou un ajournement.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    condition = forms.CharField(
        label="Réserve à lever",
        max_length=2000,
        required=False,
        help_text="Nécessaire pour un accord sous réserve.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(label="Version lue", widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, data: Any = None, *, opened: tuple[str, ...], tranches: list[tuple[Tranche, Decimal]], seen: str
    ) -> None:
        super().__init__(data, initial={"seen": seen})
        labels = dict(Decision.Verdict.choices)
        field: Any = self.fields["verdict"]
        field.choices = [(verdict, labels[verdict]) for verdict in opened]
        self.tranches = tranches
        for tranche, _ in tranches:
            self.fields[f"tranche_{tranche.pk}"] = EuroFormField(label=str(tranche), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        usual: DecisionReason | None = cleaned.get("usual_reason")
        if usual is not None:
            texts = (usual.sentence, usual.advice, cleaned.get("reason", ""))
            cleaned["reason"] = "\n".join(text for text in texts if text)
            if usual.kind != cleaned.get("verdict"):
                self.add_error("usual_reason", f"Ce motif est celui d'une autre décision : {usual.get_kind_display()}.")
        return cleaned

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each tranche with what is left of it and the field of its amount."""
        return [{"tranche": t, "left": left, "field": self[f"tranche_{t.pk}"]} for t, left in self.tranches]

    @property
    def amounts(self) -> dict[int, Decimal]:
        """Tranche pk → euros, of the tranches that give something."""
        values = {t.pk: self.cleaned_data.get(f"tranche_{t.pk}") or ZERO for t, _ in self.tranches}
        return {pk: amount for pk, amount in values.items() if amount > ZERO}


class ContestForm(ReadableTexts, forms.Form):
    reason = forms.CharField(
        label="Pourquoi votre institution conteste cette décision",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SignForm(forms.Form):
    """The hash of the relevé that was on the screen."""

    seen = forms.CharField(label="Version lue", widget=forms.HiddenInput, max_length=64)
