"""What scripts for W&B name in passing, and what asks W&B's server, which is not here."""

from __future__ import annotations

import types
from typing import Any, Callable, Dict, Optional

from .._errors import say, say_once
from .._media import Medium
from .media import Value, as_medium
from .module import Error
from .plots import plot
from .run import WandbRun


class Plotly(Value):
    """A figure of Plotly, or of matplotlib, which is kept as an image."""

    def __init__(self, val: Any) -> None:
        found = as_medium(val)
        if found is None:
            raise ValueError(f"A Plotly takes a figure of Plotly or matplotlib, not {type(val).__name__}.")
        self._medium = found

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


class Classes:
    """The classes of masks and boxes, as dicts with `id` and `name`."""

    def __init__(self, class_set: Any) -> None:
        self.class_set = class_set


def _told(string: str = "", newline: bool = True, repeat: bool = True, prefix: bool = True) -> None:
    """Prints a line for a person."""
    (say if repeat else say_once)(str(string))


def _passed_over(name: str) -> Callable[..., None]:
    def call(*words: Any, **named: Any) -> None:
        say_once(f"{name} is passed over.")

    return call


def _refused(name: str, instead: str) -> Callable[..., Any]:
    def call(*words: Any, **named: Any) -> Any:
        raise Error(f"{name} asks the server of W&B, and there is none here.\nTry: {instead}")

    return call


def _quiet(exit_code: Optional[int] = None) -> None:
    """There is nothing to take down."""


#: By the names that W&B gives them.
others: Dict[str, Any] = {
    "Classes": Classes,
    "CommError": Error,
    "UsageError": Error,
    "Plotly": Plotly,
    "plot_table": plot.plot_table,
    "sdk": types.SimpleNamespace(wandb_run=types.SimpleNamespace(Run=WandbRun)),
    "errors": types.SimpleNamespace(
        Error=Error, CommError=Error, UsageError=Error, AuthenticationError=Error
    ),
    **dict.fromkeys(("termlog", "termwarn", "termerror"), _told),
    **dict.fromkeys(("mark_preempting", "teardown"), _quiet),
    **{name: _passed_over(name) for name in ("Graph",)},
    "Api": _refused("Api", "trackerdb.open() reads what was kept"),
    "agent": _refused("agent", "a loop of init and finish over the settings"),
    "sweep": _refused("sweep", "a loop of init and finish over the settings"),
}
