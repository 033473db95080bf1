"""The workflow, told as tables: what leads where, who may, and that nothing else is possible."""

from typing import Any

import pytest

from actions import workflow
from actions.models import Action
from actions.models.action import Status
from actions.workflow import SYSTEM, TRANSITIONS
from cites.core import audit, permissions
from cites.core.errors import Blocked
from cites.core.permissions import Refused
from cites.models import Event, OutboxMail, User
from partners.models import Interest
from tests import factories

# transition: from -> to. What is not here does not exist.
GRAPH = """
    submit                  draft to_complete -> submitted
    request_completion      submitted in_review reviewed -> to_complete
    find_admissible         submitted to_complete -> admissible
    find_inadmissible       submitted to_complete -> inadmissible
    open_review             admissible -> in_review
    close_review            in_review -> reviewed
    schedule                reviewed waitlisted postponed -> scheduled
    unschedule              scheduled -> reviewed
    approve                 scheduled -> approved
    approve_with_conditions scheduled -> approved_with_conditions
    waitlist                scheduled -> waitlisted
    postpone                scheduled -> postponed
    reject                  scheduled -> rejected
    contest                 approved approved_with_conditions waitlisted postponed rejected -> scheduled
    announce                approved approved_with_conditions waitlisted postponed rejected -> the same
    drop                    waitlisted postponed -> rejected
    lift_condition          approved_with_conditions -> approved
    start                   approved -> under_way
    renounce                approved -> renounced
    abandon                 under_way -> abandoned
    expect_report           under_way abandoned -> report_due
    change_dates            report_due -> under_way
    miss_report             report_due -> report_missing
    submit_report           report_due report_missing report_to_correct -> report_submitted
    correct_report          report_submitted -> report_to_correct
    accept_report           report_submitted -> report_accepted
    close                   report_accepted report_missing -> closed
    withdraw                draft submitted to_complete admissible in_review reviewed -> withdrawn
    withdraw_waiting        waitlisted postponed -> withdrawn
    take_over_approved      draft -> approved
    take_over_under_way     draft -> under_way
    take_over_report_due    draft -> report_due
    take_over_closed        draft -> closed
"""

# transition: who may, among the cast below. The portal itself may all; nobody but it closes a review.
WHO = """
    submit                  responsable redacteur
    request_completion      coordination
    find_admissible         coordination
    find_inadmissible       coordination
    open_review             coordination
    close_review
    schedule                coordination
    unschedule              coordination
    approve                 coordination
    approve_with_conditions coordination
    waitlist                coordination
    postpone                coordination
    reject                  coordination
    contest                 education ville suppleant
    announce                coordination
    drop                    coordination
    lift_condition          coordination
    start                   responsable redacteur coordination
    renounce                responsable redacteur
    abandon                 responsable redacteur coordination
    expect_report           coordination
    change_dates            coordination
    miss_report             coordination
    submit_report           responsable redacteur
    correct_report          coordination
    accept_report           coordination
    close                   coordination
    withdraw                responsable redacteur
    withdraw_waiting        responsable redacteur
    take_over_approved      admin
    take_over_under_way     admin
    take_over_report_due    admin
    take_over_closed        admin
"""

# These are made by a verb of funding alone; these are not told to the partner.
BY_FUNDING = ["approve", "approve_with_conditions", "waitlist", "postpone", "reject", "contest", "announce", "renounce"]
SILENT = ["open_review", "close_review", "schedule", "unschedule", *BY_FUNDING[:6]]


def table(text: str) -> dict[str, list[str]]:
    rows = [line.split() for line in text.strip().splitlines()]
    return {row[0]: row[1:] for row in rows}


def graph() -> dict[str, tuple[set[str], str]]:
    rows = {name: " ".join(words).split(" -> ") for name, words in table(GRAPH).items()}
    return {name: (set(sources.split()), target) for name, (sources, target) in rows.items()}


def cast(action: Action) -> dict[str, User]:
    """The people of the table, and `interested`, a pilot with an interest in the file."""
    interested = factories.make_pilot("prefecture")
    Interest.objects.create(user=interested, organisation=action.organisation, nature="Membre du bureau")
    elsewhere = factories.make_organisation("Une autre association")
    return {
        "responsable": factories.make_member(action.organisation),
        "redacteur": factories.make_member(action.organisation, "redacteur"),
        "lecteur": factories.make_member(action.organisation, "lecteur"),
        "autre": factories.make_member(elsewhere),
        "education": factories.make_pilot("education"),
        "ville": factories.make_pilot("ville"),
        "suppleant": factories.make_pilot("ville", "suppleant"),
        "interested": interested,
        "instructeur": factories.make_instructeur(),
        "coordination": factories.make_coordination(),
        "admin": factories.make_admin(),
        "nobody": factories.make_user(),
    }


