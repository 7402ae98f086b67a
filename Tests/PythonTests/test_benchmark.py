"""The script of `benchmarks python` measures what it says."""

from __future__ import annotations

import json
import subprocess
import sys
import unittest

from support import ROOT, VARIABLES, FolderCase


class Benchmark(FolderCase):
    def measured(self, *words: str) -> dict:
        script = ROOT / "Sources" / "benchmarks" / "python_logging.py"
        found = subprocess.run(
            [sys.executable, str(script), *words], capture_output=True, text=True, env=VARIABLES
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads(found.stdout)

    def test_a_call_is_measured(self) -> None:
        found = self.measured("call", "trackerdb")
        self.assertGreater(found["float_microseconds"], 0)
        self.assertEqual(self.sql("SELECT COUNT(*) > 999 FROM metric_points"), [(1,)])

    def test_what_is_missing_is_said(self) -> None:
        with open(ROOT / "Sources" / "benchmarks" / "python_logging.py", encoding="utf-8") as file:
            source = file.read()
        hidden = source.replace('["wandb"]', '["no_such_logger"]')
        found = self.script(hidden, "call", "W&B offline")
        self.assertEqual(json.loads(found.stdout), {"skipped": "no_such_logger is missing"}, found.stderr)


if __name__ == "__main__":
    unittest.main()
