"""For someone without organisation, or with one more: find it, ask to join it, or bring it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cites.core import permissions
from cites.core.http import Request, blocked_as_errors, typed
from partners import joining, membership
from partners.forms import FindForm, JoinForm, NewOrganisationForm
from partners.models import Organisation


@require_safe
def search(request: Request) -> HttpResponse:
    """Nothing is shown of an organisation but its name, its kind and its commune."""
    permissions.check(request.user, "partners.join")
    form = FindForm(request.GET if "q" in request.GET else None)
    found = joining.find(form.cleaned_data["q"])[: joining.MOST_FOUND] if form.is_valid() else None
    waiting = request.user.join_requests.waiting().select_related("organisation")
    return render(request, "partners/join.html", {"form": form, "found": found, "waiting": waiting})


def ask(request: Request, pk: int) -> HttpResponse:
    permissions.check(request.user, "partners.join")
    organisation = get_object_or_404(joining.to_join(), pk=pk)
    form = JoinForm(typed(request))
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            joining.ask(organisation, form.cleaned_data["message"], by=request.user)
        if not form.errors:
            messages.success(request, "Votre demande est envoyée. Vous recevrez la réponse par courriel.")
            return redirect("organisation:join")
    return render(request, "partners/ask.html", {"organisation": organisation, "form": form})


def create(request: Request) -> HttpResponse:
    """Whoever brings an organisation answers for it."""
    permissions.check(request.user, "partners.join")
    form = NewOrganisationForm(typed(request))
    if request.method == "POST" and form.is_valid():
        created: list[Organisation] = []
        with blocked_as_errors(form):
            created.append(joining.create(form.instance, by=request.user))
        if created:
            membership.switch(request, created[0])
            messages.success(request, "Votre organisation est créée : vous en êtes responsable.")
            return redirect("organisation:detail", created[0].pk)
    return render(request, "partners/create.html", {"form": form})
