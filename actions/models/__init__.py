"""Calls, actions and what is said about them, a file per subject."""

from actions.models.action import Action, BudgetItem, ReferenceCounter, Submission
from actions.models.agenda import AgendaItem, Position
from actions.models.agreements import CallAgreement, CallAmendment
from actions.models.attachments import Attachment, SealedAttachment
from actions.models.avis import Avis, AvisDraft, Review, ReviewSeat
from actions.models.call_parts import CallDate, CallQuestion, CallWindow
from actions.models.calls import BudgetLine, Call, DecisionReason
from actions.models.co_editors import CoEditor
from actions.models.cofunders import Cofunder
from actions.models.completion import (
    AskedQuestion,
    CompletionAnswer,
    CompletionQuestion,
    CompletionReminder,
    CompletionRequest,
)
from actions.models.grids import Grid, GridCriterion, ProposedCriterion
from actions.models.rebalance import RevisedBudget
from actions.models.receipts import ReceiptNotice
from actions.models.reports import Report

__all__ = [
    "Action",
    "AgendaItem",
    "AskedQuestion",
    "Attachment",
    "Avis",
    "AvisDraft",
    "BudgetItem",
    "BudgetLine",
    "Call",
    "CallAgreement",
    "CallAmendment",
    "CallDate",
    "CallQuestion",
    "CallWindow",
    "CoEditor",
    "Cofunder",
    "CompletionAnswer",
    "CompletionQuestion",
    "CompletionReminder",
    "CompletionRequest",
    "DecisionReason",
    "Grid",
    "GridCriterion",
    "Position",
    "ProposedCriterion",
    "ReceiptNotice",
    "ReferenceCounter",
    "Report",
    "Review",
    "ReviewSeat",
    "RevisedBudget",
    "SealedAttachment",
    "Submission",
]
