"""What it takes to go on with a training to the same bits, as JSON and tensors.

No pickle is written or read: a file from a stranger is data. What JSON and tensors cannot say is refused at
the checkpoint, by its place.
"""

from __future__ import annotations

import collections
import json
import math
import random
import sys
from typing import Any, Dict, List, Optional, Tuple

from ._errors import TrackerError
from ._models import bare, tensors_of
from ._store import Store
from ._tensors import Copied, PreparedTensor, copied, state_dict

_FORMAT = "trackerdb 1"
#: The key that says what an object of JSON stands for.
_MARK = "!"


class CheckpointState:
    """The states at one moment, copied."""

    def __init__(self, epoch: int, step: int) -> None:
        self.epoch = epoch
        self.step = step
        self.weights: List[Copied] = []
        self.tensors: List[Copied] = []  # of optimizers and all else
        self.text = ""
        self._prepared: Dict[str, List[PreparedTensor]] = {"weights": [], "optimizer": []}

    @property
    def byte_count(self) -> int:
        """What waits in memory."""
        return sum(copy.byte_count for copy in [*self.weights, *self.tensors])

    def prepare(self, store: Store) -> "CheckpointState":
        """Computes what the rows say; goes on where an error stopped it."""
        for kind, copies in (("weights", self.weights), ("optimizer", self.tensors)):
            done = self._prepared[kind]
            while len(done) < len(copies):
                done.append(PreparedTensor(copies[len(done)], store, bins=False))
        return self

    def store(self, store: Store, run: int, _: Any) -> None:
        """Stores the checkpoint with its snapshots."""
        ids = {
            kind: store.insert_snapshot(run, self.epoch, self.step, kind, (t.row() for t in tensors))
            for kind, tensors in self._prepared.items()
        }
        store.insert_checkpoint(run, self.epoch, self.step, ids["weights"], ids["optimizer"], self.text)


def taken(
    epoch: int, step: int, model: Any, optimizer: Any, scheduler: Any, extra: Dict[str, Any]
) -> CheckpointState:
    """Copies all states now."""
    state = CheckpointState(epoch, step)
    encoder = _Encoder()
    for prefix, part in _models(model):
        state.weights += _copies(tensors_of(part, prefix))
    found = {
        "format": _FORMAT,
        "epoch": epoch,
        "step": step,
        "optimizer": encoder.encoded(_states(optimizer), "optimizer"),
        "scheduler": encoder.encoded(_states(scheduler), "scheduler"),
        "random": encoder.encoded(_random_state(), "random"),
        "extra": {
            name: encoder.encoded(value.state_dict() if _has_state(value) else value, name)
            for name, value in extra.items()
        },
    }
    state.tensors = encoder.tensors
    state.text = json.dumps(found, ensure_ascii=True, separators=(",", ":"))
    return state


def _copies(tensors: Any) -> List[Copied]:
    copies = (copied(name, tensor) for name, tensor in tensors)
    return [copy for copy in copies if copy is not None]


def _models(model: Any) -> List[Tuple[str, Any]]:
    """Models with the prefixes of their names: one has none, a mapping gives them."""
    if hasattr(model, "items") and not hasattr(model, "state_dict"):
        return [(f"{name}.", part) for name, part in model.items()]
    return [("", model)]


def _has_state(value: Any) -> bool:
    return hasattr(value, "state_dict") and hasattr(value, "load_state_dict")


def _states(value: Any) -> Any:
    """The state of one object or of a mapping or list of them."""
    if value is None:
        return None
    if _has_state(value):
        state = value.state_dict()
        if not isinstance(state, dict):
            return state
        return {name: part for name, part in state.items() if not _is_method(part, type(value))}
    if hasattr(value, "items"):
        return {name: _states(part) for name, part in value.items()}
    return [_states(part) for part in value]


def _is_method(part: Any, kind: type) -> bool:
    """Whether a state is a function of the object's own class, which OneCycleLR of torch 2.1 lists: a new object has it."""
    return callable(part) and getattr(kind, getattr(part, "__name__", ""), None) is part


def _load(value: Any, state: Any) -> None:
    if value is None:
        return
    if _has_state(value):
        value.load_state_dict(state)
    else:
        for name, part in value.items() if hasattr(value, "items") else enumerate(value):
            _load(part, state[name])


# Random generators ----------------------------------------------------------------------------------------


def _random_state() -> Dict[str, Any]:
    import torch

    found: Dict[str, Any] = {"python": random.getstate(), "torch": torch.get_rng_state()}
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        found["cuda"] = torch.cuda.get_rng_state_all()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        name, keys, *rest = numpy.random.get_state()
        found["numpy"] = [name, keys.tolist(), *rest]
    return found


def _set_random_state(found: Dict[str, Any]) -> None:
    import torch

    random.setstate(found["python"])
    torch.set_rng_state(found["torch"])
    if "cuda" in found and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(found["cuda"])
    if "numpy" in found:
        import numpy

        name, keys, *rest = found["numpy"]
        numpy.random.set_state((name, numpy.array(keys, dtype=numpy.uint32), *rest))


