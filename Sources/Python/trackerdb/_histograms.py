"""Statistics and histograms of values, by the formulas of `NeuralNet/Histogram.swift`.

All is computed in double precision over the finite values, in bins of equal width from the smallest to the
largest. `torch.histc` and `numpy.histogram` put values near an edge elsewhere.
"""

from __future__ import annotations

import dataclasses
import math
import sys
from typing import Any, List, Optional, Sequence, Tuple

from ._values import Row, json_array, whole_number

BINS = 64
#: How many values are looked at together: what the copies in double precision take stays small.
_CHUNK = 1 << 20


@dataclasses.dataclass(frozen=True)
class Summary:
    """What is known of values; the five numbers are None where no value is finite."""

    min: Optional[float] = None
    max: Optional[float] = None
    mean: Optional[float] = None
    std: Optional[float] = None
    l2_norm: Optional[float] = None
    count: int = 0
    zero_count: int = 0
    nonfinite_count: int = 0
    lower: float = 0.0
    upper: float = 0.0
    counts: Sequence[int] = (0,) * BINS


def summary(values: Any, bins: bool = True) -> Summary:
    """The statistics of a tensor, an array or a list of numbers."""
    torch = sys.modules.get("torch")
    if torch is not None and not isinstance(values, (list, tuple)):
        return _summary_of_tensor(torch, torch.as_tensor(values).detach(), bins)
    if hasattr(values, "reshape") and hasattr(values, "tolist"):
        values = values.reshape(-1).tolist()
    return _summary_of_list([float(value) for value in _flattened(values)])


def _flattened(values: Any) -> List[Any]:
    flat: List[Any] = []
    for value in values:
        flat += _flattened(value) if isinstance(value, (list, tuple)) else [value]
    return flat


def _range(least: float, largest: float) -> Tuple[float, float, float]:
    """The edges of the bins, and how many bins a unit has.

    Where all values are equal the bins go from 0.5 below to 0.5 above, or from one number to the next where
    0.5 is less.
    """
    margin = 0.0 if least < largest else max(0.5, math.ulp(least))
    lower, upper = least - margin, largest + margin
    width = upper - lower
    return lower, upper, BINS / width if math.isfinite(width) else BINS / 2 / (upper / 2 - lower / 2)


def _summary_of_list(values: List[float]) -> Summary:
    finite = [value for value in values if math.isfinite(value)]
    nonfinite = len(values) - len(finite)
    if not finite:
        return Summary(nonfinite_count=nonfinite)
    least, largest = min(finite), max(finite)
    mean = math.fsum(finite) / len(finite)
    lower, upper, scale = _range(least, largest)
    counts = [0] * BINS
    for value in finite:
        counts[min(int(_offset(value, lower) * scale), BINS - 1)] += 1
    return Summary(
        least,
        largest,
        mean,
        math.sqrt(math.fsum((value - mean) ** 2 for value in finite) / len(finite)),
        math.sqrt(math.fsum(value * value for value in finite)),
        len(finite),
        sum(value == 0 for value in finite),
        nonfinite,
        lower,
        upper,
        counts,
    )


def _offset(value: float, lower: float) -> float:
    difference = value - lower
    return difference if math.isfinite(difference) else 2 * (value / 2 - lower / 2)


def _summary_of_tensor(torch: Any, tensor: Any, bins: bool) -> Summary:
    flat = tensor.reshape(-1)
    total = flat.numel()
    may_be_nonfinite = flat.is_floating_point()
    least, largest, sum_, squares = math.inf, -math.inf, 0.0, 0.0
    count = zeros = 0
    for start in range(0, total, _CHUNK):
        chunk = _finite(torch, flat[start : start + _CHUNK], may_be_nonfinite)
        if not chunk.numel():
            continue
        low, high = torch.aminmax(chunk)
        least, largest = min(least, low.item()), max(largest, high.item())
        sum_ += chunk.sum().item()
        squares += chunk.dot(chunk).item()
        zeros += chunk.numel() - int(torch.count_nonzero(chunk).item())
        count += chunk.numel()
    if not count:
        return Summary(nonfinite_count=total)
    mean = sum_ / count
    lower, upper, scale = _range(least, largest)
    # Between numbers that are further apart than there are numbers, halves are counted.
    half = 1.0 if math.isfinite(upper - lower) else 0.5
    deviations = 0.0
    counts = torch.zeros(BINS, dtype=torch.int64)
    for start in range(0, total, _CHUNK):
        chunk = _finite(torch, flat[start : start + _CHUNK], may_be_nonfinite)
        difference = chunk - mean
        deviations += difference.dot(difference).item()
        if bins:
            if half == 1:
                torch.sub(chunk, lower, out=difference)
            else:
                difference = chunk * half - lower * half
            places = difference.mul_(scale / half).to(torch.int64).clamp_(0, BINS - 1)
            counts += torch.bincount(places, minlength=BINS)
    return Summary(
        least,
        largest,
        mean,
        math.sqrt(deviations / count),
        math.sqrt(squares),
        count,
        zeros,
        total - count,
        lower,
        upper,
        counts.tolist(),
    )


def _finite(torch: Any, chunk: Any, may_be_nonfinite: bool) -> Any:
    chunk = chunk.to(torch.float64)
    if may_be_nonfinite:
        is_finite = torch.isfinite(chunk)
        if not is_finite.all().item():
            chunk = chunk[is_finite]
    return chunk


def row(layer: str, quantity: Optional[str], found: Summary, epoch: Optional[int], step: int) -> Row:
    """The row of a histogram."""
    return {
        "layer": layer,
        "quantity": quantity,
        "epoch": epoch,
        "step": step,
        "lower": found.lower,
        "upper": found.upper,
        "counts": json_array(found.counts),
        "count": found.count,
        "min": found.min,
        "max": found.max,
        "mean": found.mean,
        "std": found.std,
        "nonfinite_count": found.nonfinite_count,
        "edges": None,
    }


def named_histogram(name: str, values: Any) -> Row:
    """The row of a histogram by name: of values, or of `(edges, counts)`."""
    if isinstance(values, tuple) and len(values) == 2 and all(map(_length, values)):
        return _row_of_bins(name, *values)
    try:
        return row(name, None, summary(values), None, 0)
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(
            f"The histogram {name!r} takes numbers, or (edges, counts) with one edge more than counts, not"
            f" {type(values).__name__}."
        ) from None


def _length(values: Any) -> int:
    """The number of elements; 0 for a number, also in an array without axes."""
    try:
        return len(values)
    except TypeError:
        return 0


def _row_of_bins(name: str, edges: Any, counts: Any) -> Row:
    edges, counts = [float(edge) for edge in edges], [whole_number(count, "count") for count in counts]
    if len(edges) != len(counts) + 1:
        raise ValueError(
            f"The histogram {name!r} has {len(edges)} edges and {len(counts)} counts; it takes one edge more."
        )
    if any(not math.isfinite(edge) for edge in edges) or edges != sorted(edges):
        raise ValueError(f"The edges of the histogram {name!r} are finite and ascend.")
    if any(count < 0 for count in counts):
        raise ValueError(f"The counts of the histogram {name!r} are not negative.")
    count = whole_number(sum(counts), "sum of the counts")
    bins = Summary(lower=edges[0], upper=edges[-1], count=count, counts=counts)
    return {**row(name, None, bins, None, 0), "edges": json_array(edges)}
