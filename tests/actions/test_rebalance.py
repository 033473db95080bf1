"""Granted less than asked: the partner fits its budget to it, coordination accepts, the bilan is held to that one."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from actions import announced, plan, rebalancing, reporting, workflow
from actions.budget import REQUEST
from actions.models import Action, RevisedBudget
from cites.core import clock, sealed
from cites.core.audit import SYSTEM
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.models import Event, OutboxMail, Rule, SealedVersion, User
from tests import factories
from tests.visitor import Page, Visitor

D = Decimal
SAVE, SUBMIT, ACCEPT = "Enregistrer le brouillon", "Déposer le budget révisé", "Accepter le budget révisé"
# Asked 8 000 for 10 000 of charges, the town gives 2 000; 6 000 are granted: 2 000 are to be found.
BALANCED = {"line_641": "6 000,00"}
REPORT = {"text": "Fait.", "participations": 40, "distinct_persons": 20, "spent": D("7900")}

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def action() -> Action:
    """Granted 6 000 of the 8 000 that it asked for, and told so."""
    found: Action = factories.make_notified(D("6000.00")).item.action
    return Action.objects.get(pk=found.pk)


@pytest.fixture
def partner(action: Action) -> Visitor:
    return Visitor(factories.writer_of(action))


def page_of(visitor: Visitor, action: Action) -> Page:
    return visitor.open(f"/espace/depots/{action.key}/budget-revise/")


def submitted(action: Action) -> RevisedBudget:
    by = factories.writer_of(action)
    draft = {**rebalancing.begun(action).draft, "line_641": ["6000,00"]}
    saved = rebalancing.save(action, draft, seen=0, by=by)
    return rebalancing.submit(action, seen=saved.draft_version, by=by)


def accepted(action: Action) -> RevisedBudget:
    revised = submitted(action)
    assert revised.sealed
    return rebalancing.accept(action, seen=revised.sealed.sha256, by=factories.make_coordination())


def mails(subject: str) -> list[str]:
    return list(OutboxMail.objects.filter(subject__startswith=subject).order_by("pk").values_list("to", flat=True))


def told(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


# ------------------------------------------------------------------ the whole way


def test_from_the_cut_to_the_plan_of_the_action(action: Action, partner: Visitor) -> None:
    mail = OutboxMail.objects.get(subject__startswith="Décision")
    assert "C'est moins que le montant demandé (8 000,00 €)." in " ".join(mail.body.replace("\u202f", " ").split())
    assert f"/espace/depots/{action.key}/budget-revise/" in mail.body and "4 novembre 2026" in mail.body

    page = partner.open("/espace/").follow(f"budget à revoir après la décision : {action.reference}")
    assert "Montant accordé 6 000,00 €" in page.text and "à déposer avant le 4 novembre 2026" in page.text
    assert page.value(REQUEST) == "6000,00" and page.value("cofunder_0_name") == "Ville de Valenton"
    assert "Il manque 2 000,00 € de produits." in page.text

    page = page.press(SUBMIT)
    assert "n'est pas déposé" in page.messages and "écart de 2 000,00 €" in page.summary
    page = page.press(SAVE, line_641="6 000,0O")
    assert page.value("line_641") == "6 000,0O"  # kept, however wrong
    page = page.press(SUBMIT, **BALANCED)
    assert "Votre budget révisé est déposé." in page.messages
    assert told("actions.budget_revised") == 1 and mails("Budget révisé à lire") == ["coordination@exemple.test"]
    assert not page_of(partner, action).buttons or SUBMIT not in page_of(partner, action).buttons

    coordination = Visitor(factories.make_coordination())
    page = coordination.open("/espace/").follow("1 budget révisé à lire")
    page = page.follow(action.title).follow("Lire le budget révisé et répondre")
    assert "Déposé Révisé Écart" in page.text and "8 000,00 € 6 000,00 € -2 000,00 €" in page.text
    page = page.press(ACCEPT).press(ACCEPT)
    assert "Le budget révisé est accepté" in page.messages
    assert mails("Budget révisé accepté") == [factories.writer_of(action).email]
    assert plan.of_action(action).charges == D("8000.00") and plan.submitted(action).charges == D("10000.00")
    assert "Budget révisé accepté" in partner.open(f"/espace/depots/{action.key}/").text


def test_coordination_asks_again_with_a_reason(action: Action, partner: Visitor) -> None:
    first = submitted(action)
    coordination = Visitor(factories.make_coordination())
    page = coordination.open(f"/espace/actions/{action.reference}/budget-revise/")
    stale = page
    assert page.press("Demander de le revoir", request=" ").error("request")
    page.press("Demander de le revoir", request="Les salaires ne suffisent plus.")
    assert mails("Budget révisé à corriger") == [factories.writer_of(action).email]

    again = page_of(partner, action)
    assert "Les salaires ne suffisent plus." in again.text and again.value("line_641") == "6000,00"
    again.press(SUBMIT, line_641="5 900,00", line_604="2 100,00")
    second = rebalancing.current(action)
    assert second and second.sealed and first.sealed
    assert (first.sealed.number, second.sealed.number) == (1, 2) and SealedVersion.objects.filter(
        kind=plan.KIND_REVISED
    ).count() == 2
    assert stale.press(ACCEPT).press(ACCEPT).status == 409  # another one than was read
    assert plan.accepted(action) is None


def test_the_report_is_held_to_the_accepted_one(action: Action, partner: Visitor) -> None:
    accepted(action)
    workflow.apply(action, "start", by=SYSTEM)
    workflow.apply(action, "expect_report", by=SYSTEM)
    page = partner.open(f"/espace/depots/{action.key}/bilan/")
    assert "Le bilan se compare au budget révisé, accepté le 5 octobre 2026 : 8 000,00 € de charges" in page.text
    reporting.submit_report(action, REPORT, by=factories.writer_of(action))
    text = sealed.read(SealedVersion.objects.get(kind=reporting.KIND).payload)
    assert text["held_to"] == {"revised": 1, "charges": D("8000.00"), "produits": D("8000.00")}
    file = Visitor(factories.make_coordination()).open(f"/espace/actions/{action.reference}/")
    assert "Budget révisé, charges 8 000,00 €" in file.text
    ods = partner.download(f"/espace/depots/{action.key}/budget.ods")
    assert ods[:2] == b"PK"


def test_without_a_cut_the_report_is_held_to_the_file() -> None:
    whole: Action = factories.make_notified(D("8000.00")).item.action
    action = Action.objects.get(pk=whole.pk)
    workflow.apply(action, "start", by=SYSTEM)
    workflow.apply(action, "expect_report", by=SYSTEM)
    page = Visitor(factories.writer_of(action)).open(f"/espace/depots/{action.key}/bilan/")
    assert "au budget du dossier déposé : 10 000,00 € de charges" in page.text


# ------------------------------------------------------------------ what is asked, of whom, until when


def test_nothing_is_asked_before_the_notification_nor_for_a_whole_grant() -> None:
    cut = factories.make_decided(D("6000.00"))
    action = Action.objects.get(pk=cut.item.action_id)
    partner = Visitor(factories.writer_of(action))
    assert announced.granted(action) is None and not rebalancing.is_asked(action)
    for path in ("/espace/", f"/espace/depots/{action.key}/"):
        assert "6 000" not in partner.open(path).text
    assert rebalancing.NOT_ASKED in page_of(partner, action).messages
    with pytest.raises(Blocked):
        rebalancing.save(action, {}, seen=0, by=factories.writer_of(action))
    factories.announce(cut.item.seance)
    assert rebalancing.is_asked(action) and announced.granted(action) == D("6000.00")


def test_whole_or_renounced_asks_nothing() -> None:
    whole = factories.make_notified(D("8000.00")).item.action
    assert not rebalancing.is_asked(Action.objects.get(pk=whole.pk))


@pytest.mark.parametrize(("amount", "warns"), [("3999.99", True), ("4000.00", False)])
def test_below_the_minimum_both_sides_are_warned(amount: str, warns: bool) -> None:
    """The minimum is 4 000."""
    found = factories.make_notified(D(amount)).item.action
    action = Action.objects.get(pk=found.pk)
    partner, coordination = Visitor(factories.writer_of(action)), Visitor(factories.make_coordination())
    page = partner.open(f"/espace/depots/{action.key}/")
    assert ("C’est moins que votre minimum viable" in page.text) is warns
    assert ("inférieur à votre minimum viable" in page_of(partner, action).text) is warns
    file = coordination.open(f"/espace/actions/{action.reference}/")
    assert ("inférieur au minimum viable : le partenaire peut renoncer" in file.text) is warns
    assert ("moins que le minimum viable" in OutboxMail.objects.get(subject__startswith="Décision").body) is warns


def test_the_one_that_renounces_has_nothing_to_revise(action: Action, partner: Visitor) -> None:
    partner.open(f"/espace/depots/{action.key}/").follow("Renoncer à la subvention").press("Renoncer à la subvention")
    assert not rebalancing.is_asked(Action.objects.get(pk=action.pk))
    assert "budget à revoir" not in partner.open("/espace/").text


def test_one_reminder_once_it_is_late(action: Action) -> None:
    days = int(Rule.amount("revised_budget_days"))
    for shift, count in ((days, 0), (days + 1, 1), (days + 2, 1)):
        with clock.at(factories.NOON + timedelta(days=shift)):
            rebalancing.remind_late()
        assert len(mails("Rappel : budget révisé")) == count
    assert page_of(Visitor(factories.writer_of(action)), action).value("line_641") == "8000,00"


def test_who_has_revised_in_time_is_not_reminded(action: Action) -> None:
    submitted(action)
    with clock.at(factories.NOON + timedelta(days=60)):
        assert rebalancing.remind_late() == 0


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "", "écart de 2 000,00 €"),
        ({REQUEST: ["7000,00"], "line_641": ["7000,00"]}, REQUEST, "La subvention est le montant accordé"),
        ({"line_641": ["6000,00"], "line_864": ["10,00"]}, "", "contributions volontaires ne sont pas équilibrées"),
        ({"line_641": ["-6000,00"]}, "line_641", ""),
        ({"line_641": ["6000,00"], "cofunder_0_name": [""]}, "cofunder_0_name", "Dites qui apporte"),
    ],
)
def test_the_rules_of_a_budget_hold(action: Action, typed: dict[str, list[str]], field: str, sentence: str) -> None:
    draft = {**rebalancing.begun(action).draft, **typed}
    by = factories.writer_of(action)
    saved = rebalancing.save(action, draft, seen=0, by=by)
    form = rebalancing.form_of(saved)
    assert not form.is_valid()
    assert sentence in " ".join(map(str, form.errors[field or "__all__"])).replace("\u202f", " ")
    with pytest.raises(Blocked):
        rebalancing.submit(action, seen=saved.draft_version, by=by)


def test_a_newer_text_is_not_covered(action: Action, partner: Visitor) -> None:
    first, second = page_of(partner, action), page_of(partner, action)
    first.press(SAVE, line_641="6 100,00")
    page = second.press(SAVE, line_641="6 200,00")
    assert page.status == 409 and "6 100,00" in page.text and page.value("line_641") == "6 200,00"
    page = page.press(SAVE, take=["line_641"])
    assert page.value("line_641") == "6 100,00"
    with pytest.raises(Stale):
        rebalancing.submit(action, seen=0, by=factories.writer_of(action))


def test_submitted_or_accepted_it_is_closed(action: Action) -> None:
    submitted(action)
    by = factories.writer_of(action)
    for verb in (
        lambda: rebalancing.save(action, {}, seen=1, by=by),
        lambda: rebalancing.submit(action, seen=1, by=by),
    ):
        with pytest.raises(Blocked, match="ne se modifie plus"):
            verb()
    revised = rebalancing.current(action)
    assert revised and revised.sealed
    rebalancing.accept(action, seen=revised.sealed.sha256, by=factories.make_coordination())
    with pytest.raises(Blocked, match="accepté"):
        rebalancing.save(action, {}, seen=1, by=by)
    with pytest.raises(Blocked, match="déjà été donnée"):
        rebalancing.accept(action, seen=revised.sealed.sha256, by=factories.make_coordination())


def test_only_coordination_answers_and_only_the_porteur_revises(action: Action) -> None:
    revised = submitted(action)
    assert revised.sealed
    seen = revised.sealed.sha256
    for person in (*factories.make_pilots(), factories.make_instructeur(), factories.writer_of(action)):
        with pytest.raises(Refused):
            rebalancing.accept(action, seen=seen, by=person)
        with pytest.raises(Refused):
            rebalancing.ask_again(action, "Non.", seen=seen, by=person)
    pilot = Visitor(factories.make_pilot())
    page = pilot.open(f"/espace/actions/{action.reference}/budget-revise/")
    assert page.status == 200 and ACCEPT not in page.buttons
    assert pilot.post(f"/espace/actions/{action.reference}/budget-revise/", {"seen": seen}).status == 403
    reader = factories.make_member(action.organisation, "lecteur")
    for person in (reader, factories.make_coordination()):
        with pytest.raises(Refused):
            rebalancing.save(action, {}, seen=1, by=person)
    assert page_of(Visitor(reader), action).status == 403


def stranger() -> User:
    return factories.make_member(factories.make_organisation("Le Fil rouge"))


def test_a_stranger_finds_nothing(action: Action) -> None:
    visitor = Visitor(stranger())
    assert page_of(visitor, action).status == 404
    assert visitor.post(f"/espace/depots/{action.key}/budget-revise/", {"line_641": "1"}).status == 404
    assert visitor.open(f"/espace/actions/{action.reference}/budget-revise/").status == 403
