"""Who gets what, page by page: the literal tables of `tables/*.txt`, what their forms hold, the models of the admin.

How a table reads:

    [page file séance…] envoie formulaire        the words after the page name files and séances of `story.py`
    GET  porteur redacteur = 200 « texte lu »    what a reading shows; `sans « texte »`: what it must not
    POST coordination = 302 page « message » ; ce qui est écrit
    POST autres = 403 « motif »                  everyone signed in whom the block does not name

Nothing after the `;` of a POST means that nothing at all is written, whatever was sent. After it stand the events of
the journal, the change of state of a file, how many moves of money; or the tables changed when nothing is journaled.
`connexion` is the login page, which then leads back. It is also, wherever a block does not say otherwise, what
`anonyme` and `inactif` (an account closed while signed in) are answered. A page that answers 404 names nobody.

    sans          an account that belongs to nothing            education    pilot, titulaire
    ancien        a pilot whose mandate ended yesterday         prefecture   pilot, titulaire; has given its avis
    lecteur       reads for the organisation of the files       suppleant    pilot, suppléant of the ville
    redacteur     writes for it                                 deport       pilot of education with an interest in it
    porteur       responsable of it                             instruction  instructeur of the préfecture
    autre         responsable of another organisation           coordination
    admin         superuser of the administration
"""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from actions import rebalancing
from actions.models import Call
from cites import convention
from funding import decisions
from tests import factories
from tests.house.story import IBAN, Story
from tests.uploads.making import pdf

GROUPS = {
    "tous": "anonyme inactif autres",
    "dehors": "anonyme inactif",
    "partenaires": "sans ancien lecteur redacteur porteur autre",
    "pilotes": "education prefecture suppleant deport",
}
TABLES = sorted((Path(__file__).parent / "tables").glob("*.txt"))

INSTITUTIONS = ("education", "ville", "prefecture")
AVIS = {"position": "favorable", "version": "1"}


def rows(name: str, count: int, **first: str) -> dict[str, Any]:
    """The rows of a part of a call, as its page sends them: at most one, and no other was there."""
    heads = {f"{name}-TOTAL_FORMS": count, f"{name}-INITIAL_FORMS": 0}
    return heads | {f"{name}-0-{field}": value for field, value in first.items()}


# What the forms hold: valid for who may send them, so that a refusal is about the person or the state.
FORMS: dict[str, Any] = {
    "suivi": {"version": "0", "internal_title": "Titre de travail"},
    "avis": AVIS,
    "avis_prepare": {**AVIS, "prepare": ""},
    "complement": {"anchor": "title", "text": "Pourquoi ?", "due_on": "2026-10-20", "complete": ""},
    "non_recevable": {"reason": "Hors sujet.", "refuse": "", "confirmed": ""},
    "question": {"anchor": "title", "text": "Pourquoi ce titre ?"},
    "question_ecartee": {"because": "L'appel impose ce titre."},
    "dates": {"ends_on": "2028-06-30"},
    "correction": {"request": "Précisez les dépenses."},
    "bilan": {"text": "Fait.", "participations": "40", "distinct_persons": "20", "spent": "2 500,00"},
    "positions": {f"position_{code}": "defavorable" for code in INSTITUTIONS},
    "contestation": {"reason": "Le montant dépasse la règle."},
    "signature_ancienne": {"seen": "0" * 64},
    "compte": {"full_name": "Inès Arnaud", **dict.fromkeys(("password1", "password2"), "trois cigognes sous la halle")},
    "saisie_ancienne": {"title": "Écrit dans un autre onglet", "draft_version": "0"},
    "depot_ancien": {"draft_version": "0"},
    "dauphin": {"number": "DA01234567", "version": "0"},
    "dauphin_ancien": {"number": "DA01234567", "version": "7"},
    "lien": {"other": "le fil rouge", "subject": "Un autre sujet"},
    "invitation_membre": {"email": "nouveau.membre@exemple.test", "role": "redacteur"},
    "role": {"role": "redacteur"},
    "reponse": {"role": "redacteur", "accept": "1"},
    "refus": {"role": "redacteur", "reason": "Personne ne vous connaît ici.", "refuse": "1"},
    "message": {"message": "Trésorière."},
    "appel_texte": {"version": "0", "title": "Autre titre", "text": "Texte", "contact_email": "a@exemple.test"},
    "appel_texte_ancienne": {"version": "99", "title": "Autre titre", "contact_email": "a@exemple.test"},
    "appel_dates": {"version": "0", "latest_end": "2027-09-01", **rows("windows", 0), **rows("dates", 0)},
    "appel_regles": {"version": "0", "title_max": "80", "decision_rule": "majority"},
    "appel_questions": {"version": "0", **rows("questions", 1, kind="short", label="Où ?")},
    "appel_grille": {"version": "0", **rows("criteria", 1, label="Coût", weight="2")},
    "version_zero": {"version": "0"},
    "accord_ancien": {"seen": "0" * 64, "answer": "agreed"},
    "contact_appel": {"contact_name": "Sam", "contact_email": "sam@exemple.test"},
    "rectificatif": {"text": "La réunion change de salle."},
}


