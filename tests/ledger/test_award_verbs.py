"""What is promised, bound and paid: success beside refusal, in French, with nothing written."""

from types import SimpleNamespace

from funding import awards, ledger
from funding.chains import verify_ledger
from funding.models import Account, Award, Decision, Move, Source
from tests import factories
from tests.ledger.stories import YEAR, D, act_of, committed, held, notified, paid, program, refused

Kind = Account.Kind


def test_program_moves_what_was_decided(file: SimpleNamespace) -> None:
    assert held(file.tranche) == {"outside": "1000.00", "available": "400.00", "programmed": "600.00"}
    assert held(file.tranche, file.award) == {"programmed": "600.00"}
    move = Move.objects.get(kind="programming")
    assert (move.decision, move.by, move.at) == (file.decision, file.by, factories.NOON)


def test_program_is_refused_when_the_tranche_has_less() -> None:
    tranche = notified(amount="1000")
    item = factories.make_scheduled()
    assert refused(factories.decide, item, D("1000.01"), tranche) == (
        f"Enveloppe insuffisante : il reste 1 000,00 € en « disponible » sur {tranche}, il faut 1 000,01 €."
    )
    assert Decision.objects.count() == 0
    factories.decide(item, D("1000"), tranche)
    assert "available" not in held(tranche)


def test_program_is_refused_beyond_what_was_decided(file: SimpleNamespace) -> None:
    assert refused(program, file, "0.01", file.tranche) == "La programmation dépasse le montant décidé."


def test_program_is_refused_on_the_strength_of_another_actions_decision(file: SimpleNamespace) -> None:
    other = factories.make_decided(D("100"), tranche=file.tranche)
    ledger.release(factories.award_of(other), file.tranche, D("100"), by=None, reason="Pour voir")
    assert "autre action" in refused(program, file, "50", file.tranche, other)


def test_program_is_refused_from_another_source(file: SimpleNamespace) -> None:
    ville = notified("VILLE")
    sentence = refused(ledger.program, file.award, ville, D("1"), decision=file.decision, by=file.by)
    assert sentence == "La tranche n'est pas de la source de l'attribution."


def test_program_takes_planned_money_only_if_the_call_says_so() -> None:
    planned = factories.make_tranche("VILLE", YEAR, D("1000"), notified=False)
    assert "ne programme que des crédits notifiés" in refused(
        factories.decide, factories.make_scheduled(), D("10"), planned
    )
    call = factories.make_call("prevus", allows_planned_money=True)
    factories.decide(factories.make_scheduled(call=call), D("10"), planned)
    assert held(planned) == {"outside": "1000.00", "available": "990.00", "programmed": "10.00"}


def test_a_corrected_programming_can_be_made_again(file: SimpleNamespace) -> None:
    ledger.correct(Move.objects.get(kind="programming"), by=file.by, reason="Mauvaise tranche")
    assert held(file.tranche) == {"outside": "1000.00", "available": "1000.00"}
    program(file, "600", file.tranche)
    assert held(file.tranche, file.award) == {"programmed": "600.00"}
    assert refused(program, file, "0.01", file.tranche) == "La programmation dépasse le montant décidé."


# ------------------------------------------------------------------ commitment, payment, release, recovery


def test_commit_binds_programmed_money_with_an_act(file: SimpleNamespace) -> None:
    act = committed(file, "500")
    assert held(file.tranche, file.award) == {"programmed": "100.00", "committed": "500.00"}
    assert Move.objects.get(kind="commitment").act == act


def test_commit_is_refused_beyond_its_act_or_what_is_programmed(file: SimpleNamespace) -> None:
    act = act_of(file.award, "550")
    ledger.commit(file.award, file.tranche, D("500"), act=act, by=None)
    assert refused(ledger.commit, file.award, file.tranche, D("50.01"), act=act, by=None) == (
        "L'acte porte sur 550,00 € : l'engagement le dépasse."
    )
    more = act_of(file.award, "600", "2")
    assert "il reste 100,00 € en « programmé »" in refused(
        ledger.commit, file.award, file.tranche, D("100.01"), act=more, by=None
    )


