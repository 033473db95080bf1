"""The sheet to copy into Dauphin: the partner's, with the number to note, and the steering side's, to read."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from actions import dauphin, submission
from actions.forms.dauphin import DauphinNumberForm
from actions.models import Action
from actions.views.file import visible as visible_files
from actions.views.proposals import visible
from cites.core import permissions
from cites.core.http import Request, blocked_as_errors, typed


def sheet(request: Request, key: UUID) -> HttpResponse:
    """To copy, and to note the number that Dauphin gives; who only reads the file copies too."""
    action = get_object_or_404(visible(request).exclude(version=0), key=key)
    may_write = permissions.allows(request.user, "actions.submit", action)
    if request.method == "POST":
        permissions.check(request.user, "actions.submit", action)
    initial = {"number": action.dauphin_number, "version": action.dauphin_version}
    form = DauphinNumberForm(typed(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            number, seen = form.cleaned_data["number"], form.cleaned_data["version"]
            dauphin.note_number(action, number, seen=seen, by=request.user)
        if not form.errors:
            messages.success(request, "Le numéro Dauphin est noté." if number else "Le numéro Dauphin est effacé.")
            return redirect("proposals:dauphin", key)
    return _show(request, action, {"form": form if may_write else None, "on_its_side": False})


@require_safe
def of_file(request: Request, reference: str) -> HttpResponse:
    action = get_object_or_404(visible_files(request).exclude(version=0).select_related("call"), reference=reference)
    return _show(request, action, {"on_its_side": True})


def _show(request: Request, action: Action, context: dict[str, object]) -> HttpResponse:
    made = dauphin.sheet(action, submission.current_version(action))
    return render(request, "actions/dauphin.html", {"action": action, "sheet": made, **context})
