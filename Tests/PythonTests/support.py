"""What the tests of the Python module share: folders, scripts in processes of their own, the program."""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import unittest
from typing import Any, Dict, List, Optional

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "Sources" / "Python"
sys.path.insert(0, str(PACKAGE))

#: What leads a run elsewhere, or has each of hundreds of processes compile the module anew.
UNWANTED = ("TRACKER_", "WANDB_", "RANK", "PYTHONDONTWRITEBYTECODE")
#: The variables of a test's processes.
VARIABLES = {
    **{key: value for key, value in os.environ.items() if not key.startswith(UNWANTED)},
    "PYTHONPATH": str(PACKAGE),
}


def tracker() -> Optional[str]:
    """The program: `$TRACKER_PROGRAM`, or one that was built here."""
    places = [
        os.environ.get("TRACKER_PROGRAM", ""),
        *(str(ROOT / ".build" / kind / "tracker") for kind in ("release", "debug")),
    ]
    return next((place for place in places if place and os.access(place, os.X_OK)), shutil.which("tracker"))


needs_tracker = unittest.skipUnless(tracker(), "the program is not built; TRACKER_PROGRAM names one")


def needs(*modules: str) -> Any:
    """Skips where a library is missing, with its name."""
    import importlib.util

    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    return unittest.skipIf(missing, f"{', '.join(missing)} is missing")


class FolderCase(unittest.TestCase):
    """A test with a folder of its own, in which it works."""

    def setUp(self) -> None:
        self._before = os.getcwd()
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="trackerdb-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        os.chdir(self.folder)
        self.addCleanup(os.chdir, self._before)
        self.db = os.path.join(self.folder, "tracker.db")

    def sql(self, query: str, *parameters: Any, db: Optional[str] = None) -> List[tuple]:
        """The rows that a statement returns."""
        connection = sqlite3.connect(db or self.db)
        try:
            return connection.execute(query, parameters).fetchall()
        finally:
            connection.close()

    def dicts(self, query: str, *parameters: Any, db: Optional[str] = None) -> List[Dict[str, Any]]:
        """The rows that a statement returns, by column."""
        connection = sqlite3.connect(db or self.db)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(query, parameters)]
        finally:
            connection.close()

    def written(self, statement: str, *parameters: Any) -> None:
        """Changes the file past the module."""
        connection = sqlite3.connect(self.db)
        connection.execute(statement, parameters)
        connection.commit()
        connection.close()

    def script(self, text: str, *words: str, **variables: str) -> subprocess.CompletedProcess:
        """Runs a script to its end."""
        return subprocess.run(
            [sys.executable, self.file(text), *words],
            capture_output=True,
            text=True,
            env={**VARIABLES, **variables},
            timeout=300,
        )

    def begun(self, text: str, *words: str, **variables: str) -> subprocess.Popen:
        """Starts a script, and returns when it has printed a line; Ctrl-C reaches it wherever this runs."""
        process = subprocess.Popen(
            [sys.executable, self.file(text), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**VARIABLES, **variables},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert process.stdout is not None
        process.stdout.readline()
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def file(self, text: str) -> str:
        """A new file with a script."""
        number = len([name for name in os.listdir(self.folder) if name.startswith("script")])
        path = os.path.join(self.folder, f"script{number}.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        return path

    def assertHealthy(self, db: Optional[str] = None) -> None:
        """What `tracker doctor` says of the file."""
        program = tracker()
        if program is not None:
            found = subprocess.run([program, "doctor", "--db", db or self.db], capture_output=True, text=True)
            self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
