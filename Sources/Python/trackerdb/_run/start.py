"""Starting a run: a new one, one to go on with, or the one that a launcher has made."""

from __future__ import annotations

import os
import uuid
from typing import Any, Dict, FrozenSet, Iterable, Mapping, Optional, Tuple, Union

from .._ends import end_of_cell, is_read_again, notebook
from .._environment import described_process
from .._errors import TrackerError, say_once
from .._store import Store, StoreError, database_path, next_step, patiently
from .._values import Row, Setting, SQLValue, checked_name, checked_text, settings, whole_number
from .params import tell_changed
from .run import Run, entered, selector_of
from .state import all_runs

__version__ = "0.1.0"


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

    The file is made if there is none. Inside another run's `with` the new one is its child, in the same
    experiment unless another is given. `resume` names a run to go on with, by id, name, beginning of its uuid
    or `latest`. In a process whose `RANK` is above 0 the run keeps nothing.

    It ends with `finish`, with its `with`, or with the program: by an exception or `sys.exit` as `failed`, with
    the exit code that these end a program with, also where the script catches them outside the `with`. What
    `raise SystemExit(main())` exits with is not to be seen outside a `with`; such a run is `finished` without
    an exit code.
    """
    name = checked_name(name, "run")
    draft: Row = {
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
    if is_read_again():
        say_once(
            f"run '{name}' is started by the script itself, which a worker reads again; in this one (process"
            f" {os.getpid()}) nothing is kept. Start it under: if __name__ == '__main__':"
        )
        return Run(name, path)
    _end_open_run_of_notebook(name)
    store = Store.for_writing(path)
    try:
        return _begin(store, name, draft, experiment, found_settings, found_tags, resume)
    except BaseException as error:
        store.close()
        if isinstance(error, StoreError):
            raise TrackerError(
                f"Run '{name}' cannot be started in '{path}': {error}.{next_step(error)}"
            ) from error
        raise


def ended_run(fact: str, value: str) -> Optional[int]:
    """The last run in the usual file that has ended and of which a fact has a value; None if there is none."""
    path = database_path()
    if not os.path.exists(path):
        return None
    store = Store.for_reading(path)
    try:
        return store.find_ended_run(fact, value)
    finally:
        store.close()


def start_child(parent: Run, name: Optional[str], params: Any) -> Run:
    """Starts a run as inside the `with` of another; without a name it has that one's, with a number."""
    token = entered.set(entered.get() + (parent,))
    try:
        return start(name or _name_of_child(parent), db=parent.db, params=params)
    finally:
        entered.reset(token)


def _name_of_child(parent: Run) -> str:
    if not parent.is_open:
        return parent.name
    store = Store.for_reading(parent.db)
    try:
        return f"{parent.name}-{store.child_count(parent.id) + 2}"
    finally:
        store.close()


def _begin(
    store: Store,
    name: str,
    draft: Row,
    experiment: str,
    params: Mapping[str, Setting],
    tags: Mapping[str, str],
    resume: Any,
) -> "Run":
    columns, facts = described_process(__version__)
    around = entered.get()
    parent = around[-1].id if around and around[-1].db == store.path else None
    given = started_run(store.path)

    def begin() -> "Run":
        found_params, found_tags = params, tags
        kept: FrozenSet[str] = frozenset()
        with store.transaction():
            if resume is not None:
                id_ = store.find_only_run(selector_of(resume))
                columns["owner"] = owner = str(uuid.uuid4())
                store.reopen_run(id_, columns)
                store.describe_run(id_, draft, _said(experiment, "default"))
            elif given is not None and store.take_started_run(given[0], os.getpid()):
                id_, owner = given
                _describe_taken_run(store, id_, {**draft, "name": _said(name, "run")}, experiment)
                kept = store.names_of_params(id_)
                found_params = {word: value for word, value in params.items() if word not in kept}
                found_tags = store.new_tags(id_, tags)
            else:
                columns["owner"] = owner = str(uuid.uuid4())
                above = given[0] if parent is None and given and _exists(store, given[0]) else parent
                id_ = store.insert_run(
                    {**columns, **draft, "uuid": str(uuid.uuid4()), "name": name, "parent_run_id": above},
                    _said(experiment, "default") or store.experiment_of(above) or experiment,
                )
            changed = store.set_params(id_, found_params)
            store.set_facts(id_, facts)
            for tag, value in found_tags.items():
                store.set_tag(id_, tag, value)
            row = store.row("SELECT uuid, name FROM runs WHERE id = ?", (id_,))
            last_step = store.last_step(id_) if resume is not None else None
        assert row is not None
        own_name = str(row["name"])
        if resume is not None and name not in ("run", own_name):
            say_once(f"run {id_} goes on under its own name, '{own_name}', and not as '{name}'.")
        tell_changed(own_name, changed)
        is_started_elsewhere = given is not None and given == (id_, owner)
        return Run(
            own_name,
            store.path,
            store,
            id_,
            str(row["uuid"]),
            owner,
            is_started_elsewhere,
            last_step,
            params,
            kept,
        )

    return patiently(begin, store.path)


def _said(word: str, usual: str) -> Optional[str]:
    return None if word == usual else word


def _describe_taken_run(store: Store, run: int, draft: Mapping[str, SQLValue], experiment: str) -> None:
    """What was said on the command line that made the run stays."""
    kept = os.environ.get("TRACKER_RUN_GIVEN", "").split(",")
    store.describe_run(
        run,
        {name: value for name, value in draft.items() if name not in kept},
        None if "experiment" in kept else _said(experiment, "default"),
    )


def _exists(store: Store, run: int) -> bool:
    return store.row("SELECT 1 FROM runs WHERE id = ?", (run,)) is not None


def started_run(path: str) -> Optional[Tuple[int, str]]:
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
    if not isinstance(tags, Iterable):
        raise TypeError(f"tags is a list of words, or a mapping of words to texts, not {tags!r}.")
    if isinstance(tags, Mapping):
        return {
            checked_name(name, "tag"): "" if value is None else checked_text(str(value), "tag")
            for name, value in tags.items()
        }
    return {checked_name(name, "tag"): "" for name in tags}


# Notebooks ------------------------------------------------------------------------------------------------


def _end_open_run_of_notebook(name: str) -> None:
    """In a notebook nobody ends the run of a cell that is run again: a new one of its name does."""
    shell = notebook()
    if shell is None:
        return
    for run in list(all_runs):
        if isinstance(run, Run) and run.name == name and run.is_open and not run._is_entered:
            run._finish(end_of_cell(shell), run.patience)
