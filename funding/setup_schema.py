"""What `manage.py setup` asks, in order: the sections of its file and the keys of each, in French."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from cites.core.import_values import day, euros, one_of
from cites.models import Cite, Commune, LabelPeriod, Mandate, PilotInstitution, Quartier, School, User
from funding.models import Tranche

PARAGRAPH = "Plusieurs phrases sur une ligne."


@dataclass(frozen=True, kw_only=True)
class Key:
    """`name` is what the person reads, `field` where it goes; `among` names the key of a section it points to."""

    name: str
    field: str = ""
    question: str
    read: Callable[[Any], Any]
    required: bool = False
    among: tuple[str, str] = ("", "")

    def value(self, raw: Any) -> Any:
        """None for nothing. Raises ValidationError in French."""
        if raw is None or raw == "":
            if self.required:
                raise ValidationError("cette réponse est nécessaire.")
            return None
        return self.read(raw)


@dataclass(frozen=True, kw_only=True)
class Section:
    name: str
    title: str
    model: type[models.Model]
    keys: tuple[Key, ...]
    many: bool = True
    required: bool = False

    @property
    def header(self) -> str:
        """As it stands in the file."""
        return f"[[{self.name}]]" if self.many else f"[{self.name}]"

    def check(self, key: Key, value: Any) -> None:
        """What the field itself refuses: a length, a pattern, a key letter."""
        if key.field and value is not None and not key.among[0]:
            others = {field.name for field in self.model._meta.fields} - {key.field}
            self.model(**{key.field: value}).clean_fields(exclude=others)


def text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValidationError("écrivez un texte, entre guillemets.")
    return raw.strip()


def an_address(raw: Any) -> str:
    validate_email(address := text(raw).lower())
    return address


def a_code(raw: Any) -> str:
    return text(raw).lower()


def a_day(raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    return day(text(raw))


def a_year(raw: Any) -> int:
    if not re.fullmatch(r"20[0-9]{2}", str(raw)):
        raise ValidationError(f"« {raw} » n'est pas une année : écrivez 2025.")
    return int(raw)


def an_amount(raw: Any) -> Decimal:
    if isinstance(raw, float | bool):
        raise ValidationError('écrivez ce montant entre guillemets : "150000,50".')
    return euros(str(raw))


def choice(choices: list[tuple[str, str]], what: str) -> Callable[[Any], str]:
    read: Callable[[str], str] = one_of([(code, label) for code, label in choices], what)
    return lambda raw: read(text(raw))


def _text(name: str, field: str, question: str, *, required: bool = False, **more: Any) -> Key:
    return Key(name=name, field=field, question=question, read=text, required=required, **more)


def _day(name: str, field: str, question: str, *, required: bool = False) -> Key:
    return Key(name=name, field=field, question=question, read=a_day, required=required)


COMMUNE = ("communes", "insee")
SECTIONS: tuple[Section, ...] = (
    Section(
        name="cite",
        title="La cité éducative",
        model=Cite,
        many=False,
        required=True,
        keys=(
            _text("nom", "name", "Nom de la cité éducative", required=True),
            _text("accroche", "tagline", "Accroche, en une phrase"),
            _text("presentation", "presentation", f"Présentation. {PARAGRAPH}"),
            _day("labellisee_le", "labelled_on", "Date du label"),
            _text("academie", "academie", "Académie"),
            _text("courriel", "contact_email", "Courriel de contact, lu par le public", required=True),
            _text("editeur", "publisher_name", "Éditeur du site (mentions légales)", required=True),
            _text("editeur_adresse", "publisher_address", "Adresse de l'éditeur", required=True),
            _text("editeur_telephone", "publisher_phone", "Téléphone de l'éditeur"),
            _text("directeur_publication", "publication_director", "Qui dirige la publication", required=True),
            _text("hebergeur", "host_name", "Hébergeur du site", required=True),
            _text("hebergeur_adresse", "host_address", "Adresse de l'hébergeur", required=True),
            _text("hebergeur_telephone", "host_phone", "Téléphone de l'hébergeur"),
        ),
    ),
    Section(
        name="communes",
        title="Les communes",
        model=Commune,
        keys=(
            _text("insee", "insee", "Code INSEE de la commune", required=True),
            _text("nom", "name", "Nom de la commune", required=True),
        ),
    ),
    Section(
        name="quartiers",
        title="Les quartiers prioritaires",
        model=Quartier,
        keys=(
            _text("nom", "name", "Nom du quartier", required=True),
            _text("commune", "commune", "Code INSEE de sa commune", required=True, among=COMMUNE),
            _text("code_2024", "code_2024", "Code QPV 2024"),
            _text("code_2015", "code_2015", "Code QPV 2015"),
        ),
    ),
    Section(
        name="etablissements",
        title="Les écoles et établissements",
        model=School,
        keys=(
            _text("uai", "uai", "Code UAI de l'établissement", required=True),
            _text("nom", "name", "Nom de l'établissement", required=True),
            Key(
                name="type",
                field="kind",
                question="Type (maternelle, elementaire, primaire, college, lycee)",
                read=choice(School.Kind.choices, "un type d'établissement"),
                required=True,
            ),
            _text("commune", "commune", "Code INSEE de sa commune", required=True, among=COMMUNE),
            _text("reseau", "network", "Réseau (REP, REP+)"),
            Key(name="chef_de_file_depuis", question="Collège chef de file depuis le", read=a_day),
        ),
    ),
    Section(
        name="institutions",
        title="Les institutions pilotes",
        model=PilotInstitution,
        keys=(
            Key(
                name="code",
                field="code",
                question="Code de l'institution (education, ville, prefecture…)",
                read=a_code,
                required=True,
            ),
            _text("nom", "name", "Nom de l'institution", required=True),
            Key(
                name="nature",
                field="kind",
                question="Nature (etat, education, collectivite, autre)",
                read=choice(PilotInstitution.Kind.choices, "une nature d'institution"),
                required=True,
            ),
        ),
    ),
    Section(
        name="administrateur",
        title="Le premier compte d'administration",
        model=User,
        many=False,
        keys=(
            Key(
                name="courriel",
                field="email",
                question="Courriel de l'administratrice ou de l'administrateur",
                read=an_address,
                required=True,
            ),
            _text("nom", "full_name", "Nom et prénom", required=True),
            _text("fonction", "function", "Fonction"),
        ),
    ),
    Section(
        name="mandats",
        title="Les personnes à inviter : pilotes, suppléants, instruction, coordination",
        model=Mandate,
        keys=(
            Key(name="courriel", question="Courriel de la personne", read=an_address, required=True),
            Key(
                name="role",
                field="role",
                question="Rôle (titulaire, suppleant, instructeur, coordination)",
                read=choice(Mandate.Role.choices, "un rôle"),
                required=True,
            ),
            Key(
                name="institution",
                field="institution",
                question="Code de son institution (vide pour la coordination)",
                read=a_code,
                among=("institutions", "code"),
            ),
            _day("debut", "starts_on", "Mandat à partir du", required=True),
            _day("fin", "ends_on", "Mandat jusqu'au"),
        ),
    ),
    Section(
        name="periode",
        title="La période de labellisation en cours",
        model=LabelPeriod,
        many=False,
        keys=(
            Key(name="premiere_annee", field="first_year", question="Première année", read=a_year, required=True),
            Key(name="derniere_annee", field="last_year", question="Dernière année", read=a_year, required=True),
            _text("intitule", "label", "Intitulé", required=True),
        ),
    ),
    Section(
        name="tranches",
        title="Les tranches de l'enveloppe : une source, une année",
        model=Tranche,
        keys=(
            _text("source", "", "Code de la source (P147, VILLE, FONDS_COLLEGE, CAF…)", required=True),
            Key(name="annee", field="year", question="Année", read=a_year, required=True),
            Key(name="prevu", field="planned", question="Montant prévu", read=an_amount, required=True),
            Key(name="notifie", question="Montant notifié (vide s'il est seulement prévu)", read=an_amount),
            _text("acte", "notified_reference", "Acte de notification"),
            Key(name="notifie_le", question="Notifié le", read=a_day),
        ),
    ),
)
