"""What `manage.py verify_chain` recomputes: the ledger, then the journal."""

from cites.core.audit import verify_journal
from cites.core.registry import chain_checks
from funding.ledger import verify_ledger

chain_checks.register(verify_ledger)
chain_checks.register(verify_journal)
