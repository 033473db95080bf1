"""From a draft to a sealed proposal: save, submit, complete. One verb each, one transaction."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from actions import workflow
from actions.forms.proposal import ProposalForm
from actions.models import Action, BudgetItem, Call, ReferenceCounter, Submission
from actions.models.action import Status
from cites.core import audit, clock, permissions, sealed
from cites.core.errors import Blocked, Stale
from cites.core.money import ZERO, format_euros
from cites.core.pdf import compile_pdf
from cites.core.text import searchable
from cites.models import Cite, SealedVersion, User
from partners.models import Organisation

KIND = "proposition"
OPEN_TO_PARTNER = (Status.DRAFT, Status.TO_COMPLETE)

audit.sentence("actions.started", "{actor} a commencé un dossier pour l'appel « {call} »")
audit.sentence("actions.edited", "{actor} a modifié le suivi du dossier {reference} ({fields})")


@transaction.atomic
def start(call: Call, organisation: Organisation, *, by: User) -> Action:
    """A new draft, or the one just begun that is still empty: a double click makes one file.

    On paper when coordination types it in for a partner.
    """
    permissions.check(by, "actions.propose", call)
    if not call.is_open():
        raise Blocked(_closed_sentence(call))
    kinds = call.eligible_kinds.all()
    if kinds and organisation.kind not in kinds:
        raise Blocked(f"Cet appel n'est pas ouvert aux organisations de type « {organisation.kind} ».")
    untouched = Action.objects.filter(
        call=call, organisation=organisation, created_by=by, status=Status.DRAFT, draft_version=0
    ).first()
    if untouched is not None:
        return untouched
    moment = clock.now()
    action = Action.objects.create(
        call=call,
        organisation=organisation,
        status_at=moment,
        created_at=moment,
        created_by=by,
        on_paper=not any(m.organisation_id == organisation.pk for m in by.active_memberships),
    )
    permissions.check(by, "actions.write", action)
    audit.record("actions.started", action, by=by, audience=audit.PARTNER, call=call.slug)
    return action


@transaction.atomic
def save_draft(action: Action, typed: dict[str, list[str]], *, seen: int, by: User) -> Action:
    """Keep what was typed. `seen` is the draft's version on the page: another tab's newer text raises `Stale`."""
    locked = workflow.lock(action)
    permissions.check(by, "actions.write", locked)
    if locked.status not in OPEN_TO_PARTNER:
        raise Blocked("Ce dossier est déposé : il ne se modifie plus, sauf si un complément vous est demandé.")
    if typed == locked.draft:
        return locked
    if seen != locked.draft_version:
        raise Stale(
            "Ce dossier a été enregistré depuis un autre onglet ou par une autre personne.",
            typed=typed,
            stored=locked.draft,
        )
    locked.draft, locked.draft_version, locked.draft_saved_at = typed, seen + 1, clock.now()
    locked.save(update_fields=["draft", "draft_version", "draft_saved_at"])
    return locked


@transaction.atomic
def submit(action: Action, *, seen: int, by: User) -> Submission:
    """Seal the draft that was on the review page (`seen`), write its rows, hand over a receipt."""
    locked = workflow.lock(action)
    permissions.check(by, "actions.submit", locked)
    if locked.status not in OPEN_TO_PARTNER:
        raise Blocked("Ce dossier est déjà déposé.")
    if seen != locked.draft_version:
        raise Stale("Le dossier a changé depuis cette page de relecture : relisez-le avant de le déposer.")
    if locked.status == Status.DRAFT and not locked.call.is_open():
        raise Blocked(_closed_sentence(locked.call))
    form = ProposalForm.of(locked)
    if not form.is_valid():
        raise Blocked(["Le dossier n'est pas complet.", *_errors(form)])
    _write(locked, form)
    version = sealed.seal(KIND, locked, payload(locked, form), by=by)
    submission = Submission.objects.create(
        action=locked,
        number=locked.version,
        sealed=version,
        submitted_by=by,
        submitted_at=version.sealed_at,
        receipt=compile_pdf("receipt", receipt_data(locked, version), at=version.sealed_at),
    )
    workflow.apply(action, "submit", by=by, version=locked.version)
    return submission


@transaction.atomic
def request_completion(action: Action, request: str, due_on: date, *, by: User) -> None:
    """Say what is missing and until when; the file opens again for the partner."""
    if not request.strip():
        raise Blocked("Dites au partenaire ce qu'il doit compléter.")
    _set(action, completion_request=request, completion_due_on=due_on)
    workflow.apply(action, "request_completion", by=by, due_on=due_on.isoformat())


@transaction.atomic
def refuse_as_inadmissible(action: Action, reason: str, *, by: User) -> None:
    if not reason.strip():
        raise Blocked("Dites au partenaire pourquoi le dossier n'est pas recevable.")
    _set(action, completion_request=reason)
    workflow.apply(action, "find_inadmissible", by=by)


@transaction.atomic
def edit_follow_up(action: Action, values: dict[str, Any], *, seen: int, by: User) -> Action:
    """What the pilots may change: never the sealed proposal. `seen` is the version token of the page."""
    locked = workflow.lock(action)
    permissions.check(by, "actions.edit", locked)
    if seen != locked.edit_version:
        raise Stale("Une autre personne a modifié ce dossier depuis que vous avez ouvert cette page.")
    many = {name: values.pop(name) for name in ("schools", "quartiers") if name in values}
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    changed += [name for name, rows in many.items() if set(getattr(locked, name).all()) != set(rows)]
    if changed:
        for name, value in values.items():
            setattr(locked, name, value)
        locked.edit_version += 1
        locked.save()
        for name, rows in many.items():
            getattr(locked, name).set(rows)
        audit.record("actions.edited", locked, by=by, reference=locked.reference or "", fields=changed)
    return locked


def payload(action: Action, form: ProposalForm) -> dict[str, Any]:
    """The text of a proposal, as it is sealed: codes and amounts, in reading order of the form."""
    data = form.cleaned_data
    organisation = action.organisation
    return {
        "reference": action.reference,
        "version": action.version,
        "call": action.call.slug,
        "organisation": {"name": organisation.name, "siret": organisation.siret, "rna": organisation.rna},
        "title": data["title"],
        "theme": data["theme"].code,
        "objectives": data["objectives"],
        "description": data["description"],
        "public_description": data["public_description"],
        "participants": data["participants"],
        "starts_on": data["starts_on"],
        "ends_on": data["ends_on"],
        "age_ranges": sorted(row.code for row in data["age_ranges"]),
        "school_times": sorted(row.code for row in data["school_times"]),
        "schools": sorted(row.uai for row in data["schools"]),
        "quartiers": sorted(row.name for row in data["quartiers"]),
        "actors": sorted(row.code for row in data["actors"]),
        "actors_note": data["actors_note"],
        "budget": form.amounts,
        "requested": form.requested,
        "minimum": data["minimum"],
        "attested": sorted(name for name in ("is_accurate", "cer") if data.get(name)),
    }


def receipt_data(action: Action, version: SealedVersion) -> dict[str, Any]:
    """What the receipt says, in French words: the page and the PDF read the same."""
    cite = Cite.current()
    at = timezone.localtime(version.sealed_at)
    return {
        "cite": cite.name if cite else "Cité éducative",
        "contact": cite.contact_email if cite else "",
        "reference": action.reference,
        "version": version.number,
        "title": action.title,
        "organisation": action.organisation.name,
        "siret": action.organisation.siret,
        "call": action.call.title,
        "requested": format_euros(action.requested or ZERO),
        "total": format_euros(action.total or ZERO),
        "submitted_at": f"{at:%d/%m/%Y} à {at:%H:%M:%S} (heure de Paris)",
        "sha256": version.sha256,
    }


def current_version(action: Action) -> SealedVersion:
    """The last sealed proposal: what pilots read and decide on."""
    return SealedVersion.objects.of(KIND, action).get(number=action.version)


def next_reference(year: int) -> str:
    """ "2026-014": the year of the call and the next number, given under the counter's lock."""
    ReferenceCounter.objects.get_or_create(year=year)
    counter = ReferenceCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{year}-{counter.last:03d}"


