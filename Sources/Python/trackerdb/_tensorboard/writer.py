"""`SummaryWriter`, as `torch.utils.tensorboard` has it, into a tracker file."""

from __future__ import annotations

import os
import socket
import time
from typing import Any, Optional

from .._dialects import cannot_keep, never_stops
from .._media import Medium, png, wav
from .._media import figure as drawn
from .._run import Run, start_child
from .._store import database_path, now
from .._values import Row, checked_name, json_array, measured_number, settings, whole_number
from .._work import Work
from .absent import Absent
from .bins import histogram as bins_of
from .bins import raw_histogram
from .groups import group_of


class SummaryWriter(Absent):
    """Writes what TensorBoard's writer takes into the tracker file `$TRACKER_DB`, or `tracker.db`.

    Writers of one process that share a parent folder are one run; then the last folder is the prefix of their
    names. A call without a step is step 0.
    """

    def __init__(
        self,
        log_dir: Any = None,
        comment: str = "",
        purge_step: Optional[int] = None,
        max_queue: int = 10,
        flush_secs: int = 120,
        filename_suffix: str = "",
    ) -> None:
        if not log_dir:
            moment = time.strftime("%b%d_%H-%M-%S")
            log_dir = os.path.join("runs", f"{moment}_{socket.gethostname()}{comment}")
        #: The folder; it names the run, and nothing is written there.
        self.log_dir: str = os.fspath(log_dir)
        self.purge_step = purge_step
        self.max_queue = max_queue
        self.flush_secs = flush_secs
        self.filename_suffix = filename_suffix
        self._open()
        self._make_folder()
        if purge_step is not None and self._group.run is not None:
            self._group.purge(self, whole_number(purge_step, "purge_step"))

    def _open(self) -> None:
        self._group = group_of(self.log_dir)
        self._is_closed = False
        self._group.add(self)

    def _make_folder(self) -> None:
        """Scripts put files of their own beside: the folder is there, where it is the tracker file's."""
        home = os.path.dirname(database_path()) + os.sep
        if os.path.realpath(self.log_dir).startswith(home):
            try:
                os.makedirs(self.log_dir, exist_ok=True)
            except OSError:
                pass  # Who needs it will be told.

    def _prefix(self) -> str:
        return os.path.basename(self.log_dir.rstrip("/")) + "/" if self._group.has_prefixes else ""

    def _run(self) -> Run:
        if self._is_closed:  # As with torch's writer, what is added opens it again.
            self._open()
        return self._group.started(self)

    def _name(self, tag: Any) -> str:
        if type(tag) is not str:
            tag = str(tag)
        return checked_name(self._prefix() + tag, "tag")

    # -- Numbers ---------------------------------------------------------------------------------------

    @never_stops
    def add_scalar(
        self,
        tag: Any,
        scalar_value: Any,
        global_step: Any = None,
        walltime: Any = None,
        new_style: Any = False,
        double_precision: Any = False,
    ) -> None:
        """Stores a number at a step."""
        run = self._run()
        name = self._name(tag)
        run._keep([(name, measured_number(scalar_value, name))], _step(global_step), _time(walltime))

    @never_stops
    def add_scalars(
        self, main_tag: Any, tag_scalar_dict: Any, global_step: Any = None, walltime: Any = None
    ) -> None:
        """Stores several numbers at a step, as `main_tag/name`."""
        for tag, value in tag_scalar_dict.items():
            self.add_scalar(f"{main_tag}/{tag}", value, global_step, walltime)

    @never_stops
    def add_histogram(
        self,
        tag: Any,
        values: Any,
        global_step: Any = None,
        bins: Any = "tensorflow",
        walltime: Any = None,
        max_bins: Any = None,
    ) -> None:
        """Stores how often values fall into bins; `bins` are names of rules or edges."""
        self._add_bins(tag, bins_of(self._name(tag), values, bins), global_step)

    @never_stops
    def add_histogram_raw(
        self,
        tag: Any,
        min: Any,
        max: Any,
        num: Any,
        sum: Any,
        sum_squares: Any,
        bucket_limits: Any,
        bucket_counts: Any,
        global_step: Any = None,
        walltime: Any = None,
    ) -> None:
        """Stores a histogram that was counted elsewhere: the right edges of its bins and their counts."""
        row = raw_histogram(self._name(tag), min, max, num, sum, sum_squares, bucket_limits, bucket_counts)
        self._add_bins(tag, row, global_step)

    def _add_bins(self, tag: Any, row: Row, global_step: Any) -> None:
        run = self._run()
        row["step"] = _step(global_step)
        run._put(Work(lambda store, _: store.insert_histogram(run.id, row), byte_count=4000))

    @never_stops
    def add_hparams(
        self,
        hparam_dict: Any,
        metric_dict: Any,
        hparam_domain_discrete: Any = None,
        run_name: Any = None,
        global_step: Any = None,
    ) -> None:
        """Stores settings as parameters of the run, and their results as metrics. Settings that differ from
        those of the run, and their results, are a run of their own, a child of this one: `run_name`, or the
        name of this one with a number."""
        found = settings(hparam_dict)
        run = self._run()
        known = run.params._values
        if all(known.get(name, setting) == setting for name, setting in found.items()):
            run.params(hparam_dict)
            for name, value in metric_dict.items():
                self.add_scalar(name, value, global_step)
            return
        results = [
            (checked_name(name, "tag"), measured_number(metric_dict[name], name)) for name in metric_dict
        ]
        child = start_child(run, str(run_name) if run_name else None, hparam_dict)
        child._keep(results, _step(global_step), now())
        child.finish()

    # -- Media -----------------------------------------------------------------------------------------

    def _add(self, tag: Any, medium: Any, global_step: Any, walltime: Any, **more: Any) -> None:
        self._run().media(self._name(tag), medium, _step(global_step), at=_time(walltime), **more)

    @never_stops
    def add_text(self, tag: Any, text_string: Any, global_step: Any = None, walltime: Any = None) -> None:
        """Stores a text."""
        self._add(tag, str(text_string), global_step, walltime)

    @never_stops
    def add_image(
        self,
        tag: Any,
        img_tensor: Any,
        global_step: Any = None,
        walltime: Any = None,
        dataformats: Any = "CHW",
    ) -> None:
        """Stores an image."""
        self._add(
            tag, Medium("image", None, png(img_tensor, dataformats), "image/png"), global_step, walltime
        )

    @never_stops
    def add_images(
        self,
        tag: Any,
        img_tensor: Any,
        global_step: Any = None,
        walltime: Any = None,
        dataformats: Any = "NCHW",
    ) -> None:
        """Stores the images of a batch, one after the other."""
        axes = str(dataformats).upper()
        if not axes.startswith("N"):
            return self.add_image(tag, img_tensor, global_step, walltime, dataformats)
        for image in img_tensor:
            self.add_image(tag, image, global_step, walltime, axes[1:])

    @never_stops
    def add_image_with_boxes(
        self,
        tag: Any,
        img_tensor: Any,
        box_tensor: Any,
        global_step: Any = None,
        walltime: Any = None,
        rescale: Any = 1,
        dataformats: Any = "CHW",
        labels: Any = None,
    ) -> None:
        """Stores an image; the boxes stand beside it in the text."""
        boxes = box_tensor.tolist() if hasattr(box_tensor, "tolist") else list(box_tensor)
        caption = "boxes: " + json_array(boxes) + ("" if labels is None else f" {list(labels)}")
        image = Medium("image", None, png(img_tensor, dataformats), "image/png")
        self._add(tag, image, global_step, walltime, caption=caption)

    @never_stops
    def add_figure(
        self, tag: str, figure: Any, global_step: Optional[int] = None, close: bool = True,
        walltime: Optional[float] = None,
    ) -> None:  # fmt: skip
        """Stores a figure of matplotlib, or several."""
        for one in figure if isinstance(figure, list) else [figure]:
            self._add(tag, drawn(one, close), global_step, walltime)

    @never_stops
    def add_audio(
        self,
        tag: Any,
        snd_tensor: Any,
        global_step: Any = None,
        sample_rate: Any = 44100,
        walltime: Any = None,
    ) -> None:
        """Stores sound, from -1 to 1."""
        self._add(
            tag, Medium("audio", None, wav(snd_tensor, sample_rate), "audio/wav"), global_step, walltime
        )

    @never_stops
    def add_graph(
        self, model: Any, input_to_model: Any = None, verbose: Any = False, use_strict_trace: Any = True
    ) -> None:
        """Stores the layer table of a model."""
        from .._layers import layer_table

        if input_to_model is None:
            return cannot_keep("a graph without input_to_model")
        rows = layer_table(model, input_to_model)
        run = self._run()
        run._put(Work(lambda store, _: store.replace_layers(run.id, rows)))

    # -- The end ---------------------------------------------------------------------------------------

    @never_stops
    def flush(self) -> None:
        """Waits until all is in the file."""
        if self._group.run is not None and self._group.run.is_open:
            self._group.run.flush()

    @never_stops
    def close(self) -> None:
        """Ends the run with the last of its writers."""
        if not self._is_closed:
            self._is_closed = True
            self._group.remove(self)

    def get_logdir(self) -> str:
        """The folder that was given."""
        return self.log_dir

    def __enter__(self) -> "SummaryWriter":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _step(step: Any) -> int:
    return 0 if step is None else whole_number(step, "global_step")


def _time(walltime: Any) -> int:
    return now() if walltime is None else whole_number(int(float(walltime) * 1000), "walltime")
