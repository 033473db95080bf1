"""Builders of database constraints, each with the French sentence that a form shows."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q


def not_negative(model: str, *fields: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            name=f"{model}_{field}_not_negative",
            condition=Q(**{f"{field}__gte": 0}) | Q(**{f"{field}__isnull": True}),
            violation_error_message="Le montant ne peut pas être négatif.",
        )
        for field in fields
    ]


def positive(model: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_{field}_positive",
        condition=Q(**{f"{field}__gt": 0}),
        violation_error_message="Le montant doit être supérieur à zéro.",
    )


def ordered(model: str, start: str, end: str, message: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_{start}_before_{end}",
        condition=Q(**{f"{end}__gte": models.F(start)}) | Q(**{f"{end}__isnull": True}),
        violation_error_message=message,
    )


def known(model: str, field: str, values: Iterable[str]) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_{field}_known",
        condition=Q(**{f"{field}__in": sorted(values)}),
        violation_error_message="Cette valeur n'est pas dans la liste.",
    )


def both_or_neither(model: str, first: str, second: str, message: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_{first}_with_{second}",
        condition=Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
        | Q(**{f"{first}__isnull": False, f"{second}__isnull": False}),
        violation_error_message=message,
    )
