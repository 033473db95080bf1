"""A complement: questions of several institutions in one request; only what they are about opens again."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from actions import attachments, completion, drafts, reopened, submission, workflow
from actions.drafts import Closed
from actions.forms.steps import BY_SLUG
from actions.models import (
    Action,
    AskedQuestion,
    Attachment,
    CompletionAnswer,
    CompletionQuestion,
    CompletionReminder,
    CompletionRequest,
)
from actions.models.action import Status
from cites.core import clock, sealed
from cites.core.attachments import check
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.models import Cite, Event, OutboxMail
from partners.models import Interest
from tests import factories
from tests.uploads.making import pdf
from tests.visitor import Visitor

SAVE = "Enregistrer le brouillon"
CHECK = "Enregistrer et relire avant de déposer"
DUE = date(2026, 10, 20)


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


@pytest.fixture
def coordination() -> Visitor:
    return Visitor(factories.make_coordination())


@pytest.fixture
def ville() -> Visitor:
    return Visitor(factories.make_pilot("ville"))


def url(action: Action, end: str = "") -> str:
    return f"/espace/actions/{action.reference}/{end}"


def mine(action: Action, end: str = "") -> str:
    return f"/espace/depots/{action.key}/{end}"


def partner_of(action: Action) -> Visitor:
    return Visitor(factories.writer_of(action))


def mails(subject: str) -> list[str]:
    return sorted(OutboxMail.objects.filter(subject__startswith=subject).values_list("to", flat=True))


def answer(question: AskedQuestion) -> str:
    return reopened.answer_name(question)


def draft_of(action: Action) -> dict[str, list[str]]:
    draft: dict[str, list[str]] = Action.objects.get(pk=action.pk).draft
    return draft


# ------------------------------------------------------------------ questions, blind until they leave


def test_two_institutions_ask_and_one_request_leaves(coordination: Visitor, ville: Visitor) -> None:
    action = factories.make_in_review()
    prefecture = Visitor(factories.make_pilot("prefecture"))
    for pilot, place, text in ((ville, "budget", "D'où viennent les 2 000 € ?"), (prefecture, "title", "Trop long.")):
        page = pilot.open(url(action)).follow("Poser une question au partenaire")
        page = page.press("Garder la question", anchor=place, text=text)
        assert "La question est gardée" in page.messages and text in page.text
    assert "Trop long." not in ville.open(url(action, "questions/")).text, "an institution reads its own"
    assert "a écrit une question" in prefecture.open("/espace/journal/").text
    assert ville.open("/espace/journal/").text.count("a écrit une question") == 1, "not even who else asks"
    assert not mails("Complément demandé")

    page = coordination.open("/espace/").follow("1 dossier a des questions à envoyer").follow(action.title)
    page = page.follow("Demander un complément")
    for text in ("D'où viennent les 2 000 € ?", "Trop long."):
        assert text in page.text
    [first, second] = CompletionQuestion.objects.order_by("pk")
    page = page.press("Demander le complément", due_on="2026-10-20", **{f"question_{second.pk}": "Raccourcissez."})
    action.refresh_from_db()
    assert action.status == Status.TO_COMPLETE
    assert mails("Complément demandé") == [factories.writer_of(action).email], "one mail, whoever asked"
    body = OutboxMail.objects.get(subject__startswith="Complément demandé").body
    assert "(Ville)" in body and "Raccourcissez." in body and "Trop long." not in body
    assert mails("Question reformulée") == [second.asked_by.email]
    request = CompletionRequest.objects.get()
    assert (request.due_on, request.version, request.opened) == (DUE, 1, ["budget", "public_aid", "title"])
    text = sealed.read(request.sealed.payload)
    assert [(one["place"], one["text"]) for one in text["questions"]] == [
        ("title", "Raccourcissez."),
        ("budget", first.text),
    ]
    assert "Raccourcissez." in ville.open(url(action)).text, "once sent, everyone on this side reads it"


def test_nobody_else_reads_a_question_before_it_is_sent(ville: Visitor) -> None:
    """The guard off: the same page tells all."""
    action = factories.make_in_review()
    completion.ask(action, "title", "Secret de la préfecture", by=factories.make_pilot("prefecture"))
    pages = (url(action), url(action, "questions/"), "/espace/actions/?complement=questions", "/espace/")
    found = [page for page in pages if "Secret de la préfecture" in ville.open(page).text]
    assert found == []
    assert action.title not in ville.open("/espace/actions/?complement=questions").text
    partner = partner_of(action)
    assert "Secret de la préfecture" not in partner.open(mine(action)).text
    assert "question" not in partner.open("/espace/journal/").text
    everyone = CompletionQuestion.objects.all()
    for person in (factories.make_pilot("ville"), factories.writer_of(action), factories.make_admin()):
        assert list(everyone.visible_to(person)) == []
    assert list(everyone.visible_to(factories.make_instructeur("prefecture"))) == list(everyone)


def test_a_question_is_taken_back_by_its_institution_alone(ville: Visitor) -> None:
    action = factories.make_in_review()
    question = completion.ask(action, "title", "Pourquoi ?", by=factories.make_instructeur("prefecture"))
    page = ville.post(url(action, "questions/"), {"remove": [str(question.pk)]})
    assert page.status == 404
    with pytest.raises(Blocked, match="autre institution"):
        completion.take_back(question, by=factories.make_coordination())
    Visitor(factories.make_pilot("prefecture")).open(url(action, "questions/")).press(
        "Retirer la question sur Intitulé de l'action"
    )
    assert not CompletionQuestion.objects.exists()


def test_coordination_puts_a_question_aside_and_says_why(coordination: Visitor) -> None:
    action = factories.make_in_review()
    author = factories.make_pilot("ville")
    question = completion.ask(action, "title", "Pourquoi ce titre ?", by=author)
    page = coordination.open(url(action, "recevabilite/")).follow("Écarter cette question")
    assert page.press("Écarter cette question", because="").error("because") == "Ce champ est obligatoire."
    page = page.press("Écarter cette question", because="Le titre est imposé par l'appel.")
    assert "Aucune institution n’a écrit de question" in page.text
    assert mails("Question écartée") == [author.email]
    assert "Le titre est imposé par l'appel." in Visitor(author).open(url(action, "questions/")).text
    with pytest.raises(Blocked, match="déjà partie, ou écartée"):
        completion.drop(question, "Encore", by=factories.make_coordination())
    with pytest.raises(Blocked, match="au moins une question"):
        completion.request_completion(action, DUE, by=factories.make_coordination())
    with pytest.raises(Refused):
        completion.drop(question, "Moi aussi", by=author)


def test_a_question_that_came_since_is_read_before_anything_leaves(coordination: Visitor) -> None:
    action = factories.make_in_review()
    completion.ask(action, "title", "La première", by=factories.make_pilot("ville"))
    page = coordination.open(url(action, "recevabilite/"))
    completion.ask(action, "budget", "La seconde", by=factories.make_pilot("prefecture"))
    stale = page.press("Demander le complément", due_on="2026-10-20")
    assert stale.status == 409 and "relisez-les" in stale.messages and "La seconde" in stale.text
    assert not CompletionRequest.objects.exists()
    with pytest.raises(Stale):
        completion.request_completion(action, DUE, wording={}, by=factories.make_coordination())


@pytest.mark.parametrize(
    ("who", "place", "text", "refusal"),
    [
        ("partner", "title", "Moi ?", "Réservé aux pilotes"),
        ("deport", "title", "Moi ?", "intérêt déclaré"),
        ("ville", "contact_name", "Qui ?", "Choisissez l'endroit"),
        ("ville", "line_641", "Combien ?", "Choisissez l'endroit"),
        ("ville", "inconnu", "Quoi ?", "Choisissez l'endroit"),
        ("ville", "title", "  ", "Dites au partenaire"),
    ],
)
def test_a_question_is_refused(who: str, place: str, text: str, refusal: str) -> None:
    action = factories.make_submitted()
    person = {
        "partner": factories.writer_of(action),
        "ville": factories.make_pilot("ville"),
        "deport": factories.make_pilot("education", "suppleant"),
    }[who]
    if who == "deport":
        Interest.objects.create(user=person, organisation=action.organisation, nature="Siège au bureau")
        person = factories.fresh(person)
    with pytest.raises((Blocked, Refused), match=refusal):
        completion.ask(action, place, text, by=person)
    assert not CompletionQuestion.objects.exists()


def test_no_question_outside_the_study_and_no_request_in_the_past() -> None:
    action = factories.make_scheduled().action
    with pytest.raises(Blocked, match="n'est pas à l'étude"):
        completion.ask(action, "title", "Pourquoi ?", by=factories.make_pilot("ville"))
    other = factories.make_submitted(title="Une autre action")
    coordination = factories.make_coordination()
    asked = completion.ask(other, "title", "Pourquoi ?", by=coordination)
    assert completion.ask(other, "title", "Pourquoi ?", by=coordination) == asked, "a double click"
    with pytest.raises(Blocked, match="Cette date est passée"):
        completion.request_completion(other, clock.today() - timedelta(days=1), by=coordination)
    with pytest.raises(Refused):
        completion.request_completion(other, DUE, by=factories.make_pilot("ville"))


# ------------------------------------------------------------------ only those fields


def test_only_what_is_asked_opens_with_who_asks_beside(coordination: Visitor) -> None:
    action = factories.make_to_complete(places=("description", "starts_on"))
    partner = partner_of(action)
    page = partner.open(mine(action)).follow("Compléter le dossier")
    assert "La coordination demande : Joindre un devis." in page.text
    assert [page.values(name) != [] for name in ("description", "title", "theme", "objectives")] == [True, *[False] * 3]
    assert action.title in page.text, "the rest is read"
    page = page.press("Enregistrer et continuer", description="Avec un devis.")
    assert page.path == mine(action, "saisie/lieux/"), "to the next question"
    assert (bool(page.values("starts_on")), bool(page.values("ends_on"))) == (True, True), "dates are a pair"
    assert page.values("schools") == []
    read = partner.open(mine(action, "saisie/public/"))
    assert SAVE not in read.buttons and "Aller à la prochaine question : Dates, lieux et moyens" in read.links
    assert draft_of(action)["title"] == action.draft["title"], "what a page leaves out stays"
    page = page.press(CHECK, starts_on="2026-11-02").press("Déposer le dossier")
    assert "Version 2" in page.text


SECRET = "Texte forgé"


@pytest.mark.parametrize("where", ["form", "step", "autosave", "take"])
def test_a_forged_text_on_a_closed_field_changes_nothing(where: str) -> None:
    action = factories.make_to_complete(places=("description",))
    partner, before = partner_of(action), draft_of(action)
    page = partner.open(mine(action, "saisie/" if where == "form" else "saisie/projet/"))
    data = {**page.sends(SAVE), "description": ["Ma réponse"], "title": [SECRET]}
    headers: dict[str, Any] = {"headers": {"X-Autosave": "1"}} if where == "autosave" else {}
    if where == "take":
        data |= {"take": ["description"], "objectives": [SECRET]}
    response = partner.client.post(page.path, data, **headers)
    assert response.status_code == 409
    assert draft_of(action) == before
    if where == "autosave":
        told = json.loads(response.content)["message"]
        assert "« Intitulé de l'action »" in told
        return
    text = response.content.decode()
    assert "Intitulé de l&#x27;action" in text and SECRET in text, "said by its name, to be copied"
    if where != "take":
        assert "Ma réponse" in text, "nothing typed is lost"


def test_the_verbs_refuse_a_closed_field_by_themselves() -> None:
    """Not only the page: saving refuses, and submitting compares with what was sealed."""
    action = factories.make_to_complete(places=("description",))
    by = factories.writer_of(action)
    for step, typed in ((BY_SLUG["projet"], {"title": [SECRET]}), (None, {**action.draft, "line_641": ["9000"]})):
        with pytest.raises(Closed, match="ne rouvre pas"):
            drafts.save(action, typed, seen=action.draft_version, step=step, by=by)
    kept = drafts.save(action, {"description": ["Mieux"]}, seen=action.draft_version, step=BY_SLUG["projet"], by=by)
    assert kept.draft["title"] == action.draft["title"]
    draft = {**kept.draft, "title": [SECRET]}
    Action.objects.filter(pk=action.pk).update(draft=draft)
    with pytest.raises(Blocked, match="« Intitulé de l'action » a changé"):
        submission.submit(kept, seen=kept.draft_version, by=by)
    assert Action.objects.get(pk=action.pk).version == 1


@pytest.mark.parametrize("guard", ["drafts.overstepped", "completion._closed_keys"])
def test_each_guard_holds_alone(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the first, a closed text is dropped or refused later; without the second, the first is enough."""
    action = factories.make_to_complete(places=("description",))
    by = factories.writer_of(action)
    module, name = guard.split(".")
    monkeypatch.setattr({"drafts": drafts, "completion": completion}[module], name, lambda *args: [])
    typed = {**action.draft, "title": [SECRET], "description": ["Mieux"]}
    if module == "completion":
        with pytest.raises(Closed):
            drafts.save(action, typed, seen=action.draft_version, by=by)
        return
    saved = drafts.save(action, typed, seen=action.draft_version, by=by)
    assert saved.draft["title"] == action.draft["title"]


