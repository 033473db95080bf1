"""What a client sent broken is said beside its field, rather than kept, sealed and printed."""

from typing import Any

from django import forms

BROKEN = "\ufffd"  # what decoding and `storable` put where there was no character
SENTENCE = f"Il y a ici un caractère illisible ({BROKEN}) : retapez ce passage."


class ReadableTexts(forms.BaseForm):
    """A form whose texts end up in a sealed version, a document or a mail."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in [name for name, value in cleaned.items() if isinstance(value, str) and BROKEN in value]:
            self.add_error(name, SENTENCE)
        return cleaned
