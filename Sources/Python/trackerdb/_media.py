"""Texts, images, figures and tables as they are stored."""

from __future__ import annotations

import io
import json
import math
import struct
import wave
import zlib
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

from ._values import checked_text, setting


class Medium(NamedTuple):
    """What a row of `media` says, and its content."""

    kind: str
    text: Optional[str] = None
    content: Optional[bytes] = None
    media_type: Optional[str] = None
    metadata: Optional[str] = None


def encoded(value: Any, dataformats: Optional[str] = None, close: bool = False) -> Medium:
    """Encodes text, an image, a figure, a table or bytes, as they are now."""
    if isinstance(value, Medium):
        return value
    if isinstance(value, str):
        return Medium("text", checked_text(value, "text"))
    if isinstance(value, (bytes, bytearray)):
        return Medium("file", None, bytes(value), "application/octet-stream")
    if hasattr(value, "savefig"):
        return figure(value, close)
    if hasattr(value, "to_dict") and hasattr(value, "columns"):  # a pandas.DataFrame
        return table(list(value.columns), value.values.tolist() if not len(value) else _frame_rows(value))
    if isinstance(value, (list, tuple)) and value and all(hasattr(row, "keys") for row in value):
        columns = list(dict.fromkeys(key for row in value for key in row))
        return table(columns, [[row.get(key) for key in columns] for row in value])
    if isinstance(value, dict):
        cells = {key: list(column) for key, column in value.items()}
        if len({len(column) for column in cells.values()}) > 1:
            raise ValueError(
                f"The columns of a table have one length; these have {[*map(len, cells.values())]}."
            )
        return table(list(cells), [list(row) for row in zip(*cells.values())])
    if hasattr(value, "save") and hasattr(value, "mode"):  # a PIL.Image
        return _pil_image(value)
    if hasattr(value, "shape") or isinstance(value, (list, tuple)):
        return Medium("image", None, png(value, dataformats), "image/png")
    raise TypeError(
        f"A medium is text, an image, a figure, a table or bytes, not {type(value).__name__}; a number goes"
        " into log."
    )


def _frame_rows(frame: Any) -> List[List[Any]]:
    # Column by column, because an array of all would have one type.
    return [list(row) for row in zip(*(frame.iloc[:, place].tolist() for place in range(frame.shape[1])))]


