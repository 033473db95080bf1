"""Actions under way when the cité comes to the portal, or over: recognised by the number they had before."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from actions import reporting, taking_over
from actions.models import Action, Call
from actions.models.action import Status
from cites.core import clock
from cites.core.import_values import by_words, day, euros, found_in, limited, one_of, several, whole, year
from cites.core.imports import CREATED, UNCHANGED, Column, Importer, Line
from cites.core.registry import importers
from cites.core.text import searchable
from cites.models import Champ, LabelPeriod, Quartier, School, Theme
from partners.imports import siret
from partners.models import Organisation

STATES = (
    (Status.APPROVED, "À venir"),
    (Status.UNDER_WAY, "En cours"),
    (Status.REPORT_DUE, "Bilan attendu"),
    (Status.CLOSED, "Close"),
)
OTHER_WORDS = {
    "accorde": "À venir",
    "accordee": "À venir",
    "votee": "À venir",
    "en cours de realisation": "En cours",
    "demarree": "En cours",
    "a justifier": "Bilan attendu",
    "terminee": "Bilan attendu",
    "clos": "Close",
    "cloture": "Close",
    "cloturee": "Close",
    "justifiee": "Close",
    "soldee": "Close",
}
_read_state = one_of(STATES, "un état connu")


def state(text: str) -> Status:
    """Ours, or what the State's portal and spreadsheets call it."""
    found: Status = _read_state(OTHER_WORDS.get(searchable(text), text))
    return found


COLUMNS = (
    Column(
        name="origin_reference",
        label="Référence d'origine",
        help="Le numéro que l'action avait avant le portail (Dauphin, tableau de suivi…). S'il recommence chaque"
        " année, ajoutez l'année : 2025-12.",
        example="DA01234567",
        aliases=("référence", "n° dossier", "numéro de dossier", "dossier", "n° dauphin", "dossier dauphin", "id"),
        required=True,
        read=limited(60),
    ),
    Column(
        name="title",
        label="Intitulé",
        help="160 caractères au plus.",
        example="Ateliers du soir",
        aliases=("action", "titre", "intitulé de l'action", "nom de l'action", "lib_action", "projet"),
        required=True,
        read=limited(160),
    ),
    Column(
        name="year",
        label="Année",
        help="L'année de l'appel ou de la programmation. Une période de labellisation la contient.",
        example="2025",
        aliases=("exercice", "année de programmation", "millésime"),
        required=True,
        read=year,
    ),
    Column(
        name="call",
        label="Appel",
        help="L'intitulé d'un appel déjà dans le portail ; vide, l'action est rangée avec celles de son année.",
        aliases=("appel à projets", "aap"),
    ),
    Column(
        name="siret",
        label="SIRET du porteur",
        help="Celui d'une organisation déjà dans le portail.",
        example="21750001600019",
        aliases=("siret", "n° siret", "code tiers"),
        read=siret,
    ),
    Column(
        name="organisation",
        label="Porteur",
        help="Le nom exact de l'organisation, si le SIRET manque.",
        aliases=("organisation", "structure", "association", "raison sociale", "nom du porteur"),
    ),
    Column(
        name="status",
        label="État",
        help="« À venir », « En cours », « Bilan attendu » ou « Close ».",
        example="En cours",
        aliases=("statut", "avancement", "situation"),
        required=True,
        read=state,
    ),
    Column(name="champ", label="Champ", help="Son code (C1, C2, C3) ou son libellé.", example="C1", aliases=("axe",)),
    Column(name="theme", label="Sous-thème", help="Son code, par exemple C1.07, ou son libellé.", aliases=("thème",)),
    Column(
        name="starts_on",
        label="Début",
        help="Une date.",
        example="15/09/2025",
        aliases=("date de début", "du", "démarrage"),
        read=day,
    ),
    Column(
        name="ends_on",
        label="Fin",
        help="Une date.",
        example="30/06/2026",
        aliases=("date de fin", "au"),
        read=day,
    ),
    Column(
        name="requested",
        label="Montant demandé",
        help="En euros.",
        example="8000",
        aliases=("demandé", "subvention demandée"),
        read=euros,
    ),
    Column(
        name="decided",
        label="Montant accordé",
        help="En euros, toutes sources ensemble : il sert à vérifier l'import des montants, qui vient après.",
        example="6000",
        aliases=("accordé", "décidé", "voté", "montant voté", "subvention accordée", "montant"),
        read=euros,
    ),
    Column(
        name="participants",
        label="Participants prévus",
        help="Un nombre.",
        aliases=("bénéficiaires", "nombre de bénéficiaires", "participants"),
        read=whole,
    ),
    Column(
        name="quartiers",
        label="Quartiers",
        help="Leurs noms ou leurs codes, séparés par des points-virgules.",
        aliases=("quartier", "qpv"),
        read=several,
    ),
    Column(
        name="schools",
        label="Établissements",
        help="Leurs UAI ou leurs noms, séparés par des points-virgules.",
        aliases=("écoles", "établissement", "uai", "établissements scolaires"),
        read=several,
    ),
    Column(
        name="public_description",
        label="Résumé pour le public",
        help="Quelques phrases : elles seront lues sur le site.",
        aliases=("résumé", "description", "objectif", "objectifs"),
    ),
)


