"""Who may do what: one function per verb, registered by name, the same answer everywhere.

A rule looks at the person and the object, never at the object's state (guards do that). It returns
nothing, or raises `Refused` with a sentence the person can read.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied

Rule = Callable[[Any, Any], None]
RULES: dict[str, Rule] = {}


class Refused(PermissionDenied):
    """This person may not do this; the message says who may."""


def rule(name: str) -> Callable[[Rule], Rule]:
    def register(function: Rule) -> Rule:
        if name in RULES:
            raise RuntimeError(f"Two rules for {name}.")
        RULES[name] = function
        return function

    return register


def check(user: Any, name: str, obj: Any = None) -> None:
    """Raise `Refused` unless `user` may do `name` to `obj`. KeyError for an unknown verb: a bug."""
    verb = RULES[name]
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        raise Refused("Connectez-vous pour continuer.")
    verb(user, obj)


def allows(user: Any, name: str, obj: Any = None) -> bool:
    try:
        check(user, name, obj)
    except Refused:
        return False
    return True


class RulesBackend:
    """Lets `user.has_perm("actions.submit", action)` and templates ask the same functions."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def has_perm(self, user: Any, perm: str, obj: Any = None) -> bool:
        return perm in RULES and allows(user, perm, obj)
