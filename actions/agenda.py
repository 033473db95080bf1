"""Séances: prepare the agenda, open, record the positions. Verdicts move money: they are in funding."""

from django.db import transaction
from django.db.models import Max

from actions import submission, workflow
from actions.models import Action, AgendaItem, Avis, Position
from actions.models.avis import PositionChoice
from actions.review import nobody_can_answer
from cites.core import audit, clock, permissions
from cites.core.errors import Blocked
from cites.models import PilotInstitution, Seance, User

audit.sentence("actions.seance_prepared", "{actor} a préparé la séance « {title} »")
audit.sentence("actions.seance_opened", "{actor} a ouvert la séance « {title} »")
audit.sentence("actions.position_recorded", "{actor} a noté la position de {institution} sur le dossier {reference}")


@transaction.atomic
def prepare(seance: Seance, *, by: User) -> Seance:
    permissions.check(by, "actions.run_seance", seance)
    seance.save()
    audit.record("actions.seance_prepared", seance, by=by, title=str(seance))
    return seance


@transaction.atomic
def open_seance(seance: Seance, *, by: User) -> None:
    permissions.check(by, "actions.run_seance", seance)
    locked = lock(seance)
    if locked.opened_at:
        raise Blocked("Cette séance est déjà ouverte.")
    if not locked.items.exists():
        raise Blocked("Inscrivez au moins un dossier à l'ordre du jour.")
    locked.opened_at = clock.now()
    locked.save(update_fields=["opened_at"])
    audit.record("actions.seance_opened", locked, by=by, title=str(locked))


@transaction.atomic
def schedule(action: Action, seance: Seance, *, by: User) -> AgendaItem:
    """Put the file, in its present sealed version, at the end of the agenda; positions come from the avis."""
    seance = lock(seance)
    locked = workflow.lock(action)
    workflow.require(locked, "schedule", by=by)
    if seance.closed_at:
        raise Blocked("Cette séance est close : choisissez-en une autre.")
    if not seance.instance.can_decide:
        raise Blocked(f"« {seance.instance} » ne rend pas de décision : choisissez une instance qui décide.")
    last = seance.items.aggregate(last=Max("rank"))["last"] or 0
    item = AgendaItem.objects.create(
        seance=seance, action=locked, shown=submission.current_version(locked), rank=last + 1
    )
    Position.objects.bulk_create(
        Position(item=item, institution=institution, position=_from_avis(locked, institution))
        for institution in PilotInstitution.objects.filter(is_active=True)
    )
    workflow.apply(action, "schedule", by=by, seance=seance.pk)
    return item


@transaction.atomic
def unschedule(item: AgendaItem, *, by: User) -> None:
    """Off the agenda, back to reviewed. A point that has been decided stays: it is contested instead."""
    permissions.check(by, "actions.schedule", workflow.lock(item.action))
    if item.decisions.exists():
        raise Blocked("Une décision a été prise sur ce dossier : elle se conteste, elle ne s'efface pas.")
    workflow.apply(item.action, "unschedule", by=by, seance=item.seance_id)
    item.delete()


@transaction.atomic
def record_positions(item: AgendaItem, positions: dict[PilotInstitution, str], *, by: User) -> None:
    """What each institution says in séance, noted by the secretary. A file in déport stays in déport."""
    permissions.check(by, "actions.run_seance", item.seance)
    if not lock(item.seance).is_open:
        raise Blocked("Ouvrez la séance avant de noter les positions.")
    workflow.lock(item.action)
    for institution, value in positions.items():
        if value not in PositionChoice.values:
            raise Blocked("Choisissez une position dans la liste.")
        current, _ = Position.objects.get_or_create(
            item=item, institution=institution, defaults={"position": PositionChoice.SANS_AVIS}
        )
        if current.position == value:
            continue
        if value != PositionChoice.DEPORT and nobody_can_answer(institution, item.action):
            raise Blocked(f"{institution} : toutes les personnes mandatées sont en déport sur ce dossier.")
        current.position, current.recorded_by = value, by
        current.save(update_fields=["position", "recorded_by"])
        audit.record(
            "actions.position_recorded",
            item.action,
            by=by,
            reference=item.action.reference or "",
            institution=institution.name,
            position=value,
        )


def lock(seance: Seance) -> Seance:
    return Seance.objects.select_for_update(of=("self",)).select_related("instance").get(pk=seance.pk)


def _from_avis(action: Action, institution: PilotInstitution) -> str:
    avis = Avis.objects.filter(review__action=action, review__version=action.version, institution=institution).first()
    if avis:
        return avis.position
    return PositionChoice.DEPORT if nobody_can_answer(institution, action) else PositionChoice.SANS_AVIS
