"""2025, first year of the second period, with the CAF as fourth funder: eleven files.

The principal sits on the board of La Cour des arts: Éducation nationale is out of its file (déport).
"""

from funding.demo.build import (
    STEPS,
    D,
    F,
    P,
    R,
    all_agree,
    decided,
    earlier,
    granted,
    not_granted,
    opinions,
    proposal,
    report,
    year,
)
from funding.demo.shapes import LABEL_END, Path, Proposal, on, rel

# fmt: off
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        key="2025-devoirs", call="2025", org="passerelles",
        title="Aide aux devoirs : quatre soirs dans chaque collège",
        theme="C1.07", renewal_of="2024-devoirs",
        objectives="Passer de deux à quatre soirs par semaine, comme le prévoit la convention-cadre.",
        description=(
            "Quatre soirs par semaine dans les deux collèges. Deux animatrices à mi-temps, vingt"
            " bénévoles et des lycéens tuteurs. Les parents reçoivent un message chaque mois, dans leur"
            " langue."
        ),
        public=(
            "Quatre soirs par semaine, les collégiens font leurs devoirs avec des adultes et des lycéens."
        ),
        participants=140, ages="11-14 15-17 parents", times="PERISCOLAIRE",
        schools="col_oseraies col_pommier lycee",
        actors={
            "parents": "Reçoivent un message mensuel, cinq sont bénévoles",
            "enseignants": "Donnent le programme de la semaine",
            "personnels": "La vie scolaire tient les listes", "jeunes": "Dix lycéens sont tuteurs",
        },
        **year(2025, start=(2, 24)),
        charges={"601": 1700, "616": 210, "618": 450, "641": 26100, "645": 10000, "ci_fixes": 2100},
        others={"74com": 5000, "74aidespriv": 4000}, cvn={"864": 8800, "861": 4200}, asked=29000,
        minimum=24000, spent="0.99",
        path=decided(
            "2025", "closed",
            opinions(
                (F, 29000, "Engagement de la convention-cadre."),
                (F, 28000, "Montant à partager entre l'État et la ville."),
                (F, 28000, "Montée en charge réaliste."),
            ),
            verdict=granted("copil-2025", P147=22000, VILLE=6000),
            report=report(
                2025,
                "137 élèves, dont 101 toute l'année. Dix lycéens tuteurs, tous revenus.",
                6120, 147,
            ),
            closed_at=on(2026, 7, 7),
        ),
    ),
    proposal(
        key="2025-parcours", call="2025", org="caisse_ecoles",
        title="Référents de parcours, avec l'apprentissage",
        theme="C2.05", renewal_of="2024-parcours",
        objectives="Suivre cinquante jeunes et ouvrir des places en apprentissage.",
        description=(
            "Le poste est reconduit, avec une convention passée avec deux centres de formation"
            " d'apprentis. Une réunion mensuelle associe la mission locale."
        ),
        public="Un référent aide des jeunes à reprendre les cours ou à entrer en apprentissage.",
        participants=50, ages="11-14 15-17 parents", times="SCOLAIRE EXTRASCOLAIRE FAMILIAL",
        schools="col_oseraies col_pommier lycee",
        actors={
            "parents": "Participent à chaque étape", "enseignants": "Repèrent les jeunes",
            "pre": "Porte le poste", "insertion": "La mission locale prend le relais",
            "entreprises": "Accueillent des apprentis",
        },
        **year(2025, start=(2, 10)), charges={"641": 32800, "645": 13200, "623": 500, "625": 1000},
        others={"74com": 10500}, asked=36000, minimum=33000, spent="0.98",
        path=decided(
            "2025", "report_accepted",
            all_agree(
                36000, "À poursuivre.", "La ville augmente encore sa part.",
                "Résultats mesurés, méthode écrite.",
            ),
            days_early=2, verdict=granted("copil-2025", P147=36000),
            report=report(
                2025,
                "51 jeunes suivis, 28 retours en cours, 9 contrats d'apprentissage signés.",
                702, 51,
            ),
        ),
    ),
    proposal(
        key="2025-fanfare", call="2025", org="cour_arts", title="La fanfare des collèges", theme="C2.03",
        objectives=(
            "Apprendre un instrument à vent à soixante collégiens débutants, filles et garçons à parts"
            " égales."
        ),
        description=(
            "Deux répétitions par semaine dans chaque collège, instruments prêtés à la maison, trois"
            " sorties dans le quartier. Les parents accompagnent les sorties et gardent les instruments."
        ),
        public="Soixante collégiens débutants apprennent un instrument et jouent dans le quartier.",
        participants=60, ages="11-14 parents", times="PERISCOLAIRE EXTRASCOLAIRE",
        schools="col_oseraies col_pommier",
        actors={
            "parents": "Accompagnent les sorties", "enseignants": "Les professeurs de musique coaniment",
            "associations": "Dirige la fanfare et prête les instruments",
        },
        **year(2025, start=(3, 3)),
        charges={"613": 3600, "615": 600, "622": 4800, "641": 9200, "645": 3500},
        others={"74com": 2000, "74aidespriv": 1500}, cvn={"861": 2600, "864": 1400}, asked=17000,
        minimum=12500, spent="0.97",
        path=decided(
            "2025", "report_accepted",
            opinions(
                (P, None, "La titulaire a un intérêt dans l'association et n'a pas de suppléant."),
                (F, 14000, "Beau projet ; la location peut être partagée avec le conservatoire."),
                (F, 14000, "D'accord avec la ville. Parité prévue."),
            ),
            verdict=granted("copil-2025", P147=9000, VILLE=5000),
            report=report(
                2025,
                "57 élèves dont 29 filles, trois défilés. Quatre instruments à réparer.",
                3480, 112,
            ),
        ),
    ),
    proposal(
        key="2025-langage", call="2025", org="mots_partage",
        title="Parler, jouer, comprendre : repérer plus tôt",
        theme="C1.08", renewal_of="2023-langage",
        objectives="Proposer un repérage du langage à toutes les petites sections du réseau.",
        description=(
            "Un temps de jeu avec chaque enfant de petite section, au premier trimestre, avec"
            " l'enseignante. Les familles concernées sont reçues et aidées à prendre rendez-vous. Les"
            " résultats restent à l'école."
        ),
        public="Un temps de jeu en petite section aide à repérer tôt les difficultés de langage.",
        participants=170, ages="3-5 parents professionnels", times="SCOLAIRE FAMILIAL",
        schools="mat_oseraies mat_pommier mat_plaine prim_aqueducs",
        actors={
            "parents": "Sont reçus et accompagnés", "enseignants": "Mènent le temps de jeu",
            "sante": "Orthophonistes et santé scolaire conseillent",
            "petite_enfance": "La PMI oriente",
        },
        **year(2025, start=(3, 3)),
        charges={"601": 1500, "604": 6400, "641": 11900, "645": 4500, "625": 300},
        others={"74etat": 3000, "74x": 2000}, cvn={"861": 1500}, asked=18000, minimum=15000, spent="0.95",
        path=decided(
            "2025", "closed", all_agree(18000, "Engagement n° 3.", "D'accord.", "Priorité de l'appel."),
            days_early=10, verdict=granted("copil-2025", P147=14000, VILLE=4000),
            report=report(
                2025,
                "163 enfants, 38 familles reçues. Six mois d'attente chez les orthophonistes.",
                201, 163,
            ),
            closed_at=on(2026, 7, 7),
        ),
    ),
    proposal(
        key="2025-parents", call="2025", org="centre_social", title="Un espace parents dans chaque école",
        theme="C2.06", renewal_of="2022-cafe-parents",
        objectives="Ouvrir quatre espaces parents et en confier l'animation à des parents formés.",
        description=(
            "Le centre social aménage un coin accueillant dans quatre écoles et forme douze parents."
            " Chaque espace ouvre deux matinées par semaine. Un groupe de pères se réunit le samedi."
        ),
        public="Quatre écoles ouvrent un espace tenu par des parents, deux matinées par semaine.",
        participants=200, ages="parents", times="FAMILIAL SCOLAIRE",
        schools="mat_oseraies elem_oseraies elem_pommier elem_plaine",
        actors={
            "parents": "Animent les espaces", "enseignants": "Passent une fois par mois",
            "personnels": "Les directions ouvrent une salle", "centres_sociaux": "Aménage et forme",
            "caf": "Finance et conseille",
        },
        **year(2025, start=(3, 10)),
        charges={"601": 3400, "604": 1200, "623": 500, "641": 7800, "645": 2900},
        others={"74orgasoc": 1500}, cvn={"861": 2400, "864": 3600}, asked=13000, minimum=10000,
        spent="1.00",
        path=decided(
            "2025", "closed",
            all_agree(
                13000, "Les directions sont prêtes.", "Engagement n° 6.", "Enfin les parents en premier.",
            ),
            days_early=4, verdict=granted("copil-2025", P147=5000, VILLE=3000, CAF=5000),
            report=report(
                2025,
                "Trois espaces sur quatre sont ouverts. 187 parents, dont 34 pères.",
                1690, 187,
            ),
            closed_at=on(2026, 7, 7),
        ),
    ),
    proposal(
        key="2025-radio", call="2025", org="college_clos", title="La radio du collège", theme="C1.04",
        objectives=(
            "Faire écrire, parler et écouter : une émission par mois par des élèves de cinquième et de"
            " quatrième."
        ),
        description=(
            "Un atelier hebdomadaire avec une journaliste et deux professeurs. Chaque émission invite un"
            " habitant ou un professionnel du quartier. Les voix d'élèves sont diffusées avec l'accord"
            " des familles."
        ),
        public="Des collégiens préparent une émission de radio par mois et invitent des habitants.",
        participants=50, ages="11-14 parents habitants", times="SCOLAIRE PERISCOLAIRE",
        schools="col_pommier", quartiers="pommier",
        actors={
            "parents": "Donnent leur accord, sont invités au micro",
            "enseignants": "Deux professeurs animent l'atelier",
            "habitants": "Sont les invités des émissions",
        },
        **year(2025, start=(2, 24)), charges={"601": 2900, "622": 5200, "647": 2100}, asked=9500,
        minimum=7500, spent="0.93",
        path=decided(
            "2025", "closed",
            all_agree(9500, "Projet des équipes.", "Ouvert sur le quartier.", "D'accord."), days_early=14,
            verdict=granted("copil-2025", FONDS_COLLEGE=9500),
            report=report(2025, "Neuf émissions, 46 élèves, 21 invités.", 1240, 67),
            closed_at=on(2026, 7, 7),
        ),
    ),
    proposal(
        key="2025-velo", call="2025", org="oseraies_sport", title="Savoir rouler à vélo, et le réparer",
        theme="C3.04", renewal_of="2024-velo",
        objectives="Former les élèves de CM2 et ouvrir un atelier de réparation toute l'année.",
        description=(
            "Dix séances par classe pour six classes de CM2. Un atelier de réparation ouvre un mercredi"
            " sur deux, tenu par des parents et des jeunes."
        ),
        public="Les élèves de CM2 apprennent à circuler à vélo ; un atelier aide à réparer.",
        participants=150, ages="6-10 parents", times="SCOLAIRE PERISCOLAIRE",
        schools="elem_oseraies elem_pommier elem_plaine prim_aqueducs",
        actors={
            "parents": "Tiennent l'atelier", "enseignants": "Encadrent les sorties",
            "clubs_sportifs": "Fournit les éducateurs",
        },
        start=on(2025, 3, 17), end=rel(-215), charges={"601": 2400, "615": 900, "641": 7100, "645": 2700},
        others={"74com": 2000}, cvn={"861": 3000, "864": 1800}, asked=10500, minimum=8000,
        path=decided(
            "2025", "report_missing",
            all_agree(10500, "Utile avant le collège.", "D'accord.", "Bon bilan l'an passé."),
            verdict=granted("copil-2025", P147=6500, VILLE=4000),
        ),
    ),
    proposal(
        key="2025-sciences", call="2025", org="paillasse", title="Mon labo de quartier : l'eau et l'air",
        theme="C1.04", renewal_of="2024-sciences",
        objectives="Mesurer l'air et l'eau du quartier avec des élèves et des habitants.",
        description=(
            "Cinq classes construisent des capteurs simples et publient leurs mesures. Quatre samedis de"
            " restitution ont lieu au pied des immeubles."
        ),
        public="Des élèves et des habitants mesurent l'air et l'eau de leur quartier.",
        participants=210, ages="6-10 11-14 habitants", times="SCOLAIRE EXTRASCOLAIRE",
        schools="elem_oseraies elem_pommier col_oseraies col_pommier",
        actors={
            "parents": "Installent des capteurs chez eux",
            "enseignants": "Intègrent les mesures au programme",
            "bailleurs": "Autorise la pose de capteurs", "habitants": "Participent aux restitutions",
        },
        **year(2025, start=(3, 3)),
        charges={"601": 3300, "641": 8800, "645": 3300, "625": 400, "616": 150}, others={"74dep": 2000},
        cvn={"864": 2400}, asked=13000, minimum=9500, spent="0.90",
        path=decided(
            "2025", "closed",
            opinions(
                (F, 13000, "En lien avec les programmes."), (F, 12000, "D'accord à 12 000."),
                (R, 11000, "Le matériel de l'an passé doit resservir."),
            ),
            verdict=granted("copil-2025", P147=8000, FONDS_COLLEGE=4000),
            report=report(
                2025,
                "Cinq classes, 118 élèves ; 31 capteurs posés ; 92 habitants le samedi.",
                1490, 240,
            ),
            closed_at=on(2026, 7, 7),
        ),
    ),
    proposal(
        key="2025-stages", call="2025", org="cap_metiers",
        title="Un stage de troisième pour tous, sur deux ans",
        theme="C3.02", renewal_of="2023-metiers",
        objectives="Trouver un stage à tout élève de troisième qui n'en a pas, et le préparer avec lui.",
        description=(
            "L'association tient une bourse aux stages avec quarante entreprises et services publics."
            " Elle prépare les élèves, appelle les familles et visite chaque stage. L'action couvre deux"
            " promotions."
        ),
        public="Une bourse aux stages aide les élèves de troisième qui n'ont pas de réseau.",
        participants=160, ages="11-14 parents", times="SCOLAIRE", schools="col_oseraies col_pommier",
        actors={
            "parents": "Sont appelés, certains proposent un stage",
            "enseignants": "Repèrent les élèves sans stage", "entreprises": "Ouvrent des places",
            "services_municipaux": "Ouvrent trente places",
        },
        start=on(2025, 3, 3), end=rel(95, latest=LABEL_END),
        charges={"601": 500, "623": 900, "625": 1300, "641": 18200, "645": 7000, "ci_fixes": 1100},
        others={"74region": 5000, "74aidespriv": 4000}, cvn={"864": 5200}, asked=19000, minimum=15000,
        path=decided(
            "2025", "under_way",
            all_agree(19000, "Besoin criant.", "La ville ouvre trente places.", "Engagement n° 10."),
            days_early=5, verdict=granted("copil-2025", P147=16000, VILLE=3000),
        ),
    ),
    proposal(
        key="2025-code", call="2025", org="ruche", title="Un fablab mobile pour le quartier",
        theme="C3.03",
        objectives="Équiper une remorque d'imprimantes 3D et de machines de découpe.",
        description="La remorque passe une semaine dans chaque établissement, avec deux animateurs.",
        public="Une remorque équipée de machines passe dans les établissements.",
        participants=240, ages="6-10 11-14 15-17", times="SCOLAIRE EXTRASCOLAIRE",
        schools="col_oseraies lycee",
        actors={"enseignants": "Accueillent la remorque", "associations": "Équipe et anime"},
        **year(2025, start=(3, 3)),
        charges={"601": 14500, "613": 2200, "616": 900, "641": 9800, "645": 3700},
        others={"74region": 6000}, asked=22000, minimum=18000,
        path=decided(
            "2025", "rejected",
            opinions(
                (R, 6000, "Intérêt réel, mais peu préparé avec les établissements."),
                (D, 0, "Les dépenses d'équipement dépassent l'objet de l'appel."),
                (D, 0, "Coût élevé, investissement."),
            ),
            verdict=not_granted(
                "copil-2025", "rejected", "cout",
                (
                    "L'essentiel de la demande est de l'équipement. Une première année dans un seul"
                    " établissement, avec du matériel loué, serait examinée."
                ),
            ),
        ),
    ),
    proposal(
        key="2025-plein-air", call="2025", org="hangar",
        title="Cinéma en plein air pour la fête de quartier",
        theme="C2.04", objectives="Projeter deux films pendant l'été.",
        description="Deux projections gratuites au pied des immeubles, précédées d'un goûter.",
        public="Deux soirées de cinéma en plein air, l'été.",
        participants=600, ages="habitants", times="VACANCES",
        actors={"habitants": "Préparent le goûter", "etablissements_culturels": "Projette"},
        **year(2025, start=(7, 4), end=(8, 29)), charges={"604": 5200, "613": 1800, "623": 400},
        others={"74com": 1200}, asked=6000, minimum=5000,
        path=Path(
            status="inadmissible", submitted=earlier(STEPS['2025'].submitted, 1),
            admissible=STEPS['2025'].admissible,
            inadmissible_reason=(
                "L'action ne s'adresse pas aux enfants ou aux jeunes dans un cadre éducatif et n'associe"
                " aucun établissement ni aucun parent d'élève : elle n'entre pas dans l'appel."
            ),
        ),
    ),
)