@importers.register
class ActionImporter(Importer):
    code = "actions"
    title = "Actions décidées avant le portail"
    what = "des actions décidées avant le portail"
    key = ("origin_reference",)
    max_rows = 1000
    notes = (
        "Importez d'abord les organisations.",
        "Chaque action reçoit une référence du portail et garde la sienne. Le public et le porteur la voient aussitôt,"
        " dans l'état que vous dites.",
        "Importer ne décide rien : c'est reprendre ce qui a été décidé. Aucun avis et aucune séance ne sont créés.",
        "Une action déjà reprise n'est plus modifiée par un fichier : le portail sait ce qu'elle est devenue depuis.",
    )
    columns = COLUMNS

    def prepare(self, lines: Sequence[Line]) -> None:
        taking_over.lock_counters(line["year"] for line in lines if line["year"])
        organisations = list(Organisation.objects.select_related("kind"))
        self.by_siret = {one.siret: one for one in organisations}
        self.by_name = _unique(organisations)
        self.champs = by_words(Champ.objects.all(), "code", "label", "short_label")
        self.themes = by_words(Theme.objects.select_related("champ"), "code", "label")
        self.quartiers = by_words(Quartier.objects.all(), "name", "code_2015", "code_2024")
        self.schools = by_words(School.objects.all(), "uai", "name")
        self.own_calls: dict[int, Call] = {}
        self.periods = list(LabelPeriod.objects.all())
        self.calls = by_words(Call.objects.select_related("period"), "slug", "title")
        origins = [line["origin_reference"] for line in lines]
        known = Action.objects.filter(origin_reference__in=origins).select_related("call", "organisation")
        self.known = {action.origin_reference: action for action in known}

    def write(self, line: Line) -> None:
        line.name = f"{line['origin_reference']} – {line['title']} : {dict(STATES)[line['status']].lower()}"
        values, chosen = self._values(line), self._chosen(line)
        text = _text(line, values, chosen)
        known = self.known.get(line["origin_reference"])
        if known is not None:
            line.verdict = UNCHANGED
            if differences := _differing(taking_over.sealed_text(known), text):
                line.warn("", f"l'action est déjà reprise ({known.reference}) : {differences} n'est pas repris.")
            return
        self._say(line)
        call = self._call(line)
        action = Action(call=call, origin_reference=line["origin_reference"], **values)
        taking_over.take_over(action, line["status"], chosen=chosen, text=text, by=self.by)
        line.verdict = CREATED

    def _values(self, line: Line) -> dict[str, Any]:
        unknown = "ce n'est pas dans la liste du portail."
        theme = line["theme"] and found_in(self.themes, line["theme"], unknown, "theme")
        champ = line["champ"] and found_in(self.champs, line["champ"], unknown, "champ")
        if line["starts_on"] and line["ends_on"] and line["ends_on"] < line["starts_on"]:
            raise ValidationError({"ends_on": "la fin de l'action précède son début."})
        simple = ("title", "starts_on", "ends_on", "requested", "participants")
        return {
            "organisation": self._organisation(line),
            "theme": theme or None,
            "champ": champ or (theme.champ if theme else None),
            "public_description": line["public_description"] or "",
            **{name: line[name] for name in simple},
        }

    def _organisation(self, line: Line) -> Organisation:
        """A number that is given decides alone: a namesake is somebody else."""
        name = "siret" if line["siret"] else "organisation"
        word = searchable(line["organisation"] or "")
        found = self.by_siret.get(line["siret"]) if line["siret"] else self.by_name.get(word)
        if found is None:
            raise ValidationError({name: "aucune organisation du portail n'est celle-là : importez-la d'abord."})
        if line["siret"] and word and word not in (searchable(found.name), searchable(found.short_name)):
            line.warn("siret", f"ce numéro est celui de « {found} » : vérifiez le porteur.")
        return found

    def _chosen(self, line: Line) -> dict[str, list[Any]]:
        return {
            "quartiers": _rows(self.quartiers, line, "quartiers", "n'est pas un quartier du portail"),
            "schools": _rows(self.schools, line, "schools", "n'est pas un établissement du portail"),
        }

    def _call(self, line: Line) -> Call:
        if line["call"]:
            call: Call = found_in(self.calls, line["call"], "aucun appel du portail ne s'appelle ainsi.", "call")
            if call.year != line["year"]:
                raise ValidationError({"year": f"l'appel « {call} » est celui de {call.year}."})
            return call
        period = next((p for p in self.periods if p.first_year <= line["year"] <= p.last_year), None)
        if period is None:
            raise ValidationError({"year": f"aucune période de labellisation ne contient {line['year']} : créez-la."})
        if line["year"] not in self.own_calls:
            self.own_calls[line["year"]] = taking_over.call_for(line["year"], period)
        return self.own_calls[line["year"]]

    def _say(self, line: Line) -> None:
        """What would surprise later."""
        if not (line["champ"] or line["theme"]):
            line.warn("champ", "sans champ, l'action ne se trouve pas par champ.")
        if line["ends_on"] and (sentence := _what_the_calendar_does(line["status"], line["ends_on"])):
            line.warn("ends_on", sentence)
        if line["status"] in (Status.UNDER_WAY, Status.APPROVED) and not line["ends_on"]:
            line.warn("ends_on", "sans date de fin, le portail ne demandera pas le bilan de lui-même.")
        if line["requested"] is not None and line["decided"] is not None and line["decided"] > line["requested"]:
            line.warn("decided", "le montant accordé dépasse le montant demandé.")


