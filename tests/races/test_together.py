"""Two answers at once, on a revised budget or on an invitation: one is written, the others change nothing."""

from decimal import Decimal

from django.urls import reverse

from actions import co_editing, plan, rebalancing
from actions.models import Action, CoEditor
from cites.core import sealed
from cites.models import Event, OutboxMail, SealedVersion
from tests import factories
from tests.races.crowd import Press, press_together

TABS = 6


def revised() -> tuple[Action, str]:
    """A cut award whose revised budget waits for its answer, and the print of that text."""
    found = factories.make_notified(Decimal("6000.00")).item.action
    action = Action.objects.get(pk=found.pk)
    by = factories.writer_of(action)
    saved = rebalancing.save(action, {**rebalancing.begun(action).draft, "line_641": ["6000,00"]}, seen=0, by=by)
    submitted = rebalancing.submit(action, seen=saved.draft_version, by=by)
    assert submitted.sealed is not None
    return action, submitted.sealed.sha256


def told(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def test_a_revised_budget_is_accepted_once(live_site: str) -> None:
    action, seen = revised()
    address = reverse("actions:revised_budget", args=[action.reference])
    press = Press(address, {"seen": seen, "confirmed": "1"})
    answers = press_together(live_site, factories.make_coordination(), [press] * TABS)
    assert {answer.status for answer in answers} == {302}
    assert told("actions.revised_budget_accepted") == 1
    assert OutboxMail.objects.filter(subject__startswith="Budget révisé accepté").count() == 1
    assert plan.of_action(action).charges == Decimal("8000.00")


def test_accepted_or_returned_but_not_both(live_site: str) -> None:
    action, seen = revised()
    address = reverse("actions:revised_budget", args=[action.reference])
    accepts = Press(address, {"seen": seen, "confirmed": "1"})
    returns = Press(address, {"seen": seen, "correct": "1", "request": "Revoyez les salaires."})
    answers = press_together(live_site, factories.make_coordination(), [accepts, returns] * (TABS // 2))
    assert {answer.status for answer in answers} <= {200, 302}
    kinds = [told("actions.revised_budget_accepted"), told("actions.revised_budget_returned")]
    assert sorted(kinds) == [0, 1]
    assert (plan.accepted(action) is not None) == (kinds == [1, 0])


def test_a_revised_budget_is_submitted_once(live_site: str) -> None:
    found = factories.make_notified(Decimal("6000.00")).item.action
    action = Action.objects.get(pk=found.pk)
    draft = {**rebalancing.begun(action).draft, "line_641": ["6000,00"]}
    typed = {name: values[0] for name, values in draft.items()}
    press = Press(reverse("proposals:revised_budget", args=[action.key]), {**typed, "draft_version": "0", "check": "1"})
    answers = press_together(live_site, factories.writer_of(action), [press] * TABS)
    assert {answer.status for answer in answers} <= {302, 409}
    assert told("actions.budget_revised") == SealedVersion.objects.filter(kind=plan.KIND_REVISED).count() == 1
    assert list(sealed.verify_sealed()) == []


def test_an_invitation_is_accepted_once(live_site: str) -> None:
    theirs, porteur = factories.make_organisation("Le Fil rouge"), factories.make_member()
    guest, action = factories.make_member(theirs), factories.make_draft(by=porteur)
    invited = co_editing.invite(action, theirs, by=porteur)
    press = Press(invited.get_absolute_url(), {"accept": "1"})
    answers = press_together(live_site, guest, [press] * TABS)
    assert {answer.status for answer in answers} == {302}
    assert told("actions.co_editor_joined") == 1
    assert CoEditor.objects.active().count() == 1
