"""The complementary call: each funder decides on its own money.

Its séance has been held, the préfecture has not signed the relevé yet: nobody outside may know the decisions.
"""

from funding.demo.build import (
    STEPS,
    D,
    F,
    P,
    R,
    S,
    all_agree,
    around,
    decided,
    earlier,
    granted,
    not_granted,
    opinions,
    proposal,
)
from funding.demo.shapes import LABEL_END, Path, Proposal, rel

_STEPS = STEPS["complement"]

# fmt: off
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        key="comp-stages", call="complement", org="cap_metiers",
        title="Bourse aux stages : une session de rattrapage",
        theme="C3.02", renewal_of="2025-stages",
        objectives="Trouver un stage aux élèves de troisième qui n'en ont toujours pas.",
        description=(
            "Trois demi-journées au collège avec des employeurs, suivies d'appels aux familles."
            " L'association visite chaque élève en stage."
        ),
        public="Trois demi-journées pour trouver un stage aux élèves qui n'en ont pas.",
        participants=45, ages="11-14 parents", times="SCOLAIRE", schools="col_oseraies col_pommier",
        actors={
            "parents": "Sont appelés, certains proposent un stage",
            "enseignants": "Repèrent les élèves", "entreprises": "Viennent au collège",
        },
        **around(15, 120, LABEL_END), charges={"623": 300, "625": 500, "641": 4200, "645": 1600},
        others={"74aidespriv": 800}, asked=5500, minimum=4000,
        path=decided(
            "complement", "approved",
            opinions(
                (F, 5500, "Attendu par les professeurs principaux."),
                (R, None, "Pas de crédit de la ville sur cette action."),
                (F, 5000, "Finançable en entier sur les crédits de l'État."),
            ),
            verdict=granted("comite-complement", P147=5000),
        ),
    ),
    proposal(
        key="comp-soutien", call="complement", org="college_lead",
        title="Stage de révisions avant le brevet blanc", theme="C1.07",
        objectives="Aider soixante élèves de troisième à réviser pendant une semaine.",
        description=(
            "Cinq matinées de révisions en petits groupes avec des professeurs volontaires, et un goûter"
            " de clôture avec les parents."
        ),
        public="Une semaine de révisions en petits groupes pour les élèves de troisième.",
        participants=60, ages="11-14 parents", times="VACANCES", schools="col_oseraies",
        quartiers="oseraies",
        actors={"parents": "Viennent à la clôture", "enseignants": "Animent les groupes"},
        **around(25, 60, LABEL_END), charges={"601": 400, "604": 600, "647": 3600}, asked=4200,
        minimum=3200,
        path=decided(
            "complement", "approved",
            all_agree(4200, "Projet d'établissement.", "D'accord.", "Relève du fonds du collège."),
            days_early=6, verdict=granted("comite-complement", FONDS_COLLEGE=4200),
        ),
    ),
    proposal(
        key="comp-ent", call="complement", org="ruche",
        title="Parents et espace numérique : des parents formateurs",
        theme="C3.03", renewal_of="2024-parents-connectes",
        objectives="Former dix parents qui en aideront cent autres.",
        description=(
            "Six séances de formation pour dix parents, puis deux permanences par semaine qu'ils tiennent"
            " eux-mêmes au collège et au centre social, avec un ordinateur prêté."
        ),
        public="Dix parents formés aident les autres à utiliser l'espace numérique de l'école.",
        participants=110, ages="parents", times="FAMILIAL", schools="col_oseraies col_pommier",
        actors={
            "parents": "Dix parents tiennent les permanences",
            "personnels": "La vie scolaire oriente les familles",
            "centres_sociaux": "Accueille une permanence",
        },
        **around(20, 160, LABEL_END), charges={"601": 700, "623": 300, "641": 3400, "645": 1300},
        asked=5000, minimum=3800,
        path=decided(
            "complement", "approved_with_conditions",
            opinions(
                (F, None, "Utile aux familles."), (F, 3000, "La ville peut prendre 3 000 euros."),
                (R, 2000, "À condition de ne pas doubler les conseillers numériques."),
            ),
            verdict=granted(
                "comite-complement", "approved_with_conditions", P147=2000, VILLE=3000,
                condition=(
                    "Signer un accord avec les conseillers numériques sur le partage des permanences."
                ),
            ),
        ),
    ),
    proposal(
        key="comp-langage", call="complement", org="mots_partage",
        title="Des jeux de langage à emporter pour les vacances",
        theme="C1.08",
        objectives="Prêter deux cents sacs de jeux aux familles de maternelle.",
        description=(
            "Chaque sac contient trois jeux, un album et une fiche en cinq langues. Des parents"
            " expliquent les jeux au départ et les récupèrent à la rentrée."
        ),
        public="Des sacs de jeux sont prêtés aux familles pendant les vacances.",
        participants=200, ages="3-5 parents", times="VACANCES FAMILIAL",
        schools="mat_oseraies mat_pommier mat_plaine",
        actors={"parents": "Expliquent et récupèrent les jeux", "enseignants": "Choisissent les jeux"},
        **around(30, 200, LABEL_END), charges={"601": 5200, "623": 600, "641": 700, "645": 250},
        asked=6200, minimum=4500,
        path=decided(
            "complement", "waitlisted",
            opinions(
                (F, None, "D'accord sur le fond."), (R, None, "Plus de crédit de la ville cette année."),
                (R, None, "À revoir si des crédits se libèrent."),
            ),
            verdict=not_granted(
                "comite-complement", "waitlisted", "credits_a_venir",
                (
                    "L'action est jugée utile. Elle sera financée si des crédits se libèrent avant la fin"
                    " de l'année."
                ),
            ),
        ),
    ),
    proposal(
        key="comp-multisport", call="complement", org="oseraies_sport",
        title="Multisport du soir au gymnase des Oseraies",
        theme="C2.02",
        objectives="Ouvrir un créneau libre et encadré, deux soirs par semaine.",
        description=(
            "Deux soirs par semaine, des éducateurs proposent trois sports à des collégiens non"
            " licenciés. Un soir par mois est ouvert aux familles."
        ),
        public="Deux soirs par semaine, du sport pour les collégiens qui ne sont dans aucun club.",
        participants=70, ages="11-14 parents", times="EXTRASCOLAIRE", schools="col_oseraies",
        quartiers="oseraies",
        actors={
            "parents": "Participent un soir par mois", "personnels": "La vie scolaire informe les élèves",
            "clubs_sportifs": "Encadre",
        },
        **around(25, 170, LABEL_END), charges={"601": 800, "613": 900, "641": 3900, "645": 1500},
        others={"74com": 1000}, cvn={"861": 1600}, asked=5800, minimum=4500,
        path=decided(
            "complement", "postponed",
            opinions(
                (F, None, "Demande de la vie scolaire."),
                (S, None, "Le gymnase est en travaux : la date de réouverture n'est pas connue."),
                (R, 4500, "Attendre le calendrier des travaux."),
            ),
            verdict=not_granted(
                "comite-complement", "postponed", "accord_etablissement",
                "La date de réouverture du gymnase est attendue.",
            ),
        ),
    ),
    proposal(
        key="comp-evasion", call="complement", org="paillasse",
        title="Un jeu d'évasion scientifique itinérant", theme="C1.04",
        objectives=(
            "Construire un jeu d'évasion et le faire tourner dans les établissements du département."
        ),
        description="Une caravane aménagée accueille des groupes de six élèves pendant quarante minutes.",
        public="Un jeu d'évasion scientifique dans une caravane.",
        participants=400, ages="11-14 15-17", times="SCOLAIRE", schools="lycee",
        actors={"enseignants": "Inscrivent leurs classes", "associations": "Construit et anime"},
        **around(40, 200, LABEL_END), charges={"601": 7200, "615": 1900, "641": 2600, "645": 1000},
        others={"74dep": 2000}, asked=9800, minimum=8500,
        path=decided(
            "complement", "rejected",
            opinions(
                (D, 0, "Conçu sans les équipes."),
                (D, 0, "Dépense d'équipement pour tout le département."),
                (D, 0, "Le public de la cité serait minoritaire."),
            ),
            verdict=not_granted(
                "comite-complement", "rejected", "public_eloigne",
                "L'action tourne dans tout le département et touche peu d'élèves de la cité éducative.",
            ),
        ),
    ),
    proposal(
        key="comp-hiver", call="complement", org="centre_social",
        title="Mercredis d'hiver : cuisiner en famille", theme="C2.04",
        objectives=(
            "Faire cuisiner ensemble parents et enfants, et parler de l'alimentation avec la cantine."
        ),
        description=(
            "Douze mercredis dans la cuisine du centre social, avec une diététicienne et le chef de la"
            " cantine. Un livret de recettes est écrit avec deux classes."
        ),
        public="Parents et enfants cuisinent ensemble le mercredi et écrivent un livret de recettes.",
        participants=70, ages="6-10 parents", times="PERISCOLAIRE FAMILIAL", schools="elem_oseraies",
        quartiers="oseraies",
        actors={
            "parents": "Cuisinent et transmettent leurs recettes",
            "enseignants": "Deux classes écrivent le livret",
            "services_municipaux": "Le chef de la cantine participe", "centres_sociaux": "Organise",
        },
        **around(30, 140, LABEL_END),
        charges={"601": 1900, "604": 1500, "623": 500, "641": 2100, "645": 800},
        others={"74orgasoc": 800}, asked=5600, minimum=4000,
        path=Path(
            status="scheduled", submitted=earlier(_STEPS.submitted, 4), admissible=_STEPS.admissible,
            review_opened=_STEPS.review,
            avis=all_agree(5000, "Les deux classes sont prêtes.", "D'accord.", "À voir avec la CAF."),
            avis_at=_STEPS.avis, agenda="copil-prochain",
        ),
    ),
    proposal(
        key="comp-mentorat", call="complement", org="horizon_rail",
        title="Dans les coulisses d'un atelier ferroviaire",
        theme="C3.02",
        objectives="Ouvrir l'atelier à quatre classes et parrainer douze lycéens et lycéennes.",
        description=(
            "Quatre visites préparées en classe, puis douze parrainages de six mois par des salariés,"
            " femmes et hommes. L'entreprise ne demande que les frais de transport et de sécurité."
        ),
        public="Une entreprise ferroviaire ouvre son atelier à des classes et parraine des lycéens.",
        participants=112, ages="11-14 15-17", times="SCOLAIRE", schools="col_pommier lycee",
        actors={
            "enseignants": "Préparent les visites", "parents": "Signent l'accord de parrainage",
            "entreprises": "Accueille et parraine",
        },
        **around(35, 220, LABEL_END), charges={"601": 900, "604": 1400, "625": 1500}, cvn={"862": 6200},
        asked=2600, minimum=2000,
        path=Path(
            status="scheduled", submitted=earlier(_STEPS.submitted, 11), admissible=_STEPS.admissible,
            review_opened=_STEPS.review,
            avis=opinions(
                (F, 2600, "Le lycée professionnel est très intéressé."),
                (F, None, "D'accord, sans crédit de la ville."),
                (R, 2000, "Une entreprise doit prendre sa part : limiter au transport."),
            ),
            avis_at=_STEPS.avis, agenda="copil-prochain",
        ),
    ),
    proposal(
        key="comp-theatre", call="complement", org="cour_arts",
        title="Théâtre en trois langues avec les parents",
        theme="C2.06",
        objectives=(
            "Monter une courte pièce avec des parents et leurs enfants, dans les langues de la maison."
        ),
        description=(
            "Quinze ateliers du samedi, deux représentations à l'école et au centre social. Les textes"
            " viennent des histoires racontées par les familles."
        ),
        public="Des parents et leurs enfants montent une pièce dans les langues de la maison.",
        participants=45, ages="6-10 parents", times="FAMILIAL EXTRASCOLAIRE", schools="elem_pommier",
        quartiers="pommier",
        actors={
            "parents": "Écrivent et jouent", "enseignants": "Accueillent une représentation",
            "centres_sociaux": "Prête la salle",
        },
        **around(40, 190, LABEL_END),
        charges={"622": 3900, "613": 400, "623": 250, "641": 900, "645": 350}, cvn={"861": 900},
        asked=5200, minimum=4000,
        path=Path(
            status="reviewed", submitted=earlier(_STEPS.submitted, 2), admissible=_STEPS.admissible,
            review_opened=_STEPS.review,
            avis=opinions(
                (P, None, "La titulaire a un intérêt dans l'association et n'a pas de suppléant."),
                (F, 5200, "Belle place des parents."), (F, 4500, "D'accord à 4 500 euros."),
            ),
            avis_at=rel(-20, 11, workday=True),
        ),
    ),
    proposal(
        key="comp-local", call="complement", org="mediation",
        title="Aménager un local d'accueil pour les médiateurs",
        theme="C2.08",
        objectives="Refaire l'électricité et les peintures du local.",
        description="Travaux d'électricité, peinture et achat de mobilier pour le local de permanence.",
        public="Aménagement d'un local de permanence.", participants=20, ages="habitants",
        times="EXTRASCOLAIRE", quartiers="pommier", actors={"bailleurs": "Prête le local"},
        **around(20, 60), charges={"601": 6900, "615": 5400}, asked=11000, minimum=11000,
        path=Path(
            status="inadmissible", submitted=earlier(_STEPS.submitted, 1), admissible=_STEPS.admissible,
            inadmissible_reason=(
                "La demande porte sur des travaux, que l'appel ne finance pas, et le bilan de l'action de"
                " 2023 n'a pas été remis."
            ),
        ),
    ),
    proposal(
        key="comp-comptines", call="complement", org="premiers_pas",
        title="Comptines du monde à la crèche", theme="C2.01",
        objectives="Recueillir les comptines des familles et en faire un disque.",
        description=(
            "Une musicienne enregistre les comptines des parents ; un disque est donné à chaque famille."
        ),
        public="Les comptines des familles sont recueillies et enregistrées.",
        participants=60, ages="0-2 parents", times="FAMILIAL", schools="mat_oseraies",
        quartiers="oseraies",
        actors={
            "parents": "Chantent", "petite_enfance": "Accueille",
            "enseignants": "La maternelle reprend les chants",
        },
        **around(20, 120, LABEL_END), charges={"622": 2600, "604": 900, "601": 300}, asked=3500,
        minimum=2800,
        path=Path(
            status="withdrawn", submitted=earlier(_STEPS.submitted, 7), admissible=_STEPS.admissible,
            review_opened=_STEPS.review,
            ending="La musicienne n'est plus disponible ; l'action sera proposée à nouveau plus tard.",
            ended_at=rel(-33, 19),
        ),
    ),
)
