"""A call is published by the pilots together: each agrees on exactly the same text, the last agreement publishes it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from actions import call_text, call_windows, notifications
from actions.call_preparation import freeze_grid, lock
from actions.models import Call, CallAgreement, CallAmendment, CallWindow
from cites.core import audit, clock, permissions, sealed
from cites.core.errors import Blocked, Stale
from cites.models import PilotInstitution, SealedVersion, User

audit.sentence("actions.call_agreement_asked", "{actor} a demandé l'accord des pilotes sur l'appel « {title} »")
audit.sentence("actions.call_withdrawn", "{actor} a retiré l'appel « {title} » de l'accord des pilotes")
audit.sentence("actions.call_agreed", "{actor} a donné l'accord de {institution} sur l'appel « {title} »")
audit.sentence("actions.call_refused", "{actor} a refusé l'appel « {title} » pour {institution} : {reason}")
audit.sentence("actions.call_published", "{actor} a donné le dernier accord : l'appel « {title} » est publié")
audit.sentence("actions.call_contact_changed", "{actor} a changé le contact de l'appel « {title} »")
audit.sentence("actions.call_amendment_asked", "{actor} a proposé un rectificatif à l'appel « {title} »")
audit.sentence("actions.call_amended", "{actor} a donné le dernier accord : l'appel « {title} » est rectifié")

AGREED, REFUSED = CallAgreement.Answer.AGREED, CallAgreement.Answer.REFUSED
OLDER = "Le texte de l'appel a changé depuis cette page : relisez-le avant de répondre."


@transaction.atomic
def ask(call: Call, *, seen: int, by: User) -> SealedVersion:
    """Seal the text and ask every pilot institution about it; `seen` is the version that was on the page."""
    permissions.check(by, "actions.prepare_call", call)
    locked = lock(call)
    if locked.published_at is not None:
        raise Blocked("Cet appel est déjà publié.")
    if seen != locked.edit_version:
        raise Stale("L'appel a changé depuis cette page : relisez-le avant de demander l'accord.")
    if locked.asked is not None:
        raise Blocked("Les pilotes ont déjà ce texte.")
    if lacking := call_text.lacking(locked):
        raise Blocked(lacking)
    freeze_grid(locked)
    version = _put_to_pilots(locked, call_text.payload(locked), by=by)
    audit.record("actions.call_agreement_asked", locked, by=by, title=locked.title, sha256=version.sha256)
    return version


@transaction.atomic
def withdraw(call: Call, *, by: User) -> None:
    """Take the text back: the answers given on it stay written, and count no more."""
    permissions.check(by, "actions.prepare_call", call)
    locked = lock(call)
    if locked.asked is None:
        raise Blocked("Aucun texte n'attend l'accord des pilotes.")
    _put_away(locked)
    audit.record("actions.call_withdrawn", locked, by=by, title=locked.title)


@transaction.atomic
def agree(call: Call, *, seen: str, by: User) -> CallAgreement:
    """One institution's agreement on the text that was read (`seen` is its hash); the last one publishes."""
    locked = _open_to(call, seen, by=by)
    agreement = _answer(locked, AGREED, "", by=by)
    audit.record("actions.call_agreed", locked, by=by, title=locked.title, institution=agreement.institution.name)
    if not missing(locked):
        _conclude(locked, by=by)
    return agreement


@transaction.atomic
def refuse(call: Call, reason: str, *, seen: str, by: User) -> CallAgreement:
    """One refusal sends the text back to coordination, with its reason."""
    if not reason.strip():
        raise Blocked("Dites à la coordination ce qui doit changer.")
    locked = _open_to(call, seen, by=by)
    refusal = _answer(locked, REFUSED, reason.strip(), by=by)
    _put_away(locked)
    name = refusal.institution.name
    audit.record("actions.call_refused", locked, by=by, title=locked.title, institution=name, reason=refusal.reason)
    notifications.call_refused(locked, refusal)
    return refusal


@transaction.atomic
def change_contact(call: Call, name: str, email: str, *, by: User) -> None:
    """Whom to write to: not a matter for the pilots, nor part of the sealed text."""
    permissions.check(by, "actions.prepare_call", call)
    locked = lock(call)
    locked.contact_name, locked.contact_email = name, email
    locked.save(update_fields=["contact_name", "contact_email"])
    audit.record("actions.call_contact_changed", locked, by=by, title=locked.title)


