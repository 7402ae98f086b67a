"""`wandb.plot`: charts of tables. The table and what is to be drawn of it are kept."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from .media import CustomChart, Table


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
