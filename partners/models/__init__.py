from partners.models.alliances import AllianceTie, Contact
from partners.models.documents import Document, DocumentKind
from partners.models.joining import JoinRequest, MembershipOffer
from partners.models.organisations import (
    Interest,
    Membership,
    Organisation,
    OrganisationKind,
    has_interest,
    validate_siret,
)

__all__ = [
    "AllianceTie",
    "Contact",
    "Document",
    "DocumentKind",
    "Interest",
    "JoinRequest",
    "Membership",
    "MembershipOffer",
    "Organisation",
    "OrganisationKind",
    "has_interest",
    "validate_siret",
]
