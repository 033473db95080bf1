"""allauth's forms for passkeys, in the words of the portal."""

from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms

from cites.core.fields import TypedJSONField

NAME = "Nom de la clé"
NAME_HELP = "Pour la reconnaître parmi d’autres, par exemple « Ordinateur du bureau »."


def answer() -> TypedJSONField:
    """What the browser answers for the passkey; whoever writes it by hand gets a refusal, never an error."""
    return TypedJSONField(required=True, widget=forms.HiddenInput)


class AddPasskeyForm(AddWebAuthnForm):
    credential = answer()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label, self.fields["name"].help_text = NAME, NAME_HELP
        self.fields["passwordless"].label = "Se connecter avec cette clé seule, sans mot de passe"
        self.fields["passwordless"].help_text = "La clé demande alors toujours l’empreinte, le visage ou un code."


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=NAME, help_text=NAME_HELP, max_length=100)


class LoginPasskeyForm(LoginWebAuthnForm):
    credential = answer()


class AuthenticatePasskeyForm(AuthenticateWebAuthnForm):
    credential = answer()


class ReauthenticatePasskeyForm(ReauthenticateWebAuthnForm):
    credential = answer()
