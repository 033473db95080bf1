"""A shared computer, in a browser: what stays after someone has left, and the notice before a session ends."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from actions.models import Action
from cites.core import clock
from cites.models import Cite, User
from tests import factories
from tests.accounts import factors
from tests.factories import PASSWORD

CANARY = "Canari des ateliers du soir"


@pytest.fixture
def action(committed_db: None) -> Action:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    return factories.make_draft(title=CANARY)


@pytest.fixture
def writer(action: Action) -> User:
    user = factories.writer_of(action)
    user.set_password(PASSWORD)
    user.save()
    return factories.fresh(user)


@pytest.fixture
def clock_moves() -> Iterator[Callable[[timedelta], None]]:
    """The server's clock jumps; the threads that serve pages read the same one."""
    moves: list[object] = []

    def jump(by: timedelta) -> None:
        context = clock.at(clock.now() + by)
        context.__enter__()
        moves.append(context)

    yield jump
    for context in reversed(moves):
        context.__exit__(None, None, None)  # type: ignore[attr-defined]


def sign_in(page: Page, user: User, to: str = "/espace/") -> None:
    page.goto(to)
    page.get_by_label("Adresse électronique", exact=False).first.fill(user.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"**{to}")


def leave(page: Page) -> None:
    page.get_by_role("button", name="Déconnexion").click()
    page.wait_for_url("**/")


# Not personal: the theme, and the address of the page on the screen.
KEPT = {"scheme", "htmx-current-path-for-history"}

# ------------------------------------------------------------------ after leaving


def test_nothing_is_left_behind(page: Page, writer: User, action: Action) -> None:
    edit = f"/espace/depots/{action.key}/saisie/"
    sign_in(page, writer)
    page.goto(edit)
    expect(page.get_by_label("Intitulé de l'action")).to_have_value(CANARY)
    page.goto(f"/espace/depots/{action.key}/")
    expect(page.locator("main")).to_contain_text(CANARY)
    assert set(kept_by_the_browser(page)) <= KEPT
    leave(page)
    for step in (page.go_back, page.go_back, page.go_back, page.go_forward, page.reload):
        step()
        page.wait_for_load_state()
        assert CANARY not in page.content()
        assert writer.full_name not in page.content()
    page.goto(edit)
    assert "/comptes/login/" in page.url
    other = page.context.new_page()
    other.goto(edit)
    assert CANARY not in other.content()
    assert set(kept_by_the_browser(page)) <= KEPT
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"session", "csrf", "writer"}


def test_a_list_filtered_in_place_leaves_no_copy(page: Page, committed_db: None) -> None:
    """htmx would keep the pages it leaves in sessionStorage, for the “back” button."""
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    factories.make_in_review(title=CANARY)
    sign_in(page, factors.give_password(factories.make_pilot()), "/espace/actions/")
    expect(page.locator("main")).to_contain_text(CANARY)
    page.locator("form[hx-boost]").get_by_role("button").first.click()
    page.wait_for_url("**/espace/actions/?**")
    page.wait_for_load_state("networkidle")
    kept = kept_by_the_browser(page)
    assert set(kept) <= KEPT
    assert CANARY not in str(kept)
    page.go_back()
    expect(page.locator("main")).to_contain_text(CANARY)


def kept_by_the_browser(page: Page) -> dict[str, str]:
    """localStorage, sessionStorage, and nothing in the caches or databases of pages."""
    found: dict[str, str] = page.evaluate(
        """async () => {
            const others = [...(await caches.keys()), ...(await indexedDB.databases()).map((one) => one.name)];
            const named = others.map((name) => ({ [name]: "?" }));
            return Object.assign({}, { ...localStorage }, { ...sessionStorage }, ...named);
        }"""
    )
    return found


# ------------------------------------------------------------------ before the end


def hurry(page: Page, minutes: float) -> None:
    """Time passes for the page as for the server, its timers included."""
    page.clock.run_for(int(minutes * 60_000))


def test_the_page_warns_and_the_person_stays(
    page: Page, writer: User, clock_moves: Callable[[timedelta], None]
) -> None:
    page.clock.install()
    sign_in(page, writer)
    box = page.locator("#session")
    expect(box).to_be_attached()
    expect(box).to_be_empty()
    clock_moves(timedelta(minutes=58, seconds=30))
    hurry(page, 58.5)
    expect(box).to_contain_text("Votre session va se fermer à")
    expect(box).to_contain_text("faute d’activité")
    assert page.title().startswith("Session bientôt fermée – ")
    assert box.get_attribute("role") == "status"
    assert page.evaluate("document.activeElement === document.body"), "the notice takes no focus"
    box.get_by_role("button", name="Rester connecté").press("Enter")
    expect(box).to_be_empty()
    assert not page.title().startswith("Session")
    clock_moves(timedelta(minutes=50))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")


def test_another_tab_where_the_person_works_keeps_this_one(
    page: Page, writer: User, clock_moves: Callable[[timedelta], None]
) -> None:
    page.clock.install()
    sign_in(page, writer)
    clock_moves(timedelta(minutes=50))
    page.context.new_page().goto("/espace/")
    clock_moves(timedelta(minutes=9))
    hurry(page, 59)
    page.wait_for_timeout(300)
    expect(page.locator("#session")).to_be_empty()


def test_the_end_of_the_day_cannot_be_put_off(
    page: Page, writer: User, clock_moves: Callable[[timedelta], None]
) -> None:
    sign_in(page, writer)
    for _ in range(9):
        clock_moves(timedelta(minutes=52))
        page.reload()
    clock_moves(timedelta(minutes=11))
    page.reload()
    box = page.locator("#session")
    expect(box).to_contain_text("ne peut pas être prolongée")
    expect(box.get_by_role("button")).to_have_count(0)


def test_after_the_end_the_text_is_sent_and_comes_back(
    page: Page, writer: User, action: Action, clock_moves: Callable[[timedelta], None]
) -> None:
    page.clock.install()
    edit = f"/espace/depots/{action.key}/saisie/"
    sign_in(page, writer, edit)
    page.get_by_label("Intitulé de l'action").fill("Tapé avant la fin")
    clock_moves(timedelta(minutes=61))
    hurry(page, 61)
    expect(page.locator("#session")).to_contain_text("Votre session est fermée.")
    expect(page.get_by_label("Intitulé de l'action")).to_have_value("Tapé avant la fin")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.locator("main")).to_contain_text("Vous avez été déconnecté")
    page.get_by_label("Adresse électronique", exact=False).first.fill(writer.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_label("Intitulé de l'action")).to_have_value("Tapé avant la fin")


def test_the_admin_warns_too(page: Page, committed_db: None, clock_moves: Callable[[timedelta], None]) -> None:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    page.clock.install()
    sign_in(page, factories.make_admin(password=PASSWORD), "/admin/")
    clock_moves(timedelta(minutes=28, seconds=30))
    hurry(page, 28.5)
    box = page.locator("#session")
    box.get_by_role("button", name="Rester connecté").click()
    expect(box).to_be_empty()


def test_visitors_are_not_warned(page: Page, committed_db: None) -> None:
    page.goto("/")
    assert page.locator("#session").count() == 0
    assert page.locator("script[src*='portal-session']").count() == 0
