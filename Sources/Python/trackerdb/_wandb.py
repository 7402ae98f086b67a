"""`import trackerdb as wandb`: the calls of W&B, into a tracker file.

A script changes one import. What a call asks for and the file cannot keep is said once; nothing stops the
training.
"""

from __future__ import annotations

import datetime
import fnmatch
import glob as globbing
import json
import os
import random
import string
import time
import types
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from . import _media, _wandb_sync
from ._errors import RunEnded, say, say_once
from ._run import Run, notebook, start
from ._store import Store, database_path, now
from ._tensorboard import never_stops
from ._values import checked_name, joined, measured_number, setting, settings, whole_number
from ._wandb_data import AlertLevel, Artifact, Histogram, Image, Value, as_medium, media_type_of
from ._writer import Work

_current: Optional["WandbRun"] = None


class Error(Exception):
    """What a script for W&B catches."""


class Settings:
    """Settings of W&B, which are taken and passed over."""

    def __init__(self, /, **data: Any) -> None:
        self.__dict__.update(data)


def _generate_id(length: int = 8) -> str:
    """A random id of letters and digits."""
    source = random.SystemRandom()
    return "".join(source.choice(string.ascii_lowercase + string.digits) for _ in range(length))


#: As `wandb.util` has it.
util = types.SimpleNamespace(generate_id=_generate_id)


def init(
    entity: Optional[str] = None,
    project: Optional[str] = None,
    dir: Any = None,
    id: Optional[str] = None,
    name: Optional[str] = None,
    notes: Optional[str] = None,
    tags: Any = None,
    config: Any = None,
    config_exclude_keys: Optional[List[str]] = None,
    config_include_keys: Optional[List[str]] = None,
    allow_val_change: Optional[bool] = None,
    group: Optional[str] = None,
    job_type: Optional[str] = None,
    mode: Any = None,
    force: Optional[bool] = None,
    reinit: Any = None,
    resume: Any = None,
    resume_from: Optional[str] = None,
    fork_from: Optional[str] = None,
    save_code: Optional[bool] = None,
    tensorboard: Optional[bool] = None,
    sync_tensorboard: Optional[bool] = None,
    monitor_gym: Optional[bool] = None,
    settings: Any = None,
    anonymous: Any = None,
    **unknown: Any,
) -> "WandbRun":
    """Starts a run as `wandb.init` does: the project is the experiment, the config the parameters.

    The file is `$TRACKER_DB`, or `tracker.db` in this folder.
    """
    global _current
    for word in unknown:
        say_once(f"init: '{word}' is passed over.")
    variables = os.environ
    project = project or variables.get("WANDB_PROJECT")
    name = name or variables.get("WANDB_NAME")
    group = group or variables.get("WANDB_RUN_GROUP")
    id = id or variables.get("WANDB_RUN_ID")
    mode = mode or variables.get("WANDB_MODE")
    resume = resume if resume is not None else variables.get("WANDB_RESUME")
    open_run = _current if _current is not None and _current._is_open else None
    if open_run is not None:
        ends = reinit in (True, "finish_previous") or (reinit in (None, "default") and notebook() is not None)
        if ends:
            open_run.finish()
        elif reinit != "create_new":
            return open_run
    id = id or _generate_id()
    words = [tags] if isinstance(tags, str) else list(tags or ())
    run_tags = {str(tag): "" for tag in words if str(tag)}
    if job_type:
        run_tags["job_type"] = str(job_type)
    if mode == "disabled":
        run = Run(name or id, database_path())
    else:
        former = _former_run(id) if resume else None
        if resume == "must" and former is None:
            say(f"there is no run of id '{id}' to go on with; a new one starts.")
        run = start(
            name or id,
            experiment=project or "default",
            tags=run_tags,
            note=notes,
            group=group,
            resume=former,
        )
        facts = {"wandb.id": id}
        run._put(Work(lambda store, _: store.set_facts(run.id, facts)))
    made = WandbRun(run, id, project, entity, notes, tuple(run_tags), group, job_type, dir)
    made.config._keep_all(_chosen(config, config_include_keys, config_exclude_keys))
    if sync_tensorboard or tensorboard:
        made._sync = _wandb_sync.start(made)
    _current = made
    return made


