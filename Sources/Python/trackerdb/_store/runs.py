"""Runs: what was set, how they end and go on, and how they are found."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional

from .._errors import TrackerError
from .._values import Setting, SQLValue
from .file import File, now
from .opening import Row


class Runs(File):
    """The table of runs, and what hangs on it."""

    # -- Starting and ending: RunStore/Writing/RunDatabase+Runs.swift and RunInsertion.swift --------------

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

    def experiment_of(self, run: Optional[int]) -> Optional[str]:
        """The name of a run's experiment; None without a run."""
        found = self.row(
            """
            SELECT experiment.name
            FROM runs AS run
            JOIN experiments AS experiment ON experiment.id = run.experiment_id
            WHERE run.id = ?
            """,
            (run,),
        )
        return None if found is None else str(found["name"])

    def child_count(self, run: int) -> int:
        """The number of runs that were started inside a run."""
        found = self.row("SELECT COUNT(*) AS count FROM runs WHERE parent_run_id = ?", (run,))
        return 0 if found is None else int(str(found["count"]))

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

    def describe_run(self, run: int, columns: Mapping[str, SQLValue], experiment: Optional[str]) -> None:
        """Notes what is said of a run that is there already; what is None stays."""
        said = {name: value for name, value in columns.items() if value is not None}
        if experiment is not None:
            said["experiment_id"] = self.experiment(experiment, now())
        if said:
            places = ", ".join(f"{name} = :{name}" for name in said)
            self.connection.execute(f"UPDATE runs SET {places} WHERE id = :id", {**said, "id": run})

    def finish_run(self, run: int, status: str, error: Optional[str], exit_code: Optional[int]) -> None:
        """Notes that a run has ended. What has ended belongs to no process any more.

        A clock that was set back meanwhile makes no duration negative: RunStore/Writing/RunDatabase+Runs.swift.
        """
        self.connection.execute(
            """
            UPDATE runs
            SET status = :status, error = :error, ended_at = MAX(:now, COALESCE(started_at, :now)),
              heartbeat_at = :now, exit_code = :code, owner = NULL,
              idle_milliseconds = MIN(idle_milliseconds, MAX(0, :now - COALESCE(started_at, :now)))
            WHERE id = :run
            """,
            {"status": status, "error": error, "now": now(), "code": exit_code, "run": run},
        )

    # -- Going on: RunStore/Writing/RunDatabase+Reopening.swift, RunStore/Records/SignsOfLife.swift -----

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
        # Longer promises than a day count as one.
        silence = 3000 * min(int(str(promised)), 86_400) if promised is not None else 60_000
        return abs(now() - int(str(row["heartbeat_at"]))) <= silence

    # -- What is said of a run: RunStore/Writing/RunDatabase+Editing.swift ----------------------------------

    def set_tag(self, run: int, name: str, value: str) -> None:
        """Hangs a tag on a run, or changes its value."""
        self.connection.execute(
            """
            INSERT INTO tags (run_id, name, value) VALUES (?, ?, ?)
            ON CONFLICT (run_id, name) DO UPDATE SET value = excluded.value
            """,
            (run, name, value),
        )

    def remove_tags(self, run: int, names: Iterable[str]) -> None:
        """Takes tags from a run."""
        self.connection.executemany(
            "DELETE FROM tags WHERE run_id = ? AND name = ?", [(run, name) for name in names]
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

    def names_of_params(self, run: int) -> FrozenSet[str]:
        """The names of the settings that a run has."""
        rows = self.rows("SELECT name FROM params WHERE run_id = ?", (run,))
        return frozenset(str(row["name"]) for row in rows)

    def new_tags(self, run: int, tags: Mapping[str, str]) -> Dict[str, str]:
        """The tags that the run does not have yet."""
        known = {row["name"] for row in self.rows("SELECT name FROM tags WHERE run_id = ?", (run,))}
        return {name: value for name, value in tags.items() if name not in known}

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

    def remove_param(self, run: int, name: str) -> None:
        """Takes a setting from a run."""
        self.connection.execute("DELETE FROM params WHERE run_id = ? AND name = ?", (run, name))

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
                """
                SELECT id FROM runs WHERE name = ? AND deleted_at IS NULL
                ORDER BY started_at DESC, id DESC
                LIMIT 1
                """,
                (text,),
            )
            if row is None and not text.isdigit() and text:
                found = self.rows(
                    """
                    SELECT id FROM runs
                    WHERE substr(uuid, 1, length(:text)) = lower(:text) AND deleted_at IS NULL
                    LIMIT 2
                    """,
                    {"text": text},
                )
                if len(found) > 1:
                    raise TrackerError(f"Several runs have a uuid that starts with '{text}'.")
                row = found[0] if found else None
        if row is None:
            raise TrackerError(
                f"There is no run '{text}' in '{self.path}'.\nTry: tracker list --db '{self.path}'"
            )
        return int(str(row["id"]))

    def find_only_run(self, selector: Any) -> int:
        """As `find_run`, for a change: a name that several runs have is refused."""
        found = self.find_run(selector)
        namesakes = self.rows(
            "SELECT id FROM runs WHERE name = ? AND deleted_at IS NULL ORDER BY id", (str(selector),)
        )
        ids = [str(row["id"]) for row in namesakes]
        if len(ids) > 1 and str(selector) not in ("latest", str(found)):
            raise TrackerError(
                f"{len(ids)} runs are called '{selector}'.\nTry: name one by its id: {', '.join(ids)}"
            )
        return found

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

    def find_fact(self, fact: str, value: str) -> Optional[int]:
        """The last run of which a fact has a value, whether it runs or not."""
        row = self.row(
            """
            SELECT MAX(fact.run_id) AS run
            FROM environment AS fact
            JOIN runs AS run ON run.id = fact.run_id
            WHERE fact.name = ? AND fact.value = ? AND run.deleted_at IS NULL
            """,
            (fact, value),
        )
        return None if row is None or row["run"] is None else int(str(row["run"]))

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
            ORDER BY series.last_value IS NULL OR abs(series.last_value) = 9e999, {column}, run.id
            LIMIT 1
            """,
            (metric,),
        )
