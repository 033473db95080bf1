"""What `manage.py verify_chain` recomputes in this app: the ledger, move by move."""

from collections.abc import Iterator

from cites.core.money import to_cents
from cites.core.registry import chain_checks
from cites.core.sealed import canonical, digest
from funding.models import Account, LedgerHead, Move


@chain_checks.register
def verify_ledger() -> Iterator[str]:
    """One French sentence per broken link or false balance; nothing when the ledger holds."""
    seq, prev = 0, ""
    sums: dict[int, int] = {}
    for move in Move.objects.order_by("seq").iterator(chunk_size=2000):
        seq += 1
        if move.seq != seq:
            yield f"Grand livre : le mouvement n° {seq} manque (trouvé : n° {move.seq})."
            return
        if move.prev_hash != prev or move.hash != digest(canonical(move.chained())):
            yield f"Grand livre : le mouvement n° {move.seq} a été modifié ou déplacé."
            return
        prev = move.hash
        sums[move.origin_id] = sums.get(move.origin_id, 0) - to_cents(move.amount)
        sums[move.target_id] = sums.get(move.target_id, 0) + to_cents(move.amount)
    head = LedgerHead.objects.get(pk=1)
    if (head.seq, head.hash) != (seq, prev):
        yield f"Grand livre : la tête annonce {head.seq} mouvements, la table en a {seq} : la fin a été coupée."
    for acc in Account.objects.select_related("tranche__source"):
        expected = sums.get(acc.pk, 0) * (-1 if acc.is_contra else 1)
        if to_cents(acc.balance) != expected:
            yield f"Grand livre : le solde de « {acc} » (compte {acc.pk}) n'est pas la somme de ses mouvements."