def test_with_the_guards_off_the_sealed_text_would_change(monkeypatch: pytest.MonkeyPatch) -> None:
    action = factories.make_to_complete(places=("description",))
    by = factories.writer_of(action)
    for module in (drafts, submission, completion):
        if hasattr(module, "reopened"):
            monkeypatch.setattr(module, "reopened", lambda action: reopened.Reopened())
    saved = drafts.save(action, {**action.draft, "title": [SECRET]}, seen=action.draft_version, by=by)
    submission.submit(saved, seen=saved.draft_version, by=by)
    assert Action.objects.get(pk=action.pk).title == SECRET


def test_the_budget_is_one_and_brings_what_follows_from_it() -> None:
    assert reopened.opened_by(["budget"]) == ["budget", "public_aid"]
    assert reopened.opened_by(["girls"]) == ["boys", "from_quartiers", "girls", "participants"]
    assert reopened.opened_by(["target_2"]) == ["indicator_2", "target_2"]
    action = factories.make_to_complete(places=("budget",))
    page = partner_of(action).open(mine(action, "saisie/budget/"))
    names = ("line_641", "minimum", "cofunder_0_name", "cofunder_1_amount")
    assert [page.values(name) != [] for name in names] == [True] * 4
    other = factories.make_to_complete(title="Une autre", places=("title",))
    page = partner_of(other).open(mine(other, "saisie/budget/"))
    assert (page.values("line_641"), "8 000,00 €" in page.text) == ([], True)


