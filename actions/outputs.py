"""The file as a document, in the order of the CERFA 12156: made from the sealed text alone, or from what is typed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from actions import attachments, plan, receipts
from actions.differences import Words
from actions.forms.proposal import ProposalForm
from actions.forms.steps import STEPS
from actions.models import Action, Call
from actions.sealed_text import BESIDE, payload
from cites.core import clock, sealed
from cites.core.money import format_euros
from cites.core.pdf import compile_pdf
from cites.models import Cite, SealedVersion

# The CERFA's headings, with the questions that are asked elsewhere than in its sixth, the project.
IDENTITY, PROJECT = "1. Identification de l'organisation", "6. Projet"
CERFA: Mapping[str, tuple[str, ...]] = {
    IDENTITY: ("co_editors",),
    "2. Relations avec l'administration": ("articulations", "articulation_note"),
    "3. Relations avec d'autres organisations": ("actors", "actors_note"),
    "4. Moyens humains": ("volunteers", "employees", "full_time", "hires", "hires_note"),
    "5. Budget de l'organisation": (),
    PROJECT: (),
    "7. Attestations": ("attested", "public_aid", "signatory", "delegation"),
}
NOTES = {
    "4. Moyens humains": "Ceux de l'action.",
    "5. Budget de l'organisation": "Il n'est pas demandé ici : les comptes sont parmi les pièces, si l'appel les veut.",
}
COMPLETION = "Réponses au complément demandé"
NOTHING = "Rien n'est indiqué."
# What is printed apart from the questions: at the head, in the tables of the budget, at the end.
APART = {
    *("reference", "version", "call", "organisation", "renews", "attachments"),
    *("budget", "comments", "cofunders", "requested", "minimum", "completion", "questions"),
}
# Beyond this, an answer is a paragraph under its question rather than a cell beside it.
SHORT = 160
WORTHLESS = "Brouillon sans valeur : ce texte n'est pas déposé."


def document(version: SealedVersion) -> bytes:
    """The PDF of a sealed version. The same text, labels and moment give the same bytes."""
    text = sealed.read(version.payload)
    head = [
        ["Référence", text["reference"]],
        ["Version", str(text["version"])],
        ["Déposé le", receipts.to_the_second(version)],
    ]
    data = _data(text, f"Dossier {text['reference']}, version {text['version']}", head)
    data |= {"sha256": version.sha256, "seal": receipts.SEAL}
    return compile_pdf("proposal", data, at=version.sealed_at)


def draft(action: Action) -> bytes:
    """The same document of what is typed so far, however wrong; it says that it is worth nothing."""
    form = ProposalForm.of(action)
    form.full_clean()
    unread = [[str(form[name].label), _as_typed(form[name].value())] for name in form.errors if name in form.fields]
    form.cleaned_data = {**dict.fromkeys(form.fields), **form.cleaned_data}
    text = {**payload(action, form), "attachments": attachments.as_sealed(action)}
    at = clock.now()
    head = [["Imprimé le", f"{timezone.localtime(at):%d/%m/%Y à %H:%M}"]]
    data = _data(text, f"Brouillon : {action.name}", head) | {"notice": WORTHLESS}
    if unread := [row for row in unread if row[1]]:
        data["sections"].append(
            {"title": "À corriger avant le dépôt", "note": "", "blocks": _blocks(unread), "budget": None}
        )
    return compile_pdf("proposal", data, at=at)


def _data(text: Mapping[str, Any], heading: str, head: list[list[str]]) -> dict[str, Any]:
    call = Call.objects.filter(slug=text["call"]).values_list("title", flat=True).first()
    facts = [*head, ["Appel", call or text["call"]], ["Objet", "Subvention pour un projet, en numéraire"]]
    if text.get("renews"):
        facts.append(["Fait suite à", text["renews"]])
    return {
        "cite": Cite.current_name(),
        "heading": heading,
        "notice": "",
        "facts": facts,
        "sections": [*(_section(title, text) for title in CERFA), *_completion(text)],
        "pieces": [[name, digest] for name, digest in text.get("attachments", {}).items()],
        "sha256": "",
    }


def _section(title: str, text: Mapping[str, Any]) -> dict[str, Any]:
    words = Words()
    answers = [[words.label(name), _read(words, name, text[name])] for name in named(title, text)]
    if title == IDENTITY:
        answers = [*_organisation(text["organisation"]), *answers]
    if title == PROJECT:
        answers += [[one["question"], one["answer"]] for one in text.get("questions", ())]
    note = NOTES.get(title, "") or ("" if answers else NOTHING)
    budget = _budget(text) if title == PROJECT else None
    return {"title": title, "note": note, "blocks": _blocks(answers), "budget": budget}


def named(title: str, text: Mapping[str, Any]) -> list[str]:
    """The answers of `text` under this heading, in the form's order; one without another place is the project's."""
    elsewhere = {name for names in CERFA.values() for name in names}
    asked = [
        name for step in STEPS for name in (*(step.part.base_fields if step.part else ()), *BESIDE.get(step.slug, ()))
    ]
    names = [*asked, *(name for name in text if name not in asked)]
    wanted = [name for name in names if (name not in elsewhere if title == PROJECT else name in CERFA[title])]
    return [name for name in wanted if name not in APART and text.get(name) not in (None, "", [], {})]


def _completion(text: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was asked after the first version, and what was answered in words."""
    answers = [[one["question"], one["answer"]] for one in text.get("completion", {}).get("answers", ())]
    blocks = _blocks(row for row in answers if row[1])
    return [{"title": COMPLETION, "note": "", "blocks": blocks, "budget": None}] if blocks else []


def _organisation(organisation: Mapping[str, str]) -> list[list[str]]:
    rows = [["Nom", organisation["name"]], ["SIRET", organisation["siret"]], ["RNA", organisation["rna"]]]
    return [row for row in rows if row[1]]


def _read(words: Words, name: str, value: Any) -> str:
    if isinstance(value, list):
        each = [words.read(name, item) for item in value]
        return ("\n" if any(len(item) > 40 for item in each) else ", ").join(each)
    said = str(words.read(name, value))
    return said.replace(".", ",") if name == "full_time" else said


def _blocks(answers: Iterable[list[str]]) -> list[dict[str, Any]]:
    """Short answers in tables, the long ones as paragraphs, in their order."""
    blocks: list[dict[str, Any]] = []
    for label, words in answers:
        if len(words) > SHORT:
            blocks.append({"label": label, "text": words})
        elif blocks and "facts" in blocks[-1]:
            blocks[-1]["facts"].append([label, words])
        else:
            blocks.append({"facts": [[label, words]]})
    return blocks


def _budget(text: Mapping[str, Any]) -> dict[str, Any]:
    """The tables, then the CERFA's sentence."""
    shown = plan.of_sealed(text)
    minimum = text.get("minimum")
    sentences = [shown.share_sentence]
    if minimum is not None:
        sentences.append(f"Montant minimum pour que l'action se fasse : {format_euros(minimum)}.")
    return {
        "sides": [_side(side) for side in shown.sides],
        "cofunders": [
            [row.funding.name, row.line.label, row.funding.state_label, format_euros(row.funding.amount)]
            for row in shown.cofunders
        ],
        "sentences": sentences,
    }


def _side(side: plan.PlanSide) -> dict[str, Any]:
    rows = [[row.line.code, row.line.label, format_euros(row.amount), row.comment] for row in side.rows]
    return {"label": side.label, "rows": rows, "total": format_euros(side.total)}


def _as_typed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
