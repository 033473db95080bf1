"""What the demo's partners answer beside the action itself: for whom, with whom, how they will know that it worked.

Written from what each proposal says already, so that sixty files differ as real ones do; nothing is drawn at random.
"""

from decimal import Decimal

from funding.demo.shapes import Proposal

Typed = dict[str, list[str]]

# Girls and women in a hundred participants; quartier inhabitants in a hundred.
GIRLS = (52, 48, 55, 44, 50, 61, 47)
FROM_QUARTIERS = (82, 74, 90, 68, 79)
# Which priority of the call a champ answers first: learning, parents, what comes after school.
PRIORITY = {"C1": 0, "C2": 2, "C3": 3}
YEARLY_SALARY = Decimal(34000)
EQUALITY = {
    "C1": (
        "Les groupes sont mixtes et la parole tourne : chacune et chacun passe au tableau, tient le chronomètre, rend"
        " compte.",
        "Nous comptons les filles et les garçons à chaque séance et relançons les familles quand l'écart se creuse.",
    ),
    "C2": (
        "Les horaires sont choisis avec les mères et les pères ; les deux parents sont invités par leur nom.",
        "Une animatrice et un animateur encadrent ensemble, et se partagent toutes les tâches.",
    ),
    "C3": (
        "Les métiers présentés le sont par des femmes et par des hommes, y compris là où on ne les attend pas.",
        "Les inscriptions sont ouvertes d'abord aux filles dans les activités où elles sont moins nombreuses.",
    ),
}
ARTICULATIONS = {
    "C1": (["projet_ecole", "pre"], "L'équipe du PRE et les enseignants orientent ; un point a lieu chaque trimestre."),
    "C2": (["pedt", "ctg"], "L'action complète l'accueil périscolaire du PEdT, sur les jours qu'il ne couvre pas."),
    "C3": (["contrat_ville", "projet_ecole"], "Le collège inscrit l'action dans le parcours Avenir de chaque élève."),
}
INDICATORS = {
    "C1": ("Jeunes venus au moins dix fois", "Élèves dont l'enseignant note un progrès"),
    "C2": ("Familles venues au moins trois fois", "Parents qui ont pris part à la préparation"),
    "C3": ("Jeunes allés au bout du parcours", "Jeunes qui citent trois métiers nouveaux"),
}


def answers(one: Proposal, *, author: str, phone: str, priorities: list[str]) -> Typed:
    """Every step but the action's own words, its places and its money. A draft has not come to the end."""
    rank = sum(map(ord, one.key))
    typed = {
        "contact_name": author,
        "contact_email": one.author,
        "contact_phone": phone,
        **_project(one, priorities),
        **_public(one, rank),
        **_means(one),
        **({} if one.path.status == "draft" else _ending(one)),
    }
    return {name: value if isinstance(value, list) else [str(value)] for name, value in typed.items()}


def _project(one: Proposal, priorities: list[str]) -> dict[str, object]:
    articulations, note = ARTICULATIONS[one.champ]
    return {
        "frequency": "renewal" if one.renewal_of else "first",
        "nature": "renewed" if one.renewal_of else "new",
        "priorities": [priorities[PRIORITY[one.champ] % len(priorities)]] if priorities else [],
        "articulations": articulations,
        "articulation_note": note,
    }


def _public(one: Proposal, rank: int) -> dict[str, object]:
    girls = one.participants * GIRLS[rank % len(GIRLS)] // 100
    is_paid = one.theme.startswith("C3") and rank % 3 == 0
    return {
        "girls": girls,
        "boys": one.participants - girls,
        "from_quartiers": one.participants * FROM_QUARTIERS[rank % len(FROM_QUARTIERS)] // 100,
        "fee": "paid" if is_paid else "free",
        "fee_note": "5 € par famille et par an" if is_paid else "",
        "equality": EQUALITY[one.champ][rank % 2],
        "parents_place": one.actors.get("parents") or "Les parents sont informés avant, et invités à la restitution.",
    }


def _means(one: Proposal) -> dict[str, object]:
    salaries, volunteering = one.charges.get("641", Decimal(0)), one.cvn_charges.get("864", Decimal(0))
    full_time = (salaries / YEARLY_SALARY).quantize(Decimal("0.01"))
    return {
        "territory": "Dans les établissements cités, et dans les locaux de l'organisation." if one.schools else "",
        "volunteers": int(volunteering // 300),
        "employees": min(4, 1 + int(salaries // 4000)) if salaries else 0,
        "full_time": f"{full_time}".replace(".", ","),
        "hires": "no",
        "equipment": "Une salle équipée, du petit matériel, un ordinateur portable.",
    }


def _ending(one: Proposal) -> dict[str, object]:
    first, second = INDICATORS[one.champ]
    return {
        "indicator_1": first,
        "target_1": f"{one.participants * 3 // 4 or 1} sur {one.participants}",
        "indicator_2": second,
        "target_2": "la moitié",
        "evaluation_note": "Une feuille de présence sans nom, et un questionnaire de quatre questions à la fin.",
        "is_accurate": "on",
        "up_to_date": "on",
        "cer": "on",
        "public_aid": "under",
        "signatory": "legal",
    }
