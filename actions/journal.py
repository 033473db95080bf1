"""Which events about actions a person may read in the journal."""

from typing import Any

from django.db.models import Q

from actions import agenda, call_agreement, call_preparation, completion, review, submission, workflow
from actions.models import Action
from actions.models.avis import veiled_reviews
from cites.core.audit import PARTNER
from cites.core.registry import journal_scopes, journal_veils

# The journal reads the sentences of this app's events from the verbs that write them.
VERBS = (agenda, call_agreement, call_preparation, completion, review, submission, workflow)
QUESTION_KINDS = ("actions.question_written", "actions.question_taken_back", "actions.question_dropped")
AVIS_KINDS = ("actions.avis_given", "actions.avis_prepared")
LABEL = Action._meta.label_lower


@journal_scopes.register
def partner_events(user: Any) -> Q:
    """A partner reads what was told to it about its own files."""
    own = Action.objects.of_organisations(user)
    return Q(subject_type=LABEL, audience=PARTNER, subject_id__in=own.values("pk"))


@journal_veils.register
def veiled_avis(user: Any) -> Q:
    """Under the veil, a pilot does not even read who has answered; coordination does."""
    if user.is_coordination or user.institution is None:
        return Q(pk__in=[])
    veiled = Q(subject_type=LABEL, kind__in=AVIS_KINDS, subject_id__in=veiled_reviews().values("action_id"))
    return veiled & ~Q(institution_code=user.institution.code)


@journal_veils.register
def veiled_questions(user: Any) -> Q:
    """Who prepared which question is its institution's business, and coordination's; what is sent is an event apart."""
    if user.is_coordination or user.institution is None:
        return Q(pk__in=[])
    return Q(subject_type=LABEL, kind__in=QUESTION_KINDS) & ~Q(institution_code=user.institution.code)
