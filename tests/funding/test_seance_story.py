"""A séance, from the agenda to the signed relevé: positions, verdicts, money, signatures."""

from decimal import Decimal

import pytest

from actions.models import AgendaItem
from actions.models.action import Status
from actions.verdicts import open_verdicts
from cites.core import clock
from cites.models import Event, Seance
from funding import decisions, ledger
from funding.models import Decision, Move, Notice, Tranche
from funding.releve import releve_pdf
from tests import factories
from tests.funding.room import CLOSE, DECIDE, NOTIFY, SIGN, Room, decision_mails
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("noon")


# ------------------------------------------------------------------ the agenda


def test_a_seance_is_prepared_filled_and_opened() -> None:
    action = factories.make_reviewed()
    coordination = Visitor(factories.make_coordination())
    page = coordination.open("/espace/seances/").follow("Préparer une séance")
    page = page.press("Préparer la séance", starts_at="2026-10-12T09:30", place="Collège Fernande-Flagon")
    seance = Seance.objects.get()
    assert f"{seance.starts_at:%d/%m/%Y %H:%M}" == "12/10/2026 07:30", "typed in Paris, kept in UTC"
    assert "12 octobre 2026 à 9 h 30, Collège Fernande-Flagon – en préparation" in page.text
    assert "Ouvrir la séance" not in page.buttons, "nothing on the agenda"
    page = coordination.open(f"/espace/actions/{action.reference}/").follow("Inscrire à l'ordre du jour")
    page.press("Inscrire le dossier", seance=seance.pk)
    page = coordination.open(f"/espace/seances/{seance.pk}/").follow(f"{action.reference} – {action.title}")
    assert "La séance n'est pas ouverte : rien ne se décide encore." in page.text
    assert DECIDE not in page.buttons
    page = coordination.open(f"/espace/seances/{seance.pk}/").press("Ouvrir la séance")
    assert "La séance est ouverte." in page.messages
    assert DECIDE in page.follow(f"{action.reference} – {action.title}").buttons


def test_positions_come_from_the_avis_and_are_noted_in_seance() -> None:
    factories.make_tranche()
    room = Room(factories.make_scheduled(positions=("favorable", "favorable_avec_reserve", "defavorable")), Tranche())
    page = room.point()
    names = [f"position_{code}" for code in factories.INSTITUTIONS]
    assert [page.value(name) for name in names] == ["favorable", "favorable_avec_reserve", "defavorable"]
    assert "En l'état, une majorité est favorable, au moins une institution est défavorable, avec" in page.text
    page = room.positions("favorable", "favorable", "favorable")
    assert "En l'état, toutes les institutions sont favorables." in page.text
    noted = Event.objects.filter(kind="actions.position_recorded")
    assert noted.count() == 2, "one event for each position that changed"
    pilot = Visitor(factories.make_pilot("ville"))
    assert "Noter les positions" not in pilot.open(room.point_url).buttons
    assert pilot.post(f"{room.point_url}positions/", dict.fromkeys(names, "defavorable")).status == 403


def test_a_point_is_taken_off_the_agenda(room: Room) -> None:
    page = room.point().press("Retirer de l'ordre du jour")
    assert "Le dossier est retiré de l'ordre du jour." in page.messages
    assert (room.action.status, AgendaItem.objects.count()) == (Status.REVIEWED, 0)


# ------------------------------------------------------------------ the verdict and its money


def verdicts_on(page: Page) -> tuple[str, ...]:
    return tuple(str(node.get("value")) for node in page.root.iter("input") if node.get("name") == "verdict")


def test_the_rule_opens_the_verdicts_it_opens(room: Room) -> None:
    older = room.point()
    assert verdicts_on(older) == open_verdicts("unanimity", factories.ALL_FOR)
    page = room.positions("favorable", "favorable", "defavorable")
    assert verdicts_on(page) == open_verdicts("unanimity", ("favorable", "favorable", "defavorable"))
    assert "approved" in verdicts_on(older) and "approved" not in verdicts_on(page)
    refused = older.press(DECIDE, verdict="approved", **{f"tranche_{room.tranche.pk}": "5 000"}, reason="Tapé.")
    assert "n'est pas ouverte par la règle de l'appel" in refused.error("verdict")
    assert (refused.value(f"tranche_{room.tranche.pk}"), refused.value("reason")) == ("5 000", "Tapé.")
    assert not Decision.objects.exists()


