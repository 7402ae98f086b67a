"""Snapshots of tensors, and checkpoints."""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Optional

from .content import Content
from .file import now
from .opening import Row


class Weights(Content):
    """Tensors at a moment of a run, as RunStore/Writing/SnapshotWriter.swift has them."""

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
