"""Every arrow of the workflow walked once: where it leads, what the partner is told, what the journal reads.

`test_workflow.py` has the graph and who may; here each arrow is taken, with its conditions met, then missed.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from actions import submission, workflow
from actions.models import Action, Report
from actions.workflow import SYSTEM, TRANSITIONS
from cites.core import audit, clock
from cites.core.errors import Blocked
from cites.core.permissions import Refused
from cites.models import Event, JournalHead, OutboxMail
from tests import factories

# transition | who writes it in the journal | who gets a mail: P the writers, C coordination, 3 the pilots
TOLD = """
    submit                  | a déposé le dossier {ref} (version 1)                                     | P C
    request_completion      | a demandé un complément sur le dossier {ref}                              | P
    find_admissible         | a déclaré le dossier {ref} recevable                                      | P
    find_inadmissible       | a déclaré le dossier {ref} non recevable                                  | P
    open_review             | a ouvert l'instruction du dossier {ref}                                   | 3
    close_review            | a constaté que les avis sur le dossier {ref} sont rendus                  |
    schedule                | a inscrit le dossier {ref} à l'ordre du jour                              |
    unschedule              | a retiré le dossier {ref} de l'ordre du jour                              |
    approve                 | a enregistré la décision « accordé » sur le dossier {ref}                 |
    approve_with_conditions | a enregistré la décision « accordé sous réserve » sur le dossier {ref}    |
    waitlist                | a enregistré la décision « liste d'attente » sur le dossier {ref}         |
    postpone                | a enregistré la décision « ajourné » sur le dossier {ref}                 |
    reject                  | a enregistré la décision « refusé » sur le dossier {ref}                  |
    contest                 | a contesté la décision sur le dossier {ref}                               |
    announce                | a notifié la décision sur le dossier {ref}                                | P
    drop                    | a clos l'attente du dossier {ref}                                         | P
    lift_condition          | a levé la réserve sur le dossier {ref}                                    | P
    start                   | a constaté le démarrage de l'action {ref}                                 |
    renounce                | a renoncé à la subvention de l'action {ref}                               | C
    abandon                 | a déclaré l'abandon de l'action {ref}                                     | C
    expect_report           | attend le bilan de l'action {ref}                                         | P
    change_dates            | a prolongé l'action {ref} jusqu'au 2027-06-30                             | P
    miss_report             | a constaté que le bilan de l'action {ref} manque                          | P
    submit_report           | a déposé le bilan de l'action {ref}                                       | P C
    correct_report          | a demandé une correction du bilan de l'action {ref}                       | P
    accept_report           | a accepté le bilan de l'action {ref}                                      | P
    close                   | a clos l'action {ref}                                                     |
    withdraw                | a retiré le dossier {ref}                                                 | P C
    withdraw_waiting        | a retiré le dossier {ref}, en attente                                     | P C
    take_over_approved      | a repris l'action {ref}, décidée avant le portail                         |
    take_over_under_way     | a repris l'action {ref}, décidée avant le portail                         |
    take_over_report_due    | a repris l'action {ref}, décidée avant le portail                         |
    take_over_closed        | a repris l'action {ref}, décidée avant le portail                         |
"""
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TOLD.strip().splitlines()]
# What the journal is told beside the states.
DATA: dict[str, dict[str, Any]] = {"submit": {"version": 1}, "change_dates": {"ends_on": "2027-06-30"}}
# What stands in the way when the condition of an arrow is not met.
MISSED = """
    submit                  | draft       | Le dossier doit être relu et complet avant d'être déposé.
    close_review            | in_review   | L'instruction de cette version n'est pas ouverte. Des institutions n'ont pas encore rendu leur avis.
    schedule                | reviewed    | Le dossier n'est à l'ordre du jour d'aucune séance.
    approve                 | scheduled   | Le dossier n'est à l'ordre du jour d'aucune séance.
    approve_with_conditions | scheduled   | Le dossier n'est à l'ordre du jour d'aucune séance.
    waitlist                | scheduled   | Le dossier n'est à l'ordre du jour d'aucune séance.
    postpone                | scheduled   | Le dossier n'est à l'ordre du jour d'aucune séance.
    reject                  | scheduled   | Le dossier n'est à l'ordre du jour d'aucune séance.
    contest                 | approved    | La décision est déjà notifiée au partenaire.
    announce                | approved    | La décision est déjà notifiée au partenaire.
    submit_report           | report_due  | Le bilan n'est pas rempli.
    take_over_approved      | draft       | Ce dossier n'a pas été décidé avant le portail.
    take_over_under_way     | draft       | Ce dossier n'a pas été décidé avant le portail.
    take_over_report_due    | draft       | Ce dossier n'a pas été décidé avant le portail.
    take_over_closed        | draft       | Ce dossier n'a pas été décidé avant le portail.