def test_a_verdict_programs_its_money(room: Room) -> None:
    page = room.decide("approved", "6 000,00")
    assert "Décision enregistrée : accordé." in page.messages
    assert "Montant accordé 6 000,00 €" in page.text
    assert room.available() == Decimal("4000.00")
    assert room.action.status == Status.APPROVED
    decision = Decision.objects.get()
    assert (decision.amount, decision.version.sha256) == (Decimal("6000.00"), room.item.shown.sha256)
    budget = room.coordination.open("/espace/budget/").text
    assert "6 000,00 €" in budget


def test_an_amount_split_on_two_tranches(room: Room) -> None:
    other = factories.make_tranche("P230")
    room.decide("approved", "3 000,50", **{f"tranche_{other.pk}": "2 000,25"})
    assert Decision.objects.get().amount == Decimal("5000.75")
    assert (room.available(), ledger.balance(other, "available")) == (Decimal("6999.50"), Decimal("97999.75"))


def test_a_tranche_that_has_less_refuses_and_the_form_keeps_what_was_typed(room: Room) -> None:
    ledger.freeze(room.tranche, Decimal("9000.00"), by=factories.make_coordination(), reason="Gel")
    assert "Notifiée 1 000,00 €" in room.point().text
    page = room.decide("approved", "1 000,01", condition="Une condition", reason="Un motif tapé")
    assert "Enveloppe insuffisante : il reste 1 000,00 €" in page.summary
    assert "il faut 1 000,01 €" in page.summary
    assert page.value(f"tranche_{room.tranche.pk}") == "1 000,01"
    assert (page.value("condition"), page.value("reason")) == ("Une condition", "Un motif tapé")
    assert page.value("verdict") == "approved"
    assert not Decision.objects.exists()
    assert room.action.status == Status.SCHEDULED
    page.press(DECIDE, **{f"tranche_{room.tranche.pk}": "1 000,00"})
    assert Decision.objects.get().amount == Decimal("1000.00")
    assert room.available() == Decimal("0.00")


@pytest.mark.parametrize(
    ("verdict", "amount", "typed", "sentence"),
    [
        ("approved", "8 000,01", {}, "Le montant accordé dépasse le montant demandé (8 000,00 €)."),
        ("approved", "", {}, "Une décision favorable accorde un montant : répartissez-le sur les tranches."),
        ("approved", "0", {}, "Une décision favorable accorde un montant"),
        ("waitlisted", "100", {}, "« Liste d'attente » n'accorde pas d'argent : videz les montants."),
        ("approved_with_conditions", "100", {"condition": " "}, "Écrivez la réserve à lever."),
        ("postponed", "", {}, "Donnez le motif : le partenaire le lira."),
    ],
)
def test_a_verdict_that_does_not_hold(
    room: Room, verdict: str, amount: str, typed: dict[str, str], sentence: str
) -> None:
    page = room.decide(verdict, amount, **typed)
    assert sentence in page.summary
    assert page.value(f"tranche_{room.tranche.pk}") == amount
    assert not Decision.objects.exists()
    assert not Move.objects.filter(kind="programming").exists()


@pytest.mark.parametrize(("amount", "warns"), [("3 999,99", True), ("4 000,00", False)])
def test_below_the_viable_minimum_it_warns_and_decides(room: Room, amount: str, warns: bool) -> None:
    page = room.decide("approved", amount)
    assert ("sous le minimum viable annoncé par le partenaire" in page.messages) is warns
    assert Decision.objects.count() == 1


def test_only_coordination_records_a_verdict(room: Room) -> None:
    typed = {"verdict": "approved", f"tranche_{room.tranche.pk}": "5 000", "seen": room.item.shown.sha256}
    for user in (factories.make_pilot("ville"), factories.make_instructeur(), factories.make_admin()):
        visitor = Visitor(user)
        assert DECIDE not in visitor.open(room.point_url).buttons
        assert visitor.post(room.point_url, typed).status == 403
    assert room.partner.post(room.point_url, typed).status == 403
    assert not Decision.objects.exists()
    assert room.coordination.post(room.point_url, typed).status == 200
    assert Decision.objects.count() == 1


