"""The tracker file: all the SQL of this package.

Each method that writes says which file of `Sources/RunStore` writes the same rows. What a transaction
needs of the process, such as which run it owns, its caller passes in.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import time
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
)

from ._environment import Machine
from ._errors import TrackerError
from ._values import Setting, SQLValue

try:
    import pysqlite3 as sqlite3  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    import sqlite3

Row = Dict[str, SQLValue]
Result = TypeVar("Result")
StoreError = sqlite3.Error

_APPLICATION_ID = 1416784718
_SCHEMA_VERSION = 2
#: The bytes of a chunk of large content, and how many a transaction stores.
_CHUNK_BYTES, _CHUNKS_AT_ONCE = 1 << 20, 4


class Point(NamedTuple):
    """One measured number of a series."""

    name: str
    step: int
    epoch: Optional[int]
    value: float
    at: int  # milliseconds since 1970


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
    return os.path.realpath(path)


# Opening ----------------------------------------------------------------------------------------------


def _connect(path: str, read_only: bool) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < (3, 37):
        raise TrackerError(
            f"Python's SQLite is {sqlite3.sqlite_version}; a tracker file needs 3.37 or newer.\n"
            "Try: pip install pysqlite3-binary, which is used where it is installed; or a newer Python."
        )
    _refuse_super_journal(path)
    address = "file:" + re.sub(r"[^\w/.-]", lambda found: _percent(found.group()), path, flags=re.ASCII)
    connection = sqlite3.connect(
        address + ("?mode=ro" if read_only else "?mode=rwc"),
        uri=True,
        timeout=1,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = _row
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in os.fsencode(text))


def _row(cursor: sqlite3.Cursor, values: Sequence[SQLValue]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values)}


def _refuse_super_journal(path: str) -> None:
    """A journal that ends in the name of another one makes SQLite delete files that it names."""
    try:
        with open(path + "-journal", "rb") as journal:
            journal.seek(-8, os.SEEK_END)
            ends_so = journal.read(8) == bytes.fromhex("d9d505f920a163d7")
    except OSError:
        return
    if ends_so:
        raise TrackerError(
            f"The journal '{path}-journal' names another file, which SQLite would delete.\n"
            f"Try: move it away: mv '{path}-journal' '{path}-journal.away'"
        )


def _schema() -> str:
    with open(os.path.join(os.path.dirname(__file__), "schema.sql"), encoding="utf-8") as file:
        return file.read()


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if ";" in line and sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _objects(connection: sqlite3.Connection) -> Dict[Tuple[str, str], str]:
    """The tables, views, indexes and triggers by kind and name."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {(str(row["type"]), str(row["name"]).lower()): str(row["sql"]) for row in rows}


