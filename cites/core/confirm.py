"""“Êtes-vous sûr ?”: a page of its own, without a script, for a verb that cannot be undone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True, kw_only=True)
class Question:
    """`title` asks; `consequences` are sentences; `button` names the act again; `back` leads away from it.

    `kept` is what was typed before and goes on with the answer; `obstacles` are what stands in the way: no button then.
    """

    title: str
    about: str
    consequences: Sequence[str]
    button: str
    back: str
    kept: dict[str, str] = field(default_factory=dict)
    obstacles: Sequence[str] = ()


def ask(request: HttpRequest, question: Question) -> HttpResponse:
    """The same address, posted, is the answer yes."""
    return render(request, "layout/confirm.html", {"question": question})
