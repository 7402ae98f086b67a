"""What a run logs, as W&B counts steps."""

from __future__ import annotations

import datetime
import enum
import fnmatch
import math
import time
import types
from typing import Any, Dict, List, Optional, Tuple

from .. import _media
from .._dialects import never_stops
from .._errors import say_once
from .._values import joined, measured_number, setting, settings, whole_number
from .._work import Work
from .config import Config, Summary
from .facts import Facts
from .media import Histogram, Value, as_medium


class AlertLevel(enum.Enum):
    """How bad what an alert tells is."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


class Logging(Facts):
    """A run that logs."""

    def __init__(self, *words: Any) -> None:
        super().__init__(*words)
        self._summed: List[Tuple[str, List[str]]] = []
        self._seen: Dict[str, Tuple[Any, ...]] = {}
        self._config = Config(self)
        self._summary = Summary(self)

    @property
    def config(self) -> Config:
        """The settings."""
        return self._config

    @property
    def summary(self) -> Summary:
        """The last value of each metric, and what the script sets."""
        return self._summary

    @property
    def config_static(self) -> Config:
        """The settings."""
        return self._config

    @never_stops
    def log(self, data: Dict[str, Any], step: Optional[int] = None, commit: Optional[bool] = None) -> None:
        """Adds values to a step. Without `step` it is the present one, which this call closes unless
        `commit=False`; a step that is given is open until another comes."""
        self._tracked._may_keep()
        values = data
        for key, value in data.items():
            if type(value) is not float or type(key) is not str:
                values = dict(joined({str(key): value for key, value in data.items()}))
                break
        if step is not None:
            step = whole_number(step, "step")
            if step < self._step:
                say_once("log: steps that go back are kept; W&B drops them.")
                return self._keep(values, step)
            if step > self._step:
                self._close_step()
                self._open_step(step)
        self._pending.update(values)
        if commit or (commit is None and step is None):
            self._close_step()
            self._open_step(self._step + 1)

    def _close_step(self) -> None:
        pending, self._pending = self._pending, {}
        self._keep(pending, self._step)

    def _keep(self, values: Dict[str, Any], step: int) -> None:
        if self._synced:
            values = {**values, **self._step_metrics_of(values)}
        points = []
        for name, value in values.items():
            try:
                found = value if type(value) is float else _number(value)
                if found is not None:
                    points.append((self._tracked._known_name(name), found))
                    self._summary._items[name] = self._summed_up(name, value) if self._summed else value
                else:
                    self._keep_other(name, value, step)
                    if isinstance(value, (bool, str)):
                        self._summary._items[name] = value
            except Exception as error:
                say_once(f"log: '{name}' is not kept: {error}")
            if self._patterns:
                self._rule(name)
        at = time.time()
        if values:
            self._summary._items.update(_step=step, _timestamp=at, _runtime=at - self._start_time)
        self._tracked._keep(points, step, int(at * 1000))

    def _keep_other(self, name: str, value: Any, step: int) -> None:
        run = self._tracked
        if isinstance(value, Histogram):
            return run.histogram(name, (value.bins, value.histogram), step)
        if isinstance(value, (list, tuple)) and value and all(isinstance(one, Value) for one in value):
            for one in value:
                run.media(name, one.medium(), step)
            return
        medium = as_medium(value)
        if medium is not None:
            return run.media(name, medium, step)
        if isinstance(value, str):
            return run.media(name, value, step)
        if hasattr(value, "shape") and not isinstance(value, (list, tuple)):
            return run.histogram(name, value, step)
        stored = setting(value)
        text = (
            stored.text if stored.text is not None else "null" if stored.value is None else str(stored.value)
        )
        run.media(name, _media.Medium("json", text), step)

    def _keep_params(self, prefix: str, values: Dict[str, Any]) -> None:
        run = self._tracked

        def keep(values: Dict[str, Any]) -> None:
            found = settings({prefix.rstrip("."): values} if prefix else values)
            if run._may_keep():
                if prefix:
                    run._put(Work(lambda store, _: _discard(store.set_params(run.id, found))))
                else:
                    run.params(values)

        try:
            keep(values)
        except Exception:
            # One that cannot be kept takes no other with it.
            for name, value in values.items():
                self._guarded(keep, {name: value})

    def _drop_param(self, name: str) -> None:
        run = self._tracked
        if run.is_open:
            run._put(Work(lambda store, _: store.remove_param(run.id, name)))

    @never_stops
    def define_metric(
        self,
        name: str,
        step_metric: Any = None,
        step_sync: Optional[bool] = None,
        hidden: Optional[bool] = None,
        summary: Optional[str] = None,
        overwrite: Optional[bool] = None,
    ) -> Any:
        """Says what a metric is plotted against, and by `min` or `max` in `summary` what is better; the name
        may hold a `*`. Unless `step_sync` is False, the last value of the step metric is kept with each."""
        self._tracked._may_keep()
        words = [word.strip() for word in (summary or "").split(",")]
        self._summed.append(
            (name, [word for word in words if word in ("min", "max", "mean", "first", "last")])
        )
        goal = "min" if "min" in words else "max" if "max" in words else None
        x = getattr(step_metric, "name", step_metric)
        self._patterns.append((name, goal, x))
        if x and step_sync is not False:
            self._synced.append((name, x))
        self._ruled.clear()
        if "*" not in name:
            self._rule(name)
        return types.SimpleNamespace(name=name)

    def _step_metrics_of(self, values: Dict[str, Any]) -> Dict[str, Any]:
        """The last values of the step metrics that belong to values of a step and were not told with them."""
        last = self._summary._items
        return {
            x: last[x]
            for pattern, x in self._synced
            if x not in values
            and x not in ("_step", "_timestamp", "_runtime")
            and x in last
            and not isinstance(last[x], dict)
            and fnmatch.filter(values, pattern)
        }

    def _summed_up(self, name: str, value: Any) -> Any:
        """What the summary has of a metric: its last value, or what `define_metric` asked for."""
        words = [
            word for pattern, words in self._summed if fnmatch.fnmatchcase(name, pattern) for word in words
        ]
        if not words:
            return value
        count, total, least, largest, first = self._seen.get(name, (0, 0.0, value, value, value))
        count, total, least, largest = count + 1, total + value, min(least, value), max(largest, value)
        self._seen[name] = (count, total, least, largest, first)
        found = {"min": least, "max": largest, "mean": total / count, "first": first, "last": value}
        return {word: found[word] for word in words}

    def _rule(self, name: str) -> None:
        if name in self._ruled:
            return
        self._ruled.add(name)
        for pattern, goal, x in self._patterns:
            if (goal or (x and x != name)) and fnmatch.fnmatchcase(name, pattern) and self._tracked.is_open:
                work = Work(lambda store, _, goal=goal, x=x: store.insert_rule(name, goal, x))  # type: ignore[misc]
                self._tracked._put(work)

    @never_stops
    def watch(
        self,
        models: Any,
        criterion: Any = None,
        log: Any = "gradients",
        log_freq: int = 1000,
        idx: Optional[int] = None,
        log_graph: bool = False,
    ) -> None:
        """Keeps the layer table, and histograms of gradients, weights or both at every so many steps."""
        for model in models if isinstance(models, (list, tuple)) else [models]:
            self._tracked._watch_steps(model, log, max(1, int(log_freq)))

    @never_stops
    def unwatch(self, models: Any = None) -> None:
        """Looks at no model any more."""
        self._tracked.unwatch()

    @never_stops
    def alert(self, title: str, text: str, level: Any = None, wait_duration: Any = None) -> None:
        """Stores an alert; one of the same title waits for `wait_duration`, a minute if none is given."""
        wait = (
            wait_duration.total_seconds() if isinstance(wait_duration, datetime.timedelta) else wait_duration
        )
        if time.monotonic() - self._alerted.get(title, float("-inf")) < (60 if wait is None else float(wait)):
            return
        self._alerted[title] = time.monotonic()
        word = str(getattr(level, "value", level) or "INFO").upper()
        levels = {"INFO": "info", "WARN": "warning", "WARNING": "warning", "ERROR": "error"}
        self._tracked.alert(f"{title}: {text}" if text else title, levels.get(word, "warning"), "alert")


def _discard(_: Any) -> None:
    """Another value of a summary is no news."""


def _number(value: Any) -> Optional[float]:
    """The value as a number; None for what is none, and for True and False, which W&B keeps as they are."""
    if value is None or isinstance(value, (bool, str, bytes, list, tuple, dict, Value, Histogram)):
        return None
    if type(value).__name__ == "bool_" or str(getattr(value, "dtype", "")) in ("bool", "torch.bool"):
        return None
    shape = getattr(value, "shape", None)
    if shape is not None and math.prod(shape) != 1:
        return None
    if shape:
        value = value.reshape(())
    try:
        return measured_number(value, "value")
    except TypeError:
        return None
