"""Fill a new database with the demo: the story of a cité éducative, told by the real verbs."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cites.core import clock
from cites.models import Cite, OutboxMail
from funding.demo.play import play
from funding.demo.shapes import FIRST_DAY, LAST_DAY


class Command(BaseCommand):
    help = "Joue l'histoire de démonstration sur une base neuve ; --date la rend identique à chaque fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=date.fromisoformat, help="jour de la démonstration, AAAA-MM-JJ")
        parser.add_argument("--if-empty", action="store_true", help="ne rien faire si la base est déjà remplie")

    def handle(self, *args: Any, **options: Any) -> None:
        if Cite.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("La démonstration se joue sur une base neuve : celle-ci a déjà une cité.")
        if not settings.DEMO:
            raise CommandError("Posez DEMO=1 : ces comptes ont un mot de passe public.")
        day = min(max(options["date"] or clock.today(), FIRST_DAY), LAST_DAY)
        with transaction.atomic():
            play(day)
            OutboxMail.objects.update(sent_at=clock.now(), attempts=1)
        self.stdout.write(f"Démonstration prête, au {day:%d/%m/%Y}.")
