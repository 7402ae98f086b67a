"""The thread that brings what a run keeps to the file.

A training hands over points and work, and goes on; the thread stores them in transactions, waits for
locked files and full disks, and tells what could not be stored.
"""

from __future__ import annotations

import collections
import threading
import time
from typing import Deque, List, Optional, Tuple

from . import _exits
from ._environment import HEARTBEAT_SECONDS
from ._errors import TrackerError, say
from ._store import LostRun, Point, Store, is_passing
from ._work import Work

#: How long points wait at most before they are stored, and how many do.
_SECONDS, _POINTS = 0.5, 1000
#: What a waiting point counts.
_POINT_BYTES = 200


class Writer:
    """What waits for the file, and the thread that stores it."""

    #: The bytes that wait at most.
    limit = 1 << 30

    def __init__(self, store: Store, run: int, owner: Optional[str], name: str, beats: bool) -> None:
        self.store = store
        self.run = run
        self.owner = owner
        self.name = name
        self.points: Deque[Point] = collections.deque()
        self.point_room = self.limit // _POINT_BYTES
        self.dropped = self.lost = 0  # points that memory had no place for, and that were given up
        self.failure: Optional[BaseException] = None
        self.waits_for: Optional[str] = None
        self._work: Deque[Work] = collections.deque()
        self._batch: List[Point] = []  # taken from `points`, and not stored yet
        self._bytes = 0
        self._put = self._done = 0  # numbers of works that were put and that are done, also after a failure
        self._stored = 0  # how often something was stored
        self._beats = beats
        self._last_beat = time.monotonic()
        self.is_closing = self._is_over = self._is_left = self._is_woken = self._has_warned = False
        # A signal's handler may come in between, in the same thread: the lock lets it.
        self._changed = threading.Condition(threading.RLock())
        self._thread = threading.Thread(target=self._main, name=f"trackerdb {name}", daemon=True)
        self._thread.start()
        _exits.threads.add(self)

    # -- The training's side ---------------------------------------------------------------------------

    def note_points(self) -> None:
        """Comes after every thousandth point or so: wakes the thread, and keeps memory in bounds."""
        self._wake()
        while len(self.points) > self.point_room:
            self.points.popleft()
            self.dropped += 1

    def put(self, work: Work, waits: bool = False) -> int:
        """Hands over work; returns its number. With `waits`, waits while too much is waiting."""
        with self._changed:
            while waits and self._bytes and self._bytes + work.byte_count > self.limit and self._is_alive():
                self._wake()
                self._changed.wait(0.5)
            self._put += 1
            if self._is_alive():
                self._work.append(work)
                self._count(work.byte_count)
            else:
                self._done = self._put
                self.lost += work.point_count
            if work.byte_count > 1 << 20:
                self._wake()
            return self._put

    def _wake(self) -> None:
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def wait(self, number: int, seconds: float) -> bool:
        """Waits for a work and all before it, as long as something is stored every so many seconds; every ten
        seconds a line says what for."""
        deadline = time.monotonic() + seconds
        stored = self._stored
        next_line = time.monotonic() + 10
        with self._changed:
            while self._done < number and self._is_alive():
                self._wake()
                moment = time.monotonic()
                if self._stored != stored:
                    stored, deadline = self._stored, moment + seconds
                if moment >= deadline:
                    return False
                if moment >= next_line:
                    next_line += 10
                    say(f"run '{self.name}' waits for {self.waits_for or 'the disk'}.")
                self._changed.wait(min(0.2, deadline - moment))
        return True

    def close(self, last: Work, seconds: float) -> None:
        """Stores all that waits, then `last`; raises if anything was not stored."""
        with self._changed:  # Between the two the thread could end, and leave `last` behind.
            number = self.put(last)
            self.is_closing = True
        if not self.wait(number, seconds):
            raise TrackerError(
                f"The end of run '{self.name}' could not be stored, and nothing was within {seconds:g} s:"
                f" {self.waits_for or 'the disk is slow'}. {self.waiting_count()} points are not stored."
            )
        self.wait_until_over(seconds)
        self.raise_losses()

    def wait_until_over(self, seconds: float) -> None:
        """Waits until the thread has let go of the file, which is whole by itself then: a script may copy it."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not self._is_over and self._thread.is_alive() and time.monotonic() < deadline:
                self._wake()
                self._changed.wait(0.2)

    def leave(self) -> None:
        """At the interpreter's end, gives up what still waits."""
        self._is_left = True
        self._wake()
        self._thread.join(10)

    def raise_losses(self) -> None:
        """Raises if anything was not stored."""
        # What was logged after the thread has ended waits for nobody.
        lost = self.lost + self.dropped + (self.waiting_count() if self._is_over else 0)
        if self.failure is not None:
            raise TrackerError(
                f"{self.failure}\n{lost} points of run '{self.name}' were not stored."
            ) from self.failure
        if lost:
            raise TrackerError(
                f"{lost} points of run '{self.name}' were not stored, because memory had no place for them"
                f" while the file was waited for."
            )

    def waiting_count(self) -> int:
        """The points that are not stored yet."""
        return len(self.points) + len(self._batch) + sum(work.point_count for work in list(self._work))

    def _is_alive(self) -> bool:
        return self._thread.is_alive() and not isinstance(self.failure, LostRun)

    def _count(self, byte_count: int) -> None:
        self._bytes += byte_count
        # The weights of a large model may fill it all; what is logged meanwhile has a place of its own.
        self.point_room = max(self.limit // 16, self.limit - self._bytes) // _POINT_BYTES

    # -- The thread's side -----------------------------------------------------------------------------

    def _main(self) -> None:
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._is_woken, _SECONDS)
                    self._is_woken = False
                while self._store_some():
                    pass
                if isinstance(self.failure, LostRun) or self._is_left:
                    break
                with self._changed:
                    if self.is_closing and not self._work and not self.waiting_count():
                        break
        except BaseException as error:  # A thread that ends is seen by `wait`; it must not end silently.
            self._fail(error)
        finally:
            self._give_up()
            try:
                self.store.close()
            except Exception:
                pass  # Everything is stored; SQLite tidies up when the file is opened next.
            with self._changed:
                self._is_over = True
                self._changed.notify_all()

    def _store_some(self) -> bool:
        """Stores what waits up to the next work that needs preparation; False if nothing more can be."""
        points = self.points
        try:
            while len(self._batch) < 20_000:
                self._batch.append(points.popleft())
        except IndexError:
            pass  # There is none left, or memory had no place for it.
        works: List[Work] = []
        # What was measured before an epoch is stored before it, or with it.
        for work in list(self._work) if not points else []:
            works.append(work)
            if work.prepare is not None:
                break
        if not self._batch and not works:
            return self._beat()
        try:
            try:
                self._store(self._batch, works)
                self._finish(works)
            except Exception as error:
                if isinstance(error, LostRun) or is_passing(error):
                    raise
                self._store_each(works)
        except LostRun as error:
            self._fail(error)
            return False
        except Exception as error:
            self._note_waiting(error)
            return False
        self.waits_for = None
        return True

    def _store(self, points: List[Point], works: List[Work]) -> None:
        for work in works:
            if not work.is_prepared and work.prepare is not None:
                work.prepared = work.prepare(self.store)
                work.is_prepared = True
        with self.store.owned_transaction(self.run, self.owner):
            if points:
                self.store.write_points(self.run, points)
            for work in works:
                work.apply(self.store, work.prepared)
        self._last_beat = time.monotonic()

    def _store_each(self, works: List[Work]) -> None:
        """After an unexpected error: what is right is stored, what is not is given up and told."""
        pairs: List[Tuple[List[Point], List[Work]]] = [(self._batch, []), *(([], [work]) for work in works)]
        for points, some in pairs:
            try:
                self._store(points, some)
            except Exception as error:
                if isinstance(error, LostRun) or is_passing(error):
                    raise
                self.lost += len(points) + sum(work.point_count for work in some)
                self._fail(error)
            self._finish(some)

    def _finish(self, works: List[Work]) -> None:
        """Forgets what is stored."""
        with self._changed:
            self._batch = []
            for work in works:
                self._work.popleft()
                self._count(-work.byte_count)
            self._done += len(works)
            self._stored += 1
            self._changed.notify_all()

    def _note_waiting(self, error: BaseException) -> None:
        time.sleep(0.1)
        self.waits_for = f"'{self.store.path}': {error}"
        if not self._has_warned:
            self._has_warned = True
            say(
                f"run '{self.name}' waits for {self.waits_for}; the training goes on, and points are kept"
                " in memory."
            )

    def _fail(self, error: BaseException) -> None:
        if self.failure is None:
            say(f"run '{self.name}': {type(error).__name__}: {error}")
        if self.failure is None or isinstance(error, LostRun):
            self.failure = error

    def _give_up(self) -> None:
        """What still waits when the thread ends is lost."""
        with self._changed:
            self.lost += self.waiting_count()
            self._work.clear()
            self._batch = []
            self.points.clear()
            self._count(-self._bytes)
            self._done = self._put

    def _beat(self) -> bool:
        """Shows that the run is alive, where nothing else does; nothing more is to be done then."""
        if self._beats and time.monotonic() - self._last_beat >= HEARTBEAT_SECONDS * 0.95:
            self._last_beat = time.monotonic()
            try:
                with self.store.owned_transaction(self.run, self.owner):
                    pass
            except LostRun as error:
                self._fail(error)
            except Exception:
                pass  # A beat that fails is missed; what is stored next reports the fault.
        return False

    def forget_after_fork(self) -> None:
        """In a forked child: the thread is not there, and the connection is the parent's."""
        self.points = collections.deque()
        self._work.clear()
        self._changed = threading.Condition(threading.RLock())
        self._is_woken = False
