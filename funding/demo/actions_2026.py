"""The running year, first half: what is under way, and what waits or was refused."""

from funding.demo.build import (
    D,
    F,
    P,
    R,
    all_agree,
    around,
    decided,
    granted,
    not_granted,
    opinions,
    proposal,
)
from funding.demo.shapes import LABEL_END, Proposal

# fmt: off
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        key="2026-devoirs", call="2026", org="passerelles",
        title="Aide aux devoirs : quatre soirs, deux collèges, des lycéens tuteurs",
        theme="C1.07", renewal_of="2025-devoirs",
        objectives="Garder quatre soirs par semaine et aider aussi les parents à suivre.",
        description=(
            "Quatre soirs par semaine dans chaque collège, avec deux animatrices, vingt-deux bénévoles et"
            " douze lycéens tuteurs. Un samedi par mois, les parents viennent voir comment on travaille"
            " et posent leurs questions."
        ),
        public=(
            "Quatre soirs par semaine, les collégiens font leurs devoirs, aidés par des adultes et des"
            " lycéens."
        ),
        participants=150, ages="11-14 15-17 parents", times="PERISCOLAIRE FAMILIAL",
        schools="col_oseraies col_pommier lycee",
        actors={
            "parents": "Viennent un samedi par mois, six sont bénévoles",
            "enseignants": "Donnent le programme de la semaine et suivent les progrès",
            "personnels": "La vie scolaire tient les listes et ouvre les salles",
            "jeunes": "Douze lycéens sont tuteurs",
        },
        **around(-210, 120, LABEL_END),
        charges={"601": 1800, "616": 220, "618": 480, "641": 26900, "645": 10400, "ci_fixes": 2200},
        others={"74com": 5000, "74aidespriv": 4500}, cvn={"864": 9400, "861": 4200}, asked=30000,
        minimum=24000,
        path=decided(
            "2026", "under_way",
            opinions(
                (F, 30000, "Effet mesuré sur l'assiduité. À poursuivre."),
                (F, 27000, "D'accord, la ville ne peut pas augmenter sa part."),
                (R, 26000, "Montant à tenir : la notification de l'État a baissé de 5 000 euros."),
            ),
            verdict=granted("copil-annuel", P147=19000, VILLE=8000),
        ),
    ),
    proposal(
        key="2026-parcours", call="2026", org="caisse_ecoles",
        title="Référents de parcours, cinquième année", theme="C2.05", renewal_of="2025-parcours",
        objectives="Suivre cinquante jeunes et faire entrer la méthode dans le droit commun.",
        description=(
            "Le poste est reconduit une dernière fois à ce niveau. La caisse des écoles et le rectorat"
            " étudient une prise en charge partagée à partir de l'année suivante."
        ),
        public="Un référent aide des jeunes à reprendre les cours ou à entrer en apprentissage.",
        participants=50, ages="11-14 15-17 parents", times="SCOLAIRE EXTRASCOLAIRE FAMILIAL",
        schools="col_oseraies col_pommier lycee",
        actors={
            "parents": "Participent à chaque étape", "enseignants": "Repèrent les jeunes",
            "pre": "Porte le poste", "insertion": "La mission locale prend le relais",
        },
        **around(-205, 110, LABEL_END), charges={"641": 33400, "645": 13500, "623": 400, "625": 1000},
        others={"74com": 12500, "74etat": 5000}, asked=30000, minimum=27000,
        path=decided(
            "2026", "under_way",
            all_agree(
                30000, "À poursuivre.", "La part de la ville augmente.", "Dégressivité bien engagée.",
            ),
            days_early=2, verdict=granted("copil-annuel", P147=24000, VILLE=6000),
        ),
    ),
    proposal(
        key="2026-langage", call="2026", org="mots_partage",
        title="Parler, jouer, comprendre : les parents aux commandes",
        theme="C1.08", renewal_of="2025-langage",
        objectives="Faire animer les ateliers de jeu par des parents formés, dans quatre écoles.",
        description=(
            "Le temps de repérage en petite section continue. Vingt parents formés animent des ateliers"
            " de jeu le vendredi après-midi, avec l'enseignante."
        ),
        public="Des parents formés animent des ateliers de jeu et de langage dans quatre écoles.",
        participants=190, ages="3-5 parents professionnels", times="SCOLAIRE FAMILIAL",
        schools="mat_oseraies mat_pommier mat_plaine prim_aqueducs",
        actors={
            "parents": "Vingt parents animent", "enseignants": "Coaniment et choisissent les jeux",
            "sante": "Orthophonistes et santé scolaire conseillent",
            "petite_enfance": "La PMI oriente",
        },
        **around(-200, 100, LABEL_END),
        charges={"601": 1900, "604": 5600, "641": 12300, "645": 4700, "625": 300},
        others={"74etat": 3000, "74x": 2000}, cvn={"861": 1500, "864": 4100}, asked=18500, minimum=15500,
        path=decided(
            "2026", "under_way",
            all_agree(
                18500, "Les équipes sont volontaires.", "Belle place des parents.",
                "Priorité de l'appel.",
            ),
            days_early=9, verdict=granted("copil-annuel", P147=11000, VILLE=7500),
        ),
    ),
    proposal(
        key="2026-fanfare", call="2026", org="cour_arts", title="La fanfare des collèges, deuxième année",
        theme="C2.03", renewal_of="2025-fanfare",
        objectives="Accueillir trente nouveaux élèves et faire jouer ensemble débutants et confirmés.",
        description=(
            "Deux répétitions par semaine dans chaque collège. Les élèves de la première année aident les"
            " nouveaux. Une fête des fanfares réunit trois villes voisines."
        ),
        public="Des collégiens apprennent un instrument et jouent ensemble dans le quartier.",
        participants=85, ages="11-14 parents", times="PERISCOLAIRE EXTRASCOLAIRE",
        schools="col_oseraies col_pommier",
        actors={
            "parents": "Accompagnent les sorties et préparent la fête",
            "enseignants": "Les professeurs de musique coaniment",
            "associations": "Dirige la fanfare et prête les instruments",
        },
        **around(-195, 105, LABEL_END),
        charges={"613": 3200, "615": 1100, "622": 4800, "641": 9400, "645": 3600, "623": 500},
        others={"74com": 2500, "74aidespriv": 2500}, cvn={"861": 2600, "864": 2000}, asked=16500,
        minimum=12000,
        path=decided(
            "2026", "under_way",
            opinions(
                (P, None, "La titulaire a un intérêt dans l'association et n'a pas de suppléant."),
                (F, 15000, "Le projet a trouvé son public."), (F, 15000, "Bilan complet, parité tenue."),
            ),
            verdict=granted("copil-annuel", P147=8000, VILLE=7000),
        ),
    ),
    proposal(
        key="2026-parents", call="2026", org="centre_social",
        title="Les espaces parents, avec les pères aussi",
        theme="C2.06", renewal_of="2025-parents",
        objectives="Ouvrir le quatrième espace et doubler le nombre de pères.",
        description=(
            "Quatre espaces ouverts deux matinées par semaine et un samedi par mois. Quinze parents"
            " animateurs sont formés. Un atelier de bricolage réunit pères et enfants."
        ),
        public="Dans quatre écoles, des parents accueillent les parents ; le samedi, les pères aussi.",
        participants=240, ages="parents 6-10", times="FAMILIAL SCOLAIRE EXTRASCOLAIRE",
        schools="mat_oseraies elem_oseraies elem_pommier elem_plaine",
        actors={
            "parents": "Animent les espaces", "enseignants": "Passent une fois par mois",
            "personnels": "Les directions ouvrent une salle", "centres_sociaux": "Forme et coordonne",
            "caf": "Finance et conseille",
        },
        **around(-208, 115, LABEL_END),
        charges={"601": 2600, "604": 1400, "623": 400, "641": 8900, "645": 3400},
        others={"74orgasoc": 1200}, cvn={"861": 2400, "864": 4800}, asked=14000, minimum=11000,
        path=decided(
            "2026", "under_way",
            all_agree(14000, "Équipes convaincues.", "Engagement n° 6.", "Public mesuré, bilan honnête."),
            days_early=4, verdict=granted("copil-annuel", P147=4000, VILLE=3000, CAF=7000),
        ),
    ),
    proposal(
        key="2026-mobilite", call="2026", org="cap_metiers",
        title="Apprendre à se déplacer seul avant le premier stage",
        theme="C3.04",
        objectives="Que chaque élève de troisième sache aller seul à son stage.",
        description=(
            "Trois sorties par classe : lire un plan, prendre le RER et le bus, arriver à l'heure. Chaque"
            " élève prépare son propre trajet. Les parents font la première sortie avec leur enfant."
        ),
        public="Les élèves de troisième apprennent à se déplacer seuls, avant leur stage.",
        participants=110, ages="11-14 parents", times="SCOLAIRE", schools="col_oseraies col_pommier",
        actors={
            "parents": "Font la première sortie", "enseignants": "Accompagnent les sorties",
            "entreprises": "Accueillent à l'arrivée",
        },
        **around(-130, 70), charges={"625": 2100, "641": 4300, "645": 1600, "623": 200},
        others={"74region": 1000}, asked=6800, minimum=5000,
        path=decided(
            "2026", "under_way",
            opinions(
                (R, 6800, "Bon projet ; le calendrier des sorties n'est pas fixé."),
                (F, 6800, "D'accord."), (R, 6000, "Attendre la réponse de la région."),
            ),
            verdict=not_granted(
                "copil-annuel", "postponed", "cofinancement_attendu",
                "La réponse de la région est attendue en mai ; le dossier repassera au comité suivant.",
            ),
            then=(granted("comite-suivi", P147=5000, VILLE=1500),),
        ),
    ),
    proposal(
        key="2026-jardin", call="2026", org="centre_social", title="Un jardin entre l'école et la crèche",
        theme="C2.07",
        objectives="Faire jardiner ensemble enfants, parents et retraités du quartier.",
        description=(
            "Une parcelle prêtée par le bailleur est aménagée et cultivée avec deux classes et la crèche."
            " Des habitants ouvrent le jardin trois après-midi par semaine."
        ),
        public="Enfants, parents et habitants cultivent un jardin entre l'école et la crèche.",
        participants=90, ages="0-2 3-5 6-10 parents habitants", times="SCOLAIRE EXTRASCOLAIRE",
        schools="mat_pommier elem_pommier", quartiers="pommier",
        actors={
            "parents": "Jardinent et ouvrent le jardin", "enseignants": "Viennent une fois par semaine",
            "petite_enfance": "La crèche vient une fois par semaine",
            "bailleurs": "Prête et clôture la parcelle", "habitants": "Tiennent les permanences",
        },
        **around(30, 190, LABEL_END),
        charges={"601": 3400, "615": 800, "604": 1900, "641": 2600, "645": 1000},
        others={"74aidespriv": 1500}, cvn={"861": 2200, "864": 3000}, asked=7500, minimum=5500,
        path=decided(
            "2026", "waitlisted",
            opinions(
                (F, 7500, "Les deux écoles sont partantes."),
                (F, 5500, "À financer s'il reste des crédits."),
                (R, 5500, "Utile, mais pas la première priorité."),
            ),
            verdict=not_granted(
                "comite-suivi", "waitlisted", "credits_a_venir",
                (
                    "L'action est retenue sur liste d'attente : elle passera dès que des crédits se"
                    " libèrent."
                ),
            ),
        ),
    ),
    proposal(
        key="2026-mediation", call="2026", org="mediation",
        title="Médiateurs aux abords des deux collèges", theme="C2.08", renewal_of="2023-mediation",
        objectives="Être présents à la sortie des deux collèges.",
        description=(
            "Quatre médiateurs se relaient aux abords des deux collèges, à l'entrée et à la sortie des"
            " cours."
        ),
        public="Des médiateurs sont présents aux abords des collèges.",
        participants=500, ages="11-14 habitants", times="PERISCOLAIRE",
        schools="col_oseraies col_pommier",
        actors={"personnels": "La vie scolaire signale", "mediateurs": "Assurent la présence"},
        **around(-200, 100), charges={"625": 700, "641": 16400, "645": 6300, "ci_fixes": 1400},
        others={"74com": 4500}, asked=19000, minimum=15000,
        path=decided(
            "2026", "rejected",
            opinions(
                (R, 8000, "Présence utile, mais sans retour depuis 2023."),
                (D, 0, "Le bilan de l'action de 2023 n'a jamais été remis."),
                (D, 0, "Pas de bilan, pas de renouvellement."),
            ),
            verdict=not_granted(
                "copil-annuel", "rejected", "bilan_precedent",
                (
                    "Le bilan de l'action de 2023 n'a pas été remis. Une nouvelle demande pourra être"
                    " examinée quand il le sera."
                ),
            ),
        ),
    ),
)
