"""The bins in which TensorBoard's writer counts."""

from __future__ import annotations

from typing import Any, List

from .. import _histograms
from .._values import Row


def histogram(name: str, values: Any, bins: Any) -> Row:
    """The row of a histogram in the bins of TensorBoard, of NumPy's rule, or of edges as they are given."""
    found = _histograms.summary(values)
    try:
        import numpy
    except ImportError:
        return _histograms.row(name, None, found, None, 0)
    flat = numpy.asarray(values.detach().cpu() if hasattr(values, "detach") else values, dtype=float).reshape(
        -1
    )
    flat = flat[numpy.isfinite(flat)]
    counts, edges = numpy.histogram(flat, bins=_exponential_edges() if bins == "tensorflow" else bins)
    filled = numpy.flatnonzero(counts)
    if bins == "tensorflow" and len(filled):
        counts, edges = counts[filled[0] : filled[-1] + 1], edges[filled[0] : filled[-1] + 2]
    row = _histograms.named_histogram(name, (edges, counts))
    row.update(
        min=found.min, max=found.max, mean=found.mean, std=found.std, nonfinite_count=found.nonfinite_count
    )
    return row


def raw_histogram(
    name: str,
    min: Any,
    max: Any,
    num: Any,
    sum: Any,
    sum_squares: Any,
    bucket_limits: Any,
    bucket_counts: Any,
) -> Row:
    """The row of a histogram that was counted elsewhere: the right edges of its bins and their counts."""
    limits = [float(limit) for limit in bucket_limits]
    low, high = float(min), float(max)
    edges = [low if low < limits[0] else limits[0] - 1.0, *limits[:-1]]
    edges.append(limits[-1] if limits[-1] < 1e300 else high if high > edges[-1] else edges[-1] + 1.0)
    row = _histograms.named_histogram(name, (edges, [int(count) for count in bucket_counts]))
    mean = float(sum) / float(num) if num else None
    variance = None if mean is None else float(sum_squares) / float(num) - mean * mean
    row.update(
        min=low,
        max=high,
        mean=mean,
        std=None if variance is None else (variance if variance > 0 else 0.0) ** 0.5,
    )
    return row


def _exponential_edges() -> List[float]:
    """The edges that TensorBoard's writer calls `tensorflow`: 10 % from one to the next, around 0."""
    edges, edge = [], 1e-12
    while edge < 1e20:
        edges.append(edge)
        edge *= 1.1
    return [-edge for edge in reversed(edges)] + [0.0] + edges
