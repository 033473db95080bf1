"""What the partner and the public read of a decision, and when; before that, it can be contested."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from actions.models import AgendaItem
from actions.models.action import WAITING_LABEL, Status
from cites.models import OutboxMail
from funding import ledger
from tests import factories
from tests.funding.room import NOTIFY, Room, decision_mails
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("noon")
CONTEST = "Contester la décision"


# ------------------------------------------------------------------ contested


def test_a_contested_point_reopens_and_its_money_is_free(room: Room) -> None:
    other = factories.make_tranche("P230")
    room.decide("approved", "3 000", **{f"tranche_{other.pk}": "1 000"})
    room.close()
    room.sign_by_all()
    ville = Visitor(factories.make_pilot("ville"))
    page = ville.open(room.point_url).follow("Contester cette décision au nom de Ville")
    assert page.press(CONTEST, reason=" ").error("reason") == "Ce champ est obligatoire."
    page = page.press(CONTEST, reason="Le montant n'est pas celui qui a été dit.")
    assert "La décision est contestée : le point est rouvert, son argent est libéré." in page.messages
    assert (room.available(), ledger.balance(other, "available")) == (Decimal("10000.00"), factories.ENVELOPE)
    assert (room.action.status, room.seance.closed_at) == (Status.SCHEDULED, None)
    assert "à décider" in page.text
    refused = room.coordination.post(f"{room.url}notifier/", {})
    assert "Il manque : Éducation nationale, Ville, Préfecture." in refused.messages

    room.decide("approved", "2 000")
    room.close()
    page = Visitor(factories.make_pilot("education")).open(f"{room.url}releve/")
    assert "version 2" in page.text
    assert page.text.count("signature attendue") == 3, "what was signed was another text"
    room.sign_by_all()
    room.coordination.open(f"{room.url}releve/").follow(NOTIFY).press(NOTIFY)
    assert "Montant accordé : 2 000,00 €" in decision_mails(room)[0].body.replace("\u202f", " ")
    call_command("verify_chain", verbosity=0)


def test_who_may_contest_and_until_when(room: Room) -> None:
    room.decide("approved", "3 000")
    address = f"{room.point_url}contester/"
    for user in (factories.make_coordination(), factories.make_instructeur(), factories.make_admin()):
        assert Visitor(user).post(address, {"reason": "Non."}).status == 403
    assert room.partner.post(address, {"reason": "Non."}).status == 403
    room.close()
    room.sign_by_all()
    ville = Visitor(factories.make_pilot("ville"))
    page = ville.open(address)
    room.coordination.open(f"{room.url}releve/").follow(NOTIFY).press(NOTIFY)
    late = page.press(CONTEST, reason="Trop tard.")
    assert "La décision est déjà notifiée au partenaire." in late.text
    assert late.value("reason") == "Trop tard."
    assert room.action.status == Status.APPROVED
    assert "Contester cette décision au nom de Ville" not in ville.open(room.point_url).links


# ------------------------------------------------------------------ what the partner reads, and when


def everything_outside(room: Room) -> dict[str, str]:
    """All that the partner and the public can open, and the mails the partner has received."""
    key, reference = room.action.key, room.action.reference
    partner, public = room.partner, Visitor()
    own = ["/espace/", "/espace/depots/", f"/espace/depots/{key}/", f"/espace/depots/{key}/recepisse/"]
    texts = {f"partner {page}": partner.open(page).text for page in [*own, "/espace/journal/"]}
    for page in ("/", "/actions/", f"/actions/?q={reference}", "/appels/", f"/appels/{room.action.call.slug}/"):
        texts[f"public {page}"] = public.open(page).text
    texts["public page"] = str(public.open(f"/actions/{reference}/").status)
    mails = OutboxMail.objects.filter(to=factories.writer_of(room.action).email).order_by("pk")
    texts["mails"] = " | ".join(mail.subject for mail in mails)
    return texts


@pytest.mark.parametrize(
    ("verdict", "amount", "typed", "label"),
    [
        ("approved", "5 000", {}, "Accordé"),
        ("approved_with_conditions", "5 000", {"condition": "Fournir le devis."}, "Accordé sous réserve"),
        ("waitlisted", "", {}, "Liste d'attente"),
        ("postponed", "", {"reason": "À préciser."}, "Ajourné"),
        ("rejected", "", {"reason": "Hors des priorités."}, "Refusé"),
    ],
)
def test_until_it_is_notified_the_partner_reads_that_it_waits(
    room: Room, verdict: str, amount: str, typed: dict[str, str], label: str
) -> None:
    if verdict == "rejected":
        room.positions("defavorable", "defavorable", "defavorable")
    before = everything_outside(room)
    assert WAITING_LABEL in before[f"partner /espace/depots/{room.action.key}/"]
    assert before["public page"] == "404"
    room.decide(verdict, amount, **typed)
    assert everything_outside(room) == before, "decided"
    room.close()
    room.sign_by_all()
    assert everything_outside(room) == before, "signed by all"
    for name in ("withdraw", "withdraw_waiting", "start", "abandon"):
        told = room.partner.post(f"/espace/depots/{room.action.key}/etape/{name}/", {}).messages
        assert label.lower() not in told.lower()
        assert "« en attente de décision »" in told
    told = room.partner.post(f"/espace/depots/{room.action.key}/renoncer/", {}).messages
    assert "« en attente de décision »" in told
    call_command("maintenance", verbosity=0)
    assert everything_outside(room) == before, "and nothing the partner tries says more"

    room.coordination.open(f"{room.url}releve/").follow(NOTIFY).press(NOTIFY)
    page = room.partner.open(f"/espace/depots/{room.action.key}/")
    assert f"Décision {label}" in page.text
    assert all(text in page.text for text in typed.values())
    assert ("Montant accordé 5 000,00 €" in page.text) is bool(amount)
    assert WAITING_LABEL not in page.text
    assert label in room.partner.open("/espace/depots/").text
    assert "a notifié la décision sur le dossier" in room.partner.open("/espace/journal/").text
    mail = decision_mails(room)[0]
    assert mail.to == factories.writer_of(room.action).email
    assert f"Décision : {label}" in mail.body
    granted = label.startswith("Accordé")
    assert Visitor().open(f"/actions/{room.action.reference}/").status == (200 if granted else 404)


def test_a_file_that_is_postponed_twice_is_notified_twice(room: Room) -> None:
    """The second decision is the same word as the one announced: it is another decision, to be told."""
    room.decide("postponed", reason="À préciser.")
    factories.announce(room.seance)
    again = Room(second_time(room), room.tranche)
    assert "Contester" not in again.coordination.open(again.point_url).text
    again.decide("postponed", reason="Toujours à préciser.")
    again.close()
    again.sign_by_all()
    page = again.coordination.open(f"{again.url}releve/").follow(NOTIFY).press(NOTIFY)
    assert "Les partenaires sont prévenus." in page.messages
    assert len(decision_mails(room)) == 2
    assert "Toujours à préciser." in room.partner.open(f"/espace/depots/{room.action.key}/").text


def test_a_second_identical_decision_can_be_contested(room: Room) -> None:
    room.decide("waitlisted")
    factories.announce(room.seance)
    again = Room(second_time(room), room.tranche)
    again.decide("waitlisted")
    ville = Visitor(factories.make_pilot("ville"))
    page = ville.open(f"{again.point_url}contester/").press(CONTEST, reason="Il reste de l'argent.")
    assert "La décision est contestée" in page.messages
    assert again.action.status == Status.SCHEDULED


def second_time(room: Room) -> AgendaItem:
    """The file on the agenda of another séance, which opens."""
    seance = factories.make_seance()
    page = room.coordination.open(f"/espace/actions/{room.action.reference}/ordre-du-jour/")
    page.press("Inscrire le dossier", seance=seance.pk)
    room.coordination.open(f"/espace/seances/{seance.pk}/").press("Ouvrir la séance")
    return AgendaItem.objects.select_related("shown").get(seance=seance)


# ------------------------------------------------------------------ afterwards


def test_a_partner_that_renounces_gives_the_money_back(room: Room) -> None:
    room.decide("approved", "5 000")
    factories.announce(room.seance)
    assert room.available() == Decimal("5000.00")
    page = room.partner.open(f"/espace/depots/{room.action.key}/").follow("Renoncer à la subvention")
    assert "retourne à l'enveloppe" in page.text
    page = page.press("Renoncer à la subvention")
    assert "Votre renonciation est enregistrée." in page.messages
    assert (room.action.status, room.available()) == (Status.RENOUNCED, Decimal("10000.00"))
    assert Visitor().open(f"/actions/{room.action.reference}/").status == 404
    assert OutboxMail.objects.filter(subject__startswith="Renonciation").count() == 1
    again = room.partner.post(f"/espace/depots/{room.action.key}/renoncer/", {})
    assert "« renoncé »" in again.messages
    assert room.available() == Decimal("10000.00")


def test_a_condition_is_lifted_and_the_partner_is_told(room: Room) -> None:
    room.decide("approved_with_conditions", "5 000", condition="Fournir le devis.")
    factories.announce(room.seance)
    assert "Renoncer à la subvention" not in room.partner.open(f"/espace/depots/{room.action.key}/").links
    page = room.coordination.open(f"/espace/actions/{room.action.reference}/").follow("Lever la réserve")
    page = page.press("Lever la réserve")
    assert "« Lever la réserve » : c'est fait." in page.messages
    assert room.action.status == Status.APPROVED
    assert OutboxMail.objects.filter(subject__startswith="Réserve levée").count() == 1


def test_the_journal_tells_every_step_by_whom_and_when(room: Room) -> None:
    room.decide("approved", "5 000")
    room.close()
    room.sign_by_all()
    room.coordination.open(f"{room.url}releve/").follow(NOTIFY).press(NOTIFY)
    reference = room.action.reference
    text = Visitor(factories.make_pilot("ville")).open("/espace/journal/").text
    steps = [
        f"{factories.writer_of(room.action)} a déposé le dossier {reference} (version 1) Partenaire – Les Passerelles",
        f"Coordination a déclaré le dossier {reference} recevable Coordination",
        f"Coordination a ouvert l'instruction du dossier {reference}",
        f"Titulaire Ville a signé l'avis de Ville sur le dossier {reference} Pilote titulaire – Ville",
        f"a constaté que les avis sur le dossier {reference} sont rendus Le portail (échéance)",
        "Coordination a préparé la séance",
        f"Coordination a inscrit le dossier {reference} à l'ordre du jour",
        "Coordination a ouvert la séance",
        f"Coordination a enregistré la décision « accordé » sur le dossier {reference}",
        "Coordination a clos la séance",
        "Titulaire Prefecture a signé le relevé de la séance",
        f"Coordination a notifié la décision sur le dossier {reference}",
    ]
    assert [step for step in steps if step not in text] == []
    positions = [text.index(step) for step in steps if "séance «" not in step and "a préparé" not in step]
    assert "5 octobre 2026 à 14 h 00" in text
    assert positions[0] > positions[-1], "the most recent first"
    call_command("verify_chain", verbosity=0)
