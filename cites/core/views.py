"""Answers that are the same everywhere: a refusal, a stale page, a lost form key."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cites.core.errors import Blocked, Stale
from cites.core.middleware import page_of_the_form
from cites.core.permissions import Refused

Next = Callable[[HttpRequest], HttpResponse]


class AnswerRefusals:
    """Turns the domain's refusals into pages: 403 with who may, 409 with what was typed."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match error:
            case Refused():
                return render(request, "403.html", {"reason": str(error)}, status=403)
            case Stale():
                return render(request, "409.html", {"stale": error, "page": page_of_the_form(request)}, status=409)
            case Blocked():
                return render(request, "409.html", {"blocked": error, "page": page_of_the_form(request)}, status=409)
        return None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def permission_denied(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    return render(request, "403.html", {"reason": ""}, status=403)
