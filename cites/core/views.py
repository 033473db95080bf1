"""The domain's refusals by the state, turned into pages; a refusal to the person is Django's own 403."""

from django.http import HttpRequest, HttpResponse

from cites.core import error_pages
from cites.core.errors import Blocked, Stale
from cites.core.middleware import Middleware, page_of_the_form


class AnswerRefusals(Middleware):
    """409 with what was typed, or with what stands in the way."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match error:
            case Stale():
                return error_pages.answer("409.html", 409, stale=error, page=page_of_the_form(request))
            case Blocked():
                return error_pages.answer("409.html", 409, blocked=error, page=page_of_the_form(request))
        return None
