"""Who else pays, in the demo: a name for each line of subsidies, and where each aid stands. Funders are invented."""

from collections.abc import Iterator
from decimal import Decimal

from actions.models import Cofunder
from funding.demo.shapes import Proposal

ASKED, PROMISED, CONFIRMED, REFUSED = Cofunder.State.values
Row = tuple[str, str, Decimal, str]  # line, name, amount, state

NAMES = {
    "74etat": "Direction régionale des affaires culturelles",
    "74region": "Région Île-de-France",
    "74dep": "Département du Val-de-Marne",
    "74epci": "Établissement public territorial",
    "74com": "Ville de Valenton",
    "74orgasoc": "CAF du Val-de-Marne",
    "74fe": "Fonds social européen",
    "74agenceserv": "Agence de services et de paiement",
    "74aidespriv": "Fondation des Deux Rives",
    "74x": "Office public de l'habitat",
}
# What is not answered yet in the calls of this year; earlier, every aid is confirmed.
ANSWERS = {
    "ouvert": {"74com": PROMISED, "74etat": ASKED, "74orgasoc": CONFIRMED, "74dep": ASKED},
    "complement": {"74aidespriv": PROMISED, "74dep": ASKED, "74com": CONFIRMED, "74orgasoc": CONFIRMED},
    "2026": {"74aidespriv": PROMISED, "74region": ASKED},
}
# A part of the line comes from another one; and aids that were refused, which count for nothing.
SHARED = {("open-petit-dejeuner", "74com"): ("Caisse des écoles de Valenton", Decimal(1300), CONFIRMED)}
REFUSALS = {
    "open-echecs": ("74aidespriv", "Fondation Jeux et Esprit", Decimal(600), REFUSED),
    "2026-devoirs": ("74region", "Région Île-de-France", Decimal(4000), REFUSED),
}


def rows(proposal: Proposal) -> Iterator[Row]:
    """The co-funders as the partner types them; their sums are the lines of the proposal."""
    for line, amount in proposal.produits.items():
        if line not in NAMES:
            continue
        if other := SHARED.get((proposal.key, line)):
            name, part, state = other
            amount -= part
            yield line, name, part, state
        yield line, NAMES[line], amount, ANSWERS.get(proposal.call, {}).get(line, CONFIRMED)
    if refused := REFUSALS.get(proposal.key):
        yield refused
