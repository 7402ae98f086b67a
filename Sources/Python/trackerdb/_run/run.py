"""A run, as a script sees it."""

from __future__ import annotations

import contextvars
from typing import Any, Optional, Tuple

from .. import _exits
from .._ends import End, end_of
from .._errors import say
from .._store import Store
from .._values import beginning, checked_text
from .._work import Work
from .keeping import Keeping
from .models import Models

#: The runs whose `with` this code is in, the innermost last.
entered: "contextvars.ContextVar[Tuple[Run, ...]]" = contextvars.ContextVar("entered", default=())


class Run(Models, Keeping):
    """A run that is being logged. Make one by `start`; `with` ends it.

    `State` says whether it keeps anything, `Measures` and `Keeping` take what it is told, `Models` what it learns.
    """

    def __init__(self, *words: Any) -> None:
        super().__init__(*words)
        if self.is_open:
            _exits.add(self)

    def finish(self, status: str = "finished", error: Optional[str] = None) -> None:
        """Ends the run: `finished`, `stopped` (early, on purpose), `failed` or `interrupted`.

        Waits for a locked or full file, a minute at most; raises if anything could not be stored. Another
        call changes nothing.
        """
        if status not in ("finished", "stopped", "failed", "interrupted"):
            raise ValueError(f"A run ends as finished, stopped, failed or interrupted, not {status!r}.")
        text = None if error is None else checked_text(beginning(error, "error"), "error")
        self._finish(End(status, text), self.patience)

    def _finish(self, end: End, seconds: float) -> None:
        before, self._before_end = self._before_end, []
        for action in before if self._ended is None else []:
            action()
        with self._lock:
            if self._ended is not None:
                return
            # In this order: a signal that comes in between ends the run itself.
            self._closing = self._writer
            self._ended = end
            self._writer = None
        try:
            self._close(end, seconds)
        finally:
            self._closing = None
            _exits.remove(self)

    def _close(self, end: End, seconds: float) -> None:
        self._stop_watching()
        writer = self._closing
        if writer is None:
            return
        id_, leaves_end = self.id, self._is_started_elsewhere
        error = None if end.error is None else beginning(end.error, "error")

        def apply(store: Store, _: Any) -> None:
            if not leaves_end:
                store.finish_run(id_, end.status, error, end.exit_code)

        try:
            writer.close(Work(apply), seconds)
        except KeyboardInterrupt:
            say(
                f"the end of run '{self.name}' is waited for no more; {writer.waiting_count()} points are not"
                " stored."
            )
            raise

    def end(self, end: End, seconds: float) -> None:
        """Ends the run where nobody can be told by an exception: what is wrong is said in a line. One that is
        ending is waited for, because the program ends after this."""
        try:
            self._finish(end, seconds)
            writer = self._closing
            if writer is not None and self._ended is not None and not writer.is_closing:
                self._close(self._ended, seconds)  # A signal came before that was done.
            elif writer is not None:
                writer.wait_until_over(seconds)
        except Exception as error:
            say(str(error))

    def __enter__(self) -> "Run":
        self._is_entered = True
        self._token = entered.set(entered.get() + (self,))
        return self

    def __exit__(self, kind: Any, error: Optional[BaseException], trace: Any) -> None:
        try:
            entered.reset(self._token)
        except ValueError:
            pass  # The block ended in another context than it began in.
        if error is None:
            self._finish(End("finished"), self.patience)
        else:
            self.end(end_of(error), self.patience)

    def __reduce__(self) -> Any:
        return (_stub, (self.name, self.db, self.id, self.uuid))

    def __copy__(self) -> "Run":
        return self

    def __deepcopy__(self, memo: Any) -> "Run":
        return self


def _stub(name: str, path: str, id_: int, uuid_: str) -> Run:
    """What a pickled run becomes: one that keeps nothing, and says so."""
    run = Run(name, path, None, id_, uuid_)
    run._tells_stub = True
    return run


def selector_of(run: Any) -> Any:
    """The id of a run, ours or one of the W&B dialect; what names a run otherwise stays."""
    tracked = getattr(run, "_tracked", run)
    return tracked.id if isinstance(tracked, Run) else tracked
