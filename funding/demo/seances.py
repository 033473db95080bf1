"""The séances: one per call of the history, then those around the demo day."""

from funding.demo.shapes import Seance, When, on, rel

ALL = ("education", "ville", "prefecture")
PLACE = "Collège des Hautes-Oseraies, salle polyvalente"
TOWN_HALL = "Hôtel de ville, salle des commissions"
COORDINATION, EDUCATION, PREFECTURE = (
    "coordination@demo.example",
    "education@demo.example",
    "prefecture@demo.example",
)
VILLE, SUPPLEANT = "ville@demo.example", "suppleant.ville@demo.example"
FORMER_VILLE = "ancien.pilote.ville@demo.example"


def _past(key: str, title: str, when: When, signed: When, notified: When, *present: str) -> Seance:
    return Seance(
        key=key,
        instance="COPIL",
        title=title,
        when=when,
        place=PLACE,
        present=(EDUCATION, PREFECTURE, COORDINATION, *present),
        signed_by=ALL,
        signed=signed,
        notified=notified,
    )


SEANCES: tuple[Seance, ...] = (
    _past(
        "copil-2022",
        "Programmation 2022",
        on(2022, 3, 24, 14),
        on(2022, 3, 29, 11),
        on(2022, 3, 31, 9),
        FORMER_VILLE,
        SUPPLEANT,
    ),
    _past(
        "copil-2023",
        "Programmation 2023",
        on(2023, 2, 2, 14),
        on(2023, 2, 7, 11),
        on(2023, 2, 9, 9),
        FORMER_VILLE,
    ),
    _past(
        "copil-2024",
        "Programmation 2024",
        on(2024, 1, 25, 14),
        on(2024, 1, 30, 11),
        on(2024, 2, 1, 9),
        VILLE,
        SUPPLEANT,
    ),
    _past(
        "copil-2025",
        "Programmation 2025",
        on(2025, 1, 23, 14),
        on(2025, 1, 28, 11),
        on(2025, 1, 30, 9),
        VILLE,
        SUPPLEANT,
    ),
    _past(
        "copil-annuel",
        "Programmation de l'année",
        rel(-240, 14, workday=True),
        rel(-234, 11, workday=True),
        rel(-231, 9, workday=True),
        VILLE,
        SUPPLEANT,
    ),
    Seance(
        key="comite-suivi",
        instance="COMRESTR",
        title="Dossiers ajournés et liste d'attente",
        when=rel(-150, 14, workday=True),
        place=TOWN_HALL,
        present=(EDUCATION, PREFECTURE, VILLE, SUPPLEANT, COORDINATION),
        signed_by=ALL,
        signed=rel(-146, 11, workday=True),
        notified=rel(-143, 9, workday=True),
    ),
    Seance(
        key="comite-complement",
        instance="COMRESTR",
        title="Programmation complémentaire",
        when=rel(-9, 9, workday=True),
        place=TOWN_HALL,
        present=(EDUCATION, PREFECTURE, VILLE, SUPPLEANT, COORDINATION),
        signed_by=("education", "ville"),
        signed=rel(-5, 11, workday=True),
        note="La préfecture n'a pas encore signé : rien n'est notifié.",
    ),
    Seance(
        key="copil-prochain",
        instance="COPIL",
        title="Comité de pilotage à venir",
        when=rel(14, 14, workday=True),
        place=PLACE,
        present=(EDUCATION, PREFECTURE, VILLE, SUPPLEANT, COORDINATION),
        note="Ordre du jour en préparation.",
    ),
)
