"""The first year: seven files, five of them done."""

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
        key="2022-devoirs", call="2022", org="passerelles",
        title="Le coup de main du soir : aide aux devoirs au collège",
        theme="C1.07",
        objectives=(
            "Donner à chaque collégien volontaire un lieu calme et une personne pour l'aider, deux soirs"
            " par semaine."
        ),
        description=(
            "Deux séances d'une heure et demie par semaine au collège, animées par une salariée et des"
            " bénévoles formés. Les professeurs principaux proposent les élèves, les familles signent un"
            " accord simple. Un point est fait chaque mois avec la vie scolaire."
        ),
        public=(
            "Deux soirs par semaine, les collégiens font leurs devoirs au collège avec une animatrice et"
            " des bénévoles."
        ),
        participants=60, ages="11-14 parents", times="PERISCOLAIRE", schools="col_oseraies",
        actors={
            "parents": "Signent l'accord, sont reçus deux fois dans l'année",
            "enseignants": "Proposent les élèves et donnent le programme de la semaine",
            "personnels": "La vie scolaire tient la liste et ouvre les salles",
            "associations": "Anime les séances et forme les bénévoles",
        },
        **year(2022, start=(4, 4)),
        charges={"601": 1200, "616": 180, "618": 320, "641": 17800, "645": 6900, "ci_fixes": 1600},
        others={"74com": 2500}, cvn={"864": 5200, "861": 2400}, asked=24000, minimum=18000, spent="0.98",
        path=decided(
            "2022", "closed",
            all_agree(
                24000,
                "Les deux collèges demandent cette aide depuis longtemps. Équipe connue, salles prêtes.",
                "Complète l'accompagnement municipal, qui s'arrête à la fin du CM2.",
                "Public des quartiers prioritaires, coût raisonnable.",
            ),
            verdict=granted("copil-2022", P147=20000, VILLE=4000),
            report=report(
                2022,
                (
                    "58 élèves sont venus au moins une fois, 41 toute l'année. Le mardi a mieux marché"
                    " que le jeudi. Les bénévoles demandent à être mieux formés en mathématiques."
                ),
                1930, 58,
            ),
            closed_at=on(2023, 7, 4),
        ),
    ),
    proposal(
        key="2022-cafe-parents", call="2022", org="centre_social",
        title="Le café des parents, à la porte de l'école",
        theme="C2.06",
        objectives="Créer un rendez-vous régulier entre les parents, l'école et le centre social.",
        description=(
            "Un vendredi sur deux, à 8 h 30, une référente du centre social accueille les parents devant"
            " l'école, puis autour d'un café dans la salle polyvalente. Les sujets sont choisis par les"
            " parents : écrans, sommeil, cantine, entrée en sixième."
        ),
        public=(
            "Un vendredi sur deux, les parents se retrouvent autour d'un café avec l'école et le centre"
            " social."
        ),
        participants=80, ages="parents", times="FAMILIAL SCOLAIRE", schools="elem_oseraies mat_oseraies",
        quartiers="oseraies",
        actors={
            "parents": "Choisissent les sujets et accueillent les nouveaux",
            "enseignants": "La directrice et un enseignant viennent à chaque séance",
            "centres_sociaux": "Organise et anime",
            "mediateurs": "Préviennent les familles qui ne viennent pas",
        },
        **year(2022, start=(4, 8)),
        charges={"601": 900, "604": 1500, "623": 300, "641": 6200, "645": 2400},
        others={"74orgasoc": 1500}, cvn={"861": 1200, "864": 800}, asked=9500, minimum=7000, spent="1.00",
        path=decided(
            "2022", "closed",
            all_agree(
                9500,
                "L'école le souhaite, la salle est disponible.",
                "Bonne articulation avec le projet du centre social.",
                "Les parents sont trop peu présents dans les autres dossiers : à soutenir.",
            ),
            days_early=9, verdict=granted("copil-2022", P147=7000, VILLE=2500),
            report=report(
                2022,
                (
                    "14 cafés ont eu lieu. 46 parents différents, surtout des mères. Les pères viennent"
                    " le samedi."
                ),
                212, 46,
            ),
            closed_at=on(2023, 7, 4),
        ),
    ),
    proposal(
        key="2022-chorale", call="2022", org="cour_arts", title="Une chorale de quartier avec les écoles",
        theme="C2.03",
        objectives=(
            "Faire chanter ensemble des enfants de trois écoles et leurs parents, jusqu'à un concert"
            " public."
        ),
        description=(
            "Un atelier par semaine dans chaque école sur le temps du midi, un samedi par mois tous"
            " ensemble avec les parents. Un concert a lieu en juin et un autre en décembre. Les"
            " partitions et les enregistrements restent aux écoles."
        ),
        public=(
            "Des enfants de trois écoles et leurs parents chantent ensemble et donnent deux concerts dans"
            " l'année."
        ),
        participants=110, ages="6-10 parents", times="PERISCOLAIRE EXTRASCOLAIRE",
        schools="elem_oseraies elem_pommier elem_plaine",
        actors={
            "parents": "Chantent un samedi par mois et aident aux concerts",
            "enseignants": "Travaillent deux chants en classe",
            "services_municipaux": "Encadrent le temps du midi", "associations": "Dirige la chorale",
        },
        **year(2022, start=(4, 11)),
        charges={"604": 3800, "613": 1200, "622": 6500, "641": 4200, "645": 1600, "623": 450},
        others={"74com": 1500, "758": 300}, cvn={"861": 1800}, asked=15000, minimum=11000, spent="0.95",
        path=decided(
            "2022", "closed",
            opinions(
                (F, 15000, "Les trois directions d'école sont d'accord sur les horaires."),
                (F, 12000, "Le conservatoire prête une salle : la location peut baisser."),
                (R, 12000, "Bon projet. La part de la location est à revoir."),
            ),
            verdict=granted("copil-2022", P147=9000, VILLE=3000),
            report=report(
                2022,
                "96 enfants et 22 parents ont chanté. Le concert de juin a réuni 300 personnes.",
                2640, 118,
            ),
            closed_at=on(2023, 7, 4),
        ),
    ),
    proposal(
        key="2022-langage", call="2022", org="mots_partage",
        title="Parler, jouer, comprendre : le langage en maternelle",
        theme="C1.08",
        objectives="Soutenir le langage des enfants de 3 à 5 ans et outiller les équipes et les parents.",
        description=(
            "Une intervenante formée anime des ateliers en petits groupes avec l'enseignante et l'ATSEM,"
            " deux matinées par semaine et par école. Une orthophoniste forme les équipes une fois par"
            " trimestre. Les parents emportent un jeu chaque semaine."
        ),
        public=(
            "Des ateliers en petits groupes aident les enfants de maternelle à parler et à comprendre."
        ),
        participants=120, ages="3-5 parents professionnels", times="SCOLAIRE",
        schools="mat_oseraies mat_pommier",
        actors={
            "parents": "Jouent à la maison avec le jeu de la semaine",
            "enseignants": "Coaniment les ateliers",
            "personnels": "Les ATSEM participent aux ateliers et à la formation",
            "sante": "Une orthophoniste forme les équipes",
        },
        **year(2022, start=(4, 4)),
        charges={"601": 1900, "604": 4800, "641": 11200, "645": 4300, "625": 350},
        others={"74etat": 2500}, cvn={"861": 1500}, asked=18000, minimum=15000, spent="0.97",
        path=decided(
            "2022", "closed",
            all_agree(
                18000,
                "Priorité du réseau. Les enseignantes ont participé à l'écriture.",
                "Rejoint le travail des crèches et de la PMI.",
                "Priorité de l'appel, public très concerné.",
            ),
            days_early=6, verdict=granted("copil-2022", P147=18000),
            report=report(
                2022,
                "124 enfants dans neuf classes. Les équipes utilisent les jeux en dehors des ateliers.",
                4310, 124,
            ),
            closed_at=on(2023, 7, 4),
        ),
    ),
    proposal(
        key="2022-parcours", call="2022", org="caisse_ecoles",
        title="Référents de parcours pour les 11-18 ans", theme="C2.07",
        objectives=(
            "Suivre sans rupture les jeunes qui décrochent, du collège au lycée ou à l'apprentissage."
        ),
        description=(
            "Un référent à plein temps suit une quarantaine de jeunes signalés par les collèges et le"
            " lycée, avec l'accord des familles. Il réunit chaque mois les professionnels concernés et"
            " accompagne les rendez-vous. Aucun nom n'est transmis à la cité éducative : seuls des"
            " nombres le sont."
        ),
        public="Un référent accompagne des jeunes qui risquent de quitter l'école, avec leur famille.",
        participants=40, ages="11-14 15-17 parents", times="SCOLAIRE EXTRASCOLAIRE FAMILIAL",
        schools="col_oseraies col_pommier lycee",
        actors={
            "parents": "Donnent leur accord et participent aux rendez-vous",
            "enseignants": "Repèrent les jeunes en équipe éducative",
            "pre": "Porte le poste et réunit l'équipe",
            "prevention": "Va vers les jeunes qui ne viennent plus",
            "insertion": "Prend le relais après 16 ans",
        },
        **year(2022, start=(4, 1)), charges={"641": 30400, "645": 12100, "625": 900, "604": 1600},
        others={"74com": 7000}, asked=38000, minimum=34000, spent="0.93",
        path=decided(
            "2022", "closed",
            all_agree(
                38000,
                "Besoin partagé par les deux collèges et le lycée.",
                "La ville prend à sa charge le bureau et le véhicule.",
                "Rejoint l'obligation de formation des 16-18 ans.",
            ),
            days_early=1, verdict=granted("copil-2022", P147=38000),
            report=report(
                2022,
                (
                    "37 jeunes suivis. 21 sont retournés en cours, 6 sont en apprentissage. Poste vacant"
                    " six semaines."
                ),
                486, 37,
            ),
            closed_at=on(2023, 7, 11),
        ),
    ),
    proposal(
        key="2022-stage-foot", call="2022", org="oseraies_sport",
        title="Stage de perfectionnement de l'équipe des moins de 15 ans",
        theme="C2.02",
        objectives="Préparer la saison de l'équipe des moins de 15 ans.",
        description=(
            "Cinq jours de stage en pension complète pour les licenciés du club, avec deux entraîneurs"
            " diplômés."
        ),
        public="Un stage sportif de cinq jours pour les licenciés du club.",
        participants=18, ages="11-14", times="VACANCES", quartiers="oseraies",
        actors={"clubs_sportifs": "Organise et encadre"}, **year(2022, start=(8, 22), end=(8, 26)),
        charges={"604": 7400, "625": 1100, "641": 2100, "645": 700}, others={"70": 1260}, asked=9500,
        minimum=8000,
        path=decided(
            "2022", "rejected",
            opinions(
                (D, 0, "Aucun lien avec les établissements."),
                (D, 0, "Le club est déjà soutenu par la ville pour sa saison."),
                (D, 0, "Action réservée aux licenciés, hors des priorités."),
            ),
            verdict=not_granted(
                "copil-2022", "rejected", "droit_commun",
                (
                    "Le stage relève de la subvention sportive de la ville. Un projet ouvert à tous et"
                    " préparé avec un collège serait examiné avec intérêt."
                ),
            ),
        ),
    ),
    proposal(
        key="2022-robots", call="2022", org="ruche",
        title="Robots et récits : raconter avec des machines",
        theme="C3.03",
        objectives="Faire programmer de petits robots pour raconter une histoire écrite en classe.",
        description=(
            "Douze séances dans deux classes de CM1 et CM2 : écriture, construction, programmation,"
            " représentation devant les parents. Le matériel est acheté une fois et reste en prêt dans"
            " les écoles."
        ),
        public=(
            "Des élèves de CM1 et CM2 construisent et programment des robots pour raconter une histoire."
        ),
        participants=52, ages="6-10 parents", times="SCOLAIRE", schools="elem_pommier",
        quartiers="pommier",
        actors={
            "parents": "Assistent à la représentation",
            "enseignants": "Font écrire l'histoire et coaniment",
            "associations": "Apporte les robots et l'animateur",
        },
        **year(2022, start=(9, 12)), charges={"601": 3600, "641": 3100, "645": 1100, "623": 200},
        asked=7000, minimum=6000,
        path=decided(
            "2022", "renounced",
            all_agree(
                7000, "Les deux enseignants sont volontaires.",
                "L'école est équipée pour accueillir le matériel.",
                "Coût correct pour deux classes.",
            ),
            verdict=granted("copil-2022", P147=7000),
            ending=(
                "L'animateur salarié a quitté l'association et n'a pas été remplacé à temps pour la"
                " rentrée."
            ),
            ended_at=on(2022, 7, 6, 18),
        ),
    ),
)
