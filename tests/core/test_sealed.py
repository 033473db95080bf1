"""Sealed versions: one canonical text, its hash, its numbers, and what changed between two."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from cites.core import clock
from cites.core.money import from_cents
from cites.core.sealed import Change, canonical, diff, digest, read, seal, verify_sealed
from cites.models import SealedVersion
from tests import factories

PAYLOAD = {
    "title": "Été à l'école",
    "requested": Decimal("1234.50"),
    "starts_on": date(2026, 9, 1),
    "sealed_at": datetime(2026, 7, 1, 22, 0, 0, 5, tzinfo=UTC),
    "schools": ["0949904E"],
    "budget": {"641": Decimal("1000"), "604": Decimal("234.5")},
    "minimum": None,
    "on_paper": False,
    "participants": 40,
}
TEXT = (
    '{"budget":{"604":{"cents":23450},"641":{"cents":100000}},"minimum":null,"on_paper":false,"participants":40,'
    '"requested":{"cents":123450},"schools":["0949904E"],"sealed_at":"2026-07-01T22:00:00.000005+00:00",'
    '"starts_on":"2026-09-01","title":"Été à l\'école"}'
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.integers(0, 10**11).map(from_cents),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
).filter(lambda value: "'cents'" not in repr(value))


def test_canonical_text_is_literal() -> None:
    assert canonical(PAYLOAD) == TEXT


def test_canonical_text_does_not_depend_on_order_or_on_how_an_amount_is_written() -> None:
    shuffled = {key: PAYLOAD[key] for key in reversed(PAYLOAD)} | {"requested": Decimal("1234.5000")}
    assert canonical(shuffled) == TEXT
    assert canonical((1, 2)) == canonical([1, 2])


@pytest.mark.parametrize("value", [1.5, {"amount": 0.1}, [float("nan")], {1, 2}, b"octets", object()])
def test_what_has_no_single_writing_is_not_sealed(value: object) -> None:
    with pytest.raises(TypeError, match="ne se scelle pas"):
        canonical(value)


def test_a_fraction_of_a_cent_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="centimes"):
        canonical({"amount": Decimal("0.001")})


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(plain)
def test_read_gives_back_what_was_sealed(value: object) -> None:
    assert read(canonical(value)) == value
    assert canonical(read(canonical(value))) == canonical(value)


def test_digest_is_sha256_of_utf8() -> None:
    assert digest("Été") == hashlib.sha256("Été".encode()).hexdigest()


def test_versions_are_numbered_per_subject_and_kind(db: None) -> None:
    first, other = factories.make_organisation(), factories.make_organisation("La Ruche")
    author = factories.make_coordination()
    with clock.at(factories.NOON):
        versions = [seal("fiche", first, {"n": n}, by=author) for n in (1, 2)]
    assert [version.number for version in versions] == [1, 2]
    assert seal("fiche", other, {"n": 1}, by=author).number == 1
    assert seal("autre", first, {"n": 1}, by=author).number == 1
    version = SealedVersion.objects.of("fiche", first).get(number=2)
    assert (version.payload, version.sha256) == ('{"n":2}', digest('{"n":2}'))
    assert (version.sealed_at, version.sealed_by) == (factories.NOON, author)
    assert version.short_hash == version.sha256[:12]


def test_a_number_is_given_once(db: None) -> None:
    subject = factories.make_organisation()
    version = seal("fiche", subject, {}, by=None)
    version.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


def test_verify_sealed_names_a_text_that_is_not_the_sealed_one(db: None) -> None:
    action = factories.make_submitted()
    assert list(verify_sealed()) == []
    forged = SealedVersion.objects.create(
        kind="proposition",
        subject_type="actions.action",
        subject_id=action.pk,
        number=9,
        payload=canonical({"title": "un autre texte"}),
        sha256=digest("le texte d'origine"),
        sealed_at=clock.now(),
        sealed_by=action.created_by,
    )
    assert [str(forged) in sentence for sentence in verify_sealed()] == [True]


def test_a_submission_seals_what_was_typed_in_cents(db: None) -> None:
    action = factories.make_submitted(requested=Decimal("1234.56"))
    version = SealedVersion.objects.of("proposition", action).get()
    assert list(verify_sealed()) == []
    assert '"requested":{"cents":123456}' in version.payload
    assert read(version.payload)["budget"]["74cite"] == Decimal("1234.56")


def test_diff_reads_field_by_field_in_order() -> None:
    before = {
        "title": "Soir",
        "budget": {"641": Decimal("10"), "604": Decimal("5")},
        "schools": ["A"],
        "same": 1,
    }
    after = {
        "title": "Matin",
        "budget": {"641": Decimal("12"), "613": Decimal("3")},
        "schools": ["A", "B"],
        "same": 1,
    }
    assert list(diff(before, after)) == [
        Change("title", "Soir", "Matin"),
        Change("budget › 641", Decimal("10"), Decimal("12")),
        Change("budget › 604", Decimal("5"), None),
        Change("budget › 613", None, Decimal("3")),
        Change("schools", ["A"], ["A", "B"]),
    ]


def test_diff_of_the_same_text_is_empty() -> None:
    assert list(diff(PAYLOAD, dict(PAYLOAD))) == []
