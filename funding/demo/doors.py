"""Who was invited to steer, when, and what came of it. The links are in the demo's mails."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from cites.accounts import invitations
from cites.models import Invitation
from funding.demo.scenery import Stage
from funding.demo.shapes import When, on, rel


@dataclass(frozen=True, kw_only=True)
class Invited:
    email: str
    role: str
    institution: str
    start: When
    sent: When
    accepted: When | None = None
    revoked: When | None = None


INVITED: tuple[Invited, ...] = (
    Invited(
        email="ville@demo.example",
        role="titulaire",
        institution="ville",
        start=on(2024, 1, 1),
        sent=on(2023, 12, 11, 9, 5),
        accepted=on(2023, 12, 14, 17, 40),
    ),
    Invited(  # sent to the wrong address, withdrawn the same day
        email="servcie.education@demo.example",
        role="instructeur",
        institution="ville",
        start=rel(-20),
        sent=rel(-24, 9, 10),
        revoked=rel(-24, 14, 20),
    ),
    Invited(
        email="suppleante.education@demo.example",
        role="suppleant",
        institution="education",
        start=rel(14),
        sent=rel(-3, 11, 15),
    ),
)


def moments(stage: Stage) -> Iterator[tuple[datetime, Callable[[], Any]]]:
    for row in INVITED:
        yield stage.at(row.sent), partial(_invite, stage, row)
        if row.accepted:
            yield stage.at(row.accepted), partial(_accept, stage, row)
        if row.revoked:
            yield stage.at(row.revoked), partial(_revoke, stage, row)


def _invite(stage: Stage, row: Invited) -> None:
    invitations.invite(
        row.email,
        role=row.role,
        institution=stage.institutions[row.institution],
        starts_on=stage.on(row.start),
        by=stage.user("admin@demo.example"),
    )


def _accept(stage: Stage, row: Invited) -> None:
    invitations.accept(_sent(row), stage.user(row.email))


def _revoke(stage: Stage, row: Invited) -> None:
    invitations.revoke(_sent(row), stage.user("admin@demo.example"))


def _sent(row: Invited) -> Invitation:
    return Invitation.objects.get(email=row.email)
