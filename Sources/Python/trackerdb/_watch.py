"""Watching models: their weights and histograms with each epoch, and nothing of the training changed."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from . import _histograms
from ._errors import say_once
from ._hooks import Hook, Options, Watched, before_or_after_first_pass
from ._layers import Call, first_of_batch, layer_table
from ._models import bare, tensors_of, weights_of
from ._store import Store
from ._tensors import Copied, PreparedTensor, copied
from ._values import Row
from ._work import Work

if TYPE_CHECKING:
    from ._run.state import State


class EpochState:
    """The weights at the end of an epoch, as they were, and what their rows need."""

    def __init__(self, epoch: int, step: int) -> None:
        self.epoch = epoch
        self.step = step
        self.tensors: List[Copied] = []
        self.layers: Dict[str, str] = {}  # by the name of the tensor whose histogram is kept
        self.byte_count = 0
        self.has_snapshot = False
        self._prepared: List[PreparedTensor] = []
        self._rows: List[Row] = []

    def prepare(self, store: Store) -> "EpochState":
        """Computes what the rows say; goes on where an error stopped it."""
        while len(self._prepared) < len(self.tensors) and self.has_snapshot:
            copy = self.tensors[len(self._prepared)]
            self._prepared.append(PreparedTensor(copy, store, copy.name in self.layers))
        summaries = {tensor.name: tensor.summary for tensor in self._prepared}
        self._rows = []
        for copy in self.tensors:
            if copy.name in self.layers:
                found = summaries.get(copy.name) or _histograms.summary(copy.tensor)
                self._rows.append(
                    _histograms.row(self.layers[copy.name], "weight", found, self.epoch, self.step)
                )
        return self

    def store(self, store: Store, run: int) -> None:
        """Stores snapshot and histograms."""
        if self.has_snapshot:
            store.insert_snapshot(run, self.epoch, self.step, "weights", (t.row() for t in self._prepared))
        for row in self._rows:
            store.insert_histogram(run, row)


class Watches:
    """The models that a run watches. All of them are one snapshot an epoch."""

    def __init__(self, run: "State") -> None:
        self._run = run
        self._watched: List[Watched] = []
        self._optimizer_handle: Any = None

    def add(
        self,
        model: Any,
        example: Any,
        weights: int,
        histograms: int,
        gradients: bool,
        activations: bool,
        name: Optional[str],
        steps: int = 0,
    ) -> None:
        """Watches a model; the same one again replaces the former."""
        inner = bare(model)
        former = next((watched for watched in self._watched if bare(watched.model) is inner), None)
        number = self._watched.index(former) + 1 if former else len(self._watched) + 1
        prefix = f"{name}." if name else "" if number == 1 else f"model{number}."
        options = Options(weights, histograms, gradients, activations, steps)
        watched = Watched(model, former.prefix if former and not name else prefix, options)
        if any(other.prefix == watched.prefix for other in self._watched if other is not former):
            raise ValueError(
                f"Another model of run '{self._run.name}' is watched as {watched.prefix!r}; name=… tells them apart."
            )
        if activations and type(model).__name__ == "OptimizedModule":
            say_once("a compiled model does not show its activations; the rest of it is kept.")
        if example is not None:
            self._keep_layers(watched, layer_table(model, example))
        else:
            watched.hang(Hook(self, watched, Hook.first_batch), before_or_after_first_pass(model))
        if former is not None:
            former.close()
            self._watched[number - 1] = watched
        else:
            self._watched.append(watched)
        if (gradients or steps) and self._optimizer_handle is None:
            self._listen_to_optimizers()

    def close(self) -> None:
        """Removes every hook."""
        for watched in self._watched:
            watched.close()
        if self._optimizer_handle is not None:
            self._optimizer_handle.remove()
            self._optimizer_handle = None

    def _keep_layers(self, watched: Watched, rows: List[Row]) -> None:
        run = self._run
        run._put(Work(lambda store, _: store.replace_layers(run.id, rows, watched.prefix)))

    # -- Epochs ----------------------------------------------------------------------------------------

    def take(self, epoch: int, step: int) -> EpochState:
        """Copies what is kept of the models now."""
        state = EpochState(epoch, step)
        for watched in self._watched:
            keeps_weights = _is_due(epoch, watched.options.weights)
            keeps_histograms = _is_due(epoch, watched.options.histograms) and not watched.options.steps
            layers: Dict[int, str] = {}
            if keeps_histograms:
                layers = {
                    parameter.data_ptr(): layer
                    for layer, parameter in weights_of(watched.model, watched.prefix)
                }
            state.has_snapshot |= keeps_weights
            copies: Dict[Tuple[Any, ...], Any] = {}
            for name, tensor in tensors_of(watched.model, watched.prefix) if keeps_weights or layers else ():
                layer = layers.pop(tensor.data_ptr(), None)
                if not keeps_weights and layer is None:
                    continue
                # Tied tensors are copied once.
                key = (tensor.data_ptr(), tensor.shape, tensor.stride(), tensor.dtype)
                copy = copies.get(key) if tensor.numel() else None
                made = Copied(name, copy) if copy is not None else copied(name, tensor)
                if made is None:
                    continue
                copies[key] = made.tensor
                if copy is None:
                    state.byte_count += made.byte_count
                state.tensors.append(made)
                if layer is not None and not made.tensor.is_complex():
                    state.layers[name] = layer
            self._mark(watched, epoch, step, keeps_histograms)
        return state

    def _mark(self, watched: Watched, epoch: int, step: int, is_due: bool) -> None:
        """From here on the next step shows the gradients, and the next pass the activations."""
        watched.moment = (epoch, step)
        watched.awaited = {}
        if is_due and watched.options.gradients:
            watched.awaited = {
                id(parameter): layer
                for layer, parameter in weights_of(watched.model, watched.prefix)
                if parameter.requires_grad and not parameter.is_complex()
            }
        if is_due and watched.options.activations:
            for handle in watched.handles:
                handle.remove()
            watched.handles = []
            names = {module: name for name, module in bare(watched.model).named_modules()}
            for module, name in names.items():
                if not any(True for _ in module.children()):
                    hook = Hook(self, watched, Hook.activation, watched.prefix + name)
                    watched.hang(hook, module.register_forward_hook)

    def _keep_histograms(
        self, copies: List[Copied], quantity: str, moment: Tuple[Optional[int], int]
    ) -> None:
        run = self._run
        if not copies or not run.is_open:
            return

        def prepare(store: Store) -> List[Row]:
            return [
                _histograms.row(copy.name, quantity, _histograms.summary(copy.tensor), *moment)
                for copy in copies
            ]

        def apply(store: Store, rows: List[Row]) -> None:
            for row in rows:
                store.insert_histogram(run.id, row)

        run._put(Work(apply, prepare, sum(copy.byte_count for copy in copies)), waits=True)

    # -- What is seen in between -----------------------------------------------------------------------

    def _listen_to_optimizers(self) -> None:
        from torch.optim.optimizer import register_optimizer_step_pre_hook

        me = weakref.ref(self)

        def before_step(optimizer: Any, arguments: Any, keywords: Any) -> None:
            watches = me()
            if watches is not None:
                watches._note_gradients(optimizer)

        self._optimizer_handle = register_optimizer_step_pre_hook(before_step)

    def _note_gradients(self, optimizer: Any) -> None:
        for watched in self._watched:
            if watched.options.steps:
                self._sample(watched, optimizer)
            if not watched.awaited:
                continue
            copies = []
            for group in optimizer.param_groups:
                for parameter in group["params"]:
                    layer = watched.awaited.get(id(parameter))
                    if layer is None or parameter.grad is None:
                        continue
                    del watched.awaited[id(parameter)]
                    gradient = parameter.grad
                    if gradient.is_sparse:
                        gradient = gradient.coalesce().values()
                    copy = copied(layer, gradient)
                    if copy is not None:
                        copies.append(copy)
            self._keep_histograms(copies, "gradient", watched.moment)

    def _sample(self, watched: Watched, optimizer: Any) -> None:
        """At every so many steps of the model's optimizer the weights are looked at, and the gradients."""
        layers = {
            id(parameter): (layer, parameter)
            for layer, parameter in weights_of(watched.model, watched.prefix)
        }
        if not any(id(p) in layers for group in optimizer.param_groups for p in group["params"]):
            return
        watched.steps += 1
        if watched.steps % watched.options.steps == 0:
            watched.moment = (None, self._run.step)
            if watched.options.gradients:
                watched.awaited = {
                    key: layer for key, (layer, parameter) in layers.items() if parameter.requires_grad
                }
            if watched.options.histograms:
                copies = [copied(layer, parameter) for layer, parameter in layers.values()]
                kept = [copy for copy in copies if copy is not None]
                self._keep_histograms(kept, "weight", watched.moment)

    def see_first_batch(self, watched: Watched, arguments: Any, keywords: Any) -> None:
        """Makes the layer table of the first batch."""
        for handle in watched.handles:
            handle.remove()
        watched.handles = []
        whole = Call(arguments, keywords)
        reason: Any = None
        for call in (first_of_batch(whole), whole):
            try:
                return self._keep_layers(watched, layer_table(watched.model, call))
            except Exception as error:
                reason = error
        say_once(f"there is no layer table of {type(bare(watched.model)).__name__}: {reason}")

    def see_activation(self, watched: Watched, layer: str, output: Any) -> None:
        """Keeps the histogram of what a layer puts out."""
        import torch

        if isinstance(output, torch.Tensor) and not output.is_complex() and layer:
            copy = copied(layer, output)
            if copy is not None:
                self._keep_histograms([copy], "activation", watched.moment)


def _is_due(epoch: int, every: int) -> bool:
    return every > 0 and epoch % every == 0
