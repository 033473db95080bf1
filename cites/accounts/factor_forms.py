"""allauth's forms for passkeys, in the words of the portal."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

NAME = "Nom de la clé"
NAME_HELP = "Pour la reconnaître parmi d’autres, par exemple « Ordinateur du bureau »."


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label, self.fields["name"].help_text = NAME, NAME_HELP
        self.fields["passwordless"].label = "Se connecter avec cette clé seule, sans mot de passe"
        self.fields["passwordless"].help_text = "La clé demande alors toujours l’empreinte, le visage ou un code."


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=NAME, help_text=NAME_HELP, max_length=100)
