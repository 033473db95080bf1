"""A cité is set up from answers: all of them checked by writing them, and taken back if one is wrong."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction

from cites.accounts import invitations
from cites.core import audit, clock
from cites.core.errors import Blocked
from cites.models import (
    ChefDeFile,
    Cite,
    Commune,
    Invitation,
    LabelPeriod,
    Mandate,
    PilotInstitution,
    Quartier,
    School,
    User,
)
from funding import ledger
from funding.models import Source, Tranche
from funding.setup_schema import SECTIONS, Section

Answers = Mapping[str, Any]
Values = dict[str, Any]

audit.sentence("funding.set_up", "{actor} a mis en place la cité éducative : {what}")


class Installer:
    """`problems` are sentences with their place, `told` what was done. With `complete`, what exists is left alone."""

    def __init__(self, answers: Answers, *, complete: bool = False) -> None:
        self.answers, self.complete = answers, complete
        self.problems: list[str] = []
        self.told: list[str] = []
        self.admin: User | None = None
        self.codes: set[str] = set()

    def run(self, *, check: bool = False) -> None:
        with transaction.atomic():
            self._refuse_unknown()
            for section in SECTIONS:
                self._section(section)
            if self.problems or check:
                take_back()
            else:
                self._journal()

    # -------------------------------------------------------------- reading

    def _refuse_unknown(self) -> None:
        known = {section.name: {key.name for key in section.keys} for section in SECTIONS}
        for name, given in self.answers.items():
            if name not in known:
                self.problems.append(f"{name} : cette section n'existe pas.")
                continue
            for place, row in _placed(name, given):
                extra = set(row) - known[name] if isinstance(row, Mapping) else ()
                self.problems += [f"{place}.{key} : cette clé n'existe pas." for key in sorted(extra)]

    def _section(self, section: Section) -> None:
        given = self.answers.get(section.name)
        if given is None and section.required and not self.complete:
            self.problems.append(f"{section.name} : cette section est nécessaire.")
        if section.name == "administrateur":
            given = self._administrator(given)
        rows = [] if given is None else _placed(section.name, given)
        if given == [] and not section.many:
            rows = [(section.name, given)]
        if section.name == "tranches":  # what is fed by another source comes after it
            fed = set(Source.objects.filter(fed_from__isnull=False).values_list("code", flat=True))
            rows.sort(key=lambda pair: isinstance(pair[1], Mapping) and str(pair[1].get("source")) in fed)
        for place, row in rows:
            if isinstance(row, Mapping) and section.many is isinstance(given, list):
                self._write(section, place, row)
            else:
                self.problems.append(f"{place} : écrivez {section.header}.")

    def _write(self, section: Section, place: str, row: Mapping[str, Any]) -> None:
        values = self._values(section, place, row)
        if values is None:
            return
        with self._complaints(section, place):
            getattr(self, f"_add_{section.name}")(values)

    def _values(self, section: Section, place: str, row: Mapping[str, Any]) -> Values | None:
        values: Values = {}
        before = len(self.problems)
        for key in section.keys:
            try:
                values[key.name] = key.value(row.get(key.name))
                section.check(key, values[key.name])
            except ValidationError as error:
                self.problems.append(f"{place}.{key.name} : {' '.join(error.messages)}")
        return values if len(self.problems) == before else None

    @contextmanager
    def _complaints(self, section: Section, place: str) -> Iterator[None]:
        """A refusal becomes a sentence with its place, and what was half written of the row goes."""
        names = {key.field or key.name: key.name for key in section.keys}
        try:
            with transaction.atomic():
                yield
        except Blocked as blocked:
            self.problems += [f"{place} : {reason}" for reason in blocked.reasons]
        except ValidationError as error:
            fields = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
            for field, texts in fields.items():
                where = place if field == NON_FIELD_ERRORS else f"{place}.{names.get(field, field)}"
                self.problems += [f"{where} : {sentence}" for sentence in texts]

    # -------------------------------------------------------------- writing, a section each

    def _add(self, row: models.Model, what: str) -> None:
        row.full_clean()
        row.save()
        self.told.append(what)

    def _known(self, rows: models.QuerySet[Any], what: str) -> bool:
        """When completing, what exists stays as it is."""
        found = self.complete and rows.exists()
        if found:
            self.told.append(f"{what} : déjà là")
        return found

    def _add_cite(self, values: Values) -> None:
        if not self._known(Cite.objects.all(), "la cité"):
            self._add(Cite(pk=1, **fields("cite", values)), f"la cité « {values['nom']} »")

    def _add_communes(self, values: Values) -> None:
        what = f"la commune {values['nom']}"
        if self._known(Commune.objects.filter(insee=values["insee"]), what):
            return
        commune = Commune(**fields("communes", values))
        self._add(commune, what)
        if cite := Cite.current():
            cite.communes.add(commune)

    def _add_quartiers(self, values: Values) -> None:
        what = f"le quartier {values['nom']}"
        if not self._known(Quartier.objects.filter(name=values["nom"]), what):
            self._add(Quartier(**{**fields("quartiers", values), "commune": commune(values)}), what)

    def _add_etablissements(self, values: Values) -> None:
        what = f"l'établissement {values['nom']}"
        if self._known(School.objects.filter(uai=values["uai"]), what):
            return
        school = School(**{**fields("etablissements", values), "commune": commune(values)})
        self._add(school, what)
        if since := values["chef_de_file_depuis"]:
            self._add(ChefDeFile(school=school, starts_on=since), f"{values['nom']} est chef de file")

    def _add_institutions(self, values: Values) -> None:
        """The three usual ones stand already: they take the names of here."""
        what, rows = f"l'institution {values['nom']}", PilotInstitution.objects.filter(code=values["code"])
        if values["code"] in self.codes:
            raise ValidationError({"code": f"« {values['code']} » est donnée deux fois."})
        self.codes.add(values["code"])
        if self._known(rows, what):
            return
        institution = rows.first() or PilotInstitution(rank=PilotInstitution.objects.count() + 1)
        for name, value in fields("institutions", values).items():
            setattr(institution, name, value)
        self._add(institution, what)

    def _administrator(self, given: Any) -> Any:
        """Who signs what is set up: the account asked for, or the first one that there is already."""
        if given is None:
            self.admin = User.objects.filter(is_staff=True, is_active=True).order_by("pk").first()
            if self.admin is None:
                self.problems.append("administrateur : il faut un premier compte d'administration.")
        return given

    def _add_administrateur(self, values: Values) -> None:
        self.admin = User.objects.filter(email__iexact=values["courriel"]).first()
        if self.admin is not None and not (self.complete and self.admin.is_staff):
            raise ValidationError({"email": "un compte existe déjà avec cette adresse."})
        if self.admin is None:
            chosen = fields("administrateur", values)
            self.admin = User.objects.create_user(chosen.pop("email"), None, is_staff=True, is_superuser=True, **chosen)
            EmailAddress.objects.create(user=self.admin, email=self.admin.email, primary=True)
        self.told.append(f"le compte d'administration {self.admin.email}, sans mot de passe")

    def _add_mandats(self, values: Values) -> None:
        institution = None
        if values["institution"]:
            institution = PilotInstitution.objects.filter(code=values["institution"]).first()
            if institution is None:
                raise ValidationError({"institution": f"« {values['institution']} » n'est pas une institution pilote."})
        if self.admin is None or self._is_invited(values):
            return
        invitations.invite(
            values["courriel"],
            role=values["role"],
            institution=institution,
            starts_on=values["debut"],
            ends_on=values["fin"],
            by=self.admin,
        )
        self.told.append(f"une invitation pour {values['courriel']}")

    def _is_invited(self, values: Values) -> bool:
        """Also once used, withdrawn or run out: to send it again is for a person to choose."""
        what, role = f"l'invitation de {values['courriel']}", {"role": values["role"]}
        return self._known(Invitation.objects.filter(email=values["courriel"], **role), what) or self._known(
            Mandate.objects.filter(user__email__iexact=values["courriel"], **role), what
        )

    def _add_periode(self, values: Values) -> None:
        what = f"la période {values['premiere_annee']}–{values['derniere_annee']}"
        if not self._known(LabelPeriod.objects.filter(first_year=values["premiere_annee"]), what):
            self._add(LabelPeriod(**fields("periode", values)), what)

    def _add_tranches(self, values: Values) -> None:
        source, year = Source.objects.filter(code=values["source"]).first(), values["annee"]
        if source is None:
            raise ValidationError({"source": f"« {values['source']} » n'est pas une source : {_sources()}."})
        what = f"la tranche {source} {year}"
        if self._known(Tranche.objects.filter(source=source, year=year), what):
            return
        period = LabelPeriod.objects.filter(first_year__lte=year, last_year__gte=year).first()
        if period is None:
            raise ValidationError({"annee": f"aucune période de labellisation ne contient {year}."})
        tranche = Tranche(period=period, source=source, year=year, planned=values["prevu"])
        self._add(tranche, what)
        self._enter(tranche, values)

    def _enter(self, tranche: Tranche, values: Values) -> None:
        """By the verbs of the ledger: fed from another source, notified, or only planned."""
        amount, document = values["notifie"], values["acte"] or ""
        if values["notifie_le"] and values["notifie_le"] > clock.today():
            raise ValidationError({"notifie_le": "cette date est à venir."})
        if feeder := tranche.source.fed_from:
            from_there = Tranche.objects.filter(source=feeder, year=tranche.year).first()
            if from_there is None:
                raise ValidationError({"source": f"« {feeder} » l'alimente : ajoutez sa tranche de cette année."})
            reason = document or "Virement interne, d'avant le portail"
            if amount and not from_there.is_notified:
                raise ValidationError({"notifie": f"« {feeder} », qui l'alimente, n'est pas notifiée cette année."})
            ledger.transfer(from_there, tranche, amount or tranche.planned, by=self.admin, reason=reason)
        elif amount is not None:
            if not document:
                raise ValidationError({"acte": "une tranche notifiée a un acte de notification."})
            ledger.notify(tranche, amount, by=self.admin, reference=document, on=values["notifie_le"])
        elif tranche.planned:
            ledger.plan(tranche, by=self.admin, reason=document)

    def _journal(self) -> None:
        cite = Cite.current()
        if cite is None or self.admin is None:
            raise RuntimeError("Nothing is set up without a cité and an account.")
        audit.record("funding.set_up", cite, by=self.admin, what=f"{len(self.told)} éléments")


def take_back() -> None:
    """Nothing of this transaction stays."""
    transaction.set_rollback(True)


def fields(section: str, values: Values) -> Values:
    """The values that are fields of the model, under the model's names; nothing is left to its default."""
    keys = next(one.keys for one in SECTIONS if one.name == section)
    return {key.field: values[key.name] for key in keys if key.field and values[key.name] is not None}


def commune(values: Values) -> Commune:
    found = Commune.objects.filter(insee=values["commune"]).first()
    if found is None:
        raise ValidationError({"commune": f"« {values['commune']} » n'est pas une commune de ce fichier."})
    return found


def _placed(name: str, given: Any) -> list[tuple[str, Any]]:
    """Each row with its place: "cite", "communes[2]", counted from one."""
    if isinstance(given, list):
        return [(f"{name}[{number}]", row) for number, row in enumerate(given, 1)]
    return [(name, given)]


def _sources() -> str:
    return ", ".join(Source.objects.filter(is_active=True).values_list("code", flat=True))
