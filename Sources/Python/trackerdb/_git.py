"""The commit that a folder is at, asked of git without running anything that the repository names.

A repository comes from anywhere, and its configuration names programs: to watch files, to filter them,
to fetch what is missing. None of them is run. `Provenance/GitRepository.swift` and `Provenance/GitState.swift`
have the same rules, and the same attacks are their tests.
"""

from __future__ import annotations

import os
import pwd
import signal
import stat
import subprocess
import time
from typing import Dict, List, NamedTuple, Optional


class GitState(NamedTuple):
    """What is known of the commit of a folder."""

    commit: Optional[str] = None
    is_dirty: Optional[bool] = None
    problem: Optional[str] = None  # why it is unknown although there is a repository, as a clause


class _Repository(NamedTuple):
    git_folder: str  # the folder with HEAD; that of a linked work tree is its own
    work_tree: str
    owned: List[str]  # everything whose owner decides what git would do


def git_state(directory: str, user: Optional[int] = None, seconds: float = 5) -> GitState:
    """Asks git about the repository of a folder, unless that belongs to another user."""
    repository = _find(directory)
    if repository is None:
        return GitState()
    owner = _other_owner(repository, os.geteuid() if user is None else user)
    if owner is not None:
        return GitState(problem=f"the repository belongs to {owner}")
    program = _program(os.environ.get("PATH", "/usr/bin:/bin"))
    if program is None:
        return GitState(problem="there is a repository, but no program git")
    try:
        text = _status(program, repository, time.monotonic() + seconds)
    except subprocess.TimeoutExpired:
        return GitState(problem=f"git took longer than {seconds:g} s")
    except OSError:
        return GitState(problem="git could not be run")
    if text is None:
        return GitState(problem="git could not read the repository")
    return _parsed(text)


def _parsed(text: str) -> GitState:
    """Reads `git status --porcelain=v2 --branch`: headers start with `#`, any other line is a change."""
    lines = text.splitlines()
    prefix = "# branch.oid "
    commit = next((line[len(prefix) :] for line in lines if line.startswith(prefix)), "(initial)")
    if commit == "(initial)":
        return GitState()
    return GitState(commit, any(not line.startswith("#") for line in lines))


# Where the repository is ------------------------------------------------------------------------------


def _find(directory: str) -> Optional[_Repository]:
    """Looks for `.git` in a folder and above, on the same file system, as git does.

    Git itself would also take a folder for a repository that only looks like a bare one, and such a
    folder can be part of what was committed; here only what is called `.git` counts.
    """
    try:
        device = os.stat(directory).st_dev
    except OSError:
        return None
    folder = os.path.realpath(directory)
    while True:
        entry = os.path.join(folder, ".git")
        git_folder = _git_folder(entry)
        if git_folder is not None:
            return _Repository(git_folder, folder, [folder, entry, git_folder, _common_folder(git_folder)])
        above = os.path.dirname(folder)
        try:
            if above == folder or os.stat(above).st_dev != device:
                return None
        except OSError:
            return None
        folder = above


def _git_folder(entry: str) -> Optional[str]:
    """What `.git` is, or leads to; None if that is no folder of a repository."""
    if os.path.isdir(entry):
        return entry if _is_git_folder(entry) else None
    line = _small_file(entry)
    prefix = "gitdir: "
    if line is None or not line.startswith(prefix):
        return None
    folder = os.path.realpath(os.path.join(os.path.dirname(entry), line[len(prefix) :]))
    return folder if _is_git_folder(folder) else None


def _is_git_folder(folder: str) -> bool:
    common = _common_folder(folder)
    return os.path.lexists(os.path.join(folder, "HEAD")) and all(
        os.path.isdir(os.path.join(common, part)) for part in ("objects", "refs")
    )


def _common_folder(git_folder: str) -> str:
    """The folder that linked work trees share."""
    line = _small_file(os.path.join(git_folder, "commondir"))
    return git_folder if line is None else os.path.realpath(os.path.join(git_folder, line))


