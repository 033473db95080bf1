"""A partner's own organisation: its page, what it says of itself, with whom it works; the switch between several."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cites.core import permissions
from cites.core.http import Request, attempt, blocked_as_errors, typed
from partners import editing, membership
from partners.forms import ContactFormSet, OrganisationForm, TieForm
from partners.models import AllianceTie, JoinRequest, Organisation


def find(request: Request, pk: int) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user).select_related("kind"), pk=pk)


@require_safe
def home(request: Request) -> HttpResponse:
    """Where "Mon organisation" leads: the one chosen, or the way to one."""
    current = membership.current_organisation(request)
    return redirect("organisation:detail", current.pk) if current else redirect("organisation:join")


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    organisation = find(request, pk)
    if not any(m.organisation_id == pk for m in request.user.active_memberships):
        return redirect("partners:detail", pk)
    return render(request, "partners/organisation.html", {"organisation": organisation, **people(organisation)})


def people(organisation: Organisation) -> dict[str, Any]:
    """Who is in it, who is invited, who asks; whom it works with."""
    ties = AllianceTie.objects.of(organisation)
    return {
        "members": organisation.memberships.active().select_related("user").order_by("user__full_name"),
        "invitations": membership.pending(organisation),
        "join_requests": organisation.join_requests.waiting().select_related("user"),
        "ties": [(tie, tie.seen_from(organisation)) for tie in ties],
        "contacts": organisation.contacts.all(),
    }


@require_POST
def switch(request: Request, pk: int) -> HttpResponse:
    organisation = find(request, pk)
    if any(m.organisation_id == pk for m in request.user.active_memberships):
        membership.switch(request, organisation)
        messages.success(request, f"Vous agissez maintenant pour « {organisation} ».")
    return redirect("organisation:detail", pk)


def edit(request: Request, pk: int) -> HttpResponse:
    organisation = find(request, pk)
    permissions.check(request.user, "partners.edit_organisation", organisation)
    data = typed(request)
    form, contacts = OrganisationForm(data, instance=organisation), ContactFormSet(data, instance=find(request, pk))
    if request.method == "POST" and all([form.is_valid(), contacts.is_valid()]):
        values = dict(form.cleaned_data)
        with blocked_as_errors(form):
            editing.edit(organisation, values, contacts, seen=values.pop("version"), by=request.user)
        if not form.errors:
            messages.success(request, "La fiche de votre organisation est enregistrée.")
            return redirect("organisation:detail", pk)
    context = {"organisation": organisation, "form": form, "contacts": contacts}
    return render(request, "partners/organisation_edit.html", context)


def ties(request: Request, pk: int) -> HttpResponse:
    organisation = find(request, pk)
    permissions.check(request.user, "partners.edit_organisation", organisation)
    form = TieForm(typed(request), organisation=organisation)
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            editing.add_tie(organisation, **form.cleaned_data, by=request.user)
        if not form.errors:
            messages.success(request, "C'est noté, sur votre page et sur celle de l'autre organisation.")
            return redirect("organisation:ties", pk)
    shown = [(tie, tie.seen_from(organisation)) for tie in AllianceTie.objects.of(organisation)]
    return render(request, "partners/ties.html", {"organisation": organisation, "form": form, "ties": shown})


@require_POST
def remove_tie(request: Request, pk: int, number: int) -> HttpResponse:
    organisation = find(request, pk)
    tie = get_object_or_404(AllianceTie.objects.of(organisation), pk=number)
    attempt(request, lambda: editing.remove_tie(tie, organisation, by=request.user), "Ce lien est retiré.")
    return redirect("organisation:ties", pk)


def requests_of(request: Request, pk: int) -> Any:
    """Those that this person may read: of one's own organisation, or any for coordination."""
    return JoinRequest.objects.visible_to(request.user).filter(organisation=pk).select_related("organisation", "user")
