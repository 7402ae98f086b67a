"""What scripts for W&B name in passing, and what asks W&B's server, which is not here."""

from __future__ import annotations

import types
from typing import Any, Callable, Dict

from .._errors import say, say_once
from .._media import Medium
from .artifacts import Artifact
from .config import Config, Summary
from .facts import Settings
from .log import AlertLevel
from .media import Value, as_medium
from .module import Error, finish
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


def _quiet(*words: Any, **named: Any) -> None:
    """There is nothing to set up or to take down."""


_modules = types.SimpleNamespace
_api = _refused("Api", "trackerdb.open() reads what was kept")
_errors = dict.fromkeys(("Error", "CommError", "UsageError", "AuthenticationError"), Error)
_sdk = _modules(
    Artifact=Artifact,
    AlertLevel=AlertLevel,
    Settings=Settings,
    wandb_run=_modules(Run=WandbRun),
    wandb_config=_modules(Config=Config),
    wandb_summary=_modules(Summary=Summary),
    wandb_settings=_modules(Settings=Settings),
)

#: By the names that W&B gives them.
others: Dict[str, Any] = {
    "Classes": Classes,
    "Plotly": Plotly,
    "Summary": Summary,
    "plot_table": plot.plot_table,
    "sdk": _sdk,
    "wandb_sdk": _sdk,
    "wandb_run": _sdk.wandb_run,
    "errors": _modules(**_errors),
    **{name: Error for name in ("CommError", "UsageError")},
    **dict.fromkeys(("termlog", "termwarn", "termerror"), _told),
    **dict.fromkeys(
        ("ensure_configured", "mark_preempting", "pin_config_keys", "teardown", "termsetup"), _quiet
    ),
    "join": finish,
    **{name: _passed_over(name) for name in ("Graph", "JoinedTable", "box3d", "visualize")},
    "Api": _api,
    "api": _modules(api_key=None),
    "apis": _modules(Api=_api, PublicApi=_api, InternalApi=_api, public=_modules(Api=_api)),
    **{
        name: _refused(name, "a loop of init and finish over the settings")
        for name in ("agent", "controller", "sweep")
    },
}

_OF_LIBRARIES = "integration keras sklearn xgboost lightgbm catboost fastai gym sacred tensorflow".split()

#: What to do in the place of what W&B has and this module cannot have.
instead: Dict[str, str] = {
    **{
        name: "W&B's callbacks for other libraries are not here.\nTry: a callback of your own that calls log()"
        for name in _OF_LIBRARIES
    },
    "tensorboard": "Try: init(sync_tensorboard=True)",
    "attach": "A run belongs to one process.\nTry: init() in each, with group=…",
}
