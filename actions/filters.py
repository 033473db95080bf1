"""The filters of the lists of actions."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from actions import completion
from actions.models import Action, Call, Review, RevisedBudget
from actions.models.action import GRANTED, Status
from cites.core.text import searchable
from cites.models import Champ, PilotInstitution, Quartier, School


def search(queryset: QuerySet[Action], text: str) -> QuerySet[Action]:
    """Every word, in any order, whatever the accents and capitals."""
    for word in searchable(text).split():
        queryset = queryset.filter(search_text__contains=word)
    return queryset


class PublicActionFilter(django_filters.FilterSet):
    """The public list. Only the places and years that have a published action are offered."""

    q = django_filters.CharFilter(label="Chercher un mot", method="filter_text", max_length=100)
    champ = django_filters.ChoiceFilter(label="Champ", field_name="champ__code", empty_label="Tous les champs")
    quartier = django_filters.ChoiceFilter(label="Quartier", field_name="quartiers", empty_label="Tous les quartiers")
    ecole = django_filters.ChoiceFilter(
        label="École ou établissement", field_name="schools__uai", empty_label="Tous les établissements"
    )
    annee = django_filters.ChoiceFilter(label="Année", field_name="call__year", empty_label="Toutes les années")

    class Meta:
        model = Action
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Choices are read once here; a model's choice field would ask again to check each value."""
        super().__init__(*args, **kwargs)
        of_published = {"actions__announced_status__in": GRANTED}
        years = Action.objects.published().order_by("-call__year").values_list("call__year", flat=True)
        offered: dict[str, list[tuple[Any, str]]] = {
            "champ": [(row.code, row.label) for row in Champ.objects.filter(is_active=True)],
            "quartier": [(row.pk, row.name) for row in Quartier.objects.filter(**of_published).distinct()],
            "ecole": [(row.uai, row.name) for row in School.objects.filter(**of_published).distinct()],
            "annee": [(year, str(year)) for year in years.distinct()],
        }
        for name, choices in offered.items():
            self.filters[name].extra["choices"] = choices

    def filter_text(self, queryset: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        return search(queryset, value)


def askable(request: Any) -> QuerySet[PilotInstitution]:
    """Under the veil a pilot asks only about its own institution; coordination sees who has answered."""
    active = PilotInstitution.objects.filter(is_active=True)
    if request is not None and request.user.is_coordination:
        return active
    own = request.user.institution if request is not None else None
    return active.filter(pk=own.pk) if own else active.none()


class ActionFilter(django_filters.FilterSet):
    """What the steering side narrows its working list to."""

    q = django_filters.CharFilter(label="Mot du titre, porteur ou référence", method="filter_text", max_length=100)
    status = django_filters.ChoiceFilter(
        label="État",
        choices=[choice for choice in Status.choices if choice[0] != Status.DRAFT],
        empty_label="Tous les états",
    )
    call = django_filters.ModelChoiceFilter(label="Appel", queryset=Call.objects.all(), empty_label="Tous les appels")
    champ = django_filters.ModelChoiceFilter(label="Champ", queryset=Champ.objects.all(), empty_label="Tous les champs")
    quartiers = django_filters.ModelChoiceFilter(
        label="Quartier", queryset=Quartier.objects.all(), empty_label="Tous les quartiers"
    )
    schools = django_filters.ModelChoiceFilter(
        label="École ou établissement", queryset=School.objects.all(), empty_label="Tous les établissements"
    )
    revised_budget = django_filters.ChoiceFilter(
        label="Budget révisé",
        field_name="revised_budgets__state",
        choices=RevisedBudget.State,
        empty_label="Peu importe",
    )
    avis_missing = django_filters.ModelChoiceFilter(
        label="Avis attendu de",
        queryset=askable,
        to_field_name="code",
        method="filter_avis_missing",
        empty_label="Peu importe",
    )

    complement = django_filters.ChoiceFilter(
        label="Complément",
        choices=[("questions", "Questions à envoyer"), ("late", "Attendu, en retard")],
        method="filter_complement",
        empty_label="Peu importe",
    )

    class Meta:
        model = Action
        fields: list[str] = []

    def filter_complement(self, queryset: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        """By the questions that this person may read; by requests whose last day has passed."""
        found: Any = completion.waiting(self.request.user) if value == "questions" else completion.overdue()
        return queryset.filter(pk__in=found.values("action"))

    def filter_text(self, queryset: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        return search(queryset, value)

    def filter_avis_missing(
        self, queryset: QuerySet[Action], name: str, institution: PilotInstitution
    ) -> QuerySet[Action]:
        """Files in review where this institution is expected and has not answered."""
        asked = Review.objects.filter(seats__institution=institution).exclude(avis__institution=institution)
        return queryset.filter(status=Status.IN_REVIEW, pk__in=asked.values("action"))
