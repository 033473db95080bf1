"""Calls: four of the history, the running year's, a complementary one under decision, an open one."""

from datetime import date
from decimal import Decimal

from funding.demo.shapes import LABEL_END, Call, When, on, rel

CONTACT = "Aïcha Bellanger, coordination de la cité éducative"
EMAIL = "coordination@demo.example"
STATE, FONDS, VILLE, CAF = "P147", "FONDS_COLLEGE", "VILLE", "CAF"

DOCUMENTS = (
    "Derniers comptes approuvés et rapport d'activité",
    "Bilan de l'action précédente, pour un renouvellement",
)

TEXT = (
    "Qui peut répondre. Les associations, les écoles, collèges et lycées, les services publics locaux et"
    " les autres organismes qui agissent avec les enfants, les jeunes et les familles de la cité"
    " éducative.\n\n"
    "Quelles actions. L'action se déroule avec une école, un collège ou des parents de la cité. Elle"
    " s'ajoute à ce que chacun fait déjà et ne le remplace pas. Une petite action bien préparée vaut"
    " mieux qu'une grande promesse.\n\n"
    "Comment répondre. Le dossier se remplit en ligne, une seule fois. Vous l'enregistrez et y revenez"
    " jusqu'à la clôture. Le budget est équilibré. Dites le montant demandé et le montant minimum sans"
    " lequel l'action ne se fait pas. Les pièces se joignent en ligne : celles de l'organisation se"
    " déposent une fois et servent à tous ses dossiers.\n\n"
    "Et ensuite. La coordination vérifie que le dossier est complet. Chaque institution rend son avis."
    " La décision est prise en séance, puis notifiée par écrit, qu'elle soit favorable ou non. L'argent"
    " est versé dans les soixante jours qui suivent la notification. Un bilan est attendu dans les six"
    " mois qui suivent la fin de l'action.\n\n"
    "N'écrivez aucun nom d'enfant ni de famille dans votre dossier."
)

PRIORITIES_FIRST = (
    "Aider les élèves du CM1 à la troisième à réussir leur scolarité",
    "Soutenir le langage dès la maternelle",
    "Faire venir les parents à l'école et les écouter",
)
PRIORITIES_SECOND = (
    "Assurer l'aide aux devoirs quatre soirs par semaine",
    "Soutenir le langage des enfants de 2 à 6 ans",
    "Donner une vraie place aux parents, y compris à ceux qui ne viennent pas",
    "Trouver un stage et faire découvrir des métiers",
    "Veiller à l'égalité entre les filles et les garçons",
)


def _past(
    year: int,
    *,
    opens: When,
    closes: When,
    amount: int,
    priorities: tuple[str, ...],
    sources: tuple[str, ...] = (STATE, FONDS, VILLE),
    rule: str = "unanimity",
    latest_end: date | None = None,
) -> Call:
    end = latest_end or date(year, 12, 31)
    return Call(
        key=str(year),
        slug=f"appel-{year}",
        title=f"Appel à projets {year}",
        year=year,
        opens=opens,
        closes=closes,
        earliest_start=on(year, 2, 1),
        latest_end=on(end.year, end.month, end.day),
        rule=rule,
        allows_planned_money=False,
        indicative_amount=Decimal(amount),
        summary=f"L'appel annuel de la cité éducative pour les actions de {year}. Il est clos.",
        text=TEXT,
        priorities=priorities,
        documents=DOCUMENTS,
        sources=sources,
        contact_name=CONTACT,
        contact_email=EMAIL,
    )


CALLS: tuple[Call, ...] = (
    _past(
        2022,
        opens=on(2022, 2, 1, 9),
        closes=on(2022, 2, 25, 23, 59),
        amount=160_000,
        priorities=PRIORITIES_FIRST,
    ),
    _past(
        2023,
        opens=on(2022, 11, 14, 9),
        closes=on(2022, 12, 16, 23, 59),
        amount=185_000,
        priorities=PRIORITIES_FIRST,
    ),
    _past(
        2024,
        opens=on(2023, 11, 6, 9),
        closes=on(2023, 12, 8, 23, 59),
        amount=190_000,
        priorities=PRIORITIES_FIRST,
        rule="majority",
    ),
    _past(
        2025,
        opens=on(2024, 10, 28, 9),
        closes=on(2024, 12, 2, 23, 59),
        amount=210_000,
        priorities=PRIORITIES_SECOND,
        sources=(STATE, FONDS, VILLE, CAF),
        latest_end=LABEL_END,
    ),
    Call(
        key="2026",
        slug="appel-2026",
        title="Appel à projets 2026",
        year=2026,
        opens=rel(-325, 9, workday=True),
        closes=rel(-285, 23, 59),
        earliest_start=rel(-232),
        latest_end=rel(230, latest=LABEL_END),
        rule="unanimity",
        allows_planned_money=False,
        indicative_amount=Decimal(200_000),
        blind_until=rel(-248, 18),
        summary="L'appel annuel de la cité éducative. Il est clos, ses actions sont en cours.",
        text=TEXT,
        priorities=PRIORITIES_SECOND,
        documents=DOCUMENTS,
        sources=(STATE, FONDS, VILLE, CAF),
        contact_name=CONTACT,
        contact_email=EMAIL,
    ),
    Call(
        key="complement",
        slug="appel-{year}-complementaire",
        title="Appel à projets {year}, programmation complémentaire",
        year=None,
        year_at=rel(-9),
        opens=rel(-80, 9, workday=True),
        closes=rel(-45, 23, 59),
        earliest_start=rel(1),
        latest_end=rel(260, latest=LABEL_END),
        rule="each_funder_decides",
        allows_planned_money=True,
        indicative_amount=Decimal(45_000),
        blind_until=rel(-12, 18),
        summary="Un complément pour les crédits encore disponibles. Il est clos, les dossiers sont en cours d'examen.",
        text=TEXT,
        priorities=(
            "Préparer les vacances et les mercredis",
            "Trouver des stages de troisième",
            "Aider les parents à suivre la scolarité en ligne",
        ),
        documents=DOCUMENTS,
        sources=(STATE, FONDS, VILLE, CAF),
        contact_name=CONTACT,
        contact_email=EMAIL,
    ),
    Call(
        key="ouvert",
        slug="appel-{year}-initiatives",
        title="Appel à initiatives {year}, autour de l'école",
        year=None,
        year_at=rel(60),
        opens=rel(-20, 9),
        closes=rel(25, 23, 59),
        earliest_start=rel(40),
        latest_end=on(2027, 12, 31),
        rule="unanimity",
        allows_planned_money=True,
        indicative_amount=Decimal(120_000),
        blind_until=rel(45, 18),
        summary=(
            "Vous avez une idée pour les enfants, les jeunes ou les parents du quartier, avec une école"
            " ou un"
            " collège ? Répondez en ligne, même pour une petite action."
        ),
        text=TEXT,
        priorities=PRIORITIES_SECOND,
        documents=DOCUMENTS,
        sources=(STATE, FONDS, VILLE, CAF),
        contact_name=CONTACT,
        contact_email=EMAIL,
    ),
)
