"""The calls of W&B's module."""

from __future__ import annotations

import os
import random
import string
import types
from typing import Any, Callable, Dict, Iterator, List, Optional

from .._ends import notebook
from .._errors import say, say_once
from .._run import Run, ended_run, start
from .._run.start import started_run
from .._store import database_path
from .._work import Work
from . import sync
from .config import values_of
from .run import WandbRun, current


class Error(Exception):
    """What a script for W&B catches."""


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
    without_place = {"monitor_gym": monitor_gym, "resume_from": resume_from, "fork_from": fork_from}
    for word in [*unknown, *(word for word, asked in without_place.items() if asked)]:
        say_once(f"init: '{word}' is passed over.")
    given = settings if isinstance(settings, dict) else getattr(settings, "__dict__", {})
    variables = os.environ
    entity = entity or given.get("entity") or variables.get("WANDB_ENTITY")
    project = project or given.get("project") or variables.get("WANDB_PROJECT")
    name = name or given.get("run_name") or variables.get("WANDB_NAME")
    notes = notes or given.get("run_notes") or variables.get("WANDB_NOTES")
    tags = tags if tags is not None else given.get("run_tags", variables.get("WANDB_TAGS", "").split(","))
    job_type = job_type or given.get("run_job_type") or variables.get("WANDB_JOB_TYPE")
    group = group or given.get("run_group") or variables.get("WANDB_RUN_GROUP")
    id = id or given.get("run_id") or variables.get("WANDB_RUN_ID")
    project, name, notes, group, id = (
        None if word is None else str(word) for word in (project, name, notes, group, id)
    )
    mode = mode or given.get("mode") or variables.get("WANDB_MODE")
    resume = resume if resume is not None else given.get("resume", variables.get("WANDB_RESUME"))
    open_run = next((run for run in reversed(current.open) if run._is_ours), None)
    if open_run is not None:
        ends = reinit in (True, "finish_previous") or (reinit in (None, "default") and notebook() is not None)
        if ends:
            for run_ in list(current.open):
                run_.finish()
        elif reinit != "create_new":
            return open_run
    id = id or _generate_id()
    words = tuple(str(tag) for tag in ([tags] if isinstance(tags, str) else tags or ()) if str(tag))
    run_tags = dict.fromkeys(words, "")
    if job_type:
        run_tags["job_type"] = str(job_type)
    former = None
    if mode == "disabled":
        run = Run(name or id, database_path())
    else:
        try:
            former = ended_run("wandb.id", id) if resume else None
            if resume == "must" and former is None:
                say(f"there is no run of id '{id}' to go on with; a new one starts.")
            # A run that was made for this program has a better name than a random one.
            usual = "run" if former or started_run(database_path()) else id
            run = start(
                usual if former else name or usual,
                experiment=project or "default",
                tags=run_tags,
                note=notes,
                group=group,
                resume=former,
            )
        except Exception as error:
            say(f"{error}\nNothing of run '{name or id}' is kept.")
            run = Run(name or id, database_path())
        facts = {"wandb.id": id, **({"wandb.entity": str(entity)} if entity else {})}
        run._put(Work(lambda store, _: store.set_facts(run.id, facts)))
    made = WandbRun(run, id, project, entity, notes, words, group, job_type, dir, mode)
    is_new = former is None and not run._is_started_elsewhere
    new_name = name if former is not None else id if is_new and not name else None
    if new_name and new_name != made.name:
        made.name = new_name
    made._guarded(lambda: made.config._keep_all(_chosen(config, config_include_keys, config_exclude_keys)))
    if save_code or given.get("save_code") or variables.get("WANDB_SAVE_CODE") in ("1", "true"):
        made._store_script()
    if sync_tensorboard or tensorboard or given.get("sync_tensorboard"):
        made._sync = sync.start(made)
    current.open.append(made)
    if reinit != "create_new":
        current.run = made
    return made


def _chosen(config: Any, included: Any, excluded: Any) -> Dict[str, Any]:
    values = values_of(config)
    if included:
        values = {key: value for key, value in values.items() if key in included}
    return {key: value for key, value in values.items() if key not in (excluded or ())}


# Calls without a run --------------------------------------------------------------------------------------


def _of_current(name: str) -> Callable[..., Any]:
    """The method of the current run, under the module's name."""
    method = getattr(WandbRun, name)

    def call(*words: Any, **named: Any) -> Any:
        if current.run is None:
            say_once(f"there is no run; call init() before {name}().")
            return None
        return getattr(current.run, name)(*words, **named)

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


link_model = _of_current("link_model")


use_model = _of_current("use_model")


restore = _of_current("restore")


def finish(exit_code: Optional[int] = None) -> None:
    """Ends the current run, if there is one."""
    if current.run is not None:
        current.run.finish(exit_code)


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
    return current.run


class _OfCurrent:
    """`config` and `summary` of the current run, also where a script has imported the name itself."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def _target(self) -> Any:
        if current.run is None:
            raise Error(f"There is no run; call init() before {self._name}.")
        return getattr(current.run, self._name)

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
        return repr(self._target()) if current.run is not None else f"<{self._name} of no run>"


_without_run = {name: _OfCurrent(name) for name in ("config", "summary")}


def of_current(name: str) -> Any:
    """`config` or `summary` of the current run; before `init`, what stands for that of the run to come."""
    return _without_run[name] if current.run is None else getattr(current.run, name)
