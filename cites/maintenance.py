"""What time does to doors, run by `manage.py maintenance`."""

from cites.accounts.limits import purge_counters
from cites.accounts.sessions import purge_sessions
from cites.accounts.vault import renew_old
from cites.core.registry import maintenance_jobs
from cites.data_imports import forget_old_files

maintenance_jobs.register(purge_sessions)
maintenance_jobs.register(purge_counters)
maintenance_jobs.register(forget_old_files)
maintenance_jobs.register(renew_old)
