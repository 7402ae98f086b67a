"""What is checked in the call, and how settings and names are stored."""

from __future__ import annotations

import argparse
import collections
import dataclasses
import datetime
import decimal
import enum
import math
import pathlib
import types
import unittest

from support import FolderCase, needs

import trackerdb as tracker


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Options:
    lr: float = 0.1
    inner: object = None


class Odd:
    def __str__(self) -> str:
        raise RuntimeError("never")

    def __repr__(self) -> str:
        raise RuntimeError("never")


class Settings(FolderCase):
    def params(self, **values: object) -> dict:
        with tracker.start("r", db=self.db, params=values):
            pass
        rows = self.sql("SELECT name, value, text FROM params WHERE run_id = (SELECT MAX(id) FROM runs)")
        return {name: (value, text) for name, value, text in rows}

    def test_of_what_is_too_long_the_beginning_is_kept(self) -> None:
        found = self.params(text="é" * 4_000_001, list=[1] * 1_400_000, fits="x" * 4_000_000)
        self.assertEqual(found["text"], ("é" * 3_999_999 + "…", None))
        self.assertTrue(found["list"][0].startswith("[1, 1, 1"))
        self.assertEqual([len(value) for value, _ in found.values()], [4_000_000] * 3)
        with self.assertRaises(SystemExit), tracker.start("r", db=self.db):
            raise SystemExit("e" * 4_000_001)
        self.assertEqual(self.sql("SELECT length(error) FROM runs ORDER BY id DESC LIMIT 1"), [(4_000_000,)])

    def test_each_kind_of_value(self) -> None:
        cases = [
            (1, (1, None)),
            (0.1, (0.1, None)),
            ("text", ("text", None)),
            ("0.10", ("0.10", None)),
            (True, (1, "true")),
            (False, (0, "false")),
            (None, (None, None)),
            (math.nan, (None, "nan")),
            (math.inf, (math.inf, None)),
            (2**63 - 1, (2**63 - 1, None)),
            (2**64, (float(2**64), str(2**64))),
            (10**400, (math.inf, str(10**400))),
            ([1, "a", None, 2.5], ('[1, "a", null, 2.5]', None)),
            ((1, 2), ("[1, 2]", None)),
            (Colour.RED, ("RED", None)),
            (datetime.date(2026, 1, 2), ("2026-01-02", None)),
            (pathlib.PurePosixPath("/a/b"), ("/a/b", None)),
            (decimal.Decimal("0.10"), ("0.10", None)),
            ("x" * 1_000_000, ("x" * 1_000_000, None)),
            (Odd(), ("<Odd>", None)),
            ("x" * 100_000, ("x" * 100_000, None)),
            ("\ud800", ("?", None)),
            ({}, ("{}", None)),
        ]
        for value, stored in cases:
            with self.subTest(type(value).__name__):
                self.assertEqual(self.params(p=value), {"p": stored})

    def test_nested_settings_are_joined_by_dots(self) -> None:
        values = {
            "mapping": {"lr": 0.1, 2: {"deep": None}},
            "ordered": collections.OrderedDict(a=1),
            "data": Options(inner={"x": 1}),
            "namespace": argparse.Namespace(b=2),
            "simple": types.SimpleNamespace(c=3),
        }
        self.assertEqual(
            self.params(**values),
            {
                "mapping.lr": (0.1, None),
                "mapping.2.deep": (None, None),
                "ordered.a": (1, None),
                "data.lr": (0.1, None),
                "data.inner.x": (1, None),
                "namespace.b": (2, None),
                "simple.c": (3, None),
            },
        )

    def test_sets_are_in_an_order_that_no_process_changes(self) -> None:
        text = """
            import trackerdb as tracker
            tracker.start("r", params={"words": {"b", "a", "c"}, "mixed": frozenset([1, "x", (2, 1)])}).finish()
            """
        for seed in ("1", "2", "3"):
            self.script(text, PYTHONHASHSEED=seed)
        self.assertEqual(
            self.sql("SELECT DISTINCT name, value FROM params ORDER BY name"),
            [("mixed", '[1, [2, 1], "x"]'), ("words", '["a", "b", "c"]')],
        )

    def test_a_tag_of_no_value_has_none(self) -> None:
        with tracker.start("r", db=self.db, tags={"a": None, "b": 1, "c": "x"}):
            pass
        self.assertEqual(self.sql("SELECT name, value FROM tags"), [("a", ""), ("b", "1"), ("c", "x")])

    def test_two_settings_of_one_name_raise(self) -> None:
        with self.assertRaisesRegex(ValueError, "'a.b'"):
            tracker.start("r", db=self.db, params={"a": {"b": 1}, "a.b": 2})

    def test_whole_objects_are_settings(self) -> None:
        for params in (Options(), argparse.Namespace(lr=0.1), types.SimpleNamespace(lr=0.1)):
            with tracker.start("r", db=self.db, params=params):
                pass
            self.assertIn((0.1,), self.sql("SELECT value FROM params WHERE name = 'lr' ORDER BY run_id DESC"))

    def test_another_value_replaces_and_is_noted(self) -> None:
        found = self.script(
            """
            import trackerdb as tracker
            with tracker.start("r", params={"lr": 0.1, "same": 1}) as run:
                run.params({"lr": 0.2, "same": 1}); run.params["new"] = 3
            with tracker.start("r", params={"lr": 0.3}, resume="latest"): pass
            """
        )
        self.assertEqual(found.stderr, "trackerdb: run 'r': another value for lr.\n" * 2)
        self.assertEqual(self.sql("SELECT name, value FROM params"), [("lr", 0.3), ("new", 3), ("same", 1)])

    @needs("numpy", "torch")
    def test_scalars_and_arrays_of_libraries(self) -> None:
        import numpy
        import torch

        found = self.params(
            a=numpy.float32(0.5), b=numpy.int64(7), c=torch.tensor(2), d=numpy.array([1, 2]), e=numpy.bool_(True),
            f=torch.float32, g=numpy.longdouble(0.5), h=numpy.clongdouble(1 + 2j),
        )  # fmt: skip
        self.assertEqual(
            found,
            {
                "a": (0.5, None),
                "b": (7, None),
                "c": (2, None),
                "d": ("[1, 2]", None),
                "e": (1, "true"),
                "f": ("torch.float32", None),
                "g": (0.5, None),
                "h": ("(1+2j)", None),
            },
        )


