"""The pages of the cité for anyone: what they say, to whom, and at what price; the probe; the demo's mail."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cites import convention as conventions
from cites.core import append_only, clock
from cites.models import (
    ChefDeFile,
    Cite,
    Commitment,
    ConventionCadre,
    OutboxMail,
    PilotInstitution,
    School,
    Signatory,
)
from cites.views import demo
from tests import factories

PAGES = ("home", "cite", "convention", "accessibility", "legal", "health")
MOST_QUERIES = 10


@pytest.fixture
def cite(db: None) -> Cite:
    cite = Cite.objects.create(
        pk=1,
        name="Cité éducative de Valenton",
        tagline="Ensemble",
        presentation="Un programme pour les jeunes.",
        labelled_on=date(2022, 1, 29),
    )
    cite.communes.add(factories.make_commune())
    return cite


@pytest.fixture
def moved_clock() -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


def text_of(client: Client, name: str, **query: str) -> str:
    response = client.get(reverse(f"public:{name}"), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_answers_before_the_cite_exists(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(f"public:{name}")).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_is_only_read(client: Client, cite: Cite, name: str) -> None:
    assert client.head(reverse(f"public:{name}")).status_code == 200
    assert client.post(reverse(f"public:{name}")).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_costs_few_queries(client: Client, cite: Cite, name: str) -> None:
    factories.make_notified()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(reverse(f"public:{name}"))
    assert len(queries) <= MOST_QUERIES


def test_home_of_a_fresh_install(client: Client, db: None) -> None:
    assert "Ce portail est en préparation" in text_of(client, "home")


def test_home_tells_the_cite(client: Client, cite: Cite) -> None:
    PilotInstitution.objects.filter(code="ville").update(name="Ville de Valenton")
    factories.make_call(title="Grandir ensemble")
    text = text_of(client, "home")
    for expected in ("Un programme pour les jeunes.", "29 janvier 2022", "Ville de Valenton", "Grandir ensemble"):
        assert expected in text
    assert "/actions/?champ=C1" in text
    assert "mot de passe" not in text  # the demo's accounts


def test_home_of_a_demo_lists_its_accounts(client: Client, cite: Cite, settings: Any) -> None:
    settings.DEMO = True
    text = text_of(client, "home")
    for name in ("education", "ville", "prefecture", "suppleant.ville", "coordination", "instruction"):
        assert f"{name}@demo.example" in text
    for name in ("partenaire", "autre.partenaire", "admin"):
        assert f"{name}@demo.example" in text
    assert "cite-educative-demo" in text


def test_cite_shows_who_is_in_office_today(client: Client, cite: Cite, moved_clock: None) -> None:
    school, other = factories.make_school(), _college()
    ChefDeFile.objects.create(school=other, starts_on=date(2022, 1, 1), ends_on=date(2024, 12, 31))
    ChefDeFile.objects.create(school=school, starts_on=date(2025, 1, 1))
    PilotInstitution.objects.create(code="ancienne", name="Ancienne pilote", kind="autre", is_active=False)
    text = text_of(client, "cite")
    assert "depuis le 1er janvier 2025" in text
    assert "depuis le 1er janvier 2022" not in text
    assert "Ancienne pilote" not in text
    assert "Situation au 5 octobre 2026" in text


def test_cite_costs_the_same_with_more_schools(client: Client, cite: Cite) -> None:
    _college()
    with CaptureQueriesContext(connection) as few:
        text_of(client, "cite")
    School.objects.bulk_create(
        School(uai=f"09490{n:02d}X", name=f"École {n}", kind="primaire", commune=factories.make_commune())
        for n in range(30)
    )
    with CaptureQueriesContext(connection) as many:
        assert "École 29" in text_of(client, "cite")
    assert len(many) == len(few)


def test_convention_is_public_once_signed(client: Client, cite: Cite) -> None:
    convention = _convention(signed_on=None)
    assert "Engagement de la ville" not in text_of(client, "convention")
    ConventionCadre.objects.filter(pk=convention.pk).update(signed_on=clock.today() + timedelta(days=1))
    assert "Engagement de la ville" not in text_of(client, "convention")
    ConventionCadre.objects.filter(pk=convention.pk).update(signed_on=clock.today())
    text = text_of(client, "convention")
    for expected in ("Engagement de la ville", "Article 1 – Objet", "Travailler ensemble.", "Maire", "Protocole."):
        assert expected in text


def test_convention_reads_the_sealed_text(client: Client, cite: Cite) -> None:
    """Even if rows were changed behind the portal's back."""
    convention = _convention()
    version = conventions.seal(convention, by=factories.make_admin())
    ConventionCadre.objects.filter(pk=convention.pk).update(articles="Article 1\nAutre chose.")
    Commitment.objects.update(text="Engagement effacé")
    text = text_of(client, "convention")
    assert "Travailler ensemble." in text
    assert "Engagement de la ville" in text
    assert "Autre chose" not in text
    assert version.sha256 in text