def test_under_each_funder_a_source_pays_if_its_decider_is_for() -> None:
    call = factories.make_call("chacun", decision_rule="each_funder_decides")
    town, state = factories.make_tranche("VILLE"), factories.make_tranche("P147")
    room = Room(factories.make_scheduled(call=call, positions=("favorable", "defavorable", "favorable")), state)
    refused = room.decide("approved", "1 000", **{f"tranche_{town.pk}": "500"})
    assert "Ville n'est pas favorable" in refused.summary
    assert (refused.value(f"tranche_{town.pk}"), refused.value(f"tranche_{state.pk}")) == ("500", "1 000")
    refused.press(DECIDE, **{f"tranche_{town.pk}": ""})
    assert Decision.objects.get().amount == Decimal("1000.00")


# ------------------------------------------------------------------ the relevé and its signatures


def test_a_seance_closes_when_every_point_is_decided(room: Room) -> None:
    page = room.coordination.open(room.url).follow(CLOSE)
    assert f"Il reste à décider : {room.action.reference}." in page.text
    assert CLOSE not in page.buttons
    refused = room.coordination.post(f"{room.url}clore/", {})
    assert f"Il reste à décider : {room.action.reference}." in refused.messages
    assert room.seance.closed_at is None
    room.decide("approved", "5 000")
    page = room.close()
    assert "le relevé attend la signature de chaque institution" in page.messages
    assert "Préfecture : signature attendue" in page.text
    assert "5 000,00 €" in page.text


def test_each_institution_signs_once_and_nobody_else(room: Room) -> None:
    room.decide("approved", "5 000")
    page = room.close()
    seen = {"seen": page.text.partition("Empreinte du relevé : ")[2][:64]}
    for user in (factories.make_instructeur(), factories.make_admin(), factories.make_coordination()):
        visitor = Visitor(user)
        assert SIGN not in visitor.open(f"{room.url}releve/").buttons
        assert visitor.post(f"{room.url}signer/", seen).status == 403
    assert NOTIFY not in room.coordination.open(f"{room.url}releve/").links
    assert "Ville : signé par Titulaire Ville" in room.sign("ville").text
    ville = Visitor(factories.make_pilot("ville"))
    assert SIGN not in ville.open(f"{room.url}releve/").buttons
    assert "Votre institution a déjà signé ce relevé." in ville.post(f"{room.url}signer/", seen).messages
    suppleant = Visitor(factories.make_pilot("ville", "suppleant"))
    assert "déjà signé" in suppleant.post(f"{room.url}signer/", seen).messages


def test_the_releve_is_a_document(room: Room) -> None:
    room.decide("approved", "5 000")
    room.close()
    pilot = Visitor(factories.make_pilot("ville"))
    unsigned = pilot.download(f"{room.url}releve.pdf")
    room.sign_by_all()
    signed = pilot.download(f"{room.url}releve.pdf")
    assert unsigned[:5] == signed[:5] == b"%PDF-"
    assert signed != unsigned
    with clock.at(factories.NOON.replace(year=2027)):
        assert pilot.download(f"{room.url}releve.pdf") == signed, "the same bytes a year later"
    sealed = decisions.last_releve(room.seance)
    assert sealed is not None
    assert releve_pdf(sealed) == signed, "made of the sealed text and its signatures alone"


def test_nothing_is_notified_before_all_have_signed(room: Room) -> None:
    room.decide("approved", "5 000")
    room.close()
    for code in ("education", "ville"):
        room.sign(code)
        page = room.coordination.post(f"{room.url}notifier/", {})
        assert "On notifie quand le relevé est signé par tous. Il manque : " in page.messages
        assert "Préfecture" in page.messages
    assert not Notice.objects.exists()
    room.sign("prefecture")
    pilot = Visitor(factories.make_pilot("ville"))
    assert NOTIFY not in pilot.open(f"{room.url}releve/").links
    assert pilot.post(f"{room.url}notifier/", {}).status == 403
    page = room.coordination.open("/espace/").follow("1 séance signée par tous, à notifier aux partenaires")
    page = page.follow(NOTIFY).press(NOTIFY)
    assert "Les partenaires sont prévenus." in page.messages
    assert Notice.objects.count() == 1
    room.coordination.post(f"{room.url}notifier/", {})
    assert Notice.objects.count() == 1
    assert len(decision_mails(room)) == 1
