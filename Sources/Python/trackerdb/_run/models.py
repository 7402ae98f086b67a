"""Models of torch in a run: watching them, checkpoints, going on from one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from .._errors import say
from .._store import Store
from .._values import checked_name, whole_number
from .._work import Work
from .measures import Measures

if TYPE_CHECKING:
    from .._watch import Watches


class Models(Measures):
    """A run, as far as it keeps models."""

    def watch(
        self,
        model: Any,
        example: Any = None,
        weights: int = 1,
        histograms: int = 1,
        gradients: bool = True,
        activations: bool = False,
        name: Optional[str] = None,
    ) -> None:
        """Keeps what a `torch.nn.Module` is and becomes: the layer table now, by one forward pass of
        `example` (a tensor, a tuple of arguments, a dict of keywords) or else of the first training batch;
        weights and histograms with every so many epochs (0 is never).

        Looking changes nothing of the training. A second model of a run gets a prefix, `name`.
        """
        if not self._may_keep():
            return
        self._watched().add(
            model,
            example,
            weights=whole_number(weights, "weights"),
            histograms=whole_number(histograms, "histograms"),
            gradients=bool(gradients),
            activations=bool(activations),
            name=None if name is None else checked_name(name, "model"),
        )

    def _watch_steps(self, model: Any, log: Any, every: int) -> None:
        """As `watch` of W&B: the layer table, and histograms at every so many steps of the optimizer."""
        if not self._may_keep():
            return
        self._watched().add(
            model,
            None,
            weights=0,
            histograms=int(log in ("parameters", "all")),
            gradients=log in ("gradients", "all"),
            activations=False,
            name=None,
            steps=every if log else 0,
        )

    def _watched(self) -> Watches:
        """The models that are looked at; made with the first one, because most runs have none."""
        if self._watches is None:
            from .._watch import Watches

            self._watches = Watches(self)
        return self._watches

    def unwatch(self) -> None:
        """Looks at no model any more."""
        self._may_keep()
        self._stop_watching()

    def _stop_watching(self) -> None:
        if self._watches is not None:
            self._watches.close()
            self._watches = None

    def checkpoint(
        self, epoch: int, model: Any, optimizer: Any = None, scheduler: Any = None, **extra: Any
    ) -> None:
        """Stores what it takes to go on to the same bits: states of model, optimizer, scheduler and random
        generators, and `extra`. Raises for what JSON and tensors cannot say; nothing is pickled."""
        from .._checkpoint import taken

        epoch = whole_number(epoch, "epoch")
        with self._lock:
            if not self._has_logged:
                self._step = epoch
            state = taken(epoch, self._step, model, optimizer, scheduler, extra)
        if self._may_keep():
            self._put(
                Work(
                    lambda store, stored: state.store(store, self.id, stored), state.prepare, state.byte_count
                ),
                waits=True,
            )

    def restore(
        self, model: Any, optimizer: Any = None, scheduler: Any = None, **extra: Any
    ) -> Optional[Dict[str, Any]]:
        """Puts back the last checkpoint, and drops what was logged after it.

        Returns `epoch`, `step` and the values of `extra`; None if there is no checkpoint, and then nothing is
        changed in the model, and what an earlier try has logged is dropped.
        """
        from .._checkpoint import restored

        if not self._may_keep():
            return None
        self.flush()
        store = Store.for_reading(self.db)
        try:
            found = restored(store, self.id, model, optimizer, scheduler, extra)
        finally:
            store.close()
        epoch, step = (found["epoch"], found["step"]) if found else (0, 0)
        self._put(Work(lambda store, _: self._drop_after(store, epoch, step)))
        self.flush()
        with self._lock:
            self._step, self._has_logged = step, step > 0
        return found

    def _drop_after(self, store: Store, epoch: int, step: int) -> None:
        dropped = store.drop_after(self.id, epoch, step)
        if dropped:
            say(f"run '{self.name}': dropped {dropped} points that were logged after epoch {epoch}.")