def _small_file(path: str) -> Optional[str]:
    """The content of a file of one line, without the line's end."""
    try:
        status = os.stat(path)
        # Anything but an ordinary file, such as a pipe, could keep a reader waiting for ever.
        if not stat.S_ISREG(status.st_mode) or status.st_size >= 1 << 16:
            return None
        with open(path, encoding="utf-8") as file:
            return file.read().strip("\n\r")
    except (OSError, ValueError):
        return None


def _other_owner(repository: _Repository, user: int) -> Optional[str]:
    """Who owns a part of the repository that does not belong to the user; None if nobody else does."""
    for path in repository.owned:
        # Of a link, its own owner counts, and that of what it leads to.
        for look in (os.lstat, os.stat):
            try:
                owner = look(path).st_uid
            except OSError:
                continue
            if owner != user:
                return _user_name(owner)
    return None


def _user_name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


# What git says ----------------------------------------------------------------------------------------


def _program(path: str) -> Optional[str]:
    """Where git is. Places that depend on the working folder do not count: they came with it."""
    candidates = (os.path.join(place, "git") for place in path.split(":") if place.startswith("/"))
    # A folder may be entered, and is no program.
    return next((one for one in candidates if os.path.isfile(one) and os.access(one, os.X_OK)), None)


def _status(program: str, repository: _Repository, deadline: float) -> Optional[str]:
    """The output of `git status` in its second machine-readable form; None if git failed."""
    names = _output(program, repository, ["config", "--list", "--name-only", "-z"], [], deadline)
    if names is None:
        return None
    question = (
        "status --porcelain=v2 --branch --no-ahead-behind --untracked-files=no"
        " --ignore-submodules=all --no-renames"
    )
    text = _output(program, repository, question.split(), _overrides(names), deadline)
    return None if text is None else text.decode("utf-8", "replace")


def _output(
    program: str, repository: _Repository, command: List[str], overrides: List[bytes], deadline: float
) -> Optional[bytes]:
    words: List[bytes] = [os.fsencode(program), b"--no-pager", b"--no-optional-locks"]
    words.append(b"--git-dir=" + os.fsencode(repository.git_folder))
    words.append(b"--work-tree=" + os.fsencode(repository.work_tree))
    for fixed in ("core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never"):
        words += [b"-c", fixed.encode()]
    words += overrides + [word.encode() for word in command]
    process = subprocess.Popen(
        words,
        cwd=repository.work_tree,
        env=_variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that everything git has started can be ended
    )
    try:
        output, _ = process.communicate(timeout=max(0.001, deadline - time.monotonic()))
    except BaseException:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            pass  # It has ended by itself.
        if process.stdout is not None:
            process.stdout.close()
        process.wait()
        raise
    return output if process.returncode == 0 else None


def _variables() -> Dict[str, str]:
    """The environment of git: nothing that leads it elsewhere stays, nothing may be fetched or asked."""
    kept = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in kept
    }
    variables.update(
        GIT_NO_LAZY_FETCH="1", GIT_ALLOW_PROTOCOL="none", GIT_TERMINAL_PROMPT="0", TRACKER_EMPTY=""
    )
    return variables


_PROGRAMS = frozenset(
    b"clean smudge process textconv command external program helper sshcommand askpass pager gitproxy"
    b" uploadpack vcs alternaterefscommand".split()
)


def _overrides(names: bytes) -> List[bytes]:
    """Options that take every program out of a configuration.

    `--config-env`, unlike `-c`, takes a name with an equals sign for what it is, and a git that is too
    old for it fails instead of going on without.
    """
    options = []
    for name in filter(None, names.split(b"\0")):
        key = name.split(b".")[-1]
        if key == b"required" and name.startswith(b"filter."):
            # A filter that must not fail makes git fail where there is none.
            options.append(b"--config-env=" + name + b"=GIT_TERMINAL_PROMPT")
        elif key in _PROGRAMS:
            options.append(b"--config-env=" + name + b"=TRACKER_EMPTY")
    return options
