"""Tranches and what happens to them. Only the total of 2022–2024 (475 000 euros) is a real figure.

The fonds of the college receives nothing directly: an internal transfer from the State feeds it. 2025 is the
first year of the fourth funder (CAF). One carry-over (2022 to 2023) and one freeze (the running year).
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from funding.demo.shapes import MoneyMove, Tranche, When, on, rel

# Before the spring séance of the running year, whatever the demo day.
NOTIFIED_2026 = rel(-262, 9, workday=True, latest=date(2026, 3, 6))
FED_2026 = rel(-258, 9, workday=True, latest=date(2026, 3, 11))
PLANNED_2026 = on(2025, 10, 6, 9)
PLANNED_2027 = rel(-80, 9, workday=True, latest=date(2026, 11, 30))
NOTIFIED_2027 = on(2027, 3, 15, 9)


def _plan(when: When) -> MoneyMove:
    return MoneyMove(kind="plan", when=when, reason="Montant prévu par la convention-cadre")


def _notify(amount: int, when: When, reference: str) -> MoneyMove:
    return MoneyMove(kind="notify", amount=Decimal(amount), when=when, reference=reference)


def _feed(amount: int, when: When) -> MoneyMove:
    return MoneyMove(
        kind="transfer",
        amount=Decimal(amount),
        when=when,
        to_source="FONDS_COLLEGE",
        reason="Fonds de la cité éducative, convention avec le collège chef de file",
    )


def _close(when: When) -> MoneyMove:
    return MoneyMove(kind="close", when=when, reason="Clôture de l'exercice")


def _period(year: int) -> str:
    return "2022-2024" if year <= 2024 else "2025-2027"


def _tranche(source: str, year: int, planned: int, *moves: MoneyMove, note: str = "") -> Tranche:
    return Tranche(source=source, year=year, period=_period(year), planned=Decimal(planned), moves=moves, note=note)


def _history() -> Iterator[Tranche]:
    """2022 to 2025: notified before the séance, closed at the end of the January after."""
    for year, state, fonds, ville, notified, fed in (
        (2022, 150_000, 30_000, 40_000, on(2022, 2, 21, 9), on(2022, 3, 2, 9)),
        (2023, 160_000, 30_000, 42_000, on(2023, 1, 12, 9), on(2023, 1, 18, 9)),
        (2024, 165_000, 32_000, 45_000, on(2024, 1, 11, 9), on(2024, 1, 16, 9)),
        (2025, 160_000, 32_000, 50_000, on(2025, 1, 17, 9), on(2025, 1, 20, 9)),
    ):
        closing = _close(on(year + 1, 1, 31, 18))
        moves = [
            _notify(state, notified, f"Notification préfectorale {year}-094-PV"),
            _feed(fonds, fed),
        ]
        if year == 2022:
            moves.append(
                MoneyMove(
                    kind="carry_over",
                    amount=Decimal(12_000),
                    when=on(2023, 1, 20, 11),
                    to_year=2023,
                    reference="Arrêté de report 2023-094-R1",
                    reason="Démarrage tardif de la première année",
                )
            )
        yield _tranche("P147", year, state, *moves, closing)
        yield _tranche("FONDS_COLLEGE", year, fonds, closing, note="Alimenté par le programme 147.")
        vote = f"Délibération du conseil municipal {year - 1}-12-08"
        yield _tranche("VILLE", year, ville, _notify(ville, notified, vote), closing)
    caf = _notify(20_000, on(2025, 1, 20, 11), "Convention CAF 2025-VAL-1")
    yield _tranche("CAF", 2025, 20_000, caf, _close(on(2026, 1, 31, 18)), note="Première année du 4e financeur.")


TRANCHES: tuple[Tranche, ...] = (
    *_history(),
    _tranche(
        "P147",
        2026,
        160_000,
        _plan(PLANNED_2026),
        _notify(155_000, NOTIFIED_2026, "Notification préfectorale 2026-094-PV"),
        _feed(33_000, FED_2026),
        MoneyMove(
            kind="freeze",
            amount=Decimal(7_000),
            when=rel(-190, 9, workday=True),
            reason="Réserve de précaution demandée par l'État",
        ),
        note="Prévue à 160 000 euros, notifiée à 155 000.",
    ),
    _tranche("FONDS_COLLEGE", 2026, 33_000, note="Alimenté par le programme 147."),
    _tranche(
        "VILLE",
        2026,
        55_000,
        _plan(PLANNED_2026),
        _notify(55_000, NOTIFIED_2026, "Délibération du conseil municipal, budget primitif 2026"),
    ),
    _tranche("CAF", 2026, 22_000, _plan(PLANNED_2026), _notify(22_000, NOTIFIED_2026, "Convention CAF 2026-VAL-1")),
    _tranche(
        "P147",
        2027,
        150_000,
        _plan(PLANNED_2027),
        _feed(35_000, rel(-78, 9, workday=True, latest=date(2026, 12, 2))),
        _notify(150_000, NOTIFIED_2027, "Notification préfectorale 2027-094-PV"),
        note="Prévue : la notification est attendue en mars 2027.",
    ),
    _tranche("FONDS_COLLEGE", 2027, 35_000, note="Alimenté par le programme 147."),
    _tranche(
        "VILLE",
        2027,
        60_000,
        _plan(PLANNED_2027),
        _notify(60_000, NOTIFIED_2027, "Délibération du conseil municipal, budget primitif 2027"),
    ),
    _tranche(
        "CAF",
        2027,
        20_000,
        _plan(PLANNED_2027),
        _notify(20_000, NOTIFIED_2027, "Convention CAF 2027-VAL-1"),
    ),
)
