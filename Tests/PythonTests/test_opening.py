"""What the module does with a file that it must not trust, as `RunStoreTests/OpeningTests.swift` has it."""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import sqlite3
import threading
import unittest

from support import FolderCase

import trackerdb as tracker


class OpeningTests(FolderCase):
    def test_foreign_triggers_and_super_journals_are_refused(self) -> None:
        tracker.start("r", db=self.db).finish()
        connection = sqlite3.connect(self.db)
        connection.execute("CREATE TRIGGER bad AFTER INSERT ON params BEGIN DELETE FROM metric_points; END")
        connection.close()
        with self.assertRaisesRegex(tracker.TrackerError, "trigger bad.*\n.*doctor --repair"):
            tracker.start("r", db=self.db)
        with open("other.db-journal", "wb") as file:
            file.write(b"/etc/passwd" + bytes(8) + bytes.fromhex("d9d505f920a163d7"))
        with self.assertRaisesRegex(tracker.TrackerError, "journal"):
            tracker.start("r", db="other.db")

    def test_foreign_views_are_not_asked_and_foreign_tables_are_refused(self) -> None:
        tracker.start("r", db=self.db).finish()
        connection = sqlite3.connect(self.db)
        connection.executescript("DROP VIEW run_summary; CREATE VIEW run_summary AS SELECT 'theirs' AS id")
        with self.assertWarnsRegex(UserWarning, "view run_summary.*doctor --repair"):
            self.assertEqual([row["id"] for row in tracker.open(self.db).runs()], [1])
        connection.executescript("DROP TABLE alerts; CREATE VIRTUAL TABLE alerts USING fts5(message)")
        connection.close()
        with self.assertRaisesRegex(tracker.TrackerError, "table alerts.*\n.*doctor"):
            tracker.open(self.db)

    def test_an_endless_question_hears_of_ctrl_c(self) -> None:
        tracker.start("r", db=self.db).finish()
        reader = tracker.open(self.db)
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        threading.Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()
        with self.assertRaises(KeyboardInterrupt):
            reader.sql(endless)
        self.assertEqual(len(reader.runs()), 1)

    def test_what_is_no_file_of_ones_own_is_not_opened(self) -> None:
        with tracker.start("r", db=self.db):
            pass
        for suffix in ("", "-wal", "-shm", "-journal"):
            path = os.path.join(self.folder, f"odd{suffix}.db")
            if suffix:
                shutil.copy(self.db, path)
            os.mkfifo(path + suffix)
            for open_it in (tracker.open, lambda path: tracker.start("r", db=path)):
                with self.assertRaisesRegex(tracker.TrackerError, "not an ordinary file.*\nTry: "):
                    open_it(path)
        for suffix in ("-wal", "-shm", "-journal"):
            with open("precious", "w") as file:
                file.write("precious")
            os.link("precious", self.db + suffix)
            for open_it in (tracker.open, lambda path: tracker.start("r", db=path)):
                with self.assertRaisesRegex(tracker.TrackerError, "hard link.*\nTry: "):
                    open_it(self.db)
            os.remove(self.db + suffix)
            self.assertEqual(pathlib.Path("precious").read_text(), "precious")

    def test_odd_names_of_files(self) -> None:
        for name in ("a b.db", "a?b=c.db", "a#b.db", "a%20b.db", "é.db", "file:x.db"):
            tracker.start("r", db=os.path.join(self.folder, name)).finish()
            self.assertIn(name, os.listdir(self.folder))
            self.assertEqual(len(tracker.open(os.path.join(self.folder, name)).runs()), 1)


if __name__ == "__main__":
    unittest.main()
