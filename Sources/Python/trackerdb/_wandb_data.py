"""What scripts for W&B hand to `log`: histograms, images, tables, plots, files."""

from __future__ import annotations

import enum
import io
import json
import os
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from . import _media
from ._errors import say_once
from ._media import Medium
from ._tensorboard import wav


class AlertLevel(enum.Enum):
    """How bad what an alert tells is."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


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
        from ._histograms import summary

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

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


def _image(value: Any) -> Medium:
    if isinstance(value, Image):
        return value.medium()
    if isinstance(value, (str, os.PathLike)):
        return _file("image", value, "image/png")
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


def _file(kind: str, path: Any, usual: str) -> Medium:
    path = os.fspath(path)
    with open(path, "rb") as file:
        return Medium(kind, None, file.read(), media_type_of(path, usual))


class Audio(Value):
    """Sound: samples from -1 to 1, or the path of a file."""

    def __init__(
        self, data_or_path: Any, sample_rate: Optional[int] = None, caption: Optional[str] = None
    ) -> None:
        if isinstance(data_or_path, (str, os.PathLike)):
            found = _file("audio", data_or_path, "audio/wav")
        else:
            found = Medium("audio", None, wav(data_or_path, sample_rate or 44100), "audio/wav")
        self._medium = found._replace(text=caption)

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


class Video(Value):
    """A film: the path or the bytes of a file. Of an array, the first picture is kept."""

    def __init__(
        self,
        data_or_path: Any,
        caption: Optional[str] = None,
        fps: Optional[int] = None,
        format: Optional[str] = None,
    ) -> None:
        if isinstance(data_or_path, (str, os.PathLike)):
            found = _file("video", data_or_path, "video/mp4")
        elif hasattr(data_or_path, "read"):
            found = Medium("video", None, data_or_path.read(), f"video/{format or 'gif'}")
        else:
            say_once(
                "a Video of arrays is kept as its first picture; give the path of a file to keep it whole."
            )
            first = data_or_path[0]
            found = Medium("image", None, _media.png(first, "CHW"), "image/png")
        self._medium = found._replace(text=caption)

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


class Html(Value):
    """A page: its text, or the path of a file that ends in .html."""

    def __init__(self, data: Any, inject: bool = True, data_is_not_path: bool = False) -> None:
        if hasattr(data, "read"):
            data = data.read()
        elif not data_is_not_path and str(data).endswith(".html") and os.path.isfile(data):
            with open(data, encoding="utf-8") as file:
                data = file.read()
        self.html = str(data)

    def medium(self) -> Medium:
        """What is stored."""
        return Medium("html", None, self.html.encode("utf-8", "replace"), "text/html")


class Object3D(Value):
    """A body or a cloud of points: the path of a file, or numbers."""

    def __init__(self, data_or_path: Any, caption: Optional[str] = None, **kwargs: Any) -> None:
        if isinstance(data_or_path, (str, os.PathLike)):
            found = _file("object3d", data_or_path, "application/octet-stream")
        else:
            numbers = data_or_path.tolist() if hasattr(data_or_path, "tolist") else data_or_path
            found = Medium("object3d", None, json.dumps(numbers, default=str).encode(), "application/json")
        self._medium = found._replace(text=caption)

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


class Molecule(Object3D):
    """A molecule: the path of a file."""


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
        self.data = [list(row) for row in (given.tolist() if hasattr(given, "tolist") else given)]
        self.columns = list(columns) if columns is not None else ["Input", "Output", "Expected"]

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


# Plots ----------------------------------------------------------------------------------------------------


class plot:
    """Charts of tables, as `wandb.plot` has them: the table and its spec are kept."""

    @staticmethod
    def _chart(kind: str, table: Table, title: str, **fields: Any) -> CustomChart:
        return CustomChart(table, {"chart": kind, "title": title, **fields})

    @staticmethod
    def line(
        table: Table, x: str, y: str, stroke: Optional[str] = None, title: str = "", split_table: bool = False
    ) -> CustomChart:
        """Lines of y over x."""
        return plot._chart("line", table, title, x=x, y=y, stroke=stroke)

    @staticmethod
    def scatter(table: Table, x: str, y: str, title: str = "", split_table: bool = False) -> CustomChart:
        """Points."""
        return plot._chart("scatter", table, title, x=x, y=y)

    @staticmethod
    def bar(table: Table, label: str, value: str, title: str = "", split_table: bool = False) -> CustomChart:
        """Bars."""
        return plot._chart("bar", table, title, label=label, value=value)

    @staticmethod
    def histogram(table: Table, value: str, title: str = "", split_table: bool = False) -> CustomChart:
        """How often values of a column occur."""
        return plot._chart("histogram", table, title, value=value)

    @staticmethod
    def line_series(
        xs: Any,
        ys: Iterable[Iterable[Any]],
        keys: Optional[Iterable[str]] = None,
        title: str = "",
        xname: str = "x",
        split_table: bool = False,
    ) -> CustomChart:
        """Several lines."""
        lines = [list(line) for line in ys]
        xs = list(xs)
        is_shared = not xs or not hasattr(xs[0], "__iter__")
        places = [xs] * len(lines) if is_shared else [list(x) for x in xs]
        names = list(keys) if keys is not None else [f"line_{number}" for number in range(len(lines))]
        data = [[x, name, y] for name, xs_, line in zip(names, places, lines) for x, y in zip(xs_, line)]
        return plot._chart("line_series", Table(["step", "lineKey", "lineVal"], data), title, x=xname)

    @staticmethod
    def confusion_matrix(
        probs: Any = None,
        y_true: Any = None,
        preds: Any = None,
        class_names: Optional[Sequence[str]] = None,
        title: str = "Confusion Matrix Curve",
        split_table: bool = False,
    ) -> CustomChart:
        """How often a class is taken for another."""
        if preds is None:
            preds = [max(range(len(row)), key=lambda place: row[place]) for row in probs]
        pairs: Dict[Tuple[Any, Any], int] = {}
        true, guessed = [_plain(y) for y in y_true], [_plain(y) for y in preds]
        for pair in zip(true, guessed):
            pairs[pair] = pairs.get(pair, 0) + 1
        names = list(class_names) if class_names is not None else None
        labels = list(range(len(names))) if names else sorted({*true, *guessed}, key=str)

        def called(label: Any) -> Any:
            return names[label] if names and isinstance(label, int) else str(label)

        data = [[called(a), called(p), pairs.get((a, p), 0)] for a in labels for p in labels]
        return plot._chart("confusion_matrix", Table(["Actual", "Predicted", "nPredictions"], data), title)

    @staticmethod
    def roc_curve(
        y_true: Any,
        y_probas: Any = None,
        labels: Optional[List[str]] = None,
        classes_to_plot: Any = None,
        title: str = "ROC Curve",
        split_table: bool = False,
    ) -> CustomChart:
        """The rate of true positives over that of false ones, for each class."""
        data = []
        for name, is_true, scores in _classes(y_true, y_probas, labels, classes_to_plot):
            positives = sum(is_true) or 1
            negatives = len(is_true) - sum(is_true) or 1
            for true, false in _thresholds(is_true, scores):
                data.append([name, false / negatives, true / positives])
        return plot._chart("roc_curve", Table(["class", "fpr", "tpr"], data), title)

    @staticmethod
    def pr_curve(
        y_true: Any = None,
        y_probas: Any = None,
        labels: Optional[List[str]] = None,
        classes_to_plot: Any = None,
        interp_size: int = 21,
        title: str = "Precision-Recall Curve",
        split_table: bool = False,
    ) -> CustomChart:
        """Precision over recall, for each class."""
        data = []
        for name, is_true, scores in _classes(y_true, y_probas, labels, classes_to_plot):
            positives = sum(is_true) or 1
            points = [
                (true / positives, true / (true + false))
                for true, false in _thresholds(is_true, scores)
                if true + false
            ]
            for place in range(interp_size):
                recall = place / max(1, interp_size - 1)
                best = max((precision for at, precision in points if at >= recall), default=0.0)
                data.append([name, best, recall])
        return plot._chart("pr_curve", Table(["class", "precision", "recall"], data), title)

    @staticmethod
    def plot_table(
        vega_spec_name: str,
        data_table: Table,
        fields: Dict[str, Any],
        string_fields: Optional[Dict[str, Any]] = None,
        split_table: bool = False,
    ) -> CustomChart:
        """A table for a chart of one's own."""
        return plot._chart(vega_spec_name, data_table, "", fields=fields, string_fields=string_fields or {})


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _classes(
    y_true: Any, y_probas: Any, labels: Any, chosen: Any
) -> Iterator[Tuple[str, List[bool], List[float]]]:
    true = [_plain(value) for value in y_true]
    rows = y_probas.tolist() if hasattr(y_probas, "tolist") else [list(row) for row in y_probas]
    for place, name in enumerate(sorted(set(true), key=str)):
        if chosen is not None and name not in list(chosen):
            continue
        label = labels[place] if labels is not None and place < len(labels) else str(name)
        column = name if isinstance(name, int) and rows and 0 <= name < len(rows[0]) else place
        yield str(label), [value == name for value in true], [float(row[column]) for row in rows]


