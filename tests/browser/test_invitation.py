"""An invitation accepted in a real browser: the policy that hides its address lets its form through."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from cites.accounts import invitations
from cites.models import OutboxMail, User
from cites.views import invitations as views
from tests import factories


def accept_as_someone_new(page: Page, live_site: str) -> None:
    admin = factories.make_admin()
    invitations.invite("ines@ville.test", role="coordination", starts_on=date(2026, 1, 1), by=admin)
    link = re.search(r"/comptes/invitation/[\w-]+/", OutboxMail.objects.latest("pk").body)
    assert link
    page.goto(f"{live_site}{link[0]}")
    page.get_by_label("Nom et prénom").fill("Inès Arnaud")
    page.get_by_label("Mot de passe", exact=True).fill("trois cigognes sous la halle")
    page.get_by_label("Mot de passe, une seconde fois").fill("trois cigognes sous la halle")
    page.get_by_role("button", name="Créer mon compte et accepter").click()


def test_the_link_of_the_mail_leads_to_an_account_with_its_role(live_site: str, page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.headers.get("referer", "")))
    accept_as_someone_new(page, live_site)
    expect(page.get_by_text("Votre compte est créé. Votre rôle : Coordination.")).to_be_visible()
    assert User.objects.get(full_name="Inès Arnaud").is_coordination
    assert not any("invitation" in referer for referer in sent)


def test_under_no_referrer_the_browser_makes_its_own_form_refused(
    live_site: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why the page is `strict-origin`: docs/adr/0012."""
    monkeypatch.setattr(views, "REFERRER_POLICY", "no-referrer")
    accept_as_someone_new(page, live_site)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ce formulaire a expiré")
    assert not User.objects.filter(full_name="Inès Arnaud").exists()