class Store:
    """A tracker file that is open; of a run, one thread writes at a time."""

    def __init__(self, path: str, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self.machine = Machine()
        self.identity = self._identity()
        self._largest_steps: Dict[Tuple[int, str], int] = {}

    # -- Opening: RunStore/Opening ---------------------------------------------------------------------

    @classmethod
    def for_writing(cls, path: str) -> "Store":
        """Opens the file at `path`; makes it if there is none. One that is refused stays as it is."""
        folder = os.path.dirname(path)
        if not os.path.isdir(folder):
            raise TrackerError(
                f"There is no folder '{folder}' for the tracker file.\nTry: mkdir -p '{folder}'"
            )
        if os.path.isdir(path):
            raise TrackerError(f"'{path}' is a folder, not a tracker file.\nTry: db='{path}/tracker.db'")
        for place in (folder, path, path + "-wal", path + "-shm"):
            if os.path.exists(place) and not os.access(place, os.W_OK):
                raise TrackerError(
                    f"'{place}' cannot be written, so that no run can be kept there.\n"
                    "Try: change its permissions, or choose another file with db=…"
                )
        connection = None
        try:
            connection = _connect(path, read_only=False)
            patiently(lambda: cls._prepare(path, connection), path)
        except BaseException as error:
            if connection is not None:
                connection.close()
            if isinstance(error, sqlite3.Error):
                raise TrackerError(f"The file '{path}' cannot be opened: {error}.") from error
            raise
        return cls(path, connection)

    @classmethod
    def for_reading(cls, path: str) -> "Store":
        """Opens the existing file at `path`."""
        if not os.path.isfile(path):
            raise TrackerError(f"There is no file '{path}'.\nTry: check the path, or run something first.")
        connection = _connect(path, read_only=True)
        try:
            if cls._is_bare(path, connection):
                raise TrackerError(f"The file '{path}' holds no runs: it is empty.")
            connection.execute("PRAGMA query_only = ON")
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise TrackerError(f"The file '{path}' cannot be read: {error}.") from error
            raise
        return cls(path, connection)

    @classmethod
    def _prepare(cls, path: str, connection: sqlite3.Connection) -> None:
        if cls._is_bare(path, connection):
            # Within the transaction this does nothing, without a word.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            with _transaction(connection):
                # Another process may have been faster.
                if cls._is_bare(path, connection):
                    for statement in _statements(_schema()):
                        connection.execute(statement)
        cls._refuse_foreign(path, connection)
        if connection.execute("PRAGMA journal_mode").fetchone()["journal_mode"] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = FAST"):
            connection.execute("PRAGMA " + pragma)

    @staticmethod
    def _is_bare(path: str, connection: sqlite3.Connection) -> bool:
        """Whether the file is empty; raises for a file that is not ours, or not of this version."""
        try:
            mark = connection.execute("PRAGMA application_id").fetchone()["application_id"]
            version = connection.execute("PRAGMA user_version").fetchone()["user_version"]
            has_objects = connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
        except sqlite3.DatabaseError as error:
            if "not a database" not in str(error):
                raise
            raise TrackerError(
                f"The file '{path}' is not a SQLite database.\nTry: choose another file with db=…"
            ) from None
        if mark == 0 and version == 0 and not has_objects:
            return True
        if mark != _APPLICATION_ID:
            raise TrackerError(
                f"The file '{path}' is a database of another program.\nTry: choose another file with db=…"
            )
        if version > _SCHEMA_VERSION:
            raise TrackerError(
                f"The file '{path}' has schema version {version}; this module knows up to"
                f" {_SCHEMA_VERSION}.\nTry: pip install --upgrade trackerdb"
            )
        if version < _SCHEMA_VERSION:
            raise TrackerError(
                f"The file '{path}' has schema version {version}, and is to be upgraded first.\n"
                f"Try: tracker init --db '{path}'"
            )
        return False

    @staticmethod
    def _refuse_foreign(path: str, connection: sqlite3.Connection) -> None:
        """Refuses what would run or decide in the place of ours, as `SchemaCheck.swift` does."""
        model = sqlite3.connect(":memory:", isolation_level=None)
        model.row_factory = _row
        model.executescript(_schema())
        ours, found = _objects(model), _objects(connection)
        model.close()
        tables = {name for kind, name in ours if kind == "table"}
        names = {name for kind, name in ours if kind != "trigger"}
        foreign = [
            f"{kind} {name}"
            for (kind, name), sql in found.items()
            if ours.get((kind, name)) != sql
            and (
                kind == "trigger"
                or name in names
                or (kind == "index" and "UNIQUE" in sql.upper() and any(t in sql.lower() for t in tables))
            )
        ]
        if foreign:
            raise TrackerError(
                f"The file '{path}' holds what is not of this program, and would run or answer in its"
                f" place: {', '.join(sorted(foreign))}.\nTry: tracker doctor --repair --db '{path}'"
            )
        missing = sorted(f"{kind} {name}" for kind, name in ours.keys() - found.keys())
        if missing:
            raise TrackerError(
                f"The file '{path}' lacks {', '.join(missing[:3])}.\nTry: tracker init --db '{path}'"
            )

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
        with self._forgetful(), self.transaction():
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

    @contextlib.contextmanager
    def _forgetful(self) -> Iterator[None]:
        """Forgets what the steps of the series were, if that is not stored after all."""
        try:
            yield
        except BaseException:
            self._largest_steps.clear()
            raise

    # -- Runs: RunStore/Writing/RunDatabase+Runs.swift and RunInsertion.swift ----------------------------

    def insert_run(self, columns: Mapping[str, SQLValue], experiment: str) -> int:
        """Stores a run that starts; returns its id."""
        time_ = now()
        columns = {
            **columns,
            "experiment_id": self.experiment(experiment, time_),
            "started_at": time_,
            "heartbeat_at": time_,
        }
        names = ", ".join(columns)
        places = ", ".join(":" + name for name in columns)
        found = self.row(f"INSERT INTO runs ({names}) VALUES ({places}) RETURNING id", columns)
        assert found is not None
        return int(str(found["id"]))

    def experiment(self, name: str, time_: int) -> int:
        """The id of the experiment called `name`, which is made if there is none."""
        self.connection.execute(
            "INSERT INTO experiments (name, created_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
            (name, time_),
        )
        found = self.row("SELECT id FROM experiments WHERE name = ?", (name,))
        assert found is not None
        return int(str(found["id"]))

    def take_started_run(self, run: int, pid: int) -> bool:
        """Takes the run that a launching program has made for its child; False if another was faster."""
        cursor = self.connection.execute(
            """
            INSERT INTO environment (run_id, name, value)
            SELECT id, 'exec.taken_by', :pid FROM runs WHERE id = :run
            ON CONFLICT (run_id, name) DO NOTHING
            """,
            {"run": run, "pid": pid},
        )
        return int(cursor.rowcount) == 1

    def set_tag(self, run: int, name: str, value: str) -> None:
        """Hangs a tag on a run, or changes its value."""
        self.connection.execute(
            """
            INSERT INTO tags (run_id, name, value) VALUES (?, ?, ?)
            ON CONFLICT (run_id, name) DO UPDATE SET value = excluded.value
            """,
            (run, name, value),
        )

    def set_note(self, run: int, note: Optional[str]) -> None:
        """Replaces the remarks on a run."""
        self.connection.execute("UPDATE runs SET note = ? WHERE id = ?", (note, run))

    def rename(self, run: int, name: str) -> None:
        """Gives a run another name."""
        self.connection.execute("UPDATE runs SET name = ? WHERE id = ?", (name, run))

    def set_facts(self, run: int, facts: Mapping[str, SQLValue]) -> None:
        """Stores facts about machine, tools and data."""
        self.connection.executemany(
            """
            INSERT INTO environment (run_id, name, value) VALUES (?, ?, ?)
            ON CONFLICT (run_id, name) DO UPDATE SET value = excluded.value
            """,
            [(run, name, value) for name, value in facts.items()],
        )

    def set_params(self, run: int, settings: Mapping[str, Setting]) -> List[str]:
        """Stores settings; returns the names of those that had another value."""
        changed = []
        for name, setting in settings.items():
            old = self.row("SELECT value, text FROM params WHERE run_id = ? AND name = ?", (run, name))
            if old is not None:
                if (old["value"], old["text"]) == tuple(setting):
                    continue
                changed.append(name)
            self.connection.execute(
                """
                INSERT INTO params (run_id, name, value, text) VALUES (?, ?, ?, ?)
                ON CONFLICT (run_id, name) DO UPDATE SET value = excluded.value, text = excluded.text
                """,
                (run, name, setting.value, setting.text),
            )
        return changed

    def finish_run(self, run: int, status: str, error: Optional[str], exit_code: Optional[int]) -> None:
        """Notes that a run has ended. What has ended belongs to no process any more."""
        self.connection.execute(
            """
            UPDATE runs
            SET status = :status, error = :error, ended_at = :now, heartbeat_at = :now,
              exit_code = :code, owner = NULL
            WHERE id = :run
            """,
            {"status": status, "error": error, "now": now(), "code": exit_code, "run": run},
        )

    # -- Going on: RunStore/Writing/RunDatabase+Reopening.swift, Records/SignsOfLife.swift ----------------

    def reopen_run(self, run: int, columns: Mapping[str, SQLValue]) -> None:
        """Makes a run that has ended, or whose process has died, a running one of this process."""
        row = self.row("SELECT * FROM runs WHERE id = ?", (run,))
        if row is None:
            raise TrackerError(f"There is no run {run} in '{self.path}'.")
        if self._is_alive(row):
            raise TrackerError(
                f"Run {run} is still running as process {row['pid']!s} on {row['host']!s}.\n"
                "Try: wait until it ends, or end it."
            )
        taken = ("host", "pid", "boot_id", "pid_namespace", "version", "heartbeat_seconds", "owner")
        assignments = ", ".join(f"{name} = :{name}" for name in taken)
        self.connection.execute(
            f"""
            UPDATE runs
            SET status = 'running', error = NULL, ended_at = NULL, heartbeat_at = :now, exit_code = NULL,
              {assignments},
              idle_milliseconds = idle_milliseconds
                + MAX(0, :now - COALESCE(ended_at, MAX(heartbeat_at, COALESCE(started_at, 0))))
            WHERE id = :run
            """,
            {**{name: columns[name] for name in taken}, "now": now(), "run": run},
        )

    def _is_alive(self, row: Row) -> bool:
        if row["status"] != "running" or self.machine.knows_dead(row):
            return False
        promised = row["heartbeat_seconds"]
        if promised is None and self.machine.knows_alive(row):
            return True
        silence = 3000 * int(str(promised)) if promised is not None else 60_000
        return abs(now() - int(str(row["heartbeat_at"]))) <= silence

    def last_step(self, run: int) -> int:
        """The largest step of a run's metrics; 0 if there is none."""
        found = self.row("SELECT MAX(last_step) AS step FROM metric_series WHERE run_id = ?", (run,))
        return int(str(found["step"])) if found and found["step"] is not None else 0

    def drop_after(self, run: int, epoch: int, step: int) -> int:
        """Drops what a run holds of later than a point; returns the number of metric points."""
        place = {"run": run, "epoch": epoch, "step": step}
        blobs = [row["hash"] for row in self.rows(_BLOBS_OF_RUN, {"run": run})]
        for table in ("histograms", "snapshots", "alerts", "media"):
            self.connection.execute(
                f"DELETE FROM {table} WHERE run_id = :run AND (epoch > :epoch OR step > :step)", place
            )
        dropped = self.connection.execute(
            """
            DELETE FROM metric_points
            WHERE series_id IN (SELECT id FROM metric_series WHERE run_id = :run)
              AND (epoch > :epoch OR step > :step)
            """,
            place,
        ).rowcount
        self.connection.execute(
            "UPDATE metric_series SET disorder = disorder + 1 WHERE run_id = :run", {"run": run}
        )
        self.connection.execute(_RECOMPUTATION, {"run": run})
        self.connection.execute("DELETE FROM metric_series WHERE run_id = :run AND count = 0", {"run": run})
        for hash_ in blobs:
            self._delete_unused(hash_)
        self._largest_steps.clear()
        return int(dropped)

    def drop_from_step(self, run: int, step: int, prefix: str) -> None:
        """Drops the points of metrics with a prefix from a step on."""
        self.connection.execute(
            """
            DELETE FROM metric_points
            WHERE step >= :step AND series_id IN (
              SELECT id FROM metric_series WHERE run_id = :run AND substr(name, 1, length(:prefix)) = :prefix)
            """,
            {"run": run, "step": step, "prefix": prefix},
        )
        self.connection.execute("UPDATE metric_series SET disorder = disorder + 1 WHERE run_id = ?", (run,))
        self.connection.execute(_RECOMPUTATION, {"run": run})
        self.connection.execute("DELETE FROM metric_series WHERE run_id = ? AND count = 0", (run,))
        self._largest_steps.clear()

    def add_prefix(self, run: int, prefix: str, name: str) -> None:
        """Renames a run, and puts a prefix before the names of all that it has measured."""
        self.rename(run, name)
        for table, column in (("metric_series", "name"), ("media", "name"), ("histograms", "layer")):
            self.connection.execute(
                f"UPDATE {table} SET {column} = ? || {column} WHERE run_id = ?", (prefix, run)
            )
        self._largest_steps.clear()

    # -- Metrics: RunStore/Writing/MetricWriter.swift, and the trigger `metrics_insert` -------------------

    def write_points(self, run: int, points: Iterable[Point]) -> None:
        """Stores points in bulk, past the view; a second one of a step is its next repeat.

        Points that come after all others of their series, as nearly all do, need the arithmetic of
        appending alone, which is the statement `_APPENDING`. The others go through the view, and so
        through the trigger's arithmetic.
        """
        appended: List[Point] = []
        late: List[Point] = []
        largest = self._largest_steps
        disordered = set()  # of these all that follows comes later too, so that each series keeps its order
        for point in points:
            name, step = point[0], point[1]
            key = (run, name)
            if step > largest.get(key, -(2**63) - 1):
                largest[key] = step
                (late if name in disordered else appended).append(point)
            else:
                disordered.add(name)
                late.append(point)
        if appended:
            self._fill_batch(appended)
            names = {row["name"] for row in self.rows(_OVERTAKEN, {"run": run})}
            if names:
                late = [point for point in appended if point[0] in names] + late
                self.connection.execute(
                    "DELETE FROM temp.batch WHERE name IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(names)),),
                )
                self._note_largest(run, names)
            for statement in _APPENDING:
                self.connection.execute(statement, {"run": run})
        if late:
            self._fill_batch(late)
            self.connection.execute(_LATE, {"run": run})

    def _fill_batch(self, points: Sequence[Point]) -> None:
        """Puts points into a table of this connection, many by one statement.

        Between two statements Python's other threads run, for up to 5 ms where they only compute.
        """
        self.connection.execute(_BATCH)
        self.connection.execute("DELETE FROM temp.batch")
        for start in range(0, len(points), 500):
            some = points[start : start + 500]
            values: List[Any] = []
            for point in some:
                values += point
            self.connection.execute(
                "INSERT INTO temp.batch (name, step, epoch, value, at) VALUES "
                + ",".join(["(?,?,?,?,?)"] * len(some)),
                values,
            )

    def _note_largest(self, run: int, names: Iterable[SQLValue]) -> None:
        for name in names:
            row = self.row("SELECT last_step FROM metric_series WHERE run_id = ? AND name = ?", (run, name))
            key = (run, str(name))
            if row and row["last_step"] is not None:
                self._largest_steps[key] = max(int(str(row["last_step"])), self._largest_steps[key])

    # -- What else is measured: RunStore/Writing/RunDatabase+Record.swift --------------------------------

    def insert_alert(
        self,
        run: int,
        level: str,
        kind: str,
        message: str,
        epoch: Optional[int],
        step: Optional[int],
        at: int,
    ) -> None:
        """Stores an alert."""
        self.connection.execute(
            """
            INSERT INTO alerts (run_id, at, epoch, step, level, kind, message)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            (run, at, epoch, step, level, kind, message),
        )

    def replace_layers(self, run: int, layers: Sequence[Mapping[str, SQLValue]], prefix: str = "") -> None:
        """Stores the layers of a run's network, in the place of those of the same prefix."""
        self.connection.execute(
            "DELETE FROM layers WHERE run_id = ? AND substr(name, 1, ?) = ?", (run, len(prefix), prefix)
        )
        found = self.row(
            "SELECT COALESCE(MAX(position), -1) + 1 AS next FROM layers WHERE run_id = ?", (run,)
        )
        first = int(str(found["next"])) if found else 0
        self.connection.executemany(
            """
            INSERT INTO layers (
              run_id, position, name, kind, input_shape, output_shape, weight_shape, weight_count,
              bias_count, macs)
            VALUES (
              :run, :position, :name, :kind, :input_shape, :output_shape, :weight_shape, :weight_count,
              :bias_count, :macs)
            """,
            [
                {**layer, "run": run, "position": first + place, "name": prefix + str(layer["name"])}
                for place, layer in enumerate(layers)
            ],
        )

    def insert_histogram(self, run: int, histogram: Mapping[str, Any]) -> None:
        """Stores a histogram; one of a layer's quantity replaces that of the same moment, one by name is
        the next repeat."""
        repeat = 0
        if histogram["quantity"] is None:
            found = self.row(
                """
                SELECT MAX(repeat) AS last
                FROM histograms
                WHERE run_id = :run AND layer = :layer AND quantity IS NULL AND epoch IS :epoch
                  AND step = :step
                """,
                {"run": run, **{key: histogram[key] for key in ("layer", "epoch", "step")}},
            )
            if found and found["last"] is not None:
                repeat = int(str(found["last"])) + 1
        self.connection.execute(
            """
            INSERT OR REPLACE INTO histograms (
              run_id, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
              nonfinite_count, edges, repeat)
            VALUES (
              :run, :epoch, :step, :layer, :quantity, :lower, :upper, :counts, :count, :min, :max, :mean,
              :std, :nonfinite_count, :edges, :repeat)
            """,
            {**histogram, "run": run, "repeat": repeat},
        )

    def insert_media(self, run: int, medium: Mapping[str, SQLValue], content: Optional[bytes]) -> None:
        """Stores something that was logged over steps and is no number, after those of the same step."""
        hash_ = None if content is None else self.store_content(content)
        self.connection.execute(
            """
            INSERT INTO media (
              run_id, name, step, position, epoch, recorded_at, kind, text, blob_hash, media_type,
              metadata)
            SELECT
              :run, :name, :step, COALESCE(MAX(position), -1) + 1, :epoch, :at, :kind, :text, :hash,
              :media_type, :metadata
            FROM media
            WHERE run_id = :run AND name = :name AND step = :step
            """,
            {**medium, "run": run, "hash": hash_},
        )

    def insert_rule(self, name: str, goal: Optional[str], x: Optional[str]) -> None:
        """Stores what a person said of a metric; what was said before of the rest stays."""
        self.connection.execute(
            """
            INSERT INTO metric_rules (word, is_name, goal, x) VALUES (:name, 1, :goal, :x)
            ON CONFLICT (word, is_name) DO UPDATE
            SET goal = COALESCE(excluded.goal, goal), x = COALESCE(excluded.x, x)
            """,
            {"name": name, "goal": goal, "x": x},
        )

    # -- Weights: RunStore/Writing/SnapshotWriter.swift --------------------------------------------------

    def insert_snapshot(
        self, run: int, epoch: int, step: int, kind: str, tensors: Iterable[Mapping[str, Any]]
    ) -> int:
        """Stores a snapshot, in the place of one of the same kind, epoch and step; returns its id."""
        found = self.row(
            """
            INSERT INTO snapshots (run_id, epoch, step, kind, created_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (run_id, kind, epoch, step) DO UPDATE SET created_at = excluded.created_at
            RETURNING id
            """,
            (run, epoch, step, kind, now()),
        )
        assert found is not None
        id_ = int(str(found["id"]))
        for tensor in tensors:
            values = {**tensor, "snapshot": id_, "hash": self.store_content(tensor["data"])}
            del values["data"]
            self.connection.execute(
                """
                INSERT INTO tensors (
                  snapshot_id, name, shape, dtype, blob_hash, min, max, mean, std, l2_norm, zero_count,
                  nonfinite_count)
                VALUES (
                  :snapshot, :name, :shape, :dtype, :hash, :min, :max, :mean, :std, :l2_norm,
                  :zero_count, :nonfinite_count)
                ON CONFLICT (snapshot_id, name) DO UPDATE
                SET shape = excluded.shape, dtype = excluded.dtype, blob_hash = excluded.blob_hash,
                  min = excluded.min, max = excluded.max, mean = excluded.mean, std = excluded.std,
                  l2_norm = excluded.l2_norm, zero_count = excluded.zero_count,
                  nonfinite_count = excluded.nonfinite_count
                """,
                values,
            )
        return id_

    def insert_checkpoint(
        self, run: int, epoch: int, step: int, weights: int, optimizer: Optional[int], state: str
    ) -> None:
        """Stores what it takes to go on with a run."""
        self.connection.execute(
            """
            INSERT OR REPLACE INTO checkpoints (
              run_id, epoch, step, weights_id, optimizer_id, state, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            (run, epoch, step, weights, optimizer, state, now()),
        )

    def last_checkpoint(self, run: int) -> Optional[Row]:
        """The checkpoint of the largest epoch and step; None if there is none."""
        return self.row(
            "SELECT * FROM checkpoints WHERE run_id = ? ORDER BY epoch DESC, step DESC LIMIT 1", (run,)
        )

    def tensors(self, snapshot: int) -> List[Row]:
        """The tensors of a snapshot, in the order in which they were stored."""
        return self.rows(
            "SELECT name, shape, dtype, blob_hash FROM tensors WHERE snapshot_id = ? ORDER BY name",
            (snapshot,),
        )

    def find_snapshot(self, run: int, epoch: Optional[int]) -> Optional[Row]:
        """The latest snapshot of a run's weights: of an epoch, or of all."""
        return self.row(
            """
            SELECT id, epoch
            FROM snapshots
            WHERE run_id = :run AND kind = 'weights' AND (:epoch IS NULL OR epoch = :epoch)
            ORDER BY epoch DESC, step DESC
            LIMIT 1
            """,
            {"run": run, "epoch": epoch},
        )

    # -- Content: RunStore/Writing/ContentWriter.swift, RunDatabase+Artifacts.swift ----------------------

    def store_content(self, data: Any) -> str:
        """Stores bytes, unless they are there already; returns the hash by which they are named.

        `data` may be content that `store_chunks` has stored, which is named here.
        """
        if isinstance(data, StoredContent):
            return self._name(data)
        if isinstance(data, KnownContent):
            # It was there; only who removes it meanwhile makes it be stored again.
            return data.hash if self.has_content(data.hash) else self.store_content(bytes(data.data))
        hash_ = hashlib.sha256(data).hexdigest()
        self.connection.execute(
            """
            INSERT INTO blobs (hash, data, byte_count) VALUES (?, ?, ?)
            ON CONFLICT (hash) DO UPDATE
            SET data = excluded.data, byte_count = excluded.byte_count
            WHERE data <> excluded.data
            """,
            (hash_, data, len(data)),
        )
        return hash_

    def store_chunks(self, content: "LargeContent") -> "StoredContent":
        """Stores content of any size in chunks, a few to a transaction, which `store_content` then names.

        Until then `metadata` says whose chunks these are, so that nobody removes them meanwhile. After an
        error that passes, such as that of a full disk, another call goes on where this one stopped.
        """
        while True:
            chunks = [content.chunk(content.position + place) for place in range(_CHUNKS_AT_ONCE)]
            chunks = [chunk for chunk in chunks if chunk]
            if not chunks:
                return StoredContent(content.hash.hexdigest(), content.byte_count, content.number)
            with self.transaction():
                number = content.number or self._begin_content()
                self.connection.executemany(
                    "INSERT INTO blob_chunks (content, position, data) VALUES (?, ?, ?)",
                    [(number, content.position + place, chunk) for place, chunk in enumerate(chunks)],
                )
            content.stored(number, chunks)

    def has_content(self, hash_: str) -> bool:
        """Whether there are bytes of this hash."""
        return self.row("SELECT 1 FROM blobs WHERE hash = ?", (hash_,)) is not None

    def _begin_content(self) -> int:
        found = self.row(
            """
            SELECT 1 + MAX(
              COALESCE((SELECT MAX(content) FROM blob_chunks), 0),
              COALESCE((SELECT MAX(content) FROM blobs WHERE content IS NOT NULL), 0)) AS number
            """
        )
        assert found is not None
        number = int(str(found["number"]))
        writer = {
            "host": self.machine.host,
            "bootID": self.machine.boot_id,
            "pidNamespace": self.machine.pid_namespace,
            "pid": os.getpid(),
            "startedAt": time.time() - 978_307_200,  # seconds since 2001, as Swift's JSON has dates
        }
        self.connection.execute(
            "INSERT OR REPLACE INTO metadata (name, value) VALUES (?, ?)",
            (f"content {number}", json.dumps(writer)),
        )
        return number

    def _name(self, stored: "StoredContent") -> str:
        found = self.row(
            "SELECT SUM(length(data)) AS bytes FROM blob_chunks WHERE content = ?", (stored.number,)
        )
        if found is None or found["bytes"] != stored.byte_count:
            raise TrackerError(f"What was being stored in '{self.path}' was removed by another program.")
        self.connection.execute(
            """
            INSERT INTO blobs (hash, data, byte_count, content) VALUES (?, NULL, ?, ?)
            ON CONFLICT (hash) DO UPDATE
            SET data = NULL, byte_count = excluded.byte_count, content = excluded.content
            """,
            stored,
        )
        self.connection.execute("DELETE FROM metadata WHERE name = ?", (f"content {stored.number}",))
        return stored.hash

    def content(self, hash_: str) -> bytes:
        """The bytes that a hash names; raises for those that are lost or damaged."""
        row = self.row("SELECT data, content FROM blobs WHERE hash = ?", (hash_,))
        if row is None:
            raise TrackerError(f"The file '{self.path}' is damaged: the content {hash_} is missing.")
        data = row["data"]
        if data is None:
            chunks = self.rows(
                "SELECT data FROM blob_chunks WHERE content = ? ORDER BY position", (row["content"],)
            )
            data = b"".join(bytes(chunk["data"]) for chunk in chunks)  # type: ignore[arg-type]
        assert isinstance(data, bytes)
        if hashlib.sha256(data).hexdigest() != hash_:
            raise TrackerError(f"The file '{self.path}' is damaged: the content {hash_} has another hash.")
        return data

    def insert_artifact(self, run: int, name: str, media_type: str, content: Any) -> None:
        """Stores bytes or stored content as an artifact of a run; one of the same name is replaced."""
        replaced = self.row("SELECT blob_hash FROM artifacts WHERE run_id = ? AND name = ?", (run, name))
        self.connection.execute(
            """
            INSERT OR REPLACE INTO artifacts (run_id, name, media_type, blob_hash, created_at)
            VALUES (?, ?, ?, ?, ?)
            """,
            (run, name, media_type, self.store_content(content), now()),
        )
        if replaced is not None and replaced["blob_hash"] is not None:
            self._delete_unused(replaced["blob_hash"])

    def insert_reference(self, run: int, name: str, uri: str) -> None:
        """Stores where a file of a run is that stays elsewhere."""
        self.connection.execute(
            "INSERT OR REPLACE INTO artifacts (run_id, name, source_uri, created_at) VALUES (?, ?, ?, ?)",
            (run, name, uri, now()),
        )

    def artifact_content(self, run: int, name: str) -> Optional[bytes]:
        """The bytes of an artifact; None if the run has none of this name."""
        row = self.row("SELECT blob_hash FROM artifacts WHERE run_id = ? AND name = ?", (run, name))
        return None if row is None or row["blob_hash"] is None else self.content(str(row["blob_hash"]))

    def artifact_files(self, name: str) -> Dict[str, bytes]:
        """The files that the last run which has some stored under a name, such as `name/model.pt`."""
        found = self.row(
            """
            SELECT MAX(run_id) AS run
            FROM artifacts
            WHERE substr(name, 1, length(:name) + 1) = :name || '/' AND blob_hash IS NOT NULL
            """,
            {"name": name},
        )
        rows = self.rows(
            """
            SELECT substr(name, length(:name) + 2) AS file, blob_hash
            FROM artifacts
            WHERE run_id = :run AND substr(name, 1, length(:name) + 1) = :name || '/'
              AND blob_hash IS NOT NULL
            """,
            {"name": name, "run": found["run"] if found else None},
        )
        return {str(row["file"]): self.content(str(row["blob_hash"])) for row in rows}

    def _delete_unused(self, hash_: SQLValue) -> None:
        self.connection.execute(_UNUSED_BLOB, {"hash": hash_})

    # -- Finding runs: RunStore/Reading/RunDatabase+Selection.swift --------------------------------------

    def find_run(self, selector: Any) -> int:
        """The id of a run: by id, `latest`, name, beginning of the uuid, or `best:METRIC`."""
        text = str(selector)
        if text == "latest":
            row = self.row(
                "SELECT id FROM runs WHERE deleted_at IS NULL ORDER BY started_at DESC, id DESC LIMIT 1"
            )
        elif text.startswith("best:"):
            row = self._best_run(text[len("best:") :])
        else:
            row = self.row("SELECT id FROM runs WHERE CAST(id AS TEXT) = ? AND deleted_at IS NULL", (text,))
            row = row or self.row(
                "SELECT id FROM runs WHERE name = ? AND deleted_at IS NULL ORDER BY id DESC LIMIT 1", (text,)
            )
            if row is None and not text.isdigit() and text:
                found = self.rows(
                    "SELECT id FROM runs WHERE substr(uuid, 1, length(?1)) = lower(?1) LIMIT 2", (text,)
                )
                if len(found) > 1:
                    raise TrackerError(f"Several runs have a uuid that starts with '{text}'.")
                row = found[0] if found else None
        if row is None:
            raise TrackerError(
                f"There is no run '{text}' in '{self.path}'.\nTry: tracker list --db '{self.path}'"
            )
        return int(str(row["id"]))

    def find_ended_run(self, fact: str, value: str) -> Optional[int]:
        """The last run that does not run any more and of which a fact has a value."""
        rows = self.rows(
            """
            SELECT run.*
            FROM environment AS fact
            JOIN runs AS run ON run.id = fact.run_id
            WHERE fact.name = ? AND fact.value = ? AND run.deleted_at IS NULL
            ORDER BY run.id DESC
            """,
            (fact, value),
        )
        return next((int(str(row["id"])) for row in rows if not self._is_alive(row)), None)

    def _best_run(self, metric: str) -> Optional[Row]:
        rule = self.row("SELECT goal FROM metric_names WHERE name = ?", (metric,))
        if rule is not None and rule["goal"] is None:
            raise TrackerError(
                f"Nobody has said whether smaller or larger values of '{metric}' are better.\n"
                f"Try: tracker goal {metric} max --db '{self.path}'"
            )
        least = rule is not None and rule["goal"] == "min"
        column = "min_value" if least else "-max_value"
        return self.row(
            f"""
            SELECT run.id
            FROM metric_series AS series
            JOIN runs AS run ON run.id = series.run_id
            WHERE series.name = ? AND run.deleted_at IS NULL AND {column} IS NOT NULL
            ORDER BY {column}, run.id
            LIMIT 1
            """,
            (metric,),
        )


class StoredContent(NamedTuple):
    """Content that stands in `blob_chunks`, and that no blob names yet."""

    hash: str
    byte_count: int
    number: int


class KnownContent(NamedTuple):
    """Content that the file has already."""

    hash: str
    data: Any


class LargeContent:
    """Content in memory or in a file, as far as it is stored in chunks."""

    def __init__(self, data: Any = None, file: Any = None) -> None:
        self._view = None if data is None else memoryview(data)
        self._file = file
        self.hash = hashlib.sha256()
        self.number = 0  # under which `blob_chunks` has them; 0 before the first
        self.position = 0
        self.byte_count = 0

    def chunk(self, position: int) -> bytes:
        """The chunk at a position; none after the last."""
        start = position * _CHUNK_BYTES
        if self._view is not None:
            return bytes(self._view[start : start + _CHUNK_BYTES])
        self._file.seek(start)
        data: bytes = self._file.read(_CHUNK_BYTES)
        return data

    def stored(self, number: int, chunks: Sequence[bytes]) -> None:
        """Takes note of chunks that are stored."""
        self.number = number
        self.position += len(chunks)
        for chunk in chunks:
            self.hash.update(chunk)
            self.byte_count += len(chunk)


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


def is_large(byte_count: int) -> bool:
    """Whether so many bytes are stored in chunks."""
    return byte_count > _CHUNK_BYTES


# The longer statements ----------------------------------------------------------------------------------

_BATCH = """
CREATE TEMP TABLE IF NOT EXISTS batch (
  position INTEGER PRIMARY KEY, name TEXT, step INTEGER, epoch INTEGER, value REAL, at INTEGER)
"""

# The metrics of which the file has a step that is not before those of the batch, by another writer.
_OVERTAKEN = """
SELECT series.name AS name
FROM metric_series AS series
WHERE series.run_id = :run
  AND series.last_step >= (SELECT MIN(step) FROM temp.batch AS point WHERE point.name = series.name)
"""

# What appending a batch does to series and points. Every step of the batch is there once a series, and
# after all steps of the file. `RunStore/Records/MetricSummary.swift` calls this `append`.
_APPENDING = (
    """
    INSERT INTO metric_series (run_id, name)
    SELECT :run, name
    FROM temp.batch AS point
    WHERE NOT EXISTS (SELECT 1 FROM metric_series WHERE run_id = :run AND name = point.name)
    GROUP BY name
    ORDER BY MIN(position)
    """,
    """
    INSERT INTO metric_points (series_id, step, epoch, value, recorded_at)
    SELECT series.id, point.step, point.epoch, point.value, point.at
    FROM temp.batch AS point
    JOIN metric_series AS series ON series.run_id = :run AND series.name = point.name
    """,
    """
    WITH
      total AS MATERIALIZED (
        SELECT
          name,
          COUNT(*) AS count,
          SUM(value IS NULL) AS nan_count,
          COALESCE(SUM(abs(value) = 9e999), 0) AS infinite_count,
          MIN(CASE WHEN abs(value) < 9e999 THEN value END) AS least,
          MAX(CASE WHEN abs(value) < 9e999 THEN value END) AS largest
        FROM temp.batch
        GROUP BY name),
      first AS MATERIALIZED (
        SELECT name, MIN(step) AS step, value FROM temp.batch GROUP BY name),
      latest AS MATERIALIZED (
        SELECT name, MAX(step) AS step, epoch, value, at FROM temp.batch GROUP BY name),
      least AS MATERIALIZED (
        SELECT name, MIN(step) AS step, epoch
        FROM temp.batch AS point
        JOIN total USING (name)
        WHERE point.value = total.least
        GROUP BY name),
      largest AS MATERIALIZED (
        SELECT name, MIN(step) AS step, epoch
        FROM temp.batch AS point
        JOIN total USING (name)
        WHERE point.value = total.largest
        GROUP BY name)
    UPDATE metric_series
    SET
      count = metric_series.count + total.count,
      nan_count = metric_series.nan_count + total.nan_count,
      infinite_count = metric_series.infinite_count + total.infinite_count,
      (first_step, first_repeat, first_value) = (
        SELECT first_step, first_repeat, first_value WHERE metric_series.count > 0
        UNION ALL
        SELECT first.step, 0, first.value WHERE metric_series.count = 0),
      last_step = latest.step,
      last_repeat = 0,
      last_at = latest.at,
      last_epoch = latest.epoch,
      last_value = latest.value,
      (min_value, min_step, min_repeat, min_epoch) = (
        SELECT total.least, least.step, 0, least.epoch
        WHERE total.least < COALESCE(min_value, 9e999)
        UNION ALL
        SELECT min_value, min_step, min_repeat, min_epoch
        LIMIT 1),
      (max_value, max_step, max_repeat, max_epoch) = (
        SELECT total.largest, largest.step, 0, largest.epoch
        WHERE total.largest > COALESCE(max_value, -9e999)
        UNION ALL
        SELECT max_value, max_step, max_repeat, max_epoch
        LIMIT 1)
    FROM total
    JOIN first ON first.name = total.name
    JOIN latest ON latest.name = total.name
    LEFT JOIN least ON least.name = total.name
    LEFT JOIN largest ON largest.name = total.name
    WHERE metric_series.run_id = :run AND metric_series.name = total.name
    """,
)

# Points that are not appended: each gets the next free repeat of its step.
_LATE = """
INSERT INTO metrics (run_id, name, step, epoch, value, recorded_at, repeat)
SELECT
  :run, name, step, epoch, value, at,
  ROW_NUMBER() OVER (PARTITION BY name, step ORDER BY position) - 1 + COALESCE(
    (
      SELECT MAX(repeat) + 1
      FROM metric_points
      WHERE series_id = (SELECT id FROM metric_series WHERE run_id = :run AND name = point.name)
        AND metric_points.step = point.step),
    0)
FROM temp.batch AS point
ORDER BY position
"""

_RECOMPUTATION = """
UPDATE metric_series
SET (count, nan_count, first_step, first_value, last_step, last_epoch, last_value, min_value, min_step,
    max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat, max_epoch,
    max_repeat, infinite_count) = (
  SELECT count, nan_count, first_step, first_value, last_step, last_epoch, last_value, min_value,
    min_step, max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat,
    max_epoch, max_repeat, infinite_count
  FROM metric_series_recomputed AS recomputed
  WHERE recomputed.id = metric_series.id)
WHERE run_id = :run
"""

_BLOBS_OF_RUN = """
SELECT tensor.blob_hash AS hash
FROM tensors AS tensor
JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
WHERE snapshot.run_id = :run
UNION
SELECT blob_hash FROM media WHERE run_id = :run AND blob_hash IS NOT NULL
"""

_UNUSED_BLOB = """
DELETE FROM blobs
WHERE hash = :hash
  AND NOT EXISTS (SELECT 1 FROM tensors WHERE blob_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM artifacts WHERE blob_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM media WHERE blob_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM model_artifacts WHERE blob_hash = blobs.hash)
"""
