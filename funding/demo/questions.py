"""What the institutions of the demo ask about a file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What an institution ("" for the coordination) asks about one place of the file, and the answer in words."""

    institution: str
    place: str
    text: str
    answer: str = ""
