"""Recompute every hash and balance; say the first bad row of each chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cites.core.registry import chain_checks


class Command(BaseCommand):
    help = "Vérifie le grand livre, le journal et les textes scellés : empreintes et soldes."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = [sentence for check in chain_checks for sentence in check()]
        for sentence in broken:
            self.stderr.write(sentence)
        if broken:
            raise CommandError(f"{len(broken)} anomalie(s).")
        self.stdout.write("Grand livre, journal et textes scellés intacts.")