def _thresholds(is_true: List[bool], scores: List[float]) -> List[Tuple[int, int]]:
    """The numbers of true and false positives as the threshold falls, from none to all."""
    points, true, false = [(0, 0)], 0, 0
    order = sorted(zip(scores, is_true), key=lambda pair: -pair[0])
    for place, (score, hit) in enumerate(order):
        true, false = true + hit, false + (not hit)
        if place + 1 == len(order) or order[place + 1][0] != score:
            points.append((true, false))
    return points


# Artifacts ------------------------------------------------------------------------------------------------


class Artifact:
    """Files under one name, which `log_artifact` stores."""

    def __init__(
        self,
        name: str,
        type: str,
        description: Optional[str] = None,
        metadata: Optional[Dict[str, Any]] = None,
        incremental: bool = False,
        use_as: Optional[str] = None,
        storage_region: Optional[str] = None,
        digest_algorithm: str = "MD5",
    ) -> None:
        self.name = name
        self.type = type
        self.description = description
        self.metadata = dict(metadata or {})
        self.aliases: List[str] = []
        self.files_: Dict[str, Any] = {}  # paths, bytes or media by name
        self.references: Dict[str, str] = {}
        self._read: Optional[Callable[[], Dict[str, bytes]]] = None

    def add_file(
        self,
        local_path: str,
        name: Optional[str] = None,
        is_tmp: Optional[bool] = False,
        skip_cache: Optional[bool] = False,
        policy: Optional[str] = "mutable",
        overwrite: bool = False,
    ) -> None:
        """Adds a file."""
        self.files_[name or os.path.basename(local_path)] = os.path.abspath(local_path)

    def add_dir(
        self,
        local_path: str,
        name: Optional[str] = None,
        skip_cache: Optional[bool] = False,
        policy: Optional[str] = "mutable",
        merge: bool = False,
    ) -> None:
        """Adds all files of a folder."""
        for folder, _, names in os.walk(local_path):
            for file in sorted(names):
                path = os.path.join(folder, file)
                inside = os.path.relpath(path, local_path)
                self.files_[os.path.join(name, inside) if name else inside] = os.path.abspath(path)

    def add_reference(
        self, uri: Any, name: Any = None, checksum: bool = True, max_objects: Optional[int] = None
    ) -> List[Any]:
        """Adds where something is that stays there."""
        self.references[str(name or os.path.basename(str(uri)))] = str(uri)
        return []

    def add(self, obj: Any, name: Any, overwrite: bool = False) -> None:
        """Adds a table or a medium."""
        self.files_[str(name)] = as_medium(obj)

    def new_file(
        self, name: str, mode: str = "x", encoding: Optional[str] = None, policy: str = "mutable"
    ) -> Any:
        """A file to write to, in a `with`."""
        return _NewFile(self.files_, name, "b" in mode, encoding)

    def wait(self, timeout: Optional[int] = None) -> "Artifact":
        """Is there already."""
        return self

    def download(
        self,
        root: Any = None,
        allow_missing_references: bool = False,
        skip_cache: Optional[bool] = None,
        path_prefix: Any = None,
        multipart: Optional[bool] = None,
    ) -> str:
        """Writes the files of a used artifact into a folder, `artifacts/NAME` if none is given."""
        root = os.fspath(root) if root is not None else os.path.join("artifacts", self.name.replace(":", "-"))
        top = os.path.realpath(root)
        os.makedirs(top, exist_ok=True)
        for name, data in (self._read() if self._read is not None else {}).items():
            path = os.path.realpath(os.path.join(top, name))
            if not path.startswith(top + os.sep):
                continue  # A name that leads out of the folder is a stranger's.
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
        return str(root)


class _NewFile:
    def __init__(self, files: Dict[str, Any], name: str, is_binary: bool, encoding: Optional[str]) -> None:
        self._files, self._name = files, name
        self._bytes = io.BytesIO()
        self._file: Any = self._bytes if is_binary else io.TextIOWrapper(self._bytes, encoding or "utf-8")

    def __enter__(self) -> Any:
        return self._file

    def __exit__(self, *_: Any) -> None:
        self._file.flush()
        self._files[self._name] = self._bytes.getvalue()
