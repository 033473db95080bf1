"""What an invited person types to make their account: the address is the invitation's."""

from typing import Any

from django.contrib.auth.forms import SetPasswordMixin

from cites.accounts.forms import NamedForm
from cites.core.text import storable
from cites.models import User


class InvitedAccountForm(SetPasswordMixin, NamedForm):
    password1, password2 = SetPasswordMixin.create_password_fields(
        label1="Mot de passe", label2="Mot de passe, une seconde fois"
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password1"].help_text = "15 caractères au moins : une phrase que vous retiendrez convient bien."
        self.fields["password2"].help_text = ""

    def clean_full_name(self) -> str:
        return storable(self.cleaned_data["full_name"])

    def clean(self) -> dict[str, Any]:
        """The password must not resemble the person; two that differ say so once."""
        self.validate_passwords()
        user = User(email=self.email, full_name=self.cleaned_data.get("full_name", ""))
        self.validate_password_for_user(user, "password1")
        return super().clean() or {}
