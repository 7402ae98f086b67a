"""Images, figures and tables as they come out again."""

from __future__ import annotations

import json
import math
import struct
import sys
import threading
import types
import unittest
import unittest.mock
import zlib

from support import FolderCase, needs

import trackerdb as tracker
from trackerdb._media import encoded, png


def decoded(data: bytes) -> tuple:
    """Width, height, channels and pixels of a PNG without filters."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, color = struct.unpack(">IIBB", data[16:26])
    assert depth == 8
    size = struct.unpack(">I", data[33:37])[0]
    lines = zlib.decompress(data[41 : 41 + size])
    channels = {0: 1, 4: 2, 2: 3, 6: 4}[color]
    row = width * channels + 1
    assert all(lines[start] == 0 for start in range(0, len(lines), row))
    return (
        width,
        height,
        channels,
        [list(lines[start + 1 : start + row]) for start in range(0, len(lines), row)],
    )


class Images(FolderCase):
    def test_axes_and_kinds_of_numbers(self) -> None:
        self.assertEqual(decoded(png([[0, 255], [128, 7], [1, 2]])), (2, 3, 1, [[0, 255], [128, 7], [1, 2]]))
        self.assertEqual(decoded(png([[0.0, 1.0, 0.5, -1.0, 2.0, math.nan]]))[3], [[0, 255, 127, 0, 255, 0]])
        self.assertEqual(decoded(png([[True, False]]))[3], [[255, 0]])
        hwc = [[[1, 2, 3], [4, 5, 6]]]
        self.assertEqual(decoded(png(hwc)), (2, 1, 3, [[1, 2, 3, 4, 5, 6]]))
        chw = [[[1, 4, 7, 8, 9]], [[2, 5, 0, 0, 0]], [[3, 6, 0, 0, 0]]]
        expected = (5, 1, 3, [[1, 2, 3, 4, 5, 6, 7, 0, 0, 8, 0, 0, 9, 0, 0]])
        self.assertEqual(decoded(png(chw)), expected)
        self.assertEqual(decoded(png(chw, "CHW")), expected)
        self.assertEqual(decoded(png([[[1], [2], [3]]], "WHC"))[:3], (1, 3, 1))
        for image, formats in (([[[1] * 7]] * 2, None), ([1, 2], None), (hwc, "XYZ"), ([[]], None)):
            with self.assertRaises(ValueError):
                png(image, formats)

    @needs("numpy", "torch")
    def test_arrays_and_tensors(self) -> None:
        import numpy
        import torch

        pixels = numpy.arange(5 * 7 * 3, dtype=numpy.uint8).reshape(5, 7, 3)
        expected = decoded(png(pixels))
        self.assertEqual(expected[3], pixels.reshape(5, 21).tolist())
        chw = numpy.ascontiguousarray(pixels.transpose(2, 0, 1))
        for image, formats in (
            (torch.from_numpy(pixels), None),
            (chw, "CHW"),
            (torch.from_numpy(chw), None),
            (torch.from_numpy(pixels).permute(2, 0, 1), "CHW"),
            ((pixels / 255).astype(numpy.float64), None),
        ):
            found = decoded(png(image, formats))
            self.assertEqual(found[:3], expected[:3])
            for a, b in zip(found[3], expected[3]):
                self.assertLessEqual(max(abs(x - y) for x, y in zip(a, b)), 1)
        mask = numpy.array([[True, False]])
        for image in (mask, torch.from_numpy(mask)):
            self.assertEqual(decoded(png(image))[3], [[255, 0]])
        big = torch.randint(0, 256, (100, 80, 3), dtype=torch.uint8)
        self.assertEqual(decoded(png(big))[3], big.reshape(100, 240).tolist())

    def test_images_are_copied_at_the_call(self) -> None:
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is missing")
        image = numpy.zeros((2, 2), numpy.uint8)
        with tracker.start("r", db=self.db) as run:
            run.media("a", image)
            image[:] = 255
        self.assertEqual(decoded(self.sql("SELECT data FROM blobs")[0][0])[3], [[0, 0], [0, 0]])

    def test_a_figure_is_drawn_at_the_call_and_closed_on_wish_alone(self) -> None:
        class Figure:
            def savefig(self, file: object, format: str) -> None:
                threads.append(threading.current_thread())
                file.write(b"picture")  # type: ignore[attr-defined]

        closed: list = []
        threads: list = []
        pyplot = types.SimpleNamespace(close=closed.append)
        modules = {"matplotlib": types.SimpleNamespace(pyplot=pyplot), "matplotlib.pyplot": pyplot}
        kept, dropped = Figure(), Figure()
        with unittest.mock.patch.dict(sys.modules, modules), tracker.start("r", db=self.db) as run:
            run.media("figure", kept)
            self.assertEqual(closed, [])
            run.media("another", dropped, close=True)
        self.assertEqual((closed, threads), ([dropped], [threading.current_thread()] * 2))
        self.assertEqual(self.sql("SELECT kind, media_type, data FROM media JOIN blobs ON hash = blob_hash"),
                         [("image", "image/png", b"picture")] * 2)  # fmt: skip


class Tables(FolderCase):
    def test_each_cell_keeps_its_type(self) -> None:
        medium = encoded([{"a": 1, "b": None}, {"a": "1", "b": 2.5, "c": True}, {"c": math.nan}])
        assert medium.content is not None
        self.assertEqual(
            json.loads(medium.content),
            {"columns": ["a", "b", "c"], "data": [[1, None, None], ["1", 2.5, True], [None, None, "NaN"]]},
        )
        self.assertEqual(encoded({"x": [1, 2]}).content, b'{"columns":["x"],"data":[[1],[2]]}')

    @needs("pandas", "numpy")
    def test_frames(self) -> None:
        import numpy
        import pandas

        frame = pandas.DataFrame({"i": [1, 2], "f": [0.5, numpy.nan], "s": ["x", None], "b": [True, False]})
        content = json.loads(encoded(frame).content or b"")
        self.assertEqual(content["columns"], ["i", "f", "s", "b"])
        self.assertEqual(content["data"][0], [1, 0.5, "x", True])
        self.assertEqual(content["data"][1][:2], [2, "NaN"])
        self.assertEqual(type(content["data"][0][0]), int)


if __name__ == "__main__":
    unittest.main()
