"""The séance, from its agenda to the signed relevé and the notification."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from actions import agenda
from actions.models import AgendaItem, Avis, Position
from actions.verdicts import in_words, open_verdicts
from cites.accounts.step_up import recent_sign_in
from cites.core import confirm, permissions, sealed
from cites.core.http import Request, attempt, blocked_as_errors, typed
from cites.core.money import ZERO
from cites.core.paging import page_of
from cites.core.pdf import pdf_response
from cites.models import Seance
from funding import consequences, decisions
from funding.forms import ContestForm, PositionsForm, SeanceForm, SignForm, VerdictForm
from funding.models import Account, Decision
from funding.releve import releve_pdf as compile_releve


@require_safe
def listing(request: Request) -> HttpResponse:
    rows = _visible(request).select_related("instance").annotate(points=Count("items")).order_by("-starts_at")
    may_create = permissions.allows(request.user, "actions.run_seance")
    return render(request, "funding/seances.html", {"page": page_of(request, rows), "may_create": may_create})


def create(request: Request) -> HttpResponse:
    permissions.check(request.user, "actions.run_seance")
    form = SeanceForm(typed(request))
    if request.method == "POST" and form.is_valid():
        seance = agenda.prepare(form.save(commit=False), by=request.user)
        messages.success(request, "La séance est préparée : inscrivez des dossiers à son ordre du jour.")
        return redirect("seances:detail", seance.pk)
    return render(request, "funding/seance_form.html", {"form": form})


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    seance = _get(request, pk)
    items = list(_items(seance))
    context = {
        "seance": seance,
        "items": items,
        "total": sum((item.decision.amount for item in items if item.decision), ZERO),
        "releve": decisions.last_releve(seance),
        "runs": permissions.allows(request.user, "actions.run_seance", seance),
    }
    return render(request, "funding/seance.html", context)


@require_POST
def open_seance(request: Request, pk: int) -> HttpResponse:
    seance = _get(request, pk)
    attempt(request, lambda: agenda.open_seance(seance, by=request.user), "La séance est ouverte.")
    return redirect("seances:detail", pk)


def close(request: Request, pk: int) -> HttpResponse:
    """Read, the page asks; posted, it is done."""
    seance = _get(request, pk)
    if request.method != "POST":
        permissions.check(request.user, "actions.run_seance", seance)
        return confirm.ask(request, consequences.closing(seance))
    done = attempt(
        request,
        lambda: decisions.close_seance(seance, by=request.user),
        "La séance est close : le relevé attend la signature de chaque institution.",
    )
    return redirect("seances:releve" if done else "seances:detail", pk)


def item(request: Request, pk: int, item: int) -> HttpResponse:
    """One file on the screen: positions, what is left in each tranche, the verdicts that are open."""
    seance = _get(request, pk)
    point = _get_item(seance, item)
    form = _verdict_form(typed(request), point)
    if request.method == "POST":
        permissions.check(request.user, "actions.record_verdict", point.action)
        if form.is_valid():
            with blocked_as_errors(form):
                _decide(request, point, form)
            if not form.errors:
                return redirect("seances:item", pk, _next(seance, point).pk)
    return render(request, "funding/seance_item.html", _item_context(request, seance, point, form))


@require_POST
def positions(request: Request, pk: int, item: int) -> HttpResponse:
    seance = _get(request, pk)
    point = _get_item(seance, item)
    form = PositionsForm(request.POST, item=point)
    if form.is_valid():
        attempt(
            request,
            lambda: agenda.record_positions(point, form.positions, by=request.user),
            "Les positions sont notées.",
        )
    else:
        messages.error(request, "Choisissez une position dans la liste pour chaque institution.")
    return redirect("seances:item", pk, item)


@require_POST
def remove(request: Request, pk: int, item: int) -> HttpResponse:
    seance = _get(request, pk)
    point = _get_item(seance, item)
    attempt(request, lambda: agenda.unschedule(point, by=request.user), "Le dossier est retiré de l'ordre du jour.")
    return redirect("seances:detail", pk)


def contest(request: Request, pk: int, item: int) -> HttpResponse:
    seance = _get(request, pk)
    point = _get_item(seance, item)
    permissions.check(request.user, "actions.contest", point.action)
    decision = decisions.standing(point)
    if decision is None:
        messages.info(request, "Ce point n'a pas de décision à contester.")
        return redirect("seances:detail", pk)
    form = ContestForm(typed(request))
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            decisions.contest(decision, form.cleaned_data["reason"], by=request.user)
        if not form.errors:
            messages.success(request, "La décision est contestée : le point est rouvert, son argent est libéré.")
            return redirect("seances:detail", pk)
    context = {"seance": seance, "item": point, "decision": decision, "form": form}
    return render(request, "funding/contest.html", context)


@require_safe
def releve(request: Request, pk: int) -> HttpResponse:
    seance = _get(request, pk)
    version = decisions.last_releve(seance)
    if version is None or seance.closed_at is None:
        messages.info(request, "Le relevé est établi à la clôture de la séance.")
        return redirect("seances:detail", pk)
    missing = decisions.missing_signatures(seance)
    context = {
        "seance": seance,
        "version": version,
        "releve": sealed.read(version.payload),
        "signatures": version.signatures.select_related("institution", "signed_by"),
        "missing": missing,
        "may_sign": request.user.is_pilot and request.user.institution in missing,
        "may_notify": request.user.is_coordination and not missing and decisions.unnotified(seance).exists(),
        "sign_form": SignForm(initial={"seen": version.sha256}),
        "notified": not decisions.unnotified(seance).exists(),
    }
    return render(request, "funding/releve.html", context)


@require_safe
def releve_pdf(request: Request, pk: int) -> HttpResponse:
    seance = _get(request, pk)
    version = decisions.last_releve(seance)
    if version is None or seance.closed_at is None:
        return redirect("seances:detail", pk)
    return pdf_response(compile_releve(version), f"releve-{seance.starts_at:%Y-%m-%d}-v{version.number}.pdf")


@require_POST
@recent_sign_in
def sign(request: Request, pk: int) -> HttpResponse:
    seance = _get(request, pk)
    form = SignForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    attempt(request, lambda: decisions.sign(seance, by=request.user, seen=seen), "Votre institution a signé le relevé.")
    return redirect("seances:releve", pk)


@recent_sign_in
def notify(request: Request, pk: int) -> HttpResponse:
    """Read, the page asks; posted, it is done."""
    seance = _get(request, pk)
    if request.method != "POST":
        permissions.check(request.user, "actions.announce", seance)
        return confirm.ask(request, consequences.notifying(seance))
    attempt(request, lambda: decisions.notify(seance, by=request.user), "Les partenaires sont prévenus.")
    return redirect("seances:releve", pk)


def _visible(request: Request) -> QuerySet[Seance]:
    permissions.check(request.user, "actions.steer")
    return Seance.objects.all()


def _get(request: Request, pk: int) -> Seance:
    return get_object_or_404(_visible(request).select_related("instance"), pk=pk)


def _get_item(seance: Seance, pk: int) -> AgendaItem:
    items = seance.items.select_related("action__call", "action__organisation__kind", "shown", "seance__instance")
    positions = Prefetch("positions", Position.objects.select_related("institution"))
    return get_object_or_404(items.prefetch_related(positions), pk=pk)


def _items(seance: Seance) -> list[Any]:
    """The agenda, each point with its standing `decision` or None: a constant number of queries."""
    taken = Decision.objects.filter(contest__isnull=True).order_by("pk")
    rows = seance.items.select_related("action__organisation", "action__call").prefetch_related(
        Prefetch("decisions", taken, to_attr="standing"),
        Prefetch("positions", Position.objects.select_related("institution")),
    )
    items: list[Any] = list(rows)
    for row in items:
        row.decision = row.standing[-1] if row.standing else None
    return items


def _verdict_form(data: Any, point: AgendaItem) -> VerdictForm:
    said = [position.position for position in point.positions.all()]
    tranches = decisions.tranche_choices(point)
    left = dict(
        Account.objects.filter(tranche__in=tranches, kind=Account.Kind.AVAILABLE).values_list("tranche_id", "balance")
    )
    return VerdictForm(
        data,
        opened=open_verdicts(point.action.call.decision_rule, said),
        tranches=[(tranche, left.get(tranche.pk, ZERO)) for tranche in tranches],
        seen=point.shown.sha256,
    )


def _decide(request: Request, point: AgendaItem, form: VerdictForm) -> None:
    data = form.cleaned_data
    decision = decisions.decide(
        point,
        data["verdict"],
        form.amounts,
        by=request.user,
        seen=data["seen"],
        reason=data["reason"],
        condition=data["condition"],
    )
    messages.success(request, f"Décision enregistrée : {decision.get_verdict_display().lower()}.")
    minimum = point.action.minimum
    if decision.amount and minimum and decision.amount < minimum:
        messages.warning(request, "Le montant accordé est sous le minimum viable annoncé par le partenaire.")


def _next(seance: Seance, point: AgendaItem) -> AgendaItem:
    """The next point that is not decided, else this one."""
    waiting = [row for row in _items(seance) if row.decision is None]
    later = [row for row in waiting if row.rank > point.rank]
    return (later or waiting or [point])[0]


def _item_context(request: Request, seance: Seance, point: AgendaItem, form: VerdictForm) -> dict[str, Any]:
    said = [position.position for position in point.positions.all()]
    avis = Avis.objects.visible_to(request.user).filter(review__action=point.action)
    return {
        "seance": seance,
        "item": point,
        "action": point.action,
        "agenda": _items(seance),
        "form": form,
        "positions_form": PositionsForm(item=point),
        "situation": in_words(said),
        "decision": decisions.standing(point),
        "avis": avis.filter(review__version=point.shown.number).select_related("institution"),
        "stale": point.shown.number != point.action.version,
        "runs": permissions.allows(request.user, "actions.run_seance", seance),
        "may_contest": permissions.allows(request.user, "actions.contest", point.action),
    }
