"""Pages that no block of the matrix reaches, because the story is never in their state; and routes without a page."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import resolve, reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from cites.models import User
from tests.accounts import factors
from tests.factories import PASSWORD, fresh
from tests.house import answers
from tests.house import test_headers as headers
from tests.house.story import Story
from tests.pages import listing
from tests.pages.listing import Shown, is_page
from tests.visitor import Page, Visitor

# Every answer of these routes leads elsewhere, refuses, or is no page. Found by the matrix alone for the others.
WITHOUT_A_PAGE = {
    "admin:-": "the last resort of the administration, always 404",
    "admin:login": "leads to the login page of everyone",
    "admin:password_change": "leads to the page of the account",
    "admin:view_on_site": "leads to the page of a row; no model has one",
    "admin:autocomplete": "answers what a list of choices asks",
    "organisation:home": "leads to the organisation of the person, or to where one joins one",
    "mfa_login_webauthn": "answers what a script asks",
    "mfa_download_recovery_codes": "answers a text file",
    **dict.fromkeys(
        ("proconnect_login", "proconnect_callback", "proconnect_logout", "proconnect_logged_out"),
        "leads to ProConnect or back",
    ),
}


def shown(page: Page, name: str = "") -> Shown:
    assert is_page(page.answer, 200), f"{page.url}: {page.status}"
    route = resolve(page.path).view_name
    return Shown(name or route, route, page.path, page.answer)


# ------------------------------------------------------------------ one's own account


def passkey(user: User) -> Authenticator:
    """A passkey whose public part is well formed, since pages that ask for it read that."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    kept = AttestedCredentialData.create(Aaguid.NONE, b"k" * 16, public)
    data = AuthenticatorData.create(sha256(b"testserver").digest(), AuthenticatorData.FLAG.AT, 0, kept)
    client = {"type": "webauthn.create", "challenge": "", "origin": "http://testserver"}
    response = {
        "clientDataJSON": websafe_encode(json.dumps(client).encode()),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    name = websafe_encode(b"k" * 16)
    credential = {"id": name, "rawId": name, "type": "public-key", "response": response}
    return WebAuthn.add(user, "Clé du bureau", credential).instance


def someone_with_everything(story: Story) -> Iterator[Shown]:
    """A password, an app, recovery codes, a passkey: each step in, then each page about them."""
    user = factors.give_password(story.people["lecteur"])
    secret, key = factors.give_app(user), passkey(user)
    factors.give_recovery_codes(user)
    visitor, page = factors.sign_in(fresh(user))
    yield shown(page)
    page.press("Se connecter", code=factors.code_of(secret))
    for route in (
        *("account_change_password", "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
        *("mfa_list_webauthn", "mfa_add_webauthn", "account_email", "usersessions_list"),
    ):
        yield shown(visitor.open(reverse(route)), f"{route}, everything")
    for route in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        yield shown(visitor.open(reverse(route, args=[key.pk])), route)


def someone_without_a_factor(story: Story) -> Iterator[Shown]:
    """Who steers meets the wall, then enrols an app."""
    Authenticator.objects.filter(user=story.people["ville"]).delete()
    with override_settings(MFA_REQUIRED=True):
        visitor = Visitor(fresh(story.people["ville"]))
        yield shown(visitor.open("/espace/"))


def someone_who_lost_their_password(story: Story) -> Iterator[Shown]:
    user = factors.give_password(story.people["autre"])
    words = [user_pk_to_url_str(user), default_token_generator.make_token(user)]
    page = Visitor().open(reverse("account_reset_password_from_key", args=words))
    yield shown(page)
    yield shown(page.visitor.post(page.path, {"password1": "court", "password2": "autre"}), "a password refused")


def someone_who_signs_in_by_code(story: Story) -> Iterator[Shown]:
    page = Visitor().open(reverse("account_request_login_code"))
    page = page.visitor.post(page.path, {"email": story.people["autre"].email})
    yield shown(page)
    yield shown(page.visitor.post(page.path, {"code": "FAUX"}), "a code refused")


def someone_whose_password_is_wrong(story: Story) -> Iterator[Shown]:
    body = {"login": story.people["autre"].email, "password": "faux"}
    yield shown(Visitor().post(reverse("account_login"), body), "a password that is wrong")


def someone_who_has_just_signed_up(story: Story) -> Iterator[Shown]:
    names = {"full_name": "Nouvelle Personne", "email": "neuve@exemple.test"}
    page = Visitor().open(reverse("account_signup"))
    yield shown(page.visitor.post(page.path, {**names, "password1": PASSWORD, "password2": PASSWORD}))


def imports(story: Story) -> Iterator[Shown]:
    """What would happen with a file: the empty one that the page offers, with a line that means nothing."""
    client = story.client("admin")
    for model in listing.MODELS:
        if not hasattr(admin.site._registry[model], "importer"):
            continue
        name = listing.name_of(model)
        header = answers.body_of(client.get(reverse(f"{name}_import_template", args=["csv"]))).decode("utf-8-sig")
        file = SimpleUploadedFile("lignes.csv", f"{header.splitlines()[0]}\n{'x;' * header.count(';')}x\n".encode())
        answer = client.post(reverse(f"{name}_import"), {"file": file}, follow=True)
        route, url = f"{name}_import_check", answer.redirect_chain[-1][0]
        yield Shown(route, route, url, answer, listing.beside(client, route))


OTHERS: list[Callable[[Story], Iterator[Shown]]] = [
    someone_with_everything,
    someone_without_a_factor,
    someone_who_lost_their_password,
    someone_who_signs_in_by_code,
    someone_whose_password_is_wrong,
    someone_who_has_just_signed_up,
    imports,
]
# What they show: checked against what they did.
OF_OTHERS = {
    *("mfa_authenticate", "account_change_password", "account_reauthenticate", "mfa_reauthenticate"),
    *("mfa_reauthenticate_webauthn", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_edit_webauthn"),
    *("mfa_remove_webauthn", "accounts:second_factor", "account_confirm_login_code"),
    *("account_email_verification_sent", "admin:partners_organisation_import_check"),
    *("admin:actions_action_import_check", "admin:funding_award_import_check"),
}


# ------------------------------------------------------------------ errors

ERRORS = [kind for kind, (status, _, _) in headers.ANSWERS.items() if status >= 400 and status != 405]


def error(story: Story, kind: str) -> Iterator[Shown]:
    """As `test_headers.py` gets it."""
    answer = headers.ANSWERS[kind][2](story)
    if is_page(answer, *range(400, 600)) and not answer.streaming:
        yield Shown(kind, f"error {answer.status_code}", "/page/", answer)


def too_many(story: Story) -> Iterator[Shown]:
    """As many requests for a new password as are allowed, and one more."""
    client = Client(raise_request_exception=False)
    asked = int(settings.ACCOUNT_RATE_LIMITS["reset_password"].partition("/")[0]) + 1
    for turn in range(asked):
        answer = client.post(reverse("account_reset_password"), {"email": f"x{turn}@exemple.test"})
    assert answer.status_code == 429
    yield Shown("too many", "error 429", "/page/", answer)
