"""The antivirus hook, before a clamd of ours that really listens: clean, infected, silent, absent."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cites.core import antivirus, attachments
from tests.uploads.corpus import EICAR
from tests.uploads.making import pdf


def infected() -> bytes:
    return pdf(b"(" + EICAR.replace(b"\\", b"\\\\").replace(b")", b"\\)") + b")")


class Clamd(threading.Thread):
    """Says FOUND for EICAR, OK for the rest; or only what it is told."""

    def __init__(self, path: Path, answer: bytes = b"") -> None:
        super().__init__(daemon=True)
        self.answer, self.door = answer, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.door.bind(str(path))
        self.door.listen()
        self.door.settimeout(10)

    def run(self) -> None:
        with self.door:
            line, _ = self.door.accept()
            with line, line.makefile("rb") as words:
                assert words.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", words.read(4))[0]:
                    content += words.read(size)
                found = b"EICAR-STANDARD" in content
                verdict = b"stream: Eicar-Test-Signature FOUND" if found else b"stream: OK"
                line.sendall((self.answer or verdict) + b"\0")


@pytest.fixture
def clamd(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.ANTIVIRUS = str(tmp_path / "clamd.ctl")
    yield tmp_path / "clamd.ctl"


def told(content: bytes) -> str:
    with pytest.raises(ValidationError) as refusal:
        attachments.check("statuts.pdf", content)
    return refusal.value.messages[0]


def test_a_clean_file_comes_in(clamd: Path) -> None:
    Clamd(clamd).start()
    assert attachments.check("statuts.pdf", pdf()).size == len(pdf())


def test_an_infected_one_does_not(clamd: Path) -> None:
    Clamd(clamd).start()
    assert antivirus.INFECTED in told(infected())


def test_with_the_hook_off_it_would(settings: Any) -> None:
    settings.ANTIVIRUS = ""
    assert attachments.check("statuts.pdf", infected()).media_type == "application/pdf"


def test_no_answer_is_a_refusal(clamd: Path) -> None:
    assert antivirus.SILENT in told(pdf())


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"stream: maybe", b" "])
def test_so_is_an_answer_that_is_no_verdict(clamd: Path, answer: bytes) -> None:
    Clamd(clamd, answer).start()
    assert antivirus.SILENT in told(pdf())


def test_so_is_an_address_that_is_none(settings: Any) -> None:
    settings.ANTIVIRUS = "clamd-sans-port"
    assert antivirus.SILENT in told(pdf())
