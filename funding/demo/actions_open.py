"""The open call: drafts, fresh deposits, and two reviews that have begun."""

from funding.demo.build import F, R, answered, around, proposal
from funding.demo.questions import Question
from funding.demo.shapes import LABEL_END, Path, Proposal, rel

_START, _END = 62, 215

# fmt: off
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        key="open-devoirs", call="ouvert", org="passerelles",
        title="Aide aux devoirs : réviser aussi le samedi matin",
        theme="C1.07", renewal_of="2026-devoirs",
        objectives="Ouvrir une salle de révisions le samedi matin, pour les collégiens et les lycéens.",
        description="", public="", participants=60, ages="11-14 15-17", times="EXTRASCOLAIRE",
        schools="col_oseraies lycee",
        actors={"parents": "Accueillent le samedi matin", "enseignants": ""},
        **around(_START, _END, LABEL_END), charges={"601": 600, "641": 5200, "645": 1900}, asked=6000,
        minimum=0, path=Path(status="draft"),
    ),
    proposal(
        key="open-peres", call="ouvert", org="centre_social", title="Samedis des pères", theme="C2.06",
        renewal_of="2026-parents",
        objectives=(
            "Réunir des pères et leurs enfants un samedi sur deux autour d'un bricolage ou d'un match."
        ),
        description=(
            "Vingt samedis au centre social et au gymnase. Un père animateur est formé par école. Les"
            " sujets de discussion sont choisis par les participants."
        ),
        public="Un samedi sur deux, des pères et leurs enfants se retrouvent au centre social.",
        participants=60, ages="parents 6-10", times="FAMILIAL", schools="elem_oseraies elem_pommier",
        actors={"parents": "Animent et choisissent les sujets", "centres_sociaux": "Accueille et forme"},
        **around(_START, _END, LABEL_END), charges={"601": 1400, "641": 3100, "645": 1200}, asked=4800,
        minimum=3500, path=Path(status="draft"),
    ),
    proposal(
        key="open-echecs", call="ouvert", org="passerelles",
        title="Échecs à l'école, un club par récréation", theme="C1.01",
        objectives="Apaiser la récréation et donner confiance à des élèves qui parlent peu.",
        description=(
            "Un club d'échecs est ouvert à la récréation de midi dans trois écoles, quatre jours par"
            " semaine. Des élèves de CM2 deviennent arbitres. Un tournoi réunit parents et enfants en fin"
            " d'année."
        ),
        public=(
            "Trois écoles ouvrent un club d'échecs à la récréation de midi ; un tournoi réunit les"
            " familles."
        ),
        participants=140, ages="6-10 parents", times="PERISCOLAIRE FAMILIAL",
        schools="elem_oseraies elem_pommier elem_plaine",
        actors={
            "parents": "Deux parents par école animent, tous sont invités au tournoi",
            "enseignants": "Choisissent les arbitres",
            "services_municipaux": "Les animateurs du midi encadrent",
            "associations": "Forme les animateurs et prête les jeux",
        },
        **around(_START, _END, LABEL_END),
        charges={"601": "1245.50", "623": "180.00", "641": 3900, "645": "1480.25"}, others={"74com": 800},
        cvn={"864": 1900}, asked=5200, minimum=4000,
        path=Path(
            status="to_complete", submitted=rel(-8, 21, 47),
            questions=(
                Question(
                    "education", "schools",
                    "L'école de la Plaine n'a pas donné son accord pour la récréation : est-elle bien dans l'action ?",
                ),
                Question(
                    "education", "description",
                    "Qui surveille les élèves pendant le club ? Dites-le en une phrase, école par école.",
                ),
                Question(
                    "ville", "budget",
                    "La commune n'a pas reçu de demande de 800 € : l'aide est-elle demandée ou promise ?",
                ),
                Question("", "piece:statuts", "Les statuts joints ne sont pas signés : joignez la version signée."),
            ),
            completion_at=rel(-3, 16, workday=True),
        ),
    ),
    proposal(
        key="open-petit-dejeuner", call="ouvert", org="ville",
        title="Petits déjeuners partagés et lecture à voix haute",
        theme="C2.07",
        objectives="Commencer la journée par un petit déjeuner et une lecture, deux matins par semaine.",
        description=(
            "Avant la classe, deux matins par semaine, des parents et des agents accueillent les enfants."
            " Un adulte lit à voix haute pendant vingt minutes."
        ),
        public=(
            "Deux matins par semaine, les enfants prennent un petit déjeuner et écoutent une histoire."
        ),
        participants=120, ages="3-5 6-10 parents", times="PERISCOLAIRE", schools="mat_plaine elem_plaine",
        quartiers="pommier",
        actors={
            "parents": "Accueillent et lisent", "enseignants": "Choisissent les livres",
            "services_municipaux": "Préparent le petit déjeuner", "caisse_ecoles": "Achète les livres",
        },
        **around(_START, _END, LABEL_END), charges={"601": 5400, "641": 4600, "645": 1800},
        others={"74com": 3800}, asked=8000, minimum=6000,
        path=Path(status="submitted", submitted=rel(-2, 16, 5)),
    ),
    proposal(
        key="open-exposition", call="ouvert", org="hangar", title="Une exposition faite par les élèves",
        theme="C3.01",
        objectives="Faire choisir, emprunter et présenter des œuvres par trois classes.",
        description=(
            "Trois classes choisissent dix œuvres d'une artothèque, écrivent les cartels et guident leurs"
            " parents le soir du vernissage."
        ),
        public="Trois classes préparent une exposition et guident leurs parents.",
        participants=150, ages="6-10 11-14 parents", times="SCOLAIRE FAMILIAL",
        schools="elem_oseraies col_oseraies", quartiers="oseraies",
        actors={
            "parents": "Sont guidés par les élèves", "enseignants": "Préparent avec la médiathèque",
            "etablissements_culturels": "Emprunte et accroche",
        },
        **around(_START, _END, LABEL_END),
        charges={"604": 2900, "613": 1100, "616": 350, "623": 400, "641": 1600, "645": 600},
        others={"74etat": 1200}, asked=5500, minimum=4500,
        path=Path(
            status="to_complete", submitted=rel(-12, 17),
            questions=(
                Question("", "pieces", "Joignez le devis de l'assurance des œuvres."),
                Question("", "description", "Donnez la date du vernissage, et dites si le collège a donné son accord."),
            ),
            completion_at=rel(-6, 11, workday=True),
        ),
    ),
    proposal(
        key="open-creche", call="ouvert", org="premiers_pas",
        title="Des places de crèche pour des parents en formation",
        theme="C2.01",
        objectives="Accueillir dix tout-petits pendant que leurs parents se forment.",
        description=(
            "Dix places sont ouvertes trois demi-journées par semaine pour des parents en formation ou en"
            " recherche d'emploi. Une éducatrice fait le lien avec la mission locale et la PMI."
        ),
        public="Dix places de crèche sont ouvertes pour des parents en formation.",
        participants=20, ages="0-2 parents", times="FAMILIAL", schools="mat_oseraies",
        quartiers="oseraies",
        actors={
            "parents": "Construisent l'emploi du temps avec l'éducatrice",
            "petite_enfance": "Accueille", "insertion": "La mission locale oriente",
            "caf": "Complète le financement",
            "enseignants": "La maternelle prépare l'entrée en petite section",
        },
        **around(_START, _END, LABEL_END),
        charges={"601": 1300, "641": 11200, "645": 4300, "ci_fixes": 900},
        others={"74orgasoc": 4500, "70": 700}, asked=11500, minimum=9000,
        path=Path(
            status="admissible", submitted=rel(-15, 20),
            questions=(
                Question(
                    "prefecture", "description",
                    "La PMI a-t-elle donné son accord sur dix places ? Dites-le, avec sa date.",
                    "L'accord est donné pour huit places ; nous avons adapté le budget.",
                ),
                Question(
                    "education", "participants",
                    "Vingt participants pour dix places : comptez-vous les parents ?",
                    "Oui : huit enfants et huit parents.",
                ),
                Question("", "budget", "Ajustez la rémunération au nombre de places que la PMI accepte."),
            ),
            completed={
                "description": (
                    "Huit places sont ouvertes trois demi-journées par semaine pour des parents en formation ou en"
                    " recherche d'emploi. La PMI a donné son accord. Une éducatrice fait le lien avec la mission"
                    " locale et la PMI."
                ),
                "participants": "16", "girls": "9", "boys": "7", "from_quartiers": "12",
                "line_641": "10400", "line_74cite": "10700",
            },
            completion_at=rel(-13, 15), resubmitted=rel(-9, 19), admissible=rel(-5, 10, workday=True),
        ),
    ),
    proposal(
        key="open-sciences", call="ouvert", org="paillasse",
        title="Mon labo de quartier : cuisine et chimie", theme="C1.04", renewal_of="2026-sciences",
        objectives=(
            "Faire de la chimie avec ce que l'on trouve dans une cuisine, en classe et en famille."
        ),
        description=(
            "Six séances par classe dans trois classes, puis trois soirées où les élèves montrent leurs"
            " expériences à leurs parents."
        ),
        public="Des élèves font de la chimie de cuisine et la montrent à leurs parents.",
        participants=150, ages="6-10 parents", times="SCOLAIRE FAMILIAL",
        schools="elem_pommier prim_aqueducs",
        actors={
            "parents": "Viennent aux soirées et apportent une recette",
            "enseignants": "Choisissent les expériences", "associations": "Anime",
        },
        **around(_START, _END, LABEL_END), charges={"601": 1000, "641": 6100, "645": 2300, "625": 200},
        others={"74dep": 1000}, cvn={"864": 1600}, asked=8000, minimum=6000,
        path=Path(
            status="in_review", submitted=rel(-16, 22), admissible=rel(-10, 10, workday=True),
            review_opened=rel(-8, 15, workday=True),
            avis=answered(
                education=(F, 8000, "Les trois enseignantes ont écrit le projet avec l'association."),
                ville=(R, 7000, "Utiliser les malles déjà financées."),
            ),
            avis_at=rel(-5, 11, workday=True),
        ),
    ),
    proposal(
        key="open-correspondants", call="ouvert", org="college_clos",
        title="Lettres du collège aux aînés de la résidence",
        theme="C2.04",
        objectives="Faire écrire et lire des élèves de sixième, avec des résidents âgés du quartier.",
        description=(
            "Deux classes de sixième échangent une lettre par mois avec une résidence autonomie. Trois"
            " rencontres ont lieu dans l'année, avec des parents accompagnateurs."
        ),
        public=(
            "Deux classes de sixième s'écrivent avec des personnes âgées du quartier et les rencontrent."
        ),
        participants=78, ages="11-14 parents habitants", times="SCOLAIRE", schools="col_pommier",
        quartiers="pommier",
        actors={
            "parents": "Accompagnent les rencontres",
            "enseignants": "Les professeurs de français encadrent", "habitants": "Les résidents écrivent",
        },
        **around(_START, _END, LABEL_END), charges={"601": 300, "604": 500, "625": 900}, asked=1700,
        minimum=1200,
        path=Path(
            status="in_review", on_paper=True, submitted=rel(-14, 11),
            admissible=rel(-11, 10, workday=True), review_opened=rel(-8, 16, workday=True),
            avis=answered(prefecture=(F, 1700, "Petite action, bien préparée, bon lien entre les âges.")),
            avis_at=rel(-4, 9, workday=True),
        ),
    ),
)
