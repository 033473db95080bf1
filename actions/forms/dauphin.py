"""The number of a file in Dauphin."""

from django import forms

from actions import dauphin


class DauphinNumberForm(forms.Form):
    number = forms.CharField(
        label="Numéro du dossier dans Dauphin",
        max_length=20,
        required=False,
        help_text="Huit chiffres, par exemple DA01234567. Vide : pas encore de dossier dans Dauphin.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    version = forms.IntegerField(label="Version lue", widget=forms.HiddenInput, min_value=0, max_value=1_000_000)

    def clean_number(self) -> str:
        return dauphin.normalised(self.cleaned_data["number"])
