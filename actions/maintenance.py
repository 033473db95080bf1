"""What a date does to calls and files, run by `manage.py maintenance`."""

from actions.reporting import advance_by_date
from actions.review import unveil_overdue
from cites.core.registry import maintenance_jobs

maintenance_jobs.register(unveil_overdue)
maintenance_jobs.register(advance_by_date)
