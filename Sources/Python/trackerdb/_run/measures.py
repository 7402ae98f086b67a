"""What a run measures over its steps: metrics, epochs, histograms, alerts."""

from __future__ import annotations

from time import monotonic, time
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .._errors import TrackerError
from .._store import Point, Store, now
from .._values import checked_name, checked_text, measured_number, whole_number
from .._work import Work
from .state import State


class Measures(State):
    """A run, as far as it measures."""

    def log(
        self, metrics: Mapping[str, Any], step: Optional[int] = None, epoch: Optional[int] = None
    ) -> None:
        """Stores metrics at the next step, or at `step`: a number each, which is read now.

        The point is put into a queue; a thread stores it within half a second.
        """
        if type(metrics) is dict:
            names = self._names
            for name, value in metrics.items():
                if type(value) is not float or name not in names:
                    metrics = self._checked(metrics)
                    break
        else:
            metrics = self._checked(metrics)
        if step is not None:
            step = whole_number(step, "step")
        if epoch is not None:
            epoch = whole_number(epoch, "epoch")
        at = time() * 1000
        with self._lock:
            if self._writer is None and not self._may_keep():
                return
            if step is None:
                step = self._step + 1
                if step >= 1 << 63:
                    raise ValueError(f"There is no step after {self._step}, which is the last of 64 bits.")
            self._step = step
            self._has_logged = True
            keep = self._points.append
            for name, value in metrics.items():
                keep((name, step, epoch, value, at))
            self._logged += len(metrics)
            if self._logged >= 1000:
                self._note_points()

    def _note_points(self) -> None:
        """Comes after every thousand points or so."""
        self._logged = 0
        self._used = monotonic()
        writer = self._writer
        if writer is not None:
            writer.note_points()

    def _keep(self, points: List[Tuple[str, float]], step: int, at: float) -> None:
        """For the dialects, which count steps by themselves: stores checked points."""
        if not self._may_keep():
            return
        with self._lock:
            keep = self._points.append
            for name, value in points:
                keep((name, step, None, value, at))
            self._logged += len(points)
            if step > self._step:
                self._step = step
            self._has_logged = True
            if self._logged >= 1000:
                self._note_points()

    def _known_name(self, name: str) -> str:
        """The name of a metric, which is checked when it is told first."""
        names = self._names
        if name in names:
            return name
        name = checked_name(name, "metric")
        if len(names) < 100_000:
            names.add(name)
        return name

    def _checked(self, metrics: Mapping[str, Any]) -> Dict[str, float]:
        """The metrics with their numbers; raises at the first that is wrong, before any is kept."""
        found = {}
        try:
            items = metrics.items()
        except AttributeError:
            raise TypeError(f"metrics is a mapping of names to numbers, not {metrics!r}.") from None
        for name, value in items:
            if type(value) is not float:
                value = measured_number(value, str(name))
            found[self._known_name(name)] = value
        return found

    def epoch(self, epoch: int, metrics: Optional[Mapping[str, Any]] = None) -> None:
        """Ends an epoch: stores its metrics at the current step, with the weights and histograms of watched
        models, in one transaction. Returns when the weights are copied."""
        epoch = whole_number(epoch, "epoch")
        points = self._checked(metrics or {})
        if not self._may_keep():
            return
        at = now()
        with self._lock:
            # A script that logs nothing but epochs has no other steps.
            if not self._has_logged:
                self._step = epoch
            step = self._step
        measured = [Point(name, step, epoch, value, at) for name, value in points.items()]
        id_ = self.id

        def apply(store: Store, state: Any) -> None:
            store.write_points(id_, measured)
            if state is not None:
                state.store(store, id_)

        if self._watches is None:
            work = Work(apply, byte_count=200 * len(measured), point_count=len(measured))
        else:
            state = self._watches.take(epoch, step)
            work = Work(apply, state.prepare, state.byte_count, len(measured))
        self._put(work, waits=True)

    def histogram(
        self, name: str, values: Any, step: Optional[int] = None, epoch: Optional[int] = None
    ) -> None:
        """Stores how often values fall into bins: of all `values`, or `(edges, counts)` as they are."""
        from .._histograms import named_histogram

        name = checked_name(name, "histogram")
        row = named_histogram(name, values)
        row["step"] = self._place(step)
        row["epoch"] = None if epoch is None else whole_number(epoch, "epoch")
        if self._may_keep():
            self._put(Work(lambda store, _: store.insert_histogram(self.id, row), byte_count=2000))

    def alert(self, message: str, level: str = "warning", kind: str = "note") -> None:
        """Stores something that a person should look at; `level` is info, warning or error."""
        message = checked_text(message, "message")
        kind = checked_name(kind, "kind of alert")
        if level not in ("info", "warning", "error"):
            raise ValueError(f"The level of an alert is info, warning or error, not {level!r}.")
        if self._may_keep():
            at, step = now(), self._step
            self._put(
                Work(lambda store, _: store.insert_alert(self.id, level, kind, message, None, step, at))
            )

    def flush(self) -> None:
        """Waits until all that was logged is in the file; raises if anything could not be stored."""
        if not self._may_keep():
            return
        writer = self._writer
        if writer is not None:
            number = writer.put(Work(lambda store, _: None))
            if not writer.wait(number, self.patience):
                raise TrackerError(f"Run '{self.name}' waits for {writer.waits_for or 'the disk'}.")
            writer.raise_losses()

    def last_used(self) -> float:
        """When a point was logged last, by `time.monotonic`."""
        points = self._points
        if points:
            return monotonic() - max(0.0, time() - float(points[-1][4]) / 1000)
        return self._used