"""  # noqa: E501 - two sentences on one line, as the person reads them
MISSED_ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in MISSED.strip().splitlines()]
BEFORE_NOTICE = [name for name, t in TRANSITIONS.items() if any(g.__name__ == "announced" for g in t.guards)]


@pytest.fixture
def file(db: None) -> Iterator[Action]:
    """A file with everything that an arrow may ask for: avis rendered, a point decided on, a bilan."""
    with clock.at(factories.NOON):
        factories.make_coordination()
        action = factories.make_decided().item.action
        Report.objects.create(
            action=action,
            text="Fait.",
            participations=40,
            distinct_persons=40,
            spent=6000,
            submitted_by=factories.writer_of(action),
            submitted_at=clock.now(),
        )
        Action.objects.filter(pk=action.pk).update(origin_reference="DA01234567")  # as if it came from before
        OutboxMail.objects.all().delete()
        yield action


def put(action: Action, status: str, *, told: str = "admissible", is_announced: bool = False) -> Action:
    """Straight into a state, as no code of the portal can; `told` is what the partner heard last."""
    Action.objects.filter(pk=action.pk).update(status=status, announced_status=told, is_announced=is_announced)
    return Action.objects.get(pk=action.pk)


def apply(action: Action, name: str) -> Action:
    return workflow.apply(action, name, by=SYSTEM, called_by_funding=True, **DATA.get(name, {}))


def test_the_table_tells_every_transition() -> None:
    assert [row[0] for row in ROWS] == list(TRANSITIONS)


@pytest.mark.parametrize(("name", "sentence", "mails"), ROWS, ids=list(TRANSITIONS))
def test_a_transition_leads_where_it_says_and_tells_whom_it_says(
    file: Action, name: str, sentence: str, mails: str
) -> None:
    transition = TRANSITIONS[name]
    for source in transition.sources:
        OutboxMail.objects.all().delete()
        here = put(file, source, is_announced=name in BEFORE_NOTICE)
        there = apply(here, name)
        stored = Action.objects.get(pk=file.pk)
        target = source if name == "announce" else transition.target
        told = target if transition.announces else "admissible"
        assert (stored.status, stored.announced_status) == (target, told)
        assert (stored.is_announced, stored.status_at) == (transition.announces, factories.NOON)
        assert (here.status, there.status, here.announced_status) == (target, target, told)
        event = Event.objects.latest("seq")
        assert event.kind == f"actions.{name}"
        assert event.audience == (audit.PARTNER if transition.announces else audit.INTERNAL)
        assert event.data == {"from": source, "to": target, **DATA.get(name, {})}
        read = sentence.replace("{ref}", str(file.reference))
        assert audit.read_sentence(event) == f"Le portail (échéance) {read}"
        assert sorted(OutboxMail.objects.values_list("to", flat=True)) == sorted(addresses(file, mails))
    assert list(audit.verify_journal()) == []


def addresses(action: Action, mails: str) -> list[str]:
    people = {
        "P": [factories.writer_of(action)],
        "C": [factories.make_coordination()],
        "3": factories.make_pilots(),
    }
    return [user.email for letter in mails.split() for user in people[letter]]


@pytest.mark.parametrize(("name", "source", "sentence"), MISSED_ROWS, ids=[row[0] for row in MISSED_ROWS])
def test_a_condition_that_is_missed_blocks_with_its_sentence(db: None, name: str, source: str, sentence: str) -> None:
    action = factories.make_draft() if name == "submit" else factories.make_admissible()
    action = put(action, source, is_announced=True)
    refused(action, name, sentence)


@pytest.mark.parametrize("name", BEFORE_NOTICE)
def test_what_follows_a_decision_waits_for_its_notification(file: Action, name: str) -> None:
    for source in TRANSITIONS[name].sources:
        refused(put(file, source), name, "La décision n'est pas encore notifiée.")


def test_the_conditions_of_the_tables_are_all_the_conditions() -> None:
    conditioned = [name for name, transition in TRANSITIONS.items() if transition.guards]
    assert sorted({row[0] for row in MISSED_ROWS} | set(BEFORE_NOTICE)) == sorted(conditioned)


def refused(action: Action, name: str, sentence: str) -> None:
    before = (Event.objects.count(), OutboxMail.objects.count(), action.status)
    with pytest.raises(Blocked) as refusal:
        apply(action, name)
    assert str(refusal.value) == sentence
    assert before == (Event.objects.count(), OutboxMail.objects.count(), Action.objects.get(pk=action.pk).status)


# ------------------------------------------------------------------ who, when, and what is written together


def test_a_stale_copy_of_the_file_does_not_decide(db: None) -> None:
    """The row is read again under its lock: two tabs cannot both find the same file admissible."""
    action = factories.make_submitted()
    tab = Action.objects.get(pk=action.pk)
    workflow.apply(action, "find_inadmissible", by=factories.make_coordination())
    with pytest.raises(Blocked, match="non recevable"):
        workflow.apply(tab, "find_admissible", by=factories.make_coordination())


def test_who_is_asked_before_when(db: None) -> None:
    """A person who may not learns nothing about the state."""
    closed = put(factories.make_submitted(), "closed")
    with pytest.raises(Refused):
        workflow.apply(closed, "find_admissible", by=factories.make_pilot("ville"))


def test_someone_whose_account_is_closed_may_nothing(db: None) -> None:
    action, coordination = factories.make_submitted(), factories.make_coordination()
    coordination.is_active = False
    with pytest.raises(Refused, match="Connectez-vous"):
        workflow.apply(action, "find_admissible", by=coordination)


def test_the_event_keeps_the_capacity_of_the_day(db: None) -> None:
    action = factories.make_submitted()
    workflow.apply(action, "find_admissible", by=factories.make_coordination())
    event = Event.objects.latest("seq")
    assert (event.role, event.institution_code) == ("Coordination", "")
    assert (event.reference, event.subject_id) == (action.reference, action.pk)


def test_a_file_that_came_on_paper_is_submitted_by_coordination_alone(db: None) -> None:
    coordination = factories.make_coordination()
    paper = factories.make_submitted(by=coordination)
    assert (paper.on_paper, paper.status) == (True, "submitted")
    typed_by_partner = factories.make_draft()
    with pytest.raises(Refused):
        submission.submit(typed_by_partner, seen=typed_by_partner.draft_version, by=coordination)


def test_without_a_journal_nothing_happens(db: None) -> None:
    """The journal's head is gone: the status, the event and the mail go back together."""
    action = factories.make_submitted()
    mails = OutboxMail.objects.count()
    JournalHead.objects.all().delete()
    with pytest.raises(JournalHead.DoesNotExist):
        workflow.apply(action, "find_admissible", by=factories.make_coordination())
    assert Action.objects.get(pk=action.pk).status == "submitted"
    assert OutboxMail.objects.count() == mails


