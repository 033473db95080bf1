"""Ledger, decisions and journal are written once: every way of changing a row is refused on both databases.

Beside it, the negative controls: without the production triggers the same edits pass, the system check says
so, and `verify_chain` names the row.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import F, ProtectedError

from actions import call_agreement
from actions.models import (
    AskedQuestion,
    Avis,
    CallAgreement,
    CompletionAnswer,
    CompletionReminder,
    CompletionRequest,
    SealedAttachment,
    Submission,
)
from cites.core import append_only, clock
from cites.core.audit import verify_journal
from cites.models import Event, SealedVersion, Signature, StoredFile
from funding import decisions
from funding.chains import verify_ledger
from funding.models import Account, Act, Award, Contest, Decision, Move, Notice, PriorDecision, Tranche
from tests import before, factories

WRITTEN_ONCE: tuple[type[models.Model], ...] = (
    Act,
    AskedQuestion,
    Avis,
    Award,
    CallAgreement,
    CompletionAnswer,
    CompletionReminder,
    CompletionRequest,
    Contest,
    Decision,
    Event,
    Move,
    Notice,
    PriorDecision,
    SealedAttachment,
    SealedVersion,
    Signature,
    Submission,
)
SQLITE = "sqlite"


@pytest.fixture
def story(db: None) -> Iterator[None]:
    """One file through everything: avis, a decision contested then taken again, signed, notified, bound by its act."""
    with clock.at(factories.NOON):
        first = factories.make_decided(Decimal("7000"))
        decisions.contest(first, "Le montant dépasse notre accord.", by=factories.make_pilot("ville"))
        first.item.refresh_from_db()
        second = factories.decide(first.item, Decimal("5000"))
        factories.announce(first.item.seance)
        factories.bind(second)
        before.make_taken_over(amount=Decimal("1000"))
        add_piece(first.item.action.submissions.get())
        complete()
        call = factories.make_asked_call()
        assert call.asked is not None
        call_agreement.refuse(call, "Trop tôt.", seen=call.asked.sha256, by=factories.make_pilot("ville"))
    connection.check_constraints()  # PostgreSQL truncates and alters no table that has deferred checks waiting
    yield


def add_piece(submission: Submission) -> None:
    file = StoredFile.objects.create(
        media_type="text/plain", size=0, sha256=sha256().hexdigest(), content=b"", received_at=clock.now()
    )
    SealedAttachment.objects.create(submission=submission, file=file, label="Devis", name="devis.txt")


def complete() -> None:
    """A question asked, recalled, answered in words."""
    request = factories.ask_completion(factories.make_submitted(title="Un autre dossier"))
    CompletionReminder.objects.create(request=request, kind="before", sent_at=clock.now())
    [asked] = request.questions.all()
    CompletionAnswer.objects.create(asked=asked, submission=request.action.submissions.get(), text="Le voici.")


def run(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def field_of(model: type[models.Model]) -> str:
    """Any column but the key."""
    return model._meta.concrete_fields[1].attname


def set_again(model: type[models.Model]) -> None:
    name = field_of(model)
    model._default_manager.update(**{name: F(name)})


def bulk_update(model: type[models.Model]) -> None:
    model._default_manager.bulk_update([model._default_manager.all()[0]], [model._meta.concrete_fields[1].name])


def upsert(model: type[models.Model]) -> None:
    names = [model._meta.concrete_fields[1].name]
    row = model._default_manager.all()[0]
    model._default_manager.bulk_create([row], update_conflicts=True, update_fields=names, unique_fields=["pk"])


def columns(model: type[models.Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def raw(template: str) -> Callable[[type[models.Model]], None]:
    def attempt(model: type[models.Model]) -> None:
        table, column = f'"{model._meta.db_table}"', f'"{model._meta.concrete_fields[1].column}"'
        run(template.format(table=table, column=column, columns=columns(model)))

    return attempt


def delete_all(model: type[models.Model]) -> None:
    model._default_manager.all().delete()


def delete_one(model: type[models.Model]) -> None:
    model._default_manager.all()[0].delete()


def raw_delete(model: type[models.Model]) -> None:
    model._default_manager.all()._raw_delete(using="default")


ATTEMPTS: dict[str, Callable[[type[models.Model]], None]] = {
    "UPDATE": raw("UPDATE {table} SET {column} = {column}"),
    "UPDATE of the key": raw("UPDATE {table} SET id = id + 1000"),
    "DELETE": raw("DELETE FROM {table}"),
    "INSERT ON CONFLICT DO UPDATE": raw(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE true"
        " ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}"
    ),
    "QuerySet.update": set_again,
    "QuerySet.delete": delete_all,
    "QuerySet._raw_delete": raw_delete,
    "bulk_update": bulk_update,
    "bulk_create with update_conflicts": upsert,
    "save": lambda model: model._default_manager.all()[0].save(),
    "save of one field": lambda model: model._default_manager.all()[0].save(update_fields=[field_of(model)]),
    "delete": delete_one,
}
ON_SQLITE = {
    "REPLACE INTO": raw("REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"),
    "INSERT OR REPLACE": raw("INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"),
    "UPDATE OR REPLACE": raw("UPDATE OR REPLACE {table} SET {column} = {column}"),
}
ON_POSTGRES = {
    "TRUNCATE": raw("TRUNCATE {table} CASCADE"),
    "TRUNCATE of the people": lambda model: run("TRUNCATE cites_user CASCADE"),
    "MERGE": raw("MERGE INTO {table} a USING {table} b ON a.id = b.id WHEN MATCHED THEN DELETE"),
}


def attempts() -> dict[str, Callable[[type[models.Model]], None]]:
    return ATTEMPTS | (ON_SQLITE if connection.vendor == SQLITE else ON_POSTGRES)


def content(model: type[models.Model]) -> list[Any]:
    return [tuple(map(str, row)) for row in model._default_manager.order_by("pk").values_list()]


def drop_triggers(model: type[models.Model]) -> None:
    """Take the production triggers away, as an intruder with the database's password would."""
    name, table = f"append_only_{model._meta.db_table}", model._meta.db_table
    if connection.vendor == SQLITE:
        run(f"DROP TRIGGER {name}_update")
        run(f"DROP TRIGGER {name}_delete")
    else:
        run(f'DROP TRIGGER {name}_row ON "{table}"')
        run(f'DROP TRIGGER {name}_all ON "{table}"')


