"""Refusals that are not about the person: the state, a stale page. Each carries French sentences."""

from collections.abc import Sequence

from django.core.exceptions import RequestDataTooBig


class Blocked(Exception):
    """The state of things forbids it now; `reasons` says all of them at once."""

    def __init__(self, reasons: Sequence[str] | str) -> None:
        self.reasons = [reasons] if isinstance(reasons, str) else list(reasons)
        super().__init__(" ".join(self.reasons))


class TooLong(RequestDataTooBig):
    """A text that is kept no longer than `limit` letters: answered 413, as any sending that is too large."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class Stale(Exception):
    """The page was drawn from an older version than the one stored: answered 409, nothing lost."""

    def __init__(self, message: str, *, typed: object = None, stored: object = None) -> None:
        super().__init__(message)
        self.message, self.typed, self.stored = message, typed, stored