def put(action: Action, status: str) -> Action:
    """Straight into a state, as no code of the portal can."""
    Action.objects.filter(pk=action.pk).update(status=status, announced_status=status)
    return Action.objects.get(pk=action.pk)


def test_the_graph_is_the_table() -> None:
    real = {name: ({str(s) for s in t.sources}, str(t.target)) for name, t in TRANSITIONS.items()}
    real["announce"] = (real["announce"][0], "the same")
    assert real == graph()


def test_every_status_is_reached_and_only_ends_are_left_by_nothing() -> None:
    edges = graph().values()
    assert {target for _, target in edges} - {"the same"} == set(Status.values) - {"draft"}
    left = set().union(*(sources for sources, _ in edges))
    assert set(Status.values) - left == {"inadmissible", "renounced", "closed", "withdrawn"}


def test_who_may_do_what(db: None) -> None:
    action = factories.make_submitted()
    people = cast(action)
    allowed = {
        name: [who for who, user in people.items() if permissions.allows(user, transition.permission, action)]
        for name, transition in TRANSITIONS.items()
    }
    assert allowed == table(WHO)


def test_no_other_state_lets_a_transition_through(db: None) -> None:
    """Every state × transition: the portal itself, which may all, is blocked wherever the graph has no arrow."""
    action = factories.make_submitted()
    events, mails = Event.objects.count(), OutboxMail.objects.count()
    for name, (sources, _) in graph().items():
        for status in set(Status.values) - sources:
            here = put(action, status)
            with pytest.raises(Blocked):
                workflow.apply(here, name, by=SYSTEM, called_by_funding=True)
            assert Action.objects.get(pk=action.pk).status == status
    assert (Event.objects.count(), OutboxMail.objects.count()) == (events, mails)


@pytest.mark.parametrize("name", BY_FUNDING)
def test_what_moves_money_is_refused_outside_funding(db: None, name: str) -> None:
    action = factories.make_submitted()
    with pytest.raises(RuntimeError, match="funding"):
        workflow.apply(action, name, by=SYSTEM)


def test_which_transitions_are_funding_s_and_which_are_silent() -> None:
    assert [name for name, t in TRANSITIONS.items() if t.funding_only] == BY_FUNDING
    assert [name for name, t in TRANSITIONS.items() if not t.announces] == SILENT


def test_a_silent_transition_changes_nothing_of_what_is_announced(db: None) -> None:
    action = factories.make_admissible()
    assert (action.status, action.announced_status) == ("admissible", "admissible")
    in_review = factories.make_in_review()
    assert (in_review.status, in_review.announced_status) == ("in_review", "admissible")
    event = Event.objects.get(kind="actions.open_review", subject_id=in_review.pk)
    assert event.audience == audit.INTERNAL
    assert Event.objects.get(kind="actions.find_admissible", subject_id=in_review.pk).audience == audit.PARTNER


def test_a_refusal_says_who_may_and_writes_nothing(db: None) -> None:
    action = factories.make_submitted()
    events = Event.objects.count()
    with pytest.raises(Refused, match="Réservé à la coordination"):
        workflow.apply(action, "find_admissible", by=factories.make_pilot("ville"))
    assert Event.objects.count() == events
    assert Action.objects.get(pk=action.pk).status == "submitted"


def test_a_refusal_by_the_state_speaks_the_words_that_were_announced(db: None) -> None:
    decision = factories.make_decided()
    action = decision.item.action
    with pytest.raises(Blocked) as refused:
        workflow.apply(action, "withdraw", by=factories.writer_of(action))
    assert "en attente de décision" in str(refused.value)
    assert "accordé" not in str(refused.value)


def test_a_journal_that_fails_takes_the_change_back(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    action = factories.make_submitted()
    monkeypatch.delitem(audit.SENTENCES, "actions.find_admissible")
    with pytest.raises(KeyError):
        workflow.apply(action, "find_admissible", by=factories.make_coordination())
    assert Action.objects.get(pk=action.pk).status == "submitted"
    assert not OutboxMail.objects.filter(subject__contains="recevable").exists()


def test_the_portal_is_named_as_such_in_the_journal(db: None) -> None:
    factories.make_reviewed()
    event = Event.objects.get(kind="actions.close_review")
    assert (event.actor, event.role) == (None, "Le portail (échéance)")


def test_a_state_check_that_is_switched_off_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the sweep above: with the production check gone, a closed file opens again."""

    def no_check(action: Action, transition: Any) -> list[str]:
        return []

    monkeypatch.setattr(workflow, "blocking", no_check)
    closed = put(factories.make_submitted(), "closed")
    workflow.apply(closed, "find_admissible", by=SYSTEM)
    assert Action.objects.get(pk=closed.pk).status == "admissible"
