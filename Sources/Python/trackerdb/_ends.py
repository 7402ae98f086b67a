"""How a program has ended, as codes, exceptions and frames tell."""

from __future__ import annotations

import ast
import linecache
import multiprocessing
import multiprocessing.util
import opcode
import signal
import sys
import threading
import traceback
from types import FrameType
from typing import Any, List, NamedTuple, Optional


class End(NamedTuple):
    """How a run ended."""

    status: str
    error: Optional[str] = None
    exit_code: Optional[int] = None


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


def is_typed() -> bool:
    """Whether this is a session in which errors end a statement or cell, and not the program."""
    return hasattr(sys, "ps1")


def notebook() -> Any:
    """The shell of the notebook in which this runs; None anywhere else."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None and hasattr(module, "get_ipython") else None


def end_of_cell(shell: Any) -> End:
    """How a run ends that a notebook has left open: by how the last cell ended."""
    return End("finished" if getattr(shell, "last_execution_succeeded", True) else "interrupted")


def is_read_again() -> bool:
    """Whether a worker that was not forked reads the script again, to know its functions."""
    return bool(getattr(multiprocessing.current_process(), "_inheriting", False))


def end_of_child() -> Optional[End]:
    """How a child of multiprocessing ends that runs `atexit`: by the code that its launcher then exits with."""
    frame: Optional[FrameType] = sys._getframe()
    while frame is not None and frame.f_code.co_name != "_bootstrap":
        name = frame.f_globals.get("__name__")
        if name in ("multiprocessing.popen_fork", "multiprocessing.forkserver") and "code" in frame.f_locals:
            return end_of_exit(frame.f_locals["code"])
        frame = frame.f_back
    return None


def script_frame() -> Optional[FrameType]:
    """The frame of the script itself, with whose end the program ends; None if there is none."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    found = None
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__":
            found = frame
        frame = frame.f_back
    return found


def lines_of(frame: Optional[FrameType]) -> List[str]:
    """The lines of the script of a frame, as they are now: people go on editing while it runs."""
    return [] if frame is None else linecache.getlines(frame.f_code.co_filename)


def end_of_script(frame: Optional[FrameType], lines: List[str]) -> Optional[End]:
    """How `raise SystemExit(…)` has ended a script, as far as its frame tells; None if it has returned.

    No hook sees such an exception, and the interpreter has let go of it when `atexit` comes. But a frame that
    did not end by a return was left by an exception, and all other kinds are seen.
    """
    if frame is None or script_frame() is frame or frame.f_lasti < 0:
        return None
    operation = opcode.opname[frame.f_code.co_code[frame.f_lasti]]
    if operation.startswith("RETURN"):
        return None
    place = f"SystemExit ({frame.f_code.co_filename}:{frame.f_lineno})"
    if operation != "RAISE_VARARGS":
        return End("failed", place)  # It broke off within a function.
    try:
        line = "".join(lines[frame.f_lineno - 1 : frame.f_lineno]).strip()
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
