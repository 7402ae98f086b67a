"""What a run is, under the names that W&B has for it."""

from __future__ import annotations

import functools
import os
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

from .._errors import RunEnded, say_once
from .._run import Run
from .._values import checked_name
from .._work import Work


class Settings:
    """Settings of W&B: `init` takes what says of a run what its own words say, and passes over the rest."""

    def __init__(self, /, **data: Any) -> None:
        self.__dict__.update(data)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return None


class Facts:
    """A run with the properties of W&B."""

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
        mode: Any,
    ) -> None:
        self._tracked = run
        self._id, self._project, self._entity = id_, project, entity
        self._notes, self._tags, self._group, self._job_type = notes, tags, group, job_type
        self._mode = mode
        self._start_time = time.time()
        self._starting_step = run.step + 1 if run._has_logged else 0
        self._open_step(self._starting_step)
        self._pending: Dict[str, Any] = {}
        self._patterns: List[Tuple[str, Optional[str], Optional[str]]] = []
        self._synced: List[Tuple[str, str]] = []
        self._ruled: set[str] = set()
        self._live: List[str] = []
        self._folder: Optional[str] = None
        self._alerted: Dict[str, float] = {}

    def _open_step(self, step: int) -> None:
        """Goes to a step, which what watched models show belongs to as well."""
        self._step = self._tracked._step = step

    @property
    def _is_open(self) -> bool:
        return self._tracked._ended is None

    @property
    def _is_ours(self) -> bool:
        """Whether it is open, and not that of the process which this one was forked from."""
        return self._is_open and not self._tracked._tells_stub

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
        self._guarded(self._rename, name)

    def _rename(self, name: str) -> None:
        run, name = self._tracked, checked_name(name, "run")
        if run._may_keep():
            run._put(Work(lambda store, _: store.rename(run.id, name)))
        run.name = name

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
        former, self._tags = self._tags, tuple(map(str, tags))
        run = self._tracked
        for tag in self._tags:
            self._guarded(run.tag, tag)
        gone = [tag for tag in former if tag not in self._tags]
        if gone and run.is_open:
            run._put(Work(lambda store, _: store.remove_tags(run.id, gone)))

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
        """The step of the next `log`; 0 where nothing is kept."""
        return 0 if self._mode == "disabled" else self._step

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
            self._guarded(functools.partial(os.makedirs, exist_ok=True), self._folder)
        return self._folder

    def _guarded(self, action: Callable[..., Any], *words: Any) -> Any:
        try:
            return action(*words)
        except RunEnded as error:
            say_once(str(error))
        except Exception as error:
            say_once(f"{type(error).__name__}: {error}")
        return None
