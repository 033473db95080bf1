"""An antivirus that listens on a socket and speaks clamd's INSTREAM. Off unless ANTIVIRUS names it.

Where it is on, a file waits for its verdict before anything is stored: no answer is a refusal.
"""

import logging
import socket
import struct

from django.conf import settings
from django.core.exceptions import ValidationError

INFECTED = "l'antivirus l'a refusé. Rien n'est enregistré ; vérifiez votre ordinateur avant de renvoyer ce fichier."
SILENT = "l'antivirus ne répond pas. Rien n'est enregistré : réessayez dans quelques minutes."
TIMEOUT = 20
BLOCK = 65_536

logger = logging.getLogger(__name__)


def scan(content: bytes) -> None:
    """Nothing if the file is clean or no antivirus is set; else ValidationError."""
    if not settings.ANTIVIRUS:
        return
    try:
        verdict = _ask(settings.ANTIVIRUS, content)
    except (OSError, ValueError) as error:  # ValueError: an address without a port
        logger.error("The antivirus does not answer: %s", error)
        raise ValidationError(SILENT) from error
    if verdict.endswith(" FOUND"):
        raise ValidationError(INFECTED)
    if not verdict.endswith(": OK"):
        logger.error("The antivirus answered %r", verdict[:200])
        raise ValidationError(SILENT)


def _ask(address: str, content: bytes) -> str:
    """The answer to one INSTREAM: “stream: OK”, “stream: Eicar-Test-Signature FOUND”."""
    with _connect(address) as line:
        line.settimeout(TIMEOUT)
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), BLOCK):
            block = content[start : start + BLOCK]
            line.sendall(struct.pack("!I", len(block)) + block)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while b"\0" not in answer and len(answer) < 4096 and (part := line.recv(4096)):
            answer += part
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _connect(address: str) -> socket.socket:
    """“/run/clamav/clamd.ctl”, or “host:port”."""
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(TIMEOUT)
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT)