@transaction.atomic
def amend(call: Call, text: str, *, window: CallWindow | None, closes_at: datetime | None, by: User) -> CallAmendment:
    """Propose what the readers of a published call are to be told; it takes the agreement of every pilot too."""
    permissions.check(by, "actions.prepare_call", call)
    locked = lock(call)
    _check_amendment(locked, text, window, closes_at)
    changes: dict[str, Any] = {"erratum": text.strip()}
    if window and closes_at:
        changes["extended"] = {"label": window.label, "from": window.closes_at, "to": closes_at}
    version = _put_to_pilots(locked, {**call_text.payload(locked), **changes}, by=by)
    amendment = CallAmendment.objects.create(
        call=locked,
        text=text.strip(),
        window=window,
        closes_at=closes_at,
        proposed_by=by,
        proposed_at=version.sealed_at,
        sealed=version,
    )
    audit.record("actions.call_amendment_asked", locked, by=by, title=locked.title, sha256=version.sha256)
    return amendment


# ------------------------------------------------------------------ who has answered


def institutions() -> list[PilotInstitution]:
    return list(PilotInstitution.objects.filter(is_active=True))


def missing(call: Call) -> list[PilotInstitution]:
    """Those that have not agreed on the text that they are asked about."""
    agreed = set(
        CallAgreement.objects.filter(sealed=call.asked_id, answer=AGREED).values_list("institution", flat=True)
    )
    return [institution for institution in institutions() if institution.pk not in agreed]


# ------------------------------------------------------------------ inside


def _open_to(call: Call, seen: str, *, by: User) -> Call:
    """The locked call, if this person may answer now on what was read."""
    permissions.check(by, "actions.agree_call", call)
    locked = lock(call)
    if locked.asked is None:
        raise Blocked("Cet appel n'attend pas d'accord : la coordination l'a retiré, ou tous ont répondu.")
    if seen != locked.asked.sha256:
        raise Stale(OLDER)
    if by.institution is None or not by.institution.is_active:
        raise Blocked("Votre institution n'est pas de celles qui donnent leur accord.")
    if locked.agreements.filter(sealed=locked.asked, institution=by.institution).exists():
        raise Blocked("Votre institution a déjà répondu sur ce texte.")
    return locked


def _answer(call: Call, answer: str, reason: str, *, by: User) -> CallAgreement:
    asked: Any = call.asked
    institution: Any = by.institution
    return CallAgreement.objects.create(
        call=call,
        sealed=asked,
        institution=institution,
        answer=answer,
        reason=reason,
        given_by=by,
        given_at=clock.now(),
    )


def _put_to_pilots(call: Call, text: dict[str, Any], *, by: User) -> SealedVersion:
    version = sealed.seal(call_text.KIND, call, text, by=by)
    call.asked = version
    call.save(update_fields=["asked"])
    notifications.call_to_agree(call)
    return version


def _put_away(call: Call) -> None:
    call.asked = None
    call.save(update_fields=["asked"])


def _conclude(call: Call, *, by: User) -> None:
    """All have agreed: a call is published, a published one is rectified."""
    sha256 = call.asked.sha256 if call.asked else ""
    amendment = CallAmendment.objects.filter(sealed=call.asked_id).select_related("window").first()
    _put_away(call)
    if amendment is None:
        call.published_at = max(clock.now(), call.publish_at or clock.now())
        call.save(update_fields=["published_at"])
        audit.record("actions.call_published", call, by=by, title=call.title, sha256=sha256)
        notifications.call_published(call)
        return
    amendment.applied_at = clock.now()
    amendment.save(update_fields=["applied_at"])
    if amendment.window and amendment.closes_at:
        CallWindow.objects.filter(pk=amendment.window.pk).update(closes_at=amendment.closes_at)
    audit.record("actions.call_amended", call, by=by, title=call.title, sha256=sha256)
    notifications.call_amended(call, amendment)


def _check_amendment(call: Call, text: str, window: CallWindow | None, closes_at: datetime | None) -> None:
    if call.published_at is None:
        raise Blocked("Cet appel n'est pas publié : modifiez-le.")
    if call.asked is not None:
        raise Blocked("Un rectificatif attend déjà l'accord des pilotes.")
    if not text.strip():
        raise Blocked("Dites aux lecteurs ce qui change.")
    if window is None or closes_at is None:
        return
    if window.call_id != call.pk:
        raise Blocked("Cette période n'est pas de cet appel.")
    if closes_at <= max(window.closes_at, clock.now()):
        raise Blocked("La nouvelle fermeture est plus tardive que l'ancienne, et à venir.")
    others = [one for one in call.windows_in_order if one.pk != window.pk]
    moved = CallWindow(opens_at=window.opens_at, closes_at=closes_at, earliest_start=window.earliest_start)
    if found := call_windows.problems([*others, moved]):
        raise Blocked(found)
