"""Admin forms that open doors to people: asked before they are shown, and before they are saved."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from cites.accounts import step_up
from cites.core.admin import DatedAdmin, JournaledAdmin


class StepUpAdmin(JournaledAdmin):
    """To read the list is free; each form asks for a recent sign-in, and keeps what was typed meanwhile."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not step_up.is_recent(request):
            return step_up.ask(request)
        return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not step_up.is_recent(request):
            return step_up.ask(request)
        return super().delete_view(request, *args, **kwargs)


class StepUpDatedAdmin(StepUpAdmin, DatedAdmin):
    """A dated role: a mandate."""
