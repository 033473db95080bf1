"""The running year, second half: what is finished, reported, given up, or about to start."""

from funding.demo.build import (
    F,
    R,
    all_agree,
    around,
    decided,
    granted,
    not_granted,
    opinions,
    proposal,
    report,
)
from funding.demo.shapes import LABEL_END, Proposal, rel

# fmt: off
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        key="2026-passerelle", call="2026", org="premiers_pas",
        title="De la crèche à la maternelle, avec trois écoles",
        theme="C2.01", renewal_of="2024-passerelle",
        objectives="Préparer l'entrée en petite section de soixante enfants.",
        description=(
            "Une matinée par semaine, des enfants de 2 ans viennent à l'école avec leurs parents et une"
            " professionnelle de la crèche. Une réunion de rentrée est tenue en plusieurs langues."
        ),
        public="Les tout-petits découvrent l'école maternelle avec leurs parents avant la rentrée.",
        participants=60, ages="0-2 3-5 parents professionnels", times="SCOLAIRE FAMILIAL",
        schools="mat_oseraies mat_pommier mat_plaine",
        actors={
            "parents": "Viennent chaque semaine avec leur enfant",
            "enseignants": "Accueillent dans la classe", "personnels": "Les ATSEM participent",
            "petite_enfance": "La crèche et la PMI organisent",
        },
        **around(-205, -20), charges={"601": 1500, "641": 9600, "645": 3700, "604": 1100},
        others={"74orgasoc": 2500}, asked=12500, minimum=9500,
        path=decided(
            "2026", "report_due",
            all_agree(
                12500, "Attendu par les équipes.", "Engagement n° 5.", "Petite enfance : à soutenir.",
            ),
            days_early=7, verdict=granted("copil-annuel", P147=5500, CAF=7000),
        ),
    ),
    proposal(
        key="2026-midi", call="2026", org="college_lead",
        title="Les ateliers du midi : théâtre, débats et échecs",
        theme="C1.01", renewal_of="2023-midi",
        objectives="Apaiser la pause de midi et donner la parole aux élèves.",
        description=(
            "Cinq ateliers par semaine entre 12 h et 14 h. Le conseil de vie collégienne choisit les"
            " sujets des débats et rend compte à la direction."
        ),
        public="Entre midi et deux, les collégiens font du théâtre, débattent et jouent aux échecs.",
        participants=120, ages="11-14", times="PERISCOLAIRE", schools="col_oseraies",
        quartiers="oseraies",
        actors={
            "enseignants": "Animent trois ateliers",
            "personnels": "La vie scolaire inscrit et accompagne",
            "jeunes": "Le conseil de vie collégienne choisit les sujets",
            "parents": "Deux représentants assistent aux débats",
        },
        **around(-200, -35), charges={"601": 900, "604": 3600, "622": 5200, "647": 2300}, asked=11000,
        minimum=8500,
        path=decided(
            "2026", "report_due",
            all_agree(11000, "Projet des équipes.", "D'accord.", "Bon usage du fonds."), days_early=11,
            verdict=granted("copil-annuel", FONDS_COLLEGE=11000),
        ),
    ),
    proposal(
        key="2026-sciences", call="2026", org="paillasse",
        title="Mon labo de quartier : la nuit et le ciel",
        theme="C1.04", renewal_of="2025-sciences",
        objectives="Observer le ciel avec trois classes et leurs familles.",
        description=(
            "Six séances par classe, puis deux soirées d'observation avec les familles. Les malles de"
            " matériel des années passées servent à nouveau."
        ),
        public="Trois classes et leurs familles observent le ciel.",
        participants=140, ages="6-10 parents", times="SCOLAIRE FAMILIAL",
        schools="elem_oseraies elem_pommier",
        actors={
            "parents": "Viennent aux soirées", "enseignants": "Intègrent l'action au programme",
            "associations": "Anime",
        },
        **around(-195, -70), charges={"601": 1100, "641": 6700, "645": 2500, "625": 200},
        others={"74dep": 1000}, cvn={"864": 1600}, asked=9000, minimum=7000, spent="0.97",
        path=decided(
            "2026", "report_submitted",
            all_agree(9000, "D'accord.", "Matériel réutilisé, bien.", "Montant maîtrisé."),
            verdict=granted("copil-annuel", P147=7000, FONDS_COLLEGE=2000),
            report=report(
                None,
                "71 élèves et 88 adultes. Une soirée sur deux a été annulée à cause des nuages.",
                640, 159, submitted=rel(-12, 21),
            ),
        ),
    ),
    proposal(
        key="2026-radio", call="2026", org="college_clos",
        title="La radio du collège sort dans le quartier",
        theme="C1.04", renewal_of="2025-radio",
        objectives="Enregistrer des émissions hors du collège, avec des habitants.",
        description=(
            "Un atelier hebdomadaire et six émissions enregistrées au marché, à la médiathèque et dans"
            " une entreprise. Les voix d'élèves sont diffusées avec l'accord des familles."
        ),
        public="Des collégiens enregistrent des émissions dans le quartier avec des habitants.",
        participants=50, ages="11-14 parents habitants", times="SCOLAIRE PERISCOLAIRE",
        schools="col_pommier", quartiers="pommier",
        actors={
            "parents": "Donnent leur accord, sont invités au micro",
            "enseignants": "Deux professeurs animent", "habitants": "Sont les invités",
            "etablissements_culturels": "La médiathèque accueille deux émissions",
        },
        **around(-198, -75), charges={"601": 1200, "622": 5600, "647": 2200}, asked=8500, minimum=6500,
        spent="0.88",
        path=decided(
            "2026", "report_to_correct",
            all_agree(8500, "Projet des équipes.", "Ouvert sur le quartier.", "D'accord."), days_early=13,
            verdict=granted("copil-annuel", FONDS_COLLEGE=8500),
            report=report(
                None, "Cinq émissions, 48 élèves.", 48, 48, submitted=rel(-34, 18),
                correction_asked=(
                    "Vous comptez 48 participations pour 48 élèves : chaque séance compte. Expliquez"
                    " aussi l'écart sur les honoraires."
                ),
                correction_at=rel(-28, 15, workday=True),
            ),
        ),
    ),
    proposal(
        key="2026-eloquence", call="2026", org="lycee",
        title="Prendre la parole : concours d'éloquence des trois établissements",
        theme="C1.03",
        objectives="Relier les deux collèges et le lycée autour de l'oral.",
        description=(
            "Des lycéens entraînent des élèves de troisième pendant huit séances. Une finale publique a"
            " lieu à l'hôtel de ville, avec un jury de parents, de professeurs et d'élus."
        ),
        public="Des lycéens entraînent des collégiens à parler en public ; la finale est ouverte à tous.",
        participants=80, ages="11-14 15-17 parents", times="SCOLAIRE PERISCOLAIRE",
        schools="col_oseraies col_pommier lycee",
        actors={
            "parents": "Siègent au jury", "enseignants": "Encadrent l'entraînement",
            "jeunes": "Les lycéens entraînent", "services_municipaux": "Accueillent la finale",
        },
        **around(-200, -110), charges={"601": 500, "604": 3900, "625": 700, "623": 600, "647": 1900},
        asked=7200, minimum=5500, spent="0.99",
        path=decided(
            "2026", "report_accepted",
            all_agree(7200, "Le réseau en action.", "La salle est prête.", "D'accord."), days_early=8,
            verdict=granted("copil-annuel", FONDS_COLLEGE=6000, VILLE=1200),
            report=report(
                None,
                "76 élèves, huit séances, une finale devant 210 personnes.",
                690, 76, submitted=rel(-80, 17), accepted=rel(-66, 11, workday=True),
            ),
        ),
    ),
    proposal(
        key="2026-boxe", call="2026", org="oseraies_sport",
        title="Boxe éducative pour les filles, le mercredi",
        theme="C2.02",
        objectives="Ouvrir un créneau de boxe éducative à vingt-quatre collégiennes.",
        description=(
            "Deux créneaux le mercredi après-midi, encadrés par une éducatrice diplômée, sans combat. Une"
            " séance par mois est ouverte aux mères et aux sœurs."
        ),
        public="Un créneau de boxe éducative est ouvert aux collégiennes, le mercredi.",
        participants=24, ages="11-14 parents", times="PERISCOLAIRE", schools="col_oseraies col_pommier",
        actors={
            "parents": "Participent une fois par mois",
            "enseignants": "Les professeures d'éducation physique proposent les élèves",
            "clubs_sportifs": "Encadre",
        },
        **around(-190, 80), charges={"601": 1100, "613": 600, "641": 4200, "645": 1500},
        others={"70": 240}, cvn={"861": 1800}, asked=6500, minimum=5000,
        path=decided(
            "2026", "abandoned",
            all_agree(
                6500, "D'accord.", "Égalité filles-garçons : à soutenir.", "Répond à une priorité.",
            ),
            verdict=granted("copil-annuel", P147=4500, VILLE=2000),
            ending=(
                "Le gymnase est fermé jusqu'à l'été pour travaux et aucune autre salle n'a été trouvée."
            ),
            ended_at=rel(-55, 19),
        ),
    ),
    proposal(
        key="2026-numerique", call="2026", org="ruche",
        title="Écrans en famille : ateliers parents-enfants",
        theme="C3.03",
        objectives="Parler des écrans en famille, sans faire peur.",
        description=(
            "Dix ateliers du samedi réunissent parents et enfants autour de jeux vidéo et de réglages"
            " simples."
        ),
        public="Le samedi, parents et enfants parlent des écrans et règlent ensemble leurs appareils.",
        participants=80, ages="6-10 11-14 parents", times="FAMILIAL", schools="elem_plaine col_pommier",
        quartiers="pommier",
        actors={"parents": "Viennent avec leur enfant", "centres_sociaux": "Accueille les ateliers"},
        **around(-150, 60), charges={"601": 900, "641": 5100, "645": 1900, "623": 300}, asked=7500,
        minimum=6000,
        path=decided(
            "2026", "renounced", all_agree(7500, "D'accord.", "D'accord.", "Utile aux familles."),
            verdict=granted("copil-annuel", P147=4500, VILLE=3000),
            ending=(
                "L'association a obtenu une aide du département pour la même action et renonce à"
                " celle-ci."
            ),
            ended_at=rel(-180, 18),
        ),
    ),
    proposal(
        key="2026-spectacle", call="2026", org="hangar",
        title="Les lycéens programment : un festival d'un week-end",
        theme="C3.01",
        objectives="Confier à quinze lycéens et collégiens la programmation d'un festival.",
        description=(
            "Un comité de jeunes voit dix spectacles, en choisit trois, prépare l'accueil et la"
            " communication. Les familles du quartier sont invitées."
        ),
        public="Quinze jeunes choisissent les spectacles d'un festival et accueillent le public.",
        participants=320, ages="11-14 15-17 parents habitants", times="EXTRASCOLAIRE",
        schools="lycee col_oseraies",
        actors={
            "parents": "Sont invités et aident à l'accueil",
            "enseignants": "Deux professeurs accompagnent le comité", "jeunes": "Programment",
            "etablissements_culturels": "Accueille",
        },
        **around(32, 170, LABEL_END),
        charges={"604": 8200, "613": 700, "623": 900, "641": 2100, "645": 800},
        others={"70": 900, "74etat": 2500}, cvn={"861": 3500}, asked=9000, minimum=7000,
        path=decided(
            "2026", "approved_with_conditions",
            opinions(
                (F, 8000, "Sous réserve d'un emploi du temps compatible."), (F, 8000, "D'accord."),
                (R, 8000, "Le lycée doit confirmer par écrit."),
            ),
            verdict=not_granted(
                "copil-annuel", "postponed", "accord_etablissement",
                "L'accord écrit du lycée est attendu ; le dossier repassera au comité suivant.",
            ),
            then=(
                granted(
                    "comite-suivi", "approved_with_conditions", P147=5000, VILLE=3000,
                    condition=(
                        "Fournir l'accord écrit de la direction du lycée avant le début de l'action."
                    ),
                ),
            ),
        ),
    ),
    proposal(
        key="2026-colline", call="2026", org="ville", title="Classe de découverte à deux écoles",
        theme="C3.01",
        objectives="Faire partir ensemble une classe de chaque école, cinq jours.",
        description=(
            "Deux classes de CM1 de deux écoles différentes partent ensemble et préparent le séjour par"
            " lettres. Les parents participent au choix du lieu."
        ),
        public="Deux classes de deux écoles partent ensemble, après s'être écrit toute l'année.",
        participants=52, ages="6-10 parents", times="SCOLAIRE", schools="elem_oseraies elem_plaine",
        actors={
            "parents": "Choisissent le lieu et préparent le trousseau",
            "enseignants": "Organisent l'échange de lettres",
            "services_municipaux": "Réserve et accompagne",
        },
        **around(28, 150, LABEL_END), charges={"604": 14800, "625": 3900, "616": 300},
        others={"70": 3100, "74com": 6400}, asked=9500, minimum=7500,
        path=decided(
            "2026", "approved",
            opinions(
                (F, 9500, "Deux écoles qui se parlent enfin."),
                (F, 8500, "La ville finance déjà une grande part."),
                (R, 8500, "Reste à préciser le lieu."),
            ),
            verdict=not_granted(
                "copil-annuel", "postponed", "a_preciser", "Précisez le lieu et les dates du séjour.",
            ),
            then=(granted("comite-suivi", P147=5500, VILLE=3000),),
        ),
    ),
)
