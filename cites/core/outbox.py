"""The one door for mail. A row in the transaction of the work; a task on commit only wakes the queue."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template import Context, engines
from django_tasks import task

from cites.core import clock
from cites.core.logs import without_secrets
from cites.models import OutboxMail

MAX_ATTEMPTS = 8


def post(name: str, to: Iterable[str], context: dict[str, Any]) -> None:
    """Write `emails/<name>.txt` to each address: first line the subject, then the text. One recipient each."""
    template = engines["django"].get_template(f"emails/{name}.txt").template  # type: ignore[attr-defined]
    text = template.render(Context({"site_url": settings.SITE_URL, **context}, autoescape=False))
    subject, _, body = text.strip().partition("\n")
    for address in dict.fromkeys(to):
        put(address, subject, body.strip())


def put(to: str, subject: str, body: str) -> OutboxMail:
    """Queue one mail already written. A line break never enters the subject."""
    mail = OutboxMail.objects.create(to=to, subject=" ".join(subject.split())[:250], body=body)
    transaction.on_commit(_wake)
    return mail


def _wake() -> None:
    if OutboxMail.objects.filter(sent_at__isnull=True).exists():
        deliver_waiting.enqueue()


@task()
def deliver_waiting() -> int:
    """Send what waits; returns how many left. Safe to run at any time, several at once."""
    waiting = OutboxMail.objects.filter(sent_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
    return sum(_deliver(pk) for pk in list(waiting.order_by("pk").values_list("pk", flat=True)))


def _deliver(pk: int) -> bool:
    """Claim by counting the attempt first; the sending itself is outside any transaction."""
    mail = OutboxMail.objects.get(pk=pk)
    claimed = OutboxMail.objects.filter(pk=pk, sent_at__isnull=True, attempts=mail.attempts)
    if not claimed.update(attempts=mail.attempts + 1):
        return False
    try:
        EmailMessage(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to]).send()
    except Exception as error:
        OutboxMail.objects.filter(pk=pk).update(last_error=f"{type(error).__name__}: {error}"[:250])
        return False
    OutboxMail.objects.filter(pk=pk).update(sent_at=clock.now(), last_error="", body=_kept(mail.body))
    return True


def _kept(body: str) -> str:
    """What stays of a text that has left: not the secret of its link. A demo, which sends nothing, shows it whole."""
    return body if settings.DEMO else without_secrets(body)
