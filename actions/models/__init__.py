"""Calls, actions and what is said about them, a file per subject."""

from actions.models.action import Action, BudgetItem, ReferenceCounter, Submission
from actions.models.agenda import AgendaItem, Position
from actions.models.attachments import Attachment, SealedAttachment
from actions.models.avis import Avis, AvisDraft, Review, ReviewSeat
from actions.models.calls import BudgetLine, Call, DecisionReason
from actions.models.cofunders import Cofunder
from actions.models.reports import Report

__all__ = [
    "Action",
    "AgendaItem",
    "Attachment",
    "Avis",
    "AvisDraft",
    "BudgetItem",
    "BudgetLine",
    "Call",
    "Cofunder",
    "DecisionReason",
    "Position",
    "ReferenceCounter",
    "Report",
    "Review",
    "ReviewSeat",
    "SealedAttachment",
    "Submission",
]
