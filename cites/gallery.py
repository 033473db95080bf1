"""What the gallery shows: forms of every kind of field, filled, wrong and disabled, and lists long enough to turn."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.apps import apps
from django.core.paginator import Page, Paginator

from cites.core.colours import COLOURS
from cites.core.money import EuroFormField
from cites.core.uploads import UploadField

CHOICES = [("a", "Premier choix"), ("b", "Deuxième choix, dont le libellé est assez long pour passer à la ligne")]
LONG = "Un texte qui ne tient pas sur une ligne, comme en écrivent les gens : " + "anticonstitutionnellement " * 8
WORD = "https://exemple.test/" + "x" * 120
STEPS = [(title, "#etape") for title in ("Le porteur", "Le public", "Les lieux et les dates", "Le budget")]
NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)


class Fields(forms.Form):
    """One field of each kind."""

    text = forms.CharField(label="Texte", help_text="Une aide avant la saisie.", max_length=60)
    email = forms.EmailField(label="Courriel", help_text="Par exemple : prenom.nom@exemple.fr")
    number = forms.IntegerField(label="Nombre", min_value=1)
    amount = EuroFormField(label="Montant")
    day = forms.DateField(label="Date")
    moment = forms.DateTimeField(label="Date et heure")
    long_text = forms.CharField(label="Texte long", widget=forms.Textarea(attrs={"rows": 3}))
    password = forms.CharField(label="Mot de passe", widget=forms.PasswordInput)
    one = forms.ChoiceField(label="Un choix dans une liste", choices=[("", "Choisir"), *CHOICES])
    radio = forms.ChoiceField(label="Un choix", choices=CHOICES, widget=forms.RadioSelect, help_text="Un seul.")
    several = forms.MultipleChoiceField(label="Plusieurs choix", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    list_of_several = forms.MultipleChoiceField(label="Plusieurs choix dans une liste", choices=CHOICES)
    box = forms.BooleanField(label="Case à cocher", help_text="Ce que l’on accepte en cochant.")
    file = UploadField(label="Fichier", kinds=("PDF", "JPEG"), max_bytes=10_000_000)
    many_files = UploadField(label="Fichiers", max_bytes=5_000_000, several=True)
    two = forms.SplitDateTimeField(label="Jour et heure")
    optional = forms.CharField(label="Champ que l’on peut laisser vide", required=False)
    readonly = forms.CharField(label="Champ désactivé", disabled=True, initial="Ne se modifie pas")


class Filter(forms.Form):
    q = forms.CharField(label="Chercher un mot", required=False)
    state = forms.ChoiceField(label="État", choices=[("", "Tous les états"), *CHOICES], required=False)


Rows = forms.formset_factory(Filter, extra=1)
FILLED: dict[str, Any] = {
    "text": LONG[:60],
    "email": "camille.durand@exemple.fr",
    "number": 12,
    "amount": "1 234,56",
    "day": date(2026, 11, 24),
    "moment": NOW,
    "long_text": LONG,
    "one": "b",
    "radio": "b",
    "several": ["a", "b"],
    "list_of_several": ["b"],
    "box": True,
    "two": NOW,
}
WRONG = {"number": "douze", "amount": "12,5O", "day": "31/02/2026", "email": "camille", "text": "x" * 61}


def pages(number: int, of: int) -> Page[int]:
    return Paginator(range(of), 1).page(number)


def labels() -> dict[str, str]:
    """The label of each code that has a colour, wherever a model names it."""
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return {str(code): str(label) for field in fields for code, label in field.flatchoices if code in COLOURS}


def context() -> dict[str, Any]:
    return {
        "empty": Fields(prefix="empty"),
        "filled": Fields(initial=FILLED, prefix="filled"),
        "wrong": Fields({f"wrong-{name}": text for name, text in WRONG.items()}, prefix="wrong"),
        "rows": Rows({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-state": "z"}),
        "filter": Filter({"active-q": "musique", "active-state": "a"}, prefix="active"),
        "no_filter": Filter({}, prefix="inactive"),
        "badges": [(code, labels().get(code, "")) for code in COLOURS],
        "middle": pages(6, 12),
        "alone": pages(1, 1),
        "steps": STEPS,
        "long": LONG,
        "word": WORD,
        "now": NOW,
        "twelve": range(1, 13),
    }
