"""Every proposal of the demo, in the order of the calls."""

from funding.demo import (
    actions_2022,
    actions_2023,
    actions_2024,
    actions_2025,
    actions_2026,
    actions_2026_reports,
    actions_complement,
    actions_open,
)
from funding.demo.shapes import Proposal

PROPOSALS: tuple[Proposal, ...] = (
    *actions_2022.PROPOSALS,
    *actions_2023.PROPOSALS,
    *actions_2024.PROPOSALS,
    *actions_2025.PROPOSALS,
    *actions_2026.PROPOSALS,
    *actions_2026_reports.PROPOSALS,
    *actions_complement.PROPOSALS,
    *actions_open.PROPOSALS,
)
