"""There and back: the button, what the browser carries to ProConnect, and the return; then who is signed in."""

from urllib.parse import parse_qs, urlsplit

from django.contrib.auth import get_user
from django.test import Client

from cites.models import User
from tests.accounts.identity_provider import Provider
from tests.visitor import Page, Visitor

LOGIN, CALLBACK = "/comptes/proconnect/login/", "/comptes/proconnect/login/callback/"
HUGO = {
    "sub": "b6048e95bb134ec5b1d1e1fa69f287172e91722b9354d637a1bcf2ebb0fd2ef5v1",
    "given_name": "Hugo",
    "usual_name": "MARIN",
    "email": "Hugo.Marin@ville.test",
    "siret": "21940074000013",
    "uid": "h.marin",
}
EMAIL = "hugo.marin@ville.test"
FAILED = "La connexion avec ProConnect n’a pas abouti"


def start(visitor: Visitor, **data: str) -> dict[str, str]:
    """Press the button: what the browser carries to ProConnect."""
    answer = visitor.client.post(LOGIN, data)
    assert answer.status_code == 302, answer.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def back(address: str) -> str:
    """The callback is at SITE_URL; the tests know only the path."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def sign_in(provider: Provider, visitor: Visitor | None = None, **data: str) -> Page:
    visitor = visitor or Visitor()
    return visitor.open(back(provider.authorize(start(visitor, **data))))


def signed_in(client: Client) -> User | None:
    request = type("Request", (), {"session": client.session})()
    user = get_user(request)
    return user if isinstance(user, User) else None


def who(page: Page) -> User | None:
    return signed_in(page.visitor.client)


def assert_refused(page: Page, text: str = FAILED) -> None:
    assert (page.status, text in page.text) == (403, True), (page.status, page.text)
    assert who(page) is None
    assert "proconnect" not in page.visitor.client.session
