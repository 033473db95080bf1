"""Every component in every state, on one page: for who builds a screen, and for the tests that look at them all."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cites import gallery


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "cites/gallery/index.html", gallery.context())
