"""How a program ends, and what that says of its runs.

Neither `atexit` nor `sys.excepthook` sees `sys.exit(3)` or `raise SystemExit(3)`, forked workers run neither,
and signals end a process without either: each way is watched by its own means while there are runs, and left
as it was after the last one.
"""

from __future__ import annotations

import ast
import atexit
import builtins
import linecache
import multiprocessing
import multiprocessing.util
import opcode
import os
import signal
import sys
import threading
import time
import traceback
from types import FrameType, TracebackType
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Protocol, Type


class End(NamedTuple):
    """How a run ended."""

    status: str
    error: Optional[str] = None
    exit_code: Optional[int] = None


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


def described(error: BaseException) -> str:
    """The exception and the place of its last frame."""
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    frames = traceback.extract_tb(error.__traceback__)
    if frames:
        last = frames[-1]
        text += f" ({last.filename}:{last.lineno} in {last.name})"
    return text.encode("utf-8", "replace").decode("utf-8")


def end_of(error: Optional[BaseException]) -> End:
    """How a run ends by an exception, or by none."""
    if error is None:
        return End("finished")
    if isinstance(error, SystemExit):
        return end_of_exit(error.code, error.__context__)
    if isinstance(error, KeyboardInterrupt):
        return End("interrupted", "KeyboardInterrupt", 128 + signal.SIGINT)
    if isinstance(error, GeneratorExit):
        return End("finished")
    return End("failed", described(error), 1)


def end_of_exit(code: Any, handled: Optional[BaseException] = None) -> End:
    """How a run ends by `sys.exit(code)`: any number but 0 and any text is a failure, for which an exception
    that is being handled is the reason."""
    if code is None or code == 0:
        return End("finished", None, 0)
    if isinstance(code, int):
        return End("failed", described(handled) if handled else f"exit code {code}", code & 0xFF)
    return End("failed", str(code), 1)


class _Watch:
    """What is watched while this process has runs."""

    def __init__(self) -> None:
        self.runs: List[Ending] = []
        self.exception: Optional[BaseException] = None
        self.exit: Optional[End] = None
        self.exit_at = 0.0
        self._last_value: Any = None
        self._former_hook: Callable[..., Any] = sys.excepthook
        self._former_functions: Dict[Any, Any] = {}
        self._former_handlers: Dict[int, Any] = {}
        self._finalizer: Any = None
        self._script: Optional[FrameType] = None

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
        self.exception = self.exit = None
        self._last_value = getattr(sys, "last_value", None)
        self._script = _script_frame()
        self._former_hook, sys.excepthook = sys.excepthook, self._note_exception
        # `exit` and `quit`, which site makes, raise SystemExit themselves.
        for place, name in ((sys, "exit"), (builtins, "exit"), (builtins, "quit")):
            if hasattr(place, name) and not (_is_typed() and place is builtins):
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
        if not _is_typed():
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
        if error is None and last is not self._last_value and not _is_typed():
            error = last  # A foreign hook has hidden it from ours.
        if error is not None:
            return self._end(end_of(error))
        shell = notebook()
        if shell is not None:
            return self._end(end_of_cell(shell))
        usual = _end_of_child() or _end_of_script(self._script) or End("finished", None, 0)
        self._end_each(usual)

    def _end_each(self, usual: End) -> None:
        for run in list(self.runs):
            # Who goes on logging after `sys.exit` has caught it.
            was_last = self.exit is not None and run.last_used() <= self.exit_at
            run.end(self.exit if was_last and self.exit else usual, _SECONDS)

    def _end(self, end: End) -> None:
        for run in list(self.runs):
            run.end(end, _SECONDS)

    def forget(self) -> None:
        """In a forked child: the runs are the parent's."""
        if self.runs:
            self.runs = []
            self._uninstall()


# What a person types ---------------------------------------------------------------------------------------


def _is_typed() -> bool:
    """Whether this is a session in which errors end a statement or cell, and not the program."""
    return hasattr(sys, "ps1")


def notebook() -> Any:
    """The shell of the notebook in which this runs; None anywhere else."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None and hasattr(module, "get_ipython") else None


def end_of_cell(shell: Any) -> End:
    """How a run ends that a notebook has left open: by how the last cell ended."""
    return End("finished" if getattr(shell, "last_execution_succeeded", True) else "interrupted")


# `sys.exit` and children -----------------------------------------------------------------------------------


def _noting_exit(former: Any) -> Any:
    def exit(*words: Any, **named: Any) -> Any:
        _watch.note_exit(words[0] if words else named.get("code"))
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


def is_read_again() -> bool:
    """Whether a worker that was not forked reads the script again, to know its functions."""
    return bool(getattr(multiprocessing.current_process(), "_inheriting", False))


def _end_of_child() -> Optional[End]:
    """How a child of multiprocessing ends that runs `atexit`: by the code that its launcher then exits with."""
    frame: Optional[FrameType] = sys._getframe()
    while frame is not None and frame.f_code.co_name != "_bootstrap":
        name = frame.f_globals.get("__name__")
        if name in ("multiprocessing.popen_fork", "multiprocessing.forkserver") and "code" in frame.f_locals:
            return end_of_exit(frame.f_locals["code"])
        frame = frame.f_back
    return None


# `raise SystemExit` ----------------------------------------------------------------------------------------


def _script_frame() -> Optional[FrameType]:
    """The frame of the script itself, with whose end the program ends; None if there is none."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    found = None
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__":
            found = frame
        frame = frame.f_back
    return found


def _end_of_script(frame: Optional[FrameType]) -> Optional[End]:
    """How `raise SystemExit(…)` has ended a script, as far as its frame tells; None if it has returned.

    No hook sees such an exception, and the interpreter has let go of it when `atexit` comes. But a frame that
    did not end by a return was left by an exception, and all other kinds are seen.
    """
    if frame is None or _script_frame() is frame or frame.f_lasti < 0:
        return None
    operation = opcode.opname[frame.f_code.co_code[frame.f_lasti]]
    if operation.startswith("RETURN"):
        return None
    place = f"SystemExit ({frame.f_code.co_filename}:{frame.f_lineno})"
    if operation != "RAISE_VARARGS":
        return End("failed", place)  # It broke off within a function.
    try:
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
        raised = next(node.exc for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Raise))
    except (SyntaxError, ValueError, StopIteration):
        return End("failed", place)
    words = raised.args if isinstance(raised, ast.Call) else []
    if not words:
        return end_of_exit(None)
    if isinstance(words[0], ast.Constant):
        return end_of_exit(words[0].value)
    if isinstance(words[0], ast.Name):
        return end_of_exit(frame.f_globals.get(words[0].id))
    if isinstance(words[0], ast.Call):
        return End("finished")  # As in `raise SystemExit(main())`, where `main` has come to its end.
    return End("failed", place)


_watch = _Watch()
add = _watch.add
remove = _watch.remove
forget = _watch.forget
