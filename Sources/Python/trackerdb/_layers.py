"""The layer table of a model: one forward pass, looked at from outside.

Rows are the modules that own parameters, run as a leaf, or multiply themselves, in the order of their first
run. The parameters of the rows add up to the model's, and their multiply-accumulates to the whole count.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from ._errors import say_once
from ._looking import unchanged
from ._models import bare, plain_names
from ._values import Row, json_array

#: Kinds of layer as the engine of `tracker run` calls them; all other classes go by their own names.
_KINDS = {
    "Conv1d": "convolution",
    "Conv2d": "convolution",
    "Conv3d": "convolution",
    "Linear": "fully_connected",
    "NonDynamicallyQuantizableLinear": "fully_connected",
    "MaxPool1d": "max_pooling",
    "MaxPool2d": "max_pooling",
    "MaxPool3d": "max_pooling",
    "ReLU": "relu",
    "LSTM": "lstm",
    "GRU": "gru",
    "RNN": "rnn",
    "GELU": "gelu",
    "ELU": "elu",
    "SiLU": "silu",
}


def layer_table(model: Any, example: Any) -> List[Row]:
    """The rows of `layers`, after a forward pass of `example` that changes nothing."""
    import torch

    model = bare(model)
    arguments, keywords = _arguments(model, example)
    look = _Look(model)
    with unchanged(model), torch.no_grad():
        try:
            look.run(arguments, keywords, counts=True)
        except Exception:
            # What the counter cannot see, a scripted module for example, may run without it.
            look = _Look(model)
            look.run(arguments, keywords, counts=False)
            say_once(f"the multiply-accumulates of {type(model).__name__} could not be counted, and are 0.")
    return look.rows()


def _arguments(model: Any, example: Any) -> Tuple[Tuple[Any, ...], Dict[str, Any]]:
    """What a forward pass is called with, on the model's device."""
    parameter = next(iter(model.parameters()), None)

    def moved(value: Any) -> Any:
        if parameter is not None and hasattr(value, "to") and hasattr(value, "device"):
            return value.to(parameter.device)
        return value

    if isinstance(example, Call):
        return example.arguments, example.keywords
    if isinstance(example, dict):
        return (), {name: moved(value) for name, value in example.items()}
    if isinstance(example, (tuple, list)) and not hasattr(example, "_fields"):
        return tuple(moved(value) for value in example), {}
    return (moved(example),), {}


class Call(NamedTuple):
    """What a model is called with."""

    arguments: Tuple[Any, ...]
    keywords: Dict[str, Any]


def first_of_batch(call: Call) -> Call:
    """The first sample of a batch, where all tensors have the batch in front."""
    arguments, keywords = call
    values = [value for value in [*arguments, *keywords.values()] if hasattr(value, "shape") and value.dim()]
    if not values or len({value.shape[0] for value in values}) != 1:
        return call

    def first(value: Any) -> Any:
        return value[:1] if hasattr(value, "shape") and value.dim() else value

    return Call(tuple(map(first, arguments)), {name: first(value) for name, value in keywords.items()})


class _Seen:
    """What was seen of a module."""

    def __init__(self) -> None:
        self.input_shape: Optional[List[int]] = None
        self.output_shape: Optional[List[int]] = None
        self.macs = 0


