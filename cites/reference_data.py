"""Reference rows of the field, loaded by a data migration and editable in the admin afterwards.

Every row says where it comes from. `mark` is how sure the source is: H read in the document itself,
M read in an excerpt or in the press, C read in public code, BG background knowledge to verify,
D our own proposal. `source_date` is the date of the text, or the first day of the year when only the
year is known. The order of the tuples is the order on the screen.
"""

from cites.reference_rows import (
    COMMON,
    IGA,
    LA_SEYNE,
    PROPOSAL,
    SEED,
    AgeRangeRow,
    ChampRow,
    InstanceRow,
    Row,
    SchoolTimeRow,
    ThemeRow,
)
from cites.reference_rules import RULES

__all__ = [
    "ACTOR_KINDS",
    "AGE_RANGES",
    "CHAMPS",
    "INSTANCES",
    "INSTITUTION_KINDS",
    "RULES",
    "SCHOOL_KINDS",
    "SCHOOL_TIMES",
    "THEMES",
]

CHAMPS: tuple[ChampRow, ...] = (
    ChampRow(
        code="C1",
        label="Conforter le rôle de l'école et la réussite scolaire",
        short_label="Rôle de l'école",
        description=(
            "Tout ce qui aide les élèves à apprendre et les équipes à rester et à bien travailler : climat"
            " scolaire, liens entre les écoles, le collège et le lycée, soutien scolaire, orientation."
        ),
        source=SEED,
        source_date="2022-01-01",
        mark="H",
    ),
    ChampRow(
        code="C2",
        label="Assurer la continuité éducative",
        short_label="Continuité éducative",
        description=(
            "Tout ce qui relie l'école, la famille et le quartier, de la petite enfance à l'âge adulte :"
            " accueil des tout-petits, sport, culture et loisirs, place des parents, retour vers l'école."
        ),
        source=SEED,
        source_date="2022-01-01",
        mark="H",
    ),
    ChampRow(
        code="C3",
        label="Ouvrir le champ des possibles",
        short_label="Champ des possibles",
        description=(
            "Tout ce qui fait sortir du quartier et découvrir : lieux culturels, entreprises et métiers,"
            " stages, numérique, déplacements, insertion."
        ),
        source=SEED,
        source_date="2022-01-01",
        mark="H",
    ),
)


def _theme(code: str, label: str, source: str = SEED, mark: str = "H") -> ThemeRow:
    champ = code.split(".", 1)[0]
    return ThemeRow(code=code, label=label, champ=champ, source=source, source_date="2022-01-01", mark=mark)


THEMES: tuple[ThemeRow, ...] = (
    _theme("C1.01", "Climat scolaire"),
    _theme("C1.02", "Carte scolaire et renouvellement urbain"),
    _theme("C1.03", "Structuration des réseaux"),
    _theme("C1.04", "Innovation pédagogique"),
    _theme("C1.05", "Formation et fidélisation des équipes"),
    _theme("C1.06", "Orientation"),
    _theme("C1.07", "Soutien scolaire"),
    _theme("C1.08", "Prises en charge précoces (langage, orthophonie, santé scolaire)", LA_SEYNE, "M"),
    _theme("C1.09", "Attractivité des établissements", LA_SEYNE, "M"),
    _theme("C2.01", "Petite enfance (places de crèche, convergence du travail social)"),
    _theme("C2.02", "Sport"),
    _theme("C2.03", "Culture"),
    _theme("C2.04", "Loisirs"),
    _theme("C2.05", "Persévérance scolaire et raccrochage"),
    _theme("C2.06", "Implication des parents", LA_SEYNE, "M"),
    _theme("C2.07", "Prises en charge éducatives prolongées et coordonnées", LA_SEYNE, "M"),
    _theme("C2.08", "Prévention", LA_SEYNE, "M"),
    _theme("C3.01", "Établissements culturels"),
    _theme("C3.02", "Entreprises, métiers et stages"),
    _theme("C3.03", "Numérique"),
    _theme("C3.04", "Mobilité"),
    _theme("C3.05", "Insertion", COMMON, "BG"),
)

_ACTION_SOCIALE = "Code de l'action sociale et des familles, art. R227-1"


def _time(code: str, label: str, description: str, source: str = COMMON) -> SchoolTimeRow:
    return SchoolTimeRow(code=code, label=label, description=description, source=source, source_date=None, mark="BG")


SCHOOL_TIMES: tuple[SchoolTimeRow, ...] = (
    _time("SCOLAIRE", "Temps scolaire", "Pendant les heures de classe, avec l'accord de l'équipe enseignante."),
    _time(
        "PERISCOLAIRE",
        "Temps périscolaire",
        "Juste avant ou après la classe, pause de midi comprise, et le mercredi en période scolaire.",
        _ACTION_SOCIALE,
    ),
    _time("EXTRASCOLAIRE", "Temps extrascolaire", "Le soir et le week-end, hors vacances.", _ACTION_SOCIALE),
    _time("VACANCES", "Vacances scolaires", "Petites vacances et été.", _ACTION_SOCIALE),
    _time("FAMILIAL", "Temps familial", "Moments partagés entre parents et enfants, ou réservés aux parents."),
)


def _public(code: str, label: str, ages: tuple[int, int] | None = None) -> AgeRangeRow:
    low, high = ages or (None, None)
    return AgeRangeRow(code=code, label=label, min_age=low, max_age=high, source=PROPOSAL, source_date=None, mark="D")


