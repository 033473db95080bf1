"""Budget lines (the nomenclature of Dauphin) and reasons of decisions, loaded by data migrations."""

from dataclasses import dataclass

_DAUPHIN = "Nomenclature de Dauphin (dossier public) et CERFA 12156"
_PROPOSAL = "Proposition du portail, à adapter par la cité"

SIDES = ("charge", "produit", "cvn_charge", "cvn_produit")
# Whose money a line of subsidies is.
FUNDERS = {
    "74cite": "asked",
    "74etat": "state",
    "74region": "local",
    "74dep": "local",
    "74epci": "local",
    "74com": "local",
    "74orgasoc": "public",
    "74fe": "public",
    "74agenceserv": "state",
    "74aidespriv": "private",
    "74x": "public",
}
# Lines where an amount says nothing without a few words.
ASKS_COMMENT = ("60x", "62x", "ci_autres", "67", "750", "77")


@dataclass(frozen=True, kw_only=True)
class BudgetLineRow:
    """`side` is one of SIDES; charges and produits balance, the two sides of CVN balance too."""

    code: str
    label: str
    side: str
    group: str
    group_label: str
    rank: int
    source: str
    source_date: str | None
    mark: str


@dataclass(frozen=True, kw_only=True)
class DecisionReasonRow:
    """`kind` is `rejected`, `postponed` or `waitlisted`; the partner reads `sentence`, then `advice`."""

    code: str
    label: str
    kind: str
    sentence: str
    advice: str
    source: str
    source_date: str | None
    mark: str


_GROUPS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "charge",
        "60",
        "60 – Achats",
        (
            ("604", "Prestations de services"),
            ("601", "Achats de matières et fournitures"),
            ("60x", "Autres fournitures"),
        ),
    ),
    (
        "charge",
        "61",
        "61 – Services extérieurs",
        (
            ("613", "Locations"),
            ("615", "Entretien et réparation"),
            ("616", "Assurance"),
            ("618", "Documentation"),
        ),
    ),
    (
        "charge",
        "62",
        "62 – Autres services extérieurs",
        (
            ("622", "Rémunérations intermédiaires et honoraires"),
            ("623", "Publicité, publication"),
            ("625", "Déplacements, missions"),
            ("62x", "Services bancaires, autres"),
        ),
    ),
    (
        "charge",
        "63",
        "63 – Impôts et taxes",
        (("631", "Impôts et taxes sur rémunération"), ("635", "Autres impôts et taxes")),
    ),
    (
        "charge",
        "64",
        "64 – Charges de personnel",
        (
            ("641", "Rémunération des personnels"),
            ("645", "Charges sociales"),
            ("647", "Autres charges de personnel"),
        ),
    ),
    (
        "charge",
        "65",
        "65 – Autres charges de gestion courante",
        (("65", "Autres charges de gestion courante"),),
    ),
    ("charge", "66", "66 – Charges financières", (("66", "Charges financières"),)),
    ("charge", "67", "67 – Charges exceptionnelles", (("67", "Charges exceptionnelles"),)),
    ("charge", "68", "68 – Dotation aux amortissements", (("68", "Dotation aux amortissements"),)),
    (
        "charge",
        "69",
        "69 – Impôt sur les sociétés",
        (("69", "Impôt sur les sociétés, participation des salariés"),),
    ),
    (
        "charge",
        "CHARGINDIRECT",
        "Charges indirectes affectées à l'action",
        (
            ("ci_fixes", "Charges fixes de fonctionnement"),
            ("ci_frais", "Frais financiers"),
            ("ci_autres", "Autres charges indirectes"),
            ("ci_excedent", "Excédent prévisionnel"),
        ),
    ),
    (
        "cvn_charge",
        "86",
        "86 – Emplois des contributions volontaires en nature",
        (
            ("860", "Secours en nature"),
            ("861", "Mise à disposition gratuite de biens et services"),
            ("862", "Prestations"),
            ("864", "Personnel bénévole"),
        ),
    ),
    (
        "produit",
        "70",
        "70 – Ventes de produits finis, de marchandises, prestations",
        (("70", "Ventes, prestations, participation des familles"),),
    ),
    (
        "produit",
        "73",
        "73 – Dotations et produits de tarification",
        (("73", "Dotations et produits de tarification"),),
    ),
    (
        "produit",
        "74",
        "74 – Subventions d'exploitation",
        (
            ("74cite", "Cité éducative : montant demandé ici"),
            ("74etat", "État (autre ministère ou service)"),
            ("74region", "Région"),
            ("74dep", "Département"),
            ("74epci", "Intercommunalité"),
            ("74com", "Commune"),
            ("74orgasoc", "Organismes sociaux (CAF et autres)"),
            ("74fe", "Fonds européens"),
            ("74agenceserv", "Agence de services et de paiement (emplois aidés)"),
            ("74aidespriv", "Aides privées (fondations)"),
            ("74x", "Autres établissements publics"),
        ),
    ),
    (
        "produit",
        "75",
        "75 – Autres produits de gestion courante",
        (
            ("756", "Cotisations"),
            ("758", "Dons manuels, mécénat"),
            ("750", "Autres produits de gestion courante"),
        ),
    ),
    ("produit", "76", "76 – Produits financiers", (("76", "Produits financiers"),)),
    ("produit", "77", "77 – Produits exceptionnels", (("77", "Produits exceptionnels"),)),
    (
        "produit",
        "78",
        "78 – Reprises sur amortissements et provisions",
        (("789", "Report de ressources affectées et non utilisées"),),
    ),
    ("produit", "79", "79 – Transfert de charges", (("79", "Transfert de charges"),)),
    (
        "produit",
        "RESSPROPRES",
        "Ressources propres affectées à l'action",
        (("autofin", "Autofinancement ou insuffisance prévisionnelle"),),
    ),
    (
        "cvn_produit",
        "87",
        "87 – Contributions volontaires en nature",
        (("870", "Bénévolat"), ("871", "Prestations en nature"), ("875", "Dons en nature")),
    ),
)


