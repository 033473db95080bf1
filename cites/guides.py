"""The guides of `docs/guides/`, shown under `/aide/`: one a role, the same files on disk and on screen."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from cites.core import markdown
from cites.models import User

FOLDER = settings.BASE_DIR / "docs" / "guides"


@dataclass(frozen=True)
class Guide:
    slug: str
    role: str
    about: str

    @property
    def url(self) -> str:
        return reverse("public:guide", args=[self.slug])

    def read(self) -> markdown.Text:
        return markdown.read((FOLDER / f"{self.slug}.md").read_text(encoding="utf-8"), follow)


GUIDES = {
    guide.slug: guide
    for guide in (
        Guide("visiteur", "Visiteuse, visiteur", "Lire ce que fait la cité, sans compte."),
        Guide("partenaire", "Partenaire", "Proposer une action, suivre le dossier et l’argent, rendre le bilan."),
        Guide("instruction", "Instruction", "Lire les dossiers et préparer l’avis de son institution."),
        Guide("pilote", "Pilote", "Donner un avis, décider en séance, signer le relevé, suivre l’enveloppe."),
        Guide("coordination", "Coordination", "Tenir les appels, les dossiers, les séances et les bilans."),
        Guide("administration", "Administration", "Tenir les comptes, les mandats, les référentiels et la convention."),
    )
}


def for_person(user: User) -> Guide:
    """The guide of what this person does here; a seat on the pilots' side counts before a partner's."""
    held = {
        "administration": user.is_staff,
        "pilote": user.is_pilot,
        "coordination": user.is_coordination,
        "instruction": user.is_instructeur,
        "partenaire": user.is_partner,
    }
    return GUIDES[next((slug for slug, holds in held.items() if holds), "visiteur")]


def follow(address: str) -> str | None:
    """A link of a guide, as the portal can follow it; other files of the project are not pages of it."""
    if re.match(r"https://|#|/(?!/)", address):
        return address
    name, _, part = address.partition("#")
    match = re.fullmatch(r"(?:\./)?([a-z]+)\.md", name)
    if match is None or match[1] not in GUIDES:
        return None
    return GUIDES[match[1]].url + (f"#{part}" if part else "")
