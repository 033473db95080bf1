"""The third year, under the rule of majority: ten files."""

from funding.demo.build import (
    STEPS,
    D,
    F,
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
from funding.demo.shapes import Path, Proposal, on

# fmt: off
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        key="2024-devoirs", call="2024", org="passerelles",
        title="Le coup de main du soir, dans les deux collèges",
        theme="C1.07", renewal_of="2023-devoirs",
        objectives="Ouvrir l'aide aux devoirs au collège du Clos-Pommier.",
        description=(
            "Deux soirs par semaine dans chacun des deux collèges. Une deuxième animatrice est recrutée à"
            " mi-temps. Les élèves de troisième préparent l'oral du brevet à partir de mars."
        ),
        public="L'aide aux devoirs du soir s'ouvre dans les deux collèges.",
        participants=110, ages="11-14 parents", times="PERISCOLAIRE", schools="col_oseraies col_pommier",
        actors={
            "parents": "Reçoivent un bilan chaque trimestre, trois sont bénévoles",
            "enseignants": "Proposent les élèves, forment les bénévoles",
            "personnels": "La vie scolaire ouvre les salles",
        },
        **year(2024, start=(2, 26)),
        charges={"601": 1600, "616": 200, "618": 500, "641": 24200, "645": 9300, "ci_fixes": 1900},
        others={"74com": 4500, "74aidespriv": 3000}, cvn={"864": 7400, "861": 3600}, asked=28000,
        minimum=22000, spent="0.99",
        path=decided(
            "2024", "closed",
            opinions(
                (F, 28000, "Le second collège attendait."),
                (F, 26000, "D'accord, en cherchant un mécène."), (F, 26000, "Extension justifiée."),
            ),
            verdict=granted("copil-2024", P147=21000, VILLE=5000),
            report=report(
                2024,
                "104 élèves, dont 79 toute l'année. 31 ont préparé l'oral du brevet.",
                3880, 104,
            ),
            closed_at=on(2025, 7, 1),
        ),
    ),
    proposal(
        key="2024-parcours", call="2024", org="caisse_ecoles",
        title="Référents de parcours, troisième année", theme="C2.07", renewal_of="2023-parcours",
        objectives="Poursuivre le suivi et écrire la méthode pour qu'elle reste.",
        description=(
            "Le poste est reconduit. Un guide court décrit les étapes du suivi, du signalement à la fin"
            " de l'accompagnement, pour les équipes des trois établissements."
        ),
        public=(
            "Un référent suit des jeunes qui risquent de quitter l'école ; un guide décrit sa méthode."
        ),
        participants=45, ages="11-14 15-17 parents", times="SCOLAIRE EXTRASCOLAIRE FAMILIAL",
        schools="col_oseraies col_pommier lycee",
        actors={
            "parents": "Donnent leur accord et relisent le guide", "enseignants": "Repèrent les jeunes",
            "pre": "Porte le poste", "insertion": "Prend le relais après 16 ans",
        },
        **year(2024, start=(2, 12)), charges={"641": 32000, "645": 12900, "623": 800, "625": 900},
        others={"74com": 9000}, asked=37000, minimum=33000, spent="1.00",
        path=decided(
            "2024", "closed",
            all_agree(37000, "À poursuivre.", "Le guide servira à tous.", "Bilan exemplaire."),
            days_early=2, verdict=granted("copil-2024", P147=37000),
            report=report(
                2024,
                "47 jeunes suivis, 30 retours en cours, guide de douze pages diffusé.",
                640, 47,
            ),
            closed_at=on(2025, 7, 1),
        ),
    ),
    proposal(
        key="2024-sciences", call="2024", org="paillasse", title="Mon labo de quartier", theme="C1.04",
        objectives="Faire des sciences expérimentales en classe et au pied des immeubles.",
        description=(
            "Huit séances par classe dans quatre classes de cycle 3, puis quatre samedis d'expériences en"
            " plein air avec les familles. Le matériel est rangé dans deux malles prêtées aux écoles."
        ),
        public="Des élèves et leurs familles font des expériences en classe et au pied des immeubles.",
        participants=180, ages="6-10 11-14 parents", times="SCOLAIRE EXTRASCOLAIRE",
        schools="elem_oseraies elem_pommier col_oseraies",
        actors={
            "parents": "Viennent le samedi, six tiennent un atelier",
            "enseignants": "Choisissent les expériences du programme",
            "bailleurs": "Autorise l'installation et prévient les habitants",
        },
        **year(2024, start=(3, 4)),
        charges={"601": 3100, "613": 400, "641": 8900, "645": 3300, "625": 300}, others={"74dep": 1500},
        cvn={"864": 2200}, asked=13500, minimum=10000, spent="0.96",
        path=decided(
            "2024", "closed",
            all_agree(
                13500, "En lien avec les programmes.", "Fait sortir les familles.",
                "Bon public, coût modéré.",
            ),
            verdict=granted("copil-2024", P147=10500, FONDS_COLLEGE=3000),
            report=report(2024, "176 élèves, 90 adultes et enfants le samedi en moyenne.", 1820, 410),
            closed_at=on(2025, 7, 1),
        ),
    ),
    proposal(
        key="2024-passerelle", call="2024", org="premiers_pas",
        title="De la crèche à la maternelle : une passerelle",
        theme="C2.01",
        objectives=(
            "Préparer l'entrée en petite section des enfants du quartier et rassurer leurs parents."
        ),
        description=(
            "De mars à juillet, une matinée par semaine, des enfants de 2 ans viennent à l'école"
            " maternelle avec leurs parents et une professionnelle de la crèche. En septembre, les mêmes"
            " adultes sont là à la rentrée."
        ),
        public="Les tout-petits découvrent l'école maternelle avec leurs parents avant la rentrée.",
        participants=48, ages="0-2 3-5 parents professionnels", times="SCOLAIRE FAMILIAL",
        schools="mat_oseraies mat_pommier",
        actors={
            "parents": "Viennent chaque semaine avec leur enfant",
            "enseignants": "Accueillent dans la classe", "personnels": "Les ATSEM participent",
            "petite_enfance": "La crèche et la PMI organisent",
        },
        **year(2024, start=(3, 5), end=(10, 31)),
        charges={"601": 1300, "641": 9100, "645": 3500, "604": 900}, others={"74orgasoc": 2500},
        asked=12000, minimum=9000, spent="0.94",
        path=decided(
            "2024", "closed",
            all_agree(
                12000, "Attendu par les équipes.", "La petite enfance manquait.",
                "Angle mort enfin couvert.",
            ),
            days_early=7, verdict=granted("copil-2024", P147=9000, VILLE=3000),
            report=report(
                2024,
                "44 enfants et 51 parents. La rentrée s'est faite sans pleurs, ou presque.",
                690, 95,
            ),
            closed_at=on(2025, 7, 1),
        ),
    ),
    proposal(
        key="2024-parents-connectes", call="2024", org="ruche",
        title="Parents connectés : suivre la scolarité en ligne",
        theme="C3.03",
        objectives=(
            "Que chaque parent sache lire les messages de l'école et justifier une absence en ligne."
        ),
        description=(
            "Deux permanences par semaine, au collège et au centre social, avec des ordinateurs prêtés."
            " Des parents formés aident les autres. Un livret en images est imprimé."
        ),
        public=(
            "Deux permanences par semaine aident les parents à utiliser l'espace numérique de l'école."
        ),
        participants=120, ages="parents", times="FAMILIAL", schools="col_oseraies col_pommier",
        actors={
            "parents": "Douze parents formés aident les autres",
            "personnels": "La vie scolaire oriente les familles",
            "centres_sociaux": "Accueille une permanence",
        },
        **year(2024, start=(3, 11)),
        charges={"601": 900, "623": 700, "641": 5100, "645": 1900, "613": 400}, others={"758": 500},
        cvn={"861": 1100, "864": 900}, asked=8000, minimum=6000, spent="0.98",
        path=decided(
            "2024", "closed",
            opinions(
                (F, 8000, "Les équipes le demandent."),
                (F, 8000, "À articuler avec les conseillers numériques de la ville."),
                (D, 0, "Les conseillers numériques de l'État font déjà ce travail."),
            ),
            verdict=granted("copil-2024", FONDS_COLLEGE=4000, VILLE=4000),
            report=report(
                2024,
                "131 parents reçus, 12 parents formés, livret imprimé à 400 exemplaires.",
                402, 131,
            ),
            closed_at=on(2025, 7, 1),
        ),
    ),
    proposal(
        key="2024-spectacle", call="2024", org="hangar", title="Un spectacle par an, avec les familles",
        theme="C3.01", renewal_of="2023-spectacle",
        objectives="Faire venir les familles le soir avec leurs enfants.",
        description=(
            "Cinq spectacles pour les classes. Pour la séance du soir, chaque enfant reçoit deux places à"
            " donner, et une navette part du quartier."
        ),
        public="Les classes vont au spectacle, puis les enfants y invitent leur famille.",
        participants=950, ages="3-5 6-10 11-14 parents", times="SCOLAIRE FAMILIAL",
        schools="mat_oseraies mat_pommier elem_oseraies elem_pommier elem_plaine col_oseraies",
        actors={
            "parents": "Sont invités par leur enfant", "enseignants": "Choisissent les spectacles",
            "etablissements_culturels": "Accueille et organise",
        },
        **year(2024, start=(3, 1), end=(12, 20)),
        charges={"604": 15200, "613": 900, "625": 2900, "641": 5400, "645": 2100},
        others={"70": 2000, "74etat": 4500, "74com": 5000}, cvn={"861": 5200}, asked=15000, minimum=12000,
        spent="0.81",
        path=decided(
            "2024", "report_accepted",
            all_agree(
                15000, "À poursuivre.", "La navette répond au bilan.",
                "Bonne réponse aux remarques de 2023.",
            ),
            verdict=granted("copil-2024", P147=8000, VILLE=7000),
            report=report(
                2024,
                (
                    "Un spectacle a été annulé. 801 élèves et 286 parents. La navette a tout changé. Le"
                    " solde est à reverser en partie."
                ),
                1190, 1060,
            ),
        ),
    ),
    proposal(
        key="2024-velo", call="2024", org="oseraies_sport", title="Savoir rouler à vélo avant le collège",
        theme="C3.04",
        objectives="Que chaque élève de CM2 sache circuler à vélo pour aller au collège.",
        description=(
            "Dix séances par classe, dans la cour puis dans la rue, pour cinq classes de CM2. Un atelier"
            " de réparation ouvert aux familles a lieu le mercredi."
        ),
        public="Les élèves de CM2 apprennent à circuler à vélo avant d'entrer au collège.",
        participants=125, ages="6-10 parents", times="SCOLAIRE PERISCOLAIRE",
        schools="elem_oseraies elem_pommier elem_plaine",
        actors={
            "parents": "Accompagnent les sorties, réparent le mercredi",
            "enseignants": "Encadrent les sorties", "clubs_sportifs": "Fournit les éducateurs",
            "services_municipaux": "Prêtent les vélos",
        },
        **year(2024, start=(3, 18), end=(11, 29)),
        charges={"601": 1900, "615": 700, "641": 6200, "645": 2300}, others={"74com": 1600},
        cvn={"861": 3000, "864": 1200}, asked=9000, minimum=7000, spent="1.00",
        path=decided(
            "2024", "closed",
            all_agree(
                9000, "Répond au programme.", "Les vélos sont prêtés par la ville.", "Utile et simple.",
            ),
            verdict=granted("copil-2024", P147=6000, VILLE=3000),
            report=report(2024, "119 élèves formés, 74 vélos réparés.", 1310, 165),
            closed_at=on(2025, 7, 1),
        ),
    ),
    proposal(
        key="2024-vacances", call="2024", renewal_of="2023-vacances", org="ville",
        title="L'école ouverte pendant les vacances, dans les deux collèges",
        theme="C2.07",
        objectives="Ouvrir une quatrième semaine et le second collège.",
        description=(
            "Même organisation, une semaine de plus et dans un établissement de plus. Les familles qui"
            " n'ont pas eu de place l'an passé sont inscrites en premier."
        ),
        public=(
            "Pendant trois semaines de vacances, des écoles restent ouvertes : révisions le matin,"
            " activités l'après-midi."
        ),
        participants=230, ages="6-10 11-14 parents", times="VACANCES",
        schools="elem_oseraies elem_pommier col_oseraies col_pommier",
        actors={
            "parents": "Choisissent une sortie et accompagnent", "enseignants": "Animent les matinées",
            "services_municipaux": "Encadrent l'après-midi et le repas",
            "clubs_sportifs": "Animent deux après-midi par semaine",
        },
        **year(2024, start=(2, 12), end=(10, 31)),
        charges={"601": 2400, "604": 6800, "625": 3200, "641": 20100, "645": 7900},
        others={"74etat": 6000, "74com": 5400, "70": 1500}, asked=27000, minimum=21000, spent="0.98",
        path=decided(
            "2024", "closed",
            all_agree(
                27000, "Forte demande des familles.", "Les animateurs sont prévus.", "Bilan complet.",
            ),
            days_early=1, verdict=granted("copil-2024", P147=27000),
            report=report(2024, "226 enfants sur quatre semaines, dont 41 du second collège.", 3020, 226),
            closed_at=on(2025, 7, 1),
        ),
    ),
    proposal(
        key="2024-oser", call="2024", org="lycee",
        title="Oser les études longues : tutorat entre lycéens et étudiants",
        theme="C1.06",
        objectives="Donner un tuteur étudiant à quarante lycéens.",
        description=(
            "Chaque lycéen volontaire rencontre un étudiant une heure par semaine et visite deux"
            " établissements."
        ),
        public="Des lycéens sont accompagnés par des étudiants.",
        participants=40, ages="15-17 18-25", times="EXTRASCOLAIRE", schools="lycee",
        actors={"enseignants": "Proposent les élèves", "jeunes": "Des étudiants sont tuteurs"},
        **year(2024, start=(3, 4)), charges={"625": 1800, "604": 4200, "647": 1500}, asked=7000,
        minimum=5500,
        path=Path(
            status="withdrawn", submitted=earlier(STEPS['2024'].submitted, 5),
            admissible=STEPS['2024'].admissible, review_opened=STEPS['2024'].review,
            ending="Le rectorat finance l'action en entier : la demande n'a plus d'objet.",
            ended_at=on(2024, 1, 4, 17),
        ),
    ),
    proposal(
        key="2024-mer", call="2024", org="centre_social",
        title="Une semaine à la mer pour quinze familles",
        theme="C2.04",
        objectives="Offrir un séjour à des familles qui ne partent pas.",
        description="Sept jours en village de vacances, préparés pendant six mois avec les familles.",
        public="Quinze familles préparent et vivent une semaine à la mer.",
        participants=58, ages="3-5 6-10 11-14 parents", times="VACANCES FAMILIAL",
        actors={
            "parents": "Préparent le séjour", "centres_sociaux": "Accompagne", "caf": "Aide aux vacances",
        },
        **year(2024, start=(7, 13), end=(7, 20)),
        charges={"604": 17600, "625": 4900, "641": 3200, "645": 1200},
        others={"70": 3900, "74orgasoc": 6000}, asked=16000, minimum=14000,
        path=decided(
            "2024", "rejected",
            opinions(
                (D, 0, "Sans lien avec la scolarité."),
                (R, 4000, "Intéressant, mais la CAF et les bons vacances sont le bon outil."),
                (D, 0, "Coût élevé pour 58 personnes."),
            ),
            verdict=not_granted(
                "copil-2024", "rejected", "cout",
                (
                    "Le coût par personne est élevé et d'autres aides aux vacances existent. La"
                    " coordination peut vous mettre en relation avec la CAF."
                ),
            ),
        ),
    ),
)
