"""The avis of each institution, on one sealed version, unseen by the others until all have answered."""

from decimal import Decimal

from django.db import transaction

from actions import workflow
from actions.interests import has_interest_in
from actions.models import Action, Avis, AvisDraft, Review, ReviewSeat
from actions.models.action import Status
from actions.models.avis import PositionChoice
from cites.core import audit, clock, permissions
from cites.core.audit import SYSTEM
from cites.core.errors import Blocked, Stale
from cites.models import Mandate, PilotInstitution, User

# Positions are not data of the event: the journal says who answered, the avis says what.
audit.sentence("actions.avis_given", "{actor} a signé l'avis de {institution} sur le dossier {reference}")
audit.sentence("actions.avis_prepared", "{actor} a préparé l'avis de {institution} sur le dossier {reference}")


@transaction.atomic
def open_review(action: Action, *, by: User) -> Review:
    """Freeze which institutions are expected, and ask them. Where nobody can answer, it is in déport."""
    locked = workflow.lock(action)
    workflow.require(locked, "open_review", by=by)
    review = Review.objects.create(
        action=locked,
        version=locked.version,
        opened_at=clock.now(),
        due_at=locked.call.avis_due_at,
        blind=locked.call.blind_avis,
    )
    ReviewSeat.objects.bulk_create(
        ReviewSeat(review=review, institution=institution)
        for institution in PilotInstitution.objects.filter(is_active=True)
        if not nobody_can_answer(institution, locked)
    )
    workflow.apply(action, "open_review", by=by, version=locked.version)
    return review


@transaction.atomic
def prepare_avis(action: Action, position: str, amount: str, reason: str, *, by: User) -> AvisDraft:
    """Keep an unsigned avis for the person's institution; the next mandate holder finds it filled in."""
    permissions.check(by, "actions.prepare_avis", action)
    review, institution = current_review(workflow.lock(action)), _institution(by)
    draft, _ = AvisDraft.objects.update_or_create(
        review=review,
        institution=institution,
        defaults={
            "position": position,
            "amount": amount,
            "reason": reason,
            "prepared_by": by,
            "saved_at": clock.now(),
        },
    )
    audit.record("actions.avis_prepared", action, by=by, reference=action.reference or "", institution=institution.name)
    return draft


@transaction.atomic
def give_avis(
    action: Action, position: str, amount: Decimal | None, reason: str, *, by: User, seen: int | None = None
) -> Avis:
    """Sign the avis of one's own institution. `seen` is the version read: another one raises `Stale`.

    The last expected answer lifts the veil and the file is reviewed.
    """
    locked = workflow.lock(action)
    permissions.check(by, "actions.give_avis", locked)
    if seen is not None and seen != locked.version:
        raise Stale("Le partenaire a déposé une nouvelle version : relisez le dossier avant de signer l'avis.")
    review, institution = current_review(locked), _institution(by)
    if not review.seats.filter(institution=institution).exists():
        raise Blocked("Votre institution n'était pas attendue sur ce dossier quand l'instruction a été ouverte.")
    if review.avis.filter(institution=institution).exists():
        raise Blocked("Votre institution a déjà rendu son avis sur cette version.")
    if position not in PositionChoice.values:
        raise Blocked("Choisissez une position.")
    if position != PositionChoice.FAVORABLE and position != PositionChoice.DEPORT and not reason.strip():
        raise Blocked("Donnez le motif de cet avis : il éclaire la décision.")
    if amount is not None and locked.requested is not None and amount > locked.requested:
        raise Blocked("Le montant proposé dépasse le montant demandé.")
    avis = Avis.objects.create(
        review=review,
        institution=institution,
        position=position,
        amount=amount,
        reason=reason,
        signed_by=by,
        signed_at=clock.now(),
        is_late=review.unveiled_at is not None,
    )
    audit.record(
        "actions.avis_given",
        locked,
        by=by,
        reference=locked.reference or "",
        institution=institution.name,
        version=review.version,
        late=avis.is_late,
    )
    if review.unveiled_at is None and not missing(review):
        unveil(review)
    return avis


def unveil(review: Review) -> None:
    """All have answered, or the date has passed: the avis are shown side by side."""
    review.unveiled_at = clock.now()
    review.save(update_fields=["unveiled_at"])
    workflow.apply(review.action, "close_review", by=SYSTEM, missing=[str(i) for i in missing(review)])


def unveil_overdue() -> int:
    """The date of the phase has passed: `maintenance` calls this. Returns how many were unveiled."""
    overdue = Review.objects.filter(
        unveiled_at__isnull=True, due_at__lte=clock.now(), action__status=Status.IN_REVIEW
    ).select_related("action")
    count = 0
    for review in overdue:
        with transaction.atomic():
            action = workflow.lock(review.action)
            review.refresh_from_db()
            if review.unveiled_at is None and review.version == action.version and action.status == Status.IN_REVIEW:
                unveil(review)
                count += 1
    return count


def current_review(action: Action) -> Review:
    """The round on the version that is submitted now."""
    if action.status not in (Status.IN_REVIEW, Status.REVIEWED, Status.SCHEDULED):
        raise Blocked("Ce dossier n'est pas en instruction.")
    review = Review.objects.filter(action=action, version=action.version).first()
    if review is None:
        raise Blocked("L'instruction de cette version n'est pas ouverte.")
    return review


def missing(review: Review) -> list[PilotInstitution]:
    """Institutions expected that have not answered."""
    answered = review.avis.values_list("institution", flat=True)
    return [
        seat.institution for seat in review.seats.select_related("institution") if seat.institution_id not in answered
    ]


def nobody_can_answer(institution: PilotInstitution, action: Action) -> bool:
    """Titulaires and suppléants all have an interest in the file (none at all counts as able to answer)."""
    holders = [m.user for m in Mandate.objects.active().pilots().filter(institution=institution).select_related("user")]
    return bool(holders) and all(has_interest_in(user, action) for user in holders)


def _institution(user: User) -> PilotInstitution:
    """From the mandate of the person who acts, never from the request."""
    if user.institution is None:
        raise Blocked("Aucune institution ne vous a mandaté.")
    return user.institution
