"""How a run ends, in every way in which a program can."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import unittest
import unittest.mock

from support import VARIABLES, FolderCase

import trackerdb as tracker

START = "import os, sys, signal, time, trackerdb as tracker\n"


class HowARunEnds(FolderCase):
    def end(self, name: str = "r") -> tuple:
        return self.sql("SELECT status, error, exit_code FROM runs WHERE name = ?", name)[0]

    def run_script(self, text: str, **variables: str) -> subprocess.CompletedProcess:
        return self.script(START + text, **variables)

    def test_a_clock_that_was_set_back_makes_no_duration_negative(self) -> None:
        run = tracker.start("x", db=self.db)
        yesterday = time.time_ns() // 1_000_000 - 86_400_000
        with unittest.mock.patch("trackerdb._store.runs.now", lambda: yesterday):
            run.finish()
        rows = self.sql("SELECT status, ended_at - started_at, heartbeat_at FROM runs")
        self.assertEqual(rows, [("finished", 0, yesterday)])
        self.assertEqual(self.sql("SELECT seconds FROM run_summary"), [(0.0,)])
        self.assertHealthy()

    def test_a_script_that_just_ends_is_finished(self) -> None:
        found = self.run_script("tracker.start('r').log({'a': 1})")
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertEqual(self.end(), ("finished", None, 0))
        self.assertEqual(self.sql("SELECT count FROM metric_series"), [(1,)])

    def test_every_way_to_exit(self) -> None:
        cases = [
            ("sys.exit()", 0, "finished", 0),
            ("sys.exit(0)", 0, "finished", 0),
            ("sys.exit(None)", 0, "finished", 0),
            ("sys.exit(3)", 3, "failed", 3),
            ("sys.exit('why')", 1, "failed", 1),
            ("exit(4)", 4, "failed", 4),
            ("quit(5)", 5, "failed", 5),
            ("import argparse; argparse.ArgumentParser().error('bad')", 2, "failed", 2),
        ]
        for how, code, status, exit_code in cases:
            for form in ("tracker.start(NAME)\n{}", "with tracker.start(NAME):\n    {}"):
                name = how + form
                with self.subTest(name):
                    found = self.run_script(form.replace("{}", how).replace("NAME", repr(name)))
                    self.assertEqual(found.returncode, code, found.stderr)
                    end = self.end(name)
                    self.assertEqual(end[0], status)
                    self.assertEqual(end[2], exit_code)

    def test_a_raised_system_exit_is_no_success(self) -> None:
        cases = [
            ("raise SystemExit(3)", 3, ("failed", "exit code 3", 3)),
            ("raise SystemExit", 0, ("finished", None, 0)),
            ("raise SystemExit(0)", 0, ("finished", None, 0)),
            ("raise SystemExit('why')", 1, ("failed", "why", 1)),
            ("code = 4\nif code: raise SystemExit(code)", 4, ("failed", "exit code 4", 4)),
            ("def main(): return 0\nraise SystemExit(main())", 0, ("finished", None, None)),
            ("try: raise SystemExit(3)\nexcept SystemExit: pass", 0, ("finished", None, 0)),
            # People go on editing while a script runs.
            (
                "code = 5\nopen(__file__, 'w').write('1\\n' * 9)\nimport linecache; linecache.checkcache()\n"
                "raise SystemExit(code)",
                5,
                ("failed", "exit code 5", 5),
            ),
        ]
        for how, code, end in cases:
            with self.subTest(how):
                found = self.run_script(f"run = tracker.start({how!r})\n" + how)
                self.assertEqual(found.returncode, code, found.stderr)
                self.assertEqual(self.end(how), end)
        for how in ("def f():\n    raise SystemExit(3)\nf()", "raise SystemExit('a' + 'b' * len(sys.argv))"):
            with self.subTest(how):
                self.run_script(f"run = tracker.start({how!r})\n" + how)
                status, error, code = self.end(how)
                self.assertEqual((status, code), ("failed", None))
                self.assertRegex(error, r"^SystemExit \(.*script\d+\.py:\d+\)$")

    def test_system_exit_that_is_caught_is_none(self) -> None:
        self.run_script(
            "run = tracker.start('r')\ntry: sys.exit(3)\nexcept SystemExit: pass\ntime.sleep(0.01)\nrun.log({'a': 1})"
        )
        self.assertEqual(self.end()[0], "finished")

    def test_an_exception_is_failed_with_its_last_frame(self) -> None:
        text = "def f():\n    raise ValueError('odd')\n"
        for form in ("run = tracker.start('r')\nf()", "with tracker.start('r'):\n    f()"):
            with self.subTest(form):
                if os.path.exists(self.db):
                    os.remove(self.db)
                found = self.run_script(text + form)
                self.assertEqual(found.returncode, 1)
                self.assertTrue(found.stderr.endswith("ValueError: odd\n"), found.stderr)
                status, error, code = self.end()
                self.assertEqual((status, code), ("failed", 1))
                self.assertRegex(error, r"^ValueError: odd \(.*script\d+\.py:3 in f\)$")

    def test_what_leaves_a_with_ends_its_run_also_where_the_script_catches_it(self) -> None:
        cases = (
            ("ValueError('odd')", ("failed", 1)),
            ("SystemExit(3)", ("failed", 3)),
            ("KeyboardInterrupt", ("interrupted", 130)),
        )
        for raised, end in cases:
            with self.subTest(raised):
                found = self.run_script(
                    f"try:\n    with tracker.start({raised!r}): raise {raised}\n"
                    "except BaseException: pass\ntracker.start('next').finish()"
                )
                self.assertEqual((found.returncode, found.stderr), (0, ""))
                self.assertEqual(self.end(raised)[::2], end)

    def test_the_traceback_is_what_it_is_without_us(self) -> None:
        text = "def f():\n    1 / 0\n{}\nf()\n"
        ours = self.script(START + text.format("tracker.start('r')"))
        theirs = self.script(START + text.format("pass"))
        self.assertEqual(
            ours.stderr.replace("script0", "script1").replace("tracker.start('r')", "pass"), theirs.stderr
        )

    def test_former_hooks_are_called_and_later_ones_do_not_hide_exceptions(self) -> None:
        found = self.run_script(
            "sys.excepthook = lambda *words: print('former')\ntracker.start('r')\nraise ValueError('odd')"
        )
        self.assertEqual((found.stdout, self.end()[0]), ("former\n", "failed"))
        os.remove(self.db)
        found = self.run_script(
            "tracker.start('r')\nsys.excepthook = lambda *words: print('later')\nraise ValueError('odd')"
        )
        self.assertEqual((found.stdout, self.end()[0]), ("later\n", "failed"))

    def test_keyboard_interrupt_is_interrupted(self) -> None:
        process = self.begun(START + "tracker.start('r')\nprint('x', flush=True)\ntime.sleep(3600)")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(300), -signal.SIGINT)
        self.assertEqual(self.end()[::2], ("interrupted", 130))

    def test_polite_signals_are_interrupted_and_exit_as_ever(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGXCPU):
            name = signal.Signals(number).name
            with self.subTest(name):
                process = self.begun(
                    START + f"run = tracker.start({name!r})\nrun.log({{'a': 1}})\nprint('x', flush=True)\n"
                    "while True: run.log({'b': 1}); time.sleep(0.001)"
                )
                process.send_signal(number)
                self.assertEqual(process.wait(300), -number)
                self.assertEqual(self.end(name), ("interrupted", f"ended by {name}", 128 + number))

    def test_a_signal_while_a_run_ends_waits_until_it_has(self) -> None:
        found = self.run_script(
            """