def form(name: str, story: Story, words: tuple[str, ...]) -> dict[str, Any]:
    """The form of that name, for the file or the séance that the block names."""
    if name in FORMS:
        return dict(FORMS[name])
    match name:
        case "":
            return {}
        case "fiche" | "fiche_ancienne":
            contacts = {f"contacts-{name}": value for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))}
            version = story.files["brouillon"].organisation.edit_version if name == "fiche" else 99
            return {"name": "Les Passerelles", "purpose": "L'aide aux devoirs", "version": version, **contacts}
        case "nouvelle_organisation":
            kind = story.files["brouillon"].organisation.kind_id
            return {"name": "Les Lanternes", "kind": kind, "siret": factories.siret(900)}
        case "piece" | "rib":
            return {"file": SimpleUploadedFile("piece.pdf", pdf()), "dated_on": "2026-01-05", "iban": IBAN}
        case "enlever":
            return {"remove": story.rows["devis"]}
        case "organisation":
            return {"organisation": story.files["brouillon"].organisation_id}
        case "saisie":
            return {"title": "Un autre titre", "draft_version": story.files[words[0]].draft_version}
        case "saisie_fermee":
            return {"objectives": "Autres objectifs", "draft_version": story.files[words[0]].draft_version}
        case "depot":
            return {"draft_version": story.files[words[0]].draft_version}
        case "collegue":
            seen = story.files[words[0]].in_charge_id or ""
            return {"colleague": story.people["redacteur"].pk, "seen": seen}
        case "budget_revise" | "budget_depose":
            draft = {**rebalancing.begun(story.files[words[0]]).draft, "line_641": ["1500,00"]}
            return {**draft, "draft_version": 0, **({"check": "1"} if name == "budget_depose" else {})}
        case "budget_accepte" | "budget_renvoye":
            revised = rebalancing.current(story.files[words[0]])
            seen = revised.sealed.sha256 if revised and revised.sealed else ""
            again = {"request": "Et les salaires ?", "correct": "1"}
            return {"seen": seen, **({"confirmed": "1"} if name == "budget_accepte" else again)}
        case "question_retiree":
            return {"remove": story.rows["question"]}
        case "seance":
            return {"seance": story.seances["vide"].pk}
        case "nouvelle_seance":
            instance = story.seances["vide"].instance_id
            return {"instance": instance, "starts_at": "2026-11-20T10:00", "place": "Mairie"}
        case "signature":
            releve = decisions.last_releve(story.seances[words[0]])
            return {"seen": releve.sha256 if releve else ""}
        case "sceau":
            assert story.convention is not None
            return {"seen": convention.fingerprint(story.convention)}
        case "nouvel_appel":
            period = factories.make_period(2026).pk
            return {"title": "Appel de printemps", "year": "2026", "period": period, "latest_end": "2026-12-31"}
        case "accord" | "refus_appel":
            call = Call.objects.select_related("asked").get(slug=words[0])
            agreed = {"answer": "agreed"} if name == "accord" else {"answer": "refused", "reason": "Les dates."}
            return {"seen": call.asked.sha256 if call.asked else "", **agreed}
        case "verdict":
            return _verdict(story, words[1], "approved", "1 000,00")
        case "verdict_ferme":
            return _verdict(story, words[1], "rejected", "")
        case "verdict_trop_cher":
            return _verdict(story, words[1], "approved", "8 000,01")
    raise KeyError(name)


def _verdict(story: Story, point: str, verdict: str, amount: str) -> dict[str, Any]:
    assert story.tranche is not None
    return {"verdict": verdict, f"tranche_{story.tranche.pk}": amount, "seen": story.items[point].shown.sha256}


# What an administrator may do to the rows of each model: `lit` is to read without changing.
ADMIN = """
modèle                      ajouter  ouvrir     supprimer
cites.actorkind             oui      modifier   non
cites.agerange              oui      modifier   non
cites.champ                 oui      modifier   non
cites.chefdefile            oui      modifier   non
cites.cite                  non      modifier   non
cites.commune               oui      modifier   oui
cites.conventioncadre       oui      modifier   oui
cites.event                 non      lire       non
cites.instance              oui      modifier   non
cites.invitation            oui      lire       non
cites.labelperiod           oui      modifier   oui
cites.mandate               oui      modifier   non
cites.outboxmail            non      lire       non
cites.pilotinstitution      oui      modifier   oui
cites.quartier              oui      modifier   oui
cites.rule                  oui      modifier   non
cites.school                oui      modifier   oui
cites.schooltime            oui      modifier   non
cites.sealedversion         non      lire       non
cites.seance                non      lire       non
cites.signature             non      lire       non
cites.theme                 oui      modifier   non
cites.user                  non      modifier   non
partners.documentkind       oui      modifier   non
partners.interest           oui      modifier   non
partners.membership         oui      modifier   non
partners.organisation       oui      modifier   oui
partners.organisationkind   oui      modifier   non
actions.action              non      lire       non
actions.agendaitem          non      lire       non
actions.avis                non      lire       non
actions.budgetline          oui      modifier   non
actions.call                non      lire       non
actions.decisionreason      oui      modifier   non
actions.position            non      lire       non
actions.proposedcriterion   oui      modifier   non
actions.receiptnotice       oui      modifier   non
actions.report              non      lire       non
actions.review              non      lire       non
actions.submission          non      lire       non
funding.account             non      lire       non
funding.act                 non      lire       non
funding.award               non      lire       non
funding.contest             non      lire       non
funding.decision            non      lire       non
funding.move                non      lire       non
funding.notice              non      lire       non
funding.priordecision       non      lire       non
funding.source              oui      modifier   non
funding.tranche             oui      lire       non
"""
