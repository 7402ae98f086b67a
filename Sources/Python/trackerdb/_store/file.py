"""The tracker file as a file: making it, reading rows, transactions."""

from __future__ import annotations

import contextlib
import os
import time
from typing import Any, Callable, Iterator, List, Optional, Tuple, Type, TypeVar

from .._environment import Machine
from .._errors import TrackerError
from .opening import Row, connect, is_bare, packaged, refuse_foreign, shadow_foreign, sqlite3, statements

Result = TypeVar("Result")
_File = TypeVar("_File", bound="File")

StoreError = sqlite3.Error


class LostRun(TrackerError):
    """The run, or the file itself, is another's by now: nothing more is written."""


def now() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def is_passing(error: BaseException) -> bool:
    """Whether an error is one that goes away by waiting: a locked file, a full disk."""
    return isinstance(error, sqlite3.OperationalError) and any(
        word in str(error) for word in ("locked", "busy", "full", "disk I/O error", "unable to open")
    )


def database_path(given: Any = None) -> str:
    """The absolute path of the file: as given, else `$TRACKER_DB`, else `tracker.db` in this folder."""
    path = os.fspath(given) if given is not None else os.environ.get("TRACKER_DB") or "tracker.db"
    path = os.fsdecode(path)
    if not path:
        raise ValueError("The path of the tracker file is empty; give one: db='tracker.db'")
    if path.endswith("/"):
        # Without the slash a file would be made that tracker does not find by this name.
        raise TrackerError(f"'{path}' is a folder, not a tracker file.\nTry: db='{path}tracker.db'")
    return os.path.realpath(path)


