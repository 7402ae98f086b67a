"""Bytes in the file: small ones in a row, large ones in chunks; equal ones once."""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import Any, Dict, NamedTuple, Optional, Sequence

from .._errors import TrackerError
from .._values import SQLValue
from .file import File, now
from .pacing import WritePacing

#: The bytes of a chunk of large content, and how many a transaction stores.
_CHUNK_BYTES, _CHUNKS_AT_ONCE = 1 << 20, 2


def is_large(byte_count: int) -> bool:
    """Whether so many bytes are stored in chunks."""
    return byte_count > _CHUNK_BYTES


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


class Content(File):
    """Blobs and artifacts, as RunStore/Writing/ContentWriter.swift and RunDatabase+Artifacts.swift have them."""

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
        pacing = WritePacing(self.connection)
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
            pacing.pause()

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

    def delete_unused(self, hash_: SQLValue) -> None:
        """Removes the bytes of a hash, unless a row names them."""
        self.connection.execute(_UNUSED_BLOB, {"hash": hash_})

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
            self.delete_unused(replaced["blob_hash"])

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


_UNUSED_BLOB = """
DELETE FROM blobs
WHERE hash = :hash
  AND NOT EXISTS (SELECT 1 FROM tensors WHERE blob_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM artifacts WHERE blob_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM media WHERE blob_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM model_artifacts WHERE blob_hash = blobs.hash)
"""
