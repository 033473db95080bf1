"""What `manage.py verify_chain` recomputes in this app: the ledger."""

from cites.core.registry import chain_checks
from funding.ledger import verify_ledger

chain_checks.register(verify_ledger)
