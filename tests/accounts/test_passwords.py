"""Long weak passwords are refused, all of them; passphrases pass, all of them; and neither takes long."""

import random
import string
import time
from collections.abc import Iterator
from itertools import product

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from cites.accounts import passwords
from cites.accounts.passwords import ENOUGH, LONGEST, SHORTEST, tries
from cites.models import Cite, User
from tests import factories
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database

SIGNUP = "/comptes/signup/"


def _words(text: str) -> list[str]:
    return text.split()


# ------------------------------------------------------------------ weak ones, at least as long as the policy asks

TAILS = ("2024", "2025", "2026", "1998", "123", "1234", "123456", "94460", "!", "!!", "2025!", "2026!!", "@2025", "#1")
HEADS = _words("""
motdepasse password Bonjour Valenton Prefecture Education College citeeducative Coordination Association
Administrateur Professeur Vacances Marseille Papillon Chocolat Toulouse Republique Bienvenue Printemps Septembre
Utilisateur Ordinateur Partenaire Directrice
""")
PAIRS = _words("""
ville college cite ecole mairie prefet soleil chocolat football juillet rentree bonjour maman doudou lapin dragon
""")
FIRST = _words("Jean Marie Nathalie Mohamed Fatima Julien Camille Thomas Sophie Karim")
LAST = _words("Dupont Martin Durand Bernard Benali Lefebvre Moreau Garcia Diallo Rousseau")
WALKS = (
    *("azertyuiop", "qsdfghjklm", "wxcvbn", "azertyuiopqsdfghjklm", "aqwzsxedcrfv", "poiuytreza", "1234567890"),
    *(
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "qazwsxedcrfvtgb",
        "0987654321",
        "abcdefghijklm",
        "&é\"'(-è_çà",
        "wxcvbn,;:!",
    ),
)
PHRASES = _words("""
motdepassemotdepasse monmotdepasse2025 jaimemonchien2024 bonjourtoutlemonde jetaimemonamour vivelafrance2026!
vivelesvacances2025! allezlesbleus1998! liberteegalitefraternite changezmoi2025!! laissezmoientrer1
parissaintgermain75 olympiquedemarseille13 joyeuxanniversaire bonneannee2026!! jaimelechocolat1 iloveyouforever
passwordpassword letmeinletmein1 welcome2026welcome ouvretoisesame2025 nimportequoi12345 cestmoicestmoi2025
""")


def long_enough(password: str) -> str:
    """Padded as people pad: the last character again."""
    return password + password[-1] * (SHORTEST - len(password))


def dressed(password: str, way: int) -> str:
    """As people dress them up, each in its turn."""
    ways = (password, password.capitalize(), password.upper(), password.translate(str.maketrans("aoei", "@031")))
    return ways[way % len(ways)]


def bare() -> Iterator[str]:
    yield from (head + tail for head, tail in product(HEADS, TAILS))
    yield from (f"{a}{b}{tail}" for (a, b), tail in product(product(PAIRS, PAIRS), ("2025", "2026!")))
    yield from (f"{a}-{b}-2025" for a, b in product(PAIRS, PAIRS))
    yield from (
        f"{first}{sep}{last}{year}" for first, last, sep, year in product(FIRST, LAST, ("", "."), ("1985", "94"))
    )
    yield from (walk + tail for walk, tail in product(WALKS, ("", *TAILS)))
    yield from (character * length for character, length in product("a1!zé", (15, 30, 128)))
    yield from (word * times for word, times in product((*PAIRS, "abc", "12", "Aa1!"), (5, 8)))
    yield from PHRASES


def weak() -> list[str]:
    found = {long_enough(dressed(one, way + step)) for way, one in enumerate(bare()) for step in (0, 1, 3)}
    return sorted(one for one in found if len(one) <= LONGEST)


def test_thousands_of_weak_passwords_are_refused() -> None:
    everything = weak()
    assert len(everything) >= 3000
    assert [(one, round(tries(one), 1)) for one in everything if tries(one) >= ENOUGH] == []


# ------------------------------------------------------------------ passphrases

BAG = _words("""
agrafe cactus tournesol horloge brouette moustache parapluie glacier lanterne crayon bocal cerf tambour vitrail
ancre boussole caramel dentelle escargot falaise girafe hamac igloo jonquille kayak libellule marmite nuage orchestre
pinceau quenouille raquette sablier toupie vanille wagon yaourt zeste abricot balcon cadenas domino ecureuil
flocon grenier herisson ivoire jumelles kiwi lavande menuisier noisette olivier phare quartz ruche sirop truelle
voilier amande bougie cascade dune etang fauteuil galet hublot iris jade lutin mangue neon ocre pelote quiche
rabot safran tilleul urne vallon maison cheval soleil table livre porte montagne oiseau jardin
""")


