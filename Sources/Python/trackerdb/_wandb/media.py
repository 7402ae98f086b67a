"""What scripts for W&B hand to `log`: histograms, images, sound, pages, tables."""

from __future__ import annotations

import io
import json
import os
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .. import _media
from .._errors import say_once
from .._media import Medium


class Value:
    """Something that `log` stores as a medium."""

    def medium(self) -> Medium:
        """What is stored."""
        raise NotImplementedError


class Histogram:
    """How often values fall into bins: of a sequence, or `(counts, edges)` as `numpy.histogram` returns."""

    MAX_LENGTH = 512

    def __init__(
        self,
        sequence: Optional[Sequence[Any]] = None,
        np_histogram: Any = None,
        num_bins: int = 64,
    ) -> None:
        if np_histogram is not None:
            counts, edges = np_histogram
            self.histogram = [int(count) for count in counts]
            self.bins = [float(edge) for edge in edges]
        else:
            if sequence is None:
                raise ValueError("A Histogram takes a sequence, or np_histogram=(counts, edges).")
            self.histogram, self.bins = _counted(sequence, num_bins)
        self.num_bins = len(self.histogram)

    def bin_edges(self) -> Tuple[List[float], List[int]]:
        """The edges and the counts."""
        return self.bins, self.histogram


def _counted(sequence: Any, num_bins: int) -> Tuple[List[int], List[float]]:
    try:
        import numpy
    except ImportError:
        from .._histograms import summary

        found = summary(list(sequence))
        width = (found.upper - found.lower) / len(found.counts)
        return list(found.counts), [found.lower + width * place for place in range(len(found.counts) + 1)]
    values = sequence.detach().cpu().numpy() if hasattr(sequence, "detach") else sequence
    counts, edges = numpy.histogram(numpy.asarray(values, dtype=float).reshape(-1), bins=num_bins)
    return counts.tolist(), edges.tolist()


class Image(Value):
    """An image: an array, a tensor, a picture of PIL, a figure, or the path of a file."""

    def __init__(
        self,
        data_or_path: Any,
        mode: Optional[str] = None,
        caption: Optional[str] = None,
        grouping: Optional[int] = None,
        classes: Any = None,
        boxes: Optional[Dict[str, Any]] = None,
        masks: Optional[Dict[str, Any]] = None,
        file_type: Optional[str] = None,
    ) -> None:
        self._caption = caption
        self._medium = _image(data_or_path)._replace(text=caption)
        if boxes or masks:
            say_once("boxes and masks of an Image are not kept; the image is.")

    @property
    def format(self) -> Optional[str]:
        """The kind of file, such as `png`."""
        return (self._medium.media_type or "").split("/")[-1].split("+")[0] or None

    @property
    def image(self) -> Any:
        """The picture, as PIL has it."""
        from PIL import Image as pictures  # type: ignore[import-not-found, unused-ignore]

        return pictures.open(io.BytesIO(self._medium.content or b""))

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


def _image(value: Any) -> Medium:
    if isinstance(value, Image):
        return value.medium()
    if isinstance(value, (str, os.PathLike)):
        return from_file("image", value, "image/png")
    if hasattr(value, "savefig") or hasattr(value, "gcf"):
        return _media.figure(value.gcf() if hasattr(value, "gcf") else value)
    if hasattr(value, "mode") and hasattr(value, "save"):
        return _media.encoded(value)
    # A tensor of W&B has its channels first, an array has them last.
    axes = "CHW" if hasattr(value, "detach") and value.dim() == 3 else None
    return Medium("image", None, _media.png(value, axes), "image/png")


_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".ogg": "video/ogg",
    ".html": "text/html",
    ".json": "application/json",
}


def media_type_of(path: str, usual: str = "application/octet-stream") -> str:
    """The media type that the end of a file's name says."""
    return _TYPES.get(os.path.splitext(path)[1].lower(), usual)


