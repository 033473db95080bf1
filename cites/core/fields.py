"""Form fields that answer with a sentence where Django's own would let the database fail."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput

LONGEST_NUMBER = 18
YEARS = (2000, 2100)


def known_year(moment: datetime) -> None:
    """A moment of the first years has none in UTC: databases refuse it, or keep it and cannot read it back."""
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise ValidationError(f"Vérifiez l'année : elle est entre {YEARS[0]} et {YEARS[1]}.")


class RowsField(forms.ModelMultipleChoiceField):
    """Rows chosen by their numbers. A number too long for the database is a choice like any other that is wrong."""

    def clean(self, value: Any) -> Any:
        for number in value or ():
            if len(str(number)) > LONGEST_NUMBER:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": number}
                )
        return super().clean(value)


class TypedJSONField(forms.JSONField):
    """JSON as people paste it: brackets without end and endless numbers are mistakes, not failures."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            if isinstance(error, ValidationError):
                raise
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was typed comes back as typed."""
        try:
            return super().bound_data(data, initial)
        except (RecursionError, ValueError):
            return InvalidJSONInput(data)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return super().has_changed(initial, data)
        except (RecursionError, ValueError):
            return True