def patiently(action: Callable[[], Result], path: str, seconds: float = 60) -> Result:
    """Does something that a lock of another process may keep from being done for a while."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            if not ("locked" in str(error) or "busy" in str(error)):
                raise
            if time.monotonic() > deadline:
                raise TrackerError(
                    f"The file '{path}' stayed locked by another process for a minute."
                ) from error
            time.sleep(0.02)


class File:
    """A tracker file that is open; of a run, one thread writes at a time."""

    def __init__(self, path: str, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self.machine = Machine()
        self.identity = self._identity()

    # -- Opening ---------------------------------------------------------------------

    @classmethod
    def for_writing(cls: "Type[_File]", path: str) -> "_File":
        """Opens the file at `path`; makes it if there is none. One that is refused stays as it is."""
        folder = os.path.dirname(path)
        if not os.path.isdir(folder):
            raise TrackerError(
                f"There is no folder '{folder}' for the tracker file.\nTry: mkdir -p '{folder}'"
            )
        if os.path.isdir(path):
            raise TrackerError(f"'{path}' is a folder, not a tracker file.\nTry: db='{path}/tracker.db'")
        for place in (folder, path, path + "-wal", path + "-shm"):
            if _is_refused(place):
                raise TrackerError(
                    f"'{place}' cannot be written, so that no run can be kept there.\n"
                    "Try: change its permissions, or choose another file with db=…"
                )
        connection, is_new = None, not os.path.exists(path)
        try:
            connection = connect(path, read_only=False)
            patiently(lambda: cls._prepare(path, connection), path)
        except BaseException as error:
            if connection is not None:
                connection.close()
            if is_new:
                _remove_empty(path)
            if isinstance(error, sqlite3.Error):
                raise TrackerError(
                    f"The file '{path}' cannot be opened: {error}.{next_step(error)}"
                ) from error
            raise
        return cls(path, connection)

    @classmethod
    def for_reading(cls: "Type[_File]", path: str) -> "_File":
        """Opens the existing file at `path`."""
        if not os.path.exists(path):
            raise TrackerError(f"There is no file '{path}'.\nTry: check the path, or run something first.")
        connection = None
        try:
            connection = connect(path, read_only=True)
            if is_bare(path, connection):
                raise TrackerError(
                    f"The file '{path}' holds no runs: it is empty.\nTry: another file with db=…"
                )
            shadow_foreign(path, connection)
            connection.execute("PRAGMA query_only = ON")
            # Python hears of Ctrl-C where its own code runs, and a question may take for ever.
            connection.set_progress_handler(lambda: 0, 1_000_000)
        except BaseException as error:
            if connection is not None:
                connection.close()
            if isinstance(error, sqlite3.Error):
                raise TrackerError(f"The file '{path}' cannot be read: {error}.{next_step(error)}") from error
            raise
        return cls(path, connection)

    @classmethod
    def _prepare(cls, path: str, connection: sqlite3.Connection) -> None:
        if is_bare(path, connection):
            # Within the transaction this does nothing, without a word.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            with _transaction(connection):
                # Another process may have been faster.
                if is_bare(path, connection):
                    for statement in statements(packaged("schema.sql")):
                        connection.execute(statement)
        refuse_foreign(path, connection)
        if connection.execute("PRAGMA journal_mode").fetchone()["journal_mode"] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = FAST"):
            connection.execute("PRAGMA " + pragma)

    def _identity(self) -> Optional[Tuple[int, int]]:
        try:
            status = os.stat(self.path)
        except OSError:
            return None
        return (status.st_dev, status.st_ino)

    def close(self) -> None:
        """Lets go of the file."""
        self.connection.close()

    # -- Asking ----------------------------------------------------------------------------------------

    def rows(self, sql: str, parameters: Any = ()) -> List[Row]:
        """The rows that a statement returns."""
        found: List[Row] = self.connection.execute(sql, parameters).fetchall()
        return found

    def row(self, sql: str, parameters: Any = ()) -> Optional[Row]:
        """The first row that a statement returns; None if there is none."""
        found: Optional[Row] = self.connection.execute(sql, parameters).fetchone()
        return found

    # -- Writing ---------------------------------------------------------------------------------------

    def transaction(self) -> "contextlib.AbstractContextManager[None]":
        """All of what is written inside is stored, or nothing."""
        return _transaction(self.connection)

    @contextlib.contextmanager
    def owned_transaction(self, run: int, owner: Optional[str]) -> Iterator[None]:
        """A transaction that adds results to a run, and shows that it is alive.

        SQLite goes on writing into a removed file without an error, and a process that was taken for dead
        may wake up when its run is another's: both are found out before anything is written.
        """
        if self.identity is None or self._identity() != self.identity:
            raise LostRun(f"The file '{self.path}' was moved or removed while it was in use.")
        try:
            with self.transaction():
                found = self.row("SELECT owner IS ? AS is_owner FROM runs WHERE id = ?", (owner, run))
                if found is None:
                    raise LostRun(f"Run {run} is no longer in '{self.path}'.")
                if not found["is_owner"]:
                    raise LostRun(
                        f"Run {run} of '{self.path}' is being written by another process. This one stops;"
                        " nothing of what the other wrote was touched."
                    )
                self.connection.execute("UPDATE runs SET heartbeat_at = ? WHERE id = ?", (now(), run))
                yield
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Forgets what is known of rows which are not stored after all."""


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Some errors, such as that of a full disk, have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def next_step(error: BaseException) -> str:
    """The line that says what to do about an error of SQLite; empty where nobody knows."""
    text = str(error)
    if "full" in text or "disk I/O error" in text:
        return "\nTry: make room on the disk, or choose another file with db=…"
    if "unable to open" in text or "readonly" in text:
        return "\nTry: change the permissions of its folder, or choose another file with db=…"
    if "malformed" in text or "unsupported file format" in text or "no such" in text:
        return "\nTry: tracker doctor, or choose another file with db=…"
    return ""


def _remove_empty(path: str) -> None:
    """Removes a file that was made and could not be filled, with what SQLite has put beside it."""
    try:
        if os.path.getsize(path) == 0:
            for place in (path, path + "-journal", path + "-wal", path + "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    os.remove(place)
    except OSError:
        pass  # It stays, and is taken for a new file by the next one.


def _is_refused(place: str) -> bool:
    """Whether something is there that may not be written. The files beside a database come and go with other
    processes: what was not there all the while has refused nothing."""

    def age() -> Optional[int]:
        try:
            return os.stat(place).st_ctime_ns
        except OSError:
            return None

    before = age()
    return before is not None and not os.access(place, os.W_OK) and age() == before


# What the file is made of ---------------------------------------------------------------------------------
