"""What allauth's forms ask besides an address and a password."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from cites.models import User


class NamedForm(forms.Form):
    """How a person is called, asked of whoever opens an account."""

    full_name = forms.CharField(
        label="Nom et prénom", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class SignupForm(NamedForm):
    field_order = ["full_name", "email", "password1", "password2"]

    def clean(self) -> dict[str, Any]:
        """The password is weighed with the name too: allauth knows the address alone."""
        data = super().clean() or {}
        password = data.get("password1")
        if password:
            person = User(email=data.get("email", ""), full_name=data.get("full_name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])
