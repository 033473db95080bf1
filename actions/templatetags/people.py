"""Who works on a file, for the pages of both sides."""

from typing import Any

from django import template

from actions import co_editing
from actions.in_charge import person_in_charge
from actions.models import Action
from cites.core import permissions

register = template.Library()


@register.simple_tag(takes_context=True)
def people_of(context: template.Context, action: Action) -> dict[str, Any]:
    """The person in charge, the other organisations, and what this person may change of it."""
    user = context["request"].user
    rows = action.co_editors.filter(ended_at__isnull=True).select_related("organisation", "action__organisation")
    return {
        "person": person_in_charge(action),
        "hands_over": permissions.allows(user, "actions.hand_over", action),
        "invites": permissions.allows(user, "actions.invite_co_editor", action),
        "is_written": co_editing.is_open(action),
        "co_editors": [(one, permissions.allows(user, "actions.end_co_editing", one)) for one in rows],
    }
