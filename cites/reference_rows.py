"""Shapes and usual sources of the reference rows."""

from dataclasses import dataclass

SEED = "Préfecture du Val-de-Marne, présentation des cités éducatives (Valenton)"
LA_SEYNE = "Cité éducative de La Seyne-sur-Mer, appel à projets 2022"
PROPOSAL = "Proposition du portail, à adapter par la cité"
COMMON = "Usage courant, à vérifier localement"
IGA = "Rapport IGA-IGESR 2021 et usages des cités éducatives"


@dataclass(frozen=True, kw_only=True)
class Row:
    code: str
    label: str
    source: str
    source_date: str | None
    mark: str


@dataclass(frozen=True, kw_only=True)
class ChampRow(Row):
    short_label: str
    description: str


@dataclass(frozen=True, kw_only=True)
class ThemeRow(Row):
    champ: str


@dataclass(frozen=True, kw_only=True)
class SchoolTimeRow(Row):
    description: str


@dataclass(frozen=True, kw_only=True)
class AgeRangeRow(Row):
    """Half-open: `min_age` included, `max_age` excluded; both None for a public of adults."""

    min_age: int | None
    max_age: int | None


@dataclass(frozen=True, kw_only=True)
class InstanceRow(Row):
    composition: str
    decides: str
    rhythm: str
    can_decide: bool


@dataclass(frozen=True, kw_only=True)
class RuleRow(Row):
    value: str
    unit: str
