"""What the module says of a file is what the program says of it."""

from __future__ import annotations

import json
import math
import re
import sqlite3
import subprocess
import unittest

from support import PACKAGE, ROOT, FolderCase, needs_tracker
from support import tracker as program

import trackerdb as tracker


@needs_tracker
class TheSameRuns(FolderCase):
    def shown(self, selector: str) -> int:
        """The run that the program means; 0 for none."""
        words = [str(program()), "show", selector, "--db", self.db, "--format", "json"]
        found = subprocess.run(words, capture_output=True, text=True)
        if found.returncode:
            return 0
        return next(fact["value"] for fact in json.loads(found.stdout)["run"] if fact["name"] == "id")

    def meant(self, selector: str) -> int:
        """The run that the module means; 0 for none."""
        with tracker.open(self.db) as reader:
            try:
                return reader._store.find_run(selector)
            except tracker.TrackerError:
                return 0

    def test_selectors(self) -> None:
        for name, values in (
            ("twin", (0.1, math.nan)), ("twin", (0.5,)), ("other", (0.05,)), ("other", (0.7, math.inf)), ("42", (0.9,)),
        ):  # fmt: skip
            with tracker.start(name, db=self.db) as run:
                for value in values:
                    run.log({"val/loss": value, "val/accuracy": value, "unranked": value})
        connection = sqlite3.connect(self.db)
        connection.execute("UPDATE runs SET started_at = started_at + 100000 WHERE id = 1")
        connection.execute("UPDATE runs SET deleted_at = 1 WHERE id = 3")
        connection.commit()
        connection.close()
        uuids = [uuid for (uuid,) in self.sql("SELECT uuid FROM runs ORDER BY id")]
        prefixes = [uuid[: re.search("[a-f]", uuid).end() + 4] for uuid in uuids]  # type: ignore[union-attr]
        for selector in (
            "1", "3", "9", "42", "latest", "twin", "other", "none", "best:val/loss", "best:val/accuracy",
            "best:unranked", "best:none", *uuids, *prefixes,
        ):  # fmt: skip
            with self.subTest(selector):
                self.assertEqual(self.meant(selector), self.shown(selector))


class Pointers(unittest.TestCase):
    def test_files_that_the_docs_name(self) -> None:
        for file in PACKAGE.rglob("*.py"):
            for name in re.findall(r"[\w/+]+/[\w+]+\.swift", file.read_text()):
                self.assertTrue((ROOT / "Sources" / name).exists(), f"{file.name} names {name}")


if __name__ == "__main__":
    unittest.main()
