"""Thousands of requests that no browser would send: none is an error of the server, none takes two seconds.

`FUZZ_REQUESTS=50000 FUZZ_SEED=7` asks for more of them, and for others, before a release.
"""

import os

import pytest
from django.http import HttpRequest

from tests.house import fuzz
from tests.house.answers import Asker
from tests.house.story import Story

SEED = int(os.environ.get("FUZZ_SEED", "20261005"))
MANY, FEW = int(os.environ.get("FUZZ_REQUESTS", "2000")), 160
PARTS = 4  # so that two workers share them


@pytest.fixture(scope="module")
def aims(story: Story) -> list[fuzz.Target]:
    return fuzz.targets(Asker(story))


def found(story: Story, aims: list[fuzz.Target], count: int, seed: int) -> str:
    sent = fuzz.requests(aims, count, seed)
    return "\n".join(f"seed {seed}, {one} → {fault}" for one in sent for fault in fuzz.faults(story, one))


@pytest.mark.parametrize("part", range(2))
def test_a_few_odd_requests(story: Story, aims: list[fuzz.Target], part: int) -> None:
    assert found(story, aims, FEW // 2, SEED + part) == ""


@pytest.mark.postgres_only
@pytest.mark.parametrize("part", range(PARTS))
def test_many_odd_requests(story: Story, aims: list[fuzz.Target], part: int) -> None:
    """PostgreSQL refuses texts and numbers that SQLite shrugs at."""
    assert found(story, aims, MANY // PARTS, SEED + 100 + part) == ""


def test_the_same_seed_makes_the_same_requests(aims: list[fuzz.Target]) -> None:
    first, again, other = ([str(one) for one in fuzz.requests(aims, 40, seed)] for seed in (SEED, SEED, SEED + 1))
    assert first == again != other


def test_requests_are_of_all_kinds_and_from_everyone(aims: list[fuzz.Target]) -> None:
    sent = list(fuzz.requests(aims, 600, SEED))
    assert {one.method for one in sent} == {"GET", "HEAD", "POST"}
    assert {"anonyme", "porteur", "education", "coordination", "admin"} <= {one.role for one in sent}
    assert len({one.url for one in sent}) > 300
    assert any(len(one.body) > 1_000_000 for one in sent)
    assert {"multipart", "text", "application"} <= {one.kind.partition("/")[0] for one in sent}


def test_a_page_that_breaks_is_reported(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> str:
        raise ValueError("boum")

    monkeypatch.setattr(HttpRequest, "get_full_path", broken)
    assert list(fuzz.faults(story, fuzz.Sent(0, "anonyme", "GET", "/espace/")))


def test_a_page_that_dawdles_is_reported(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "SLOW", 0.0)
    assert list(fuzz.faults(story, fuzz.Sent(0, "anonyme", "GET", "/espace/")))


# What such a request once broke.
FOUND = [fuzz.Sent(0, "anonyme", "POST", "/espace/actions/", headers={"referer": "http://[::1"})]


@pytest.mark.parametrize("sent", FOUND, ids=str)
def test_what_was_found_once_stays_mended(story: Story, sent: fuzz.Sent) -> None:
    assert list(fuzz.faults(story, sent)) == []
