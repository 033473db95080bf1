"""Requests that no browser would send, made from forms that the pages hold. The same seed makes the same requests."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.core.signals import got_request_exception

from tests.house import answers
from tests.house.answers import Asker
from tests.house.sendings import BLOCKS, HOSTILE, NOT_TYPED, PAGES, sendings
from tests.house.story import Story, aside

SLOW = 2.0
Pairs = list[tuple[str, str]]  # names and values, already percent-encoded
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=limite"

TEXTS = (
    *HOSTILE.values(),
    *(
        "",
        "%20",
        "%EF%BB%BF1",
        "%00",
        "0",
        "-0",
        "00",
        "+1",
        "1e9",
        "0x10",
        "1_000",
        "NaN",
        "-Infinity",
        "None",
        "null",
    ),
    *("%EF%BC%91%EF%BC%92", "1%C2%A0234,56", "1,2,3", "99999999999999999999,99", "-0,01", "[]", "{}", "on", "true"),
    *("2026-02-30", "2026-13-01", "0000-00-00", "99/99/9999", "2026-10-05T25:61", "10000-01-01", "-2026-01-01"),
    *(
        "%0D%0AX: 1",
        "%E2%80%AE",
        "%F0%9F%98%80" * 300,
        "../../etc/passwd",
        "%3Cscript%3E",
        "%27--",
        "%25s",
        "$%7B7*7%7D",
    ),
    *(
        "00000000-0000-0000-0000-000000000000",
        "2026-001",
        "2026-999",
        "appel-2026",
        "draft",
        "approved",
        "coordination",
    ),
)
# Fields of models that no form offers, and what formsets count with.
UNASKED = (
    *("status", "institution", "user", "id", "pk", "is_staff", "role", "author", "reference", "organisation", "_popup"),
    *("form-TOTAL_FORMS", "form-INITIAL_FORMS", "next", "csrfmiddlewaretoken", "position_x", "tranche_0", "__proto__"),
)
HEADERS: tuple[dict[str, str], ...] = (
    {"accept": "*/*;q=abc"},
    {"accept": "application/json"},
    {"accept": "," * 500},
    {"accept-language": "zz;q=1e9, " + "a-" * 200},
    {"accept-language": "\u00e9"},
    {"hx-request": "true", "hx-target": "<b>", "hx-current-url": "::::"},
    {"hx-request": "true", "hx-boosted": "true", "hx-trigger-name": "%FF"},
    {"referer": "http://[::1"},
    {"referer": "javascript:alert(1)"},
    {"x-forwarded-for": "'; --", "x-forwarded-proto": "gopher", "x-forwarded-host": "x.example"},
    {"x-http-method-override": "DELETE"},
    {"if-modified-since": "hier", "if-none-match": '"' * 99, "range": "bytes=-1"},
    {"cookie": "session=" + "%FF" * 50 + "; csrf=; =; writer=1:1:1"},
    {"origin": "null"},
    {"content-encoding": "gzip"},
)


@dataclass
class Sent:
    """One request: enough to send it again by hand."""

    number: int
    role: str
    method: str
    url: str
    body: bytes = b""
    kind: str = URLENCODED
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        head = f"no. {self.number}: {self.method} {self.url[:200]} {self.role} {self.kind} {self.headers}"
        return f"{head} {self.body[:300]!r}"


@dataclass
class Target:
    url: str
    pairs: Pairs


def targets(asker: Asker) -> list[Target]:
    """Each form of each page with its valid values, and each page to be read."""
    found = [Target(asker.url(block), []) for block in BLOCKS]
    for block in PAGES:
        for one in sendings(asker, block):
            typed = {name: one.values[name] for name in one.values if name not in NOT_TYPED}
            found.append(Target(one.url, [(quote(name), quote(value)) for name in typed for value in typed[name]]))
    return found


# ------------------------------------------------------------------ what is changed in a form

Draw = random.Random


def other_value(draw: Draw, pairs: Pairs) -> Pairs:
    """Some of the values are something else."""
    return [(name, draw.choice(TEXTS) if draw.random() < 0.4 else value) for name, value in pairs]


def one_other_value(draw: Draw, pairs: Pairs) -> Pairs:
    at = draw.randrange(len(pairs)) if pairs else 0
    return [(name, draw.choice(TEXTS) if place == at else value) for place, (name, value) in enumerate(pairs)]


def another_row(draw: Draw, pairs: Pairs) -> Pairs:
    """Numbers become numbers of other rows: of someone else, of nothing."""
    return [(name, str(draw.choice((0, 1, 2, 7, 10**6, 2**63))) if value.isdigit() else value) for name, value in pairs]


def fewer(draw: Draw, pairs: Pairs) -> Pairs:
    return [pair for pair in pairs if draw.random() < 0.6]


def twice(draw: Draw, pairs: Pairs) -> Pairs:
    return [*pairs, *((name, draw.choice((value, draw.choice(TEXTS)))) for name, value in pairs)]


def renamed(draw: Draw, pairs: Pairs) -> Pairs:
    ends = ("[]", "-0", "%5B0%5D", "__in", "%00", "%FF", ".x")
    return [(f"{name}{draw.choice(ends)}" if draw.random() < 0.3 else name, value) for name, value in pairs]


def unasked(draw: Draw, pairs: Pairs) -> Pairs:
    return [*pairs, *((draw.choice(UNASKED), draw.choice(TEXTS)) for _ in range(4))]


def huge(draw: Draw, pairs: Pairs) -> Pairs:
    """A megabyte in one field, or more fields than are read."""
    if draw.random() < 0.5:
        return [*pairs, *((f"champ{number}", "1") for number in range(1500))]
    name = draw.choice(pairs)[0] if pairs else "texte"
    return [*(pair for pair in pairs if pair[0] != name), (name, "A" * 1_000_000)]


CHANGES: tuple[Callable[[Draw, Pairs], Pairs], ...] = (
    *(other_value, other_value, one_other_value, one_other_value, another_row),
    *(fewer, twice, renamed, unasked),
)


# ------------------------------------------------------------------ how it is written


def body(draw: Draw, pairs: Pairs) -> tuple[bytes, str]:
    """Most often a form; else a form that is torn, or something that is no form."""
    plain = "&".join(f"{name}={value}" for name, value in pairs).encode()
    part = '--limite\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    parts = "".join(part.format(name, value) for name, value in pairs).encode()
    file = b'--limite\r\nContent-Disposition: form-data; name="texte"; filename="../x\x00.svg"\r\n\r\n<svg/>\r\n'
    whole = parts + file + b"--limite--\r\n"
    others = [
        (whole, MULTIPART),
        (whole[: draw.randrange(len(whole))], MULTIPART),
        (whole, "multipart/form-data"),
        (whole, "multipart/form-data; boundary=" + "x" * 300),
        (whole.replace(b"form-data", b"form-data; charset=utf-7"), MULTIPART),
        (b"--limite\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\n--limite--", MULTIPART),
        (plain, f"{URLENCODED}; charset=utf-16"),
        (plain, f"{URLENCODED}; charset=inconnu"),
        (plain, "text/plain"),
        (b"[" * 2000, "application/json"),
        (b'{"status": "approved", "amount": 1e400}', "application/json"),
        (b"\xef\xbb\xbf" + plain, URLENCODED),
        (plain.replace(b"&", b";"), URLENCODED),
        (b"&=&==&%&%%&%u0000=%", URLENCODED),
        (bytes(draw.randrange(256) for _ in range(200)), draw.choice((URLENCODED, MULTIPART, ""))),
    ]
    return (plain, URLENCODED) if draw.random() < 0.75 else draw.choice(others)


def address(draw: Draw, url: str) -> str:
    """Now and then another row, or no row at all, in the path."""
    if draw.random() < 0.85:
        return url
    steps = url.strip("/").split("/")
    other = draw.choice(("0", "-1", "9" * 25, "%00", "%FF", "..", "2026-999", "a" * 900, "%0A"))
    steps[draw.randrange(len(steps))] = other
    return f"/{'/'.join(steps)}/"


def requests(aims: list[Target], count: int, seed: int) -> Iterator[Sent]:
    draw, roles = random.Random(seed), [role for role in answers.ROLES if role != "inactif"]  # noqa: S311 - no secret
    for number in range(count):
        aim = draw.choice(aims)
        pairs = draw.choice(CHANGES)(draw, aim.pairs)
        if draw.random() < 0.02:
            pairs = huge(draw, pairs)
        url, role = address(draw, aim.url), draw.choice(roles)
        headers = draw.choice(HEADERS) if draw.random() < 0.25 else {}
        if draw.random() < 0.3:
            query = "&".join(f"{name}={value}" for name, value in unasked(draw, pairs)[:40])
            yield Sent(number, role, draw.choice(("GET", "HEAD")), f"{url}?{query[:4000]}", headers=headers)
        else:
            content, kind = body(draw, pairs)
            yield Sent(number, role, "POST", url, content, kind, headers)


# ------------------------------------------------------------------ what comes back


def faults(story: Story, sent: Sent) -> Iterator[str]:
    """An error of the server, an exception that nobody caught, an answer that takes too long even twice."""
    raised: list[str] = []

    def notice(sender: Any, **kwargs: Any) -> None:
        raised.append(repr(sys.exc_info()[1])[:200])

    got_request_exception.connect(notice)
    try:
        status, seconds = send(story, sent)
        if seconds > SLOW:
            status, seconds = send(story, sent)
    finally:
        got_request_exception.disconnect(notice)
    if status >= 500 or raised:
        yield f"{status} {raised}"
    if seconds > SLOW:
        yield f"{seconds:.1f} s"


def send(story: Story, sent: Sent) -> tuple[int, float]:
    client = story.client(sent.role)
    with aside():
        start = time.perf_counter()
        response = client.generic(sent.method, sent.url, sent.body, content_type=sent.kind, headers=sent.headers)
        answers.body_of(response)
        return response.status_code, time.perf_counter() - start
