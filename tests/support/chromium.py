"""Finds a Chromium, or fetches one without root: the build inside an npm package, kept in .venv/chromium/."""

import base64
import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import brotli

MISSING = "No Chromium: install one, set CHROMIUM to its path, or install npm so that one can be fetched."
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium@153.0.0"
INTEGRITY = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="  # SHA-512
CACHE = Path(__file__).resolve().parents[2] / ".venv" / "chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FETCHED_FLAGS = ["--headless=shell", "--no-zygote"]
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}/fonts</dir>
<cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    path: str
    flags: list[str] = field(default_factory=lambda: list(FLAGS))
    environment: dict[str, str] = field(default_factory=dict)


def installed() -> str | None:
    """The browser of the machine; CHROMIUM=none plays a machine that has none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@cache
def find() -> Chromium | None:
    path = installed()
    if path:
        return Chromium(path)
    try:
        fetch()
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        print(f"Chromium could not be fetched: {error}")  # noqa: T201 - pytest shows it with the test
        return None
    environment = {"LD_LIBRARY_PATH": f"{CACHE}/lib", "FONTCONFIG_FILE": f"{CACHE}/fonts.conf"}
    return Chromium(f"{CACHE}/chromium", [*FLAGS, *FETCHED_FLAGS], environment)


def fetch() -> None:
    """Once per environment, whichever worker comes first."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (CACHE / "chromium").exists():
            return
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            package = download(folder)
            unpack(package, Path(folder))
            (CACHE / "fonts.conf").write_text(FONTS.format(folder=CACHE))
            for name in ("lib", "fonts"):
                shutil.rmtree(CACHE / name, ignore_errors=True)
                (Path(folder) / name).rename(CACHE / name)
            (Path(folder) / "chromium").rename(CACHE / "chromium")  # last: its presence means done


def download(folder: str) -> bytes:
    command = ["npm", "pack", "--silent", PACKAGE, "--pack-destination", folder]
    subprocess.run(command, check=True, timeout=300, capture_output=True, cwd=folder)
    (archive,) = Path(folder).glob("*.tgz")
    content = archive.read_bytes()
    if hashlib.sha512(content).digest() != base64.b64decode(INTEGRITY):
        raise ValueError(f"{PACKAGE} is not the file that was tried")
    return content


def unpack(package: bytes, folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        for name in ("al2023", "fonts"):
            with tarfile.open(fileobj=io.BytesIO(part(archive, f"{name}.tar.br"))) as inner:
                inner.extractall(folder, filter="data")
        program = folder / "chromium"
        program.write_bytes(part(archive, "chromium.br"))
        program.chmod(0o755)


def part(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(f"package/bin/{name}")
    if member is None:
        raise ValueError(f"{name} is not in {PACKAGE}")
    return brotli.decompress(member.read())
