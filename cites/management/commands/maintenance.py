"""What dates do by themselves, and the mail that waits. Run it every few minutes."""

from typing import Any

from django.core.management.base import BaseCommand

from cites.core.outbox import deliver_waiting
from cites.core.registry import maintenance_jobs


class Command(BaseCommand):
    help = "Fait ce que les dates décident : avis dévoilés, démarrages, bilans attendus ; relance les courriels."

    def handle(self, *args: Any, **options: Any) -> None:
        for job in maintenance_jobs:
            self.stdout.write(f"{job.__name__} : {job()}")
        deliver_waiting.enqueue()
