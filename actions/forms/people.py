"""To whom a file is handed over."""

from typing import Any

from django import forms

from cites.models import User


class ColleagueForm(forms.Form):
    """`seen` is the person in charge when the page was drawn."""

    colleague = forms.TypedChoiceField(label="Nouvelle personne chargée du dossier", coerce=int)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, colleagues: list[User], seen: int | None) -> None:
        super().__init__(data, initial={"seen": seen})
        self.colleagues = {one.pk: one for one in colleagues}
        choice: Any = self.fields["colleague"]
        choice.choices = [("", "Choisissez"), *((one.pk, f"{one} ({one.email})") for one in colleagues)]

    @property
    def chosen(self) -> User:
        return self.colleagues[self.cleaned_data["colleague"]]