def _former_run(id_: str) -> Optional[int]:
    path = database_path()
    if not os.path.exists(path):
        return None
    store = Store.for_reading(path)
    try:
        return store.find_ended_run("wandb.id", id_)
    finally:
        store.close()


def _chosen(config: Any, included: Any, excluded: Any) -> Dict[str, Any]:
    if isinstance(config, str):
        say_once("init: a file of settings as config is passed over; give a dict.")
        return {}
    values = _as_dict(config)
    if included:
        values = {key: value for key, value in values.items() if key in included}
    return {key: value for key, value in values.items() if key not in (excluded or ())}


def _as_dict(values: Any) -> Dict[str, Any]:
    """The settings in a dict, an argparse namespace, or flags of absl."""
    if values is None:
        return {}
    if hasattr(values, "flag_values_dict"):
        return dict(values.flag_values_dict())
    if callable(getattr(values, "items", None)):
        return {str(key): value for key, value in values.items()}
    return dict(vars(values))


class Config:
    """The settings of a run, by attributes and by keys; each is a parameter."""

    def __init__(self, run: Optional["WandbRun"] = None) -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_items", {})

    def _keep_all(self, values: Dict[str, Any]) -> None:
        self._items.update(values)
        if self._run is not None and values:
            self._run._keep_params("", values)

    def update(self, d: Any, allow_val_change: Optional[bool] = None) -> None:
        """Takes settings; another value replaces the former, and is noted in a line."""
        self._keep_all(_as_dict(d))

    def setdefaults(self, d: Any) -> None:
        """Takes the settings that are not there yet."""
        self._keep_all({key: value for key, value in _as_dict(d).items() if key not in self._items})

    def get(self, *args: Any) -> Any:
        """The value of a setting, or a default."""
        return self._items.get(*args)

    def as_dict(self) -> Dict[str, Any]:
        """All settings."""
        return dict(self._items)

    def keys(self) -> Any:
        """The names of the settings."""
        return self._items.keys()

    def values(self) -> Any:
        """The values of the settings."""
        return self._items.values()

    def items(self) -> Any:
        """The settings."""
        return self._items.items()

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._keep_all({str(key): value})

    def __getattr__(self, key: str) -> Any:
        items = self.__dict__.get("_items", {})
        if key in items:
            return items[key]
        raise AttributeError(f"The config has no '{key}'.")

    def __setattr__(self, key: str, value: Any) -> None:
        self._keep_all({key: value})

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return repr(self._items)


class Summary:
    """The last value of each metric; what a script sets is kept as a parameter `summary.NAME`."""

    def __init__(self, run: Optional["WandbRun"] = None) -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_items", {})

    def update(self, d: Any) -> None:
        """Sets values."""
        values = _as_dict(d)
        self._items.update(values)
        if self._run is not None:
            self._run._keep_params("summary.", values)

    def get(self, key: str, default: Any = None) -> Any:
        """A value, or a default."""
        return self._items.get(key, default)

    def keys(self) -> Any:
        """The names."""
        return self._items.keys()

    def items(self) -> Any:
        """Names and values."""
        return self._items.items()

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __getattr__(self, key: str) -> Any:
        items = self.__dict__.get("_items", {})
        if key in items:
            return items[key]
        raise AttributeError(f"The summary has no '{key}'.")

    def __setattr__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __repr__(self) -> str:
        return repr(self._items)


