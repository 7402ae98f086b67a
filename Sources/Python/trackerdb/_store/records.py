"""What else a run has measured: alerts, layers, histograms, media."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from .._values import SQLValue
from .content import Content


class Records(Content):
    """Rows that are stored one by one, as RunStore/Writing/RunDatabase+Record.swift has them."""

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
