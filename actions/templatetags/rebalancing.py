"""The budget after a cut, for the pages of the file on both sides."""

from typing import Any

from django import template

from actions import announced, plan, rebalancing
from actions.models import Action
from cites.core import permissions

register = template.Library()


@register.simple_tag(takes_context=True)
def revised_budget_of(context: template.Context, action: Action) -> dict[str, Any] | None:
    """Where it stands; nothing where the decision, as announced, granted what was asked."""
    revised = rebalancing.current(action)
    granted = revised.granted if revised else announced.granted(action)
    if granted is None or action.requested is None or granted >= action.requested:
        return None
    is_asked = rebalancing.is_asked(action)
    if revised is None and not is_asked:
        return None
    user = context["request"].user
    return {
        "row": revised,
        "granted": granted,
        "is_asked": is_asked,
        "below_minimum": action.minimum is not None and granted < action.minimum,
        "revises": permissions.allows(user, "actions.revise_budget", action),
        "renounces": action.announced_status == "approved" == action.status
        and permissions.allows(user, "actions.renounce", action),
    }


@register.simple_tag
def held_to(action: Action) -> dict[str, Any]:
    """The plan that the bilan is compared with, and whether it was revised."""
    return {"plan": plan.of_action(action), "revised": plan.accepted(action)}
