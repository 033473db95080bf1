"""Every edit of the administration is in the journal; what is veiled or secret stays so."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from actions import review
from actions.models import Action, Avis
from cites.core import audit
from cites.models import Champ, OutboxMail, User
from tests import factories
from tests.cites.admin_pages import events, form_of, page


def test_an_edit_is_journaled_without_values(client: Client, staff: User) -> None:
    champ = Champ.objects.get(code="C1")
    url = page("cites.champ", "change", champ.pk)
    data = form_of(client, url)
    client.post(url, data)
    assert not events("cites.admin_changed")  # nothing changed, nothing said
    client.post(url, {**data, "label": "Un autre libellé", "code": "C9"})
    champ.refresh_from_db()
    assert (champ.label, champ.code) == ("Un autre libellé", "C1")
    (event,) = events("cites.admin_changed")
    assert event.actor == staff
    assert (event.subject_type, event.subject_id, event.reference) == ("cites.champ", champ.pk, "C1")
    assert event.data == {"model": "champ", "fields": ["libellé"]}
    assert audit.read_sentence(event) == "Claire Administration a modifié dans l'administration : champ C1 (libellé)"
    assert list(audit.verify_journal()) == []


def test_no_edit_without_its_event(client: Client, staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    champ = Champ.objects.get(code="C1")
    url = page("cites.champ", "change", champ.pk)
    data = form_of(client, url)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        client.post(url, {**data, "label": "Jamais"})
    champ.refresh_from_db()
    assert champ.label != "Jamais"


def test_the_history_of_a_row_is_the_journal(client: Client, staff: User) -> None:
    champ = Champ.objects.get(code="C1")
    url = page("cites.champ", "change", champ.pk)
    client.post(url, {**form_of(client, url), "rank": "7"})
    text = client.get(page("cites.champ", "history", champ.pk), follow=True).content.decode()
    assert "champ C1 (rang)" in text


# ------------------------------------------------------------------ the veil, and other secrets


def test_a_veiled_avis_is_not_shown(client: Client, staff: User) -> None:
    action = factories.make_in_review()
    pilot = factories.make_pilot("ville")
    given = review.give_avis(action, "defavorable", Decimal("1234.00"), "Un motif secret.", by=pilot)
    url = page("actions.avis", "changelist")
    text = client.get(url).content.decode()
    assert action.reference is not None
    assert action.reference in text
    for secret in ("Défavorable", "1 234", "1\u202f234", "Un motif secret."):
        assert secret not in text
    assert client.get(page("actions.avis", "change", given.pk)).status_code == 403
    for lookup in ("position", "position__exact", "amount__gt", "reason__startswith", "review__avis__position"):
        assert client.get(url, {lookup: "defavorable"}).status_code == 400, lookup
    for label, row in (("cites.pilotinstitution", given.institution), ("cites.user", pilot)):
        for view in ("change", "delete"):
            body = client.get(page(label, view, row.pk)).content.decode()
            assert "Défavorable" not in body


def test_an_avis_is_shown_once_unveiled(client: Client, staff: User) -> None:
    factories.make_reviewed(positions=("defavorable", "favorable", "favorable"))
    assert "Défavorable" in client.get(page("actions.avis", "changelist")).content.decode()
    given = Avis.objects.filter(position="defavorable").get()
    assert client.get(page("actions.avis", "change", given.pk)).status_code == 200


def test_a_draft_is_its_partners_own(client: Client, staff: User) -> None:
    draft = factories.make_draft(title="Brouillon secret")
    assert "Brouillon secret" not in client.get(page("actions.action", "changelist")).content.decode()
    assert client.get(page("actions.action", "change", draft.pk), follow=True).content.decode().count("secret") == 0
    submitted = factories.make_submitted(title="Déposé")
    Action.objects.filter(pk=submitted.pk).update(draft={"title": ["Saisie secrète"]})
    body = client.get(page("actions.action", "change", submitted.pk)).content.decode()
    assert "Déposé" in body
    assert "Saisie secrète" not in body


def test_the_text_of_a_mail_is_not_read(client: Client, staff: User) -> None:
    """It may hold a code that signs in as someone else."""
    mail = OutboxMail.objects.create(to="a@exemple.test", subject="Code de connexion", body="Votre code : 123456")
    url = page("cites.outboxmail", "changelist")
    for address in (url, page("cites.outboxmail", "change", mail.pk)):
        body = client.get(address).content.decode()
        assert "Code de connexion" in body
        assert "123456" not in body
    assert client.get(url, {"body__contains": "123"}).status_code == 400
    assert "Code de connexion" not in client.get(url, {"q": "123456"}).content.decode()
