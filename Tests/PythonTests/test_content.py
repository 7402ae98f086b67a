"""Large content beside others who write the same file."""

from __future__ import annotations

import os
import sqlite3
import unittest
from typing import Any

from support import FolderCase

from trackerdb._store import LargeContent, Store


class _BesideAnother:
    """A file of 12 MB; another connection writes whenever a piece of it is read."""

    def __init__(self, other: sqlite3.Connection) -> None:
        self._other = other
        self._place = 0

    def seek(self, place: int) -> None:
        self._place = place

    def read(self, count: int) -> bytes:
        self._other.execute("UPDATE metadata SET value = value")
        return os.urandom(min(count, max(0, (12 << 20) - self._place)))


class LargeContentTests(FolderCase):
    def test_the_log_stays_short_while_large_content_is_stored(self) -> None:
        store = Store.for_writing(self.db)
        self.addCleanup(store.close)
        other = sqlite3.connect(self.db, isolation_level=None)
        self.addCleanup(other.close)
        file: Any = _BesideAnother(other)
        stored = store.store_chunks(LargeContent(file=file))
        self.assertEqual(stored.byte_count, 12 << 20)
        # Who commits when the log has a thousand pages brings them into the file, and waits for the disk.
        self.assertLess(os.path.getsize(self.db + "-wal"), 1_000 * (4_096 + 24))


if __name__ == "__main__":
    unittest.main()
