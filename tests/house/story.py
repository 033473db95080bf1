"""The cast and the files of the house tests: one of each role, one file in each state, by the real verbs.

Built once per module, inside one transaction that is rolled back at its end. Each question asked of it
runs in a savepoint of its own, so that no answer changes the next one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from http.cookies import SimpleCookie

from django.db import transaction
from django.test import Client

from actions import (
    agenda,
    attachments,
    call_agreement,
    co_editing,
    completion,
    drafts,
    rebalancing,
    reporting,
    review,
    submission,
    workflow,
)
from actions.models import Action, AgendaItem, CoEditor
from actions.reopened import answer_name
from cites.accounts import invitations, second_factor
from cites.core import clock
from cites.core.attachments import check
from cites.models import ChefDeFile, Cite, ConventionCadre, Invitation, OutboxMail, Seance, User
from funding import awards, decisions
from funding.demo.documents import invented_iban
from funding.models import Act, Decision, Tranche
from partners import documents, joining, membership
from partners.models import AllianceTie, DocumentKind, Interest
from tests import before, factories
from tests.accounts.factors import give_app
from tests.uploads.making import pdf

NOW = factories.NOON
# What a stranger must never read on a page that says no.
CANARIES = ("Les Passerelles", "Ateliers du soir", "exemple.test", "Titulaire Ville")
IBAN = invented_iban(factories.siret(1))
SEANCES = ("preparee", "vide", "ouverte", "tout_decide", "close", "signee", "notifiee")
# The files that are decided: in which séance, and what; those of the last one then live on.
DECIDED = {
    "decide": ("ouverte", "approved"),
    "tout_decide": ("tout_decide", "approved"),
    "releve": ("close", "approved"),
    "signe": ("signee", "approved"),
    "accorde": ("notifiee", "approved"),
    "en_cours": ("notifiee", "approved"),
    "bilan_attendu": ("notifiee", "approved"),
    "bilan_depose": ("notifiee", "approved"),
    "bilan_accepte": ("notifiee", "approved"),
    "reserve": ("notifiee", "approved_with_conditions"),
    "en_attente": ("notifiee", "waitlisted"),
    "ajourne": ("notifiee", "postponed"),
}
REPORT = {"text": "Deux soirs par semaine.", "participations": 400, "distinct_persons": 40, "spent": Decimal("7000")}


@dataclass
class Story:
    """People by role, files by state, séances by state; `file("depose")` reads better than a number."""

    people: dict[str, User] = field(default_factory=dict)
    files: dict[str, Action] = field(default_factory=dict)
    seances: dict[str, Seance] = field(default_factory=dict)
    items: dict[str, AgendaItem] = field(default_factory=dict)
    tranche: Tranche | None = None
    convention: ConventionCadre | None = None
    invitations: dict[str, Invitation] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)  # other rows, by their keys
    clients: dict[str, tuple[Client, dict[str, str]]] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """The browser of this role, as it was when the person signed in."""
        client, cookies = self.clients[role]
        client.cookies = SimpleCookie(cookies)
        return client


@contextmanager
def aside() -> Iterator[None]:
    """What happens inside is undone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build() -> Story:
    story = Story()
    Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
    _cast(story)
    _organisations(story)
    call = factories.make_call()
    _calls()
    story.tranche = factories.make_tranche()
    _files(story)
    assert call.is_open()
    signed_on = clock.today() - timedelta(days=30)
    period = factories.make_period()
    story.convention = ConventionCadre.objects.create(title="Convention", period=period, signed_on=signed_on)
    story.convention.signatories.create(institution_name="Ville", capacity="le maire", signed_on=signed_on)
    _invitations(story)
    _everyone_signs_in(story)
    return story


def empty() -> Story:
    """The cast alone: no call, no file, no séance, no money, no convention."""
    story = Story()
    Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
    _cast(story)
    _everyone_signs_in(story)
    return story


def _calls() -> None:
    """One is written, the pilots are asked about another and the préfecture has agreed."""
    factories.make_prepared_call("appel-en-preparation", title="Appel en préparation")
    asked = factories.make_asked_call("appel-demande", title="Appel demandé")
    assert asked.asked is not None
    call_agreement.agree(asked, seen=asked.asked.sha256, by=factories.make_pilot("prefecture"))


