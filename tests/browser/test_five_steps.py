"""The main job, played in full in a browser: from an open call to the decision on the public page, six people.

Each person has a browser of their own and signs in by the form. At the end no page has broken the
Content-Security-Policy, raised in JavaScript or called another host.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from actions.models import Action, Call, Submission
from cites import convention as conventions
from cites.core import clock
from cites.core.money import format_euros
from cites.models import Champ, Cite, Commitment, ConventionCadre, Event, OutboxMail, PilotInstitution, Signatory
from cites.models import Seance as SeanceModel
from funding.models import Decision, Tranche
from tests import factories
from tests.factories import PASSWORD
from tests.support.browser import watch

WAITING = "En attente de décision"
TITLE = "Ateliers du soir au collège"


@dataclass
class People:
    """Opens a browser for whoever signs in, and keeps what none of them may do."""

    browser: Browser
    site: str
    faults: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def visitor(self) -> Page:
        context = self.browser.new_context(
            base_url=self.site, locale="fr-FR", timezone_id="Europe/Paris", accept_downloads=True
        )
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        page = context.new_page()
        watch(page, self.site, self.faults)
        return page

    def sign_in(self, email: str) -> Page:
        page = self.visitor()
        page.goto("/espace/")
        self.fill_login(page, email)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")
        return page

    def fill_login(self, page: Page, email: str) -> None:
        page.get_by_label("Adresse électronique", exact=False).first.fill(email)
        page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()


@pytest.fixture
def people(browser: Browser, live_site: str) -> Iterator[People]:
    everyone = People(browser, live_site)
    yield everyone
    for context in everyone.contexts:
        context.close()


@dataclass
class Cast:
    call: Call
    state: Tranche
    town: Tranche
    emails: dict[str, str]


@pytest.fixture
def cast(committed_db: None) -> Cast:
    """Who is there, one open call, 5 000 € of the State and 1 000 € of the town, a convention that is sealed."""
    Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
    partner = factories.make_member(password=PASSWORD)
    pilots = {code: factories.make_pilot(code, password=PASSWORD) for code in factories.INSTITUTIONS}
    coordination, admin = factories.make_coordination(password=PASSWORD), factories.make_admin(password=PASSWORD)
    convention = ConventionCadre.objects.create(
        title="Convention-cadre de Valenton",
        period=factories.make_period(),
        articles="Article 1\nTravailler ensemble.",
        signed_on=clock.today() - timedelta(days=200),
    )
    Signatory.objects.create(convention_cadre=convention, institution_name="Ville", capacity="le maire")
    Commitment.objects.create(
        convention_cadre=convention,
        text="Ouvrir le collège le soir",
        owner=PilotInstitution.objects.get(code="education"),
        champ=Champ.objects.get(code="C1"),
    )
    conventions.seal(convention, by=admin)
    factories.make_quartier()
    factories.make_school()
    people = {"partner": partner, **pilots, "coordination": coordination, "admin": admin}
    return Cast(
        call=factories.make_call(),
        state=factories.make_tranche("P147", amount=Decimal("5000.00")),
        town=factories.make_tranche("VILLE", amount=Decimal("1000.00")),
        emails={role: user.email for role, user in people.items()},
    )


def test_from_a_proposal_to_a_decision_on_the_public_page(people: People, cast: Cast) -> None:
    action = the_partner_answers_the_call(people, cast)
    the_file_is_read_by_each_institution_alone(people, cast, action)
    seance = the_seance_decides_and_is_signed(people, cast, action)
    the_partner_is_told_and_the_public_reads(people, cast, action, seance)
    the_administration_reads_the_same_and_changes_nothing_sealed(people, cast, action)
    assert people.faults == []


# ------------------------------------------------------------------ 1. the proposal


def the_partner_answers_the_call(people: People, cast: Cast) -> Action:
    page = people.visitor()
    page.goto("/")
    page.get_by_role("link", name="Proposer une action").click()
    page.get_by_role("link", name=cast.call.title).first.click()
    page.get_by_role("link", name="Répondre à cet appel").click()
    people.fill_login(page, cast.emails["partner"])
    page.get_by_role("button", name="Commencer le dossier").click()

    page.get_by_role("link", name="Tout remplir sur une seule page").click()
    page.get_by_label("Intitulé de l'action").fill(TITLE)
    page.get_by_label("Rémunération des personnels").fill("12,5O")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.locator("#messages")).to_contain_text("Brouillon enregistré")
    expect(page.locator("#id_line_641_error")).to_contain_text("Écrivez le montant en chiffres")
    page.get_by_role("button", name="Déconnexion").click()
    page.wait_for_url("**/")

    page = people.sign_in(cast.emails["partner"])
    page.get_by_role("link", name=re.compile("Mes dossiers")).first.click()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Continuer le dossier").click()
    page.get_by_role("link", name="Tout remplir sur une seule page").click()
    expect(page.get_by_label("Intitulé de l'action")).to_have_value(TITLE)
    expect(page.get_by_label("Rémunération des personnels")).to_have_value("12,5O")

    fill_everything(page, cast.call)
    expect(page.locator("[data-budget-gap]")).to_have_text("Le budget est équilibré.")
    page.get_by_role("button", name="Enregistrer et relire avant de déposer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Relire avant de déposer")
    expect(page.locator("main")).to_contain_text("Deux soirs par semaine, avec des parents et des enseignants.")
    page.get_by_role("button", name="Déposer le dossier").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Récépissé de dépôt")
    action = Action.objects.get()
    kept = Submission.objects.select_related("sealed").get()
    assert action.reference
    for shown in (action.reference, kept.sealed.sha256, f"{clock.today():%d/%m/%Y}"):
        expect(page.locator("main")).to_contain_text(shown)
    first, again = (download(page, "Télécharger le récépissé (PDF)") for _ in range(2))
    assert first == again == bytes(kept.receipt)
    return action


def fill_everything(page: Page, call: Call) -> None:
    """Every field of the form, typed or ticked as a person does."""
    for name, values in factories.draft_values(call, Decimal("8000.00")).items():
        for value in values:
            control = page.locator(f"[name='{name}']")
            if control.count() > 1:
                control = page.locator(f"[name='{name}'][value='{value}']")
            kind = control.evaluate("node => node.type")
            if kind in ("checkbox", "radio"):
                page.locator(f"label[for='{control.get_attribute('id')}']").click()
                expect(control).to_be_checked()
            elif kind == "select-one":
                control.select_option(value)
            else:
                control.fill(value)


def download(page: Page, label: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=label).click()
    return Path(waiting.value.path()).read_bytes()


# ------------------------------------------------------------------ 2. the avis


def the_file_is_read_by_each_institution_alone(people: People, cast: Cast, action: Action) -> None:
    coordination = people.sign_in(cast.emails["coordination"])
    coordination.get_by_role("link", name=re.compile("recevabilité")).click()
    coordination.get_by_role("link", name=TITLE).click()
    coordination.get_by_role("button", name="Déclarer recevable").click()
    coordination.get_by_role("button", name="Ouvrir l'instruction").click()
    expect(coordination.locator("#messages")).to_contain_text("L'instruction est ouverte.")

    pilots = {code: people.sign_in(cast.emails[code]) for code in factories.INSTITUTIONS}
    for given, (code, page) in enumerate(pilots.items()):
        page.get_by_role("link", name=re.compile("l'avis de votre institution")).click()
        page.get_by_role("link", name=TITLE).click()
        for other in factories.INSTITUTIONS[:given]:
            expect(page.locator("main")).not_to_contain_text(f"Motif de {other}")
            expect(page.locator("main")).not_to_contain_text("a signé l'avis")
        page.get_by_role("link", name="Donner l'avis de votre institution").click()
        page.get_by_text("Favorable", exact=True).click()
        page.get_by_label("Montant proposé").fill(f"{6000 + given * 500},50")
        page.get_by_label("Motif").fill(f"Motif de {code}.")
        page.get_by_role("button", name="Signer l'avis").click()
        expect(page.locator("#messages")).to_contain_text("L'avis de votre institution est signé.")
    for page in (*pilots.values(), coordination):
        page.goto(f"/espace/actions/{action.reference}/")
        for code in factories.INSTITUTIONS:
            expect(page.locator("main")).to_contain_text(f"Motif de {code}.")
    for page in pilots.values():
        page.context.close()


# ------------------------------------------------------------------ 3. the séance


def the_seance_decides_and_is_signed(people: People, cast: Cast, action: Action) -> str:
    page = people.sign_in(cast.emails["coordination"])
    page.get_by_role("link", name="Séances").first.click()
    page.get_by_role("link", name="Préparer une séance").click()
    page.get_by_label("Date et heure").fill(f"{clock.today() + timedelta(days=1):%Y-%m-%d}T10:00")
    page.get_by_label("Lieu").fill("Collège")
    page.get_by_role("button", name="Préparer la séance").click()
    seance = f"/espace/seances/{SeanceModel.objects.get().pk}/"

    page.goto(f"/espace/actions/{action.reference}/")
    page.get_by_role("link", name="Inscrire à l'ordre du jour").click()
    page.get_by_role("button", name="Inscrire le dossier").click()
    page.goto(seance)
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_role("link", name=f"{action.reference} – {TITLE}").first.click()
    page.get_by_label("Préfecture").select_option(label="Favorable")
    page.get_by_role("button", name="Noter les positions").click()
    expect(page.locator("main")).to_contain_text("En l'état, toutes les institutions sont favorables.")

    page.get_by_text("Accordé", exact=True).click()
    page.locator(f"#id_tranche_{cast.state.pk}").fill("5 000,00")
    page.locator(f"#id_tranche_{cast.town.pk}").fill("1 000,01")
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Enveloppe insuffisante")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator(f"#id_tranche_{cast.town.pk}")).to_have_value("1 000,01")
    assert not Decision.objects.exists()
    page.locator(f"#id_tranche_{cast.town.pk}").fill("500,50")
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("#messages")).to_contain_text("Décision enregistrée : accordé.")
    assert Decision.objects.get().amount == Decimal("5500.50")
    page.goto(f"/espace/budget/tranches/{cast.town.pk}/")
    expect(page.locator("main")).to_contain_text(format_euros(Decimal("499.50")))

    page.goto(seance)
    page.get_by_role("link", name="Clore la séance et établir le relevé").click()
    page.get_by_role("button", name="Clore la séance et établir le relevé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Relevé de décisions")
    expect(page.get_by_role("link", name="Prévenir les partenaires")).to_have_count(0)
    for code in factories.INSTITUTIONS:
        pilot = people.sign_in(cast.emails[code])
        pilot.get_by_role("link", name=re.compile("à signer")).click()
        pilot.get_by_role("button", name="Signer le relevé").click()
        expect(pilot.locator("main")).to_contain_text("signé par")
        assert download(pilot, "Télécharger le relevé (PDF)").startswith(b"%PDF-")
        pilot.context.close()
    return seance


# ------------------------------------------------------------------ 4. the notification


def the_partner_is_told_and_the_public_reads(people: People, cast: Cast, action: Action, seance: str) -> None:
    partner, public = people.sign_in(cast.emails["partner"]), people.visitor()
    file = f"/espace/depots/{action.key}/"
    for address in (file, "/espace/depots/"):
        partner.goto(address)
        expect(partner.locator("main")).to_contain_text(WAITING)
        expect(partner.locator("main")).not_to_contain_text("Accordé")
    public.goto(f"/actions/{action.reference}/")
    expect(public.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")

    page = people.sign_in(cast.emails["coordination"])
    page.get_by_role("link", name=re.compile("à notifier")).click()
    page.get_by_role("link", name="Prévenir les partenaires").click()
    page.get_by_role("button", name="Prévenir les partenaires").click()
    expect(page.locator("#messages")).to_contain_text("Les partenaires sont prévenus.")

    partner.goto(file)
    expect(partner.locator("main")).not_to_contain_text(WAITING)
    expect(partner.locator("main")).to_contain_text(f"Montant accordé{format_euros(Decimal('5500.50'))}")
    mail = OutboxMail.objects.get(to=cast.emails["partner"], subject=f"Décision sur le dossier {action.reference}")
    assert "Décision : Accordé" in mail.body
    public.goto("/actions/")
    public.get_by_role("link", name=TITLE).click()
    expect(public.locator("main")).to_contain_text(format_euros(Decimal("5500.50")))
    expect(public.locator("main")).to_contain_text("Les Passerelles")
    every_step_is_in_the_journal(page, partner)


def every_step_is_in_the_journal(coordination: Page, partner: Page) -> None:
    """By whom and when: as many lines as there are events, each dated; the partner reads what it was told."""
    coordination.goto("/espace/journal/")
    lines = coordination.locator("main tbody tr")
    expect(lines).to_have_count(Event.objects.count())
    told = " ".join(lines.all_inner_texts())
    for step in (
        "a déposé le dossier",
        "a déclaré le dossier",
        "a ouvert l'instruction",
        "Titulaire Education a signé l'avis",
        "Titulaire Ville a signé l'avis",
        "Titulaire Prefecture a signé l'avis",
        "a préparé la séance",
        "a inscrit le dossier",
        "a ouvert la séance",
        "a enregistré la décision « accordé »",
        "a clos la séance",
        "Titulaire Ville a signé le relevé",
        "a notifié la décision",
    ):
        assert step in told, step
    assert told.count(f" {clock.today().year} à ") >= Event.objects.count()
    partner.goto("/espace/journal/")
    own = " ".join(partner.locator("main tbody tr").all_inner_texts())
    assert "a notifié la décision" in own
    assert not any(word in own for word in ("avis", "relevé", "séance", "a enregistré la décision"))


# ------------------------------------------------------------------ 5. the administration


def the_administration_reads_the_same_and_changes_nothing_sealed(people: People, cast: Cast, action: Action) -> None:
    page = people.sign_in(cast.emails["admin"])
    save = page.get_by_role("button", name="Enregistrer", exact=True)

    def read(model: str, pk: Any, *shown: str) -> None:
        page.goto(f"/admin/{model}/{pk}/change/")
        for text in shown:
            expect(page.locator("#content")).to_contain_text(text)

    convention = ConventionCadre.objects.get()
    page.goto("/admin/cites/cite/1/change/")
    expect(page.get_by_label("Nom", exact=False).first).to_have_value("Cité éducative de Valenton")
    expect(save).to_have_count(1)
    read("cites/labelperiod", convention.period_id)
    expect(page.get_by_label("Intitulé")).to_have_value(convention.period.label)
    page.goto("/admin/cites/mandate/")
    expect(page.locator("#result_list")).to_contain_text("Titulaire Ville")
    sealed = {
        "cites/conventioncadre": (convention.pk, "Convention-cadre de Valenton", "le maire", "Ouvrir le collège"),
        "funding/tranche": (cast.state.pk, str(cast.state)),
        "funding/decision": (Decision.objects.get().pk, "Accordé"),
        "actions/action": (action.pk, TITLE),
        "cites/event": (Event.objects.order_by("seq").first().pk,),  # type: ignore[union-attr]
    }
    for model, (pk, *shown) in sealed.items():
        read(model, pk, *map(str, shown))
        expect(save).to_have_count(0)
        forged = page.request.post(f"/admin/{model}/{pk}/change/", form={"csrfmiddlewaretoken": token(page)})
        assert forged.status == 403, model
        assert "Vous n’avez pas accès" in forged.text(), "refused to the person, not to the form"
    page.goto("/admin/funding/move/")
    expect(page.locator("#result_list")).to_contain_text(format_euros(Decimal("500.50")))


def token(page: Page) -> str:
    return page.locator("[name=csrfmiddlewaretoken]").first.input_value()