def _write(action: Action, form: ProposalForm) -> None:
    """The rows of the file, from the validated form."""
    data = form.cleaned_data
    simple = ("title", "objectives", "description", "public_description", "participants", "starts_on", "ends_on")
    for name in (*simple, "theme", "actors_note", "minimum"):
        setattr(action, name, data[name])
    action.champ = data["theme"].champ
    action.requested, action.total = form.requested, form.total("charge")
    action.reference = action.reference or next_reference(action.call.year)
    action.version += 1
    action.search_text = searchable(" ".join([action.reference, action.title, action.organisation.name]))
    action.save()
    kept_by_pilots = ("schools", "quartiers") if action.edit_version else ()
    for name in ("age_ranges", "school_times", "schools", "quartiers", "actors"):
        if name not in kept_by_pilots:
            getattr(action, name).set(data[name])
    action.budget.all().delete()
    lines = {line.code: line for line in form.lines}
    BudgetItem.objects.bulk_create(
        BudgetItem(action=action, line=lines[code], amount=amount) for code, amount in form.amounts.items()
    )


def _set(action: Action, **values: Any) -> None:
    locked = workflow.lock(action)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(values))


def _errors(form: ProposalForm) -> list[str]:
    return [
        str(message) if name == "__all__" else f"{form.fields[name].label} : {message}"
        for name, messages in form.errors.items()
        for message in messages
    ]


def _closed_sentence(call: Call) -> str:
    at = timezone.localtime(call.closes_at)
    if clock.now() < call.opens_at:
        return f"L'appel « {call.title} » n'est pas encore ouvert."
    return f"L'appel « {call.title} » est clos depuis le {at:%d/%m/%Y} à {at:%H:%M:%S} (heure de Paris)."
