"""A model that is watched, and the hooks on its modules, which no copy of it has."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional, Tuple

from ._errors import say_once
from ._models import bare

if TYPE_CHECKING:
    from ._watch import Watches


class Options(NamedTuple):
    """How a model is watched."""

    weights: int  # a snapshot every so many epochs; 0 is never
    histograms: int
    gradients: bool
    activations: bool
    steps: int = 0  # histograms at every so many steps of optimizers, as W&B has it; 0 is never


class Watched:
    """A model that is watched."""

    def __init__(self, model: Any, prefix: str, options: Options) -> None:
        self.model = model
        self.prefix = prefix
        self.options = options
        #: The layers of parameters whose gradients the next step of an optimizer shows.
        self.awaited: Dict[int, str] = {}
        self.moment: Tuple[Optional[int], int] = (0, 0)
        self.handles: List[Any] = []
        self.steps = 0  # of optimizers

    def hang(self, hook: Hook, register: Any) -> None:
        """Hangs a hook on a module; one that takes none, such as a scripted one, is told of."""
        try:
            hook.handle = register(hook)
        except RuntimeError as error:
            say_once(f"what a module does is not shown: {error}; the rest of it is kept.")
        else:
            self.handles.append(hook.handle)

    def close(self) -> None:
        """Takes the hooks away."""
        self.awaited = {}
        for handle in self.handles:
            handle.remove()
        self.handles = []


def before_or_after_first_pass(model: Any) -> Any:
    """What registers a hook for the first pass: lazy modules have their shapes after it only."""
    from torch.nn.parameter import is_lazy

    if any(is_lazy(parameter) for parameter in model.parameters()):
        return functools.partial(model.register_forward_hook, with_kwargs=True)
    return functools.partial(model.register_forward_pre_hook, with_kwargs=True)


class Hook:
    """A hook on a module, which a copy or a pickle of the model does not have."""

    def __init__(self, watches: Watches, watched: Watched, see: Any, layer: str = "") -> None:
        self._watches = watches
        self._watched = watched
        self._see = see
        self._layer = layer
        self.handle: Any = None

    def __call__(self, module: Any, *words: Any) -> None:
        self._see(self, *words)

    def first_batch(self, arguments: Any, keywords: Any, output: Any = None) -> None:
        """Before the first forward pass, or after it."""
        self._watches.see_first_batch(self._watched, arguments, keywords)

    def activation(self, arguments: Any, output: Any) -> None:
        """After a forward pass of a layer in training."""
        if self.handle is not None and bare(self._watched.model).training:
            self.handle.remove()
            self.handle = None
            self._watches.see_activation(self._watched, self._layer, output)

    def __reduce__(self) -> Any:
        return (_Nothing, ())

    def __deepcopy__(self, memo: Any) -> "_Nothing":
        return _Nothing()


class _Nothing:
    """What a copied model has in the place of a hook."""

    def __call__(self, *words: Any) -> None:
        """Does nothing."""
