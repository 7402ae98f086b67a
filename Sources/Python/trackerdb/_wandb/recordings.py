"""Sound, films, pages and bodies, as W&B takes them."""

from __future__ import annotations

import json
import os
from typing import Any, Optional

from .. import _media
from .._errors import say_once
from .._media import Medium, wav
from .media import Value, from_file


class Audio(Value):
    """Sound: samples from -1 to 1, or the path of a file."""

    def __init__(
        self, data_or_path: Any, sample_rate: Optional[int] = None, caption: Optional[str] = None
    ) -> None:
        if isinstance(data_or_path, (str, os.PathLike)):
            found = from_file("audio", data_or_path, "audio/wav")
        else:
            found = Medium("audio", None, wav(data_or_path, sample_rate or 44100), "audio/wav")
        self._medium = found._replace(text=caption)

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


class Video(Value):
    """A film: the path or the bytes of a file. Of an array, the first picture is kept."""

    def __init__(
        self,
        data_or_path: Any,
        caption: Optional[str] = None,
        fps: Optional[int] = None,
        format: Optional[str] = None,
    ) -> None:
        if isinstance(data_or_path, (str, os.PathLike)):
            found = from_file("video", data_or_path, "video/mp4")
        elif hasattr(data_or_path, "read"):
            found = Medium("video", None, data_or_path.read(), f"video/{format or 'gif'}")
        else:
            say_once(
                "a Video of arrays is kept as its first picture; give the path of a file to keep it whole."
            )
            first = data_or_path[0]
            found = Medium("image", None, _media.png(first, "CHW"), "image/png")
        self._medium = found._replace(text=caption)

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


class Html(Value):
    """A page: its text, or the path of a file that ends in .html."""

    def __init__(self, data: Any, inject: bool = True, data_is_not_path: bool = False) -> None:
        if hasattr(data, "read"):
            data = data.read()
        elif not data_is_not_path and str(data).endswith(".html") and os.path.isfile(data):
            with open(data, encoding="utf-8") as file:
                data = file.read()
        self.html = str(data)

    def medium(self) -> Medium:
        """What is stored."""
        return Medium("html", None, self.html.encode("utf-8", "replace"), "text/html")


class Object3D(Value):
    """A body or a cloud of points: the path of a file, or numbers."""

    def __init__(self, data_or_path: Any, caption: Optional[str] = None, **kwargs: Any) -> None:
        if isinstance(data_or_path, (str, os.PathLike)):
            found = from_file("object3d", data_or_path, "application/octet-stream")
        else:
            numbers = data_or_path.tolist() if hasattr(data_or_path, "tolist") else data_or_path
            found = Medium("object3d", None, json.dumps(numbers, default=str).encode(), "application/json")
        self._medium = found._replace(text=caption)

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


class Molecule(Object3D):
    """A molecule: the path of a file."""
