"""Sources, tranches, the ledger, decisions and the awards they make, a file per subject."""

from funding.models.awards import Act, Award
from funding.models.decisions import Contest, Decision, Notice, PriorDecision
from funding.models.moves import Account, LedgerHead, Move
from funding.models.sources import Source, Tranche

__all__ = [
    "Account",
    "Act",
    "Award",
    "Contest",
    "Decision",
    "LedgerHead",
    "Move",
    "Notice",
    "PriorDecision",
    "Source",
    "Tranche",
]