def table(columns: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Medium:
    """A table as JSON: the names of its columns, and its rows, in which each cell keeps its type."""
    text = json.dumps(
        {
            "columns": [str(column) for column in columns],
            "data": [[_cell(cell) for cell in row] for row in rows],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    metadata = json.dumps({"rows": len(rows), "columns": len(columns)})
    return Medium("table", None, text.encode("utf-8", "replace"), "application/json", metadata)


def _cell(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    found = setting(value)
    if isinstance(found.value, str) and found.value[:1] in ("[", "{") and not isinstance(value, str):
        return json.loads(found.value)
    if found.text in ("true", "false"):
        return found.text == "true"
    return found.text if found.value is None else found.value


def figure(value: Any, close: bool = False) -> Medium:
    """A figure of matplotlib, drawn in the caller's thread."""
    buffer = io.BytesIO()
    value.savefig(buffer, format="png")
    if close:
        import matplotlib.pyplot as pyplot

        pyplot.close(value)
    return Medium("image", None, buffer.getvalue(), "image/png")


def _pil_image(value: Any) -> Medium:
    buffer = io.BytesIO()
    value.save(buffer, format="PNG")
    return Medium("image", None, buffer.getvalue(), "image/png")


# Images -------------------------------------------------------------------------------------------------


def png(image: Any, dataformats: Optional[str] = None) -> bytes:
    """An array as PNG: uint8 as it is, floats and masks times 255 and clipped; HW, HWC or CHW."""
    pixels, shape = _bytes_of(image)
    axes = (dataformats or _axes(shape)).upper()
    if sorted(axes) not in (sorted("HW"), sorted("HWC")) or len(axes) != len(shape):
        raise ValueError(f"An image has the axes HW, HWC or CHW; these are {axes} of shape {shape}.")
    sizes = dict(zip(axes, shape))
    height, width, channels = sizes["H"], sizes["W"], sizes.get("C", 1)
    if channels not in (1, 2, 3, 4):
        raise ValueError(
            f"An image has 1 to 4 channels, not {channels}; its shape is {shape}, its axes {axes}."
        )
    if not height or not width:
        raise ValueError(f"An image has pixels; the shape of this one is {shape}.")
    pixels = _channels_last(pixels, axes, sizes)
    row = width * channels
    lines = b"".join(b"\0" + pixels[start : start + row] for start in range(0, len(pixels), row))
    color = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, data) for name, data in parts)


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _axes(shape: Tuple[int, ...]) -> str:
    if len(shape) == 2:
        return "HW"
    if len(shape) == 3 and shape[0] in (1, 3, 4) and shape[2] not in (1, 3, 4):
        return "CHW"
    return "HWC"


def _channels_last(pixels: bytes, axes: str, sizes: "dict[str, int]") -> bytes:
    """The pixels in the order height, width, channel."""
    if axes in ("HW", "HWC"):
        return pixels
    strides, stride = {}, 1
    for axis in reversed(axes):
        strides[axis] = stride
        stride *= sizes[axis]
    channels = sizes.get("C", 1)
    result = bytearray(len(pixels))
    place = 0
    for row in range(sizes["H"]):
        for channel in range(channels):
            start = row * strides["H"] + channel * strides.get("C", 0)
            end = start + sizes["W"] * strides["W"]
            result[place + channel : place + sizes["W"] * channels : channels] = pixels[
                start : end : strides["W"]
            ][: sizes["W"]]
        place += sizes["W"] * channels
    return bytes(result)


def _bytes_of(image: Any) -> Tuple[bytes, Tuple[int, ...]]:
    """The elements as bytes from 0 to 255, and the shape."""
    if hasattr(image, "detach"):  # a tensor of torch
        image = image.detach().cpu()
        if str(image.dtype) == "torch.uint8":
            flat = image.contiguous()
            return bytes(flat.reshape(-1).tolist()) if flat.numel() < 4096 else _memory(flat), tuple(
                flat.shape
            )
        image = image.double() if image.is_floating_point() else image
        values, shape = image.reshape(-1).tolist(), tuple(image.shape)
        is_unit = image.is_floating_point() or str(image.dtype) == "torch.bool"
    elif hasattr(image, "dtype"):  # an array of NumPy
        if str(image.dtype) == "uint8":
            return image.tobytes(), tuple(image.shape)
        is_unit = image.dtype.kind in "fb"
        values, shape = image.reshape(-1).tolist(), tuple(image.shape)
    else:
        values, shape = _flat(image)
        is_unit = any(isinstance(value, (float, bool)) for value in values)
    scale = 255.0 if is_unit else 1.0  # for numbers from 0 to 1
    return bytes(_byte(value * scale) for value in values), shape


def _memory(tensor: Any) -> bytes:
    import ctypes

    return ctypes.string_at(tensor.data_ptr(), tensor.numel())


def _byte(value: float) -> int:
    if value != value:
        return 0
    return int(min(255.0, max(0.0, value)))


def _flat(values: Any) -> Tuple[List[float], Tuple[int, ...]]:
    shape: List[int] = []
    while isinstance(values, (list, tuple)) and values and isinstance(values[0], (list, tuple)):
        shape.append(len(values))
        values = [element for row in values for element in row]
    shape = [*shape, len(values)]
    for place in range(len(shape) - 1, 0, -1):
        shape[place] //= max(1, shape[place - 1])
    return list(values), tuple(shape)


# Sound --------------------------------------------------------------------------------------------------


def wav(sound: Any, sample_rate: Any) -> bytes:
    """Sound from -1 to 1, as samples or as samples by channels, in 16 bits."""
    values = sound.tolist() if hasattr(sound, "tolist") else list(sound)
    rows = [value if isinstance(value, list) else [value] for value in values]
    if len(rows) < 3 and rows and len(rows[0]) > len(rows):  # channels first, as torchaudio has it
        rows = [list(row) for row in zip(*rows)]
    channels = len(rows[0]) if rows else 1
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(int(sample_rate))
        samples = [round(min(1.0, max(-1.0, float(value))) * 32767) for row in rows for value in row]
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return buffer.getvalue()
