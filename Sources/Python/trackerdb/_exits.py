"""How a program ends, and what that says of its runs.

Neither `atexit` nor `sys.excepthook` sees `sys.exit(3)` or `raise SystemExit(3)`, forked workers run neither,
and signals end a process without either: each way is watched by its own means while there are runs, and left
as it was after the last one.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import multiprocessing
import multiprocessing.util
import os
import signal
import sys
import threading
import time
import traceback
import weakref
from types import FrameType, TracebackType
from typing import Any, Callable, Dict, List, Optional, Protocol, Type

from ._ends import (
    End,
    described,
    end_of,
    end_of_cell,
    end_of_child,
    end_of_exit,
    end_of_script,
    is_typed,
    lines_of,
    notebook,
    script_frame,
)


class Ending(Protocol):
    """A run, as far as its end is concerned."""

    def end(self, end: End, seconds: float) -> None:
        """Ends the run; never raises."""

    def last_used(self) -> float:
        """When a point was logged last, by `time.monotonic`."""


#: How long the end of the interpreter waits for a file.
_SECONDS = 10.0
_SIGNALS = [
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGXCPU") if hasattr(signal, name)
]


class _Watch:
    """What is watched while this process has runs."""

    def __init__(self) -> None:
        self.runs: List[Ending] = []
        self.exception: Optional[BaseException] = None
        self.exit: Optional[End] = None
        self.exit_at = 0.0
        self.exit_of_launcher: Optional[End] = None
        self._last_value: Any = None
        self._former_hook: Callable[..., Any] = sys.excepthook
        self._former_functions: Dict[Any, Any] = {}
        self._former_handlers: Dict[int, Any] = {}
        self._finalizer: Any = None
        self._script: Optional[FrameType] = None
        self._lines: List[str] = []  # of the script, as it was when it started a run

    def add(self, run: Ending) -> None:
        if not self.runs:
            self._install()
        self.runs.append(run)

    def remove(self, run: Ending) -> None:
        if run in self.runs:
            self.runs.remove(run)
            if not self.runs:
                self._uninstall()

    def _install(self) -> None:
        self.exception = self.exit = self.exit_of_launcher = None
        self._last_value = getattr(sys, "last_value", None)
        self._script = script_frame()
        self._lines = lines_of(self._script)
        self._former_hook, sys.excepthook = sys.excepthook, self._note_exception
        # `exit` and `quit`, which site makes, raise SystemExit themselves.
        for place, name in ((sys, "exit"), (builtins, "exit"), (builtins, "quit")):
            if hasattr(place, name) and not (is_typed() and place is builtins):
                self._replace(place, name, _noting_exit)
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) is signal.SIG_DFL:
                    self._former_handlers[number] = signal.signal(number, self._end_by_signal)
        if multiprocessing.parent_process() is not None:
            # Until 3.12 forked children run no `atexit`, but finalizers while the exception of their function
            # is on its way; from 3.13 on they run `atexit` when it has been printed. None runs `excepthook`.
            self._finalizer = multiprocessing.util.Finalize(None, self.end_all, exitpriority=100)
            self._replace(traceback, "print_exc", _noting_print)
            # Workers of a pool live on, and hand the exception of a function to who asked for its result.
            for pool, wrapper in _POOLS.items():
                if hasattr(sys.modules.get(pool), wrapper):
                    self._replace(sys.modules[pool], wrapper, _noting_result)
        atexit.register(self.end_all)

    def _replace(self, place: Any, name: str, make: Callable[[Any], Any]) -> None:
        former = getattr(place, name)
        replacement = make(former)
        self._former_functions[(place, name)] = (former, replacement)
        setattr(place, name, replacement)

    def _uninstall(self) -> None:
        if sys.excepthook == self._note_exception:
            sys.excepthook = self._former_hook
        for (place, name), (former, replacement) in self._former_functions.items():
            if getattr(place, name, None) is replacement:
                setattr(place, name, former)
        self._former_functions = {}
        if threading.current_thread() is threading.main_thread():
            for number, former in self._former_handlers.items():
                if signal.getsignal(number) == self._end_by_signal:
                    signal.signal(number, former)
            self._former_handlers = {}
        if self._finalizer is not None:
            self._finalizer.cancel()
            self._finalizer = None
        atexit.unregister(self.end_all)
        self._script = None

    # -- The ways to end -------------------------------------------------------------------------------

    def _note_exception(
        self, kind: Type[BaseException], error: BaseException, trace: Optional[TracebackType]
    ) -> Any:
        if not is_typed():
            self.exception = error
        return self._former_hook(kind, error, trace)

    def note_exit(self, code: Any) -> None:
        # In another thread it ends that thread alone.
        if threading.current_thread() is threading.main_thread():
            self.note_end(end_of_exit(code, sys.exc_info()[1]))

    def note_end(self, end: End) -> None:
        """How runs end into which nothing is logged from here on."""
        self.exit, self.exit_at = end, time.monotonic()

    def _end_by_signal(self, number: int, frame: Optional[FrameType]) -> None:
        for asked in list(self._former_handlers):
            signal.signal(asked, signal.SIG_IGN)  # Pools ask twice, and the end of a run takes its time.
        name = signal.Signals(number).name
        self._end_each(End("interrupted", f"ended by {name}", 128 + number))
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def end_all(self) -> None:
        """Ends what still runs when the interpreter ends, or a child of multiprocessing."""
        error = self.exception or sys.exc_info()[1]
        last = getattr(sys, "last_value", None)
        if error is None and last is not self._last_value and not is_typed():
            error = last  # A foreign hook has hidden it from ours.
        if error is not None:
            return self._end(end_of(error))
        shell = notebook()
        if shell is not None:
            return self._end(end_of_cell(shell))
        of_process = self.exit_of_launcher or end_of_child() or end_of_script(self._script, self._lines)
        self._end_each(of_process or End("finished", None, 0))

    def _end_each(self, usual: End) -> None:
        for run in list(self.runs):
            # Who goes on logging after `sys.exit` has caught it.
            was_last = self.exit is not None and run.last_used() <= self.exit_at
            self._end_one(run, self.exit if was_last and self.exit else usual)

    def _end(self, end: End) -> None:
        for run in list(self.runs):
            self._end_one(run, end)

    def _end_one(self, run: Ending, end: End) -> None:
        # Ctrl-C ends the waiting for this one, which says so; there is nothing else that it could end.
        with contextlib.suppress(KeyboardInterrupt):
            run.end(end, _SECONDS)

    def forget(self) -> None:
        """In a forked child: the runs are the parent's, and so are the threads."""
        threads.clear()
        if self.runs:
            self.runs = []
            self._uninstall()


