"""The questions of a proposal, a class per step of the form. What is asked is here, what is checked in `proposal`."""

from django import forms
from django.core.validators import RegexValidator

from actions.models.action import Nature
from cites.core.fields import RowsField
from cites.core.money import EuroFormField
from cites.models import ActorKind, AgeRange, Quartier, School, SchoolTime, Theme

MAX_TEXT = 8000
SHORT_TEXT = 2000
MAX_PARTICIPANTS = 100_000
INDICATORS = range(1, 5)
PRIVATE_NOTE = "N'écrivez aucun nom d'enfant ni de famille."

FREQUENCIES = [("first", "Première demande"), ("renewal", "Renouvellement d'une demande déjà financée")]
ARTICULATIONS = [
    ("pre", "Programme de réussite éducative (PRE)"),
    ("pedt", "Projet éducatif territorial (PEdT)"),
    ("ctg", "Convention territoriale globale avec la CAF (CTG)"),
    ("projet_ecole", "Projet d'école ou d'établissement"),
    ("contrat_ville", "Contrat de ville"),
]
FEES = [("free", "Gratuite pour les familles"), ("paid", "Une participation est demandée")]
HIRES = [("no", "Non"), ("yes", "Oui")]
SIGNATORIES = [
    ("legal", "La représentante ou le représentant légal de l'organisation"),
    ("delegate", "Une personne qui a reçu délégation de signature"),
]
_PHONE = RegexValidator(r"^\+?[0-9][0-9 .()-]{5,19}$", "Écrivez le numéro en chiffres, par exemple 01 23 45 67 89.")


def _text(
    label: str, help_text: str = "", *, rows: int = 3, longest: int = SHORT_TEXT, required: bool = False
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, help_text=help_text, required=required, widget=widget)


def _count(label: str, help_text: str = "", *, least: int = 0, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=MAX_PARTICIPANTS, help_text=help_text, required=required
    )


def _one_of(
    label: str, choices: list[tuple[str, str]], help_text: str = "", *, required: bool = True
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, required=required, widget=forms.RadioSelect
    )