def test_a_mail_that_cannot_be_written_takes_everything_back(db: None) -> None:
    action = factories.make_submitted()
    events = Event.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cites_outboxmail RENAME TO cites_outboxmail_gone")
    with pytest.raises(Exception, match="cites_outboxmail"):
        workflow.apply(action, "find_admissible", by=factories.make_coordination())
    assert Action.objects.get(pk=action.pk).status == "submitted"
    assert Event.objects.count() == events


def test_an_event_outside_a_transaction_is_refused(committed_db: None) -> None:
    action = factories.make_draft()
    with pytest.raises(RuntimeError, match="in the transaction"):
        audit.record("actions.started", action, by=SYSTEM)


def test_the_database_knows_the_states(db: None) -> None:
    action = factories.make_submitted()
    for change in ({"status": "en cours"}, {"announced_status": ""}, {"reference": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=action.pk).update(**change)
    with pytest.raises(ProtectedError):
        action.delete()


def test_a_page_offers_what_may_be_done_and_says_what_stands_in_the_way(db: None) -> None:
    action = factories.make_in_review()
    offered = {option.name: list(option.reasons) for option in workflow.options(action, factories.make_coordination())}
    assert offered == {"request_completion": []}
    assert [option.name for option in workflow.options(action, factories.writer_of(action))] == ["withdraw"]
    assert workflow.options(action, factories.make_pilot("ville")) == []
    decided = factories.make_decided().item.action
    assert workflow.options(decided, factories.make_coordination())[0].reasons == [
        "La décision n'est pas encore notifiée."
    ]