AGE_RANGES: tuple[AgeRangeRow, ...] = (
    _public("0-2", "0 à 2 ans (petite enfance)", (0, 3)),
    _public("3-5", "3 à 5 ans (maternelle)", (3, 6)),
    _public("6-10", "6 à 10 ans (élémentaire)", (6, 11)),
    _public("11-14", "11 à 14 ans (collège)", (11, 15)),
    _public("15-17", "15 à 17 ans (lycée, apprentissage)", (15, 18)),
    _public("18-25", "18 à 25 ans (jeunes adultes)", (18, 26)),
    _public("parents", "Parents"),
    _public("professionnels", "Professionnels de l'éducation"),
    _public("habitants", "Tous les habitants"),
)


def _actor(code: str, label: str, source: str = IGA, mark: str = "M") -> Row:
    return Row(code=code, label=label, source=source, source_date="2021-01-01", mark=mark)


ACTOR_KINDS: tuple[Row, ...] = (
    _actor("parents", "Parents d'élèves"),
    _actor("enseignants", "Enseignantes et enseignants"),
    _actor("personnels", "Direction, vie scolaire, AESH et ATSEM"),
    _actor("services_municipaux", "Services municipaux (éducation, jeunesse, périscolaire)"),
    _actor("centres_sociaux", "Centres sociaux et maisons de quartier"),
    _actor("associations", "Associations"),
    _actor("clubs_sportifs", "Clubs sportifs"),
    _actor("etablissements_culturels", "Lieux culturels (médiathèque, conservatoire, théâtre, musée)"),
    _actor("entreprises", "Entreprises"),
    _actor("petite_enfance", "Crèches, PMI et accueil des tout-petits"),
    _actor("pre", "Programme de réussite éducative (PRE)"),
    _actor("caisse_ecoles", "Caisse des écoles"),
    _actor("caf", "Caisse d'allocations familiales (CAF)"),
    _actor("bailleurs", "Bailleurs sociaux"),
    _actor("mediateurs", "Médiateurs et adultes-relais"),
    _actor("sante", "Santé scolaire, orthophonistes et autres soignants", LA_SEYNE),
    _actor("prevention", "Prévention spécialisée et éducateurs", COMMON, "BG"),
    _actor("insertion", "Mission locale et acteurs de l'insertion", COMMON, "BG"),
    _actor("jeunes", "Jeunes eux-mêmes (délégués, conseil de vie collégienne)", COMMON, "BG"),
    _actor("habitants", "Habitants et conseil citoyen"),
)

INSTITUTION_KINDS: tuple[Row, ...] = (
    Row(code="etat", label="État (préfecture)", source=SEED, source_date="2022-01-01", mark="H"),
    Row(code="education", label="Éducation nationale", source=SEED, source_date="2022-01-01", mark="H"),
    Row(code="collectivite", label="Collectivité", source=SEED, source_date="2022-01-01", mark="H"),
    Row(
        code="autre",
        label="Autre financeur",
        source="Lormont : quatre copilotes dont la CAF",
        source_date="2021-01-01",
        mark="M",
    ),
)

SCHOOL_KINDS: tuple[Row, ...] = (
    Row(code="maternelle", label="École maternelle", source=COMMON, source_date=None, mark="BG"),
    Row(code="elementaire", label="École élémentaire", source=COMMON, source_date=None, mark="BG"),
    Row(code="primaire", label="École primaire", source=COMMON, source_date=None, mark="BG"),
    Row(code="college", label="Collège", source=COMMON, source_date=None, mark="BG"),
    Row(code="lycee", label="Lycée", source=COMMON, source_date=None, mark="BG"),
)


def _instance(
    code: str,
    label: str,
    composition: str,
    decides: str,
    rhythm: str,
    *,
    can_decide: bool = False,
    mark: str = "M",
) -> InstanceRow:
    return InstanceRow(
        code=code,
        label=label,
        composition=composition,
        decides=decides,
        rhythm=rhythm,
        can_decide=can_decide,
        source=IGA,
        source_date="2021-01-01",
        mark=mark,
    )


INSTANCES: tuple[InstanceRow, ...] = (
    _instance(
        "COPIL",
        "Comité de pilotage",
        "Les institutions pilotes et les financeurs ; la coordination y est invitée.",
        "Orientations, programmation des actions, budget et bilan.",
        "Une à trois fois par an",
        can_decide=True,
    ),
    _instance(
        "COMRESTR",
        "Comité restreint",
        "Délégué du préfet, principal du collège chef de file, représentant du maire, coordination.",
        "Décisions urgentes, petites sommes, présélection.",
        "Une fois par semaine à une fois par mois",
        can_decide=True,
    ),
    _instance(
        "COTECH",
        "Comité technique",
        "Services des institutions pilotes, inspection de circonscription, PRE, CAF, coordination.",
        "Instruction des demandes et montants proposés ; ne rend pas de décision.",
        "Une fois par mois à une fois par trimestre",
    ),
    _instance(
        "REVPROJ",
        "Revue de projet",
        "Les institutions pilotes ; un référent saisit les réponses.",
        "Validation du rapport national annuel.",
        "Une fois par an, obligatoire",
        mark="H",
    ),
    _instance(
        "CLE",
        "Comité local d'évaluation",
        "Nom et composition propres à chaque cité.",
        "Suit le protocole d'évaluation.",
        "À fixer localement",
        mark="D",
    ),
    _instance("GT", "Groupe de travail thématique", "Professionnels et habitants.", "Propositions.", "Libre"),
    _instance(
        "CA",
        "Conseil d'administration du collège chef de file",
        "Membres du conseil d'administration de l'établissement.",
        "Accord sur les conventions que signe le principal.",
        "À chaque convention",
    ),
    _instance(
        "CM",
        "Conseil municipal",
        "Élus de la commune.",
        "Convention-cadre, convention du fonds et subventions de la ville.",
        "À chaque acte",
    ),
)
