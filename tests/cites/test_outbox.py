"""Mail leaves once the work is kept, one message for each person, at least once; nothing for work undone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from actions import notifications, submission, workflow
from cites.core import clock, outbox
from cites.core.errors import Blocked
from cites.models import Cite, OutboxMail
from tests import factories
from tests.visitor import Visitor

CODE = re.compile(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", re.MULTILINE)
FAILS = "tests.cites.test_outbox.Fails"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


class Fails(BaseEmailBackend):
    """A mail server that refuses what is for `refused`, or everything."""

    refused = ""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if self.refused in message.to[0]:
                raise OSError(f"mailbox of {message.to[0]} unavailable " + "x" * 400)
        mail.outbox.extend(messages)
        return len(messages)


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


def put(to: str = "une.personne@exemple.test", subject: str = "Objet", body: str = "Texte") -> OutboxMail:
    return outbox.put(to, subject, body)


def deliver() -> int:
    return int(outbox.deliver_waiting.func())


# ------------------------------------------------------------------ with the work, or not at all


def test_a_mail_is_written_with_the_work_and_woken_once_it_is_kept(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks() as wakes:
        put()
        put("une.autre@exemple.test")
        assert OutboxMail.objects.filter(sent_at=None).count() == 2
        assert not DBTaskResult.objects.exists(), "nothing leaves before the commit"
    for wake in wakes:
        wake()
    assert set(DBTaskResult.objects.values_list("task_path", flat=True)) == {"cites.core.outbox.deliver_waiting"}
    assert mail.outbox == [], "a task wakes the queue; nothing is sent in the request"


def test_work_undone_sends_nothing(committed_db: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        put()
        raise ZeroDivisionError
    assert not OutboxMail.objects.exists()
    assert not DBTaskResult.objects.exists()
    with transaction.atomic():
        put()
    assert OutboxMail.objects.count() == DBTaskResult.objects.count() == 1


def test_a_refused_verb_writes_no_mail() -> None:
    action = factories.make_submitted()
    OutboxMail.objects.all().delete()
    with pytest.raises(Blocked), transaction.atomic():
        workflow.apply(action, "expect_report", by=factories.make_coordination())
    with pytest.raises(Blocked):
        submission.submit(action, seen=action.draft_version, by=factories.writer_of(action))
    assert not OutboxMail.objects.exists()


# ------------------------------------------------------------------ one each


def test_one_recipient_each_and_once() -> None:
    action = factories.make_draft()
    factories.make_member(action.organisation, "redacteur")
    factories.make_member(action.organisation, "lecteur")
    addresses = notifications.partner_addresses(action)
    assert addresses == [factories.writer_of(action).email], "not who only reads, nor who writes other files"
    outbox.post("withdrawn", [*addresses, *addresses], {"action": action})
    deliver()
    assert [message.to for message in mail.outbox] == [[address] for address in addresses]
    assert all(message.cc == message.bcc == [] for message in mail.outbox)


def test_a_mail_is_text_with_an_address_to_follow(settings: Any) -> None:
    settings.SITE_URL = "https://portail.example"
    action = factories.make_submitted(title="L'atelier « A & B » <c>")
    receipt = OutboxMail.objects.get(subject__startswith="Récépissé")
    assert f"https://portail.example/espace/depots/{action.key}/recepisse/" in receipt.body
    assert "L'atelier « A & B » <c>" in receipt.body, "plain text is not escaped"


# ------------------------------------------------------------------ at least once


def test_what_waits_is_delivered_once() -> None:
    put()
    assert deliver() == 1
    assert (len(mail.outbox), mail.outbox[0].subject, mail.outbox[0].body) == (1, "Objet", "Texte")
    kept = OutboxMail.objects.get()
    assert (kept.sent_at, kept.attempts, kept.last_error) == (factories.NOON, 1, "")
    assert deliver() == 0
    assert len(mail.outbox) == 1


def test_a_server_that_fails_loses_nothing(settings: Any) -> None:
    settings.EMAIL_BACKEND = FAILS
    put()
    assert deliver() == 0
    kept = OutboxMail.objects.get()
    assert (kept.sent_at, kept.attempts) == (None, 1)
    assert kept.last_error.startswith("OSError: mailbox of une.personne@exemple.test unavailable")
    assert len(kept.last_error) == 250
    settings.EMAIL_BACKEND = LOCMEM
    assert deliver() == 1
    kept.refresh_from_db()
    assert (kept.sent_at, kept.attempts, kept.last_error) == (factories.NOON, 2, "")


def test_one_mailbox_that_fails_does_not_stop_the_others(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_BACKEND = FAILS
    monkeypatch.setattr(Fails, "refused", "pleine")
    for to in ("avant@exemple.test", "pleine@exemple.test", "apres@exemple.test"):
        put(to)
    assert deliver() == 2
    assert [message.to for message in mail.outbox] == [["avant@exemple.test"], ["apres@exemple.test"]]
    assert OutboxMail.objects.get(sent_at=None).to == "pleine@exemple.test"


def test_after_enough_failures_a_mail_stops_trying_and_stays(settings: Any) -> None:
    settings.EMAIL_BACKEND = FAILS
    put()
    for _ in range(outbox.MAX_ATTEMPTS + 3):
        deliver()
    kept = OutboxMail.objects.get()
    assert (kept.attempts, kept.sent_at) == (outbox.MAX_ATTEMPTS, None)
    assert Visitor().client.get("/sante/").json()["mail"]["waiting"] == "1-10", "a probe sees it"


def test_two_deliveries_at_once_send_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery counts its attempt before it sends: the one that read the same row a moment ago gives up."""
    put()
    read = OutboxMail.objects.get

    def read_then_be_overtaken(**which: Any) -> OutboxMail:
        row = read(**which)
        monkeypatch.setattr(OutboxMail.objects, "get", read)
        deliver()
        return row

    monkeypatch.setattr(OutboxMail.objects, "get", read_then_be_overtaken)
    assert deliver() == 0
    assert len(mail.outbox) == 1


