"""Sound, films, pages and bodies, as W&B takes them."""

from __future__ import annotations

import io
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
    """A body or a cloud of points: the path of a file, an open one, or numbers."""

    _kind = "object3d"

    def __init__(self, data_or_path: Any, caption: Optional[str] = None, **kwargs: Any) -> None:
        if isinstance(data_or_path, (str, os.PathLike)):
            found = from_file(self._kind, data_or_path, "application/octet-stream")
        elif hasattr(data_or_path, "read"):
            content = data_or_path.read()
            content = content.encode("utf-8", "replace") if isinstance(content, str) else content
            found = Medium(self._kind, None, content, "application/octet-stream")
        else:
            text = json.dumps(data_or_path, default=_plain)
            found = Medium(self._kind, None, text.encode(), "application/json")
        self._medium = found._replace(text=caption)

    @classmethod
    def from_file(cls, data_or_path: Any, file_type: Any = None) -> "Object3D":
        """A file, by its path or open."""
        return cls(data_or_path)

    @classmethod
    def from_numpy(cls, data: Any) -> "Object3D":
        """A cloud of points."""
        return cls(data)

    @classmethod
    def from_point_cloud(
        cls, points: Any, boxes: Any, vectors: Any = None, point_cloud_type: Any = "lidar/beta"
    ) -> "Object3D":
        """A cloud of points with boxes around some."""
        return cls({"type": point_cloud_type, "points": points, "boxes": boxes, "vectors": vectors or []})

    def medium(self) -> Medium:
        """What is stored."""
        return self._medium


class Molecule(Object3D):
    """A molecule: the path of a file, or an open one."""

    _kind = "molecule"

    @classmethod
    def from_rdkit(
        cls, data_or_path: Any, caption: Optional[str] = None, *words: Any, **named: Any
    ) -> "Molecule":
        """A file, or a molecule of RDKit, which is kept in the format of MDL."""
        if isinstance(data_or_path, (str, os.PathLike)):
            return cls(data_or_path, caption)
        from rdkit.Chem import MolToMolBlock  # type: ignore[import-not-found, unused-ignore]

        return cls(io.StringIO(MolToMolBlock(data_or_path)), caption)

    @classmethod
    def from_smiles(cls, data: str, caption: Optional[str] = None, *words: Any, **named: Any) -> "Molecule":
        """A molecule by its SMILES, which are kept as they are."""
        return cls(io.StringIO(data), caption)


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)
