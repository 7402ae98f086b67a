"""Where a run happens: what is needed, weeks later, to know why its numbers are what they are.

The same facts under the same names as `Provenance/RunEnvironment.swift`.
"""

from __future__ import annotations

import json
import os
import platform
import pwd
import re
import shlex
import socket
import sys
from typing import List, Optional, Tuple

from ._git import git_state
from ._values import Row, SQLValue

#: The promised time from one sign of life to the next.
HEARTBEAT_SECONDS = 10

#: Libraries whose version a run notes, where the script has imported them.
_LIBRARIES = (
    "accelerate catboost datasets deepspeed diffusers flax gymnasium ignite jax keras lightgbm lightning"
    " numpy pandas peft pytorch_lightning scipy sklearn skorch stable_baselines3 tensorflow timm"
    " tokenizers torch torchaudio torchvision transformers xgboost"
).split()


class Machine:
    """The machine and boot in which a process id means something."""

    def __init__(self) -> None:
        self.host = socket.gethostname()
        self.boot_id = _content("/proc/sys/kernel/random/boot_id")
        self.pid_namespace = _pid_namespace()

    def knows_dead(self, row: Row) -> bool:
        """Whether a run's process ran here, and there is none of this id any more."""
        return self._is_here(row) and not _is_process(row["pid"])

    def knows_alive(self, row: Row) -> bool:
        """Whether a run's process runs here."""
        return self._is_here(row) and _is_process(row["pid"])

    def _is_here(self, row: Row) -> bool:
        return row["pid"] is not None and (
            (row["host"], row["boot_id"], row["pid_namespace"])
            == (self.host, self.boot_id, self.pid_namespace)
        )


def _is_process(pid: SQLValue) -> bool:
    if not isinstance(pid, int) or not 0 < pid < 2**31:
        return False
    try:
        os.kill(pid, 0)  # Signal 0 only asks; a process of another user answers with EPERM and lives.
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _pid_namespace() -> Optional[int]:
    """The number in `pid:[4026531836]`, which the link reads; None where there is no such link."""
    try:
        return int(re.sub(r"\D", "", os.readlink("/proc/self/ns/pid")))
    except (OSError, ValueError):
        return None


def _content(path: str) -> Optional[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, ValueError):
        return None


def described_process(version: str) -> Tuple[Row, Row]:
    """The columns of `runs` and the facts of `environment` that tell of this process."""
    machine = Machine()
    directory = os.getcwd()
    git = git_state(directory)
    words = program_words()
    columns: Row = {
        "host": machine.host,
        "pid": os.getpid(),
        "boot_id": machine.boot_id,
        "pid_namespace": machine.pid_namespace,
        "command": " ".join(map(_quoted, words)),
        "argv": json.dumps(words, ensure_ascii=False),
        "cwd": _clean(directory),
        "version": version,
        "git_commit": git.commit,
        "git_dirty": None if git.is_dirty is None else int(git.is_dirty),
        "user_name": _user_name(),
        "heartbeat_seconds": HEARTBEAT_SECONDS,
    }
    facts: Row = {
        "cpu": _processor_name() or "unknown",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_bytes": _memory_bytes(),
        "os": _system_name(),
        "directory": _clean(directory),
        "python": platform.python_version(),
    }
    if git.problem is not None:
        facts["git.state"] = f"git commit unknown: {git.problem}"
    facts.update(library_versions())
    return columns, facts


def library_versions() -> Row:
    """The versions of the known libraries that the script has imported."""
    versions: Row = {}
    for name in _LIBRARIES:
        version = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(version, str):
            versions[name] = str(version)
    return versions


def program_words() -> List[str]:
    """The program and its arguments, as they start it again."""
    words = list(getattr(sys, "orig_argv", [])) or [sys.executable, *sys.argv]
    return [_clean(word) for word in words]


def _quoted(word: str) -> str:
    """The word as a shell reads it back, by the rule of `Provenance/RunEnvironment.swift`."""
    plain = word and all(letter.isalnum() or letter in "-_./=:,@%+" for letter in word)
    return word if plain else shlex.quote(word)


def _clean(text: str) -> str:
    """Bytes that are no UTF-8, which SQLite's text cannot be, as `?`."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _user_name() -> Optional[str]:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return None


def _processor_name() -> Optional[str]:
    for line in (_content("/proc/cpuinfo") or "").splitlines():
        if line.startswith("model name"):
            return line.split(":")[-1].strip()
    return platform.processor() or None


def _memory_bytes() -> Optional[int]:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None


def _system_name() -> str:
    for line in (_content("/etc/os-release") or "").splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.split("=", 1)[1].strip('"')
    return platform.platform()
