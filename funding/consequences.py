"""What closing a séance and telling its partners bring about, said on a page of its own before it is done."""

from cites.core.confirm import Question
from cites.models import Seance
from funding import decisions


def closing(seance: Seance) -> Question:
    points = seance.items.count()
    decided = "sa décision" if points == 1 else f"ses {points} décisions"
    return Question(
        title="Clore la séance\u00a0?",
        about=str(seance),
        consequences=(
            f"Le relevé est établi avec {decided} : il ne se modifie plus.",
            "Chaque institution pilote est invitée à le signer.",
            "La séance ne se rouvre que si une institution conteste une décision avant la notification.",
        ),
        button="Clore la séance et établir le relevé",
        back=seance.get_absolute_url(),
        obstacles=decisions.closing_obstacles(seance),
    )


def notifying(seance: Seance) -> Question:
    told = decisions.unnotified(seance).count()
    decided = "Sa décision" if told == 1 else f"Les {told} décisions"
    return Question(
        title="Prévenir les partenaires\u00a0?",
        about=str(seance),
        consequences=(
            f"{decided} {'part' if told == 1 else 'partent'} par courriel, et ce qui est accordé devient public.",
            "Plus aucune de ces décisions ne pourra être contestée.",
        ),
        button="Prévenir les partenaires",
        back=f"{seance.get_absolute_url()}releve/",
        obstacles=decisions.notifying_obstacles(seance),
    )