def test_convention_of_another_period(client: Client, cite: Cite) -> None:
    _convention(2022, title="Convention de 2022")
    _convention(2025, title="Convention de 2025")
    assert "<h1>Convention de 2025</h1>" in text_of(client, "convention")
    assert "<h1>Convention de 2022</h1>" in text_of(client, "convention", periode="2022")
    assert client.get(reverse("public:convention"), {"periode": "1999"}).status_code == 404


def test_articles_are_split_by_their_titles() -> None:
    text = "Avant.\n\nArticle 1 – Objet\nUn.\nDeux.\n  article 2\nTrois.\nArticles divers"
    articles = [(article.title, article.text) for article in conventions.split_articles(text)]
    assert articles == [
        ("", "Avant."),
        ("Article 1 – Objet", "Un.\nDeux."),
        ("article 2", "Trois.\nArticles divers"),
    ]
    assert conventions.split_articles("") == []


class TestHealth:
    def get(self, client: Client) -> Any:
        return client.get(reverse("public:health"))

    def test_is_well(self, client: Client, db: None) -> None:
        response = self.get(client)
        assert response.status_code == 200
        assert response.json() == {
            "ok": True,
            "database": True,
            "migrations": True,
            "append_only": True,
            "mail": {"waiting": "0", "oldest": "none"},
        }
        assert "no-store" in response["Cache-Control"]

    def test_misses_a_trigger(self, client: Client, db: None) -> None:
        """The production trigger itself is removed."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DROP TRIGGER append_only_funding_move_update")
            else:
                cursor.execute('DROP TRIGGER append_only_funding_move_row ON "funding_move"')
        assert append_only.missing(connection) == ["funding_move"]
        response = self.get(client)
        assert response.status_code == 503
        assert response.json()["append_only"] is False

    def test_misses_a_migration(self, client: Client, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'funding'")
        response = self.get(client)
        assert response.status_code == 503
        assert response.json()["migrations"] is False

    def test_has_no_database(self, client: Client, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
        def refuse(*args: Any, **kwargs: Any) -> None:
            raise OperationalError

        with monkeypatch.context() as patch:
            patch.setattr(connection, "cursor", refuse)
            response = self.get(client)
        assert response.status_code == 503
        assert response.json()["database"] is False

    @pytest.mark.parametrize(
        ("count", "age", "expected"),
        [
            (1, timedelta(minutes=1), {"waiting": "1-10", "oldest": "under an hour"}),
            (11, timedelta(hours=2), {"waiting": "11-100", "oldest": "over an hour"}),
        ],
    )
    def test_tells_waiting_mail_in_steps(
        self, client: Client, db: None, count: int, age: timedelta, expected: dict[str, str]
    ) -> None:
        OutboxMail.objects.bulk_create(
            OutboxMail(to="a@exemple.test", subject="s", body="b", created_at=clock.now() - age) for _ in range(count)
        )
        assert self.get(client).json()["mail"] == expected


class TestDemoMail:
    def test_shows_the_last_mails(self, rf: RequestFactory, db: None, settings: Any) -> None:
        settings.DEMO = True
        OutboxMail.objects.create(to="a@exemple.test", subject="Votre code", body="Code <b>123</b>")
        request = rf.get("/demo/courrier/")
        request.user = factories.make_user()
        text = demo.mail(request).content.decode()
        assert "Votre code" in text
        assert "Code &lt;b&gt;123&lt;/b&gt;" in text

    def test_does_not_exist_elsewhere(self, client: Client, db: None) -> None:
        OutboxMail.objects.create(to="a@exemple.test", subject="Votre code", body="Code 123")
        assert client.get("/demo/courrier/").status_code == 404


def _college() -> School:
    values = {"name": "Collège des Oseraies", "kind": "college", "commune": factories.make_commune()}
    return School.objects.get_or_create(uai="0949901B", defaults=values)[0]


def _convention(year: int = 2025, **fields: Any) -> ConventionCadre:
    values: dict[str, Any] = {
        "title": "Convention-cadre",
        "period": factories.make_period(year),
        "articles": "Article 1 – Objet\nTravailler ensemble.",
        "evaluation_protocol": "Protocole.",
        "signed_on": date(2025, 3, 21),
        **fields,
    }
    convention = ConventionCadre.objects.create(**values)
    Signatory.objects.create(convention_cadre=convention, institution_name="Ville", capacity="Maire")
    ville = PilotInstitution.objects.get(code="ville")
    Commitment.objects.create(convention_cadre=convention, text="Engagement de la ville", owner=ville)
    return convention