def _cast(story: Story) -> None:
    ours = factories.make_organisation()
    theirs = factories.make_organisation("Le Fil rouge")
    story.people = {
        "sans": factories.make_user("sans.rattachement@exemple.test"),
        "ancien": factories.make_user("ancien.pilote@exemple.test"),
        "lecteur": factories.make_member(ours, "lecteur"),
        "redacteur": factories.make_member(ours, "redacteur"),
        "porteur": factories.make_member(ours),
        "autre": factories.make_member(theirs),
        "education": factories.make_pilot("education"),
        "ville": factories.make_pilot("ville"),
        "prefecture": factories.make_pilot("prefecture"),
        "suppleant": factories.make_pilot("ville", "suppleant"),
        "deport": factories.make_pilot("education", "suppleant"),
        "instruction": factories.make_instructeur("prefecture"),
        "coordination": factories.make_coordination(),
        "admin": factories.make_admin(),
        "inactif": factories.make_user("inactif@exemple.test"),
    }
    people = story.people
    people["ancien"].mandates.create(
        role="titulaire",
        institution=people["ville"].institution,
        starts_on=factories.MANDATES_START,
        ends_on=clock.today() - timedelta(days=1),
    )
    for user in filter(second_factor.needs, map(factories.fresh, people.values())):
        give_app(user)
    people["inactif"].memberships.create(organisation=ours, role="responsable", starts_on=factories.MANDATES_START)
    Interest.objects.create(user=people["deport"], organisation=ours, nature="Siège au bureau")


def _organisations(story: Story) -> None:
    """Who is in them, who asks to come in, who is invited; nobody is responsable of the third one."""
    ours, people = factories.make_organisation(), story.people
    theirs, alone = factories.make_organisation("Le Fil rouge"), factories.make_organisation("Le Grenier")
    rows = {
        "lien": AllianceTie.objects.create(organisation=ours, other=theirs, subject="Le soutien du soir"),
        "demande": joining.ask(ours, "Bénévole.", by=people["sans"]),
        "demande_orpheline": joining.ask(alone, "", by=people["sans"]),
        "invitee": membership.invite(ours, "invitee@exemple.test", "lecteur", by=factories.fresh(people["porteur"])),
    }
    named = {"nous": ours, "eux": theirs, "orpheline": alone, **rows}
    for role in ("lecteur", "porteur"):
        named[f"membre_{role}"] = people[role].memberships.get(organisation=ours)
    story.rows = {name: row.pk for name, row in named.items()}


def _invitations(story: Story) -> None:
    """One for an account that exists, one for someone new, one withdrawn; the links are in the mails."""
    addresses = {"en_attente": story.people["sans"].email, "nouvelle": "nouvelle@exemple.test", "revoquee": "x@y.test"}
    for name, address in addresses.items():
        made = invitations.invite(
            address, role="coordination", starts_on=factories.MANDATES_START, by=story.people["admin"]
        )
        body = OutboxMail.objects.get(to=address, subject__contains="Invitation").body
        story.invitations[name], story.tokens[name] = made, body.partition("/invitation/")[2].partition("/")[0]
    invitations.revoke(story.invitations["revoquee"], story.people["admin"])


def _files(story: Story) -> None:
    files = story.files
    files["brouillon"] = factories.make_draft(title=_title("brouillon"))
    for name, author in (("incomplet", "porteur"), ("papier", "coordination")):
        by = story.people[author]
        files[name] = submission.start(factories.make_call(), factories.make_organisation(), by=by)
        drafts.save(files[name], {"title": ["Un titre et rien d'autre"]}, seen=0, by=by)
    _pieces(story)
    files["a_completer"] = factories.make_submitted(title=_title("a_completer"))
    _answered(story)
    files["recevable"] = factories.make_admissible(title=_title("recevable"))
    files["en_instruction"] = factories.make_in_review(title=_title("en_instruction"))
    asked = completion.ask(files["en_instruction"], "title", "Pourquoi ce titre ?", by=story.people["prefecture"])
    story.rows["question"] = asked.pk
    files["avis_rendus"] = factories.make_reviewed(title=_title("avis_rendus"))
    _seances(story)
    _after_the_decision(story)


def _together(story: Story) -> None:
    """An invitation that waits, an organisation in, a budget that was revised after a cut."""
    ours, theirs = factories.make_organisation(), factories.make_organisation("Le Fil rouge")
    by, files, moment = factories.fresh(story.people["porteur"]), story.files, clock.now()
    alone, former = factories.make_organisation("Le Grenier"), factories.make_member(ours)
    invited = co_editing.invite(files["incomplet"], theirs, by=by)
    row = {"invited_by": by, "invited_at": moment, "accepted_by": former, "accepted_at": moment}
    inside = CoEditor.objects.create(action=files["brouillon"], organisation=alone, **row)
    story.rows |= {"co_invitation": invited.pk, "co_redaction": inside.pk}
    for name in ("en_cours", "bilan_attendu"):
        begun = rebalancing.begun(files[name])
        saved = rebalancing.save(files[name], {**begun.draft, "line_641": ["1500,00"]}, seen=0, by=by)
        rebalancing.submit(files[name], seen=saved.draft_version, by=by)


def _answered(story: Story) -> None:
    """A complement asked about the title, answered in words and not submitted yet."""
    action = story.files["a_completer"]
    [asked] = factories.ask_completion(action, "title").questions.all()
    typed = {**action.draft, answer_name(asked): ["Le titre est celui de l'an dernier."]}
    story.files["a_completer"] = drafts.save(action, typed, seen=action.draft_version, by=story.people["porteur"])


