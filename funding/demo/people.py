"""The demo's accounts. All invented; every address is in demo.example, which cannot receive mail.

The first nine are documented and shown on the demo's home page. The others write the partners' files, or
held a mandate in the past. Nobody here may hold an interest and decide: see `Interest`.
"""

from funding.demo.shapes import Interest, Mandate, Person, on

PASSWORD = "cite-educative-demo"  # noqa: S105 (the demo says it on its home page)
DEMO_NOTICE = (
    "Ceci est une démonstration. Les personnes, les organisations, les établissements, les quartiers,"
    " les actions"
    " et les montants sont inventés. Seuls le nom de la commune, le label de 2022 et son montant sont"
    " réels."
)
START = on(2022, 1, 1)

MAIN_ACCOUNTS: tuple[Person, ...] = (
    Person(
        email="education@demo.example",
        full_name="Hélène Marchetti-Brun",
        function="Principale du collège des Hautes-Oseraies, chef de file",
        mandates=(Mandate(role="titulaire", institution="education", start=START),),
        # No suppléant on this side: the institution's position is then "déport".
        interests=(
            Interest(
                organisation="cour_arts",
                nature="Trésorière de l'association La Cour des arts",
                start=on(2024, 9, 1),
            ),
        ),
    ),
    Person(
        email="ville@demo.example",
        full_name="Malik Perraudin",
        function="Directeur général adjoint chargé de l'éducation",
        # Its mandate came by an invitation: see doors.py.
        interests=(
            Interest(
                organisation="oseraies_sport",
                nature="Membre du comité directeur de l'Entente sportive des Oseraies",
                start=on(2024, 1, 1),
            ),
        ),
    ),
    Person(
        email="prefecture@demo.example",
        full_name="Sandrine Oyono-Leclair",
        function="Déléguée du préfet",
        mandates=(Mandate(role="titulaire", institution="prefecture", start=START),),
    ),
    Person(
        email="suppleant.ville@demo.example",
        full_name="Thibault Kerneis",
        function="Directeur de l'éducation et de la jeunesse",
        mandates=(Mandate(role="suppleant", institution="ville", start=START),),
    ),
    Person(
        email="coordination@demo.example",
        full_name="Aïcha Bellanger",
        function="Cheffe de projet opérationnelle de la cité éducative",
        mandates=(Mandate(role="coordination", institution=None, start=START),),
    ),
    Person(
        email="instruction@demo.example",
        full_name="Romain Delage-Costa",
        function="Chargé de mission politique de la ville",
        mandates=(Mandate(role="instructeur", institution="prefecture", start=on(2023, 9, 1)),),
    ),
    Person(
        email="partenaire@demo.example",
        full_name="Nadège Fontanel",
        function="Présidente",
        memberships={"passerelles": "responsable"},
    ),
    Person(
        email="autre.partenaire@demo.example",
        full_name="Ibrahim Vasseur",
        function="Directeur",
        memberships={"centre_social": "responsable"},
    ),
    Person(
        email="admin@demo.example",
        full_name="Claire Tournebise",
        function="Administration du portail",
        is_staff=True,
    ),
)


def _member(email: str, full_name: str, function: str, organisation: str, role: str = "responsable") -> Person:
    return Person(
        email=f"{email}@demo.example",
        full_name=full_name,
        function=function,
        memberships={organisation: role},
    )


OTHER_ACCOUNTS: tuple[Person, ...] = (
    Person(
        email="ancien.pilote.ville@demo.example",
        full_name="Odile Sainte-Foy",
        function="Directrice générale adjointe jusqu'en 2023",
        mandates=(Mandate(role="titulaire", institution="ville", start=START, end=on(2023, 12, 31)),),
    ),
    Person(
        email="suppleant.prefecture@demo.example",
        full_name="Grégoire Lantier-Moss",
        function="Chef du service de la cohésion sociale",
        mandates=(Mandate(role="suppleant", institution="prefecture", start=START),),
    ),
    _member("benevole.passerelles", "Yasmina Corvisart", "Trésorière bénévole", "passerelles", "redacteur"),
    _member("lecture.passerelles", "Edmond Traoré-Vial", "Membre du bureau", "passerelles", "lecteur"),
    _member("accueil.centre.social", "Solène Abadie", "Référente familles", "centre_social", "redacteur"),
    # They wait for an answer of an organisation: see partners.py.
    Person(email="nouvelle.benevole@demo.example", full_name="Lina Bourgade-Sow", function="Bénévole"),
    Person(email="allocations@demo.example", full_name="Maryse Delacourt", function="Conseillère technique"),
    _member("ruche", "Bastien Oury", "Coordinateur", "ruche"),
    _member("cour.des.arts", "Marguerite Delépine", "Directrice artistique", "cour_arts"),
    _member("entente.sportive", "Souleymane Rivoal", "Secrétaire", "oseraies_sport"),
    _member("mots.en.partage", "Irène Kowalczyk", "Directrice", "mots_partage"),
    _member("planete.paillasse", "Damien Escoffre", "Président", "paillasse"),
    _member("cap.metiers", "Fatou Lemarchand", "Chargée de projet", "cap_metiers"),
    _member("confluence", "Hugo Bastarache", "Directeur", "mediation"),
    _member("premiers.pas", "Lucille Amrani", "Directrice de crèche", "premiers_pas"),
    _member("gestion.college", "Patrice Guillou-Nam", "Adjoint gestionnaire", "college_lead"),
    _member("gestion.clos.pommier", "Véronique Saunal", "Principale adjointe", "college_clos"),
    _member("proviseur", "Anselme Ricard-Dia", "Proviseur adjoint", "lycee"),
    _member("education.ville", "Cécile Montjoie", "Cheffe du service périscolaire", "ville"),
    _member("caisse.des.ecoles", "Raphaël Quéméner", "Coordonnateur de la réussite éducative", "caisse_ecoles"),
    _member("hangar.bleu", "Noémie Chastaing", "Responsable des publics", "hangar"),
    _member("horizon.rail", "Victor Salamanque", "Responsable des ressources humaines", "horizon_rail"),
)

PEOPLE: tuple[Person, ...] = MAIN_ACCOUNTS + OTHER_ACCOUNTS
