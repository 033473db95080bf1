"""Sources of money and their rules, loaded by a data migration and editable in the admin.

`decider` is the code of the pilot institution that decides on the source ("other": none of the three).
`in_envelope`: the pilots programme this money together. `counts_as_cofinancing`: money of a local authority.
`act_kinds`: the acts that may commit it, any one of them being enough. `recovery_to`: where recovered money
goes, back to the available amount of the year or outside. `fed_from`: the source that feeds this one by an
internal transfer, shown in both circuits and counted once.
"""

from dataclasses import dataclass

_CODES = "Liste de travail du portail ; programmes budgétaires de l'État"
_FONDS = "Rapport IGA-IGESR 2021 ; code de l'éducation, art. R421-20"
_LOI = "Loi n° 2000-321, art. 10 ; rapport IGA-IGESR 2021"


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    code: str
    label: str
    decider: str  # prefecture | education | ville | other
    exercise: str  # civil | scolaire
    in_envelope: bool
    counts_as_cofinancing: bool
    act_kinds: tuple[str, ...]  # arrete | convention | deliberation_ca | deliberation_cm | notification
    recovery_to: str  # available | outside
    fed_from: str | None
    source: str
    source_date: str | None
    mark: str


def _source(
    code: str,
    label: str,
    decider: str,
    *act_kinds: str,
    exercise: str = "civil",
    in_envelope: bool = False,
    counts_as_cofinancing: bool = False,
    recovery_to: str = "outside",
    fed_from: str | None = None,
    source: str = _CODES,
    source_date: str | None = None,
    mark: str = "D",
) -> SourceRow:
    return SourceRow(
        code=code,
        label=label,
        decider=decider,
        exercise=exercise,
        in_envelope=in_envelope,
        counts_as_cofinancing=counts_as_cofinancing,
        act_kinds=act_kinds,
        recovery_to=recovery_to,
        fed_from=fed_from,
        source=source,
        source_date=source_date,
        mark=mark,
    )


SOURCES: tuple[SourceRow, ...] = (
    _source(
        "P147",
        "État – politique de la ville (programme 147)",
        "prefecture",
        "arrete",
        "convention",
        in_envelope=True,
        source=_LOI,
        source_date="2021-01-01",
        mark="M",
    ),
    _source(
        "FONDS_COLLEGE",
        "Fonds de la cité éducative (collège chef de file)",
        "education",
        "deliberation_ca",
        in_envelope=True,
        recovery_to="available",
        fed_from="P147",
        source=_FONDS,
        source_date="2021-01-01",
        mark="M",
    ),
    _source(
        "VILLE",
        "Ville de Valenton",
        "ville",
        "deliberation_cm",
        in_envelope=True,
        counts_as_cofinancing=True,
        recovery_to="available",
        source="Code général des collectivités territoriales ; usages des cités éducatives",
        mark="BG",
    ),
    _source(
        "CAF",
        "Caisse d'allocations familiales",
        "other",
        "convention",
        "notification",
        in_envelope=True,
        source="Lormont : la CAF est copilote et finance",
        source_date="2021-01-01",
        mark="M",
    ),
    _source("P230", "Éducation nationale – vie de l'élève (programme 230)", "education", "notification", "arrete"),
    _source(
        "P140",
        "Éducation nationale – premier degré, postes (programme 140)",
        "education",
        exercise="scolaire",
    ),
    _source("P141", "Éducation nationale – second degré, postes (programme 141)", "education", exercise="scolaire"),
    _source("EPCI", "Intercommunalité", "other", "notification", counts_as_cofinancing=True),
    _source("DEPT", "Département du Val-de-Marne", "other", "notification", counts_as_cofinancing=True),
    _source("REGION", "Région Île-de-France", "other", "notification", counts_as_cofinancing=True),
    _source("CDE", "Caisse des écoles", "ville", "notification", exercise="scolaire", counts_as_cofinancing=True),
    _source("CDV", "Contrat de ville (hors cité éducative)", "prefecture", "arrete", "convention"),
    _source("PRE", "Programme de réussite éducative", "prefecture", "arrete", "convention"),
    _source("FIPD", "Fonds de prévention de la délinquance (FIPD)", "prefecture", "arrete", "convention"),
    _source("ARS", "Agence régionale de santé", "other", "convention", "notification"),
    _source("DRAC", "Direction régionale des affaires culturelles", "other", "arrete", "convention"),
    _source("EUROPE", "Fonds européens (FSE+)", "other", "convention"),
    _source("ASP", "Agence de services et de paiement (emplois aidés)", "other", "notification"),
    _source("FONJEP", "Postes FONJEP (programme 147)", "prefecture", "notification"),
    _source("ADULTES_RELAIS", "Postes d'adultes-relais (programme 147)", "prefecture", "convention"),
    _source("MECENAT", "Mécénat", "other", "convention"),
    _source("AUTOFIN", "Autofinancement du partenaire", "other"),
)
