"""Nothing gets lost in silence: locked files, full disks, removed files, forks, many writers."""

from __future__ import annotations

import copy
import os
import pickle
import random
import sqlite3
import subprocess
import sys
import threading
import time
import unittest
import unittest.mock
from typing import Any, Callable

from support import PACKAGE, VARIABLES, FolderCase, needs

import trackerdb as tracker
from trackerdb._work import Work
from trackerdb._writer import Writer

START = "import os, sys, signal, time, trackerdb as tracker\n"


class Locks(FolderCase):
    def lock(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.db, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN IMMEDIATE")
        self.addCleanup(connection.close)
        return connection

    def test_a_locked_file_is_waited_for_and_nothing_is_lost(self) -> None:
        run = tracker.start("r", db=self.db)
        lock = self.lock()
        for step in range(5000):
            run.log({"a": step})
        lock.execute("ROLLBACK")
        run.finish()
        self.assertEqual(self.sql("SELECT COUNT(*), SUM(repeat) FROM metric_points"), [(5000, 0)])
        self.assertEqual(self.sql("SELECT disorder FROM metric_series"), [(0,)])
        self.assertHealthy()

    def test_start_waits_for_a_locked_file(self) -> None:
        tracker.start("first", db=self.db).finish()
        lock = self.lock()
        # SQLite itself waits for a second.
        timer = threading.Timer(1.5, lambda: lock.execute("ROLLBACK"))
        timer.start()
        tracker.start("second", db=self.db).finish()
        timer.join()
        self.assertEqual(self.sql("SELECT name FROM runs"), [("first",), ("second",)])

    def test_finish_says_what_it_waits_for_and_raises_in_the_end(self) -> None:
        found = self.script(
            START
            + """
import sqlite3
run = tracker.start("r")
run.log({"a": 1})
run.flush()
lock = sqlite3.connect("tracker.db", isolation_level=None); lock.execute("BEGIN IMMEDIATE")
run.log({"a": 2}); run.log({"a": 3})
run.patience = 12
begin = time.monotonic()
try: run.finish()
except tracker.TrackerError as error: print(error)
print(time.monotonic() - begin >= 12)
"""
        )
        self.assertIn("nothing was within 12 s", found.stdout)
        self.assertIn("2 points are not stored", found.stdout)
        self.assertIn("True\n", found.stdout)
        self.assertEqual(
            found.stderr.count("waits for"), 2, found.stderr
        )  # the warning, and after ten seconds
        self.assertIn("locked", found.stderr)

    def test_finish_waits_as_long_as_a_slow_file_takes_what_it_is_given(self) -> None:
        run = tracker.start("r", db=self.db)
        run.patience = 3
        for _ in range(8):
            work = Work(lambda store, _: None, lambda store: time.sleep(0.5))
            run._put(work)
        run.log({"a": 1})
        run.finish()
        self.assertEqual(self.sql("SELECT status, count FROM runs JOIN metric_series"), [("finished", 1)])

    def test_ctrl_c_ends_the_waiting_of_finish(self) -> None:
        process = self.begun(
            START
            + """
import sqlite3, threading
run = tracker.start("r")
lock = sqlite3.connect("tracker.db", isolation_level=None); lock.execute("BEGIN IMMEDIATE")
run.log({"a": 1})
begin = time.monotonic()
run.patience = 1000
writer = run._writer
def interrupt():
    while not writer.is_closing: time.sleep(0.01)
    time.sleep(0.1); os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt, daemon=True).start()
print("ready", flush=True)
try: run.finish()
except KeyboardInterrupt: print(time.monotonic() - begin < run.patience, flush=True)
os._exit(0)
"""
        )
        output, errors = process.communicate(timeout=300)
        self.assertEqual(output, "True\n")
        self.assertIn("1 points are not stored", errors)

    def test_ctrl_c_ends_the_waiting_at_the_end_of_the_interpreter(self) -> None:
        process = self.begun(
            START
            + """
import sqlite3, threading, trackerdb._exits as exits
exits._SECONDS = 1000
runs = [tracker.start(name) for name in "ab"]
for run in runs: run.flush()
lock = sqlite3.connect("tracker.db", isolation_level=None); lock.execute("BEGIN IMMEDIATE")
def interrupt():
    for run in runs:
        writer = run._writer
        while not writer.is_closing: time.sleep(0.01)
        time.sleep(0.1); os.kill(os.getpid(), signal.SIGINT)
for run in runs: run.log({"a": 1})
threading.Thread(target=interrupt, daemon=True).start()
print("ready", flush=True)
"""
        )
        errors = process.communicate(timeout=300)[1]
        self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(errors.count("is waited for no more; 1 points are not stored.\n"), 2, errors)
        self.assertNotIn("Traceback", errors)

    def test_memory_is_bounded_and_the_newest_points_stay(self) -> None:
        run = tracker.start("r", db=self.db)
        run.log({"a": -1})
        run.flush()
        lock = self.lock()
        writer = run._writer
        assert writer is not None
        writer.limit, writer.point_room = 200 * 3000, 3000
        for step in range(10_000):
            run.log({"a": step})
        lock.execute("ROLLBACK")
        with self.assertRaisesRegex(tracker.TrackerError, r"\d+ points of run 'r' were not stored"):
            run.finish()
        kept, last = self.sql("SELECT COUNT(*), MAX(value) FROM metric_points")[0]
        self.assertEqual(last, 9999)
        self.assertEqual(kept + writer.dropped, 10_001)
        self.assertGreater(writer.dropped, 3000)

    def test_points_have_a_place_while_the_weights_of_a_large_model_fill_memory(self) -> None:
        run = tracker.start("r", db=self.db)
        writer = run._writer
        assert writer is not None
        lock = self.lock()
        writer.limit = 8 << 20
        writer.put(Work(lambda store, _: None, byte_count=16 << 20))
        for step in range(2000):
            run.log({"a": step})
        lock.execute("ROLLBACK")
        run.finish()
        self.assertEqual(self.sql("SELECT COUNT(*) FROM metric_points"), [(2000,)])

    def test_an_end_is_stored_also_where_the_thread_wakes_while_it_is_handed_over(self) -> None:
        run = tracker.start("r", db=self.db)
        writer = run._writer
        assert writer is not None
        put = writer.put

        def put_late(*words: Any, **named: Any) -> int:
            writer._thread.join(1)  # It wakes every half second.
            return put(*words, **named)

        with unittest.mock.patch.object(writer, "put", put_late):
            run.finish()
        self.assertEqual(self.sql("SELECT status FROM runs"), [("finished",)])

    def test_an_epoch_waits_while_too_much_is_waiting(self) -> None:
        run = tracker.start("r", db=self.db)
        writer = run._writer
        assert writer is not None
        lock = self.lock()
        writer.limit = 1000
        writer.put(Work(lambda store, _: None, byte_count=900))
        thread = threading.Thread(
            target=lambda: writer.put(Work(lambda store, _: None, byte_count=900), waits=True)
        )
        thread.start()
        thread.join(0.5)
        self.assertTrue(thread.is_alive())
        lock.execute("ROLLBACK")
        thread.join()
        run.finish()

    def test_an_unexpected_error_is_told_once_and_loses_only_what_is_wrong(self) -> None:
        found = self.script(
            START
            + """
from trackerdb._work import Work
run = tracker.start("r")
def fails(store, _): raise ZeroDivisionError("odd")
for step in range(10):
    run.log({"a": step})
    run._put(Work(fails)); run.tag(str(step))
run.flush_ = None
try: run.finish()
except tracker.TrackerError as error: print(error)
"""
        )
        self.assertIn("odd", found.stdout)
        self.assertEqual(found.stderr.count("ZeroDivisionError"), 1)
        self.assertEqual(self.sql("SELECT COUNT(*) FROM metric_points"), [(10,)])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM tags"), [(10,)])
        self.assertEqual(self.sql("SELECT status FROM runs"), [("finished",)])

    def small_disk(self, size: str) -> str:
        """A folder with so much room."""
        disk = os.path.join(self.folder, "disk")
        os.mkdir(disk)
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], capture_output=True
        ).returncode:
            self.skipTest("a tmpfs cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", disk])
        return disk

    def fill(self, disk: str) -> None:
        """Writes the file `filler`, until there is no room."""
        with open(os.path.join(disk, "filler"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    @unittest.skipUnless(os.geteuid() == 0, "only root can mount a small disk")
    def test_a_full_disk_is_waited_for_and_nothing_is_lost(self) -> None:
        disk = self.small_disk("16m")
        run = tracker.start("r", db=os.path.join(disk, "t.db"))
        run.flush()
        self.fill(disk)
        for step in range(2000):
            run.log({"a": step})
        run.artifact(b"y" * 1_500_000, "large")
        time.sleep(2)
        writer = run._writer
        assert writer is not None
        self.assertIsNotNone(writer.waits_for)
        os.remove(os.path.join(disk, "filler"))
        run.finish()
        db = os.path.join(disk, "t.db")
        self.assertEqual(self.sql("SELECT COUNT(*), MAX(value) FROM metric_points", db=db), [(2000, 1999)])
        self.assertEqual(tracker.open(db).artifact(1, "large"), b"y" * 1_500_000)
        self.assertEqual(self.sql("SELECT COUNT(*) FROM blob_chunks", db=db), [(2,)])
        self.assertHealthy(db)

    @needs("torch")
    def test_a_program_whose_weights_cannot_be_stored_ends_as_ever(self) -> None:
        found = self.script(
            START
            + """
import sqlite3, torch
run = tracker.start("r")
run.watch(torch.nn.Linear(500, 500))
run.flush()
lock = sqlite3.connect("tracker.db", isolation_level=None); lock.execute("BEGIN IMMEDIATE")
run.patience = 1
# The thread is within code of C++, as long as nobody asks it to leave.
import trackerdb._watch as watch
writer = run._writer
def prepare(self, store):
    while not writer._is_left: watch._histograms.summary(self.tensors[0].tensor)
    raise sqlite3.OperationalError("database is locked")
watch.EpochState.prepare = prepare
run.epoch(1)
try: run.finish()
except tracker.TrackerError: print("told")
sys.exit(3)
"""
        )
        self.assertEqual((found.returncode, found.stdout), (3, "told\n"), found.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "only root can mount a small disk")
    def test_a_disk_that_is_full_at_the_start_is_said_and_no_empty_file_left(self) -> None:
        disk = self.small_disk("1m")
        path = os.path.join(disk, "t.db")
        self.fill(disk)
        with self.assertRaisesRegex(tracker.TrackerError, "full.\nTry: make room"):
            tracker.start("r", db=path)
        found = self.script(
            "import trackerdb as wandb\nrun = wandb.init(name='r')\nrun.log({'a': 1})\nrun.finish()\n"
            "with wandb.SummaryWriter('r') as w: w.add_scalar('a', 1)\nprint('on')",
            TRACKER_DB=path,
        )
        self.assertEqual((found.returncode, found.stdout), (0, "on\n"), found.stderr)
        self.assertEqual(found.stderr.count("Nothing of run 'r' is kept."), 1, found.stderr)
        self.assertFalse(os.path.exists(path))


class RemovedFiles(FolderCase):
    def test_a_removed_or_replaced_file_is_noticed_and_another_is_left_alone(self) -> None:
        found = self.script(
            START
            + """
run = tracker.start("r", db="t.db")
run.log({"a": 1}); run.flush()
for name in ("t.db", "t.db-wal", "t.db-shm"):
    if os.path.exists(name): os.rename(name, "away-" + name)
other = tracker.start("other", db="t.db"); other.finish()
run.log({"a": 2}); run.log({"a": 3})
try: run.finish()
except tracker.TrackerError as error: print(error)
"""
        )
        self.assertIn("moved or removed", found.stdout)
        self.assertIn("2 points of run 'r' were not stored", found.stdout)
        self.assertEqual(found.stderr.count("moved or removed"), 1, found.stderr)
        db = os.path.join(self.folder, "t.db")
        self.assertEqual(self.sql("SELECT name FROM runs", db=db), [("other",)])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM metric_points", db=db), [(0,)])

    def test_all_points_are_counted_that_a_removed_file_has_lost(self) -> None:
        found = self.script(
            START
            + """
run = tracker.start("r", db="t.db")
run.log({"a": 1}); run.flush()
for name in ("t.db", "t.db-wal", "t.db-shm"):
    if os.path.exists(name): os.remove(name)
run.log({"a": 2})
run.epoch(1, {"b": 1, "c": 2})
run._writer._thread.join()
run.log({"a": 3}); run.log({"a": 4})  # which goes on without an error
run.epoch(2, {"b": 3})
try: run.finish()
except tracker.TrackerError as error: print(error)
print(os.listdir())
"""
        )
        self.assertIn("6 points of run 'r' were not stored", found.stdout)
        self.assertTrue(found.stdout.endswith("['script0.py']\n"), found.stdout)
        self.assertEqual((found.returncode, found.stderr.count("\n")), (0, 1), found.stderr)

    def test_a_run_that_is_gone_or_another_process_s(self) -> None:
        for statement, pattern in (
            ("DELETE FROM runs", "no longer in"),
            ("UPDATE runs SET owner = 'another'", "written by another process"),
        ):
            with self.subTest(statement):
                run = tracker.start("r", db=self.db)
                run.log({"a": 1})
                run.flush()
                connection = sqlite3.connect(self.db)
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute(statement)
                connection.commit()
                connection.close()
                run.log({"a": 2})
                with self.assertRaisesRegex(tracker.TrackerError, pattern):
                    run.finish()
                self.assertLessEqual(self.sql("SELECT COUNT(*) FROM metric_points")[0][0], 1)

    def test_after_finish_the_file_is_whole_without_its_log(self) -> None:
        for _ in range(3):
            with tracker.start("r", db=self.db) as run:
                run.log({"a": 1})
            self.assertEqual(os.listdir(self.folder), ["tracker.db"])

    def test_the_path_is_that_of_the_start(self) -> None:
        os.mkdir("elsewhere")
        run = tracker.start("r", db="t.db")
        os.chdir("elsewhere")
        run.log({"a": 1})
        run.finish()
        self.assertEqual(os.listdir("."), [])
        self.assertEqual(
            self.sql("SELECT count FROM metric_series", db=os.path.join(self.folder, "t.db")), [(1,)]
        )

    def test_a_folder_that_cannot_be_written_is_named(self) -> None:
        os.chmod(self.folder, 0o755)
        os.mkdir("locked", mode=0o555)
        found = self.script(
            START
            + """
if os.geteuid() == 0: os.setuid(65534)  # root may write everywhere
try: tracker.start("r", db="locked/t.db")
except tracker.TrackerError as error: print(error)
"""
        )
        self.assertIn("locked' cannot be written", found.stdout, found.stderr)
        self.assertEqual(os.listdir("locked"), [])

    def test_a_log_that_another_process_removes_meanwhile_refuses_nothing(self) -> None:
        tracker.start("first", db=self.db).finish()
        other = sqlite3.connect(self.db)
        other.execute("UPDATE runs SET note = 'x'")
        other.commit()

        def access(place: str, mode: int, usual: Callable[..., bool] = os.access) -> bool:
            if place.endswith("-wal"):
                other.close()  # which removes the log
            return usual(place, mode)

        with unittest.mock.patch("os.access", access):
            tracker.start("second", db=self.db).finish()
        self.assertEqual(self.sql("SELECT COUNT(*) FROM runs"), [(2,)])

    def test_nothing_is_written_outside_the_files_folder(self) -> None:
        os.mkdir("home")
        os.mkdir("data")
        os.mkdir("work")
        os.mkdir("tmp")
        os.chdir("work")
        found = self.script(
            """
            import sys; sys.dont_write_bytecode = True
            import os, trackerdb as tracker
            with tracker.start("r") as run:
                for step in range(30000): run.log({"a": step})
                run.artifact(b"x" * 3000000, "large")
            """,
            HOME=os.path.join(self.folder, "home"),
            TMPDIR=os.path.join(self.folder, "tmp"),
            TRACKER_DB=os.path.join(self.folder, "data", "t.db"),
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assert_empty("home", "work", "tmp")

    @needs("torch")
    def test_dialects_and_models_write_nothing_outside_the_files_folder(self) -> None:
        for folder in ("home", "data", "work", "tmp"):
            os.mkdir(folder)
        os.chdir("work")
        found = self.script(
            """
            import os, torch, trackerdb as wandb
            run = wandb.init(project="p", config={"a": 1}, save_code=True)
            model = torch.nn.Linear(2, 2); run.watch(model, log="all", log_freq=1)
            with open(os.path.join(run.dir, "f"), "w") as file: file.write("x")
            run.log({"a": 1, "text": "x"}); run.log_artifact(__file__); run.finish()
            with wandb.SummaryWriter("runs/a") as writer: writer.add_scalar("a", 1); writer.add_graph(model, torch.zeros(1, 2))
            with wandb.start("r") as own: own.watch(model, torch.zeros(1, 2)); own.epoch(1); own.checkpoint(1, model)
            """,
            HOME=os.path.join(self.folder, "home"),
            TMPDIR=os.path.join(self.folder, "tmp"),
            TRACKER_DB=os.path.join(self.folder, "data", "t.db"),
        )
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertEqual(
            self.sql("SELECT COUNT(*) FROM runs", db=os.path.join(self.folder, "data", "t.db")), [(3,)]
        )
        # The optimizers of torch make a folder in the place of temporary files.
        self.assertEqual([name for name in os.listdir("../tmp") if not name.startswith("torchinductor")], [])
        self.assert_empty("home", "work")

    def assert_empty(self, *folders: str) -> None:
        for folder in folders:
            self.assertEqual(os.listdir(os.path.join(self.folder, folder)), [], folder)


class SeveralRuns(FolderCase):
    def test_runs_of_one_process_are_independent(self) -> None:
        a, b = tracker.start("a", db=self.db), tracker.start("b", db=self.db)
        for _ in range(3):
            a.log({"x": 1})
        b.log({"x": 2})
        a.finish()
        b.log({"x": 3})
        b.finish()
        self.assertEqual(
            self.sql("SELECT name, count, last_step FROM metric_series AS s WHERE run_id = 1"), [("x", 3, 3)]
        )
        self.assertEqual(
            self.sql("SELECT count, last_step, last_value FROM metric_series WHERE run_id = 2"), [(2, 2, 3)]
        )

    def test_start_inside_a_with_makes_a_child(self) -> None:
        with tracker.start("parent", db=self.db, experiment="vision"):
            tracker.start("child", db=self.db).finish()
            with tracker.start("second", db=self.db, experiment="text"):
                tracker.start("grandchild", db=self.db).finish()
        tracker.start("alone", db=self.db).finish()
        self.assertEqual(
            self.sql(
                "SELECT run.name, parent_run_id, experiment.name FROM runs AS run"
                " JOIN experiments AS experiment ON experiment.id = experiment_id ORDER BY run.id"
            ),
            [
                ("parent", None, "vision"), ("child", 1, "vision"), ("second", 1, "text"),
                ("grandchild", 3, "text"), ("alone", None, "default"),
            ],
        )  # fmt: skip

    def test_with_a_rank_above_0_nothing_is_kept(self) -> None:
        found = self.script(
            START
            + """
with tracker.start("r") as run:
    run.log({"a": 1}); run.epoch(1, {"b": 2}); run.tag("t"); run.params({"x": 1}); run.flush()
    try: run.log({"a": "text"})
    except TypeError: print("checked")
""",
            RANK="1",
        )
        self.assertEqual((found.stdout, found.stderr), ("checked\n", ""))
        self.assertFalse(os.path.exists(self.db))

    def test_with_a_rank_above_0_the_dialects_keep_nothing(self) -> None:
        found = self.script(
            """
            import trackerdb as wandb
            run = wandb.init(project="p", config={"a": 1}, tags=["t"])
            run.name = "other"; run.log({"x": 1}); run.alert("a", "b"); run.summary["s"] = 1
            run.define_metric("x", summary="min"); wandb.log_artifact(__file__); wandb.finish()
            with wandb.SummaryWriter("runs/a") as writer:
                writer.add_scalar("a", 1, 1); writer.add_text("t", "x"); writer.add_histogram("h", [1.0, 2.0], 1)
                writer.add_hparams({"a": 1}, {"b": 2}); writer.flush()
                print(len(writer._run()._points))
            """,
            RANK="1",
        )
        self.assertEqual((found.returncode, found.stdout, found.stderr), (0, "0\n", ""))
        self.assertFalse(os.path.exists(self.db))

    def test_a_forked_child_keeps_nothing_and_says_so_once(self) -> None:
        found = self.script(
            START
            + """
run = tracker.start("r")
run.log({"a": 1})
pid = os.fork()
if pid == 0:
    run.log({"a": 2}); run.log({"a": 3}); run.tag("x")
    try: run.log({"a": "text"})
    except TypeError: print("checked", flush=True)
    run.finish()
    own = tracker.start("own"); own.log({"a": 1})
    sys.exit(3)
os.waitpid(pid, 0)
run.log({"a": 4})
run.finish()
"""
        )
        self.assertEqual(found.stdout, "checked\n")
        self.assertEqual(found.stderr.count("trackerdb:"), 1, found.stderr)
        self.assertEqual(self.sql("SELECT value FROM metrics WHERE run_id = 1"), [(1,), (4,)])
        self.assertEqual(
            self.sql("SELECT name, status, exit_code FROM runs ORDER BY id"),
            [("r", "finished", None), ("own", "failed", 3)],
        )
        self.assertHealthy()

    def test_workers_of_a_data_loader_do_not_disturb_the_run(self) -> None:
        found = self.script(
            START
            + """
import multiprocessing
def work(number): return run.log({"x": number}) or number
if __name__ == "__main__":
    run = tracker.start("r")
    with multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(work, range(4)))
    run.log({"a": 1}); run.finish()
"""
        )
        self.assertEqual(found.stdout, "[0, 1, 2, 3]\n", found.stderr)
        self.assertEqual(self.sql("SELECT name, count FROM metric_series"), [("a", 1)])

    def test_copies_and_pickles(self) -> None:
        run = tracker.start("r", db=self.db)
        self.assertIs(copy.deepcopy(run), run)
        self.assertIs(copy.copy(run), run)
        pickled = pickle.loads(pickle.dumps(run))
        pickled.log({"a": 1})
        with self.assertRaises(TypeError):
            pickled.log({"a": "text"})
        self.assertEqual((pickled.id, pickled.name), (run.id, run.name))
        run.finish()
        self.assertEqual(self.sql("SELECT COUNT(*) FROM metric_points"), [(0,)])
        found = self.script(
            START
            + """
import pickle
run = tracker.start("r")
for _ in range(2):
    other = pickle.loads(pickle.dumps(run)); other.log({"a": 1}); other.tag("t")
"""
        )
        self.assertEqual(found.stderr.count("nothing is kept"), 1, found.stderr)

    def test_only_in_a_notebook_a_run_of_the_same_name_ends_the_open_one(self) -> None:
        for succeeded, status in ((True, "finished"), (False, "interrupted")):
            found = self.script(
                START
                + f"""
import types
tracker.start("plain"); tracker.start("plain").finish()
shell = types.SimpleNamespace(last_execution_succeeded={succeeded})
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: shell)
a = tracker.start("{status}"); other = tracker.start("other")
b = tracker.start("{status}")
print(a.is_open, other.is_open, b.is_open)
"""
            )
            self.assertEqual(found.stdout, "False True True\n", found.stderr)
            self.assertEqual(
                self.sql("SELECT status FROM runs WHERE name = ? ORDER BY id LIMIT 1", status), [(status,)]
            )

    def test_resume_goes_on_and_refuses_a_run_that_lives(self) -> None:
        with tracker.start("r", db=self.db, params={"a": 1}) as run:
            run.log({"x": 1})
        with tracker.start("other name", db=self.db, resume="r") as again:
            self.assertEqual((again.id, again.name, again.step), (1, "r", 1))
            again.log({"x": 2})
            with self.assertRaisesRegex(tracker.TrackerError, "still running"):
                tracker.start("r", db=self.db, resume=1)
        self.assertEqual(self.sql("SELECT step, value FROM metrics"), [(1, 1), (2, 2)])
        process = self.begun(START + "tracker.start('dead')\nprint('x', flush=True)\ntime.sleep(3600)")
        process.kill()
        process.wait()
        with tracker.start("r", db=self.db, resume="dead"):
            pass
        self.assertEqual(self.sql("SELECT status FROM runs WHERE name = 'dead'"), [("finished",)])

    def test_resume_refuses_a_name_of_several_and_tells_of_another_name(self) -> None:
        for name in ("a", "a", "b"):
            tracker.start(name, db=self.db).finish()
        with self.assertRaisesRegex(tracker.TrackerError, "2 runs are called 'a'.\nTry: .*1, 2"):
            tracker.start("a", db=self.db, resume="a")
        for resume in (2, "3", "latest", "b"):
            tracker.start(db=self.db, resume=resume).finish()
        found = self.script(START + "tracker.start('new', resume=1)")
        self.assertEqual(
            found.stderr, "trackerdb: run 1 goes on under its own name, 'a', and not as 'new'.\n"
        )

    def test_a_started_program_takes_the_run_that_was_made_for_it(self) -> None:
        tracker.start("launcher", db=self.db).finish()
        connection = sqlite3.connect(self.db)
        connection.execute("INSERT INTO runs (id, name, owner) VALUES (7, 'made', 'token')")
        connection.commit()
        connection.close()
        text = (
            START
            + "a = tracker.start('a', params={'x': 1}); a.log({'y': 1}); b = tracker.start('b')\nsys.exit(3)"
        )
        variables = {"TRACKER_DB": self.db, "TRACKER_RUN_ID": "7", "TRACKER_RUN_OWNER": "token"}
        self.script(text, **variables)
        self.script(text, **{**variables, "TRACKER_RUN_ID": "99"})
        self.assertEqual(
            self.sql("SELECT name, status, parent_run_id, owner FROM runs WHERE id >= 7 ORDER BY id"),
            [("a", "running", None, "token"), ("b", "failed", 7, None), ("a", "failed", None, None),
             ("b", "failed", None, None)],
        )  # fmt: skip
        self.assertEqual(self.sql("SELECT name, value FROM params WHERE run_id = 7"), [("x", 1)])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM environment WHERE name = 'exec.taken_by'"), [(1,)])
        other = os.path.join(self.folder, "other.db")
        self.script("import trackerdb as tracker\ntracker.start('c', db='other.db')", **variables)
        self.assertEqual(self.sql("SELECT name, parent_run_id FROM runs", db=other), [("c", None)])

    def test_a_run_that_was_made_is_described_but_for_what_was_given(self) -> None:
        text = START + (
            "tracker.start('a', params={'x': 1, 'y': 2}, experiment='e', note='n', group='g', seed=3).finish()\n"
            "tracker.start('z', resume=sys.argv[1], experiment='f', note='m')"
        )
        expected = {
            "": ("a", "e", "n", "g", 3),
            "name,experiment,note,group_name": ("made", "default", None, None, 3),
        }
        tracker.start("launcher", db=self.db).finish()
        for run, (given, row) in enumerate(expected.items(), 7):
            connection = sqlite3.connect(self.db)
            connection.execute("INSERT INTO runs (id, name, owner) VALUES (?, 'made', 'token')", (run,))
            connection.execute("INSERT INTO params (run_id, name, value) VALUES (?, 'x', 5)", (run,))
            connection.commit()
            connection.close()
            variables = {"TRACKER_DB": self.db, "TRACKER_RUN_ID": str(run), "TRACKER_RUN_OWNER": "token"}
            self.script(text, "1", TRACKER_RUN_GIVEN=given, **variables)
            found = """
                SELECT run.name, experiment.name, run.note, group_name, seed
                FROM runs AS run JOIN experiments AS experiment ON experiment.id = experiment_id
                WHERE run.id = ?
                """
            self.assertEqual(self.sql(found, run), [row])
            self.assertEqual(
                self.sql("SELECT name, value FROM params WHERE run_id = ?", run), [("x", 5), ("y", 2)]
            )
            self.assertEqual(self.sql(found, 1), [("launcher", "f", "m", None, None)])


class ManyAndKilled(FolderCase):
    def test_sixteen_processes_into_one_file(self) -> None:
        text = START + (
            "with tracker.start(sys.argv[1]) as run:\n"
            "    run.patience = 1000\n"
            "    for step in range(2000): run.log({'a': step, 'b': -step})\n"
            "    run.epoch(1, {'c': 1}); run.artifact(sys.argv[1].encode() * 300000, 'file')\n"
        )
        path = self.file(text)
        processes = [
            subprocess.Popen(
                [sys.executable, path, f"run{number}"], env=VARIABLES, stderr=subprocess.PIPE, text=True
            )
            for number in range(16)
        ]
        for process in processes:
            lines = process.communicate(timeout=1000)[1].splitlines()
            # On a slow machine one of them may wait for a second, and more than once.
            self.assertEqual([line for line in lines if " waits for " not in line], [])
            self.assertEqual(process.returncode, 0)
        self.assertEqual(self.sql("SELECT COUNT(*), COUNT(DISTINCT name), MIN(status), MAX(status) FROM runs"),
                         [(16, 16, "finished", "finished")])  # fmt: skip
        self.assertEqual(self.sql("SELECT COUNT(*) FROM metric_points"), [(16 * 4001,)])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM artifacts"), [(16,)])
        self.assertHealthy()

    #: Moments at which the process is killed.
    moments = 50 if os.environ.get("TRACKER_TESTS") == "all" else 6

    def test_a_kill_leaves_the_file_whole_and_every_flushed_epoch_there(self) -> None:
        text = START + (
            "import random\n"
            "run = tracker.start('r')\n"
            "print('x', flush=True)\n"
            "for epoch in range(1, 10000):\n"
            "    for _ in range(20): run.log({'a': epoch})\n"
            "    run.histogram('h', [1.0, 2.0]); run.epoch(epoch, {'b': epoch, 'c': -epoch})\n"
            "    if epoch % 5 == 0: run.flush(); print(epoch, flush=True)\n"
        )
        generator = random.Random(23)
        for _ in range(self.moments):
            process = self.begun(text)
            time.sleep(generator.uniform(0, 0.5))
            process.kill()
            assert process.stdout is not None
            flushed = [int(line) for line in process.stdout.read().split()]
            process.wait()
            last = max(flushed, default=0)
            epochs = self.sql("SELECT name, value FROM metrics WHERE name IN ('b', 'c') ORDER BY name, step")
            b = [value for name, value in epochs if name == "b"]
            c = [-value for name, value in epochs if name == "c"]
            self.assertEqual(b, c)
            self.assertEqual(b, list(range(1, len(b) + 1)))
            self.assertGreaterEqual(len(b), last)
            self.assertEqual(self.sql("PRAGMA integrity_check"), [("ok",)])
            for name in os.listdir("."):
                if name.startswith("tracker.db"):
                    os.remove(name)


class Machinery(FolderCase):
    def test_no_statement_numbers_its_parameters(self) -> None:
        # Python 3.14 refuses them beside a sequence of values.
        for path in (PACKAGE / "trackerdb").rglob("*.py"):
            self.assertNotRegex(path.read_text(encoding="utf-8"), r"\?\d", path.name)

    def test_the_bound_is_a_gibibyte_and_patience_a_minute(self) -> None:
        self.assertEqual((Writer.limit, tracker.Run.patience), (1 << 30, 60))

    def test_an_old_sqlite_is_told_with_the_ways_out(self) -> None:
        found = self.script(
            """
            import sqlite3
            sqlite3.sqlite_version_info = (3, 34, 1); sqlite3.sqlite_version = "3.34.1"
            import trackerdb as tracker
            try: tracker.start("r")
            except tracker.TrackerError as error: print(error)
            """
        )
        self.assertIn("SQLite is 3.34.1", found.stdout)
        self.assertIn("pip install pysqlite3-binary", found.stdout)
        self.assertFalse(os.path.exists(self.db))


if __name__ == "__main__":
    unittest.main()