def test_a_question_of_the_call_itself_is_a_place_like_any_other() -> None:
    action = factories.make_draft()
    local = action.call.questions.create(rank=9, kind="short", label="Quelle salle ?")
    by, name = factories.writer_of(action), f"question_{local.pk}"
    saved = drafts.save(action, {**action.draft, name: ["La grande"]}, seen=action.draft_version, by=by)
    submission.submit(saved, seen=saved.draft_version, by=by)
    action.refresh_from_db()
    factories.ask_completion(action, "title")
    typed = {**action.draft, "title": ["Autre"], name: ["La petite"]}
    with pytest.raises(Closed, match="« Quelle salle \\? »"):
        drafts.save(action, typed, seen=action.draft_version, by=by)
    saved = drafts.save(action, {**typed, name: ["La grande"]}, seen=action.draft_version, by=by)
    submission.submit(saved, seen=saved.draft_version, by=by)
    action.refresh_from_db()
    factories.ask_completion(action, name, text="Laquelle ?")
    page = Visitor(by).open(mine(action, "saisie/projet/"))
    assert "Laquelle ?" in page.text and (page.values("title"), page.value(name)) == ([], "La grande")
    page.press(CHECK, **{name: "La petite"}).press("Déposer le dossier")
    text = Visitor(factories.make_pilot()).open(url(action)).text
    assert "retiré : Quelle salle ? : La grande ajouté : Quelle salle ? : La petite" in text


