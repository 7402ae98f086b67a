"""Models of torch as their rows name them: without wrappers, each parameter once."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

from ._errors import say_once

_WRAPPERS = {
    "DataParallel": "module",
    "DistributedDataParallel": "module",
    "OptimizedModule": "_orig_mod",
}


def bare(model: Any) -> Any:
    """The model inside `DataParallel`, `DistributedDataParallel` and `torch.compile`."""
    import torch

    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"A model is a torch.nn.Module, not {type(model).__name__}.")
    while type(model).__name__ in _WRAPPERS and hasattr(model, _WRAPPERS[type(model).__name__]):
        model = getattr(model, _WRAPPERS[type(model).__name__])
    return model


def plain_names(model: Any) -> Dict[str, str]:
    """The names of the modules of a bare model, without those of wrappers inside it."""
    names: Dict[str, str] = {}
    modules = dict(model.named_modules(remove_duplicate=False))
    for name in modules:
        parent, _, last = name.rpartition(".")
        plain = names.get(parent, "")
        if not name or last == _WRAPPERS.get(type(modules[parent]).__name__):
            names[name] = plain
        else:
            names[name] = f"{plain}.{last}" if plain else last
    return names


def tensors_of(model: Any, prefix: str = "") -> Iterator[Tuple[str, Any]]:
    """Everything that `load_state_dict(strict=True)` wants, by plain names."""
    import torch

    model = bare(model)
    names = plain_names(model)
    for key, value in model.state_dict().items():
        if isinstance(value, torch.Tensor):
            parent, _, last = key.rpartition(".")
            plain = names.get(parent, parent)
            yield prefix + (f"{plain}.{last}" if plain else last), value
        else:
            say_once(
                f"'{key}' of {type(model).__name__} is no tensor but {type(value).__name__}, and not kept."
            )


def weights_of(model: Any, prefix: str = "") -> List[Tuple[str, Any]]:
    """The layers and their parameters that are weights and no biases, tied ones once.

    The layer of `conv1.weight` is `conv1`; a parameter of another name is a layer of its own name.
    """
    model = bare(model)
    names = plain_names(model)
    found: List[Tuple[str, Any]] = []
    for key, parameter in model.named_parameters():
        parent, _, last = key.rpartition(".")
        if "bias" in last:
            continue
        plain = names.get(parent, parent)
        layer = plain if last == "weight" and plain else f"{plain}.{last}" if plain else last
        found.append((prefix + layer, parameter))
    return found
