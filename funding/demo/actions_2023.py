"""The second year: nine files, three of them renewals, one closed without a report."""

from funding.demo.build import (
    D,
    F,
    R,
    all_agree,
    decided,
    granted,
    not_granted,
    opinions,
    proposal,
    report,
    year,
)
from funding.demo.shapes import Proposal, on

# fmt: off
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        key="2023-devoirs", call="2023", org="passerelles",
        title="Le coup de main du soir, deuxième année", theme="C1.07", renewal_of="2022-devoirs",
        objectives="Garder les élèves toute l'année et former les bénévoles en mathématiques.",
        description=(
            "Même organisation que l'an passé, le lundi et le mardi. Un professeur de mathématiques forme"
            " les bénévoles en octobre et en janvier. Les élèves de sixième commencent dès le mois de"
            " février."
        ),
        public="Les collégiens font leurs devoirs au collège, aidés par des bénévoles formés.",
        participants=65, ages="11-14 parents", times="PERISCOLAIRE", schools="col_oseraies",
        actors={
            "parents": "Signent l'accord, reçoivent un bilan chaque trimestre",
            "enseignants": "Proposent les élèves, forment les bénévoles",
            "personnels": "La vie scolaire ouvre les salles",
        },
        **year(2023, start=(2, 20)),
        charges={"601": 1100, "616": 180, "618": 420, "641": 19200, "645": 7400, "ci_fixes": 1700},
        others={"74com": 2500}, cvn={"864": 5600, "861": 2400}, asked=25000, minimum=20000, spent="1.01",
        path=decided(
            "2023", "closed",
            all_agree(
                25000,
                "Bilan clair, absences en baisse chez les élèves suivis.",
                "Reconduction utile.",
                "Bilan remis à temps, avec des nombres précis.",
            ),
            verdict=granted("copil-2023", P147=21000, VILLE=4000),
            report=report(
                2023,
                "66 élèves, dont 52 toute l'année. Les bénévoles formés restent plus longtemps.",
                2410, 66,
            ),
            closed_at=on(2024, 7, 2),
        ),
    ),
    proposal(
        key="2023-langage", call="2023", org="mots_partage",
        title="Parler, jouer, comprendre, avec une troisième école",
        theme="C1.08", renewal_of="2022-langage",
        objectives="Étendre les ateliers de langage à la maternelle de la Plaine.",
        description=(
            "Les ateliers en petits groupes continuent dans deux écoles et commencent dans une troisième."
            " Les jeux à emporter sont traduits en cinq langues avec des parents."
        ),
        public="Trois écoles maternelles proposent des ateliers de langage et des jeux à emporter.",
        participants=160, ages="3-5 parents professionnels", times="SCOLAIRE FAMILIAL",
        schools="mat_oseraies mat_pommier mat_plaine",
        actors={
            "parents": "Traduisent les jeux et jouent à la maison",
            "enseignants": "Coaniment les ateliers", "personnels": "Les ATSEM sont formées",
            "sante": "L'orthophoniste forme les équipes", "petite_enfance": "La crèche prête des jeux",
        },
        **year(2023, start=(3, 6)),
        charges={"601": 2300, "604": 5200, "641": 12100, "645": 4600, "623": 600},
        others={"74etat": 3000, "74orgasoc": 1500}, cvn={"861": 1500, "864": 600}, asked=18000,
        minimum=15000, spent="0.96",
        path=decided(
            "2023", "closed",
            all_agree(
                18000,
                "Effet visible dans les classes, demande de la troisième école.",
                "Cofinancement trouvé, bravo.", "Priorité de l'appel.",
            ),
            days_early=8, verdict=granted("copil-2023", P147=14000, VILLE=4000),
            report=report(
                2023,
                "158 enfants. 31 parents ont aidé à traduire les jeux. La troisième école continue.",
                5600, 158,
            ),
            closed_at=on(2024, 7, 2),
        ),
    ),
    proposal(
        key="2023-parcours", call="2023", org="caisse_ecoles",
        title="Référents de parcours, deuxième année", theme="C2.07", renewal_of="2022-parcours",
        objectives=(
            "Suivre quarante-cinq jeunes et raccourcir le délai entre le signalement et le premier"
            " rendez-vous."
        ),
        description=(
            "Le poste est reconduit. Une permanence hebdomadaire s'ouvre au lycée. Le premier rendez-vous"
            " a lieu dans les dix jours qui suivent le signalement."
        ),
        public="Un référent suit des jeunes qui risquent de quitter l'école et aide leur famille.",
        participants=45, ages="11-14 15-17 parents", times="SCOLAIRE EXTRASCOLAIRE FAMILIAL",
        schools="col_oseraies col_pommier lycee",
        actors={
            "parents": "Donnent leur accord et participent aux rendez-vous",
            "enseignants": "Repèrent les jeunes en équipe éducative", "pre": "Porte le poste",
            "prevention": "Va vers les jeunes", "insertion": "Prend le relais après 16 ans",
        },
        **year(2023, start=(2, 13)), charges={"641": 31200, "645": 12500, "625": 900, "604": 1400},
        others={"74com": 8000}, asked=38000, minimum=34000, spent="0.99",
        path=decided(
            "2023", "closed",
            all_agree(
                38000, "Indispensable aux équipes des collèges.",
                "La participation de la ville augmente.",
                "Résultats solides malgré la vacance du poste.",
            ),
            days_early=2, verdict=granted("copil-2023", P147=38000),
            report=report(
                2023,
                "44 jeunes suivis, 29 retours en cours, délai moyen de onze jours.",
                612, 44,
            ),
            closed_at=on(2024, 7, 2),
        ),
    ),
    proposal(
        key="2023-midi", call="2023", org="college_lead",
        title="Les ateliers du midi : théâtre et débats", theme="C1.01",
        objectives="Apaiser la pause de midi et donner la parole aux élèves.",
        description=(
            "Quatre ateliers par semaine entre 12 h et 14 h, animés par un comédien et par des"
            " professeurs volontaires. Chaque trimestre, un débat réglé réunit les délégués et la"
            " direction."
        ),
        public="Entre midi et deux, les collégiens font du théâtre et débattent.",
        participants=90, ages="11-14", times="PERISCOLAIRE", schools="col_oseraies", quartiers="oseraies",
        actors={
            "enseignants": "Animent deux ateliers sur quatre",
            "personnels": "La vie scolaire inscrit et accompagne",
            "jeunes": "Les délégués choisissent les sujets",
            "parents": "Deux représentants assistent aux débats",
        },
        **year(2023, start=(2, 27)), charges={"601": 700, "604": 3300, "622": 5600, "647": 3400},
        asked=12000, minimum=9000, spent="0.92",
        path=decided(
            "2023", "closed",
            all_agree(
                12000,
                "Préparé avec les équipes. Le conseil d'administration a donné son accord.",
                "Complète le temps du midi des écoles.", "Bon usage du fonds.",
            ),
            days_early=12, verdict=granted("copil-2023", FONDS_COLLEGE=12000),
            report=report(
                2023,
                "88 élèves réguliers. Les exclusions de cours du début d'après-midi ont baissé.",
                2950, 88,
            ),
            closed_at=on(2024, 7, 2),
        ),
    ),
    proposal(
        key="2023-spectacle", call="2023", org="hangar", title="Un spectacle par an pour chaque classe",
        theme="C3.01",
        objectives="Que chaque élève du réseau voie un spectacle et rencontre les artistes.",
        description=(
            "Six spectacles choisis avec les enseignants, chacun précédé d'un atelier en classe. Les"
            " parents sont invités à une séance du soir au même tarif que les élèves."
        ),
        public="Chaque classe du réseau voit un spectacle dans l'année et rencontre les artistes.",
        participants=900, ages="3-5 6-10 11-14 parents", times="SCOLAIRE FAMILIAL",
        schools="mat_oseraies mat_pommier elem_oseraies elem_pommier elem_plaine col_oseraies",
        actors={
            "parents": "Viennent à la séance du soir, accompagnent les sorties",
            "enseignants": "Choisissent les spectacles et préparent les élèves",
            "etablissements_culturels": "Accueille et organise",
        },
        **year(2023, start=(3, 1), end=(12, 22)),
        charges={"604": 16500, "613": 900, "625": 1600, "641": 5200, "645": 2000},
        others={"70": 2200, "74etat": 4000, "74com": 4000}, cvn={"861": 5200}, asked=16000, minimum=12000,
        spent="0.97",
        path=decided(
            "2023", "closed",
            opinions(
                (F, 16000, "Les enseignants sont associés au choix."),
                (F, 14000, "La ville finance déjà les transports."),
                (R, 14000, "Vérifier que la séance du soir attire bien les familles."),
            ),
            verdict=granted("copil-2023", P147=8000, VILLE=6000),
            report=report(
                2023,
                "872 élèves, six spectacles. 140 parents le soir, moins que prévu.",
                1010, 940,
            ),
            closed_at=on(2024, 7, 2),
        ),
    ),
    proposal(
        key="2023-metiers", call="2023", org="cap_metiers", title="Les métiers viennent au collège",
        theme="C3.02",
        objectives="Faire rencontrer à chaque élève de quatrième au moins quatre professionnels.",
        description=(
            "Cinq demi-journées de rencontres dans les deux collèges, avec des professionnels de vingt"
            " métiers, dont la moitié de femmes. Les élèves préparent leurs questions avec le professeur"
            " principal."
        ),
        public=(
            "Des professionnels, femmes et hommes, viennent parler de leur métier aux élèves de"
            " quatrième."
        ),
        participants=220, ages="11-14", times="SCOLAIRE", schools="col_oseraies col_pommier",
        actors={
            "enseignants": "Préparent les questions avec les élèves",
            "parents": "Huit parents présentent leur propre métier",
            "entreprises": "Envoient des salariés volontaires",
            "associations": "Trouve les intervenants et organise",
        },
        **year(2023, start=(3, 13), end=(11, 30)),
        charges={"601": 600, "623": 800, "625": 900, "641": 7600, "645": 2900},
        others={"74aidespriv": 1500}, cvn={"864": 4800}, asked=11000, minimum=8500, spent="1.00",
        path=decided(
            "2023", "closed",
            all_agree(
                11000, "Complète le parcours avenir.",
                "Les parents qui présentent leur métier, excellente idée.",
                "Attention portée à l'égalité.",
            ),
            verdict=granted("copil-2023", P147=11000),
            report=report(
                2023,
                "214 élèves, 38 professionnels dont 20 femmes, cinq demi-journées.",
                1040, 214,
            ),
            closed_at=on(2024, 7, 2),
        ),
    ),
    proposal(
        key="2023-vacances", call="2023", org="ville", title="L'école ouverte pendant les vacances",
        theme="C2.07",
        objectives="Ouvrir deux écoles et un collège pendant trois semaines de vacances.",
        description=(
            "Le matin, des enseignants volontaires aident à réviser ; l'après-midi, des animateurs"
            " proposent du sport, des sorties et des ateliers. Le repas de midi est pris ensemble. Les"
            " parents s'inscrivent en personne et choisissent une sortie."
        ),
        public=(
            "Pendant trois semaines de vacances, des écoles restent ouvertes : révisions le matin,"
            " activités l'après-midi."
        ),
        participants=180, ages="6-10 11-14 parents", times="VACANCES",
        schools="elem_oseraies elem_pommier col_oseraies",
        actors={
            "parents": "Choisissent une sortie et accompagnent", "enseignants": "Animent les matinées",
            "services_municipaux": "Encadrent l'après-midi et le repas",
            "clubs_sportifs": "Animent deux après-midi par semaine",
        },
        **year(2023, start=(2, 20), end=(11, 3)),
        charges={"601": 2400, "604": 6800, "625": 3200, "641": 17600, "645": 6900},
        others={"74etat": 6000, "74com": 5400, "70": 1500}, asked=24000, minimum=19000, spent="0.94",
        path=decided(
            "2023", "closed",
            all_agree(
                24000, "Les enseignants sont volontaires.", "La ville apporte les animateurs.",
                "Public bien ciblé.",
            ),
            days_early=1, verdict=granted("copil-2023", P147=24000),
            report=report(
                2023,
                "172 enfants sur trois semaines. Les places sont prises en deux jours.",
                2180, 172,
            ),
            closed_at=on(2024, 7, 2),
        ),
    ),
    proposal(
        key="2023-mediation", call="2023", org="mediation", title="Médiateurs aux abords du collège",
        theme="C2.08",
        objectives="Réduire les conflits à la sortie du collège.",
        description=(
            "Deux médiateurs sont présents aux abords du collège du Clos-Pommier à l'entrée et à la"
            " sortie des cours. Ils animent une réunion mensuelle avec le collège, la ville et des"
            " habitants."
        ),
        public="Deux médiateurs sont présents aux abords du collège, matin et soir.",
        participants=300, ages="11-14 habitants", times="PERISCOLAIRE", schools="col_pommier",
        quartiers="pommier",
        actors={
            "personnels": "La vie scolaire signale les tensions",
            "parents": "Deux parents participent à la réunion mensuelle",
            "mediateurs": "Assurent la présence", "bailleurs": "Prête un local",
        },
        **year(2023, start=(3, 1)), charges={"625": 500, "641": 11800, "645": 4500, "ci_fixes": 900},
        others={"74com": 3000}, asked=14000, minimum=11000,
        path=decided(
            "2023", "closed",
            opinions(
                (F, 14000, "Le collège le demande."), (F, 14000, "Les riverains aussi."),
                (R, 14000, "Le bilan devra donner des faits, pas seulement des impressions."),
            ),
            verdict=granted("copil-2023", P147=10000, VILLE=4000), closed_at=on(2024, 10, 15),
        ),
    ),
    proposal(
        key="2023-futsal", call="2023", org="oseraies_sport", title="Tournoi de futsal entre quartiers",
        theme="C2.02", objectives="Organiser un tournoi régional de futsal.",
        description=(
            "Un week-end de tournoi réunit seize équipes adultes et jeunes du département, avec remise de"
            " coupes."
        ),
        public="Un tournoi de futsal ouvert aux équipes du département.",
        participants=160, ages="15-17 18-25 habitants", times="EXTRASCOLAIRE",
        actors={"clubs_sportifs": "Organise le tournoi", "habitants": "Tiennent la buvette"},
        **year(2023, start=(5, 27), end=(5, 28)), charges={"601": 2600, "604": 3100, "613": 1500},
        others={"70": 900}, asked=5800, minimum=5000,
        path=decided(
            "2023", "rejected",
            opinions(
                (D, 0, "Aucun établissement n'est associé."),
                (F, 2000, "Animation appréciée, à financer autrement."),
                (D, 0, "Ne répond pas aux priorités."),
            ),
            verdict=not_granted(
                "copil-2023", "rejected", "hors_priorites",
                "Le tournoi touche surtout des adultes et n'est pas lié à un établissement.",
            ),
        ),
    ),
)
