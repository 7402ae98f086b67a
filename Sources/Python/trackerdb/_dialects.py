"""What the two dialects share: nothing that goes wrong in them stops a training."""

from __future__ import annotations

import functools
from typing import Any, Callable, TypeVar

from ._errors import RunEnded, say_once

_Method = TypeVar("_Method", bound=Callable[..., Any])


def never_stops(method: _Method) -> _Method:
    """What goes wrong in a method of a dialect is said once, and the training goes on."""

    @functools.wraps(method)
    def guarded(self: Any, *words: Any, **named: Any) -> Any:
        try:
            return method(self, *words, **named)
        except RunEnded as error:
            say_once(str(error))
        except Exception as error:
            say_once(f"{type(self).__name__}.{method.__name__}: {error}")
        return None

    return guarded  # type: ignore[return-value]


def cannot_keep(what: str) -> None:
    """Says once that the file has no place for something."""
    say_once(f"{what} is not kept.")
