"""A worker of the portal: a process of its own, on the database named, that signs in whoever it is told to.

`python -m tests.accounts.worker NAME CACHE`; each line it reads is `email password`, each it writes what came back.
"""

import os
import sys

import django
from django.conf import settings


def main(name: str, cache: str) -> None:
    settings.DATABASES["default"]["NAME"] = name
    if cache == "of-its-own":  # what a cache in memory would be
        settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    from django.test import Client  # noqa: PLC0415 - after setup

    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        email, _, password = line.strip().partition(" ")
        answer = Client().post("/comptes/login/", {"login": email, "password": password})
        print(outcome(answer.status_code, answer.content.decode()), flush=True)  # noqa: T201


def outcome(status: int, body: str) -> str:
    if status == 302:
        return "in"
    return "locked" if "fermée pendant cinq minutes" in body else "wrong" if status == 200 else str(status)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cites.settings")
    main(*sys.argv[1:])
