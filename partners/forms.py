"""Forms about an organisation, its people and its alliances."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cites.core.fields import RowsField
from cites.core.text import searchable, storable
from cites.models import Champ, Quartier
from partners import joining
from partners.models import Contact, Membership, Organisation, OrganisationKind

MOST_CONTACTS = 5


class NumberField(forms.CharField):
    """A number as people copy it: its spaces, dots and small letters mean nothing."""

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s.\-]", "", super().to_python(value) or "").upper()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No `maxlength`: a browser would cut what is pasted with its spaces."""
        return {"autocomplete": "off", "spellcheck": "false"}


class OrganisationForm(forms.ModelForm[Organisation]):
    """What its responsable keeps up to date. The SIRET and the kind are those it came with."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)

    class Meta:
        model = Organisation
        fields = [
            *("name", "short_name", "rna", "uai", "purpose", "champs", "quartiers"),
            *("address", "postal_code", "city", "email", "phone", "website"),
            *("legal_representative", "cer_signed_on"),
        ]
        field_classes = {"rna": NumberField, "uai": NumberField, "champs": RowsField, "quartiers": RowsField}
        widgets = {
            "champs": forms.CheckboxSelectMultiple,
            "quartiers": forms.CheckboxSelectMultiple,
            "purpose": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "rna": "Pour une association, par exemple W941000000.",
            "uai": "Pour un établissement scolaire : 7 chiffres et une lettre.",
            "legal_representative": "Nom, prénom et fonction.",
            "website": "Par exemple https://www.exemple.org",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: dict[str, Any] = {"champs": Champ.objects.filter(is_active=True), "quartiers": Quartier.objects.all()}
        for name in rows.keys() & self.fields.keys():
            field: Any = self.fields[name]
            field.queryset = rows[name]
        if "version" in self.fields:
            self.fields["version"].initial = self.instance.edit_version
        self._without_what_its_kind_has_not()

    def _without_what_its_kind_has_not(self) -> None:
        """Once the kind is known, only its own numbers are asked."""
        if not self.instance.pk:
            return
        kind = self.instance.kind
        for name, is_asked in (("rna", kind.needs_rna), ("uai", kind.needs_uai), ("cer_signed_on", kind.asks_cer)):
            if not is_asked:
                self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        kind = data.get("kind") or (self.instance.kind if self.instance.pk else None)
        if kind is None:
            return data
        if kind.needs_uai and not data.get("uai") and "uai" not in self.errors:
            self.add_error("uai", "Un établissement scolaire a un code UAI : il est sur ses courriers officiels.")
        for name, is_asked in (("rna", kind.needs_rna), ("uai", kind.needs_uai)):
            if data.get(name) and not is_asked:
                self.add_error(name, f"Une organisation de type « {kind} » n'a pas ce numéro : laissez vide.")
        return data


class NewOrganisationForm(OrganisationForm):
    """What it takes to exist: the rest is filled in later."""

    version = None  # type: ignore[assignment]
    is_another = forms.BooleanField(label="C'est une autre organisation, qui porte le même nom.", required=False)

    class Meta(OrganisationForm.Meta):
        fields = ["name", "kind", "siret", "rna", "uai", "address", "postal_code", "city", "legal_representative"]
        field_classes = {"siret": NumberField, "rna": NumberField, "uai": NumberField}
        help_texts = {
            **OrganisationForm.Meta.help_texts,
            "siret": "Les 14 chiffres de l'avis de situation de l'INSEE.",
        }
        error_messages = {"siret": {"unique": joining.EXISTS}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.queryset, kind.empty_label = OrganisationKind.objects.filter(is_active=True), "Choisissez"
        self.namesake = joining.namesake(storable(self.data.get("name", "")))
        if self.namesake is None:
            del self.fields["is_another"]

    def clean(self) -> dict[str, Any]:
        """The same name with another SIRET is often the same organisation, whose number was not at hand."""
        data = super().clean()
        if self.namesake and not data.get("is_another"):
            there = f"« {self.namesake} »" + (f" ({self.namesake.city})" if self.namesake.city else "")
            sentence = f"{there} est déjà dans le portail. Si c'est la vôtre, demandez à la rejoindre."
            self.add_error("name", f"{sentence} Sinon, cochez la case à la fin de cette page.")
        return data


ContactFormSet: Any = forms.inlineformset_factory(
    Organisation,
    Contact,
    fields=["name", "function", "email", "phone"],
    extra=1,
    max_num=MOST_CONTACTS,
    absolute_max=MOST_CONTACTS,
    validate_max=True,
    can_delete_extra=False,
)


class TieForm(forms.Form):
    other = forms.CharField(
        label="Organisation", max_length=150, help_text="Son SIRET, son RNA, son code UAI ou son nom entier."
    )
    subject = forms.CharField(label="Sur quoi vous travaillez ensemble", max_length=150)
    since = forms.DateField(label="Depuis le", required=False)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_other(self) -> Organisation:
        """Whole numbers and whole names only: this is not a way to read the directory."""
        typed = searchable(self.cleaned_data["other"])
        found = list(joining.find(self.cleaned_data["other"])[: joining.MOST_FOUND])
        number = re.sub(r"[\s.\-]", "", typed).upper()
        same = [row for row in found if searchable(row.name) == typed or number in (row.siret, row.rna, row.uai)]
        if not same:
            raise ValidationError("Aucune organisation du portail n'a ce nom ou ce numéro.")
        if len(same) > 1:
            raise ValidationError("Plusieurs organisations ont ce nom : donnez plutôt le SIRET.")
        if same[0] == self.organisation:
            raise ValidationError("Une organisation ne travaille pas avec elle-même.")
        return same[0]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Rôle", choices=Membership.Role, widget=forms.RadioSelect)


class InviteForm(RoleForm):
    email = forms.EmailField(
        label="Adresse électronique", max_length=254, help_text="Celle de la personne : elle seule pourra accepter."
    )
    field_order = ["email", "role"]


class AnswerForm(RoleForm):
    """One form, two ends: give a role, or say why not."""

    reason = forms.CharField(
        label="Si vous refusez : pourquoi",
        max_length=500,
        required=False,
        help_text="La personne lira ce texte.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "refuse" in self.data and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Dites pourquoi vous refusez.")
        return data


class FindForm(forms.Form):
    q = forms.CharField(
        label="Nom, SIRET, RNA ou code UAI de votre organisation",
        max_length=150,
        help_text="Trois lettres du nom suffisent ; les accents ne comptent pas.",
    )


class JoinForm(forms.Form):
    message = forms.CharField(
        label="Qui êtes-vous dans cette organisation ?",
        max_length=500,
        required=False,
        help_text="Par exemple : trésorière depuis septembre. La personne qui répond lira ce texte.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