def test_commit_is_refused_with_the_act_of_another_award(file: SimpleNamespace) -> None:
    other = factories.award_of(factories.make_decided(D("100"), tranche=file.tranche))
    sentence = refused(ledger.commit, file.award, file.tranche, D("1"), act=act_of(other, "100"), by=None)
    assert sentence == "L'acte est celui d'une autre attribution."


def test_commit_is_refused_on_planned_money_until_it_is_notified() -> None:
    planned = factories.make_tranche("P147", YEAR, D("1000"), notified=False)
    call = factories.make_call("prevus", allows_planned_money=True)
    award = factories.award_of(factories.make_decided(D("600"), call=call, tranche=planned))
    act = act_of(award, "600")
    assert "on n'engage que des crédits notifiés" in refused(ledger.commit, award, planned, D("600"), act=act, by=None)
    ledger.notify(planned, D("1000"), by=None, reference="Arrêté 12")
    ledger.commit(award, planned, D("600"), act=act, by=None)
    assert held(planned, award) == {"committed": "600.00"}


def test_a_corrected_commitment_can_be_made_again_with_its_act(file: SimpleNamespace) -> None:
    act = committed(file)
    ledger.correct(Move.objects.get(kind="commitment"), by=None, reason="Saisie en double")
    assert held(file.tranche, file.award) == {"programmed": "600.00"}
    ledger.commit(file.award, file.tranche, D("600"), act=act, by=None)
    assert held(file.tranche, file.award) == {"committed": "600.00"}


def test_pay_takes_what_is_committed_and_no_more(file: SimpleNamespace) -> None:
    committed(file)
    ledger.pay(file.award, file.tranche, D("400"), reference="Mandat 1", by=file.by)
    assert held(file.tranche, file.award) == {"committed": "200.00", "paid": "400.00"}
    assert "il reste 200,00 € en « engagé »" in refused(
        ledger.pay, file.award, file.tranche, D("200.01"), reference="Mandat 2", by=None
    )


def test_one_awards_money_never_pays_another(file: SimpleNamespace) -> None:
    other = factories.award_of(factories.make_notified(D("300"), tranche=file.tranche))
    committed(file)
    assert "il reste 0,00 € en « engagé »" in refused(ledger.pay, other, file.tranche, D("1"), reference="M", by=None)
    assert held(file.tranche, other) == {"programmed": "300.00"}


def test_release_gives_back_programmed_or_committed_money(file: SimpleNamespace) -> None:
    committed(file, "500")
    ledger.release(file.award, file.tranche, D("100"), by=None, reason="Réduit")
    ledger.release(file.award, file.tranche, D("200"), by=None, reason="Réduit", stage=Kind.COMMITTED)
    assert held(file.tranche) == {"outside": "1000.00", "available": "700.00", "committed": "300.00"}
    for stage in (Kind.PROGRAMMED, Kind.COMMITTED):
        assert "Enveloppe insuffisante" in refused(
            ledger.release, file.award, file.tranche, D("300.01"), by=None, reason="x", stage=stage
        )
    assert "du programmé ou de l'engagé" in refused(
        ledger.release, file.award, file.tranche, D("1"), by=None, reason="x", stage=Kind.PAID
    )


def test_recover_returns_to_the_funder_or_to_the_year_as_the_source_says(file: SimpleNamespace) -> None:
    paid(file)
    ledger.recover(file.award, file.tranche, D("100"), reference="Titre 1", by=None)
    assert held(file.tranche) == {"outside": "900.00", "available": "400.00", "paid": "500.00"}
    assert "il reste 500,00 € en « payé »" in refused(
        ledger.recover, file.award, file.tranche, D("500.01"), reference="Titre 2", by=None
    )
    Source.objects.filter(code="P147").update(recovery_to="available")
    ledger.recover(file.award, file.tranche, D("100"), reference="Titre 3", by=None)
    assert held(file.tranche) == {"outside": "900.00", "available": "500.00", "paid": "400.00"}


