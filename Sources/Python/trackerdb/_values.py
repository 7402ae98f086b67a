"""What may be stored: names, steps, numbers and settings, checked in the call that gives them.

Whatever SQLite could refuse later is refused here, at the line that is wrong.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import math
import numbers
import operator
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple, Union

from ._errors import say_once

#: What a column takes: the types that SQLite knows.
SQLValue = Union[None, int, float, str, bytes]

#: What a statement returns, or stores, by column.
Row = Dict[str, SQLValue]

_LEAST, _LARGEST = -(2**63), 2**63 - 1

#: The most characters of a name. The file parts the name of a new metric into its words, in a time that grows
#: with the square of its length: 5 ms for so many, 16 s for 100,000.
_LONGEST_NAME = 1_000

#: The most characters of a text. Whoever looks at a row holds it in memory; what is longer is a file.
_LONGEST_TEXT = 4_000_000


def checked_name(name: Any, what: str) -> str:
    """The name, if it is text, neither empty nor too long, and can be written as UTF-8."""
    if not isinstance(name, str):
        raise TypeError(f"The name of {_a(what)} is text, not {type(name).__name__}: {name!r}")
    if not name:
        raise ValueError(f"The name of {_a(what)} is not empty.")
    if len(name) > _LONGEST_NAME:
        raise ValueError(
            f"The name of {_a(what)} has at most {_LONGEST_NAME:,} characters, not {len(name):,}: {name[:40]!r}…"
        )
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(f"The name of {_a(what)} is no valid Unicode: {name!r}") from None
    return str.__str__(name)  # what an Enum of texts holds, and not what it is called


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def checked_text(text: Any, what: str) -> str:
    """The text, if it is text and not too long; halves of surrogate pairs, which UTF-8 cannot write, become `?`."""
    if not isinstance(text, str):
        raise TypeError(f"The {what} is text, not {type(text).__name__}: {text!r}")
    if len(text) > _LONGEST_TEXT:
        raise ValueError(
            f"The {what} has at most {_LONGEST_TEXT:,} characters, not {len(text):,};"
            " what is longer can be kept as a file, with artifact()."
        )
    return text.encode("utf-8", "replace").decode("utf-8")


def beginning(text: str, what: str) -> str:
    """The text; of one that is too long its first characters, which is said."""
    if not isinstance(text, str) or len(text) <= _LONGEST_TEXT:
        return text
    say_once(f"The {what} is longer than {_LONGEST_TEXT:,} characters, of which the first are kept.")
    return text[: _LONGEST_TEXT - 1] + "…"


def whole_number(value: Any, what: str) -> int:
    """A step or an epoch: an integer of any kind or a whole float, within 64 bits."""
    try:
        number = operator.index(value)
    except TypeError:
        number = _whole_float(value, what)
    if not _LEAST <= number <= _LARGEST:
        raise ValueError(f"The {what} {number} is beyond 64 bits.")
    return number


def _whole_float(value: Any, what: str) -> int:
    if isinstance(value, (str, bytes)) or value is None:
        raise TypeError(f"The {what} is a whole number, not {value!r}.")
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"The {what} is a whole number, not {value!r}.") from None
    if not number.is_integer():
        raise ValueError(f"The {what} is a whole number, not {value!r}.")
    return int(number)


def measured_number(value: Any, name: str) -> float:
    """The value of a metric: anything that has one element, which is read now and not later."""
    if type(value) is float:
        return value
    if isinstance(value, (str, bytes, bytearray)) or value is None:
        raise TypeError(f"The metric {name!r} is a number, not {value!r}.")
    try:
        item = getattr(value, "item", None)
        if item is not None:
            if _is_masked(value):
                return math.nan
            value = item()  # A scalar of NumPy, torch, JAX … raises for several elements.
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except (TypeError, ValueError, RuntimeError):
        pass
    elements = getattr(value, "shape", None)
    size = f" of shape {tuple(elements)}" if elements is not None else ""
    raise TypeError(
        f"The metric {name!r} is one number, not {type(value).__name__}{size};"
        " take its mean, or store it as a histogram."
    )


def _is_masked(value: Any) -> bool:
    """Whether a masked array of NumPy hides its one element, which is no number then."""
    is_masked_array = type(value).__module__.startswith("numpy.ma") and hasattr(value, "mask")
    return is_masked_array and value.size == 1 and bool(value.mask.all())


class Setting(NamedTuple):
    """A parameter as it is stored."""

    value: SQLValue
    text: Optional[str]  # how it was written, where the value alone does not say it


def setting(value: Any) -> Setting:
    """How a parameter is stored. Never raises: what is not known is kept as its text."""
    try:
        value = _plain(value)
    except RecursionError:
        value = _described(value)
    if value is None:
        return Setting(None, None)
    if isinstance(value, bool):
        return Setting(int(value), "true" if value else "false")
    if isinstance(value, int):
        if _LEAST <= value <= _LARGEST:
            return Setting(value, None)
        return Setting(_nearest_real(value), str(value))
    if isinstance(value, float):
        return Setting(None, "nan") if math.isnan(value) else Setting(value, None)
    if isinstance(value, str):
        return Setting(_kept(value), None)
    return Setting(_kept(json.dumps(value, ensure_ascii=False)), None)


def _kept(text: str) -> str:
    return checked_text(beginning(text, "parameter"), "parameter")


def _nearest_real(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _plain(value: Any) -> Any:
    """The value in the types of JSON: scalars of other libraries as numbers, the unknown as text."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (bool, int, float, str)):
        return next(base for base in (bool, int, float, str) if isinstance(value, base))(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(element) for element in value]
    if isinstance(value, (set, frozenset)):
        return _sorted([_plain(element) for element in value])
    fields = _fields(value)
    if fields is not None:
        return {str(key): _plain(element) for key, element in fields}
    try:
        if hasattr(value, "tolist"):  # arrays and scalars of NumPy and torch
            plain = value.tolist()
            # A long double of NumPy stays what it is.
            if type(plain) is not type(value):
                return _plain(plain)
            return float(plain) if isinstance(value, numbers.Real) else str(value)
        if isinstance(value, numbers.Integral):
            return int(value)
        return str(value)
    except Exception:
        return _described(value)


