"""What TensorBoard's writer takes and the file has no place for."""

from __future__ import annotations

from typing import Any

from .._dialects import cannot_keep


class Absent:
    """Methods that keep nothing, and say so once."""

    def add_tensor(self, tag: Any, tensor: Any, global_step: Any = None, walltime: Any = None) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_tensor")

    def add_video(
        self, tag: Any, vid_tensor: Any, global_step: Any = None, fps: Any = 4, walltime: Any = None
    ) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_video")

    def add_onnx_graph(self, prototxt: Any) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_onnx_graph")

    def add_embedding(
        self,
        mat: Any,
        metadata: Any = None,
        label_img: Any = None,
        global_step: Any = None,
        tag: Any = "default",
        metadata_header: Any = None,
    ) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_embedding")

    def add_pr_curve(
        self,
        tag: Any,
        labels: Any,
        predictions: Any,
        global_step: Any = None,
        num_thresholds: Any = 127,
        weights: Any = None,
        walltime: Any = None,
    ) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_pr_curve")

    def add_pr_curve_raw(
        self,
        tag: Any,
        true_positive_counts: Any,
        false_positive_counts: Any,
        true_negative_counts: Any,
        false_negative_counts: Any,
        precision: Any,
        recall: Any,
        global_step: Any = None,
        num_thresholds: Any = 127,
        weights: Any = None,
        walltime: Any = None,
    ) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_pr_curve_raw")

    def add_custom_scalars_multilinechart(
        self, tags: Any, category: Any = "default", title: Any = "untitled"
    ) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_custom_scalars_multilinechart")

    def add_custom_scalars_marginchart(
        self, tags: Any, category: Any = "default", title: Any = "untitled"
    ) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_custom_scalars_marginchart")

    def add_custom_scalars(self, layout: Any) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_custom_scalars")

    def add_mesh(
        self,
        tag: Any,
        vertices: Any,
        colors: Any = None,
        faces: Any = None,
        config_dict: Any = None,
        global_step: Any = None,
        walltime: Any = None,
    ) -> None:
        """Is not kept, and says so."""
        cannot_keep("add_mesh")
