"""Set up a real cité on a new database: asked step by step, or read from a TOML file."""

import sys
import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from cites.models import Cite
from funding.installation import Installer
from funding.setup_dialogue import Dialogue, Quit, as_toml

EXAMPLE = Path(__file__).resolve().parents[1] / "cite.exemple.toml"


class Command(BaseCommand):
    help = "Met en place une cité éducative : questions, ou fichier TOML (--file). Tout est écrit, ou rien."
    stealth_options = ("stdin",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, help="les réponses, dans un fichier TOML")
        parser.add_argument("--example", action="store_true", help="afficher un fichier TOML à remplir")
        parser.add_argument("--check", action="store_true", help="tout vérifier sans rien écrire")
        parser.add_argument(
            "--complete",
            action="store_true",
            help="sur une cité déjà en place : ajouter ce qui manque, ne rien remplacer",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["example"]:
            self.stdout.write(EXAMPLE.read_text(encoding="utf-8"))
            return
        if Cite.objects.exists() and not options["complete"]:
            raise CommandError("Une cité est déjà en place. --complete ajoute ce qui manque sans rien remplacer.")
        if options["file"]:
            self._install(_read(options["file"]), options)
        else:
            self._ask(options)

    def _ask(self, options: dict[str, Any]) -> None:
        dialogue = Dialogue(options.get("stdin") or sys.stdin, self.stdout)
        try:
            answers = dialogue.run()
            if not dialogue.confirm("\nÉcrire tout cela ?"):
                raise Quit
        except (Quit, KeyboardInterrupt) as left:
            raise CommandError("Rien n'est écrit.") from left
        try:
            self._install(answers, options)
        except CommandError:
            self.stderr.write("\nVos réponses, à corriger dans un fichier puis à donner avec --file :\n")
            self.stderr.write("\n".join(as_toml(answers)))
            raise

    def _install(self, answers: dict[str, Any], options: dict[str, Any]) -> None:
        installer = Installer(answers, complete=options["complete"])
        installer.run(check=options["check"])
        for problem in installer.problems:
            self.stderr.write(problem)
        if installer.problems:
            raise CommandError(f"Rien n'est écrit : {len(installer.problems)} point(s) à corriger.")
        for what in installer.told:
            self.stdout.write(f"  {what}")
        if options["check"]:
            self.stdout.write("Tout est bon. Rien n'est écrit : relancez sans --check.")
            return
        page = f"{settings.SITE_URL.rstrip('/')}{reverse('account_reset_password')}"
        self.stdout.write(f"La cité est en place. L'administration choisit son mot de passe ici : {page}")
        self.stdout.write("Les personnes invitées reçoivent un lien par courriel, valable quatorze jours.")


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"Ce fichier ne s'ouvre pas : {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"Ce fichier n'est pas du TOML : {error}.") from error
