"""A run, as a script sees it: `start`, and what a run can be told."""

from __future__ import annotations

import contextvars
import os
import sys
import threading
import time
import uuid
import weakref
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    MutableMapping,
    Optional,
    Tuple,
    Union,
)

from . import _exits, _media
from ._environment import described_process
from ._errors import RunEnded, TrackerError, say, say_once
from ._exits import End
from ._store import LargeContent, Point, Store, database_path, is_large, now, patiently
from ._values import (
    Setting,
    SQLValue,
    checked_name,
    checked_text,
    measured_number,
    settings,
    whole_number,
)
from ._writer import Work, Writer

if TYPE_CHECKING:
    from ._watch import Watches

__version__ = "0.1.0"

#: How long `finish` waits for a locked or full file.
_FINISH_SECONDS = 60.0

_entered: "contextvars.ContextVar[Tuple[Run, ...]]" = contextvars.ContextVar("entered", default=())
_all_runs: "weakref.WeakSet[Run]" = weakref.WeakSet()


def start(
    name: str = "run",
    *,
    db: "Union[str, os.PathLike[str], None]" = None,
    params: Any = None,
    experiment: str = "default",
    tags: Union[Iterable[str], Mapping[str, str], None] = None,
    note: Optional[str] = None,
    group: Optional[str] = None,
    seed: Optional[int] = None,
    resume: Any = None,
) -> "Run":
    """Starts a run, in the file `db` (`$TRACKER_DB`, or `tracker.db` in this folder), and returns it.

    The file is made if there is none. Inside another run's `with` the new one is its child. `resume` names a
    run to go on with, by id, name, beginning of its uuid or `latest`. In a process whose `RANK` is above 0
    the run keeps nothing.
    """
    name = checked_name(name, "run")
    draft: Dict[str, SQLValue] = {
        "note": None if note is None else checked_text(note, "note"),
        "group_name": None if group is None else checked_name(group, "group"),
        "seed": None if seed is None else whole_number(seed, "seed"),
    }
    experiment = checked_name(experiment, "experiment")
    found_settings = settings(params)
    found_tags = _tags(tags)
    path = database_path(db)
    if _rank() > 0:
        return Run(name, path)
    _end_open_run_of_notebook(name)
    store = Store.for_writing(path)
    try:
        run = _begin(store, name, draft, experiment, found_settings, found_tags, resume)
    except BaseException:
        store.close()
        raise
    return run


def _begin(
    store: Store,
    name: str,
    draft: Dict[str, SQLValue],
    experiment: str,
    params: Mapping[str, Setting],
    tags: Mapping[str, str],
    resume: Any,
) -> "Run":
    columns, facts = described_process(__version__)
    entered = _entered.get()
    parent = entered[-1].id if entered and entered[-1].db == store.path else None
    given = _started_run(store.path)

    def begin() -> "Run":
        with store.transaction():
            if resume is not None:
                id_ = store.find_run(getattr(resume, "id", resume) if isinstance(resume, Run) else resume)
                columns["owner"] = owner = str(uuid.uuid4())
                store.reopen_run(id_, columns)
            elif given is not None and store.take_started_run(given[0], os.getpid()):
                id_, owner = given
            else:
                columns["owner"] = owner = str(uuid.uuid4())
                above = given[0] if parent is None and given and _exists(store, given[0]) else parent
                id_ = store.insert_run(
                    {**columns, **draft, "uuid": str(uuid.uuid4()), "name": name, "parent_run_id": above},
                    experiment,
                )
            changed = store.set_params(id_, params)
            store.set_facts(id_, facts)
            for tag, value in tags.items():
                store.set_tag(id_, tag, value)
            row = store.row("SELECT uuid, name FROM runs WHERE id = ?", (id_,))
            last_step = store.last_step(id_) if resume is not None else 0
        assert row is not None
        _tell_changed(str(row["name"]), changed)
        is_started_elsewhere = given is not None and given == (id_, owner)
        return Run(
            str(row["name"]),
            store.path,
            store,
            id_,
            str(row["uuid"]),
            owner,
            is_started_elsewhere,
            last_step,
            params,
        )

    return patiently(begin, store.path)