# ------------------------------------------------------------------ answers


def test_a_question_is_answered_by_a_change_or_in_words() -> None:
    action = factories.make_to_complete(places=("description", "title"))
    partner = partner_of(action)
    [about_text, about_title] = AskedQuestion.objects.order_by("anchor")
    page = partner.open(mine(action, "saisie/")).press(CHECK, description="Avec un devis.")
    assert "Une question attend une réponse (Intitulé de l'action)" in page.text
    assert "Déposer le dossier" not in page.buttons
    page = partner.open(mine(action, "saisie/")).press(CHECK, **{answer(about_title): "Le titre reste le même."})
    page.press("Déposer le dossier")
    kept = CompletionAnswer.objects.get()
    assert (kept.asked, kept.text, kept.submission.number) == (about_title, "Le titre reste le même.", 2)
    action.refresh_from_db()
    text = sealed.read(submission.current_version(action).payload)["completion"]
    assert [one["answer"] for one in text["answers"]] == ["Le titre reste le même.", ""]
    assert about_text.request.number == text["request"]
    page = Visitor(factories.make_pilot()).open(url(action))
    assert "Réponse : Le titre reste le même." in page.text


def test_an_unchanged_file_is_no_answer() -> None:
    action = factories.make_to_complete()
    with pytest.raises(Blocked, match="Une question attend une réponse"):
        submission.submit(action, seen=action.draft_version, by=factories.writer_of(action))