from trackerdb._work import Work
run = tracker.start('r')
def asks(store): os.kill(os.getpid(), signal.SIGTERM); time.sleep(0.3)
run._put(Work(lambda store, _: None, asks)); run.log({'a': 1}); run.finish()
"""
        )
        self.assertEqual((found.returncode, found.stderr), (-signal.SIGTERM, ""))
        self.assertEqual(self.sql("SELECT status, count FROM runs JOIN metric_series"), [("finished", 1)])

    def test_a_signal_before_the_end_is_handed_over_stores_it(self) -> None:
        found = self.run_script(
            """
run = tracker.start('r')
run.log({'a': 1})
run._stop_watching = lambda: os.kill(os.getpid(), signal.SIGTERM)  # the first thing of its end
run.finish()
"""
        )
        self.assertEqual((found.returncode, found.stderr), (-signal.SIGTERM, ""))
        self.assertEqual(self.sql("SELECT status, count FROM runs JOIN metric_series"), [("finished", 1)])

    def test_signals_that_the_script_handles_are_its_own(self) -> None:
        found = self.run_script(
            """
signal.signal(signal.SIGTERM, lambda *words: print('mine'))
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
tracker.start('r')
os.kill(os.getpid(), signal.SIGTERM)
os.kill(os.getpid(), signal.SIGUSR1)
"""
        )
        self.assertEqual((found.stdout, found.returncode, self.end()[0]), ("mine\n", 0, "finished"))

    def test_after_the_last_finish_all_is_as_before(self) -> None:
        found = self.run_script(
            """
