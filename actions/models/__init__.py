"""Calls, actions and what is said about them, a file per subject."""

from actions.models.action import Action, BudgetItem, ReferenceCounter, Submission
from actions.models.agenda import AgendaItem, Position
from actions.models.avis import Avis, AvisDraft, Review, ReviewSeat
from actions.models.calls import BudgetLine, Call, DecisionReason
from actions.models.reports import Report

__all__ = [
    "Action",
    "AgendaItem",
    "Avis",
    "AvisDraft",
    "BudgetItem",
    "BudgetLine",
    "Call",
    "DecisionReason",
    "Position",
    "ReferenceCounter",
    "Report",
    "Review",
    "ReviewSeat",
    "Submission",
]
