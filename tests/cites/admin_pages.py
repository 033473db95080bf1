"""What the tests of the administration share: its addresses, its forms as a browser sends them, a convention."""

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from cites.models import Commitment, ConventionCadre, Event, PilotInstitution, Signatory
from tests import factories


def page(label: str, view: str, *args: Any) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{view}", args=args)


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("seq"))


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back of this page, unchanged."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for wrapper in context["inline_admin_formsets"]:
        forms += [wrapper.formset.management_form, *wrapper.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            widget = field.field.widget
            if hasattr(widget, "decompress") and not isinstance(value, list | tuple):
                parts = widget.decompress(value)
                data.update({f"{field.html_name}_{i}": part or "" for i, part in enumerate(parts)})
            elif value is not None and value is not False:
                data[field.html_name] = value
    return data


def a_convention() -> ConventionCadre:
    convention = ConventionCadre.objects.create(
        title="Convention-cadre", period=factories.make_period(), articles="Article 1", signed_on=date(2025, 3, 21)
    )
    Signatory.objects.create(convention_cadre=convention, institution_name="Ville", capacity="Maire")
    ville = PilotInstitution.objects.get(code="ville")
    Commitment.objects.create(convention_cadre=convention, text="Engagement de la ville", owner=ville)
    return convention