def _exists(store: Store, run: int) -> bool:
    return store.row("SELECT 1 FROM runs WHERE id = ?", (run,)) is not None


def _started_run(path: str) -> Optional[Tuple[int, str]]:
    """The run that the program which started this one has made for it, and its owner."""
    run, owner = os.environ.get("TRACKER_RUN_ID", ""), os.environ.get("TRACKER_RUN_OWNER", "")
    if not run.isdigit() or not owner or not os.environ.get("TRACKER_DB"):
        return None
    return (int(run), owner) if database_path(os.environ["TRACKER_DB"]) == path else None


def _rank() -> int:
    rank = os.environ.get("RANK", "0")
    return int(rank) if rank.isdigit() else 0


def _tags(tags: Any) -> Dict[str, str]:
    if tags is None:
        return {}
    if isinstance(tags, str):
        raise TypeError(f"tags is a list of words, not text: tags=[{tags!r}]")
    if isinstance(tags, Mapping):
        return {checked_name(name, "tag"): checked_text(str(value), "tag") for name, value in tags.items()}
    return {checked_name(name, "tag"): "" for name in tags}


def _tell_changed(run: str, names: List[str]) -> None:
    if names:
        say(f"run '{run}': another value for {', '.join(names)}.")


def _notebook() -> Any:
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None and hasattr(module, "get_ipython") else None


def _end_open_run_of_notebook(name: str) -> None:
    """In a notebook nobody ends the run of a cell that is run again: a new one of its name does."""
    notebook = _notebook()
    if notebook is None:
        return
    ended_well = bool(getattr(notebook, "last_execution_succeeded", True))
    for run in list(_all_runs):
        if run.name == name and run.is_open and not run._is_entered:
            run._finish(End("finished" if ended_well else "interrupted"), _FINISH_SECONDS)


class Params(MutableMapping[str, Any]):
    """The parameters of a run: `run.params["lr"] = 0.1`, or `run.params({"lr": 0.1})`.

    Another value replaces the one there was, and is noted in a line.
    """

    def __init__(self, run: "Run", values: Mapping[str, Any]) -> None:
        self._run = run
        self._values = dict(values)

    def __call__(self, values: Any = None, **named: Any) -> None:
        """Stores parameters; nested mappings are joined by dots."""
        found = {**settings(values), **settings(named)}
        run = self._run
        if not run._may_keep():
            return
        self._values.update(found)
        run._put(Work(lambda store, _: _tell_changed(run.name, store.set_params(run.id, found))))

    def __setitem__(self, name: str, value: Any) -> None:
        self({checked_name(name, "parameter"): value})

    def __getitem__(self, name: str) -> Any:
        found = self._values[name]
        return found.text if found.value is None and found.text else found.value

    def __delitem__(self, name: str) -> None:
        raise TypeError("A parameter stays with its run; give it another value instead.")

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)