# ------------------------------------------------------------------ refused


def test_these_tables_are_written_once() -> None:
    assert append_only.tables() == sorted(model._meta.db_table for model in WRITTEN_ONCE)


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_no_row_is_changed_or_removed(story: None, model: type[models.Model]) -> None:
    before = content(model)
    assert before
    passed = []
    for name, attempt in attempts().items():
        try:
            with transaction.atomic():
                attempt(model)
                passed.append(name)
        except ProtectedError:
            assert "delete" in name
        except IntegrityError as error:
            assert "append-only" in str(error)
    assert passed == []
    assert content(model) == before


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_no_cascade_reaches_a_row(story: None, model: type[models.Model]) -> None:
    """Whatever a row points to cannot be deleted under it: by Django nor by the database."""
    before = content(model)
    row = model._default_manager.all()[0]
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete is models.PROTECT
            parent = getattr(row, field.name)
            if parent is not None:
                with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
                    parent.delete()
                with pytest.raises(IntegrityError), transaction.atomic():
                    run(f'DELETE FROM "{parent._meta.db_table}" WHERE id = %s', parent.pk)  # noqa: S608 - our own names
                    connection.check_constraints()
    assert content(model) == before


def test_nothing_points_to_a_written_row_by_set_null_or_cascade() -> None:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model in WRITTEN_ONCE:
                assert field.remote_field.on_delete is models.PROTECT, f"{model.__name__}.{field.name}"


