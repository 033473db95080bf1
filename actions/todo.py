"""What waits for this person about files: nobody searches, each line leads to its list."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from actions import completion, in_charge, rebalancing
from actions.models import Action, Call, CallAgreement, CoEditor, Review, RevisedBudget
from actions.models.action import Status
from cites.core.registry import Todo, todos
from cites.models import User
from partners.models import Interest

MOST_NAMED = 5


@todos.register
def waiting(user: User) -> Iterator[Todo]:
    if user.is_coordination:
        yield from _coordination()
        yield _refused_calls()
    if user.is_steering:
        yield from _questions(user)
    if user.institution is not None:
        yield _avis(user)
    if user.is_pilot:
        yield _calls_to_agree(user)
    if user.is_partner:
        yield from _partner(user)


def _list(status: str) -> str:
    return f"{reverse('actions:list')}?{urlencode({'status': status})}"


def _coordination() -> Iterator[Todo]:
    for status, one, end in (
        (Status.SUBMITTED, "dossier déposé", "dont la recevabilité est à dire"),
        (Status.ADMISSIBLE, "dossier recevable", "dont l'instruction est à ouvrir"),
        (Status.REVIEWED, "dossier instruit", "à inscrire à l'ordre du jour"),
        (Status.REPORT_SUBMITTED, "bilan déposé", "à lire"),
        (Status.REPORT_MISSING, "bilan manquant", "à relancer"),
    ):
        count = Action.objects.filter(status=status).count()
        yield Todo(count, f"{one} {end}", f"{_plural(one)} {end}", _list(status))
    yield _revised_budgets()


def _revised_budgets() -> Todo:
    count = RevisedBudget.objects.filter(state=RevisedBudget.State.SUBMITTED).count()
    url = f"{reverse('actions:list')}?{urlencode({'revised_budget': RevisedBudget.State.SUBMITTED})}"
    return Todo(count, "budget révisé à lire", "budgets révisés à lire", url)


def _questions(user: User) -> Iterator[Todo]:
    """What is written and not sent, and what was sent and is not answered in time."""
    files = completion.waiting(user).values("action").distinct().count()
    end = "à envoyer" if user.is_coordination else "que la coordination enverra"
    yield Todo(files, f"dossier a des questions {end}", f"dossiers ont des questions {end}", _complement("questions"))
    if user.is_coordination:
        late = completion.overdue().count()
        end = "en retard, à relancer ou à décider sans l'attendre"
        yield Todo(late, f"complément {end}", f"compléments {end}", _complement("late"))


def _complement(which: str) -> str:
    return f"{reverse('actions:list')}?{urlencode({'complement': which})}"


def _avis(user: User) -> Todo:
    reviews = Review.objects.filter(action__status=Status.IN_REVIEW, seats__institution=user.institution)
    out = Interest.objects.active().filter(user=user).values("organisation")
    with_them = CoEditor.objects.accepted().filter(organisation__in=out).values("action")
    asked = reviews.exclude(avis__institution=user.institution)
    asked = asked.exclude(action__organisation__in=out).exclude(action__in=with_them)
    url = f"{reverse('actions:list')}?{urlencode({'avis_missing': user.institution.code if user.institution else ''})}"
    end = "l'avis de votre institution"
    return Todo(asked.count(), f"dossier attend {end}", f"dossiers attendent {end}", url)


def _calls_to_agree(user: User) -> Todo:
    """On the text that is asked now, the person's institution has not answered."""
    answered = CallAgreement.objects.filter(sealed=OuterRef("asked"), institution=user.institution)
    asked = Call.objects.filter(~Exists(answered), asked__isnull=False)
    return Todo(asked.count(), "appel à accorder", "appels à accorder", reverse("actions:call_list"))


def _refused_calls() -> Todo:
    last = CallAgreement.objects.filter(call=OuterRef("pk")).order_by("-pk").values("answer")[:1]
    refused = Call.objects.filter(published_at=None, asked=None).annotate(last=Subquery(last)).filter(last="refused")
    return Todo(refused.count(), "appel refusé à revoir", "appels refusés à revoir", reverse("actions:call_list"))


def _partner(user: User) -> Iterator[Todo]:
    own = in_charge.followed_by(user, Action.objects.visible_to(user))
    for status, one, end in (
        (Status.DRAFT, "brouillon", "à terminer"),
        (Status.TO_COMPLETE, "dossier", "à compléter"),
        (Status.REPORT_DUE, "bilan", "à déposer"),
        (Status.REPORT_TO_CORRECT, "bilan", "à corriger"),
    ):
        count = own.filter(announced_status=status).count()
        yield Todo(count, f"{one} {end}", f"{_plural(one)} {end}", reverse("proposals:list"))
    yield from _cut(user)
    yield from _people(user)


def _cut(user: User) -> Iterator[Todo]:
    """Granted less than asked: each leads to its own table."""
    for action in rebalancing.to_revise(in_charge.followed_by(user, Action.objects.all())).order_by("pk")[:MOST_NAMED]:
        url = reverse("proposals:revised_budget", args=[action.key])
        yield Todo(1, f"budget à revoir après la décision : {action.reference}", "", url)


def _people(user: User) -> Iterator[Todo]:
    """Files that nobody is in charge of any more, invitations to write one with another organisation."""
    left = in_charge.without_anyone(in_charge.answered_for(user)).order_by("pk")
    for action in left[:MOST_NAMED]:
        url = reverse("proposals:hand_over", args=[action.key])
        yield Todo(1, f"dossier sans personne chargée : « {action.name} »", "", url)
    for co_editor in CoEditor.objects.visible_to(user).invited().select_related("action__organisation"):
        who = co_editor.action.organisation
        yield Todo(1, f"invitation de « {who} » à écrire un dossier", "", co_editor.get_absolute_url())


def _plural(words: str) -> str:
    return " ".join(f"{word}s" for word in words.split())
