"""What a receipt says of the answer and of the remedies, as rows that the administration corrects."""

from dataclasses import dataclass

_CRPA = "Code des relations entre le public et l'administration"
_CJA = "Code de justice administrative"


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """`text` may hold {date}, {silence} and {delay}, which the rules of the same name fill."""

    code: str
    label: str
    text: str
    source: str
    source_date: str | None
    mark: str


def _notice(code: str, label: str, text: str, source: str) -> NoticeRow:
    """From general knowledge of the codes: the cité has its lawyer read them again."""
    return NoticeRow(code=code, label=label, text=text, source=source, source_date=None, mark="BG")


NOTICES: tuple[NoticeRow, ...] = (
    NoticeRow(
        code="suite",
        label="Ce qui se passe maintenant",
        text=(
            "La coordination vérifie que le dossier est complet, puis chaque institution pilote donne son avis."
            " Les pilotes décident ensemble, en séance. La décision vous est notifiée par courriel."
        ),
        source="Proposition du portail, à adapter par la cité",
        source_date=None,
        mark="D",
    ),
    _notice(
        "silence",
        "Si vous ne recevez pas de réponse",
        "Sans décision notifiée le {date}, soit {silence} après le dépôt, votre demande est réputée rejetée. Une"
        " décision peut encore être prise ensuite : elle vous serait notifiée. Si un complément vous est demandé, ce"
        " délai est suspendu pendant le temps qui vous est donné pour répondre.",
        f"{_CRPA}, art. L231-4 (3°), L231-6, L114-5 et R112-5, à vérifier",
    ),
    _notice(
        "motifs",
        "Connaître les motifs",
        "Après un rejet sans réponse, vous pouvez demander les motifs à la cité éducative dans les {delay}."
        " Elle vous les donne dans le mois qui suit.",
        f"{_CRPA}, art. L211-2 et L232-4, à vérifier",
    ),
    _notice(
        "gracieux",
        "Le recours gracieux",
        "Dans les {delay} qui suivent la notification d'un refus, ou le {date} sans réponse, vous pouvez demander à"
        " l'autorité qui a décidé de revoir sa décision, par une lettre ou un courriel au service indiqué ci-dessus."
        " Le délai pour saisir le tribunal recommence quand ce recours a reçu sa réponse.",
        f"{_CRPA}, art. L410-1 et L411-2, à vérifier",
    ),
    _notice(
        "contentieux",
        "Le recours devant le tribunal",
        "Dans les mêmes {delay}, vous pouvez saisir le tribunal administratif, par courrier ou sur"
        " www.telerecours.fr. L'avocat n'est pas toujours nécessaire : le greffe vous renseigne.",
        f"{_CJA}, art. R421-1 et R421-2, à vérifier",
    ),
)
