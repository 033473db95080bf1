"""What a client sent broken is said beside its field: neither kept, sealed and printed, nor an error of the server."""

from typing import Any

from django import forms

BROKEN = "\ufffd"  # what decoding and `storable` put where there was no character
LONGEST_NUMBER = 18
SENTENCE = f"Il y a ici un caractère illisible ({BROKEN}) : retapez ce passage."


class ReadableTexts(forms.BaseForm):
    """A form whose texts end up in a sealed version, a document or a mail."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in [name for name, value in cleaned.items() if isinstance(value, str) and BROKEN in value]:
            self.add_error(name, SENTENCE)
        return cleaned


class RowsField(forms.ModelMultipleChoiceField):
    """Rows chosen by their numbers. A number too long for the database is a choice like any other that is wrong."""

    def clean(self, value: Any) -> Any:
        for number in value or ():
            if len(str(number)) > LONGEST_NUMBER:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": number}
                )
        return super().clean(value)