import builtins
def state():
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGXCPU, signal.SIGINT)
    return (sys.excepthook, sys.exit, builtins.exit, builtins.quit, [signal.getsignal(n) for n in numbers])
before = state()
a, b = tracker.start('a'), tracker.start('b')
a.finish()
assert state() != before
b.finish()
assert state() == before
"""
        )
        self.assertEqual(found.returncode, 0, found.stderr)

    def test_what_the_script_sets_meanwhile_stays(self) -> None:
        found = self.run_script(
            """
run = tracker.start('r')
hook, handler, leave = (lambda *words: print('mine')), (lambda *words: None), sys.exit
sys.excepthook = hook
signal.signal(signal.SIGTERM, handler)
sys.exit = lambda *words: leave(*words)
mine = sys.exit
run.finish()
assert (sys.excepthook, signal.getsignal(signal.SIGTERM), sys.exit) == (hook, handler, mine)
print('kept')
1 / 0
"""
        )
        self.assertEqual((found.returncode, found.stdout, found.stderr), (1, "kept\nmine\n", ""))

    def test_after_the_last_finish_a_child_is_as_before(self) -> None:
        found = self.run_script(
            """
import concurrent.futures.process as futures, multiprocessing, multiprocessing.pool as pools, traceback
def state():
    return (traceback.print_exc, futures._ExceptionWithTraceback, pools.ExceptionWithTraceback, sys.exit,
            len(multiprocessing.util._finalizer_registry))
def function():
    before = state()
    run = tracker.start('r')
    assert [one != other for one, other in zip(before, state())] == [True] * 5
    run.finish()
    assert state() == before
if __name__ == '__main__':
    for method in ('fork', 'spawn'):
        child = multiprocessing.get_context(method).Process(target=function)
        child.start(); child.join(); print(child.exitcode)
"""
        )
        self.assertEqual(found.stdout, "0\n0\n", found.stderr)

    def test_signals_are_taken_in_the_main_thread_only(self) -> None:
        found = self.run_script(
            """