def _sorted(elements: List[Any]) -> List[Any]:
    """The elements of a set in an order that is the same in each process."""
    try:
        return sorted(elements)
    except TypeError:
        return sorted(elements, key=lambda element: (type(element).__name__, str(element)))


def _described(value: Any) -> str:
    try:
        return repr(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _fields(value: Any) -> Optional[List[Tuple[Any, Any]]]:
    """What a mapping, dataclass, namespace or anything with `items()` holds; None for all else."""
    if isinstance(value, type):
        return None
    try:
        if callable(getattr(value, "items", None)):
            return list(value.items())
        if dataclasses.is_dataclass(value):
            return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
        # argparse.Namespace, types.SimpleNamespace and classes like them
        if type(value).__name__.endswith("Namespace"):
            return list(vars(value).items())
    except Exception:
        return None
    return None


def settings(values: Any) -> dict[str, Setting]:
    """All parameters by their names; nested ones are joined by dots, such as `optimizer.lr`.

    Two of one name raise, because one of them would be lost.
    """
    if values is None:
        return {}
    if _fields(values) is None:
        raise TypeError(f"Parameters are a mapping of names to values, not {values!r}.")
    found: dict[str, Setting] = {}
    for name, value in joined(values):
        if name in found:
            raise ValueError(f"Two parameters are called {name!r} once their names are joined by dots.")
        found[checked_name(name, "parameter")] = setting(value)
    return found


def joined(values: Any, prefix: str = "", depth: int = 0) -> Iterator[Tuple[str, Any]]:
    """The leaves of nested mappings, with names joined by dots."""
    for key, value in _fields(values) or []:
        key = key.name if isinstance(key, enum.Enum) else key
        name = f"{prefix}{key}"
        # A mapping that holds itself ends somewhere, and an empty one is a setting too.
        if depth < 32 and _fields(value):
            yield from joined(value, name + ".", depth + 1)
        else:
            yield name, value


def json_array(numbers_: Any) -> str:
    """A JSON array without spaces, as all shapes, counts and edges are stored."""
    return json.dumps(list(numbers_), separators=(",", ":"))
