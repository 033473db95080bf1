"""The budget of an action after a cut: the same table, the same rules, with the grant as it was announced."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from actions.budget import REQUEST, problems_of_plan
from actions.forms.budget import BudgetFields
from actions.forms.fields import ReadableTexts
from cites.core.money import format_euros


class RevisedBudgetForm(BudgetFields, ReadableTexts, forms.Form):
    """`kept` are the lines of the submitted budget; the line of the request is what was granted, and is not typed."""

    def __init__(self, draft: dict[str, list[str]], *, granted: Decimal, kept: Iterable[str] = ()) -> None:
        super().__init__(MultiValueDict(draft))
        self.granted = granted
        self.add_budget(draft, kept=kept)
        self.fields[REQUEST].label = "Cité éducative : montant accordé"
        self.fields[REQUEST].widget.attrs["readonly"] = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.say(problems_of_plan(self._as_typed()))
        if self.requested != self.granted and REQUEST not in self.errors:
            self.add_error(REQUEST, f"La subvention est le montant accordé : {format_euros(self.granted)}.")
        return cleaned


class RevisionForm(ReadableTexts, forms.Form):
    request = forms.CharField(
        label="Ce qui est à revoir dans ce budget",
        max_length=4000,
        help_text="Le partenaire lira ce texte.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