def _pieces(story: Story) -> None:
    """A wallet with statuts and a RIB; a devis in the draft, and one sealed with the file submitted."""
    ours, by, files = factories.make_organisation(), story.people["porteur"], story.files
    for code, iban in (("statuts", ""), ("rib", IBAN)):
        kind = DocumentKind.objects.get(code=code)
        kept = documents.keep(ours, kind, check(f"{code}.pdf", pdf()), dated_on=clock.today(), iban=iban, by=by)
        story.rows[code] = kept.pk
    joined = attachments.join_file(files["brouillon"], check("devis.pdf", pdf()), by=by)
    files["depose"] = factories.make_draft(title=_title("depose"))
    attachments.join_file(files["depose"], check("devis.pdf", pdf()), by=by)
    files["depose"].refresh_from_db()
    kept_with = submission.submit(files["depose"], seen=files["depose"].draft_version, by=by)
    story.rows |= {"devis": joined.pk, "devis_scelle": attachments.sealed_with(kept_with)[0].pk}


def _seances(story: Story) -> None:
    coordination, seances = story.people["coordination"], story.seances
    for name in SEANCES:
        seances[name] = factories.make_seance()
    coming = factories.make_reviewed(title=_title("a_venir"))
    _keep(story, "a_venir", agenda.schedule(coming, seances["preparee"], by=coordination))
    _keep(story, "inscrit", factories.make_scheduled(seance=seances["ouverte"], title=_title("inscrit")))
    for name, (seance, verdict) in DECIDED.items():
        _decided(story, name, seance, verdict)
    decisions.close_seance(seances["close"], by=coordination)
    releve = decisions.close_seance(seances["signee"], by=coordination)
    for pilot in factories.make_pilots():
        decisions.sign(seances["signee"], by=pilot, seen=releve.sha256)
    factories.announce(seances["notifiee"])
    for one in seances.values():
        one.refresh_from_db()


def _decided(story: Story, name: str, seance: str, verdict: str) -> None:
    item = factories.make_scheduled(seance=story.seances[seance], requested=Decimal("2000.00"), title=_title(name))
    factories.decide(item, Decimal("1500.00"), story.tranche, verdict=verdict)
    _keep(story, name, item)


def complete(story: Story) -> None:
    """A row of what the story does not tell: a chef de file, an act, a contested decision, one of before the portal."""
    assert story.tranche is not None
    ChefDeFile.objects.create(school=factories.make_school(), starts_on=clock.today())
    decision = Decision.objects.get(item=story.items["accorde"])
    award = factories.award_of(decision)
    awards.commit(
        award,
        story.tranche,
        Decimal("100.00"),
        kind=Act.Kind.ARRETE,
        number="2026-1",
        signed_on=clock.today(),
        by=story.people["coordination"],
    )
    contested = Decision.objects.get(item=story.items["decide"])
    decisions.contest(contested, "Le montant dépasse la règle.", by=story.people["ville"])
    before.make_taken_over(amount=Decimal("100.00"))


def _title(name: str) -> str:
    return f"Ateliers du soir : {name}"


def _keep(story: Story, name: str, item: AgendaItem) -> None:
    story.items[name], story.files[name] = item, item.action


def _after_the_decision(story: Story) -> None:
    coordination, files = story.people["coordination"], story.files
    for name in ("en_cours", "bilan_attendu", "bilan_depose", "bilan_accepte"):
        workflow.apply(files[name], "start", by=coordination)
    for name in ("bilan_attendu", "bilan_depose", "bilan_accepte"):
        workflow.apply(files[name], "expect_report", by=coordination)
    _together(story)
    for name in ("bilan_depose", "bilan_accepte"):
        reporting.submit_report(files[name], REPORT, by=factories.writer_of(files[name]))
    workflow.apply(files["bilan_accepte"], "accept_report", by=coordination)
    # The last events of the journal: an avis that the other institutions must not see yet.
    veiled, people = files["en_instruction"], story.people
    review.prepare_avis(veiled, "defavorable", "", "Préparé par l'instruction.", by=people["instruction"])
    review.give_avis(veiled, "defavorable", None, "Motif sous le voile.", by=people["prefecture"])
    for action in files.values():
        action.refresh_from_db()


def _everyone_signs_in(story: Story) -> None:
    """Then one account is closed."""
    for role, user in story.people.items():
        _sign_in(story, role, user)
    story.clients["anonyme"] = (Client(raise_request_exception=False), {})
    story.people["inactif"].is_active = False
    story.people["inactif"].save(update_fields=["is_active"])


def _sign_in(story: Story, role: str, user: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    story.clients[role] = (client, {name: morsel.value for name, morsel in client.cookies.items()})
