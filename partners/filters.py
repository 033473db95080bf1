"""What the directory of organisations can be narrowed to."""

from typing import Any

import django_filters
from django.db.models import Q

from cites.core.registry import organisation_facts
from cites.models import Champ, Quartier
from partners.models import Organisation, OrganisationKind
from partners.models.organisations import OrganisationQuerySet

CER = (("oui", "Souscrit"), ("non", "Pas souscrit, alors qu'il le devrait"))


class OrganisationFilter(django_filters.FilterSet):
    """`facts` come from the other apps: a running action, a late report."""

    q = django_filters.CharFilter(label="Mot du nom, SIRET, RNA ou UAI", method="filter_text", max_length=100)
    kind = django_filters.ChoiceFilter(label="Type", field_name="kind__code", empty_label="Tous les types")
    champ = django_filters.ChoiceFilter(label="Champ", field_name="champs__code", empty_label="Tous les champs")
    quartier = django_filters.ChoiceFilter(label="Quartier", field_name="quartiers", empty_label="Tous les quartiers")
    cer = django_filters.ChoiceFilter(
        label="Contrat d'engagement républicain", choices=CER, method="filter_cer", empty_label="Peu importe"
    )
    fact = django_filters.ChoiceFilter(label="Situation", method="filter_fact", empty_label="Peu importe")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Choices are read once here; a model's choice field would ask again to check each value."""
        super().__init__(*args, **kwargs)
        self.facts = {fact.code: fact for part in organisation_facts for fact in part()}
        offered: dict[str, list[tuple[Any, str]]] = {
            "kind": [(row.code, row.label) for row in OrganisationKind.objects.filter(is_active=True)],
            "champ": [(row.code, row.label) for row in Champ.objects.filter(is_active=True)],
            "quartier": [(row.pk, row.name) for row in Quartier.objects.all()],
            "fact": [(code, fact.label) for code, fact in self.facts.items()],
        }
        for name, choices in offered.items():
            self.filters[name].extra["choices"] = choices

    def filter_text(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        return queryset.search(value)

    def filter_cer(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        asked = Q(kind__asks_cer=True)
        return queryset.filter(asked, cer_signed_on__isnull=value == "non")

    def filter_fact(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        return queryset.filter(pk__in=self.facts[value].organisations)
