"""What this app shows on the home page of a demo: who can sign in."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from cites.core.registry import Block, home_blocks
from cites.models import Mandate
from funding.demo.people import MAIN_ACCOUNTS, PASSWORD
from funding.demo.shapes import Person

INSTITUTIONS = {"education": "Éducation nationale", "ville": "ville", "prefecture": "préfecture"}


@dataclass(frozen=True)
class DemoAccount:
    email: str
    role: str
    full_name: str
    function: str


@home_blocks.register
def demo_accounts(request: HttpRequest) -> Block | None:
    if not settings.DEMO:
        return None
    accounts = [DemoAccount(p.email, _role(p), p.full_name, p.function) for p in MAIN_ACCOUNTS]
    return Block("funding/_home_demo.html", {"accounts": accounts, "password": PASSWORD})


def _role(person: Person) -> str:
    if person.is_staff:
        return "Administration"
    if not person.mandates:
        return "Partenaire"
    mandate = person.mandates[0]
    label = str(Mandate.Role(mandate.role).label)
    return f"{label}, {INSTITUTIONS[mandate.institution]}" if mandate.institution else label
