"""How a call wants its proposals called: what the title begins with, how long it may be."""

from actions.models import Call
from partners.models import Organisation

HOLDER = "{organisation}"


def beginning(call: Call, organisation: Organisation) -> str:
    """The imposed beginning, in this organisation's name; nothing where the call leaves titles free."""
    return call.title_prefix.replace(HOLDER, organisation.short_name or organisation.name)


def first(call: Call, organisation: Organisation, title: str = "") -> str:
    """The title a draft starts from: last year's behind this call's beginning."""
    start = beginning(call, organisation)
    return title if not start or title.startswith(start.strip()) else f"{start}{title}"


def problem(call: Call, organisation: Organisation, title: str) -> str:
    """What is wrong with a title, saying what to type; nothing when it follows the rule."""
    start = beginning(call, organisation).strip()
    if start and not title.startswith(start):
        return f"Commencez l'intitulé par « {start} », puis le nom de l'action."
    if start and not title.removeprefix(start).strip(" –-:"):
        return f"Écrivez le nom de l'action après « {start} »."
    if len(title) > call.title_max:
        return f"Pour cet appel, l'intitulé compte {call.title_max} caractères au plus ; le vôtre en a {len(title)}."
    return ""


def rule(call: Call) -> str:
    """The rule as people read it."""
    asked = f"au plus {call.title_max} caractères"
    if not call.title_prefix:
        return asked
    start = call.title_prefix.replace(HOLDER, "nom de votre organisation").strip()
    return f"il commence par « {start} » ; {asked}"