class WandbRun:
    """A run with the methods of W&B."""

    def __init__(
        self,
        run: Run,
        id_: str,
        project: Optional[str],
        entity: Optional[str],
        notes: Optional[str],
        tags: Tuple[str, ...],
        group: Optional[str],
        job_type: Optional[str],
        folder: Any,
    ) -> None:
        self._tracked = run
        self._id, self._project, self._entity = id_, project, entity
        self._notes, self._tags, self._group, self._job_type = notes, tags, group, job_type
        self._start_time = time.time()
        self._starting_step = run.step + 1 if run._has_logged else 0
        self._step = self._starting_step
        self._pending: Dict[str, Any] = {}
        self._patterns: List[Tuple[str, Optional[str], Optional[str]]] = []
        self._ruled: set[str] = set()
        self._live: List[str] = []
        self._folder: Optional[str] = None
        self._alerted: Dict[str, float] = {}
        self._sync: Optional[Callable[[], None]] = None
        self._config = Config(self)
        self._summary = Summary(self)
        run._before_end.append(self._store_rest)

    # -- What it is ------------------------------------------------------------------------------------

    @property
    def _is_open(self) -> bool:
        return self._tracked._ended is None

    @property
    def config(self) -> Config:
        """The settings."""
        return self._config

    @property
    def summary(self) -> Summary:
        """The last value of each metric, and what the script sets."""
        return self._summary

    @property
    def id(self) -> str:
        """The id by which `init(id=…, resume=…)` finds the run again."""
        return self._id

    @property
    def name(self) -> Optional[str]:
        """The name."""
        return self._tracked.name

    @name.setter
    def name(self, name: str) -> None:
        run = self._tracked
        run.name = checked_name(name, "run")
        if run.is_open:
            run._put(Work(lambda store, _: store.rename(run.id, run.name)))

    @property
    def notes(self) -> Optional[str]:
        """The remarks."""
        return self._notes

    @notes.setter
    def notes(self, notes: str) -> None:
        self._notes = notes
        self._guarded(self._tracked.note, notes)

    @property
    def tags(self) -> Optional[Tuple[str, ...]]:
        """The tags."""
        return self._tags

    @tags.setter
    def tags(self, tags: Any) -> None:
        self._tags = tuple(tags)
        for tag in self._tags:
            self._guarded(self._tracked.tag, str(tag))

    @property
    def project(self) -> str:
        """The project, which is the experiment."""
        return self._project or "default"

    @property
    def entity(self) -> str:
        """The entity, as it was given."""
        return self._entity or ""

    @property
    def group(self) -> str:
        """The group."""
        return self._group or ""

    @property
    def job_type(self) -> str:
        """The kind of job."""
        return self._job_type or ""

    @property
    def path(self) -> str:
        """Entity, project and id."""
        return "/".join(filter(None, (self.entity, self.project, self._id)))

    @property
    def url(self) -> Optional[str]:
        """Where the run is: its file and number."""
        return f"file://{self._tracked.db}#run={self._tracked.id}"

    @property
    def project_url(self) -> Optional[str]:
        """Where the run is."""
        return self.url

    @property
    def sweep_id(self) -> Optional[str]:
        """None: there are no sweeps here."""
        return None

    @property
    def sweep_url(self) -> Optional[str]:
        """None: there are no sweeps here."""
        return None

    @property
    def disabled(self) -> bool:
        """Whether the run keeps nothing."""
        return self._tracked._is_stub

    @property
    def offline(self) -> bool:
        """True: there is no server."""
        return True

    @property
    def resumed(self) -> bool:
        """Whether the run goes on with an earlier one."""
        return self._starting_step > 0

    @property
    def settings(self) -> Settings:
        """What was set."""
        return Settings(run_id=self._id, project=self._project)

    @property
    def start_time(self) -> float:
        """When the run started, in seconds since 1970."""
        return self._start_time

    @property
    def starting_step(self) -> int:
        """The first step."""
        return self._starting_step

    @property
    def step(self) -> int:
        """The step of the next `log`."""
        return self._step

    @property
    def config_static(self) -> Config:
        """The settings."""
        return self._config

    @property
    def sync_dir(self) -> str:
        """The folder of the tracker file."""
        return os.path.dirname(self._tracked.db)

    @property
    def dir(self) -> str:
        """A folder beside the tracker file; what lies in it at the end is stored with the run."""
        if self._folder is None:
            home = os.path.dirname(self._tracked.db)
            self._folder = os.path.join(home, "wandb", f"run-{self._id}", "files")
            os.makedirs(self._folder, exist_ok=True)
        return self._folder

    # -- Logging ---------------------------------------------------------------------------------------

    def _guarded(self, action: Callable[..., Any], *words: Any) -> Any:
        try:
            return action(*words)
        except RunEnded as error:
            say_once(str(error))
        except Exception as error:
            say_once(f"{type(error).__name__}: {error}")
        return None

    @never_stops
    def log(self, data: Dict[str, Any], step: Optional[int] = None, commit: Optional[bool] = None) -> None:
        """Adds values to a step. Without `step` it is the present one, which this call closes unless
        `commit=False`; a step that is given is open until another comes."""
        self._tracked._may_keep()
        values = dict(joined({str(key): value for key, value in data.items()}))
        if step is not None:
            step = whole_number(step, "step")
            if step < self._step:
                say_once("log: steps that go back are kept; W&B drops them.")
                return self._keep(values, step)
            if step > self._step:
                self._close_step()
                self._step = step
        self._pending.update(values)
        if commit or (commit is None and step is None):
            self._close_step()
            self._step += 1

    def _close_step(self) -> None:
        pending, self._pending = self._pending, {}
        self._keep(pending, self._step)

    def _keep(self, values: Dict[str, Any], step: int) -> None:
        points = []
        for name, value in values.items():
            try:
                found = _number(value)
                if found is not None:
                    points.append((checked_name(name, "metric"), found))
                    self._summary._items[name] = value
                else:
                    self._keep_other(name, value, step)
            except Exception as error:
                say_once(f"log: '{name}' is not kept: {error}")
            self._rule(name)
        if self._tracked._may_keep():
            self._tracked._keep(points, step, now())

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

        def keep() -> None:
            found = settings({prefix.rstrip("."): values} if prefix else values)
            if run._may_keep():
                if prefix:
                    run._put(Work(lambda store, _: _discard(store.set_params(run.id, found))))
                else:
                    run.params(values)

        self._guarded(keep)

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
        may hold a `*`."""
        words = (summary or "").split(",")
        goal = "min" if "min" in words else "max" if "max" in words else None
        x = getattr(step_metric, "name", step_metric)
        self._patterns.append((name, goal, x))
        self._ruled.clear()
        if "*" not in name:
            self._rule(name)
        return types.SimpleNamespace(name=name)

    def _rule(self, name: str) -> None:
        if not self._patterns or name in self._ruled:
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

    # -- Files -----------------------------------------------------------------------------------------

    @never_stops
    def save(self, glob_str: Any, base_path: Any = None, policy: str = "live", glob: bool = True) -> Any:
        """Stores files, now and, unless the policy is `now`, as they are at the end."""
        base = os.path.abspath(os.fspath(base_path)) if base_path is not None else None
        pattern = os.fspath(glob_str)
        found = sorted(globbing.glob(pattern)) if glob else [pattern]
        paths = [os.path.abspath(path) for path in found if os.path.isfile(path)]
        for path in paths:
            name = os.path.relpath(path, base) if base else os.path.basename(path)
            self._tracked.artifact(path, name, media_type_of(path))
            if policy != "now":
                self._live.append(json.dumps([path, name]))
        return paths

    @never_stops
    def log_artifact(
        self,
        artifact_or_path: Any,
        name: Optional[str] = None,
        type: Optional[str] = None,
        aliases: Optional[List[str]] = None,
        tags: Optional[List[str]] = None,
    ) -> Any:
        """Stores the files of an artifact, under its name."""
        artifact = artifact_or_path
        if not isinstance(artifact, Artifact):
            path = os.fspath(artifact_or_path)
            artifact = Artifact(name or f"run-{self._id}-{os.path.basename(path)}", type or "unspecified")
            artifact.add_dir(path) if os.path.isdir(path) else artifact.add_file(path)
        run = self._tracked
        for inside, content in artifact.files_.items():
            full = f"{artifact.name}/{inside}"
            if isinstance(content, _media.Medium):
                run.artifact(content.content or b"", full, content.media_type or "application/octet-stream")
            else:
                run.artifact(content, full, media_type_of(inside))
        for inside, uri in artifact.references.items():
            if run._may_keep():
                work = Work(
                    lambda store, _, inside=inside, uri=uri: store.insert_reference(  # type: ignore[misc]
                        run.id, f"{artifact.name}/{inside}", uri
                    )
                )
                run._put(work)
        if artifact.metadata or artifact.description:
            facts = {
                "type": artifact.type,
                "description": artifact.description,
                "metadata": artifact.metadata,
            }
            run.artifact(
                json.dumps(facts, default=str).encode(), f"{artifact.name}/.artifact.json", "application/json"
            )
        return artifact

    @never_stops
    def use_artifact(
        self,
        artifact_or_name: Any,
        type: Optional[str] = None,
        aliases: Optional[List[str]] = None,
        use_as: Optional[str] = None,
    ) -> Any:
        """An artifact that a run of this file has stored; of several, the last."""
        if isinstance(artifact_or_name, Artifact):
            return self.log_artifact(artifact_or_name)
        name = str(artifact_or_name).split("/")[-1].split(":")[0]
        artifact = Artifact(name, type or "unspecified")
        if self._tracked.is_open:
            self._tracked.flush()
        path = self._tracked.db

        def read() -> Dict[str, bytes]:
            store = Store.for_reading(path)
            try:
                return store.artifact_files(name)
            finally:
                store.close()

        artifact._read = read
        return artifact

    def log_model(self, path: Any, name: Optional[str] = None, aliases: Optional[List[str]] = None) -> None:
        """Stores the file or folder of a model."""
        self.log_artifact(
            path, name or f"run-{self._id}-{os.path.basename(os.fspath(path))}", "model", aliases
        )

    def log_code(
        self,
        root: Optional[str] = ".",
        name: Optional[str] = None,
        include_fn: Any = None,
        exclude_fn: Any = None,
    ) -> Any:
        """Is passed over: the commit and the command line are kept with each run."""
        say_once("log_code is passed over; the run has its commit and command line.")

    def mark_preempting(self) -> None:
        """Is passed over."""

    def status(self) -> Any:
        """How far storing is."""
        return types.SimpleNamespace(sync_items_pending=None, sync_items_total=None, sync_time=None)

    def display(self, height: int = 420, hidden: bool = False) -> bool:
        """Nothing is shown."""
        return False

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """Nothing is shown."""
        return ""

    # -- The end ---------------------------------------------------------------------------------------

    def _store_rest(self) -> None:
        """What waits for the end: a step that is open, and files."""
        if not self._tracked.is_open:
            return
        if self._pending:
            self._guarded(self._close_step)
        for entry in dict.fromkeys(self._live):
            path, name = json.loads(entry)
            if os.path.isfile(path):
                self._guarded(self._tracked.artifact, path, name, media_type_of(path))
        if self._folder is not None:
            for folder, _, names in os.walk(self._folder):
                for file in sorted(names):
                    full = os.path.join(folder, file)
                    inside = os.path.relpath(full, self._folder)
                    self._guarded(self._tracked.artifact, full, inside, media_type_of(full))

    @never_stops
    def finish(self, exit_code: Optional[int] = None) -> None:
        """Ends the run: `failed` with an exit code other than 0."""
        global _current
        self._end(exit_code)
        if _current is self:
            _current = None

    def _end(self, exit_code: Optional[int]) -> None:
        if self._sync is not None:
            self._sync()
            self._sync = None
        from ._exits import end_of_exit

        end = end_of_exit(exit_code)
        self._tracked.end(end._replace(exit_code=exit_code), 60.0)

    def __enter__(self) -> "WandbRun":
        return self

    def __exit__(self, kind: Any, error: Optional[BaseException], trace: Any) -> None:
        global _current
        if error is None:
            return self.finish()
        from ._exits import end_of

        self._tracked.end(end_of(error), 60.0)
        if _current is self:
            _current = None

    def __deepcopy__(self, memo: Any) -> "WandbRun":
        return self


def _discard(_: Any) -> None:
    """Another value of a summary is no news."""


def _number(value: Any) -> Optional[float]:
    """The value as a number; None for what is none, and for True and False, which W&B keeps as they are."""
    if value is None or isinstance(value, (bool, str, bytes, list, tuple, dict, Value, Histogram)):
        return None
    if type(value).__name__ == "bool_" or str(getattr(value, "dtype", "")) in ("bool", "torch.bool"):
        return None
    shape = getattr(value, "shape", None)
    if shape is not None and tuple(shape) not in ((), (1,)):
        return None
    try:
        return measured_number(value, "value")
    except TypeError:
        return None


# The calls of the module ----------------------------------------------------------------------------------


def _of_current(name: str) -> Callable[..., Any]:
    """The method of the current run, under the module's name."""
    method = getattr(WandbRun, name)

    def call(*words: Any, **named: Any) -> Any:
        if _current is None:
            say_once(f"there is no run; call init() before {name}().")
            return None
        return getattr(_current, name)(*words, **named)

    call.__name__ = name
    call.__doc__ = method.__doc__
    call.__wrapped__ = method  # type: ignore[attr-defined]
    return call


