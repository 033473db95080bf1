"""From a submitted file to the avis side by side: admissible or not, completed, read by each institution alone."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from actions import agenda
from actions.models import Action, Avis, AvisDraft, Review
from actions.models.action import WAITING_LABEL, Status
from cites.core import clock
from cites.models import Cite, Event, OutboxMail, PilotInstitution
from partners.models import Interest
from tests import factories
from tests.visitor import Page, Visitor

SIGN = "Signer l'avis"
KEEP = "Garder sans signer"
SECRET = {"position": "defavorable", "amount": "1 234,56", "reason": "Motif gardé sous le voile"}
SHOWN = ("Défavorable", "1 234,56", "Motif gardé sous le voile")


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


@pytest.fixture
def coordination() -> Visitor:
    return Visitor(factories.make_coordination())


@pytest.fixture
def pilots() -> dict[str, Visitor]:
    return {code: Visitor(factories.make_pilot(code)) for code in factories.INSTITUTIONS}


def file_url(action: Action) -> str:
    return f"/espace/actions/{action.reference}/"


def avis_page(visitor: Visitor, action: Action) -> Page:
    return visitor.open(f"{file_url(action)}avis/")


def partner_of(action: Action) -> Visitor:
    return Visitor(factories.writer_of(action))


def mails_to(action: Action) -> list[str]:
    """The subjects that the writer received, oldest first."""
    return list(
        OutboxMail.objects.filter(to=factories.writer_of(action).email).order_by("pk").values_list("subject", flat=True)
    )


def status(action: Action) -> str:
    action.refresh_from_db()
    return str(action.status)


# ------------------------------------------------------------------ admissible, completed, refused


def test_a_file_is_found_admissible_then_reviewed(coordination: Visitor, pilots: dict[str, Visitor]) -> None:
    action = factories.make_submitted()
    page = coordination.open("/espace/").follow("1 dossier déposé dont la recevabilité est à dire")
    page = page.follow(action.title).press("Déclarer recevable")
    assert (page.status, status(action)) == (200, Status.ADMISSIBLE)
    page = page.press("Ouvrir l'instruction")
    assert (page.messages, status(action)) == ("L'instruction est ouverte.", Status.IN_REVIEW)
    for code, pilot in pilots.items():
        assert pilot.user is not None
        asked = OutboxMail.objects.get(to=pilot.user.email)
        assert asked.subject == f"Avis demandé sur le dossier {action.reference}", code
        page = pilot.open("/espace/").follow("1 dossier attend l'avis de votre institution")
        page.follow(action.title).follow("Donner l'avis de votre institution").press(SIGN, position="favorable")
    assert status(action) == Status.REVIEWED
    assert "1 dossier instruit à inscrire à l'ordre du jour" in coordination.open("/espace/").text
    assert mails_to(action) == ["Récépissé de dépôt 2026-001", "Dossier 2026-001 recevable"]


def test_the_partner_completes_and_the_pilots_read_the_difference(
    coordination: Visitor, pilots: dict[str, Visitor]
) -> None:
    action = factories.make_in_review()
    factories.give_all_avis(action)
    page = coordination.open(file_url(action)).follow("Demander un complément")
    page.press("Demander le complément", anchor="budget", text="Joindre un devis.", due_on="2026-10-20")
    assert status(action) == Status.TO_COMPLETE
    assert mails_to(action)[-1] == "Complément demandé sur le dossier 2026-001"

    partner = partner_of(action)
    page = partner.open(f"/espace/depots/{action.key}/")
    assert "Pour quand Au plus tard le 20/10/2026." in page.text
    assert "La coordination : Joindre un devis." in page.text
    page = page.follow("Compléter le dossier").follow("Tout remplir sur une seule page")
    assert page.value("line_641") == "8000,00", "what was typed is still there"
    assert (page.values("title"), action.title in page.text) == ([], True), "what is not asked is read"
    # A complement is not held to the closing of the call.
    with clock.at(factories.closing(action.call) + timedelta(days=3)):
        page = page.press("Enregistrer et relire avant de déposer", line_641="8 500", cofunder_0_amount="2 500")
        page = page.press("Déposer le dossier")
    assert "Version 2" in page.text
    assert status(action) == Status.SUBMITTED

    page = coordination.open(file_url(action))
    assert "3 différences avec la version précédente" in page.text
    assert "Budget : Rémunération des personnels 8 000,00 € 8 500,00 € + 500,00 €" in page.text
    assert "Budget : Commune 2 000,00 € 2 500,00 € + 500,00 €" in page.text
    assert "La coordination demandait : Joindre un devis." in page.text
    page.press("Déclarer recevable").press("Ouvrir l'instruction")
    assert list(Review.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    page = pilots["ville"].open(file_url(action))
    assert "Donner l'avis de votre institution" in page.links, "the avis are asked again on the new version"
    assert [partner.download(f"/espace/depots/{action.key}/recepisse/{n}.pdf")[:5] for n in (1, 2)] == [b"%PDF-"] * 2


def test_every_difference_reads_in_the_words_of_the_form(coordination: Visitor) -> None:
    action = factories.make_submitted()
    page = coordination.open(file_url(action)).follow("Demander un complément ou déclarer non recevable")
    for place in ("title", "starts_on", "schools", "budget"):
        page = page.press("Ajouter cette question", anchor=place, text="Revoir.")
    page.press("Demander le complément", due_on="2026-10-20")
    page = partner_of(action).open(f"/espace/depots/{action.key}/saisie/")
    changes = {"title": "Autre titre", "starts_on": "2026-11-02", "schools": None, "minimum": "4 500"}
    page.press("Enregistrer et relire avant de déposer", **changes, line_864="100", line_870="100").press(
        "Déposer le dossier"
    )
    text = coordination.open(file_url(action)).text
    for shown in (
        "6 différences avec la version précédente",
        "Intitulé de l'action retiré : Ateliers du soir au collège ajouté : Autre titre",
        "Début de l'action retiré : 20/10/2026 ajouté : 02/11/2026",
        "Établissements scolaires retiré : École maternelle des Oseraies",
        "Montant minimum pour que l'action se fasse 4 000,00 € 4 500,00 € + 500,00 €",
        "Budget : Personnel bénévole – 100,00 € + 100,00 €",
    ):
        assert shown in text, shown


def test_a_complement_is_asked_with_a_text_and_a_date_to_come(coordination: Visitor) -> None:
    action = factories.make_submitted()
    page = coordination.open(file_url(action)).follow("Demander un complément ou déclarer non recevable")
    ask = "Demander le complément"
    assert page.value("due_on") == "2026-10-20", "fifteen days; a weekend would give the Monday"
    assert "Écrivez au moins une question" in page.press(ask, due_on="2026-10-20").text
    assert page.press(ask, text="Un devis.").error("anchor").startswith("Choisissez l'endroit")
    kept = page.press(ask, anchor="budget", text="Un devis.", due_on="")
    assert kept.error("due_on") == "Donnez une date limite au partenaire."
    assert kept.value("text") == "Un devis."
    late = page.press(ask, anchor="budget", text="Un devis.", due_on="2026-10-04")
    assert late.error("due_on").startswith("Cette date est passée")
    assert status(action) == Status.SUBMITTED
    page.press(ask, anchor="budget", text="Un devis.", due_on="2026-10-05")
    assert status(action) == Status.TO_COMPLETE


def test_a_file_is_found_inadmissible_and_the_partner_reads_why(coordination: Visitor) -> None:
    action = factories.make_submitted()
    page = coordination.open(file_url(action)).follow("Demander un complément ou déclarer non recevable")
    asked = page.press("Déclarer non recevable", reason="Hors du quartier.")
    assert "il ne pourra pas être complété" in asked.text and status(action) == Status.SUBMITTED
    assert asked.press("Revenir à la saisie").value("reason") == "Hors du quartier."
    asked.press("Déclarer non recevable")
    assert status(action) == Status.INADMISSIBLE
    page = partner_of(action).open(f"/espace/depots/{action.key}/")
    assert "Le dossier n'est pas recevable Hors du quartier." in page.text
    assert "Compléter le dossier" not in page.links
    assert mails_to(action)[-1] == "Dossier 2026-001 non recevable"


# ------------------------------------------------------------------ the veil


def everything_read_by(visitor: Visitor, action: Action) -> str:
    """Every page, list, filter and export where the avis of others could show."""
    filters = ["", "?avis_missing=prefecture", "?avis_missing=education", "?status=in_review", "?q=défavorable"]
    lists = [visitor.open(f"/espace/actions/{query}") for query in filters]
    pages = [file_url(action), "/espace/journal/", "/espace/", "/espace/seances/", "/espace/budget/"]
    texts = [page.text for page in lists] + [visitor.open(page).text for page in pages]
    texts += [visitor.download(f"/espace/actions/export.csv{query}").decode() for query in filters]
    return "\n".join(texts)


def found_under(visitor: Visitor, institution: str, action: Action) -> bool:
    """Whether the filter “avis attendu de” shows the file under that institution."""
    listed = visitor.open("/espace/actions/", avis_missing=institution)
    exported = visitor.download(f"/espace/actions/export.csv?avis_missing={institution}").decode()
    assert (f"{action.reference};" in exported) is (action.title in listed.links)
    return action.title in listed.links


def test_until_all_have_answered_nobody_reads_what_or_who(coordination: Visitor, pilots: dict[str, Visitor]) -> None:
    action = factories.make_in_review()
    before = {code: everything_read_by(pilot, action) for code, pilot in pilots.items()}
    avis_page(pilots["prefecture"], action).press(SIGN, **SECRET)

    own = pilots["prefecture"].open(file_url(action)).text
    assert all(text in own for text in SHOWN)
    for code in ("education", "ville"):
        assert everything_read_by(pilots[code], action) == before[code], "not one word has changed"
        for institution in ("prefecture", "ville", "education"):
            expected = True  # a filter that one may not use narrows nothing
            assert found_under(pilots[code], institution, action) is expected
    admin = Visitor(factories.make_admin())
    for address in (f"/admin/actions/avis/{Avis.objects.get().pk}/change/", "/admin/actions/avis/", "/admin/"):
        assert not any(text in admin.open(address).text for text in SHOWN)

    page = coordination.open(file_url(action))
    assert "Avis attendus de : Éducation nationale, Ville." in page.text
    assert not any(text in page.text for text in SHOWN), "coordination reads who, not what"
    assert not found_under(coordination, "prefecture", action)
    assert found_under(coordination, "ville", action)
    assert "a signé l'avis de Préfecture" in coordination.open("/espace/journal/").text


def test_the_last_answer_lifts_the_veil(coordination: Visitor, pilots: dict[str, Visitor]) -> None:
    action = factories.make_in_review()
    for code, position, amount in (
        ("prefecture", "defavorable", "1 000"),
        ("ville", "favorable", "8 000"),
        ("education", "favorable_avec_reserve", ""),
    ):
        assert status(action) == Status.IN_REVIEW
        avis_page(pilots[code], action).press(SIGN, position=position, amount=amount, reason=f"Motif {code}.")
    assert status(action) == Status.REVIEWED
    for visitor in (*pilots.values(), coordination):
        text = visitor.open(file_url(action)).text
        assert all(f"Motif {code}." in text for code in factories.INSTITUTIONS)
        assert "Écart entre les montants proposés : 7 000,00 €." in text
        assert "a signé l'avis de Ville" in text
    assert Event.objects.filter(kind="actions.close_review", actor=None).count() == 1


def test_a_call_may_have_open_avis(pilots: dict[str, Visitor]) -> None:
    action = factories.make_in_review(call=factories.make_call("a-decouvert", blind_avis=False))
    avis_page(pilots["prefecture"], action).press(SIGN, **SECRET)
    text = pilots["ville"].open(file_url(action)).text
    assert all(shown in text for shown in SHOWN)
    assert "Avis attendus de" in text


def test_the_partner_never_reads_an_avis(pilots: dict[str, Visitor]) -> None:
    action = factories.make_in_review()
    partner = partner_of(action)

    def everything() -> str:
        pages = ["/espace/", "/espace/depots/", f"/espace/depots/{action.key}/", "/espace/journal/", "/actions/", "/"]
        return "\n".join(partner.open(page).text for page in pages)

    before, sent = everything(), mails_to(action)
    assert WAITING_LABEL in before
    for pilot in pilots.values():
        avis_page(pilot, action).press(SIGN, **SECRET)
    assert status(action) == Status.REVIEWED
    assert everything() == before
    assert mails_to(action) == sent
    for address in (file_url(action), f"{file_url(action)}avis/", "/espace/actions/", "/espace/seances/"):
        refused = partner.open(address)
        assert refused.status == 403
        assert not any(text in refused.text for text in SHOWN)


# ------------------------------------------------------------------ the date of the phase


def test_when_the_date_has_passed_the_avis_are_shown_and_a_late_one_is_marked(
    coordination: Visitor, pilots: dict[str, Visitor]
) -> None:
    due = factories.NOON + timedelta(days=15)
    action = factories.make_in_review(call=factories.make_call("a-date", avis_due_at=due))
    avis_page(pilots["prefecture"], action).press(SIGN, **SECRET)
    with clock.at(due - timedelta(seconds=1)):
        call_command("maintenance", verbosity=0)
        assert status(action) == Status.IN_REVIEW
    with clock.at(due):
        call_command("maintenance", verbosity=0)
        assert status(action) == Status.REVIEWED
        text = pilots["ville"].open(file_url(action)).text
        assert all(shown in text for shown in SHOWN)
        assert "Avis attendus de : Éducation nationale, Ville." in text
        avis_page(pilots["ville"], action).press(SIGN, position="favorable")
        assert "(hors délai)" in coordination.open(file_url(action)).text
        journal = coordination.open("/espace/journal/").text
        assert "Le portail (échéance) a constaté que les avis sur le dossier 2026-001 sont rendus" in journal
    late = Avis.objects.get(institution__code="ville")
    assert (late.is_late, Avis.objects.get(institution__code="prefecture").is_late) == (True, False)
    assert status(action) == Status.REVIEWED, "a late answer reopens nothing"


# ------------------------------------------------------------------ who signs


def test_an_avis_is_signed_once_by_a_mandate_holder(pilots: dict[str, Visitor]) -> None:
    action = factories.make_in_review()
    instructeur = Visitor(factories.make_instructeur("prefecture"))
    page = avis_page(instructeur, action)
    assert (SIGN in page.buttons, KEEP in page.buttons) == (False, True)
    page.press(KEEP, **SECRET)
    assert not Avis.objects.exists()
    forged = instructeur.post(page.path, {**SECRET, "version": 1, "sign": 1})
    assert (forged.status, Avis.objects.count()) == (403, 0)

    page = avis_page(pilots["prefecture"], action)
    assert (page.value("position"), page.value("amount"), page.value("reason")) == (
        "defavorable",
        "1234,56",
        SECRET["reason"],
    )
    assert [avis_page(pilots["ville"], action).value(name) for name in SECRET] == ["", "", ""]
    page.press(SIGN)
    assert Avis.objects.get().amount == Decimal("1234.56")
    second = page.press(SIGN, position="favorable")
    assert "Votre institution a déjà rendu son avis sur cette version." in second.text
    assert Avis.objects.get().position == "defavorable"
    for visitor in (Visitor(factories.make_coordination()), Visitor(factories.make_admin())):
        assert avis_page(visitor, action).status == 403


def test_a_prepared_avis_keeps_an_amount_however_long_it_was_written(pilots: dict[str, Visitor]) -> None:
    action = factories.make_in_review()
    page = avis_page(pilots["ville"], action)
    page.press(KEEP, position="favorable", amount=f"{'0' * 80}12,5")
    assert AvisDraft.objects.get().amount == "12,50"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"position": "defavorable", "reason": " "}, "", "Donnez le motif de cet avis : il éclaire la décision."),
        ({"position": "sans_avis"}, "", "Donnez le motif de cet avis : il éclaire la décision."),
        ({"position": "favorable", "amount": "8 000,01"}, "", "Le montant proposé dépasse le montant demandé."),
        ({"position": "favorable", "amount": "-1"}, "amount", "Le montant ne peut pas être négatif."),
        ({"position": "peut-être"}, "position", "Sélectionnez un choix valide."),
        ({}, "position", "Ce champ est obligatoire."),
    ],
)
def test_an_avis_that_does_not_hold(
    pilots: dict[str, Visitor], typed: dict[str, str], field: str, sentence: str
) -> None:
    action = factories.make_in_review()
    page = avis_page(pilots["ville"], action).press(SIGN, **typed)
    assert sentence in (page.error(field) if field else page.summary)
    assert not Avis.objects.exists()
    assert all(page.value(name) == text for name, text in typed.items() if name != "position")


# ------------------------------------------------------------------ interests and déport


def test_who_has_an_interest_is_out_and_the_suppleant_answers(pilots: dict[str, Visitor]) -> None:
    suppleant = Visitor(factories.make_pilot("ville", "suppleant"))
    organisation = factories.make_organisation()
    Interest.objects.create(user=factories.make_pilot("ville"), organisation=organisation, nature="Siège au bureau")
    action = factories.make_in_review(organisation)
    page = pilots["ville"].open(file_url(action))
    assert "vous êtes en déport" in page.text
    assert "Donner l'avis de votre institution" not in page.links
    refused = pilots["ville"].post(f"{file_url(action)}avis/", {**SECRET, "version": 1, "sign": 1})
    assert refused.status == 403
    assert "Votre suppléante ou suppléant répond." in refused.text
    avis_page(suppleant, action).press(SIGN, position="favorable")
    avis = Avis.objects.get()
    assert (avis.institution.code, avis.signed_by) == ("ville", suppleant.user)


def test_a_seat_in_a_private_body_is_an_interest_by_itself(pilots: dict[str, Visitor]) -> None:
    association, town = factories.make_organisation(), factories.make_organisation("Ville", "commune")
    user = factories.make_pilot("ville")
    for organisation in (association, town):
        user.memberships.create(organisation=organisation, role="lecteur", starts_on=factories.MANDATES_START)
    private, public = factories.make_in_review(association), factories.make_in_review(town)
    assert avis_page(pilots["ville"], private).status == 403
    assert avis_page(pilots["ville"], public).status == 200


def test_an_interest_that_has_ended_no_longer_counts(pilots: dict[str, Visitor]) -> None:
    organisation = factories.make_organisation()
    day = clock.today() - timedelta(days=1)
    Interest.objects.create(
        user=factories.make_pilot("ville"), organisation=organisation, nature="Ancien siège", starts_on=day, ends_on=day
    )
    action = factories.make_in_review(organisation)
    assert avis_page(pilots["ville"], action).status == 200


def test_an_institution_where_nobody_can_answer_is_in_deport(coordination: Visitor, pilots: dict[str, Visitor]) -> None:
    organisation = factories.make_organisation()
    Interest.objects.create(user=factories.make_pilot("ville"), organisation=organisation, nature="Siège au bureau")
    action = factories.make_in_review(organisation)
    assert "Avis attendus de : Éducation nationale, Préfecture." in coordination.open(file_url(action)).text
    for code in ("education", "prefecture"):
        avis_page(pilots[code], action).press(SIGN, position="favorable")
    assert status(action) == Status.REVIEWED
    item = agenda.schedule(action, factories.make_seance(), by=factories.make_coordination())
    ville = PilotInstitution.objects.get(code="ville")
    assert item.positions.get(institution=ville).position == "deport"
