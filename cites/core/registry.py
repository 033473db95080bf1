"""What several apps contribute to one page: each registers its part, the page reads the registry.

An app's module of the registry's name (`todo.py`, `navigation.py`, …) is found by autodiscovery, as
the admin finds `admin.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.module_loading import autodiscover_modules

F = TypeVar("F", bound=Callable[..., Any])


class Registry(Generic[F]):
    def __init__(self, module: str) -> None:
        self.module = module
        self._parts: list[F] = []

    def register(self, part: F) -> F:
        self._parts.append(part)
        return part

    def __iter__(self) -> Iterator[F]:
        return iter(self._parts)

    def discover(self) -> None:
        autodiscover_modules(self.module)


@dataclass(frozen=True)
class Todo:
    """One thing that waits for this person: how many, what (one, several), where."""

    count: int
    one: str
    several: str
    url: str

    @property
    def label(self) -> str:
        return self.one if self.count == 1 else self.several


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    rank: int = 0


@dataclass(frozen=True)
class Block:
    """A part of a page, in the order of ranks: its template reads `context` as `data`."""

    template: str
    context: dict[str, Any]
    rank: int = 0


@dataclass(frozen=True)
class MoneyLine:
    """A sum of a file as its partner reads it: what it is, how much, where it stands in words."""

    label: str
    amount: Any
    words: str = ""
    rank: int = 0


@dataclass(frozen=True)
class Fact:
    """Something true of some organisations today, that their directory can be narrowed to."""

    code: str
    label: str
    organisations: Any  # a queryset of their keys


# (user) -> Iterable[Todo]
todos: Registry[Callable[[Any], Any]] = Registry("todo")
# (user) -> Iterable[Link]: the navigation of the espace
navigation: Registry[Callable[[Any], Any]] = Registry("navigation")
# (request) -> Block | None: a block of the public home page; None when there is nothing to show
home_blocks: Registry[Callable[[Any], Block | None]] = Registry("home")
# (user) -> Q: which events of the journal this person may read; (user) -> Q: which stay veiled
journal_scopes: Registry[Callable[[Any], Any]] = Registry("journal")
journal_veils: Registry[Callable[[Any], Any]] = Registry("journal")
# () -> None: what a date does by itself, run by `manage.py maintenance`; returns how many rows moved
maintenance_jobs: Registry[Callable[[], int]] = Registry("maintenance")
# () -> Iterator[str]: one sentence per broken chain or balance
chain_checks: Registry[Callable[[], Any]] = Registry("chains")
# () -> Iterable[Fact]; (user, organisation) -> Iterable[Block]: its proposals, its awards, what it owes
organisation_facts: Registry[Callable[[], Any]] = Registry("directory")
organisation_history: Registry[Callable[[Any, Any], Any]] = Registry("directory")
# (action) -> Iterable[MoneyLine]: the money of a file as its partner may know it today
money_lines: Registry[Callable[[Any], Any]] = Registry("where_it_stands")
# subclasses of `core.imports.Importer`: what can be brought in from a file
importers: Registry[Callable[..., Any]] = Registry("imports")

REGISTRIES = (
    todos,
    navigation,
    home_blocks,
    journal_scopes,
    maintenance_jobs,
    chain_checks,
    organisation_facts,
    money_lines,
    importers,
)
