"""The models of the base app, a file per subject."""

from cites.models.convention import Commitment, ConventionCadre, LabelPeriod, Signatory
from cites.models.files import StoredFile
from cites.models.governance import ChefDeFile, Cite, Mandate, PilotInstitution
from cites.models.imports import DataImport
from cites.models.invitation import Invitation
from cites.models.journal import Event, JournalHead
from cites.models.outbox import OutboxMail
from cites.models.references import ActorKind, AgeRange, Champ, Rule, SchoolTime, Theme
from cites.models.sealed import SealedVersion
from cites.models.seances import Instance, Seance, Signature
from cites.models.territory import Commune, Quartier, School
from cites.models.user import User

__all__ = [
    "ActorKind",
    "AgeRange",
    "Champ",
    "ChefDeFile",
    "Cite",
    "Commitment",
    "Commune",
    "ConventionCadre",
    "DataImport",
    "Event",
    "Instance",
    "Invitation",
    "JournalHead",
    "LabelPeriod",
    "Mandate",
    "OutboxMail",
    "PilotInstitution",
    "Quartier",
    "Rule",
    "School",
    "SchoolTime",
    "SealedVersion",
    "Seance",
    "Signatory",
    "Signature",
    "StoredFile",
    "Theme",
    "User",
]