log = _of_current("log")
watch = _of_current("watch")
unwatch = _of_current("unwatch")
save = _of_current("save")
alert = _of_current("alert")
define_metric = _of_current("define_metric")
log_artifact = _of_current("log_artifact")
use_artifact = _of_current("use_artifact")
log_model = _of_current("log_model")


def finish(exit_code: Optional[int] = None) -> None:
    """Ends the current run, if there is one."""
    if _current is not None:
        _current.finish(exit_code)


def login(
    key: Optional[str] = None,
    relogin: Optional[bool] = None,
    host: Optional[str] = None,
    force: Optional[bool] = None,
    timeout: Optional[int] = None,
    verify: bool = True,
    referrer: Optional[str] = None,
    prompt: bool = True,
    anonymous: Any = None,
) -> bool:
    """There is nothing to log in to."""
    return True


def setup(settings: Any = None) -> None:
    """There is nothing to set up."""


def require(requirement: Any = None, experiment: Any = None) -> None:
    """There is nothing to require."""


def current_run() -> Optional[WandbRun]:
    """The run that `init` has started and nobody has finished."""
    return _current


class _OfCurrent:
    """`config` and `summary` of the current run, also where a script has imported the name itself."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def _target(self) -> Any:
        if _current is None:
            raise Error(f"There is no run; call init() before {self._name}.")
        return getattr(_current, self._name)

    def __getattr__(self, key: str) -> Any:
        return getattr(self._target(), key)

    def __setattr__(self, key: str, value: Any) -> None:
        setattr(self._target(), key, value)

    def __getitem__(self, key: str) -> Any:
        return self._target()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._target()[key] = value

    def __contains__(self, key: object) -> bool:
        return key in self._target()

    def __iter__(self) -> Iterator[str]:
        return iter(self._target())

    def __repr__(self) -> str:
        return repr(self._target()) if _current is not None else f"<{self._name} of no run>"


config: Any = _OfCurrent("config")
summary: Any = _OfCurrent("summary")

__all__ = ["AlertLevel", "Artifact", "Config", "Error", "Histogram", "Image", "Settings", "WandbRun", "init"]