def test_a_second_complement_begins_with_blank_answers_and_a_renewal_without() -> None:
    action = factories.make_to_complete(places=("title",))
    by = factories.writer_of(action)
    [first] = AskedQuestion.objects.all()
    saved = drafts.save(action, {**action.draft, answer(first): ["Parce que."]}, seen=action.draft_version, by=by)
    submission.submit(saved, seen=saved.draft_version, by=by)
    action.refresh_from_db()
    factories.ask_completion(action, "title", text="Et encore ?")
    page = partner_of(action).open(mine(action, "saisie/projet/"))
    assert "Et encore ?" in page.text and "Joindre un devis." not in page.text
    assert [page.value(answer(one)) for one in AskedQuestion.objects.filter(request__number=2)] == [""]
    again = drafts.first_values(action.organisation, by=by, renews=action)
    assert not any(name.startswith(reopened.ANSWER) for name in again)


# ------------------------------------------------------------------ pieces


def test_only_the_pieces_asked_for_change() -> None:
    action = factories.make_draft()
    by = factories.writer_of(action)
    attachments.join_file(action, check("devis.pdf", pdf()), by=by)
    action.refresh_from_db()
    submission.submit(action, seen=action.draft_version, by=by)
    action.refresh_from_db()
    factories.ask_completion(action, "title")
    devis = Attachment.objects.get()
    for verb in (
        lambda: attachments.take_out(devis, by=by),
        lambda: attachments.join_file(action, check("tard.pdf", pdf(b"(tard)")), by=by),
    ):
        with pytest.raises(Blocked, match="ne porte pas sur cette pièce"):
            verb()
    page = Visitor(by).open(mine(action, "pieces/"))
    assert not {"Joindre le fichier", "Enlever devis.pdf"} & set(page.buttons)
    Attachment.objects.all().delete()  # by the back door: submitting still compares with what was sealed
    saved = drafts.save(action, {**action.draft, "title": ["Autre"]}, seen=action.draft_version, by=by)
    with pytest.raises(Blocked, match=r"devis\.pdf » a changé"):
        submission.submit(saved, seen=saved.draft_version, by=by)


# ------------------------------------------------------------------ dates


def test_an_answer_after_the_date_is_taken_and_marked_late(coordination: Visitor) -> None:
    action = factories.make_to_complete(places=("title",))
    with clock.at(factories.NOON + timedelta(days=6)):
        partner = partner_of(action)
        assert "le complément sera marqué « hors délai »" in partner.open(mine(action)).text
        page = partner.open(mine(action, "saisie/projet/")).press(CHECK, title="Un autre titre")
        page.press("Déposer le dossier")
        assert "La réponse a été déposée hors délai." in coordination.open(url(action)).text


def test_coordination_may_decide_without_waiting() -> None:
    action = factories.make_to_complete(places=("title",))
    workflow.apply(action, "find_admissible", by=factories.make_coordination())
    with pytest.raises(Blocked, match="déposé"):
        drafts.save(action, {"title": ["Trop tard"]}, seen=1, by=factories.writer_of(action), step=BY_SLUG["projet"])


def test_reminders_leave_once_each(coordination: Visitor) -> None:
    action = factories.make_to_complete(places=("title",))  # due in five days
    left: list[list[str]] = []
    for days in (1, 2, 3, 5, 6, 7):
        with clock.at(factories.NOON + timedelta(days=days)):
            call_command("maintenance", verbosity=0)
            left.append([*mails("Rappel"), *mails("Complément en retard")])
            if days == 6:
                assert "1 complément en retard" in coordination.open("/espace/").text
    writer, office = factories.writer_of(action).email, factories.make_coordination().email
    assert left == [[], [writer], [writer], [writer], [writer, office], [writer, office]]
    assert CompletionReminder.objects.count() == 2
    kinds = Event.objects.filter(kind__startswith="actions.completion").values_list("kind", flat=True)
    assert list(kinds.order_by("seq")) == ["actions.completion_reminded", "actions.completion_late"]


def test_no_reminder_for_a_file_that_moved_on() -> None:
    action = factories.make_to_complete(places=("title",))
    workflow.apply(action, "find_admissible", by=factories.make_coordination())
    with clock.at(factories.NOON + timedelta(days=9)):
        assert completion.remind() == 0