class Run:
    """A run that is being logged. Make one by `start`; `with` ends it."""

    def __init__(
        self,
        name: str,
        path: str,
        store: Optional[Store] = None,
        id_: int = 0,
        uuid_: str = "",
        owner: Optional[str] = None,
        is_started_elsewhere: bool = False,
        last_step: int = 0,
        params: Optional[Mapping[str, Setting]] = None,
    ) -> None:
        #: What people call the run.
        self.name = name
        #: The absolute path of the tracker file.
        self.db = path
        #: The number of the run in the file; 0 for one that keeps nothing.
        self.id = id_
        #: The name of the run in every file.
        self.uuid = uuid_
        #: The parameters.
        self.params = Params(self, params or {})
        self._owner = owner
        self._is_started_elsewhere = is_started_elsewhere
        self._step = last_step
        self._has_logged = last_step > 0
        self._lock = threading.RLock()
        self._names: Dict[str, str] = {}
        self._logged = 0
        self._ended: Optional[str] = None
        self._is_entered = False
        self._token: Any = None
        self._is_stub = store is None
        self._tells_stub = False
        self._watches: "Optional[Watches]" = None
        self._writer: Optional[Writer] = None
        self._points: Any = []
        self._used = time.monotonic()
        self._before_end: List[Any] = []  # what a dialect stores when the run ends by itself
        if store is not None:
            self._writer = Writer(store, id_, owner, name, beats=not is_started_elsewhere)
            self._points = self._writer.points
            _all_runs.add(self)
            _exits.add(self)

    def __repr__(self) -> str:
        return f"<trackerdb run {self.id} '{self.name}' in {self.db}>"

    # -- Whether it keeps anything ---------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether the run has not ended, and keeps what it is told."""
        return self._ended is None and not self._is_stub

    def _may_keep(self) -> bool:
        """Whether what was checked is kept; raises for a run that has ended."""
        if self._ended is not None:
            raise RunEnded(f"Run '{self.name}' has ended ({self._ended}). Start another one: start(…)")
        if self._is_stub and self._tells_stub:
            say_once(
                f"run '{self.name}' belongs to another process; in this one (process {os.getpid()}) nothing"
                " is kept of it."
            )
        return not self._is_stub

    def __reduce__(self) -> Any:
        return (_stub, (self.name, self.db, self.id, self.uuid))

    def __copy__(self) -> "Run":
        return self

    def __deepcopy__(self, memo: Any) -> "Run":
        return self

    def _become_stub(self) -> None:
        """In a forked child: the thread is not there, and the connection is the parent's."""
        self._lock = threading.RLock()
        if self._writer is not None:
            _keep_forever(self._writer.store.connection)
            self._writer.forget_after_fork()
            self._writer = None
        self._points = []
        self._is_stub = self._tells_stub = True

    def _put(self, work: Work, waits: bool = False) -> int:
        writer = self._writer
        assert writer is not None
        return writer.put(work, waits)

    # -- Measuring -------------------------------------------------------------------------------------

    def log(
        self, metrics: Mapping[str, Any], step: Optional[int] = None, epoch: Optional[int] = None
    ) -> None:
        """Stores metrics at the next step, or at `step`: a number each, which is read now.

        The point is put into a queue; a thread stores it within half a second.
        """
        points = self._checked(metrics)
        if step is not None:
            step = whole_number(step, "step")
        if epoch is not None:
            epoch = whole_number(epoch, "epoch")
        if self._ended is not None or self._is_stub:
            if not self._may_keep():
                return
        at = time.time_ns() // 1_000_000
        with self._lock:
            if step is None:
                step = self._next_step()
            self._step = step
            self._has_logged = True
            keep = self._points.append
            for name, value in points:
                keep((name, step, epoch, value, at))
            self._logged += len(points)
            is_due = self._logged >= 1000
            if is_due:
                self._logged = 0
        if is_due:
            self._used = time.monotonic()
            writer = self._writer
            if writer is not None:
                writer.note_points()

    def _keep(self, points: Iterable[Tuple[str, float]], step: int, at: int) -> None:
        """For the dialects, which count steps by themselves: stores checked points."""
        count = 0
        for name, value in points:
            self._points.append((name, step, None, value, at))
            count += 1
        with self._lock:
            self._step = max(self._step, step)
            self._has_logged = True
            self._logged += count
            is_due = self._logged >= 1000
            if is_due:
                self._logged = 0
        if is_due and self._writer is not None:
            self._used = time.monotonic()
            self._writer.note_points()

    def _next_step(self) -> int:
        if self._step >= 2**63 - 1:
            raise ValueError(f"There is no step after {self._step}, which is the last of 64 bits.")
        return self._step + 1

    def _checked(self, metrics: Mapping[str, Any]) -> List[Tuple[str, float]]:
        """The metrics with their numbers; raises at the first that is wrong, before any is kept."""
        names = self._names
        points = []
        try:
            items = metrics.items()
        except AttributeError:
            raise TypeError(f"metrics is a mapping of names to numbers, not {metrics!r}.") from None
        for name, value in items:
            if type(value) is not float:
                value = measured_number(value, str(name))
            try:
                points.append((names[name], value))
            except (KeyError, TypeError):
                known = checked_name(name, "metric")
                if len(names) < 100_000:
                    names[name] = known
                points.append((known, value))
        return points

    @property
    def step(self) -> int:
        """The current step: that of the last `log`."""
        return self._step

    def epoch(self, epoch: int, metrics: Optional[Mapping[str, Any]] = None) -> None:
        """Ends an epoch: stores its metrics at the current step, with the weights and histograms of watched
        models, in one transaction. Returns when the weights are copied."""
        epoch = whole_number(epoch, "epoch")
        points = self._checked(metrics or {})
        if not self._may_keep():
            return
        at = now()
        with self._lock:
            # A script that logs nothing but epochs has no other steps.
            if not self._has_logged:
                self._step = epoch
            step = self._step
        measured = [Point(name, step, epoch, value, at) for name, value in points]
        id_ = self.id

        def apply(store: Store, state: Any) -> None:
            store.write_points(id_, measured)
            if state is not None:
                state.store(store, id_)

        if self._watches is None:
            self._put(Work(apply, byte_count=200 * len(measured)), waits=True)
        else:
            state = self._watches.take(epoch, step)
            self._put(Work(apply, state.prepare, state.byte_count), waits=True)

    def flush(self) -> None:
        """Waits until all that was logged is in the file; raises if anything could not be stored."""
        if not self._may_keep():
            return
        writer = self._writer
        if writer is not None:
            if not writer.flush(_FINISH_SECONDS):
                raise TrackerError(f"Run '{self.name}' waits for {writer.waits_for or 'the disk'}.")
            writer.raise_losses()

    def histogram(
        self, name: str, values: Any, step: Optional[int] = None, epoch: Optional[int] = None
    ) -> None:
        """Stores how often values fall into bins: of all `values`, or `(edges, counts)` as they are."""
        from ._histograms import named_histogram

        name = checked_name(name, "histogram")
        row = named_histogram(name, values)
        row["step"] = self._place(step)
        row["epoch"] = None if epoch is None else whole_number(epoch, "epoch")
        if self._may_keep():
            self._put(Work(lambda store, _: store.insert_histogram(self.id, row), byte_count=2000))

    def _place(self, step: Any) -> int:
        return self._step if step is None else whole_number(step, "step")

    def alert(self, message: str, level: str = "warning", kind: str = "note") -> None:
        """Stores something that a person should look at; `level` is info, warning or error."""
        message = checked_text(message, "message")
        kind = checked_name(kind, "kind of alert")
        if level not in ("info", "warning", "error"):
            raise ValueError(f"The level of an alert is info, warning or error, not {level!r}.")
        if self._may_keep():
            at, step = now(), self._step
            self._put(
                Work(lambda store, _: store.insert_alert(self.id, level, kind, message, None, step, at))
            )

    # -- Describing ------------------------------------------------------------------------------------

    def tag(self, name: str, value: str = "") -> None:
        """Hangs a tag on the run, or changes its value."""
        name, value = checked_name(name, "tag"), checked_text(value, "value of a tag")
        if self._may_keep():
            self._put(Work(lambda store, _: store.set_tag(self.id, name, value)))

    def note(self, text: Optional[str]) -> None:
        """Replaces the remarks on the run; None removes them."""
        text = None if text is None else checked_text(text, "note")
        if self._may_keep():
            self._put(Work(lambda store, _: store.set_note(self.id, text)))

    # -- Keeping ---------------------------------------------------------------------------------------

    def media(
        self,
        name: str,
        value: Any,
        step: Optional[int] = None,
        *,
        epoch: Optional[int] = None,
        dataformats: Optional[str] = None,
        caption: Optional[str] = None,
        close: bool = False,
        at: Optional[int] = None,
    ) -> None:
        """Stores what is no number: text, an image, a figure, a table, or bytes with their media type.

        It is encoded now. `dataformats` says what the axes of an image are, such as CHW; `close` closes a
        figure of matplotlib afterwards; `at` is another time than now, in milliseconds since 1970.
        """
        name = checked_name(name, "medium")
        step = self._place(step)
        epoch = None if epoch is None else whole_number(epoch, "epoch")
        medium = _media.encoded(value, dataformats, close)
        if caption is not None:
            medium = medium._replace(text=checked_text(caption, "caption"))
        if self._may_keep():
            row: Dict[str, SQLValue] = {
                "name": name,
                "step": step,
                "epoch": epoch,
                "at": now() if at is None else at,
                "kind": medium.kind,
                "text": medium.text,
                "media_type": medium.media_type,
                "metadata": medium.metadata,
            }
            content = medium.content

            def prepare(store: Store) -> Any:
                return _prepared(store, content)

            self._put(
                Work(
                    lambda store, stored: store.insert_media(self.id, row, stored),
                    prepare,
                    len(content or b""),
                ),
                waits=True,
            )

    def artifact(
        self, content: Any, name: Optional[str] = None, media_type: str = "application/octet-stream"
    ) -> None:
        """Stores a file by its path, or bytes, under a name. The call returns when a file is read."""
        if isinstance(content, (bytes, bytearray, memoryview)):
            name = checked_name(name, "artifact")
            if not self._may_keep():
                return
            data = bytes(content)
            self._put(self._artifact_work(name, media_type, LargeContent(data), len(data)), waits=True)
            return
        path = os.path.abspath(os.fspath(content))
        name = checked_name(os.path.basename(path) if name is None else name, "artifact")
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not self._may_keep():
                return
            number = self._put(self._artifact_work(name, media_type, LargeContent(file=file), size=size))
            writer = self._writer
            if writer is not None and not writer.wait(number, float("inf")):
                raise TrackerError(f"The artifact '{name}' could not be stored: {writer.waits_for}.")

    def _artifact_work(
        self, name: str, media_type: str, content: LargeContent, byte_count: int = 0, size: int = 0
    ) -> Work:
        def prepare(store: Store) -> Any:
            return store.store_chunks(content) if is_large(size or byte_count) else content.chunk(0)

        def apply(store: Store, stored: Any) -> None:
            store.insert_artifact(self.id, name, media_type, stored)

        return Work(apply, prepare, byte_count)

    # -- Models ----------------------------------------------------------------------------------------

    def watch(
        self,
        model: Any,
        example: Any = None,
        weights: int = 1,
        histograms: int = 1,
        gradients: bool = True,
        activations: bool = False,
        name: Optional[str] = None,
    ) -> None:
        """Keeps what a `torch.nn.Module` is and becomes: the layer table now, by one forward pass of
        `example` (a tensor, a tuple of arguments, a dict of keywords) or else of the first training batch;
        weights and histograms with every so many epochs (0 is never).

        Looking changes nothing of the training. A second model of a run gets a prefix, `name`.
        """
        if not self._may_keep():
            return
        self._watched().add(
            model,
            example,
            weights=whole_number(weights, "weights"),
            histograms=whole_number(histograms, "histograms"),
            gradients=bool(gradients),
            activations=bool(activations),
            name=None if name is None else checked_name(name, "model"),
        )

    def _watch_steps(self, model: Any, log: Any, every: int) -> None:
        """As `watch` of W&B: the layer table, and histograms at every so many steps of the optimizer."""
        if not self._may_keep():
            return
        self._watched().add(
            model,
            None,
            weights=0,
            histograms=int(log in ("parameters", "all")),
            gradients=log in ("gradients", "all"),
            activations=False,
            name=None,
            steps=every if log else 0,
        )

    def _watched(self) -> Watches:
        """The models that are looked at; made with the first one, because most runs have none."""
        if self._watches is None:
            from ._watch import Watches

            self._watches = Watches(self)
        return self._watches

    def unwatch(self) -> None:
        """Looks at no model any more."""
        if self._watches is not None:
            self._watches.close()
            self._watches = None

    def checkpoint(
        self, epoch: int, model: Any, optimizer: Any = None, scheduler: Any = None, **extra: Any
    ) -> None:
        """Stores what it takes to go on to the same bits: states of model, optimizer, scheduler and random
        generators, and `extra`. Raises for what JSON and tensors cannot say; nothing is pickled."""
        from ._checkpoint import taken

        epoch = whole_number(epoch, "epoch")
        with self._lock:
            if not self._has_logged:
                self._step = epoch
            state = taken(epoch, self._step, model, optimizer, scheduler, extra)
        if self._may_keep():
            self._put(
                Work(
                    lambda store, stored: state.store(store, self.id, stored), state.prepare, state.byte_count
                ),
                waits=True,
            )

    def restore(
        self, model: Any, optimizer: Any = None, scheduler: Any = None, **extra: Any
    ) -> Optional[Dict[str, Any]]:
        """Puts back the last checkpoint, and drops what was logged after it.

        Returns `epoch`, `step` and the values of `extra`; None if there is no checkpoint, and then nothing is
        changed in the model, and what an earlier try has logged is dropped.
        """
        from ._checkpoint import restored

        if not self._may_keep():
            return None
        self.flush()
        store = Store.for_reading(self.db)
        try:
            found = restored(store, self.id, model, optimizer, scheduler, extra)
        finally:
            store.close()
        epoch, step = (found["epoch"], found["step"]) if found else (0, 0)
        self._put(Work(lambda store, _: self._drop_after(store, epoch, step)))
        self.flush()
        with self._lock:
            self._step, self._has_logged = step, step > 0
        return found

    def _drop_after(self, store: Store, epoch: int, step: int) -> None:
        dropped = store.drop_after(self.id, epoch, step)
        if dropped:
            say(f"run '{self.name}': dropped {dropped} points that were logged after epoch {epoch}.")

    # -- Ending ----------------------------------------------------------------------------------------

    def finish(self, status: str = "finished", error: Optional[str] = None) -> None:
        """Ends the run: `finished`, `stopped` (early, on purpose), `failed` or `interrupted`.

        Waits for a locked or full file, a minute at most; raises if anything could not be stored. Another
        call changes nothing.
        """
        if status not in ("finished", "stopped", "failed", "interrupted"):
            raise ValueError(f"A run ends as finished, stopped, failed or interrupted, not {status!r}.")
        self._finish(End(status, None if error is None else checked_text(error, "error")), _FINISH_SECONDS)

    def _finish(self, end: End, seconds: float) -> None:
        before, self._before_end = self._before_end, []
        for action in before if self._ended is None else []:
            action()
        with self._lock:
            if self._ended is not None:
                return
            self._ended = end.status
        _exits.remove(self)
        self.unwatch()
        writer, self._writer = self._writer, None
        if writer is None:
            return
        id_, leaves_end = self.id, self._is_started_elsewhere

        def apply(store: Store, _: Any) -> None:
            if not leaves_end:
                store.finish_run(id_, end.status, end.error, end.exit_code)

        writer.close(Work(apply), seconds)

    def end(self, end: End, seconds: float) -> None:
        """Ends the run where nobody can be told by an exception: what is wrong is said in a line."""
        try:
            self._finish(end, seconds)
        except Exception as error:
            say(str(error))

    def last_used(self) -> float:
        """When a point was logged last, by `time.monotonic`."""
        points = self._points
        if points:
            return time.monotonic() - max(0.0, time.time() - float(points[-1][4]) / 1000)
        return self._used

    def __enter__(self) -> "Run":
        self._is_entered = True
        self._token = _entered.set(_entered.get() + (self,))
        return self

    def __exit__(self, kind: Any, error: Optional[BaseException], trace: Any) -> None:
        try:
            _entered.reset(self._token)
        except ValueError:
            pass  # The block ended in another context than it began in.
        if error is None:
            self._finish(End("finished"), _FINISH_SECONDS)
        else:
            self.end(_exits.end_of(error), _FINISH_SECONDS)


def _prepared(store: Store, content: Any) -> Any:
    """Large content as stored chunks, all else as it is."""
    if content is None or not is_large(len(content)):
        return content
    return store.store_chunks(LargeContent(content))


def _stub(name: str, path: str, id_: int, uuid_: str) -> Run:
    """What a pickled run becomes: one that keeps nothing, and says so."""
    run = Run(name, path, None, id_, uuid_)
    run._tells_stub = True
    return run


_kept: List[Any] = []


def _keep_forever(connection: Any) -> None:
    """Closing the parent's connection in a child would let go of locks that the parent has."""
    _kept.append(connection)
    try:
        import ctypes

        ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))
    except (ImportError, AttributeError):
        pass  # Then it is closed at the very end of the child.


def _after_fork_in_child() -> None:
    _exits.forget()
    for run in list(_all_runs):
        if run._writer is not None:
            run._become_stub()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
