"""What each step that cannot be undone brings about, in words, said on a page of its own before it is taken."""

from actions import workflow
from actions.models import Action
from cites.core.confirm import Question

JOURNAL = "L'étape est écrite au journal et ne s'efface pas."
WITHDRAWN = (
    "Le dossier sort de l'étude : il ne sera plus examiné ni décidé.",
    "Pour le proposer de nouveau, il faudra le ressaisir dans un appel ouvert.",
)
STEPS = {
    "withdraw": WITHDRAWN,
    "withdraw_waiting": WITHDRAWN,
    "start": (
        "L'action passe « en cours ».",
        "Il ne sera plus possible de renoncer à la subvention, seulement de déclarer l'abandon.",
    ),
    "abandon": (
        "L'action s'arrête : elle ne pourra pas reprendre.",
        "Un bilan de ce qui a été fait et dépensé est demandé ; la part non dépensée peut être à reverser.",
    ),
    "renounce": (
        "Le montant accordé retourne à l'enveloppe de la cité éducative.",
        "L'action ne pourra plus recevoir cet argent, même si vous changez d'avis.",
    ),
    "find_inadmissible": (
        "Le dossier est écarté de cet appel : il ne pourra pas être complété.",
        "Le partenaire reçoit votre explication par courriel.",
    ),
    "drop": (
        "Le dossier est refusé sans passer de nouveau en séance.",
        "Le partenaire reçoit le refus par courriel.",
    ),
    "lift_condition": (
        "La réserve disparaît : l'action est accordée sans condition.",
        "Le partenaire est prévenu par courriel et peut démarrer.",
    ),
    "accept_report": (
        "Le bilan ne pourra plus être corrigé.",
        "Le partenaire est prévenu par courriel.",
    ),
    "close": (
        "Le dossier est clos : plus aucune étape ne sera possible.",
        "Il reste lisible, et son action reste publiée.",
    ),
}


def question(action: Action, name: str, *, back: str, kept: dict[str, str] | None = None) -> Question:
    label = workflow.TRANSITIONS[name].label
    return Question(
        title=f"{label}\u00a0?",
        about=f"{action.reference} – {action.title}" if action.reference else action.name,
        consequences=(*STEPS[name], JOURNAL),
        button=label,
        back=back,
        kept=kept or {},
    )
