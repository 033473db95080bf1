"""The last agreements on a call given in the same instant: it is published once, by one of them."""

from django.urls import reverse

from actions import call_agreement
from actions.models import Call, CallAgreement
from cites.models import Event, OutboxMail
from tests import factories
from tests.races.crowd import Press, press_together

ROUNDS = 3


def test_two_pilots_who_agree_together_publish_once(live_site: str) -> None:
    for number in range(ROUNDS):
        call = factories.make_asked_call(f"appel-{number}")
        first, *others = factories.make_pilots()
        seen = call.asked.sha256 if call.asked else ""
        call_agreement.agree(call, seen=seen, by=first)
        press = Press(reverse("actions:call_answer", args=[call.slug]), {"seen": seen, "answer": "agreed"})
        answers = press_together(live_site, others, [press, press])
        assert [answer.status for answer in answers] == [302, 302]
        call = Call.objects.get(pk=call.pk)
        assert call.published_at is not None
        assert CallAgreement.objects.filter(call=call).count() == 3
    assert Event.objects.filter(kind="actions.call_published").count() == ROUNDS
    assert OutboxMail.objects.filter(subject__startswith="Appel publié").count() == ROUNDS * 4


def test_the_same_institution_agrees_once_whoever_presses(live_site: str) -> None:
    call = factories.make_asked_call()
    seen = call.asked.sha256 if call.asked else ""
    both = [factories.make_pilot("ville"), factories.make_pilot("ville", "suppleant")]
    press = Press(reverse("actions:call_answer", args=[call.slug]), {"seen": seen, "answer": "agreed"})
    answers = press_together(live_site, both, [press, press])
    assert {answer.status for answer in answers} <= {200, 302}
    assert CallAgreement.objects.filter(call=call).count() == 1
