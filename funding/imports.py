"""Money decided before the portal, an action, a source and a year a row: decided, committed, paid."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from actions import taking_over as actions_taking_over
from actions.models import Action
from actions.models.action import Status
from cites.core import clock, sealed
from cites.core.errors import Blocked
from cites.core.import_values import by_words, day, euros, found_in, limited, one_of, positive_euros, year
from cites.core.imports import CREATED, UNCHANGED, Column, Importer, Line
from cites.core.money import ZERO, format_euros
from cites.core.registry import importers
from cites.models import SealedVersion
from funding import ledger, taking_over
from funding.models import Act, PriorDecision, Source, Tranche
from funding.taking_over import PriorMoney

COLUMNS = (
    Column(
        name="action",
        label="Référence de l'action",
        help="Celle du portail (2025-014) ou celle d'origine. Si deux actions se disputent un numéro : « portail"
        " 2025-014 » ou « origine 2025-014 ».",
        example="DA01234567",
        aliases=("référence", "référence d'origine", "n° dossier", "dossier", "n° dauphin", "dossier dauphin"),
        required=True,
        read=limited(60),
    ),
    Column(
        name="source",
        label="Source",
        help="Le code ou le libellé d'une source de financement, par exemple P147 ou VILLE.",
        example="P147",
        aliases=("financeur", "source de financement", "code source"),
        required=True,
    ),
    Column(
        name="year",
        label="Année",
        help="L'exercice qui paie : la tranche de cette source et de cette année existe et est notifiée.",
        example="2025",
        aliases=("exercice", "année budgétaire"),
        required=True,
        read=year,
    ),
    Column(
        name="decided",
        label="Montant accordé",
        help="En euros.",
        example="6000",
        aliases=("accordé", "décidé", "voté", "montant voté", "montant attribué", "programmé", "montant"),
        required=True,
        read=positive_euros,
    ),
    Column(
        name="decided_on",
        label="Décidé le",
        help="La date de la décision, avant le portail.",
        example="12/03/2025",
        aliases=("date de décision", "date de la décision", "date du vote", "date décision"),
        required=True,
        read=day,
    ),
    Column(
        name="document",
        label="Pièce de la décision",
        help="Ce qui prouve la décision : relevé du comité, numéro Dauphin, délibération, vote du conseil"
        " d'administration.",
        example="Comité de pilotage du 12/03/2025",
        aliases=("référence de la décision", "décision", "instance", "délibération"),
        required=True,
        read=limited(120),
    ),
    Column(
        name="committed",
        label="Montant engagé",
        help="En euros, s'il est engagé par un acte.",
        example="6000",
        aliases=("engagé", "ae", "engagement"),
        read=euros,
    ),
    Column(
        name="act_kind",
        label="Nature de l'acte",
        help="Arrêté attributif, convention, délibération… Vide : l'acte habituel de la source.",
        aliases=("acte", "type d'acte"),
        read=one_of(Act.Kind.choices, "une nature d'acte"),
    ),
    Column(
        name="act_number",
        label="Numéro de l'acte",
        help="Ou l'engagement juridique de Chorus.",
        example="2103456789",
        aliases=("n° acte", "ej", "n° ej", "ej chorus", "engagement juridique", "numéro d'arrêté", "n° de convention"),
        read=limited(60),
    ),
    Column(
        name="signed_on",
        label="Acte signé le",
        help="Une date.",
        example="02/04/2025",
        aliases=("date de l'acte", "date d'engagement", "signé le"),
        read=day,
    ),
    Column(
        name="paid",
        label="Montant payé",
        help="En euros, le total payé à ce jour.",
        example="3000",
        aliases=("payé", "versé", "mandaté", "cp", "montant versé"),
        read=euros,
    ),
    Column(
        name="paid_on",
        label="Payé le",
        help="La date du dernier paiement.",
        example="20/05/2025",
        aliases=("date de paiement", "date de versement", "versé le"),
        read=day,
    ),
    Column(
        name="piece",
        label="Pièce comptable",
        help="La demande de paiement ou le mandat.",
        aliases=("n° mandat", "mandat", "demande de paiement", "dp"),
        read=limited(120),
    ),
)
MONEY = ("decided", "decided_on", "document", "committed", "act_number", "signed_on", "paid", "paid_on", "piece")
DAYS = ("decided_on", "signed_on", "paid_on")


@importers.register
class AwardImporter(Importer):
    code = "attributions"
    title = "Montants décidés avant le portail"
    what = "des montants décidés avant le portail"
    key = ("action", "source", "year")
    max_rows = 300
    notes = (
        "Importez d'abord les actions, et notifiez les tranches : une ligne ne dépasse pas ce qui reste à sa tranche.",
        "Importer ne décide rien : c'est reprendre ce qui a été décidé. Le grand livre garde la date de la décision, de"
        " l'acte et du paiement, et le jour où ils ont été repris.",
        "Reprenez les montants d'une année avant de clore son exercice.",
        "Relisez avant de confirmer : un montant repris ne se change plus par un fichier, et le grand livre n'efface"
        " rien.",
    )
    columns = COLUMNS

    def prepare(self, lines: Sequence[Line]) -> None:
        """Tranches by pk, then actions by pk, before the first move: the order of locks of the house."""
        self.sources = by_words(Source.objects.all(), "code", "label")
        years = {line["year"] for line in lines}
        pks = Tranche.objects.filter(year__in=years).values_list("pk", flat=True)
        self.tranches = {(one.source_id, one.year): one for one in ledger.lock(pks).values()}
        words = [_named(line["action"])[1] for line in lines if line["action"]]
        named = Q(reference__in=words) | Q(origin_reference__in=words)
        locked = Action.objects.select_for_update(of=("self",)).filter(named).order_by("pk")
        self.actions = {action.pk: action for action in locked.select_related("call", "organisation")}
        self.named = {("portail", action.reference): action for action in self.actions.values()}
        self.named |= {("origine", action.origin_reference): action for action in self.actions.values()}
        self._read_what_is_there()

    def _read_what_is_there(self) -> None:
        pks = set(self.actions)
        priors = list(PriorDecision.objects.filter(award__action__in=pks).select_related("award"))
        texts = SealedVersion.objects.filter(
            Q(kind=taking_over.KIND, subject_id__in=[prior.pk for prior in priors])
            | Q(kind=actions_taking_over.KIND, subject_id__in=pks)
        )
        said = {(version.kind, version.subject_id): sealed.read(version.payload) for version in texts}
        self.announced = {pk: said.get((actions_taking_over.KIND, pk), {}).get("decided") for pk in pks}
        self.known = {
            (prior.award.action_id, prior.tranche_id): said.get((taking_over.KIND, prior.pk)) for prior in priors
        }
        self.totals = dict.fromkeys(pks, ZERO)
        for prior in priors:
            self.totals[prior.award.action_id] += prior.amount

    def write(self, line: Line) -> None:
        action, tranche = self._action(line), self._tranche(line)
        line.name = f"{action.reference} {action.title} – {tranche} : {format_euros(line['decided'])}"
        money = self._money(line, tranche)
        text = {name: _plain(getattr(money, name)) for name in (*MONEY, "act_kind")}
        if (action.pk, tranche.pk) in self.known:
            if self.known[action.pk, tranche.pk] != text:
                raise ValidationError({"decided": "déjà repris avec d'autres valeurs, qui ne changent plus."})
            line.verdict = UNCHANGED
            return
        try:
            taking_over.take_over(action, tranche, money, text=text, by=self.by)
        except Blocked as blocked:
            raise ValidationError({"decided": blocked.reasons}) from blocked
        self.known[action.pk, tranche.pk] = text
        line.verdict = CREATED
        self._say(line, action, tranche)

    def _action(self, line: Line) -> Action:
        """Where a number is the portal's for one action and was another's before, money asks which is meant."""
        which, word = _named(line["action"])
        ways = [which] if which else ["origine", "portail"]
        found = {way: self.named[way, word] for way in ways if (way, word) in self.named}
        if not found:
            raise ValidationError({"action": "aucune action du portail n'a cette référence : importez-la d'abord."})
        if len(set(found.values())) > 1:
            both = " ou ".join(f"« {way} {word} » ({action.title})" for way, action in found.items())
            raise ValidationError({"action": f"deux actions ont ce numéro, écrivez laquelle : {both}."})
        return next(iter(found.values()))

    def _tranche(self, line: Line) -> Tranche:
        source = found_in(self.sources, line["source"], "ce n'est pas une source de financement.", "source")
        tranche = self.tranches.get((source.pk, line["year"]))
        if tranche is None:
            raise ValidationError({"year": f"il n'y a pas de tranche « {source} » pour {line['year']} : créez-la."})
        return tranche

    def _money(self, line: Line, tranche: Tranche) -> PriorMoney:
        if refusals := _refusals(line):
            raise ValidationError(refusals)
        usual = next(iter(tranche.source.act_kinds), Act.Kind.NOTIFICATION)
        values = {name: line[name] for name in MONEY if line[name] is not None}
        return PriorMoney(**values, act_kind=line["act_kind"] or usual)

    def _say(self, line: Line, action: Action, tranche: Tranche) -> None:
        for name, surprising, sentence in _surprises(line, action):
            if surprising:
                line.warn(name, sentence)
        accepted = tranche.source.act_kinds
        if line["act_kind"] and accepted and line["act_kind"] not in accepted:
            line.warn("act_kind", f"ce n'est pas l'acte habituel de « {tranche.source} ».")
        self.totals[action.pk] += line["decided"]
        announced = self.announced[action.pk]
        if announced is not None and self.totals[action.pk] > announced:
            line.warn(
                "decided",
                f"avec cette ligne, l'action reçoit {format_euros(self.totals[action.pk])} ; le fichier des actions"
                f" disait {format_euros(announced)}.",
            )


def _refusals(line: Line) -> dict[str, str]:
    """What a row cannot say, by column."""
    decided, committed, paid = line["decided"], line["committed"] or ZERO, line["paid"] or ZERO
    today = clock.today()
    checks: tuple[tuple[str, bool, str], ...] = (
        ("committed", committed > decided, f"plus que le montant accordé ({format_euros(decided)})."),
        ("paid", paid > committed, f"plus que le montant engagé ({format_euros(committed)})."),
        ("act_number", bool(committed) and not line["act_number"], "un montant engagé a un acte : écrivez son numéro."),
        ("signed_on", bool(committed) and not line["signed_on"], "un montant engagé a un acte : écrivez sa date."),
        ("paid_on", bool(paid) and not line["paid_on"], "un montant payé a une date de paiement."),
        *(
            (name, _after(line[name], today), "cette date est à venir.")
            for name in ("decided_on", "signed_on", "paid_on")
        ),
    )
    return {name: sentence for name, refused, sentence in checks if refused}


def _surprises(line: Line, action: Action) -> Iterable[tuple[str, bool, str]]:
    """What is left aside, days that are not in the order of things, money that nobody will ask for."""
    left = line["decided"] - (line["paid"] or ZERO)
    act, payment = line["act_number"] or line["signed_on"], line["paid_on"] or line["piece"]
    return (
        ("act_number", bool(act) and not line["committed"], "sans montant engagé, cet acte n'est pas repris."),
        ("paid_on", bool(payment) and not line["paid"], "sans montant payé, ce paiement n'est pas repris."),
        ("signed_on", _before(line["signed_on"], line["decided_on"]), "l'acte est signé avant la décision : vérifiez."),
        ("paid_on", _before(line["paid_on"], line["signed_on"]), "le paiement précède l'acte : vérifiez."),
        (
            "paid",
            action.status == Status.CLOSED and left > ZERO,
            f"l'action est close et {format_euros(left)} restent promis : ce n'est plus disponible pour d'autres.",
        ),
    )


def _named(text: str) -> tuple[str, str]:
    """ "origine 2025-014": which of its two numbers, and the number."""
    which, _, number = text.partition(" ")
    return (which.lower(), number) if number and which.lower() in ("portail", "origine") else ("", text)


def _before(found: date | None, other: date | None) -> bool:
    return found is not None and other is not None and found < other


def _after(found: date | None, today: date) -> bool:
    return found is not None and found > today


def _plain(value: Any) -> Any:
    """As it comes back from the sealed text."""
    return value.isoformat() if isinstance(value, date) else value
