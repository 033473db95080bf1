"""A séance to decide in, as the people who are there use it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actions.models import Action, AgendaItem
from cites.models import OutboxMail, Seance
from funding import ledger
from funding.models import Tranche
from tests import factories
from tests.visitor import Page, Visitor

DECIDE = "Enregistrer la décision"
CLOSE = "Clore la séance et établir le relevé"
SIGN = "Signer le relevé"
NOTIFY = "Prévenir les partenaires"


@dataclass
class Room:
    """A séance that is open, one point on its agenda, one tranche of 10 000 €, and who is there."""

    item: AgendaItem
    tranche: Tranche

    @property
    def action(self) -> Action:
        return Action.objects.get(pk=self.item.action_id)

    @property
    def seance(self) -> Seance:
        return Seance.objects.get(pk=self.item.seance_id)

    @property
    def url(self) -> str:
        return f"/espace/seances/{self.item.seance_id}/"

    @property
    def point_url(self) -> str:
        return f"{self.url}dossiers/{self.item.pk}/"

    @property
    def coordination(self) -> Visitor:
        return Visitor(factories.make_coordination())

    @property
    def partner(self) -> Visitor:
        return Visitor(factories.writer_of(self.action))

    def point(self) -> Page:
        return self.coordination.open(self.point_url)

    def positions(self, *said: str) -> Page:
        names = [f"position_{code}" for code in factories.INSTITUTIONS]
        return self.point().press("Noter les positions", **dict(zip(names, said, strict=True)))

    def decide(self, verdict: str, amount: str = "", **typed: Any) -> Page:
        amounts = {f"tranche_{self.tranche.pk}": amount} if amount else {}
        return self.point().press(DECIDE, verdict=verdict, **amounts, **typed)

    def close(self) -> Page:
        return self.coordination.open(self.url).follow(CLOSE).press(CLOSE)

    def sign(self, code: str) -> Page:
        return Visitor(factories.make_pilot(code)).open(f"{self.url}releve/").press(SIGN)

    def sign_by_all(self) -> None:
        for code in factories.INSTITUTIONS:
            self.sign(code)

    def available(self) -> Decimal:
        return ledger.balance(self.tranche, "available")


def decision_mails(room: Room) -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(subject=f"Décision sur le dossier {room.action.reference}"))
