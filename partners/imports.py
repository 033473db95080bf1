"""Organisations from a file: recognised by their SIRET; an empty cell erases nothing."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from cites.core import audit
from cites.core.import_values import by_words, day, digits, limited
from cites.core.imports import CHANGED, CREATED, UNCHANGED, Column, Importer, Line, update
from cites.core.registry import importers
from cites.core.text import searchable
from partners.models import Organisation, OrganisationKind, validate_siret

audit.sentence("partners.organisation_imported", "{actor} a repris d'un fichier l'organisation {reference} ({fields})")

TO_CHECK = "la clé de ce numéro est fausse : l'organisation est reprise et marquée « SIRET à vérifier »."


def siret(text: str) -> str:
    """Spreadsheets drop the zeros at its beginning: they are put back. Its key is looked at later."""
    number = digits(text).zfill(14) if len(digits(text)) >= 11 else digits(text)
    if not re.fullmatch(r"[0-9]{14}", number):
        raise ValidationError(f"« {text} » n'est pas un SIRET : il en faut les 14 chiffres.")
    return number


def has_key(number: str) -> bool:
    try:
        validate_siret(number)
    except ValidationError:
        return False
    return True


def padded(length: int) -> Any:
    """A number that lost its first zero."""

    def read(text: str) -> str:
        number = digits(text)
        return number.zfill(length) if number.isdigit() and len(number) == length - 1 else text.strip()

    return read


def _has_words(label: str, text: str) -> bool:
    """ "association loi 1901" for "association (loi de 1901)"."""
    return set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", label))


def compact(text: str) -> str:
    return digits(text).upper()


@importers.register
class OrganisationImporter(Importer):
    code = "organisations"
    title = "Organisations"
    what = "des organisations"
    key = ("siret",)
    notes = (
        "Une organisation est reconnue par son SIRET : si elle existe déjà, ses autres cases sont mises à jour.",
        "Une case vide n'efface rien.",
        "Un SIRET dont la clé est fausse est repris quand même, et marqué « SIRET à vérifier ».",
    )
    columns = (
        Column(
            name="name",
            label="Nom",
            help="Le nom de l'organisation, 150 caractères au plus.",
            example="Association Les Exemples",
            aliases=("raison sociale", "organisation", "structure", "porteur", "dénomination", "association"),
            required=True,
            read=limited(150),
        ),
        Column(
            name="siret",
            label="SIRET",
            help="Les 14 chiffres, avec ou sans espaces.",
            example="217 500 016 00019",
            aliases=("n° siret", "numéro siret", "siret siège", "code tiers", "siret du porteur"),
            required=True,
            read=siret,
        ),
        Column(
            name="kind",
            label="Type",
            help="Le libellé ou le code d'un type d'organisation, par exemple « Association » ou « Commune ».",
            example="Association",
            aliases=(
                "statut",
                "nature",
                "forme juridique",
                "type d'organisation",
                "type de structure",
                "statut juridique",
            ),
            required=True,
        ),
        Column(name="short_name", label="Sigle", help="40 caractères au plus.", read=limited(40)),
        Column(
            name="rna",
            label="RNA",
            help="Pour une association : W suivi de 9 caractères.",
            example="W941000000",
            aliases=("n° rna", "numéro rna"),
            read=compact,
        ),
        Column(
            name="uai",
            label="UAI",
            help="Pour un établissement scolaire : 7 chiffres et une lettre.",
            aliases=("rne", "code uai", "n° uai"),
            read=compact,
        ),
        Column(
            name="address",
            label="Adresse",
            help="Numéro et rue.",
            example="1 rue de l'École",
            aliases=("rue", "adresse postale"),
            read=limited(200),
        ),
        Column(
            name="postal_code",
            label="Code postal",
            help="5 chiffres.",
            example="94460",
            aliases=("cp",),
            read=padded(5),
        ),
        Column(
            name="city",
            label="Commune",
            help="Celle de l'adresse.",
            example="Valenton",
            aliases=("ville", "localité"),
            read=limited(100),
        ),
        Column(
            name="email",
            label="Courriel",
            help="L'adresse de contact de l'organisation.",
            example="contact@exemple.org",
            aliases=("email", "e-mail", "mail", "mél", "adresse électronique", "courriel de contact"),
        ),
        Column(
            name="phone",
            label="Téléphone",
            help="20 caractères au plus.",
            aliases=("tél", "tel", "téléphone fixe"),
            read=padded(10),
        ),
        Column(
            name="legal_representative",
            label="Représentante ou représentant légal",
            help="Nom et prénom.",
            aliases=("représentant légal", "président", "présidente", "responsable légal"),
            read=limited(150),
        ),
        Column(
            name="purpose", label="Objet", help="300 caractères au plus.", aliases=("objet social",), read=limited(300)
        ),
        Column(
            name="cer_signed_on",
            label="Contrat d'engagement républicain souscrit le",
            help="Une date, par exemple 31/12/2025.",
            aliases=("cer", "date cer", "contrat d'engagement républicain"),
            read=day,
        ),
    )

    def prepare(self, lines: Sequence[Line]) -> None:
        kinds = list(OrganisationKind.objects.all())
        self.kinds = {str(kind.label): kind for kind in kinds}
        self.words = by_words(kinds, "code", "label")
        sirets = [line["siret"] for line in lines if line["siret"]]
        locked = Organisation.objects.select_for_update(of=("self",)).order_by("pk")
        self.known = {row.siret: row for row in locked.filter(siret__in=sirets).select_related("kind")}
        names = Organisation.objects.exclude(siret__in=sirets).values_list("name", "siret")
        self.namesakes = {searchable(name): number for name, number in names}

    def write(self, line: Line) -> None:
        values = {**line.values, "kind": self._kind(line["kind"])}
        found = self.known.get(line["siret"])
        organisation = found or Organisation(siret_to_check=not has_key(line["siret"]))
        line.name = line["name"]
        self._say(line, organisation)
        changes = update(organisation, values)
        line.verdict = CREATED if found is None else CHANGED if changes else UNCHANGED
        if not changes:
            return
        organisation.clean_fields()
        organisation.validate_unique()
        organisation.validate_constraints()
        organisation.save()
        line.changes = changes if found else []
        self._journal(organisation, line)

    def _kind(self, text: str) -> OrganisationKind:
        """By its code or label; else the only one that begins so, or that holds it, or that has all its words."""
        word = searchable(text)
        if found := self.words.get(word):
            return found
        for fits in (str.startswith, str.__contains__, _has_words):
            close = [kind for label, kind in self.kinds.items() if fits(searchable(label), word)]
            if len(close) == 1:
                return close[0]
        labels = ", ".join(f"« {label} »" for label in self.kinds)
        raise ValidationError({"kind": f"« {text} » n'est pas un type connu : choisissez parmi {labels}."})

    def _say(self, line: Line, organisation: Organisation) -> None:
        if organisation.siret_to_check:
            line.warn("siret", TO_CHECK)
        twin = self.namesakes.get(searchable(line["name"]))
        if organisation.pk is None and twin:
            line.warn("name", f"une organisation de ce nom existe déjà, avec le SIRET {twin}.")

    def _journal(self, organisation: Organisation, line: Line) -> None:
        names = [change.partition(" : ")[0] for change in line.changes] or ["nouvelle"]
        audit.record(
            "partners.organisation_imported",
            organisation,
            by=self.by,
            reference=f"n° {organisation.pk}",
            fields=names,
        )
