"""The bilan, filled by the partner when the action is over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from actions import reporting
from actions.forms.choices import ReportForm
from actions.models import Report
from actions.views.proposals import visible
from cites.core import permissions
from cites.core.http import Request, blocked_as_errors, typed

OPEN = ("report_due", "report_missing", "report_to_correct")


def edit(request: Request, key: UUID) -> HttpResponse:
    action = get_object_or_404(visible(request), key=key)
    permissions.check(request.user, "actions.submit_report", action)
    if action.status not in OPEN:
        messages.info(request, "Aucun bilan n'est attendu pour cette action en ce moment.")
        return redirect("proposals:detail", key)
    report = Report.objects.filter(action=action).first()
    form = ReportForm(typed(request), instance=report or Report(action=action))
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            reporting.submit_report(action, form.cleaned_data, by=request.user)
        if not form.errors:
            messages.success(request, "Votre bilan est déposé. Merci.")
            return redirect("proposals:detail", key)
    return render(request, "actions/report_edit.html", {"action": action, "form": form, "report": report})
