"""The documents of a file, in one block, for its partner's page and for the steering side's."""

from typing import Any

from django import template
from django.db.models.functions import Length

from actions.drafts import OPEN_TO_PARTNER
from actions.models import Action

register = template.Library()


@register.inclusion_tag("actions/_documents.html")
def documents(action: Action, *, on_its_side: bool = False) -> dict[str, Any]:
    """What can be fetched; `on_its_side` for the steering side, which has its own addresses."""
    sized = action.submissions.annotate(receipt_size=Length("receipt"), document_size=Length("document"))
    is_open = action.status in OPEN_TO_PARTNER
    return {
        "action": action,
        "versions": list(sized.order_by("-number")),
        "on_its_side": on_its_side,
        "has_draft": is_open and not on_its_side,
        "has_budget": action.budget.exists() or (is_open and not on_its_side and bool(action.draft)),
    }
