"""What an organisation says of itself: its identity, its contacts, whom it works with."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from cites.core import audit
from cites.core.errors import Blocked, Stale
from cites.core.permissions import check
from cites.models import User
from partners.models import AllianceTie, Organisation

audit.sentence("partners.organisation_edited", "{actor} a modifié la fiche de l'organisation {reference} ({fields})")
audit.sentence("partners.tie_added", "{actor} a noté avec qui travaille l'organisation {reference}")
audit.sentence("partners.tie_removed", "{actor} a retiré un lien de l'organisation {reference}")

MANY = ("champs", "quartiers")
SINCE = "Une autre personne a modifié cette fiche depuis que vous avez ouvert cette page."


@transaction.atomic
def edit(organisation: Organisation, values: dict[str, Any], contacts: Any, *, seen: int, by: User) -> None:
    """`seen` is the version token of the page; `contacts` a checked formset."""
    check(by, "partners.edit_organisation", organisation)
    locked = Organisation.objects.select_for_update(of=("self",)).select_related("kind").get(pk=organisation.pk)
    if seen != locked.edit_version:
        raise Stale(SINCE)
    many = {name: values.pop(name) for name in MANY if name in values}
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    changed += [name for name, rows in many.items() if set(getattr(locked, name).all()) != set(rows)]
    changed += ["contacts"] if contacts.has_changed() else []
    if not changed:
        return
    for name in values:
        setattr(locked, name, values[name])
    locked.edit_version += 1
    _save(locked)
    for name, rows in many.items():
        getattr(locked, name).set(rows)
    contacts.save()
    audit.record("partners.organisation_edited", locked, by=by, reference=locked.reference, fields=_labels(changed))


def _save(organisation: Organisation) -> None:
    """Two organisations may take the same number at once."""
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise Blocked("Une autre organisation porte déjà ce numéro.") from error


def _labels(names: list[str]) -> list[str]:
    return [str(getattr(Organisation._meta.get_field(name), "verbose_name", name)) for name in names]


@transaction.atomic
def add_tie(organisation: Organisation, other: Organisation, subject: str, since: date | None, *, by: User) -> None:
    check(by, "partners.edit_organisation", organisation)
    if AllianceTie.objects.of(organisation).filter(subject__iexact=subject).of(other).exists():
        raise Blocked("Ce lien est déjà noté, par vous ou par l'autre organisation.")
    try:
        with transaction.atomic():
            AllianceTie.objects.create(organisation=organisation, other=other, subject=subject, since=since)
    except IntegrityError as error:
        raise Blocked("Ce lien est déjà noté, ou relie l'organisation à elle-même.") from error
    audit.record("partners.tie_added", organisation, by=by, reference=organisation.reference, other=other.reference)


@transaction.atomic
def remove_tie(tie: AllianceTie, organisation: Organisation, *, by: User) -> None:
    """Either side may say that it is over."""
    check(by, "partners.edit_organisation", organisation)
    other = tie.seen_from(organisation).reference
    if AllianceTie.objects.filter(pk=tie.pk).delete()[0]:
        audit.record("partners.tie_removed", organisation, by=by, reference=organisation.reference, other=other)
