"""Kinds of documents that a wallet holds; loaded by a data migration.

For which organisations and for how long: from the CERFA 12156 and the usual calls, each with its source.
"""

from dataclasses import dataclass

_CERFA = "CERFA 12156*06 et sa notice 51781 (pièces à joindre)"
_LOI = "Loi n° 2000-321, art. 10-1 ; décret n° 2021-1947"
_USUAL = "Usage courant, à vérifier localement"


@dataclass(frozen=True, kw_only=True)
class DocumentKindRow:
    code: str
    label: str
    organisation_kinds: tuple[str, ...] = ()
    months_valid: int | None = None
    holds_iban: bool = False
    is_cer: bool = False
    hint: str = ""
    source: str = _CERFA
    source_date: str | None = "2022-05-01"
    mark: str = "BG"


_PRIVATE = ("association", "fondation")

DOCUMENT_KINDS: tuple[DocumentKindRow, ...] = (
    DocumentKindRow(code="statuts", label="Statuts", organisation_kinds=_PRIVATE, hint="Datés et signés."),
    DocumentKindRow(
        code="dirigeants",
        label="Liste des dirigeants",
        organisation_kinds=_PRIVATE,
        months_valid=12,
        hint="Les membres du bureau et du conseil d'administration.",
        mark="D",
    ),
    DocumentKindRow(
        code="rib",
        label="RIB",
        holds_iban=True,
        hint="Au nom exact de l'organisation, tel que sur l'avis de situation SIRET.",
    ),
    DocumentKindRow(
        code="comptes",
        label="Comptes approuvés du dernier exercice",
        organisation_kinds=_PRIVATE,
        months_valid=18,
        mark="D",
    ),
    DocumentKindRow(
        code="rapport_activite",
        label="Rapport d'activité",
        organisation_kinds=_PRIVATE,
        months_valid=18,
        mark="D",
    ),
    DocumentKindRow(
        code="assurance",
        label="Attestation d'assurance",
        months_valid=12,
        hint="Responsabilité civile, pour l'année en cours.",
        source=_USUAL,
        source_date=None,
        mark="D",
    ),
    DocumentKindRow(
        code="cer",
        label="Contrat d'engagement républicain",
        is_cer=True,
        hint="Signé par la personne qui représente l'organisation.",
        source=_LOI,
        source_date="2021-12-31",
        mark="M",
    ),
    DocumentKindRow(
        code="pouvoir",
        label="Pouvoir ou délégation de signature",
        hint="Si la personne qui dépose n'est pas le représentant légal.",
    ),
)
