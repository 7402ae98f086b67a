"""Between the transactions of a long work, others can write."""

from __future__ import annotations

import time

from .opening import sqlite3

#: Seconds of work after which others are let in, and of the pause: who finds the file locked asks again
#: after 25 ms.
_WORK, _PAUSE = 0.04, 0.03

#: The pages that the log may have before it begins anew, which keeps others waiting.
_MOST_PAGES_OF_LOG = 4_000


class WritePacing:
    """Brings what each transaction wrote into the file, so that no other writer has to, and waits now and
    then, as RunStore/Writing/WritePacing.swift does."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._start = time.monotonic()

    def pause(self) -> None:
        """Comes after each transaction."""
        end = time.monotonic()
        self._move_log()
        if time.monotonic() - self._start > _WORK:
            # While the log was moved, others could write too.
            time.sleep(max(0, _PAUSE - (time.monotonic() - end)))
            self._start = time.monotonic()

    def _move_log(self) -> None:
        # Where another program is at it already, to add more would make it wait for that too; a second is
        # enough for all that there can be.
        for _ in range(200):
            state = self._pragma("wal_checkpoint(PASSIVE)")
            if state["busy"] != 1:
                if state["log"] > _MOST_PAGES_OF_LOG:
                    self._begin_log_anew()
                return
            time.sleep(0.005)

    def _begin_log_anew(self) -> None:
        """Where others write or read just then, it is left for the next time."""
        patience = self._pragma("busy_timeout")["timeout"]
        self._pragma("busy_timeout = 0")
        try:
            self._pragma("wal_checkpoint(RESTART)")
        finally:
            self._pragma(f"busy_timeout = {patience}")

    def _pragma(self, words: str) -> dict[str, int]:
        row: dict[str, int] = self._connection.execute("PRAGMA main." + words).fetchone()
        return row
