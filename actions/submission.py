"""From a draft to a sealed proposal: save, submit, complete. One verb each, one transaction."""

from typing import Any

from django.db import transaction

from actions import attachments, completion, eligibility, outputs, receipts, titles, workflow
from actions.drafts import OPEN_TO_PARTNER, first_values
from actions.forms.proposal import ProposalForm
from actions.models import Action, BudgetItem, Call, Cofunder, ReferenceCounter, Submission
from actions.models.action import Status
from actions.plan import Plan
from actions.reopened import reopened
from actions.sealed_text import payload
from cites.core import audit, clock, permissions, sealed
from cites.core.errors import Blocked, Stale
from cites.core.pdf import compile_pdf
from cites.core.text import searchable
from cites.models import SealedVersion, User
from partners.models import Organisation

KIND = "proposition"

audit.sentence("actions.started", "{actor} a commencé un dossier pour l'appel « {call} »")
audit.sentence("actions.edited", "{actor} a modifié le suivi du dossier {reference} ({fields})")


@transaction.atomic
def start(call: Call, organisation: Organisation, *, by: User, renews: Action | None = None) -> Action:
    """A new draft, or the one just begun that is still empty: a double click makes one file.

    On paper when coordination types it in for a partner. What is known already is not asked again.
    """
    permissions.check(by, "actions.propose", call)
    if refusal := eligibility.refusal(call, organisation):
        raise Blocked(refusal)
    drafts = Action.objects.filter(call=call, organisation=organisation, created_by=by, status=Status.DRAFT)
    untouched = drafts.filter(renews=renews) if renews else drafts.filter(draft_version=0, renews=None)
    if found := untouched.first():
        return found
    moment = clock.now()
    is_member = any(m.organisation_id == organisation.pk for m in by.active_memberships)
    action = Action.objects.create(
        call=call,
        organisation=organisation,
        status_at=moment,
        created_at=moment,
        created_by=by,
        renews=renews,
        draft=_first_draft(call, organisation, by=by, renews=renews),
        on_paper=not is_member,
        in_charge=by if is_member else None,
    )
    permissions.check(by, "actions.write", action)
    audit.record("actions.started", action, by=by, audience=audit.PARTNER, call=call.slug)
    return action


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
        raise Blocked(eligibility.closed(locked.call))
    form = ProposalForm.of(locked)
    if not form.is_valid():
        raise Blocked(["Le dossier n'est pas complet.", *_errors(form)])
    if lacking := attachments.lacking(locked):
        raise Blocked(["Le dossier n'est pas complet.", *lacking])
    found = reopened(locked)
    if refused := completion.refusals(locked, form, found):
        raise Blocked(["Le complément n'est pas complet.", *refused])
    answers = completion.as_sealed(locked, found)
    _write(locked, form)
    text = {**payload(locked, form), "attachments": attachments.as_sealed(locked), **answers}
    version = sealed.seal(KIND, locked, text, by=by)
    words = receipts.words(locked, version, text["attachments"])
    submission = Submission.objects.create(
        action=locked,
        number=locked.version,
        sealed=version,
        submitted_by=by,
        submitted_at=version.sealed_at,
        words=words,
        receipt=compile_pdf("receipt", words, at=version.sealed_at),
        document=outputs.document(version),
    )
    attachments.seal(submission)
    completion.keep_answers(submission, found)
    workflow.apply(action, "submit", by=by, version=locked.version)
    return submission


@transaction.atomic
def refuse_as_inadmissible(action: Action, reason: str, *, by: User) -> None:
    if not reason.strip():
        raise Blocked("Dites au partenaire pourquoi le dossier n'est pas recevable.")
    locked = workflow.lock(action)
    locked.inadmissible_reason = reason
    locked.save(update_fields=["inadmissible_reason"])
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


def _first_draft(call: Call, organisation: Organisation, *, by: User, renews: Action | None) -> dict[str, list[str]]:
    known = first_values(organisation, by=by, renews=renews)
    title = titles.first(call, organisation, known.get("title", [""])[0])
    return {**known, "title": [title]} if title else known


def _write(action: Action, form: ProposalForm) -> None:
    """The rows of the file, from the validated form."""
    data = form.cleaned_data
    simple = ("title", "objectives", "description", "public_description", "participants", "starts_on", "ends_on")
    people = ("girls", "boys", "from_quartiers", "contact_name", "contact_email", "contact_phone")
    for name in (*simple, *people, "theme", "nature", "actors_note", "minimum"):
        setattr(action, name, data[name])
    action.champ = data["theme"].champ
    action.requested, action.total = form.requested, form.plan.charges
    action.reference = action.reference or next_reference(action.call.year)
    action.version += 1
    action.search_text = searchable(" ".join([action.reference, action.title, action.organisation.name]))
    action.save()
    kept_by_pilots = ("schools", "quartiers") if action.edit_version else ()
    for name in ("age_ranges", "school_times", "schools", "quartiers", "actors"):
        if name not in kept_by_pilots:
            getattr(action, name).set(data[name])
    _write_plan(action, form.plan)


def _write_plan(action: Action, plan: Plan) -> None:
    action.budget.all().delete()
    action.cofunders.all().delete()
    lines = {line.code: line for line in plan.lines}
    BudgetItem.objects.bulk_create(
        BudgetItem(action=action, line=lines[code], amount=amount, comment=plan.comments.get(code, ""))
        for code, amount in plan.amounts.items()
    )
    Cofunder.objects.bulk_create(
        Cofunder(action=action, line=lines[one.line], name=one.name, amount=one.amount, state=one.state, rank=rank)
        for rank, one in enumerate(plan.fundings, 1)
    )


def _errors(form: ProposalForm) -> list[str]:
    return [
        str(message) if name == "__all__" else f"{form.fields[name].label} : {message}"
        for name, messages in form.errors.items()
        for message in messages
    ]
