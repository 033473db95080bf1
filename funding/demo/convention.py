"""Label periods and the two conventions-cadres. The texts are written for the demo; no real one was read."""

from datetime import date
from decimal import Decimal

from funding.demo.shapes import Article, Commitment, Convention, LabelPeriod, Signatory, on

PERIODS: tuple[LabelPeriod, ...] = (
    LabelPeriod(
        key="2022-2024",
        label="Première labellisation, 2022 à 2024",
        first_year=2022,
        last_year=2024,
        notified_total=Decimal(475_000),
        note="475 000 euros annoncés pour Valenton en 2022 ; le partage entre les trois années est inventé.",
    ),
    LabelPeriod(
        key="2025-2027",
        label="Renouvellement, 2025 à 2027",
        first_year=2025,
        last_year=2027,
        notified_total=None,
        note="Les montants de cette période sont inventés.",
    ),
)

PREAMBLE = (
    "Les élèves et les jeunes des quartiers prioritaires de Valenton grandissent entre plusieurs lieux :"
    " la famille,"
    " l'école, la rue, le club, l'écran. Aucun de ces lieux ne réussit seul. Par la présente convention,"
    " l'État,"
    " l'Éducation nationale et la ville décident d'agir ensemble, avec les parents et les associations,"
    " de la petite"
    " enfance à 25 ans, sans se substituer à ce que chacun fait déjà."
)

ARTICLES: tuple[Article, ...] = (
    Article(
        number=1,
        title="Objet",
        text=(
            "La convention fixe les objectifs communs, l'organisation et les moyens de la cité"
            " éducative. Elle suit"
            " trois champs : conforter le rôle de l'école, assurer la continuité éducative, ouvrir le"
            " champ des"
            " possibles."
        ),
    ),
    Article(
        number=2,
        title="Durée",
        text=(
            "Elle est conclue du 1er janvier 2025 au 31 décembre 2027. Elle peut être modifiée par un"
            " avenant signé"
            " de toutes les parties."
        ),
    ),
    Article(
        number=3,
        title="Pilotage",
        text=(
            "Les trois institutions pilotes décident ensemble, en comité de pilotage ou en comité"
            " restreint. Chacune"
            " rend son avis pour elle-même. Le collège des Hautes-Oseraies est chef de file. La"
            " coordination prépare"
            " les séances ; elle ne décide pas."
        ),
    ),
    Article(
        number=4,
        title="Appels à projets et décisions",
        text=(
            "Un appel à projets au moins est publié chaque année. Il dit ses priorités, ses dates et la"
            " règle de"
            " décision. Tout refus est motivé. Une personne qui a un intérêt dans une organisation se"
            " retire de ses"
            " dossiers, et le relevé de décisions le dit."
        ),
    ),
    Article(
        number=5,
        title="Moyens",
        text=(
            "L'État apporte des crédits de la politique de la ville, dont une part alimente le fonds de"
            " la cité"
            " éducative au collège chef de file. La ville apporte des subventions et l'ingénierie. La"
            " caisse"
            " d'allocations familiales peut s'y associer par convention. L'aide de l'État diminue un peu"
            " chaque année"
            " et les parties cherchent d'autres financements."
        ),
    ),
    Article(
        number=6,
        title="Parents et habitants",
        text=(
            "Les parents sont associés au choix des priorités et à l'évaluation. Chaque appel demande"
            " quelle place"
            " l'action leur fait."
        ),
    ),
    Article(
        number=7,
        title="Suivi et évaluation",
        text=(
            "Les parties suivent le protocole d'évaluation annexé. Une revue de projet a lieu chaque"
            " année. Les"
            " nombres publiés distinguent les participations et les personnes."
        ),
    ),
    Article(
        number=8,
        title="Publicité et données",
        text=(
            "Les actions soutenues et les montants sont publiés. Aucune donnée nominative sur un enfant"
            " ou une"
            " famille n'est enregistrée dans le portail."
        ),
    ),
)


def _signatories(year: int, month: int, day: int, *, caf: bool) -> tuple[Signatory, ...]:
    signed = on(year, month, day)
    rows: list[tuple[str | None, str, str]] = [
        ("prefecture", "Préfecture du Val-de-Marne", "Préfet délégué à l'égalité des chances"),
        ("education", "Académie de Créteil", "Directrice ou directeur académique (IA-DASEN)"),
        ("education", "Collège des Hautes-Oseraies, chef de file", "Principale ou principal"),
        ("ville", "Ville de Valenton", "Maire"),
        ("ville", "Caisse des écoles", "Présidente ou président"),
    ]
    if caf:
        rows.append((None, "Caisse d'allocations familiales", "Directrice ou directeur"))
    return tuple(
        Signatory(institution=code, institution_name=name, capacity=capacity, signed=signed)
        for code, name, capacity in rows
    )


PROTOCOL = (
    "Quatre questions guident l'évaluation. Les actions prévues ont-elles été menées, et pour qui ? Le"
    " climat"
    " scolaire et l'assiduité s'améliorent-ils dans les établissements du réseau ? Les parents"
    " prennent-ils plus de"
    " place, et lesquels ne viennent pas ? Les professionnels travaillent-ils mieux ensemble ?\n"
    "Chaque question a deux ou trois indicateurs, une valeur de départ relevée en 2025 et une valeur"
    " relevée chaque"
    " automne. Les sources sont les bilans des actions, une enquête courte auprès des parents et des"
    " équipes, et les"
    " données des établissements, toujours en nombres. Filles et garçons sont comptés à part quand"
    " l'effectif le"
    " permet ; un effectif inférieur à cinq n'est pas publié. Le comité local d'évaluation lit les"
    " résultats avant la"
    " revue de projet et propose ce qu'il faut poursuivre, corriger ou arrêter."
)


