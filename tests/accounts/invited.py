"""Inviting someone and following the link of the mail, as the stories of invitations do."""

import re
from datetime import date
from typing import Any

from cites.accounts import invitations
from cites.models import Event, Invitation, OutboxMail, PilotInstitution, User

HEIR = "nouvelle.pilote@ville.test"
PASSPHRASE = "trois cigognes dorment sous la halle"
START = date(2026, 10, 1)


def ville() -> PilotInstitution:
    return PilotInstitution.objects.get(code="ville")


def invite(by: User, email: str = HEIR, role: str = "titulaire", **changes: Any) -> Invitation:
    if role == "administration":
        return invitations.invite(email, role=role, by=by)
    values: dict[str, Any] = {"institution": None if role == "coordination" else ville(), "starts_on": START, **changes}
    return invitations.invite(email, role=role, by=by, **values)


def link(to: str = HEIR) -> str:
    """The path of the link in the last mail to this address, as a person follows it."""
    mail = OutboxMail.objects.filter(to=to).latest("pk")
    found = re.search(r"http://localhost:8000(/comptes/invitation/[\w-]+/)\n", mail.body)
    assert found, mail.body
    return found[1]


def token(to: str = HEIR) -> str:
    return link(to).split("/")[-2]


def kinds() -> list[str]:
    return list(Event.objects.order_by("seq").values_list("kind", flat=True))


def make_account(form: Any, **changes: Any) -> Any:
    typed = {"full_name": "Inès Arnaud", "password1": PASSPHRASE, "password2": PASSPHRASE, **changes}
    return form.press("Créer mon compte et accepter", **typed)
