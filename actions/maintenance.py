"""What a date does to calls and files, run by `manage.py maintenance`."""

from actions import completion
from actions.rebalancing import remind_late
from actions.reporting import advance_by_date
from actions.review import unveil_overdue
from cites.core.registry import maintenance_jobs

maintenance_jobs.register(unveil_overdue)
maintenance_jobs.register(completion.remind)
maintenance_jobs.register(remind_late)
maintenance_jobs.register(advance_by_date)
