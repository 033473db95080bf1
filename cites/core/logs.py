"""What the log must not learn, nor the table of mails keep."""

import logging
import re

# Addresses that hold the secret of a link sent by mail, as they are or as a parameter of another address.
LINKS = re.compile(r"(comptes(/|%2F)(?:invitation|password\2reset\2key)\2)[^/%\s?&]+", re.IGNORECASE)


def without_secrets(text: str) -> str:
    return LINKS.sub(r"\1…", text)


class Discreet(logging.Formatter):
    """Writes every line without the secrets of mailed links, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
