"""Tensors of torch on their way to the file and back."""

from __future__ import annotations

import ctypes
import hashlib
from typing import Any, Dict, List, NamedTuple, Optional

from ._errors import TrackerError, say_once
from ._histograms import Summary, summary
from ._store import KnownContent, LargeContent, Store, is_large
from ._values import json_array


class Copied(NamedTuple):
    """A tensor as it was, in memory of the processor."""

    name: str
    tensor: Any

    @property
    def byte_count(self) -> int:
        """The bytes of its elements."""
        return int(self.tensor.numel() * self.tensor.element_size())


def copied(name: str, tensor: Any) -> Optional[Copied]:
    """A copy of a tensor of any device, dtype and layout; None for what has no elements to copy."""
    import torch

    tensor = tensor.detach()
    if tensor.is_quantized or tensor.is_meta or torch.nn.parameter.is_lazy(tensor):
        say_once(
            f"the tensor '{name}' is {'quantised' if tensor.is_quantized else 'not there yet'}, and not kept."
        )
        return None
    if tensor.layout is not torch.strided:
        tensor = tensor.to_dense()
    copy = torch.empty(tensor.shape, dtype=tensor.dtype, device="cpu")
    return Copied(name, copy.copy_(tensor.resolve_conj().resolve_neg()))


def bytes_of(tensor: Any) -> memoryview:
    """The bytes of a contiguous tensor of the processor's memory, which must outlive them."""
    count = tensor.numel() * tensor.element_size()
    if not count:
        return memoryview(b"")
    return memoryview((ctypes.c_char * count).from_address(tensor.data_ptr())).cast("B")


class PreparedTensor:
    """A copied tensor with what its row says; large content is in the file already."""

    def __init__(self, copy: Copied, store: Store, bins: bool) -> None:
        tensor = copy.tensor
        self.name = copy.name
        self._tensor = tensor  # keeps the bytes
        self.summary = Summary() if tensor.is_complex() else summary(tensor, bins)
        view = bytes_of(tensor)
        if is_large(len(view)):
            hash_ = hashlib.sha256(view).hexdigest()
            # What has not changed is not stored again.
            self.data: Any = (
                KnownContent(hash_, view)
                if store.has_content(hash_)
                else store.store_chunks(LargeContent(view))
            )
        else:
            self.data = bytes(view)

    def row(self) -> Dict[str, Any]:
        """The row of `tensors`, with the content."""
        found = self.summary
        return {
            "name": self.name,
            "shape": json_array(self._tensor.shape),
            "dtype": str(self._tensor.dtype).replace("torch.", ""),
            "data": self.data,
            "min": found.min,
            "max": found.max,
            "mean": found.mean,
            "std": found.std,
            "l2_norm": found.l2_norm,
            "zero_count": found.zero_count,
            "nonfinite_count": found.nonfinite_count,
        }


def state_dict(store: Store, snapshot: int) -> Dict[str, Any]:
    """The tensors of a snapshot by their names."""
    return {str(row["name"]): _loaded(store, row) for row in store.tensors(snapshot)}


def _loaded(store: Store, row: Any) -> Any:
    import json

    import torch

    dtype = getattr(torch, str(row["dtype"]), None)
    if not isinstance(dtype, torch.dtype):
        raise TrackerError(
            f"This torch has no tensors of the type {row['dtype']}, which '{row['name']}' is of."
        )
    data = bytearray(store.content(str(row["blob_hash"])))
    shape: List[int] = json.loads(str(row["shape"]))
    if not data:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(data, dtype=dtype).reshape(shape)