def _commitment(code: str, text: str, institution: str, champ: str | None, due_on: date, evidence: str) -> Commitment:
    return Commitment(code=code, text=text, institution=institution, champ=champ, due_on=due_on, evidence=evidence)


COMMITMENTS: tuple[Commitment, ...] = (
    _commitment(
        "E01",
        "Réunir chaque trimestre les équipes des écoles, des collèges et du lycée du réseau.",
        "education",
        "C1",
        date(2025, 12, 31),
        "Comptes rendus des réunions de réseau",
    ),
    _commitment(
        "E02",
        "Ouvrir un temps d'aide aux devoirs quatre soirs par semaine dans les deux collèges.",
        "education",
        "C1",
        date(2026, 9, 30),
        "Planning affiché et bilan de fréquentation",
    ),
    _commitment(
        "E03",
        "Proposer un repérage du langage à toutes les petites sections du réseau.",
        "education",
        "C1",
        date(2026, 12, 31),
        "Nombre de classes ayant participé",
    ),
    _commitment(
        "E04",
        "Former ensemble enseignants, animateurs et ATSEM, deux journées par an.",
        "education",
        "C1",
        date(2027, 6, 30),
        "Feuilles d'émargement",
    ),
    _commitment(
        "E05",
        "Réserver cinq places de crèche à des familles en parcours d'insertion.",
        "ville",
        "C2",
        date(2026, 6, 30),
        "Délibération et bilan de la commission d'attribution",
    ),
    _commitment(
        "E06",
        "Ouvrir un espace parents dans chaque école du réseau.",
        "ville",
        "C2",
        date(2026, 12, 31),
        "Liste des espaces ouverts et de leurs horaires",
    ),
    _commitment(
        "E07",
        "Affecter un poste à plein temps à la coordination de la cité éducative.",
        "ville",
        None,
        date(2025, 3, 31),
        "Fiche de poste et arrêté de nomination",
    ),
    _commitment(
        "E08",
        "Garantir à chaque élève de CM2 une sortie culturelle et une rencontre sportive par an.",
        "ville",
        "C3",
        date(2027, 6, 30),
        "Bilan par classe",
    ),
    _commitment(
        "E09",
        "Notifier les crédits de l'année avant le 31 mars.",
        "prefecture",
        None,
        date(2026, 3, 31),
        "Date de la notification",
    ),
    _commitment(
        "E10",
        "Trouver un stage de troisième à tout élève qui n'en a pas.",
        "prefecture",
        "C3",
        date(2027, 2, 28),
        "Nombre de stages trouvés par la cité éducative",
    ),
    _commitment(
        "E11",
        "Publier les décisions et les montants dans les trois mois.",
        "prefecture",
        None,
        date(2027, 12, 31),
        "Page publique des décisions",
    ),
)

CONVENTIONS: tuple[Convention, ...] = (
    Convention(
        key="convention-2022",
        period="2022-2024",
        title="Convention-cadre de la cité éducative de Valenton, 2022–2024",
        reference="CC-2022-01",
        signed=on(2022, 1, 31),
        preamble=PREAMBLE,
        articles=(
            Article(
                number=1,
                title="Objet",
                text="La convention fixe les objectifs, l'organisation et les moyens de la cité éducative.",
            ),
            Article(number=2, title="Durée", text="Elle est conclue du 1er janvier 2022 au 31 décembre 2024."),
            Article(
                number=3,
                title="Moyens",
                text="L'État apporte 475 000 euros sur la période, que la ville complète par des subventions.",
            ),
            *(Article(number=a.number, title=a.title, text=a.text) for a in ARTICLES if a.number in (4, 6)),
        ),
        signatories=_signatories(2022, 1, 31, caf=False),
        commitments=(
            _commitment(
                "A01",
                "Installer le comité de pilotage et le réunir deux fois par an.",
                "ville",
                None,
                date(2022, 12, 31),
                "Comptes rendus",
            ),
            _commitment(
                "A02",
                "Créer le fonds de la cité éducative au collège chef de file.",
                "education",
                None,
                date(2022, 6, 30),
                "Délibération du conseil d'administration",
            ),
            _commitment(
                "A03",
                "Notifier les crédits de chaque année avant l'été.",
                "prefecture",
                None,
                date(2024, 6, 30),
                "Arrêtés de notification",
            ),
        ),
        evaluation_protocol="Un bilan est fait à la fin de chaque année, action par action.",
    ),
    Convention(
        key="convention-2025",
        period="2025-2027",
        title="Convention-cadre de la cité éducative de Valenton, 2025–2027",
        reference="CC-2025-01",
        signed=on(2025, 1, 15),
        preamble=PREAMBLE,
        articles=ARTICLES,
        signatories=_signatories(2025, 1, 15, caf=True),
        commitments=COMMITMENTS,
        evaluation_protocol=PROTOCOL,
    ),
)
