"""Kinds of organisations that may answer a call, by legal status; loaded by a data migration.

The status decides what is asked: an RNA number of an association, a UAI of a school, a convention above the
threshold for a body of private law (`is_private`), the contrat d'engagement républicain (`asks_cer`).
What an organisation does (culture, sport, health) is not its status: see `cites.reference_data.ACTOR_KINDS`.
"""

from dataclasses import dataclass

_LOI = "Loi n° 2000-321, art. 9-1 à 10-1 ; décret n° 2021-1947"
_CALLS = "Appels à projets de cités éducatives (Marseille 2023, Paris 19e 2023)"


@dataclass(frozen=True, kw_only=True)
class OrganisationKindRow:
    code: str
    label: str
    is_private: bool
    needs_rna: bool
    needs_uai: bool
    asks_cer: bool
    source: str
    source_date: str | None
    mark: str


def _kind(
    code: str,
    label: str,
    *,
    is_private: bool = False,
    needs_rna: bool = False,
    needs_uai: bool = False,
    asks_cer: bool = False,
    source: str = _CALLS,
    source_date: str | None = "2023-01-01",
    mark: str = "H",
) -> OrganisationKindRow:
    return OrganisationKindRow(
        code=code,
        label=label,
        is_private=is_private,
        needs_rna=needs_rna,
        needs_uai=needs_uai,
        asks_cer=asks_cer,
        source=source,
        source_date=source_date,
        mark=mark,
    )


ORGANISATION_KINDS: tuple[OrganisationKindRow, ...] = (
    _kind(
        "association",
        "Association (loi de 1901)",
        is_private=True,
        needs_rna=True,
        asks_cer=True,
        source=_LOI,
        source_date="2021-12-31",
        mark="M",
    ),
    _kind("ecole", "École publique (maternelle, élémentaire, primaire)", needs_uai=True),
    _kind("college", "Collège public", needs_uai=True),
    _kind("lycee", "Lycée public", needs_uai=True),
    _kind("commune", "Commune"),
    _kind("service_municipal", "Service municipal"),
    _kind("epci", "Intercommunalité (EPCI, établissement public territorial)"),
    _kind("departement", "Département"),
    _kind("region", "Région"),
    _kind("service_etat", "Service de l'État", source_date=None, mark="BG"),
    _kind("etablissement_public_local", "Établissement public local (caisse des écoles, CCAS, régie)"),
    _kind("etablissement_public", "Autre établissement public (université, office public de l'habitat)"),
    _kind("etablissement_culturel", "Établissement culturel public (musée, théâtre, conservatoire, médiathèque)"),
    # Bodies of private law with a public mission: the convention threshold applies, the CER does not.
    _kind(
        "organisme_social",
        "Organisme de sécurité sociale (CAF)",
        is_private=True,
        source_date=None,
        mark="BG",
    ),
    _kind("bailleur_social", "Bailleur social de droit privé", is_private=True),
    _kind(
        "fondation",
        "Fondation ou fonds de dotation",
        is_private=True,
        asks_cer=True,
        source=_LOI,
        source_date="2021-12-31",
        mark="BG",
    ),
    _kind("entreprise", "Entreprise", is_private=True, source_date=None, mark="BG"),
)
