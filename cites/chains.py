"""What `manage.py verify_chain` recomputes in this app: the journal, then every sealed text, then every file."""

from cites.core.audit import verify_journal
from cites.core.registry import chain_checks
from cites.core.sealed import verify_sealed
from cites.files import verify_files

chain_checks.register(verify_journal)
chain_checks.register(verify_sealed)
chain_checks.register(verify_files)
