"""Opening a tracker file, and refusing what is not ours: RunStore/Opening."""

from __future__ import annotations

import os
import re
import stat
import warnings
from typing import Dict, Iterator, Sequence, Tuple

from .._errors import TrackerError
from .._values import Row, SQLValue

try:
    import pysqlite3 as sqlite3  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    import sqlite3

__all__ = [
    "Row",
    "connect",
    "is_bare",
    "packaged",
    "refuse_foreign",
    "shadow_foreign",
    "sqlite3",
    "statements",
]

_APPLICATION_ID = 1416784718
_SCHEMA_VERSION = 2


def connect(path: str, read_only: bool) -> sqlite3.Connection:
    """A connection to the file at `path`, which trusts nothing that it finds there."""
    if sqlite3.sqlite_version_info < (3, 37):
        raise TrackerError(
            f"Python's SQLite is {sqlite3.sqlite_version}; a tracker file needs 3.37 or newer.\n"
            "Try: pip install pysqlite3-binary, which is used where it is installed; or a newer Python."
        )
    _refuse_what_is_no_file(path)
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


def _refuse_what_is_no_file(path: str) -> None:
    """A pipe keeps a reader waiting, and through another name SQLite would write over what is there."""
    for place in (path, path + "-wal", path + "-shm", path + "-journal"):
        try:
            status = os.lstat(place)
        except OSError:
            continue
        problem = None
        if not stat.S_ISREG(status.st_mode):
            problem = "it is not an ordinary file"
        elif place != path and status.st_nlink > 1:
            problem = "it has another name (a hard link), and SQLite would write over what is there"
        if problem is not None:
            raise TrackerError(
                f"The file '{place}' cannot be opened: {problem}.\n"
                f"Try: move it away: mv '{place}' '{place}.away'"
            )


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


def packaged(name: str) -> str:
    """The text of a file of SQL that is the program's too."""
    with open(os.path.join(os.path.dirname(os.path.dirname(__file__)), name), encoding="utf-8") as file:
        return file.read()


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one after the other."""
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


def _expected() -> Dict[Tuple[str, str], str]:
    """What `schema.sql` makes, by kind and name."""
    model = sqlite3.connect(":memory:", isolation_level=None)
    model.row_factory = _row
    model.executescript(packaged("schema.sql"))
    ours = _objects(model)
    model.close()
    return ours


def is_bare(path: str, connection: sqlite3.Connection) -> bool:
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


def refuse_foreign(path: str, connection: sqlite3.Connection) -> None:
    """Refuses what would run or decide in the place of ours, as `SchemaCheck.swift` does."""
    ours, found = _expected(), _objects(connection)
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


#: What SQLite makes a table of whose rows a module keeps.
_VIRTUAL = re.compile(r"\s*CREATE(\s|/\*.*?\*/|--[^\n]*\n)+VIRTUAL\b", re.IGNORECASE | re.DOTALL)


def shadow_foreign(path: str, connection: sqlite3.Connection) -> None:
    """Has a connection that only reads ask our views instead of those that others have put under our names.

    Names without a schema lead to temporary objects first. A table in whose place there is a view is empty;
    one that is not read as it is stored is refused. `SchemaCheck.swift` does the same.
    """
    ours, found = _expected(), _objects(connection)
    shadowed = []
    for (kind, name), sql in ours.items():
        theirs = next(((k, found[k, name]) for k in ("table", "view") if (k, name) in found), None)
        if kind not in ("table", "view") or theirs is None or theirs == (kind, sql):
            continue
        if "view" in (kind, theirs[0]):
            shadowed.append(f"{theirs[0]} {name}")
            connection.execute("CREATE TEMP" + sql[len("CREATE") :])
        elif _VIRTUAL.match(theirs[1]) or any(
            column["hidden"] for column in connection.execute(f'PRAGMA main.table_xinfo("{name}")')
        ):
            raise TrackerError(
                f"The file '{path}' holds what is not of this program, and would answer in its place:"
                f" table {name}.\nTry: tracker doctor --db '{path}'"
            )
    if shadowed:
        warnings.warn(
            f"The file '{path}' holds what is not of this program: {', '.join(shadowed)}. It is not asked;"
            f" to remove it: tracker doctor --repair --db '{path}'",
            stacklevel=2,
        )
