"""What goes wrong, and how it is said."""

from __future__ import annotations

import sys


class TrackerError(Exception):
    """A file, a disk or another program is in the way. The text says what, where and what to do next."""


class RunEnded(TrackerError):
    """A run was used after it had ended."""


_said: set[str] = set()


def say(text: str) -> None:
    """Prints a line for a person, as far as there is a place for it."""
    try:
        print(f"trackerdb: {text}", file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        pass  # Standard error may be closed; a training goes on without it.


def say_once(text: str) -> None:
    """Prints a line once a process."""
    if text not in _said:
        _said.add(text)
        say(text)
