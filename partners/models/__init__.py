from partners.models.organisations import (
    Interest,
    Membership,
    Organisation,
    OrganisationKind,
    has_interest,
    validate_siret,
)

__all__ = [
    "Interest",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "has_interest",
    "validate_siret",
]
