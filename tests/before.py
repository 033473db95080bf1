"""What was decided before the portal, for the tests that only need a row of it."""

from datetime import timedelta
from decimal import Decimal

from actions import taking_over as actions_taking_over
from actions.models import Action
from cites.core import clock
from funding import taking_over
from funding.models import Tranche
from funding.taking_over import PriorMoney
from tests import factories


def make_taken_over(origin: str = "DA01234567", status: str = "under_way", *, amount: Decimal | None = None) -> Action:
    """An action of this year taken over; with an amount, its money too, from the year's P147."""
    year, admin = clock.today().year, factories.make_admin()
    action = Action(
        call=actions_taking_over.call_for(year, factories.make_period(year)),
        organisation=factories.make_organisation(),
        origin_reference=origin,
        title="Ateliers d'avant",
    )
    actions_taking_over.take_over(action, status, chosen={}, text={"origin_reference": origin}, by=admin)
    if amount:
        tranche = Tranche.objects.filter(source__code="P147", year=year).first() or factories.make_tranche()
        money = PriorMoney(decided=amount, decided_on=clock.today() - timedelta(days=90), document="Comité de pilotage")
        taking_over.take_over(action, tranche, money, text={}, by=admin)
    return action
