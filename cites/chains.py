"""What `manage.py verify_chain` recomputes in this app: the journal, then every sealed text."""

from cites.core.audit import verify_journal
from cites.core.registry import chain_checks
from cites.core.sealed import verify_sealed

chain_checks.register(verify_journal)
chain_checks.register(verify_sealed)
