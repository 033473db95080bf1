"""The form a partner fills once: the draft keeps what was typed, this says whether it can be submitted."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from actions.forms.fields import ReadableTexts
from actions.models import Action, BudgetLine, Call
from cites.core.fields import RowsField
from cites.core.money import ZERO, EuroFormField, format_euros, parse_euros
from cites.core.text import storable
from cites.models import ActorKind, AgeRange, Champ, Quartier, School, SchoolTime, Theme

MAX_TEXT = 8000
MAX_PARTICIPANTS = 100_000
# What a page sends beside the text: its key, its version, the button.
NOT_TYPED = ("csrfmiddlewaretoken", "draft_version", "next", "save", "check")
PRIVATE_NOTE = "N'écrivez aucun nom d'enfant ni de famille."


@dataclass(frozen=True)
class BudgetRow:
    line: BudgetLine
    field: Any


@dataclass(frozen=True)
class BudgetSide:
    """One side of the budget as typed; `total` adds up what reads as an amount."""

    code: str
    label: str
    rows: list[BudgetRow]
    total: Decimal


class ProposalForm(ReadableTexts, forms.Form):
    title = forms.CharField(label="Intitulé de l'action", max_length=160)
    theme = forms.ModelChoiceField(
        Theme.objects.none(), label="Champ et sous-thème", help_text="Le sous-thème choisi fixe le champ de l'action."
    )
    objectives = forms.CharField(label="Objectifs", max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4}))
    description = forms.CharField(
        label="Description de l'action",
        max_length=MAX_TEXT,
        help_text=f"Ce qui se passe, où, quand, avec qui. {PRIVATE_NOTE}",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    public_description = forms.CharField(
        label="Résumé pour le public",
        max_length=600,
        help_text="Deux ou trois phrases, publiées si l'action est accordée.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    age_ranges = RowsField(AgeRange.objects.none(), label="Publics concernés", widget=forms.CheckboxSelectMultiple)
    participants = forms.IntegerField(
        label="Nombre de participants prévus",
        min_value=1,
        max_value=MAX_PARTICIPANTS,
        help_text="Personnes différentes.",
    )
    school_times = RowsField(SchoolTime.objects.none(), label="Temps de l'enfant", widget=forms.CheckboxSelectMultiple)
    starts_on = forms.DateField(label="Début de l'action", widget=forms.DateInput)
    ends_on = forms.DateField(label="Fin de l'action", widget=forms.DateInput)
    schools = RowsField(
        School.objects.none(), label="Établissements scolaires", required=False, widget=forms.CheckboxSelectMultiple
    )
    quartiers = RowsField(
        Quartier.objects.none(), label="Quartiers", required=False, widget=forms.CheckboxSelectMultiple
    )
    actors = RowsField(
        ActorKind.objects.none(),
        label="Qui prend part à l'action, autour de l'école",
        widget=forms.CheckboxSelectMultiple,
    )
    actors_note = forms.CharField(
        label="Ce que font ces personnes",
        max_length=2000,
        required=False,
        help_text="Par exemple : les parents co-animent un atelier sur deux.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    minimum = EuroFormField(
        label="Montant minimum pour que l'action se fasse",
        help_text="En dessous de cette somme, vous ne pourriez pas la mener.",
    )
    is_accurate = forms.BooleanField(
        label="Je certifie l'exactitude de ces informations et être à jour de mes obligations fiscales et sociales."
    )

    def __init__(self, data: Any = None, *, call: Call, asks_cer: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.call = call
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
        period = f"Entre le {call.earliest_start:%d/%m/%Y} et le {call.latest_end:%d/%m/%Y}."
        self.fields["starts_on"].help_text = self.fields["ends_on"].help_text = period
        self.lines = list(BudgetLine.objects.filter(is_active=True))
        for line in self.lines:
            self.fields[field_name(line)] = _line_field(line)
        if asks_cer:
            self.fields["cer"] = forms.BooleanField(
                label="L'association a souscrit le contrat d'engagement républicain."
            )

    def _field(self, name: str) -> Any:
        return self.fields[name]

    @classmethod
    def of(cls, action: Action, *, bound: bool = True) -> "ProposalForm":
        """The form as last typed. Bound, it can say what is wrong; unbound, it only shows."""
        data = as_data(action.draft) if bound else None
        initial = {k: v[0] if len(v) == 1 else v for k, v in action.draft.items()} if not bound else None
        return cls(data, call=action.call, asks_cer=action.organisation.kind.asks_cer, initial=initial)

    def forgive_blanks(self) -> None:
        """A draft says what is wrong, not what is still to come: that is for the page of relecture."""
        for name, errors in list(self.errors.items()):
            if all(error.code == "required" for error in errors.as_data()):
                del self.errors[name]

    @property
    def budget(self) -> list[BudgetSide]:
        """The four sides in reading order."""
        sides = []
        for side in BudgetLine.Side:
            rows = [BudgetRow(line, self[field_name(line)]) for line in self.lines if line.side == side]
            total = sum((_readable(row.field.value()) for row in rows), ZERO)
            sides.append(BudgetSide(side.value, str(side.label), rows, total))
        return sides

    @property
    def amounts(self) -> dict[str, Decimal]:
        """Line code → amount, of the lines that hold one. After validation."""
        values = {line.code: self.cleaned_data.get(field_name(line)) for line in self.lines}
        return {code: value for code, value in values.items() if value}

    def total(self, side: str) -> Decimal:
        amounts = self.amounts
        return sum((amounts.get(line.code, ZERO) for line in self.lines if line.side == side), ZERO)

    @property
    def requested(self) -> Decimal:
        return self.amounts.get(BudgetLine.REQUEST, ZERO)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_dates(cleaned)
        self._check_budget(cleaned)
        return cleaned

    def _check_dates(self, cleaned: dict[str, Any]) -> None:
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        for name, day in (("starts_on", start), ("ends_on", end)):
            if day and not self.call.earliest_start <= day <= self.call.latest_end:
                self.add_error(name, f"Cette date sort de l'appel. {self.fields[name].help_text}")
        if start and end and end < start:
            self.add_error("ends_on", "La fin de l'action précède son début.")

    def _check_budget(self, cleaned: dict[str, Any]) -> None:
        if any(name.startswith("line_") for name in self.errors):
            return
        charges, produits = self.total("charge"), self.total("produit")
        request = f"line_{BudgetLine.REQUEST}"
        if charges != produits:
            self.add_error(None, _gap("Le budget n'est pas équilibré", charges, "de charges", produits, "de produits"))
        if self.total("cvn_charge") != self.total("cvn_produit"):
            self.add_error(
                None,
                _gap(
                    "Les contributions volontaires ne sont pas équilibrées",
                    self.total("cvn_charge"),
                    "en emplois (86)",
                    self.total("cvn_produit"),
                    "en ressources (87)",
                ),
            )
        if not self.requested:
            blank = None if self.amounts else "required"
            sentence = "Indiquez le montant que vous demandez à la cité éducative."
            self.add_error(request, forms.ValidationError(sentence, code=blank))
        minimum = cleaned.get("minimum")
        if minimum is not None and self.requested and minimum > self.requested:
            self.add_error("minimum", f"Le minimum dépasse le montant demandé ({format_euros(self.requested)}).")


def _gap(title: str, left: Decimal, left_name: str, right: Decimal, right_name: str) -> str:
    return (
        f"{title} : {format_euros(left)} {left_name}, {format_euros(right)} {right_name}"
        f" — écart de {format_euros(abs(left - right))}."
    )


def _readable(typed: str | None) -> Decimal:
    try:
        return parse_euros(typed) if typed else ZERO
    except forms.ValidationError:
        return ZERO


def field_name(line: BudgetLine) -> str:
    return f"line_{line.code}"


def _line_field(line: BudgetLine) -> EuroFormField:
    attrs = {
        "inputmode": "decimal",
        "autocomplete": "off",
        "data-budget": line.side,
    }
    return EuroFormField(label=line.label, required=False, widget=forms.TextInput(attrs=attrs))


def _themes_by_champ() -> list[tuple[str, list[tuple[int, str]]]]:
    champs = Champ.objects.filter(is_active=True).prefetch_related("themes")
    return [
        (champ.label, [(theme.pk, str(theme)) for theme in champ.themes.all() if theme.is_active]) for champ in champs
    ]


def as_data(draft: dict[str, list[str]]) -> MultiValueDict[str, str]:
    return MultiValueDict(draft)


def as_draft(data: Any) -> dict[str, list[str]]:
    """What was typed, however wrong, in a form that any database stores."""
    kept = (key for key in data if key not in NOT_TYPED)
    return {storable(key): [storable(value) for value in data.getlist(key)] for key in kept}