def test_maintenance_wakes_what_was_left_waiting(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    put()
    call_command("maintenance", verbosity=0)
    assert DBTaskResult.objects.count() == 1


# ------------------------------------------------------------------ what stays of it

SECRETS = "Ouvrez https://portail.example/comptes/{}/ avant demain."


@pytest.mark.parametrize("link", ["invitation/s3cret-T0ken", "password/reset/key/1f-s3cret-T0ken"])
def test_the_secret_of_a_link_leaves_with_the_mail(link: str) -> None:
    """A copy of the database opens nothing that was mailed."""
    put(body=SECRETS.format(link))
    deliver()
    assert link in mail.outbox[0].body
    kept = OutboxMail.objects.get().body
    assert "s3cret" not in kept
    assert kept.startswith("Ouvrez https://portail.example/comptes/") and kept.endswith("…/ avant demain.")


def test_a_mail_that_has_not_left_keeps_it(settings: Any) -> None:
    settings.EMAIL_BACKEND = FAILS
    put(body=SECRETS.format("invitation/s3cret"))
    deliver()
    assert "s3cret" in OutboxMail.objects.get().body


def test_a_demo_which_sends_nothing_shows_it_whole(settings: Any) -> None:
    settings.DEMO = True
    put(body=SECRETS.format("invitation/s3cret"))
    deliver()
    assert "s3cret" in OutboxMail.objects.get().body


# ------------------------------------------------------------------ no header of one's own


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_no_line_break_enters_a_header(break_: str) -> None:
    put(subject=f"Dossier{break_}Bcc: victime@exemple.test{break_}{break_}Corps")
    assert OutboxMail.objects.get().subject == "Dossier Bcc: victime@exemple.test Corps"
    assert deliver() == 1
    sent = mail.outbox[0].message()
    assert sent["Bcc"] is None
    assert sent["To"] == "une.personne@exemple.test"


def test_a_recipient_with_a_line_break_is_never_sent_to() -> None:
    put(to="une@exemple.test\nBcc: victime@exemple.test")
    assert deliver() == 0
    assert mail.outbox == []


def test_what_a_partner_types_stays_in_the_text() -> None:
    """The subject of a mail holds a reference; a title with a line break could not be typed, and would not matter."""
    action = factories.make_submitted(title="Titre")
    action.title = "Titre\nBcc: victime@exemple.test"
    outbox.post("receipt", ["une@exemple.test"], {"action": action})
    kept = OutboxMail.objects.get(to="une@exemple.test")
    assert kept.subject == f"Récépissé de dépôt {action.reference}"


def test_a_subject_is_cut_to_what_the_table_holds() -> None:
    put(subject="é" * 400)
    assert OutboxMail.objects.get().subject == "é" * 250
    assert deliver() == 1


# ------------------------------------------------------------------ the mails of accounts


def read_code(message: OutboxMail) -> str:
    found = CODE.search(message.body)
    assert found, message.body
    return found[1]


def test_signing_in_by_a_code() -> None:
    user = factories.make_member()
    visitor = Visitor()
    page = visitor.open("/comptes/login/").follow("Recevoir un code par courriel")
    page = page.press("Envoyer le code", email=user.email.upper())
    message = OutboxMail.objects.get()
    assert message.to == user.email
    assert mail.outbox == [], "through the outbox"
    wrong = page.press(page.buttons[0], code="AAAA-AAAA")
    assert visitor.open("/espace/").path == page.path, "asked again"
    assert wrong.status == 200
    done = page.press(page.buttons[0], code=read_code(message))
    assert done.path == "/espace/"
    assert f"Bonjour {user.full_name}" in done.text
    again = Visitor().open("/comptes/login/code/").press("Envoyer le code", email=user.email)
    assert read_code(OutboxMail.objects.latest("pk")) != read_code(message)
    refused = again.press(again.buttons[0], code=read_code(message))
    assert "Bonjour" not in refused.text, "a code serves once"


def test_an_unknown_address_is_answered_the_same() -> None:
    user = factories.make_member()

    def answer(email: str, start: str, button: str) -> tuple[str, str]:
        page = Visitor().open(start).press(button, email=email)
        return page.path, page.text.replace(email, "…")

    for start, button in (
        ("/comptes/login/code/", "Envoyer le code"),
        ("/comptes/password/reset/", "Recevoir le message"),
    ):
        known = answer(user.email, start, button)
        assert answer("personne.inconnue@exemple.test", start, button) == known
    assert OutboxMail.objects.filter(to=user.email).count() == 2


def test_a_forgotten_password() -> None:
    user = factories.make_member(password="l'ancien mot de passe oublié")
    page = Visitor().open("/comptes/password/reset/").press("Recevoir le message", email=user.email)
    assert page.status == 200
    message = OutboxMail.objects.get(to=user.email)
    address = re.search(r"https?://\S+(/comptes/password/reset/key/\S+)", message.body)
    assert address, message.body
    new = "une autre phrase de passe, longue"
    page = Visitor().open(address[1])
    page.press("Enregistrer le mot de passe", password1=new, password2=new)
    visitor = Visitor()
    done = visitor.open("/comptes/login/").press("Se connecter", login=user.email, password=new)
    assert done.path == "/espace/"
    used = Visitor().open(address[1])
    assert "Ce lien ne fonctionne plus" in used.text