# Threads --------------------------------------------------------------------------------------------------


class Leaving(Protocol):
    """What has a thread that may live longer than its run, where a file cannot be written."""

    def leave(self) -> None:
        """Ends the thread."""


#: All of them. The interpreter ends a thread wherever it is, and within C++, as in torch, the process with it.
threads: "weakref.WeakSet[Leaving]" = weakref.WeakSet()


@atexit.register
def _leave_all() -> None:
    """Comes after the end of all runs, because what is registered first is called last."""
    for one in list(threads):
        one.leave()


# `sys.exit` and children -----------------------------------------------------------------------------------


def _noting_exit(former: Any) -> Any:
    def exit(*words: Any, **named: Any) -> Any:
        code = words[0] if words else named.get("code")
        if sys._getframe(1).f_globals.get("__name__") == "multiprocessing.spawn":
            # From 3.13 on it comes before `atexit`, and says nothing of what a pool's function has noted.
            _watch.exit_of_launcher = end_of_exit(code)
        else:
            _watch.note_exit(code)
        return former(*words, **named)

    exit.__doc__ = getattr(former, "__doc__", None)
    exit.__wrapped__ = former  # type: ignore[attr-defined]
    return exit


def _noting_print(former: Any) -> Any:
    def print_exc(*words: Any, **named: Any) -> Any:
        if sys._getframe(1).f_globals.get("__name__") == "multiprocessing.process":
            _watch.exception = sys.exc_info()[1]
        return former(*words, **named)

    print_exc.__doc__ = former.__doc__
    return print_exc


#: What wraps the exception of a function in a pool's worker, and nothing else.
_POOLS = {
    "multiprocessing.pool": "ExceptionWithTraceback",
    "concurrent.futures.process": "_ExceptionWithTraceback",
    "joblib.externals.loky.process_executor": "_ExceptionWithTraceback",
}


def _noting_result(former: Any) -> Any:
    def wrapped(error: BaseException, *words: Any) -> Any:
        _watch.note_end(End("failed", described(error)))
        return former(error, *words)

    return wrapped


_watch = _Watch()
add = _watch.add
remove = _watch.remove
forget = _watch.forget