import threading
thread = threading.Thread(target=lambda: tracker.start('r')); thread.start(); thread.join()
print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""
        )
        self.assertEqual((found.stdout, self.end()[0]), ("True\n", "finished"))

    def test_the_end_of_the_interpreter_waits_too_and_then_says_what_is_lost(self) -> None:
        found = self.run_script(
            """
import sqlite3, trackerdb._exits as exits
assert exits._SECONDS == 10
exits._SECONDS = 1
run = tracker.start("r"); run.flush()
lock = sqlite3.connect("tracker.db", isolation_level=None); lock.execute("BEGIN IMMEDIATE")
run.log({"a": 1})
sys.exit(3)
"""
        )
        self.assertEqual(found.returncode, 3)
        self.assertIn("nothing was within 1 s", found.stderr)
        self.assertIn("1 points are not stored", found.stderr)
        self.assertNotIn("Traceback", found.stderr)

    def test_a_kill_is_seen(self) -> None:
        process = self.begun(START + "tracker.start('r')\nprint('x', flush=True)\ntime.sleep(3600)")
        process.kill()
        process.wait()
        row = self.sql("SELECT status, heartbeat_seconds, pid, boot_id, owner FROM runs")[0]
        self.assertEqual(row[:3], ("running", 10, process.pid))
        self.assertTrue(row[3] and row[4])

    def test_a_heartbeat_comes_while_nothing_is_logged(self) -> None:
        found = self.run_script(
            """
import trackerdb._writer as writer
writer.HEARTBEAT_SECONDS = 0.2
run = tracker.start('r')
def beat(): return tracker.open().sql('SELECT heartbeat_at AS at FROM runs')[0]['at']
first = beat()
while beat() == first: time.sleep(0.05)
assert beat() > first
"""
        )
        self.assertEqual(found.returncode, 0, found.stderr)

    def test_children_of_multiprocessing_end_with_their_function(self) -> None:
        for method in ("fork", "spawn", "forkserver"):
            with self.subTest(method):
                found = self.run_script(
                    f"""
import multiprocessing
def well(): tracker.start('{method} well').log({{'a': 1}})
def badly():
    tracker.start('{method} badly')
    raise ValueError('odd')
def exits():
    tracker.start('{method} exits')
    sys.exit(3)
def raises():
    tracker.start('{method} raises')
    raise SystemExit(4)
def handles():
    tracker.start('{method} handles')
    try: 1 / 0
    except ZeroDivisionError: import traceback; traceback.print_exc(file=open(os.devnull, 'w'))
if __name__ == '__main__':
    context = multiprocessing.get_context('{method}')
    for function in (well, badly, exits, raises, handles):
        child = context.Process(target=function)
        child.start()
        child.join()
        print(child.exitcode)
"""
                )
                self.assertEqual(found.stdout, "0\n1\n3\n4\n0\n", found.stderr)
                self.assertEqual(self.end(f"{method} well")[0], "finished")
                self.assertEqual(self.end(f"{method} badly")[0], "failed")
                self.assertTrue(self.end(f"{method} badly")[1].startswith("ValueError: odd"))
                self.assertEqual(self.end(f"{method} exits")[::2], ("failed", 3))
                self.assertEqual(self.end(f"{method} raises")[::2], ("failed", 4))
                self.assertEqual(self.end(f"{method} handles")[0], "finished")

    def test_a_function_of_a_pool_that_raises_fails_the_run_it_leaves_open(self) -> None:
        found = self.run_script(
            """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
def function(name):
    run = tracker.start(name)
    run.log({"a": 1})
    if name.endswith("badly"): raise ValueError("odd")
    run.finish()
def raised(do):
    try: do()
    except ValueError as error: print(error)
if __name__ == '__main__':
    for method in ('fork', 'spawn'):
        context = multiprocessing.get_context(method)
        names = [f"{method} {kind} {how}" for kind in ("futures", "map") for how in ("badly", "well")]
        with ProcessPoolExecutor(1, mp_context=context) as pool: raised(lambda: list(pool.map(function, names[:2])))
        with context.Pool(1) as pool: raised(lambda: pool.map(function, names[2:]))  # ended by SIGTERM, twice
"""
        )
        self.assertEqual(found.stdout, "odd\n" * 4, found.stderr)
        for name, status, error, code in self.sql("SELECT name, status, error, exit_code FROM runs"):
            with self.subTest(name):
                self.assertEqual((status, code), ("failed" if name.endswith("badly") else "finished", None))
                self.assertRegex(error or "", r"^ValueError: odd \(.* in function\)$" if error else "^$")
        self.assertEqual(
            self.sql("SELECT COUNT(*), SUM(count) FROM runs, metric_series USING (id)"), [(8, 8)]
        )

    def test_what_a_worker_reads_of_the_script_starts_no_run(self) -> None:
        found = self.run_script(
            """
import multiprocessing
run = tracker.start('r')
def function(): pass
if __name__ == '__main__':
    for method in ('spawn', 'forkserver'):
        child = multiprocessing.get_context(method).Process(target=function)
        child.start(); child.join(); print(child.exitcode)
"""
        )
        self.assertEqual((found.stdout, self.sql("SELECT name FROM runs")), ("0\n0\n", [("r",)]))
        self.assertEqual(found.stderr.count("Start it under: if __name__ == '__main__':"), 2, found.stderr)

    def test_the_reason_of_an_exit_is_the_exception_that_was_handled(self) -> None:
        text = "try: 1 / 0\n{0}except ZeroDivisionError as error:\n{0}    print(error); sys.exit(7)"
        for number, script in enumerate(("tracker.start('0')\n" + text.format(""),
                                         "with tracker.start('1'):\n    " + text.format("    "))):  # fmt: skip
            self.assertEqual(self.run_script(script).returncode, 7)
            status, error, code = self.end(str(number))
            self.assertEqual((status, code), ("failed", 7))
            self.assertRegex(
                error, r"^ZeroDivisionError: division by zero \(.*script\d+\.py:\d in <module>\)$"
            )

    def test_children_that_run_atexit_end_with_their_exception(self) -> None:
        found = self.run_script(
            """
import atexit
tracker.start('r')
try:
    raise ValueError('odd')
finally:  # as newer versions of multiprocessing end a child
    atexit._run_exitfuncs()
"""
        )
        self.assertEqual(found.returncode, 1)
        self.assertEqual(self.end()[::2], ("failed", 1))
        self.assertTrue(self.end()[1].startswith("ValueError: odd"))

    def test_an_exception_in_a_thread_does_not_end_the_run(self) -> None:
        found = self.run_script(
            """
import threading
run = tracker.start('r')
def f(): raise ValueError('odd')
thread = threading.Thread(target=f); thread.start(); thread.join()
def g(): sys.exit(3)
thread = threading.Thread(target=g); thread.start(); thread.join()
run.log({'a': 1})
"""
        )
        self.assertEqual((found.returncode, self.end()), (0, ("finished", None, 0)))

    def test_what_a_notebook_leaves_open_ends_as_its_last_cell(self) -> None:
        for succeeded, status in ((True, "finished"), (False, "interrupted")):
            self.run_script(
                f"""
import types
shell = types.SimpleNamespace(last_execution_succeeded={succeeded}); sys.ps1 = "In : "
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: shell)
run = tracker.start({status!r})
try: sys.exit(3)  # cells catch it, as any exception
except SystemExit as error: sys.last_value = error
"""
            )
            self.assertEqual(self.end(status), (status, None, None))

    def test_what_is_typed_wrongly_fails_no_run(self) -> None:
        for number, (script, lines, end) in enumerate((
            ("", "1 / 0\n", ("finished", 0)),
            ("", "1 / 0\nsys.exit(3)\n", ("failed", 3)),
            ("1 / 0", "2 / 0\n", ("failed", 1)),
        )):  # fmt: skip
            path = self.file(START + f"tracker.start('{number}')\n" + script)
            subprocess.run(
                [sys.executable, "-i", path], input=lines, text=True, env=VARIABLES, capture_output=True
            )
            self.assertEqual(self.end(str(number))[::2], end)

    def test_finish_may_be_called_again_and_all_else_raises(self) -> None:
        found = self.run_script(
            """
run = tracker.start('r')
run.finish('failed', 'why')
run.finish(); run.finish('stopped')
for call in (lambda: run.log({'a': 1}), lambda: run.epoch(1), lambda: run.tag('x'), lambda: run.flush(),
             lambda: run.params({'a': 1}), lambda: run.histogram('h', [1.0]), lambda: run.alert('x'),
             lambda: run.note('x'), lambda: run.media('m', 'x'), lambda: run.artifact(b'x', 'f'),
             lambda: run.artifact(__file__), lambda: run.params.update(a=1), lambda: run.watch(None),
             lambda: run.unwatch(), lambda: run.restore(None)):
    try: call()
    except tracker.RunEnded as error: assert "'r'" in str(error)
    else: raise AssertionError('nothing was raised')
"""
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(self.end()[:2], ("failed", "why"))


if __name__ == "__main__":
    unittest.main()