class HolderPart(forms.Form):
    """Who answers for the file, beside the organisation that is known already."""

    contact_name = forms.CharField(
        label="Personne chargée du dossier",
        max_length=150,
        help_text="La coordination s'adresse à elle.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_email = forms.EmailField(
        label="Son courriel", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    contact_phone = forms.CharField(
        label="Son téléphone",
        max_length=20,
        required=False,
        validators=[_PHONE],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class ProjectPart(forms.Form):
    title = forms.CharField(label="Intitulé de l'action", max_length=160)
    frequency = _one_of("Votre demande", FREQUENCIES)
    nature = _one_of("L'action", Nature.choices)
    theme = forms.ModelChoiceField(
        Theme.objects.none(), label="Champ et sous-thème", help_text="Le sous-thème choisi fixe le champ de l'action."
    )
    priorities = forms.MultipleChoiceField(
        label="Priorités de l'appel auxquelles l'action répond", required=False, widget=forms.CheckboxSelectMultiple
    )
    objectives = _text("Objectifs", rows=4, longest=MAX_TEXT, required=True)
    description = _text(
        "Description de l'action",
        f"Ce qui se passe, où, quand, avec qui. {PRIVATE_NOTE}",
        rows=8,
        longest=MAX_TEXT,
        required=True,
    )
    public_description = _text(
        "Résumé pour le public",
        "Deux ou trois phrases, publiées si l'action est accordée.",
        longest=600,
        required=True,
    )
    articulations = forms.MultipleChoiceField(
        label="L'action s'appuie sur",
        choices=ARTICULATIONS,
        required=False,
        help_text="Ce qui existe déjà et dont elle est le complément.",
        widget=forms.CheckboxSelectMultiple,
    )
    articulation_note = _text("Comment l'action s'articule avec ces dispositifs", "Qui oriente, qui fait quoi.")


class PublicPart(forms.Form):
    """For whom. Numbers only: nothing here can name a child."""

    age_ranges = RowsField(AgeRange.objects.none(), label="Publics concernés", widget=forms.CheckboxSelectMultiple)
    participants = _count("Nombre de participants prévus", "Personnes différentes.", least=1, required=True)
    girls = _count("Dont filles ou femmes", "Une estimation, en nombre de personnes.")
    boys = _count("Dont garçons ou hommes", "Une estimation, en nombre de personnes.")
    from_quartiers = _count("Dont habitants d'un quartier prioritaire (QPV)", "Une estimation, en nombre de personnes.")
    fee = _one_of("Participation financière", FEES)
    fee_note = forms.CharField(
        label="Montant demandé aux familles",
        max_length=200,
        required=False,
        help_text="Par exemple : 5 € par trimestre, gratuit pour les bénéficiaires du quotient 1.",
    )
    equality = _text(
        "Égalité entre les filles et les garçons",
        f"Ce que vous faites pour que toutes et tous viennent et participent. {PRIVATE_NOTE}",
        required=True,
    )
    parents_place = _text(
        "Place des parents", f"Sont-ils informés, invités, associés à la préparation ? {PRIVATE_NOTE}"
    )


class PlacesPart(forms.Form):
    school_times = RowsField(SchoolTime.objects.none(), label="Temps de l'enfant", widget=forms.CheckboxSelectMultiple)
    starts_on = forms.DateField(label="Début de l'action", widget=forms.DateInput)
    ends_on = forms.DateField(label="Fin de l'action", widget=forms.DateInput)
    schools = RowsField(
        School.objects.none(), label="Établissements scolaires", required=False, widget=forms.CheckboxSelectMultiple
    )
    quartiers = RowsField(
        Quartier.objects.none(), label="Quartiers", required=False, widget=forms.CheckboxSelectMultiple
    )
    territory = _text("Lieux de l'action", "Salles, équipements, rues : là où l'on vous trouvera.")
    actors = RowsField(
        ActorKind.objects.none(),
        label="Qui prend part à l'action, autour de l'école",
        widget=forms.CheckboxSelectMultiple,
    )
    actors_note = _text("Ce que font ces personnes", "Par exemple : les parents co-animent un atelier sur deux.")
    volunteers = _count("Bénévoles", "Personnes qui interviennent sans être payées.")
    employees = _count("Salariées et salariés", "Personnes payées qui travaillent à l'action.")
    full_time = forms.DecimalField(
        label="Soit en équivalent temps plein (ETP)",
        min_value=0,
        max_value=1000,
        max_digits=6,
        decimal_places=2,
        localize=True,
        required=False,
        help_text="Un mi-temps sur l'année compte 0,5.",
    )
    hires = _one_of("Un recrutement est-il prévu pour cette action ?", HIRES, required=False)
    hires_note = forms.CharField(
        label="Quel recrutement",
        max_length=200,
        required=False,
        help_text="Par exemple : une animatrice, 0,3 ETP, de septembre à juin.",
    )
    equipment = _text("Moyens matériels", "Salles, véhicules, jeux, ordinateurs : ce que vous avez et ce qu'il faut.")


class BudgetPart(forms.Form):
    """The lines of the budget are rows: the form adds a field for each."""

    minimum = EuroFormField(
        label="Montant minimum pour que l'action se fasse",
        help_text="En dessous de cette somme, vous ne pourriez pas la mener.",
    )


class EvaluationPart(forms.Form):
    """What will show that the objectives are reached: an indicator and its target, four times at most."""

    indicator_1 = forms.CharField(
        label="Premier indicateur", max_length=200, help_text="Par exemple : collégiens venus au moins dix fois."
    )
    target_1 = forms.CharField(label="Sa cible", max_length=80, help_text="Par exemple : 30 sur 40.")
    indicator_2 = forms.CharField(label="Deuxième indicateur", max_length=200, required=False)
    target_2 = forms.CharField(label="Cible du deuxième", max_length=80, required=False)
    indicator_3 = forms.CharField(label="Troisième indicateur", max_length=200, required=False)
    target_3 = forms.CharField(label="Cible du troisième", max_length=80, required=False)
    indicator_4 = forms.CharField(label="Quatrième indicateur", max_length=200, required=False)
    target_4 = forms.CharField(label="Cible du quatrième", max_length=80, required=False)
    evaluation_note = _text(
        "Comment vous évaluez", f"Qui compte, qui demande leur avis aux familles, quand. {PRIVATE_NOTE}"
    )
    other_information = _text("Informations complémentaires", f"Ce que les pilotes doivent savoir. {PRIVATE_NOTE}")


class PledgesPart(forms.Form):
    is_accurate = forms.BooleanField(label="Je certifie l'exactitude des informations de ce dossier.")
    up_to_date = forms.BooleanField(
        label="L'organisation est à jour de ses obligations fiscales et sociales, et des paiements qui y correspondent."
    )
    cer = forms.BooleanField(label="L'association a souscrit le contrat d'engagement républicain.")
    public_aid = forms.ChoiceField(
        label="Aides publiques reçues sur les trois derniers exercices", choices=[], widget=forms.RadioSelect
    )
    signatory = _one_of("Qui signe la demande ?", SIGNATORIES)
    delegation = forms.CharField(
        label="Délégation de signature",
        max_length=200,
        required=False,
        help_text="Son numéro, sa date et qui l'a donnée. Le pouvoir se joint dans les pièces.",
    )