def test_recover_never_gives_a_funder_more_than_it_gave(file: SimpleNamespace) -> None:
    paid(file)
    ledger.cut(file.tranche, D("700"), by=None, reference="Gel")
    assert held(file.tranche) == {"outside": "300.00", "paid": "600.00", "shortfall": "300.00"}
    assert "sous zéro" in refused(ledger.recover, file.award, file.tranche, D("300.01"), reference="T", by=None)


# ------------------------------------------------------------------ corrections


def test_a_correction_is_the_opposite_move_and_names_it(file: SimpleNamespace) -> None:
    wrong = paid(file)
    right = ledger.correct(wrong, by=file.by, reason="Payé à un autre")
    assert (right.corrects, right.amount, right.origin_id, right.target_id) == (
        wrong,
        wrong.amount,
        wrong.target_id,
        wrong.origin_id,
    )
    assert held(file.tranche, file.award) == {"committed": "600.00"}
    assert refused(ledger.correct, wrong, by=None, reason="Encore") == "Ce mouvement est déjà corrigé."
    assert "ne se corrige pas" in refused(ledger.correct, right, by=None, reason="Encore")


def test_a_correction_says_why_and_finds_the_money_still_there(file: SimpleNamespace) -> None:
    entry = Move.objects.get(kind="notification")
    assert refused(ledger.correct, entry, by=None, reason="") == "Dites pourquoi ce mouvement est corrigé."
    assert "il reste 400,00 € en « disponible »" in refused(ledger.correct, entry, by=None, reason="x")


def test_a_corrected_cut_gives_back_what_it_took_and_covered(file: SimpleNamespace) -> None:
    ledger.cut(file.tranche, D("700"), by=None, reference="Gel")
    taken, missing = Move.objects.filter(kind="cut").order_by("seq")
    ledger.correct(missing, by=None, reason="Gel annulé")
    ledger.correct(taken, by=None, reason="Gel annulé")
    assert held(file.tranche) == {"outside": "1000.00", "available": "400.00", "programmed": "600.00"}


def test_a_correction_of_a_shortfall_already_covered_is_refused(file: SimpleNamespace) -> None:
    ledger.cut(file.tranche, D("700"), by=None, reference="Gel")
    ledger.amend(file.tranche, D("300"), by=None, reference="Avenant")
    missing = Move.objects.filter(kind="cut").latest("seq")
    assert "sous zéro" in refused(ledger.correct, missing, by=None, reason="x")


# ------------------------------------------------------------------ reading


def test_balance_of_one_award_and_of_the_tranche(file: SimpleNamespace) -> None:
    factories.make_decided(D("100"), tranche=file.tranche)
    assert ledger.balance(file.tranche, Kind.PROGRAMMED) == D("700.00")
    assert ledger.balance(file.tranche, Kind.PROGRAMMED, file.award) == D("600.00")
    assert ledger.balance(file.tranche, Kind.PAID) == D("0.00")


def test_the_stage_of_an_award_is_computed(file: SimpleNamespace) -> None:
    def stage() -> str:
        return awards.stage(Award.objects.get(pk=file.award.pk))

    assert stage() == "Programmé"
    committed(file)
    assert stage() == "Engagé"
    ledger.pay(file.award, file.tranche, D("100"), reference="M1", by=None)
    assert stage() == "Payé en partie"
    ledger.pay(file.award, file.tranche, D("500"), reference="M2", by=None)
    assert stage() == "Payé"


def test_the_whole_story_verifies(file: SimpleNamespace) -> None:
    paid(file)
    ledger.recover(file.award, file.tranche, D("100"), reference="T", by=None)
    assert list(verify_ledger()) == []
