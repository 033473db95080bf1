"""The cité, its pilot institutions and its places.

Neighbourhoods and schools are invented: their codes have the right pattern and key, in a range (0949901…,
QN0949x) that is given to nobody. Outlines and points are drawn by hand around Valenton and show no real place.
"""

from datetime import date

from funding.demo.shapes import Cite, Commune, PilotInstitution, Quartier, School

CITE = Cite(
    name="Cité éducative de Valenton",
    tagline="Avec l'école, les parents et le quartier, pour les enfants et les jeunes de 0 à 25 ans",
    presentation=(
        "La cité éducative réunit l'Éducation nationale, la ville et la préfecture autour des enfants et"
        " des jeunes"
        " des quartiers prioritaires, de la petite enfance à l'entrée dans la vie active. Ensemble,"
        " elles choisissent"
        " et financent des actions menées par des associations, des écoles et des services publics.\n\n"
        "La cité éducative de Valenton a été labellisée en 2022, avec un financement de 475 000 euros. Les"
        " organisations, les établissements, les actions et les montants par action montrés ici sont"
        " inventés."
    ),
    labelled_on=date(2022, 1, 1),
    academie="Créteil",
    publisher_name="Ville de Valenton (démonstration)",
    publisher_address="Hôtel de ville, 94460 Valenton",
    publisher_phone="01 99 00 94 00",
    publication_director="La ou le maire de Valenton",
    host_name="Hébergeur de démonstration",
    host_address="1 rue de l'Exemple, 75000 Paris",
    host_phone="01 99 00 75 00",
    contact_email="coordination@demo.example",
)

# Ranks follow the design: Éducation nationale, ville, préfecture.
INSTITUTIONS: tuple[PilotInstitution, ...] = (
    PilotInstitution(code="education", name="Éducation nationale", kind="education", rank=1),
    PilotInstitution(code="ville", name="Ville de Valenton", kind="collectivite", rank=2),
    PilotInstitution(code="prefecture", name="Préfecture du Val-de-Marne", kind="etat", rank=3),
)

COMMUNES: tuple[Commune, ...] = (Commune(insee="94074", name="Valenton"),)

QUARTIERS: tuple[Quartier, ...] = (
    Quartier(
        key="oseraies",
        code="QN09498N",
        old_code="QP094998",
        name="Les Oseraies",
        commune="94074",
        outline=(
            (2.4697, 48.7472),
            (2.4738, 48.7466),
            (2.4799, 48.7477),
            (2.4813, 48.7508),
            (2.4786, 48.7531),
            (2.4724, 48.7526),
            (2.469, 48.7504),
            (2.4697, 48.7472),
        ),
    ),
    Quartier(
        key="pommier",
        code="QN09499N",
        old_code="QP094999",
        name="Clos-Pommier – La Plaine",
        commune="94074",
        outline=(
            (2.4507, 48.7387),
            (2.4561, 48.7369),
            (2.4629, 48.7383),
            (2.465, 48.7414),
            (2.4609, 48.7441),
            (2.4541, 48.7443),
            (2.45, 48.7419),
            (2.4507, 48.7387),
        ),
    ),
)

SCHOOLS: tuple[School, ...] = (
    School(
        key="mat_oseraies",
        uai="0949904E",
        name="École maternelle des Oseraies",
        kind="maternelle",
        address="15 allée des Oseraies",
        point=(2.4722, 48.7486),
        quartier="oseraies",
        network="REP",
    ),
    School(
        key="mat_pommier",
        uai="0949905F",
        name="École maternelle du Clos-Pommier",
        kind="maternelle",
        address="42 rue du Clos-Pommier",
        point=(2.4541, 48.7425),
        quartier="pommier",
        network="REP",
    ),
    School(
        key="mat_plaine",
        uai="0949906G",
        name="École maternelle de la Plaine",
        kind="maternelle",
        address="4 chemin de la Plaine",
        point=(2.4599, 48.7392),
        quartier="pommier",
        network="",
    ),
    School(
        key="elem_oseraies",
        uai="0949907H",
        name="École élémentaire des Oseraies",
        kind="elementaire",
        address="17 allée des Oseraies",
        point=(2.4764, 48.7482),
        quartier="oseraies",
        network="REP",
    ),
    School(
        key="elem_pommier",
        uai="0949908J",
        name="École élémentaire du Clos-Pommier",
        kind="elementaire",
        address="44 rue du Clos-Pommier",
        point=(2.4584, 48.7428),
        quartier="pommier",
        network="REP",
    ),
    School(
        key="elem_plaine",
        uai="0949909K",
        name="École élémentaire de la Plaine",
        kind="elementaire",
        address="6 chemin de la Plaine",
        point=(2.4628, 48.741),
        quartier="pommier",
        network="",
    ),
    School(
        key="prim_aqueducs",
        uai="0949910L",
        name="École primaire des Aqueducs",
        kind="primaire",
        address="9 boulevard des Aqueducs",
        point=(2.4622, 48.7504),
        quartier=None,
        network="",
    ),
    School(
        key="col_oseraies",
        uai="0949901B",
        name="Collège des Hautes-Oseraies",
        kind="college",
        address="1 rue de la Grande-Prairie",
        point=(2.4768, 48.7512),
        quartier="oseraies",
        network="REP",
        lead_from=date(2022, 1, 1),
        organisation="college_lead",
    ),
    School(
        key="col_pommier",
        uai="0949902C",
        name="Collège du Clos-Pommier",
        kind="college",
        address="40 rue du Clos-Pommier",
        point=(2.4556, 48.74),
        quartier="pommier",
        network="REP",
        organisation="college_clos",
    ),
    School(
        key="lycee",
        uai="0949903D",
        name="Lycée polyvalent des Trois-Aqueducs",
        kind="lycee",
        address="6 boulevard des Aqueducs",
        point=(2.4575, 48.752),
        organisation="lycee",
    ),
)