def _budget_lines() -> tuple[BudgetLineRow, ...]:
    """The rank leaves room between groups (1001, 1002, 1101…) for the lines that a cité may add."""
    rows = []
    for group_rank, (side, group, group_label, lines) in enumerate(_GROUPS, start=10):
        for line_rank, (code, label) in enumerate(lines, start=1):
            own = code == "74cite"  # not in Dauphin, where the amount asked is a subtotal of 74etat
            rows.append(
                BudgetLineRow(
                    code=code,
                    label=label,
                    side=side,
                    group=group,
                    group_label=group_label,
                    rank=group_rank * 100 + line_rank,
                    source=_PROPOSAL if own else _DAUPHIN,
                    source_date=None if own else "2022-01-01",
                    mark="D" if own else "C",
                )
            )
    return tuple(rows)


BUDGET_LINES: tuple[BudgetLineRow, ...] = _budget_lines()


def _reason(code: str, label: str, kind: str, sentence: str, advice: str) -> DecisionReasonRow:
    return DecisionReasonRow(
        code=code,
        label=label,
        kind=kind,
        sentence=sentence,
        advice=advice,
        source=_PROPOSAL,
        source_date=None,
        mark="D",
    )


DECISION_REASONS: tuple[DecisionReasonRow, ...] = (
    _reason(
        "hors_priorites",
        "Hors des priorités de l'appel",
        "rejected",
        "L'action proposée ne répond pas aux priorités de cet appel.",
        "Relisez les priorités du prochain appel, ou demandez à la coordination quelle aide convient mieux.",
    ),
    _reason(
        "droit_commun",
        "Relève du droit commun",
        "rejected",
        "L'action relève des crédits ordinaires d'une institution ; la cité éducative vient en plus.",
        "Adressez d'abord votre demande au service compétent ; la coordination vous indique lequel.",
    ),
    _reason(
        "public_eloigne",
        "Public ou territoire éloigné de la cité",
        "rejected",
        "L'action touche trop peu les enfants, les jeunes ou les familles des quartiers de la cité.",
        "Précisez les écoles et les quartiers concernés, et la part du public qui y habite.",
    ),
    _reason(
        "lien_ecole",
        "Lien avec l'école à construire",
        "rejected",
        "L'action n'a pas été préparée avec une école, un collège ou des parents de la cité.",
        "Voyez un établissement avant de déposer à nouveau ; la coordination peut vous présenter.",
    ),
    _reason(
        "cout",
        "Coût trop élevé au regard du public touché",
        "rejected",
        "Le montant demandé est élevé au regard du nombre de personnes concernées.",
        "Détaillez les dépenses, cherchez un autre financeur ou proposez une première étape moins coûteuse.",
    ),
    _reason(
        "doublon",
        "Action déjà menée par ailleurs",
        "rejected",
        "Une action proche, pour le même public, est déjà soutenue cette année.",
        "Rapprochez-vous du partenaire qui la mène : une réponse commune est possible.",
    ),
    _reason(
        "bilan_precedent",
        "Bilan de l'action précédente insuffisant",
        "rejected",
        "Le bilan de l'action précédente ne permet pas de la reconduire.",
        "Complétez le bilan et dites ce que vous changeriez avant de déposer une nouvelle demande.",
    ),
    _reason(
        "credits_epuises",
        "Crédits de l'année épuisés",
        "rejected",
        "L'action est jugée utile, mais les crédits de l'année sont tous programmés.",
        "Déposez à nouveau votre demande au prochain appel : votre dossier peut être repris.",
    ),
    _reason(
        "a_preciser",
        "Projet à préciser",
        "postponed",
        "Les pilotes ont besoin de précisions avant de décider.",
        "Répondez aux questions de la coordination : le dossier repassera à la séance suivante.",
    ),
    _reason(
        "accord_etablissement",
        "Accord d'un établissement attendu",
        "postponed",
        "L'accord de l'établissement qui accueille l'action n'est pas encore donné.",
        "Faites confirmer par écrit l'accord de la direction de l'établissement.",
    ),
    _reason(
        "cofinancement_attendu",
        "Réponse d'un autre financeur attendue",
        "postponed",
        "La réponse d'un autre financeur, dont l'action dépend, n'est pas connue.",
        "Transmettez sa réponse dès que vous l'avez.",
    ),
    _reason(
        "credits_a_venir",
        "Crédits insuffisants à ce jour",
        "waitlisted",
        "L'action est retenue sur liste d'attente : elle sera financée si des crédits se libèrent.",
        "N'engagez pas de dépense pour le moment ; la coordination vous écrit à chaque changement.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class ProposedCriterionRow:
    """Scored 0 to 4, times `weight`."""

    code: str
    label: str
    help: str
    weight: int
    rank: int
    source: str
    source_date: str | None
    mark: str


_CRITERIA = (
    (
        "pertinence",
        "Pertinence",
        "L'action répond à un champ de la cité éducative et aux priorités de l'appel.",
        3,
    ),
    (
        "besoin",
        "Besoin et public touché",
        "Le besoin est décrit, le public est celui des quartiers prioritaires et saura venir.",
        3,
    ),
    (
        "construction",
        "Construction avec l'école et les familles",
        "Un établissement ou des parents ont préparé l'action.",
        2,
    ),
    ("faisabilite", "Faisabilité et calendrier", "Les dates, les lieux et les personnes sont prévus.", 2),
    ("capacite", "Capacité du porteur", "L'organisation sait mener cette action ; ses bilans sont rendus.", 2),
    (
        "levier",
        "Effet levier",
        "L'action s'ajoute au droit commun et ne le remplace pas ; d'autres financeurs y participent.",
        2,
    ),
    ("evaluation", "Évaluation prévue", "Les indicateurs peuvent être mesurés.", 2),
    ("cout", "Coût par personne", "Le coût par bénéficiaire est raisonnable.", 1),
    ("egalite", "Égalité et inclusion", "Filles et garçons viennent, personne n'est laissé de côté.", 1),
)
PROPOSED_CRITERIA = tuple(
    ProposedCriterionRow(
        code=code,
        label=label,
        help=help_text,
        weight=weight,
        rank=rank,
        source=_PROPOSAL,
        source_date=None,
        mark="D",
    )
    for rank, (code, label, help_text, weight) in enumerate(_CRITERIA, 1)
)