# ------------------------------------------------------------------ negative controls: without the triggers


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_without_its_trigger_an_edit_passes_and_the_check_says_so(story: None, model: type[models.Model]) -> None:
    drop_triggers(model)
    run(f'UPDATE "{model._meta.db_table}" SET id = id')  # noqa: S608 - our own names
    errors = append_only.check_triggers(databases=["default"])
    assert [(error.id, model._meta.db_table in error.msg) for error in errors] == [("cites.E001", True)]
    with pytest.raises(SystemCheckError, match=r"cites\.E001"):
        call_command("check", databases=["default"])
    append_only.install(connection)
    assert append_only.check_triggers(databases=["default"]) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        run(f'UPDATE "{model._meta.db_table}" SET id = id')  # noqa: S608 - our own names


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_one_trigger_of_two_is_not_enough(story: None, verb: str) -> None:
    if connection.vendor == SQLITE:
        run(f"DROP TRIGGER append_only_funding_move_{verb}")
    else:
        run(f"DROP TRIGGER append_only_funding_move_{'row' if verb == 'update' else 'all'} ON funding_move")
    assert append_only.missing(connection) == ["funding_move"]


@pytest.mark.postgres_only
def test_a_disabled_trigger_counts_as_missing(story: None) -> None:
    run("ALTER TABLE funding_move DISABLE TRIGGER append_only_funding_move_row")
    assert append_only.missing(connection) == ["funding_move"]


def test_the_check_is_silent_on_a_whole_database_and_when_none_is_asked(db: None) -> None:
    call_command("check", databases=["default"])
    assert append_only.check_triggers() == []


# ------------------------------------------------------------------ negative controls: the chains


def sentences() -> str:
    """What `verify_chain` says of a broken portal."""
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_chain", stderr=told)
    return told.getvalue()


def test_verify_chain_is_content_with_a_whole_story(story: None) -> None:
    told = StringIO()
    call_command("verify_chain", stdout=told)
    assert "intacts" in told.getvalue()
    assert (Move.objects.count(), Event.objects.count()) > (4, 20)


LEDGER_EDITS = [
    "amount = amount + 1",
    "kind = 'correction'",
    "origin_id = target_id, target_id = origin_id",
    "decision_id = NULL, kind = 'transfer'",
    "is_internal = NOT is_internal",
    "reference = 'autre'",
    "reason = 'autre'",
    "by_id = NULL",
    "at = '2020-01-01 00:00:00'",
    "prev_hash = ''",
    "hash = prev_hash",
    "happened_on = '2020-01-01'",
]
JOURNAL_EDITS = [
    "kind = 'actions.reject'",
    "actor_id = NULL",
    "role = 'autre'",
    "institution_code = 'caf'",
    "subject_id = subject_id + 1",
    "subject_type = 'autre'",
    "reference = 'autre'",
    "audience = 'autre'",
    "data = '{}'",
    "at = '2020-01-01 00:00:00'",
    "prev_hash = ''",
    "hash = prev_hash",
]


@pytest.mark.parametrize("edit", LEDGER_EDITS)
def test_an_edited_move_is_named(story: None, edit: str) -> None:
    drop_triggers(Move)
    run(f"UPDATE funding_move SET {edit} WHERE kind = 'programming' AND seq = 2")  # noqa: S608 - a literal above
    assert next(verify_ledger()) == "Grand livre : le mouvement n° 2 a été modifié ou déplacé."
    assert "le mouvement n° 2 a été modifié" in sentences()


@pytest.mark.parametrize("edit", JOURNAL_EDITS)
def test_an_edited_event_is_named(story: None, edit: str) -> None:
    drop_triggers(Event)
    target = Event.objects.filter(kind="actions.avis_given").earliest("seq").seq
    run(f"UPDATE cites_event SET {edit} WHERE seq = %s", target)  # noqa: S608 - a literal above
    assert list(verify_journal()) == [f"Journal : l'événement n° {target} a été modifié ou déplacé."]
    assert f"l'événement n° {target} a été modifié" in sentences()