def from_file(kind: str, path: Any, usual: str) -> Medium:
    """A file as a medium, as it is now."""
    path = os.fspath(path)
    with open(path, "rb") as file:
        return Medium(kind, None, file.read(), media_type_of(path, usual))


class Table(Value):
    """Rows under named columns."""

    def __init__(
        self,
        columns: Optional[List[Any]] = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        dtype: Any = None,
        optional: Any = True,
        allow_mixed_types: bool = False,
        log_mode: Optional[str] = "IMMUTABLE",
    ) -> None:
        frame = dataframe if dataframe is not None else data if hasattr(data, "iloc") else None
        if frame is not None:
            self.columns: List[Any] = list(frame.columns)
            places = range(frame.shape[1])
            self.data: List[List[Any]] = [
                list(row) for row in zip(*(frame.iloc[:, p].tolist() for p in places))
            ]
            return
        given = data if data is not None else rows if rows is not None else []
        self.data = []
        self.columns = list(columns) if columns is not None else ["Input", "Output", "Expected"]
        for row in given.tolist() if hasattr(given, "tolist") else given:
            self.add_data(*row)

    def add_data(self, *data: Any) -> None:
        """Adds a row."""
        if len(data) != len(self.columns):
            raise ValueError(
                f"The table has {len(self.columns)} columns, {self.columns}; a row has {len(data)}."
            )
        self.data.append(list(data))

    def add_row(self, *row: Any) -> None:
        """Adds a row."""
        self.add_data(*row)

    def add_column(self, name: str, data: Any, optional: bool = False) -> None:
        """Adds a column."""
        values = data.tolist() if hasattr(data, "tolist") else list(data)
        if self.data and len(values) != len(self.data):
            raise ValueError(f"The table has {len(self.data)} rows; the column '{name}' has {len(values)}.")
        self.columns.append(name)
        self.data = [[*row, value] for row, value in zip(self.data or [[] for _ in values], values)]

    def get_column(self, name: Any, convert_to: Optional[str] = None) -> Any:
        """The values of a column."""
        place = self.columns.index(name)
        values = [row[place] for row in self.data]
        if convert_to == "numpy":
            import numpy

            return numpy.array(values)
        return values

    def get_dataframe(self) -> Any:
        """The table as a frame of pandas."""
        import pandas

        return pandas.DataFrame(self.data, columns=self.columns)

    def iterrows(self) -> Iterator[Tuple[int, List[Any]]]:
        """The rows with their numbers."""
        return iter(list(enumerate(self.data)))

    def medium(self) -> Medium:
        """What is stored."""
        rows = [[_cell(value) for value in row] for row in self.data]
        return _media.table(self.columns, rows)


def _cell(value: Any) -> Any:
    if isinstance(value, Value):
        found = value.medium()
        return f"<{found.kind}, {len(found.content or b'')} bytes>"
    return value


class CustomChart(Value):
    """A table and how it is to be drawn."""

    def __init__(self, table: Table, spec: Dict[str, Any]) -> None:
        self.table = table
        self.spec = spec

    def medium(self) -> Medium:
        """What is stored."""
        return self.table.medium()._replace(
            kind="plot", text=self.spec.get("title") or None, metadata=json.dumps(self.spec, default=str)
        )


def as_medium(value: Any) -> Optional[Medium]:
    """A value of `log` as a medium; None for one that is none."""
    if isinstance(value, Value):
        return value.medium()
    if hasattr(value, "savefig") or (hasattr(value, "gcf") and hasattr(value, "figure")):
        return _image(value)
    if hasattr(value, "to_plotly_json") and hasattr(value, "to_json"):
        return Medium("plot", None, value.to_json().encode(), "application/json")
    if hasattr(value, "iloc"):
        return Table(dataframe=value).medium()
    if hasattr(value, "mode") and hasattr(value, "save"):
        return _image(value)
    return None
