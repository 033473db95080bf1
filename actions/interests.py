"""Who is out of a file: an interest in its porteur, or in an organisation that wrote it with it (docs/adr/0024)."""

from typing import Any

from actions.models import Action
from partners.models import Organisation, has_interest


def organisations(action: Action) -> list[Organisation]:
    """Everyone whose text it may be: also a co-editor whose part is over."""
    co_editors = action.co_editors.accepted().select_related("organisation__kind")
    return list(dict.fromkeys([action.organisation, *(one.organisation for one in co_editors)]))


def has_interest_in(user: Any, action: Action) -> Organisation | None:
    """The first of them in which this person has an interest."""
    return next((one for one in organisations(action) if has_interest(user, one)), None)
