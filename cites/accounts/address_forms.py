"""allauth's forms that ask for an address, in the words of the portal. Apart: allauth itself imports `forms.py`."""

from typing import Any

from allauth.account import forms as theirs

ADDRESS = "Adresse électronique"


class Named:
    """Beside the class of a form: its address has the name that it has everywhere else."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & {"login", "email"}:
            self.fields[name].label = ADDRESS
            self.fields[name].widget.attrs.pop("placeholder", None)


class LoginForm(Named, theirs.LoginForm):
    pass


class SignupForm(Named, theirs.SignupForm):
    pass


class AddEmailForm(Named, theirs.AddEmailForm):
    pass


class ChangeEmailForm(Named, theirs.ChangeEmailForm):
    pass


class ResetPasswordForm(Named, theirs.ResetPasswordForm):
    pass


class RequestLoginCodeForm(Named, theirs.RequestLoginCodeForm):
    pass