def _what_the_calendar_does(status: str, ends_on: date) -> str:
    """The next night, of itself, to an action that is already over."""
    if status in (Status.APPROVED, Status.UNDER_WAY) and ends_on < clock.today():
        return "cette date est passée : le portail va demander le bilan au porteur."
    if status == Status.REPORT_DUE and ends_on < reporting.late_before():
        return "le délai du bilan est passé : le portail va constater qu'il manque, et l'écrire au porteur."
    return ""


def _unique(organisations: Sequence[Organisation]) -> dict[str, Organisation]:
    """By name, without the names that several have."""
    names = [searchable(one.name) for one in organisations]
    return {name: one for name, one in zip(names, organisations, strict=True) if names.count(name) == 1}


def _rows(known: Mapping[str, Any], line: Line, name: str, complaint: str) -> list[Any]:
    found = {word: known.get(searchable(word)) for word in line[name] or ()}
    if unknown := [word for word, row in found.items() if row is None]:
        raise ValidationError({name: f"« {', '.join(unknown)} » {complaint}."})
    return list(found.values())


def _text(line: Line, values: Mapping[str, Any], chosen: Mapping[str, list[Any]]) -> dict[str, Any]:
    """What is sealed: the row, with the codes of what it names."""
    said = {name: value for name, value in line.values.items() if name not in ("siret", "organisation", "call")}
    return {
        **{name: str(value) if name == "status" else value for name, value in said.items()},
        "organisation": {"name": values["organisation"].name, "siret": values["organisation"].siret},
        "champ": values["champ"].code if values["champ"] else None,
        "theme": values["theme"].code if values["theme"] else None,
        "quartiers": sorted(row.name for row in chosen["quartiers"]),
        "schools": sorted(row.uai for row in chosen["schools"]),
    }


def _differing(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> str:
    """The labels of what the file says otherwise than when the action was taken over."""
    labels = {column.name: column.label for column in ActionImporter.columns}
    kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in now.items()}
    differs = [name for name in kept if (before or {}).get(name) != kept[name]]
    return ", ".join(f"« {labels.get(name, name)} »" for name in differs)