# Going on -------------------------------------------------------------------------------------------------


def restored(
    store: Store, run: int, model: Any, optimizer: Any, scheduler: Any, extra: Dict[str, Any]
) -> Optional[Dict[str, Any]]:
    """Puts back the last checkpoint of a run; returns what it says, or None if there is none."""
    row = store.last_checkpoint(run)
    if row is None:
        return None
    found = json.loads(str(row["state"]))
    if found.get("format") != _FORMAT:
        raise TrackerError(
            f"The checkpoint of run {run} was not made by this module; try: tracker resume {run}"
        )
    weights = state_dict(store, int(str(row["weights_id"])))
    tensors = state_dict(store, int(str(row["optimizer_id"])))
    decoder = _Decoder(tensors)
    for prefix, part in _models(model):
        _load_weights(part, prefix, weights)
    _load(optimizer, decoder.decoded(found["optimizer"]))
    _load(scheduler, decoder.decoded(found["scheduler"]))
    values = {name: decoder.decoded(value) for name, value in found["extra"].items()}
    for name, value in extra.items():
        if name not in values:
            raise TrackerError(f"The checkpoint of run {run} holds no '{name}'.")
        _load(value, values[name])
    _set_random_state(decoder.decoded(found["random"]))
    return {**values, "epoch": row["epoch"], "step": row["step"]}


def _load_weights(model: Any, prefix: str, weights: Dict[str, Any]) -> None:
    """Loads by the plain names, which a model with wrappers inside has otherwise."""
    inner = bare(model)
    import torch

    keys = [key for key, value in inner.state_dict().items() if isinstance(value, torch.Tensor)]
    plain = [name for name, _ in tensors_of(inner, prefix)]
    missing = [name for name in plain if name not in weights]
    if missing:
        raise TrackerError(f"The checkpoint lacks {', '.join(missing[:3])}, which the model has.")
    inner.load_state_dict({key: weights[name] for key, name in zip(keys, plain)}, strict=False)


# JSON and tensors -----------------------------------------------------------------------------------------


class _Encoder:
    """Says values as JSON; tensors stand beside it, under the names of their places."""

    def __init__(self) -> None:
        self.tensors: List[Copied] = []

    def encoded(self, value: Any, place: str) -> Any:
        """The value as JSON says it; raises for one that it cannot say."""
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {_MARK: "float", "value": str(value)}
        if type(value) is list:
            return [self.encoded(element, f"{place}.{number}") for number, element in enumerate(value)]
        if type(value) is tuple:
            return {_MARK: "tuple", "value": self.encoded(list(value), place)}
        if type(value) in _DICTS.values():
            return self._encoded_dict(value, place)
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.Tensor):
            return self._encoded_tensor(value, place)
        if hasattr(value, "dtype") and hasattr(value, "item"):
            if getattr(value, "shape", None) == ():
                return self.encoded(value.item(), place)
            if torch is not None and value.dtype.kind in "biuf":
                return {_MARK: "array", "value": self._encoded_tensor(torch.as_tensor(value), place)}
        return self._refused(value, place)

    def _refused(self, value: Any, place: str) -> Any:
        raise TypeError(
            f"A checkpoint holds numbers, text, lists, dicts and tensors; '{place}' is a"
            f" {type(value).__module__}.{type(value).__qualname__}: {value!r:.80}"
        )

    def _encoded_dict(self, value: Any, place: str) -> Any:
        kind = next(name for name, type_ in _DICTS.items() if type(value) is type_)
        if kind == "dict" and all(type(key) is str for key in value) and _MARK not in value:
            return {key: self.encoded(element, f"{place}.{key}") for key, element in value.items()}
        pairs = [
            [self.encoded(key, place), self.encoded(element, f"{place}.{key}")]
            for key, element in value.items()
        ]
        return {_MARK: kind, "value": pairs}

    def _encoded_tensor(self, value: Any, place: str) -> Any:
        name = place
        while any(copy.name == name for copy in self.tensors):
            name += "_"
        copy = copied(name, value)
        if copy is None:
            return self._refused(value, place)
        self.tensors.append(copy)
        return {_MARK: "tensor", "value": name}


_DICTS: Dict[str, Any] = {
    "dict": dict,
    "ordered": collections.OrderedDict,
    "counter": collections.Counter,
}


class _Decoder:
    """Reads what an encoder has said."""

    def __init__(self, tensors: Dict[str, Any]) -> None:
        self._tensors = tensors

    def decoded(self, value: Any) -> Any:
        """The value that was encoded."""
        if isinstance(value, list):
            return [self.decoded(element) for element in value]
        if not isinstance(value, dict):
            return value
        if _MARK not in value:
            return {key: self.decoded(element) for key, element in value.items()}
        kind, inner = value[_MARK], value["value"]
        if kind == "float":
            return float(inner)
        if kind == "tuple":
            return tuple(self.decoded(inner))
        if kind == "tensor":
            return self._tensors[inner]
        if kind == "array":
            return self.decoded(inner).numpy()
        return _DICTS[kind]({self.decoded(key): self.decoded(element) for key, element in inner})
