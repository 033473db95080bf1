"""The story, played by the real verbs under a moved clock: one list of moments, told in order."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.management.base import CommandError

from actions import agenda, drafts, reporting, review, submission, workflow
from actions.budget import is_reported
from actions.models import Action, AgendaItem, BudgetLine
from actions.models.action import Status
from cites.core import clock
from cites.core.registry import maintenance_jobs
from cites.models import ActorKind, AgeRange, Instance, Mandate, SchoolTime, Seance, Theme
from funding import awards, decisions, ledger
from funding.demo import (
    answers,
    cofunders,
    completing,
    dauphin,
    documents,
    doors,
    money,
    partners,
    preparing,
    proposals,
    scenery,
    seances,
    teamwork,
)
from funding.demo.scenery import Stage
from funding.demo.shapes import MoneyMove, Proposal, Verdict, When
from funding.demo.shapes import Seance as SeanceShape
from funding.models import Account, Tranche

Moment = tuple[datetime, Callable[[], Any]]
WEEK = timedelta(days=7)
# Endings whose money was never bound by an act.
UNBOUND = (Status.RENOUNCED, Status.APPROVED, Status.APPROVED_WITH_CONDITIONS)


def play(day: date) -> Stage:
    """Tell everything that happened until the end of `day`; the same day gives the same rows and hashes."""
    begin = scenery.morning(date(2022, 1, 3))
    with clock.at(begin):
        stage = scenery.build(day)
        partners.describe(stage)
        documents.ask(stage)
    story = Story(stage)
    last = scenery.morning(day) + timedelta(hours=2)
    for moment, happens in sorted(story.moments(), key=lambda pair: pair[0]):
        if moment <= last:
            with clock.at(moment):
                happens()
    return stage


class Story:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.actions: dict[str, Action] = {}
        self.seances: dict[str, Seance] = {}
        self.codes: dict[str, dict[str, Any]] = {
            "theme": {row.code: row.pk for row in Theme.objects.all()},
            "age_ranges": {row.code: row.pk for row in AgeRange.objects.all()},
            "school_times": {row.code: row.pk for row in SchoolTime.objects.all()},
            "actors": {row.code: row.pk for row in ActorKind.objects.all()},
        }
        self.actor_labels = {row.code: row.label for row in ActorKind.objects.all()}
        self.lines = set(BudgetLine.objects.values_list("code", flat=True))

    def moments(self) -> Iterator[Moment]:
        yield from scenery.sign_conventions(self.stage)
        yield from doors.moments(self.stage)
        yield from partners.moments(self.stage)
        yield from documents.moments(self.stage)
        yield from preparing.moments(self.stage)
        yield from teamwork.moments(self.stage, self.actions)
        yield from self._calendar()
        for tranche in money.TRANCHES:
            for move in tranche.moves:
                yield self.stage.at(move.when), self._mover(move, self.stage.tranches[tranche.source, tranche.year])
        for proposal in proposals.PROPOSALS:
            yield from self._proposal(proposal)
        yield from dauphin.moments(self.stage, iter(proposals.PROPOSALS), self.actions)
        for seance in seances.SEANCES:
            yield from self._seance(seance)

    # -------------------------------------------------------------- time and money

    def _calendar(self) -> Iterator[Moment]:
        """What dates do by themselves, looked at every week and on the last morning."""
        moment = scenery.morning(date(2022, 3, 7))
        last = scenery.morning(self.stage.day)
        while moment < last:
            yield moment, self._maintain
            moment += WEEK
        yield last, self._maintain

    def _maintain(self) -> None:
        for job in maintenance_jobs:
            job()

    def _mover(self, move: MoneyMove, tranche: Tranche) -> Callable[[], None]:
        def happens() -> None:
            by, fresh = self.stage.coordination, Tranche.objects.get(pk=tranche.pk)
            match move.kind:
                case "plan":
                    ledger.plan(fresh, by=by, reason=move.reason)
                case "notify":
                    ledger.notify(fresh, move.amount, by=by, reference=move.reference)
                case "freeze":
                    ledger.freeze(fresh, move.amount, by=by, reason=move.reason)
                case "thaw":
                    ledger.thaw(fresh, move.amount, by=by, reason=move.reason)
                case "transfer":
                    target = self.stage.tranches[move.to_source or "", tranche.year]
                    ledger.transfer(fresh, target, move.amount, by=by, reason=move.reason)
                case "carry_over":
                    later = self.stage.tranches[tranche.source.code, move.to_year or 0]
                    ledger.carry_over(fresh, later, move.amount, by=by, reason=move.reason)
                case "close":
                    ledger.close_year(fresh, by=by)
                case _:
                    raise CommandError(f"Unknown move {move.kind}")

        return happens

    # -------------------------------------------------------------- a proposal, up to the séance

    def _proposal(self, one: Proposal) -> Iterator[Moment]:
        path, at = one.path, self.stage.at
        started = path.submitted or path.ended_at or When(days=-2, hour=19)
        yield at(started) - timedelta(days=2), lambda: self._start(one)
        if path.submitted and path.status != Status.DRAFT:
            yield at(path.submitted), lambda: self._submit(one)
        yield from completing.moments(self.stage, one, self._now)
        if path.resubmitted:
            yield at(path.resubmitted), lambda: self._submit(one)
        if path.admissible:
            yield at(path.admissible), lambda: self._admit(one)
        if path.review_opened:
            yield at(path.review_opened), lambda: review.open_review(self._now(one), by=self.stage.coordination)
        for rank, avis in enumerate(path.avis):
            if path.avis_at and avis.position != "deport":
                yield (
                    at(path.avis_at) + timedelta(days=rank),
                    partial(completing.give_avis, self.stage, one, avis, self._now),
                )
        if path.ended_at:
            yield at(path.ended_at), lambda: self._end(one)
        yield from self._afterwards(one)

    def _start(self, one: Proposal) -> None:
        path = one.path
        by = self.stage.coordination if path.on_paper else self.stage.user(one.author)
        call, organisation = self.stage.calls[one.call], self.stage.organisations[one.organisation]
        action = submission.start(call, organisation, by=by, renews=self.actions.get(one.renewal_of or ""))
        drafts.save(action, self._typed(one), seen=0, by=by)
        self.actions[one.key] = action

    def _typed(self, one: Proposal, **changes: str) -> dict[str, list[str]]:
        """The form as the partner fills it."""
        by_code = self.codes
        typed = {
            "title": [one.title],
            "theme": [str(by_code["theme"][one.theme])],
            "objectives": [one.objectives],
            "description": [one.description],
            "public_description": [one.public_description],
            "participants": [str(one.participants)],
            "starts_on": [one.start.date(self.stage.day).isoformat()],
            "ends_on": [one.end.date(self.stage.day).isoformat()],
            "age_ranges": [str(by_code["age_ranges"][code]) for code in one.age_ranges],
            "school_times": [str(by_code["school_times"][code]) for code in one.school_times],
            "schools": [str(self.stage.schools[key].pk) for key in one.schools],
            "quartiers": [str(self.stage.quartiers[key].pk) for key in one.quartiers],
            "actors": [str(by_code["actors"][code]) for code in one.actors],
            "actors_note": ["\n".join(f"{self.actor_labels[code]} : {does}" for code, does in one.actors.items())],
            "minimum": [_typed_amount(one.minimum)],
            **self._answers(one),
        }
        own = {code: amount for code, amount in one.lines.items() if code not in cofunders.NAMES}
        typed |= {f"line_{code}": [_typed_amount(amount)] for code, amount in own.items()}
        for number, (line, name, amount, state) in enumerate(cofunders.rows(one)):
            parts = {"line": line, "name": name, "amount": _typed_amount(amount), "state": state}
            typed |= {f"cofunder_{number}_{part}": [text] for part, text in parts.items()}
        return typed | {name: [text] for name, text in changes.items()}

    def _answers(self, one: Proposal) -> dict[str, list[str]]:
        priorities = [line for line in self.stage.calls[one.call].priorities.splitlines() if line]
        author, phone = self.stage.user(one.author).full_name, self.stage.organisations[one.organisation].phone
        typed = answers.answers(one, author=author, phone=phone, priorities=priorities)
        typed |= preparing.answers(self.stage.calls[one.call], one.key)
        last = self.actions.get(one.renewal_of or "")
        if last is not None and not is_reported(Action.objects.get(pk=last.pk)):
            typed["nature"] = ["extended"]  # without the bilan of the last one, it is no reconduction yet
        return typed

    def _submit(self, one: Proposal) -> None:
        action = self._now(one)
        by = self.stage.coordination if one.path.on_paper else self.stage.user(one.author)
        if action.version:
            action = drafts.save(action, completing.completed(action, one), seen=action.draft_version, by=by)
        documents.join(self.stage, one.organisation, action, by=by)
        action.refresh_from_db()
        submission.submit(action, seen=action.draft_version, by=by)

    def _admit(self, one: Proposal) -> None:
        action, by = self._now(one), self.stage.coordination
        if one.path.inadmissible_reason:
            submission.refuse_as_inadmissible(action, one.path.inadmissible_reason, by=by)
        else:
            workflow.apply(action, "find_admissible", by=by)

    def _end(self, one: Proposal) -> None:
        action = self._now(one)
        by = self.stage.user(one.author)
        match one.path.status:
            case Status.WITHDRAWN:
                waiting = action.status in (Status.WAITLISTED, Status.POSTPONED)
                workflow.apply(action, "withdraw_waiting" if waiting else "withdraw", by=by)
            case Status.RENOUNCED:
                awards.renounce(action, by=by)
            case _:
                workflow.apply(action, "abandon", by=by)

    # -------------------------------------------------------------- the séance

    def _seance(self, one: SeanceShape) -> Iterator[Moment]:
        at = self.stage.at(one.when)
        yield at - timedelta(days=20), lambda: self._prepare(one)
        for shift, proposal in enumerate(p for p in proposals.PROPOSALS if one.key in _agendas(p)):
            # A file that is only scheduled is put there by today.
            when = min(at - timedelta(days=2), scenery.morning(self.stage.day)) + timedelta(minutes=shift)
            yield when, partial(self._schedule, proposal, one)
        yield at, lambda: self._open(one)
        for shift, (proposal, verdict) in enumerate(_verdicts(one.key), 1):
            yield (
                at + timedelta(minutes=6 * shift),
                partial(self._decide, proposal, verdict, one),
            )
        yield at + timedelta(hours=6), lambda: self._close(one)
        if one.signed:
            signed = self.stage.at(one.signed)
            for rank, code in enumerate(one.signed_by):
                before = timedelta(hours=(len(one.signed_by) - 1 - rank))
                yield signed - before, partial(self._sign, code, one)
        if one.notified:
            yield self.stage.at(one.notified), lambda: self._notify(one)

    def _prepare(self, one: SeanceShape) -> None:
        instance = Instance.objects.get(code=one.instance)
        seance = Seance(instance=instance, starts_at=self.stage.at(one.when), place=one.place)
        self.seances[one.key] = agenda.prepare(seance, by=self.stage.coordination)

    def _schedule(self, one: Proposal, seance: SeanceShape) -> None:
        agenda.schedule(self._now(one), self.seances[seance.key], by=self.stage.coordination)

    def _open(self, one: SeanceShape) -> None:
        agenda.open_seance(self.seances[one.key], by=self.stage.coordination)

    def _decide(self, one: Proposal, verdict: Verdict, seance: SeanceShape) -> None:
        by = self.stage.coordination
        item = AgendaItem.objects.get(action=self._now(one), seance=self.seances[seance.key])
        said = {avis.institution: avis.position for avis in one.path.avis}
        if verdict.verdict == "approved":
            # The discussion lifted the reserves: each institution says so in séance.
            said = {code: "favorable" if p == "favorable_avec_reserve" else p for code, p in said.items()}
        said |= verdict.positions
        noted = {self.stage.institutions[code]: position for code, position in said.items()}
        agenda.record_positions(item, noted, by=by)
        year = item.action.call.year
        amounts = {self.stage.tranches[source, year].pk: amount for source, amount in verdict.split.items()}
        decisions.decide(
            item,
            verdict.verdict,
            amounts,
            by=by,
            seen=item.shown.sha256,
            reason=verdict.reason,
            condition=verdict.condition,
        )

    def _close(self, one: SeanceShape) -> None:
        decisions.close_seance(self.seances[one.key], by=self.stage.coordination)

    def _sign(self, code: str, one: SeanceShape) -> None:
        holder = Mandate.objects.active().pilots().filter(institution__code=code).order_by("-role", "pk")[0]
        releve = decisions.last_releve(self.seances[one.key])
        assert releve is not None
        decisions.sign(self.seances[one.key], by=self.stage.user(holder.user.email), seen=releve.sha256)

    def _notify(self, one: SeanceShape) -> None:
        decisions.notify(self.seances[one.key], by=self.stage.coordination)

    # -------------------------------------------------------------- what follows the decision

    def _afterwards(self, one: Proposal) -> Iterator[Moment]:
        path, at = one.path, self.stage.at
        verdict = path.verdicts[-1] if path.verdicts else None
        if verdict is None:
            return
        seance = next(s for s in seances.SEANCES if s.key == verdict.seance)
        if verdict.condition_lifted:
            yield (
                at(verdict.condition_lifted),
                lambda: workflow.apply(self._now(one), "lift_condition", by=self.stage.coordination),
            )
        if verdict.split and seance.notified and path.status not in UNBOUND:
            told = at(verdict.condition_lifted or seance.notified)
            yield told + timedelta(days=21), lambda: self._commit(one)
            yield told + timedelta(days=49), lambda: self._pay(one)
        if path.report:
            yield from self._report(one)
        if path.closed_at:
            yield at(path.closed_at), lambda: workflow.apply(self._now(one), "close", by=self.stage.coordination)

    def _report(self, one: Proposal) -> Iterator[Moment]:
        report, at = one.path.report, self.stage.at
        assert report is not None
        yield at(report.submitted), lambda: self._submit_report(one)
        if report.correction_at:
            yield (
                at(report.correction_at),
                lambda: reporting.ask_correction(self._now(one), report.correction_asked, by=self.stage.coordination),
            )
        if report.resubmitted:
            yield at(report.resubmitted), lambda: self._submit_report(one)
        if report.accepted:
            yield (
                at(report.accepted),
                lambda: workflow.apply(self._now(one), "accept_report", by=self.stage.coordination),
            )

    def _submit_report(self, one: Proposal) -> None:
        report = one.path.report
        assert report is not None
        values = {
            "text": report.text,
            "participations": report.participations,
            "distinct_persons": report.distinct_persons,
            "spent": sum(report.charges.values(), Decimal("0.00")),
        }
        reporting.submit_report(self._now(one), values, by=self.stage.user(one.author))

    def _commit(self, one: Proposal) -> None:
        """The act that each source requires, then its money."""
        by = self.stage.coordination
        for account in self._held(one, Account.Kind.PROGRAMMED):
            award, today = account.award, clock.today()
            assert award is not None
            kinds = award.source.act_kinds
            kind = "convention" if account.balance > 23_000 and "convention" in kinds else kinds[0]
            transmitted = today - timedelta(days=16) if kind == "deliberation_ca" else None
            number = f"{today.year}-{award.source.code}-{award.pk:03d}"
            awards.commit(
                award,
                account.tranche,
                account.balance,
                kind=kind,
                number=number,
                signed_on=today - timedelta(days=18),
                transmitted_on=transmitted,
                by=by,
            )

    def _pay(self, one: Proposal) -> None:
        for account in self._held(one, Account.Kind.COMMITTED):
            assert account.award is not None
            reference = f"Mandat {clock.today().year}-{account.award.pk:04d}"
            awards.pay(account.award, account.tranche, account.balance, reference=reference, by=self.stage.coordination)

    def _held(self, one: Proposal, kind: str) -> list[Account]:
        accounts = Account.objects.filter(award__action=self.actions[one.key], kind=kind, balance__gt=0)
        return list(
            accounts.select_related("tranche__source", "award__source", "award__action__organisation__kind").order_by(
                "tranche_id"
            )
        )

    def _now(self, one: Proposal) -> Action:
        return Action.objects.get(pk=self.actions[one.key].pk)


def _typed_amount(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _agendas(one: Proposal) -> list[str]:
    decided = [verdict.seance for verdict in one.path.verdicts]
    return [*decided, one.path.agenda] if one.path.agenda else decided


def _verdicts(seance: str) -> list[tuple[Proposal, Verdict]]:
    return [(one, v) for one in proposals.PROPOSALS for v in one.path.verdicts if v.seance == seance]
