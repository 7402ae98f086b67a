"""Reading back what a file holds."""

from __future__ import annotations

import os
from typing import Any, Iterable, List, Mapping, Optional, Union

from ._errors import TrackerError
from ._run import Run, selector_of
from ._store import Row, Store, StoreError, database_path

RunSelector = Union[int, str, Run]


class Rows(List[Mapping[str, Any]]):
    """Rows as dicts, with the names of their columns."""

    def __init__(self, columns: Iterable[str], rows: Iterable[Row]) -> None:
        super().__init__(rows)
        #: The names of the columns, also where there are no rows.
        self.columns = list(columns)

    def frame(self) -> Any:
        """The rows as a `pandas.DataFrame`."""
        import pandas

        return pandas.DataFrame(list(self), columns=self.columns)


def open(db: "Union[str, os.PathLike[str], None]" = None) -> "Reader":
    """Opens a tracker file (`$TRACKER_DB`, or `tracker.db` in this folder) for reading."""
    return Reader(db)


class Reader:
    """A tracker file that is open for reading, also while others write it.

    A run is named by its id, `latest`, its name, the beginning of its uuid, `best:METRIC`, or the object.
    """

    def __init__(self, db: "Union[str, os.PathLike[str], None]" = None) -> None:
        self._store = Store.for_reading(database_path(db))

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._store.close()

    def sql(self, query: str, **parameters: Any) -> Rows:
        """What a statement says, which may have parameters such as `:name`; it can only read."""
        try:
            cursor = self._store.connection.execute(query, parameters)
            columns = [column[0] for column in cursor.description or ()]
            return Rows(columns, cursor.fetchall())
        except StoreError as error:
            if str(error) == "interrupted":
                raise KeyboardInterrupt from error
            raise TrackerError(f"SQLite does not accept the statement: {error}.") from error

    def runs(self, where: Optional[str] = None, **parameters: Any) -> Rows:
        """The runs that are not deleted, as the view `run_summary` has them, in the order of their ids.

        `where` is a condition of SQL, such as `"status = 'finished' AND best_val_loss < :bound"`, and of a
        parameter `"id IN (SELECT run_id FROM params WHERE name = 'lr' AND value < 0.1)"`.
        """
        condition = f"WHERE {where}\n" if where else ""
        try:
            return self.sql(f"SELECT * FROM run_summary\n{condition}ORDER BY id", **parameters)
        except TrackerError as error:
            columns = self.sql("SELECT * FROM run_summary LIMIT 0").columns
            raise TrackerError(
                f"{error}\n`where` is a condition of SQL on the columns {', '.join(columns)}; of a parameter it"
                " is such as\nTry: where=\"id IN (SELECT run_id FROM params WHERE name = 'lr' AND value < 0.1)\""
            ) from error

    def params(self, run: RunSelector) -> Rows:
        """The parameters of a run: `name`, `value` and, where that does not say it, `text`."""
        return self.sql(
            "SELECT name, value, text FROM params WHERE run_id = :run ORDER BY name", run=self._id(run)
        )

    def metrics(self, run: RunSelector, names: Union[str, Iterable[str], None] = None) -> Rows:
        """The points of a run's metrics, all or those of some names, by name and step; NaN is NaN."""
        chosen = [names] if isinstance(names, str) else None if names is None else list(names)
        id_ = self._id(run)
        if chosen:
            known = self._names("metric_series", id_)
            for name in chosen:
                if name not in known:
                    raise _missing("metric", name, id_, known)
        places = "" if chosen is None else ", ".join(f":name{place}" for place in range(len(chosen)))
        rows = self.sql(
            f"""
            SELECT name, step, epoch, value, recorded_at, repeat
            FROM metrics
            WHERE run_id = :run {"" if chosen is None else f"AND name IN ({places})"}
            ORDER BY name, step, repeat
            """,
            run=id_,
            **{f"name{place}": name for place, name in enumerate(chosen or [])},
        )
        return Rows(
            rows.columns,
            ({**row, "value": float("nan") if row["value"] is None else row["value"]} for row in rows),
        )

    def artifact(self, run: RunSelector, name: str) -> bytes:
        """The bytes of an artifact."""
        id_ = self._id(run)
        content = self._store.artifact_content(id_, name)
        if content is None:
            raise _missing("artifact", name, run, self._names("artifacts", id_))
        return content

    def weights(self, run: RunSelector, epoch: Optional[int] = None) -> "dict[str, Any]":
        """The weights of a run after an epoch, or the last ones, as a `state_dict` of torch."""
        from ._tensors import state_dict

        found = self._store.find_snapshot(self._id(run), epoch)
        if found is None:
            raise TrackerError(
                f"Run {run} has no weights{'' if epoch is None else f' of epoch {epoch}'}.\n"
                "Try: run.watch(model), which keeps them with each epoch"
            )
        return state_dict(self._store, int(str(found["id"])))

    def _id(self, run: RunSelector) -> int:
        return self._store.find_run(selector_of(run))

    def _names(self, table: str, run: int) -> List[str]:
        return [
            row["name"]
            for row in self.sql(f"SELECT name FROM {table} WHERE run_id = :run ORDER BY name", run=run)
        ]


def _missing(what: str, name: str, run: Any, known: List[str]) -> TrackerError:
    there = f"It has {', '.join(known)}." if known else "It has none."
    return TrackerError(f"Run {run} has no {what} '{name}'. {there}")