class Calls(FolderCase):
    def setUp(self) -> None:
        super().setUp()
        self.run_ = tracker.start("r", db=self.db)
        self.addCleanup(self.run_.finish)

    def refused(self, kind: type, pattern: str, *words: object, **named: object) -> None:
        with self.assertRaisesRegex(kind, pattern):
            self.run_.log(*words, **named)

    def test_wrong_calls_raise_at_their_line(self) -> None:
        self.refused(TypeError, "'loss' is a number", {"loss": "0.5"})
        self.refused(TypeError, "'loss' is a number", {"loss": None})
        self.refused(TypeError, "'loss' is one number", {"loss": [1, 2]})
        self.refused(TypeError, "unexpected keyword", {"loss": 1}, stpe=3)
        self.refused(TypeError, "mapping", 3)
        self.refused(ValueError, "not empty", {"": 1})
        self.refused(ValueError, "at most 1,000 characters, not 100,000: 'nnn", {"n" * 100_000: 1})
        self.refused(ValueError, "Unicode", {"\ud800": 1})
        self.refused(TypeError, "name of a metric is text", {3: 1})
        with self.assertRaisesRegex(ValueError, "name of an experiment is not empty"):
            tracker.start("r", db=self.db, experiment="")
        with self.assertRaisesRegex(TypeError, "^tags is .*5"):
            tracker.start("r", db=self.db, tags=5)
        for step, kind in ((2.5, ValueError), ("3", TypeError), (2**63, ValueError), (math.nan, ValueError)):
            self.refused(kind, "step", {"a": 1}, step=step)
        for call in (
            lambda: self.run_.histogram("h", ["a"]),
            lambda: self.run_.histogram("", [1.0]),
            lambda: self.run_.note("n" * 4_000_001),
            lambda: self.run_.params({"p" * 1_001: 1}),
            lambda: self.run_.histogram("h", ([0, 1], [-1])),
            lambda: self.run_.histogram("h", ([1, 0], [1])),
            lambda: self.run_.alert("x", level="bad"),
            lambda: self.run_.tag(3),
            lambda: self.run_.media("m", 3),
            lambda: self.run_.media("m", "x", at="now"),
            lambda: self.run_.media("m", "x", at=2**63),
            lambda: self.run_.media("m", "x", step=2.5),
            lambda: self.run_.media("m", "x", epoch="one"),
            lambda: self.run_.media("m", {"a": [1, 2], "b": [1]}),
            lambda: self.run_.artifact(b"x", "f", b"text/plain"),
            lambda: self.run_.histogram("h", ([0, 1, 2], [2**63 - 1, 1])),
            lambda: self.run_.histogram("h", [1.0], step="3"),
            lambda: self.run_.log({"a": 1}, epoch=0.5),
            lambda: self.run_.epoch(2**63),
            lambda: self.run_.epoch(1, {"a": "text"}),
            lambda: self.run_.epoch("a"),
            lambda: self.run_.finish("well"),
            lambda: self.run_.artifact("/nowhere/file"),
            lambda: self.run_.artifact(b"x"),
            lambda: tracker.start("", db=self.db),
            lambda: tracker.start("r", db=self.db, tags="one"),
            lambda: tracker.start("r", db=self.db, seed=0.5),
            lambda: tracker.start("r", db=self.db, sede=1),
        ):
            with self.assertRaises((TypeError, ValueError, OSError)):
                call()
        self.run_.flush()
        self.assertEqual(self.sql("SELECT COUNT(*) FROM metric_points"), [(0,)])

    def test_of_a_call_with_a_wrong_value_nothing_is_kept(self) -> None:
        self.refused(TypeError, "'b'", {"a": 1.0, "b": "x"})
        self.run_.log({"a": 2.0})
        self.run_.flush()
        self.assertEqual(self.sql("SELECT step, value FROM metric_points"), [(1, 2.0)])

    def test_steps_of_any_whole_kind(self) -> None:
        import fractions

        steps: list = [3, 4.0, True, fractions.Fraction(9, 1), -(2**63), 2**63 - 1]
        for step in steps:
            self.run_.log({"a": 1}, step=step)
        self.refused(ValueError, "no step after 9223372036854775807", {"a": 1})
        self.run_.flush()
        self.assertEqual(
            self.sql("SELECT step FROM metric_points"),
            [(-(2**63),), (1,), (3,), (4,), (9,), (2**63 - 1,)],
        )

    @needs("numpy", "torch")
    def test_scalars_are_read_at_the_call(self) -> None:
        import numpy
        import torch

        total = torch.zeros(())
        for number in (1, 2, 3):
            total += 1
            self.run_.log({"torch": total, "numpy": numpy.float64(number), "array": numpy.array([number])})
        self.run_.log({"torch": torch.ones((1, 1), requires_grad=True)}, step=numpy.int64(9))
        self.refused(TypeError, r"shape \(2,\)", {"a": torch.zeros(2)})
        self.refused(TypeError, r"shape \(2,\)", {"a": numpy.zeros(2)})
        self.run_.flush()
        found = self.sql("SELECT name, step, value FROM metrics WHERE name <> 'array' ORDER BY name, step")
        self.assertEqual([row[2] for row in found], [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0])

    @needs("numpy")
    def test_a_masked_number_of_numpy_is_no_number(self) -> None:
        import numpy

        self.run_.log({"a": numpy.ma.masked, "b": numpy.ma.array([1.5], mask=[False])})
        self.run_.log({"a": numpy.ma.array([1.5], mask=[True])})
        self.run_.flush()
        self.assertEqual(
            self.sql("SELECT name, nan_count, count FROM metric_series ORDER BY name"),
            [("a", 2, 2), ("b", 0, 1)],
        )

    def test_names_that_an_enum_of_texts_holds(self) -> None:
        class Name(str, enum.Enum):
            LOSS = "loss"

        for name in (Name.LOSS, "loss", Name.LOSS):
            self.run_.log({name: 1.0})
        self.run_.flush()
        self.assertEqual(self.sql("SELECT name, count FROM metric_series"), [("loss", 3)])

    def test_odd_numbers(self) -> None:
        for value in (math.nan, math.inf, -math.inf, True, 2**70, 10**400, decimal.Decimal("0.5")):
            self.run_.log({"a": value})
        self.run_.flush()
        found = [row[0] for row in self.sql("SELECT value FROM metric_points ORDER BY step")]
        self.assertEqual(found, [None, math.inf, -math.inf, 1.0, float(2**70), math.inf, 0.5])

    def test_metrics_of_a_call_share_a_step_and_calls_do_not(self) -> None:
        import threading

        def work() -> None:
            for _ in range(500):
                self.run_.log({"a": 1, "b": 2})

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.run_.flush()
        steps = "SELECT step FROM metrics WHERE name = ? ORDER BY step"
        self.assertEqual(self.sql(steps, "a"), [(step,) for step in range(1, 2001)])
        self.assertEqual(self.sql(steps, "a"), self.sql(steps, "b"))
        self.assertEqual(self.sql("SELECT COUNT(*) FROM metric_points WHERE repeat > 0"), [(0,)])


if __name__ == "__main__":
    unittest.main()
