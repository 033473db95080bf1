"""Which events about an organisation its own people may read."""

from typing import Any

from django.db.models import Q

from cites.core.registry import journal_scopes
from partners import editing, joining, membership
from partners.models import Organisation

# The journal reads the sentences of this app's events from the verbs that write them.
VERBS = (editing, joining, membership)
KINDS = (
    *("partners.organisation_created", "partners.organisation_edited", "partners.tie_added", "partners.tie_removed"),
    *("partners.role_changed", "partners.membership_ended", "partners.left"),
)
LABEL = Organisation._meta.label_lower


@journal_scopes.register
def own_organisations(user: Any) -> Q:
    own = [m.organisation_id for m in user.active_memberships]
    return Q(subject_type=LABEL, kind__in=KINDS, subject_id__in=own)