def passphrases() -> list[str]:
    chance = random.Random(20261124)  # noqa: S311 - the same at every run
    letters = string.ascii_letters + string.digits + "!$%*+-=?_"
    found = []
    for number in range(140):
        words = chance.sample(BAG, chance.randint(4, 6))
        phrase = chance.choice((" ", "-", "", ".")).join(words)
        found.append(phrase if len(phrase) >= SHORTEST else phrase + " " + BAG[number % len(BAG)])
    return found + ["".join(chance.choices(letters, k=chance.randint(15, 40))) for _ in range(60)]


def test_two_hundred_passphrases_pass() -> None:
    good = passphrases()
    assert len(good) == 200
    assert [(one, round(tries(one), 1)) for one in good if tries(one) < ENOUGH] == []


@pytest.mark.parametrize("one", [factories.PASSWORD, "Mais où est donc Ornicar ?", "é" + "à" * 3 + "kpç4ùm§q8zvw"])
def test_accents_and_spaces_are_welcome(db: None, one: str) -> None:
    validate_password(one)


# ------------------------------------------------------------------ the price

ADVERSARIES = [
    ("a@a4b8(c{[<e3g69i1!|l1|7o0s$5t+7x%z2" * 4)[:128],
    *("ab" * 64, "ab!" * 42, "a" * 128, "0123456789" * 12, "lovepasswordmonkey" * 7, "12/12/1990-" * 11, "ﷺ" * 128),
    "".join(random.Random(1).choices(string.ascii_lowercase, k=128)),  # noqa: S311
    "".join(random.Random(2).choices(string.digits, k=128)),  # noqa: S311
    "".join(random.Random(3).choices(string.printable[:95], k=128)),  # noqa: S311
]


@pytest.mark.parametrize("one", ADVERSARIES)
def test_the_longest_password_costs_a_tenth_of_a_second(one: str) -> None:
    tries("échauffement de la mémoire")
    spent = []
    for _ in range(3):
        start = time.process_time()
        tries(one)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.1


def test_what_is_too_long_is_not_weighed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "tries", lambda *args: pytest.fail("weighed"))
    for one in ("court", "x" * 100_000):
        with pytest.raises(ValidationError):
            validate_password(one)


# ------------------------------------------------------------------ what is said


def refusal(password: str, user: User | None = None) -> str:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    return " ".join(refused.value.messages)


def test_the_sentences_say_what_to_do(db: None) -> None:
    assert "a 6 caractères : il en faut au moins 15. Essayez quatre mots" in refusal("secret")
    assert "se devine" in refusal("motdepasse2025!!")
    assert "Essayez quatre mots ou plus" in refusal("motdepasse2025!!")
    assert "dépasse 128 caractères" in refusal("é" * 129)
    assert password_validators_help_texts() == [
        "De 15 à 128 caractères. Ni chiffre ni majuscule n’est exigé : quatre mots ou plus, sans lien entre eux,"
        " conviennent.",
        "Pas de nom, de ville, d’année, ni de suite du clavier : un mot de passe qui se devine est refusé.",
    ]


def test_what_is_known_of_the_person_and_the_place_is_weak(db: None) -> None:
    """Words that no list holds, until they name someone here."""
    unknown = "zaphirelbrunquokou"
    assert tries(unknown) >= ENOUGH
    for user in (User(email="zaphirel@brunquokou.test"), User(full_name="Zaphirel Brunquokou")):
        assert "se devine" in refusal(unknown, user)
    Cite.objects.create(pk=1, name="Cité éducative de Zaphirel-Brunquokou")
    assert "se devine" in refusal(unknown)


def test_sign_up_asks_the_same_with_the_name_typed(db: None) -> None:
    page = Visitor().open(SIGNUP)
    typed = {"full_name": "Zaphirel Brunquokou", "email": "qui@exemple.test"}
    for weak_one in ("zaphirelbrunquokou", "Valenton94460!!"):
        refused = page.press("Créer mon compte", **typed, password1=weak_one, password2=weak_one)
        assert "se devine" in refused.error("password1")
        assert not User.objects.filter(email="qui@exemple.test").exists()
    good = factories.PASSWORD
    assert page.press("Créer mon compte", **typed, password1=good, password2=good).path == "/comptes/confirm-email/"
    assert User.objects.get(email="qui@exemple.test").check_password(good)


# ------------------------------------------------------------------ negative control


def test_without_the_weighing_most_of_them_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_words", lambda personal: lambda text: ())
    monkeypatch.setattr(passwords, "_walks", lambda text: ())
    assert sum(tries(one) >= ENOUGH for one in weak()[::20]) > 20