@pytest.mark.parametrize(
    ("model", "verify", "sentence"),
    [
        (Move, verify_ledger, "Grand livre : le mouvement n° 2 a été modifié ou déplacé."),
        (Event, verify_journal, "Journal : l'événement n° 2 a été modifié ou déplacé."),
    ],
)
def test_two_rows_exchanged_are_named(
    story: None, model: type[models.Model], verify: Callable[[], Iterator[str]], sentence: str
) -> None:
    drop_triggers(model)
    for old, new in ((2, 999), (3, 2), (999, 3)):
        run(f'UPDATE "{model._meta.db_table}" SET seq = %s WHERE seq = %s', new, old)  # noqa: S608 - our own names
    assert next(verify()) == sentence


@pytest.mark.parametrize(
    ("model", "verify", "sentence"),
    [
        (Move, verify_ledger, "Grand livre : le mouvement n° 2 manque (trouvé : n° 3)."),
        (Event, verify_journal, "Journal : l'événement n° 2 manque (trouvé : n° 3)."),
    ],
)
def test_a_row_taken_out_is_named(
    story: None, model: type[models.Model], verify: Callable[[], Iterator[str]], sentence: str
) -> None:
    drop_triggers(model)
    run(f'DELETE FROM "{model._meta.db_table}" WHERE seq = 2')  # noqa: S608 - our own names
    assert next(verify()) == sentence


@pytest.mark.parametrize(
    ("model", "verify", "what"),
    [(Move, verify_ledger, "mouvements"), (Event, verify_journal, "événements")],
)
def test_a_cut_tail_shows_against_the_head(
    story: None, model: Any, verify: Callable[[], Iterator[str]], what: str
) -> None:
    drop_triggers(model)
    last = model.objects.count()
    run(f'DELETE FROM "{model._meta.db_table}" WHERE seq > %s', last - 2)  # noqa: S608 - our own names
    assert next(verify()).endswith(f"la tête annonce {last} {what}, la table en a {last - 2} : la fin a été coupée.")


def test_a_head_moved_with_the_tail_shows_against_the_printed_one(story: None) -> None:
    """Who can rewrite the head too escapes the chain: the relevé, sealed and signed, keeps the head of its day."""
    drop_triggers(Move)
    printed = Signature.objects.all()[0].releve
    assert '"ledger_head":{"hash":"' in printed.payload
    seq = int(printed.payload.partition('"seq":')[2].partition("}")[0])
    assert Move.objects.get(seq=seq).hash in printed.payload


@pytest.mark.parametrize("kind", Account.Kind.values)
def test_a_false_balance_is_named(story: None, kind: str) -> None:
    tranche = Tranche.objects.get()
    award = Award.objects.earliest("pk") if kind in Account.PER_AWARD else None
    account = Account.objects.get_or_create(tranche=tranche, kind=kind, award=award)[0]
    run("UPDATE funding_account SET balance = balance + 1 WHERE id = %s", account.pk)
    assert list(verify_ledger()) == [
        f"Grand livre : le solde de « {account} » (compte {account.pk}) n'est pas la somme de ses mouvements."
    ]


def test_an_edited_sealed_text_is_named(story: None) -> None:
    drop_triggers(SealedVersion)
    version = SealedVersion.objects.filter(kind="proposition")[0]
    run("UPDATE cites_sealedversion SET payload = replace(payload, '800000', '900000') WHERE id = %s", version.pk)
    assert f"Texte scellé « {version} »" in sentences()


def test_the_database_itself_refuses_a_move_that_no_rule_allows(story: None) -> None:
    """CHECKs behind the verbs: no negative amount, two accounts, a decision to program, an act to commit."""
    wrong: tuple[dict[str, Any], ...] = (
        {"amount": Decimal("0")},
        {"amount": Decimal("-5")},
        {"target": None},
        {"decision": None},
        {"prior": PriorDecision.objects.get()},  # a vote and a decision of before, at once
        {"kind": "commitment"},
        {"seq": 1},
    )
    good = Move.objects.filter(kind="programming").earliest("seq")
    for change in wrong:
        move = Move.objects.get(pk=good.pk)
        move.pk, move.seq = None, 1000
        for name, value in change.items():
            setattr(move, name, value if name != "target" else move.origin)
        with pytest.raises(DatabaseError), transaction.atomic():
            move.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(kind="available").update(balance=Decimal("-0.01"))
