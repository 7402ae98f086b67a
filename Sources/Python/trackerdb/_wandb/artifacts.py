"""Artifacts of W&B: files under one name."""

from __future__ import annotations

import io
import os
from typing import Any, Callable, Dict, List, Optional

from .._errors import say_once
from .media import as_medium


class Artifact:
    """Files under one name, which `log_artifact` stores."""

    def __init__(
        self,
        name: str,
        type: str,
        description: Optional[str] = None,
        metadata: Optional[Dict[str, Any]] = None,
        incremental: bool = False,
        use_as: Optional[str] = None,
        storage_region: Optional[str] = None,
        digest_algorithm: str = "MD5",
    ) -> None:
        self.name = name
        self.type = type
        self.description = description
        self.metadata = dict(metadata or {})
        self.aliases: List[str] = []
        self.files_: Dict[str, Any] = {}  # paths, bytes or media by name
        self.references: Dict[str, str] = {}
        self._read: Optional[Callable[[], Dict[str, bytes]]] = None

    def add_file(
        self,
        local_path: str,
        name: Optional[str] = None,
        is_tmp: Optional[bool] = False,
        skip_cache: Optional[bool] = False,
        policy: Optional[str] = "mutable",
        overwrite: bool = False,
    ) -> None:
        """Adds a file."""
        self.files_[name or os.path.basename(local_path)] = os.path.abspath(local_path)

    def add_dir(
        self,
        local_path: str,
        name: Optional[str] = None,
        skip_cache: Optional[bool] = False,
        policy: Optional[str] = "mutable",
        merge: bool = False,
    ) -> None:
        """Adds all files of a folder."""
        for folder, _, names in os.walk(local_path):
            for file in sorted(names):
                path = os.path.join(folder, file)
                inside = os.path.relpath(path, local_path)
                self.files_[os.path.join(name, inside) if name else inside] = os.path.abspath(path)

    def add_reference(
        self, uri: Any, name: Any = None, checksum: bool = True, max_objects: Optional[int] = None
    ) -> List[Any]:
        """Adds where something is that stays there."""
        self.references[str(name or os.path.basename(str(uri)))] = str(uri)
        return []

    def add(self, obj: Any, name: Any, overwrite: bool = False) -> None:
        """Adds a table or a medium."""
        self.files_[str(name)] = as_medium(obj)

    def new_file(
        self, name: str, mode: str = "x", encoding: Optional[str] = None, policy: str = "mutable"
    ) -> Any:
        """A file to write to, in a `with`."""
        return _NewFile(self.files_, name, "b" in mode, encoding)

    def wait(self, timeout: Optional[int] = None) -> "Artifact":
        """Is there already."""
        return self

    def download(
        self,
        root: Any = None,
        allow_missing_references: bool = False,
        skip_cache: Optional[bool] = None,
        path_prefix: Any = None,
        multipart: Optional[bool] = None,
    ) -> str:
        """Writes the files of a used artifact into a folder, `artifacts/NAME` if none is given."""
        root = os.fspath(root) if root is not None else os.path.join("artifacts", self.name.replace(":", "-"))
        try:
            self._write_files(os.path.realpath(root))
        except Exception as error:
            say_once(f"Artifact.download: {error}")
        return str(root)

    def _write_files(self, top: str) -> None:
        os.makedirs(top, exist_ok=True)
        for name, data in (self._read() if self._read is not None else {}).items():
            path = os.path.realpath(os.path.join(top, name))
            if not path.startswith(top + os.sep):
                continue  # A name that leads out of the folder is a stranger's.
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)


class _NewFile:
    def __init__(self, files: Dict[str, Any], name: str, is_binary: bool, encoding: Optional[str]) -> None:
        self._files, self._name = files, name
        self._bytes = io.BytesIO()
        self._file: Any = self._bytes if is_binary else io.TextIOWrapper(self._bytes, encoding or "utf-8")

    def __enter__(self) -> Any:
        return self._file

    def __exit__(self, *_: Any) -> None:
        self._file.flush()
        self._files[self._name] = self._bytes.getvalue()
