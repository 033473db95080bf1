"""A call in preparation: begin it, copy it from another year, write it. What is published is not written again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from actions import call_text
from actions.models import Call, CallDate, CallQuestion, CallWindow, Grid, GridCriterion, ProposedCriterion
from cites.core import audit, clock, permissions
from cites.core.errors import Blocked, Stale
from cites.models import User

audit.sentence("actions.call_created", "{actor} a commencé l'appel « {title} »")
audit.sentence("actions.call_edited", "{actor} a modifié l'appel « {title} » ({parts})")

MANY = ("eligible_kinds", "required_documents")
# What a new call takes from the one it is copied from; its dates are its own.
COPIED = (
    *("summary", "text", "priorities", "documents", "contact_name", "contact_email", "indicative_amount"),
    *("decision_rule", "blind_avis", "allows_planned_money", "title_prefix", "title_max"),
)
SLUG_LENGTH = 70
SINCE = "Une autre personne a modifié cet appel depuis que vous avez ouvert cette page."
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Part:
    """Rows of a call that are written together: their relation, their model, the fields that make them."""

    name: str
    label: str
    fields: tuple[str, ...]


PARTS = {
    "windows": Part("windows", "périodes de dépôt", ("label", "opens_at", "closes_at", "earliest_start")),
    "dates": Part("dates", "dates à connaître", ("kind", "on", "label")),
    "questions": Part("questions", "questions", ("kind", "label", "help", "is_required", "options")),
    "criteria": Part("criteria", "grille", ("label", "help", "weight")),
}
RANKED = ("questions", "criteria")


@transaction.atomic
def create(values: Mapping[str, Any], *, source: Call | None, by: User) -> Call:
    """A new call: blank but for the proposed criteria, or with all that `source` says that is not a date."""
    permissions.check(by, "actions.prepare_call")
    call = Call(**values, slug=_free_slug(values["title"]))
    for name in COPIED if source else ():
        setattr(call, name, getattr(source, name))
    call.save()
    if source:
        _copy_rows(source, call)
    grid = Grid.objects.create(call=call, number=1)
    _write_criteria(grid, _criteria_to_start_from(source))
    audit.record("actions.call_created", call, by=by, title=call.title)
    return call


@transaction.atomic
def edit(call: Call, values: Mapping[str, Any], rows: Mapping[str, Rows], *, seen: int, by: User) -> Call:
    """Write a section of a call that is not published. Whoever had agreed had agreed on another text."""
    permissions.check(by, "actions.prepare_call", call)
    locked = lock(call)
    if locked.published_at is not None:
        raise Blocked("Cet appel est publié : il se rectifie, il ne se réécrit pas.")
    if seen != locked.edit_version:
        raise Stale(SINCE)
    changed = [*_write_values(locked, values), *_write_rows(locked, rows)]
    if changed:
        locked.edit_version += 1
        locked.asked = None
        locked.save()
        audit.record("actions.call_edited", locked, by=by, title=locked.title, parts=changed)
    return locked


def lock(call: Call) -> Call:
    return Call.objects.select_for_update(of=("self",)).select_related("asked").get(pk=call.pk)


def rows_of(call: Call, name: str) -> list[dict[str, Any]]:
    """The rows of a part, as they are written."""
    part = PARTS[name]
    if name == "criteria":
        grid = call_text.last_grid(call)
        return list(grid.criteria.values(*part.fields)) if grid else []
    return list(getattr(call, name).values(*part.fields))


def _write_values(call: Call, values: Mapping[str, Any]) -> list[str]:
    """The labels of what is new in `values`, now written on `call`."""
    many = [name for name in values if name in MANY]
    changed = [name for name in values if name not in MANY and getattr(call, name) != values[name]]
    for name in changed:
        setattr(call, name, values[name])
    for name in many:
        if set(getattr(call, name).all()) != set(values[name]):
            getattr(call, name).set(values[name])
            changed.append(name)
    return [str(getattr(Call._meta.get_field(name), "verbose_name", name)) for name in changed]


def _write_rows(call: Call, rows: Mapping[str, Rows]) -> list[str]:
    changed = [name for name, new in rows.items() if rows_of(call, name) != [dict(row) for row in new]]
    for name in changed:
        if name == "criteria":
            _write_criteria(_grid_to_write(call), rows[name])
        else:
            getattr(call, name).all().delete()
            _add(call, name, rows[name])
    return [PARTS[name].label for name in changed]


def _add(call: Call, name: str, rows: Rows) -> None:
    models: dict[str, Any] = {"windows": CallWindow, "dates": CallDate, "questions": CallQuestion}
    for rank, row in enumerate(rows, 1):
        models[name].objects.create(call=call, **row, **({"rank": rank} if name in RANKED else {}))


def _grid_to_write(call: Call) -> Grid:
    """A grid that the pilots were asked about stays as it is: the next version is another."""
    last = call_text.last_grid(call)
    if last is None or last.frozen_at is not None:
        return Grid.objects.create(call=call, number=last.number + 1 if last else 1)
    last.criteria.all().delete()
    return last


def _write_criteria(grid: Grid, rows: Rows) -> None:
    GridCriterion.objects.bulk_create(GridCriterion(grid=grid, rank=rank, **row) for rank, row in enumerate(rows, 1))


def _criteria_to_start_from(source: Call | None) -> Rows:
    own = rows_of(source, "criteria") if source else []
    return own or [
        {**row} for row in ProposedCriterion.objects.filter(is_active=True).values("label", "help", "weight")
    ]


def _copy_rows(source: Call, call: Call) -> None:
    for name in MANY:
        getattr(call, name).set(getattr(source, name).all())
    _add(call, "questions", rows_of(source, "questions"))


def _free_slug(title: str) -> str:
    base = slugify(title)[:SLUG_LENGTH].strip("-") or "appel"
    taken = set(Call.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | {"nouveau"}
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def freeze_grid(call: Call) -> None:
    Grid.objects.filter(call=call, frozen_at=None).update(frozen_at=clock.now())
