"""Who may do the verbs of the base app: looks at the person and the object, never at the state."""

from typing import Any

from cites.core.permissions import Refused, rule


@rule("cites.seal_convention")
def seal_convention(user: Any, convention: Any) -> None:
    if not user.is_staff:
        raise Refused("La convention-cadre est scellée par l'administration du portail.")