class _Look:
    """Watches the modules of a model while it runs once."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._names: Dict[Any, str] = {}
        for name, module in model.named_modules():
            self._names.setdefault(module, name)
        self._plain = plain_names(model)
        self._seen: Dict[Any, _Seen] = {}
        self._running: List[Any] = []
        self._counter: Any = None
        self._counted = 0

    def run(self, arguments: Tuple[Any, ...], keywords: Dict[str, Any], counts: bool) -> None:
        """One forward pass."""
        for module in self._names:
            try:
                module.register_forward_pre_hook(self._enter, with_kwargs=True)
                module.register_forward_hook(self._leave)
            except Exception:
                say_once(f"a {type(module).__name__} cannot be looked into.")
        if not counts:
            self._model(*arguments, **keywords)
            return
        from torch.utils.flop_counter import FlopCounterMode

        with FlopCounterMode(display=False) as self._counter:
            self._model(*arguments, **keywords)
        self._attribute()

    def _attribute(self) -> None:
        """What was multiplied since the last look is of the innermost module that runs."""
        if self._counter is None:
            return
        total = self._counter.get_total_flops()
        if self._running:
            self._seen[self._running[-1]].macs += (total - self._counted) // 2
        self._counted = total

    def _enter(self, module: Any, arguments: Any, keywords: Any) -> None:
        self._attribute()
        seen = self._seen.setdefault(module, _Seen())
        if seen.input_shape is None:
            seen.input_shape = _shape([arguments, list(keywords.values())])
        self._running.append(module)

    def _leave(self, module: Any, arguments: Any, output: Any) -> None:
        seen = self._seen[module]
        if type(module).__name__ in _RECURRENT and self._counter is not None:
            # The counter takes some of them for nothing.
            self._counted = self._counter.get_total_flops()
            seen.macs += _recurrent_macs(module, arguments)
        self._attribute()
        if seen.output_shape is None:
            seen.output_shape = _shape(output)
        self._running.pop()

    def rows(self) -> List[Row]:
        """A row for each module that counts, with those that did not run at the end."""
        rest = [module for module in self._names if module not in self._seen]
        counted: set[int] = set()
        rows: List[Row] = []
        used: set[str] = set()
        for module in [*self._seen, *rest]:
            seen = self._seen.get(module, _Seen())
            own = list(module._parameters.items()) if hasattr(module, "_parameters") else []
            own = [(name, parameter) for name, parameter in own if parameter is not None]
            is_leaf = module in self._seen and not any(child in self._seen for child in module.children())
            if not own and not is_leaf and not seen.macs:
                continue
            new = [(name, parameter) for name, parameter in own if id(parameter) not in counted]
            counted |= {id(parameter) for _, parameter in new}
            weights = [parameter for name, parameter in own if "bias" not in name]
            name = self._plain[self._names[module]] or type(module).__name__
            while name in used:
                name += "_"
            used.add(name)
            rows.append(
                {
                    "name": name,
                    "kind": _kind(module),
                    "input_shape": json_array(seen.input_shape or []),
                    "output_shape": json_array(seen.output_shape or []),
                    "weight_shape": json_array(weights[0].shape) if len(weights) == 1 else None,
                    "weight_count": sum(_count(p) for name, p in new if "bias" not in name),
                    "bias_count": sum(_count(p) for name, p in new if "bias" in name),
                    "macs": seen.macs,
                }
            )
        return rows


def _count(parameter: Any) -> int:
    return int(parameter.numel())


def _kind(module: Any) -> str:
    name = getattr(module, "original_name", type(module).__name__)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return _KINDS.get(name, words.lower())


def _shape(values: Any) -> Optional[List[int]]:
    """The shape of the first tensor in nested values."""
    if hasattr(values, "shape") and hasattr(values, "dim"):
        return list(values.shape)
    if isinstance(values, dict):
        values = values.values()
    elif hasattr(values, "data") and hasattr(values, "batch_sizes"):  # a PackedSequence
        return list(values.data.shape)
    elif not isinstance(values, (list, tuple)):
        return None
    for value in values:
        shape = _shape(value)
        if shape is not None:
            return shape
    return None


_RECURRENT = {"RNN": 1, "GRU": 3, "LSTM": 4}


def _recurrent_macs(module: Any, arguments: Any) -> int:
    """Each element of a sequence is multiplied with the weights of each layer and direction once."""
    values = arguments[0]
    data = values.data if hasattr(values, "batch_sizes") else values
    elements = data.numel() // data.shape[-1]
    macs = 0
    for name, parameter in module.named_parameters():
        if name.startswith("weight_"):
            macs += parameter.numel()
    return int(elements * macs)
