"""The routes that ask again who is there: a literal table, asked with a sign-in of six minutes and with a fresh one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from cites.accounts import step_up
from cites.core import clock
from tests.house import answers, matrix
from tests.house.answers import Asker, Route
from tests.house.story import NOW, Story, aside, complete

# route, words of the story, methods, who may do it, what their form holds
TABLE = """
seances:sign                          close              POST      education     signature
seances:notify                        signee             POST      coordination
admin:cites_conventioncadre_seal      convention         GET POST  admin         sceau
admin:cites_mandate_add               -                  GET POST  admin
admin:cites_mandate_change            mandate            GET POST  admin
admin:cites_mandate_delete            mandate            GET POST  admin
admin:cites_user_change               porteur            GET POST  admin
admin:cites_user_delete               porteur            GET POST  admin
admin:cites_user_end_sessions         porteur            GET POST  admin
admin:cites_user_send_password_link   porteur            GET POST  admin
admin:cites_user_lift_second_factor   porteur            GET POST  admin
organisation:invite                   nous               GET POST  porteur       invitation_membre
organisation:invitation               nous,invitee,renvoyer    POST      porteur
organisation:member                   nous,membre_lecteur      GET POST  porteur    role
organisation:end                      nous,membre_lecteur      GET POST  porteur
organisation:join_request             nous,demande             GET POST  porteur    reponse
organisation:rib                      nous               GET POST  porteur       rib
proposals:invite_co_editor            brouillon,eux      GET POST  porteur
account_set_password                  -                  GET POST  porteur
mfa_activate_totp                     -                  GET POST  porteur
mfa_add_webauthn                      -                  GET POST  porteur
mfa_generate_recovery_codes           -                  GET POST  education
"""
ROWS = [line for line in TABLE.strip().splitlines()]
# Paying, or where the money goes: such a route is in the table, or it does not come in.
MONEY_OUT = re.compile(r"(^|[:_])(pay|pays|payment|payments|payer|paiement|rib|iban|bank)($|_)")
CONFIRMATION = {"accounts:confirm", "account_reauthenticate", "mfa_reauthenticate"}


@pytest.fixture(scope="module")
def asker(story: Story) -> Iterator[Asker]:
    with aside():
        complete(story)
        yield Asker(story)


def address(asker: Asker, route: str, word: str) -> str:
    story = asker.story
    if "," in word or word in story.rows:
        keys = {name: action.key for name, action in story.files.items()} if route.startswith("proposals:") else {}
        return reverse(route, args=[keys.get(one) or story.rows.get(one, one) for one in word.split(",")])
    match word:
        case "-":
            return reverse(route)
        case "convention":
            assert story.convention is not None
            return reverse(route, args=[story.convention.pk])
        case "mandate":
            mandate = story.people["suppleant"].mandates.first()
            assert mandate is not None
            return reverse(route, args=[mandate.pk])
    args = [story.seances[word].pk if word in story.seances else story.people[word].pk]
    return reverse(route, args=args)


def asked_again(asker: Asker, row: str, age: timedelta) -> Iterator[tuple[str, bool]]:
    """For each method of the row: was the person led to confirm, with a way back, and nothing written?"""
    route, word, rest = row.split(maxsplit=2)
    methods = re.findall("GET|POST", rest)
    role, *form = rest.split("POST")[1].split()
    url = address(asker, route, word)
    for method in methods:
        with aside(), clock.at(NOW + age), answers.spying() as writes:
            client = asker.story.client(role)
            data = matrix.form(form[0] if form else "", asker.story, (word,))
            response = client.get(url) if method == "GET" else client.post(url, data)
        led = response.get("Location", "")
        is_led = led.startswith("/") and answers.place(led) in CONFIRMATION
        assert not (is_led and writes), f"{method} {url} wrote to {writes}"
        assert not is_led or parse_qs(urlsplit(led).query)["next"]
        yield f"{method} {route}", is_led


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split()[0])
def test_six_minutes_after_signing_in_it_is_asked_again(asker: Asker, row: str) -> None:
    assert [name for name, is_led in asked_again(asker, row, timedelta(minutes=6)) if not is_led] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split()[0])
def test_just_after_it_is_not(asker: Asker, row: str) -> None:
    assert [name for name, is_led in asked_again(asker, row, timedelta(minutes=4)) if is_led] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split()[0])
def test_without_the_check_the_table_goes_red(asker: Asker, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_up, "is_recent", lambda request: True)
    assert not any(is_led for _, is_led in asked_again(asker, row, timedelta(minutes=6)))


def unlisted(existing: tuple[Route, ...]) -> set[str]:
    listed = {row.split()[0] for row in ROWS}
    return {route.name for route in existing if MONEY_OUT.search(route.name)} - listed


def test_paying_and_changing_a_rib_cannot_come_in_without_it() -> None:
    assert unlisted(answers.routes()) == set()
    planted = [Route(name, "", False, ()) for name in ("awards:pay", "organisations:rib_edit", "payments:iban")]
    assert unlisted(tuple(planted)) == {"awards:pay", "organisations:rib_edit", "payments:iban"}
