"""Files of a run, as W&B takes them."""

from __future__ import annotations

import glob as globbing
import inspect
import json
import os
import sys
from typing import Any, Callable, Dict, Iterator, List, Optional

from .. import _media
from .._dialects import never_stops
from .._errors import say_once
from .._store import Store
from .._work import Work
from .artifacts import Artifact
from .facts import Facts
from .media import media_type_of


class Files(Facts):
    """A run that keeps files."""

    @never_stops
    def save(self, glob_str: Any, base_path: Any = None, policy: str = "live", glob: bool = True) -> Any:
        """Stores files, now and, unless the policy is `now`, as they are at the end."""
        base = os.path.abspath(os.fspath(base_path)) if base_path is not None else None
        pattern = os.fspath(glob_str)
        found = sorted(globbing.glob(pattern)) if glob else [pattern]
        paths = [os.path.abspath(path) for path in found if os.path.isfile(path)]
        for path in paths:
            name = os.path.relpath(path, base) if base else os.path.basename(path)
            self._tracked.artifact(path, name, media_type_of(path))
            if policy != "now":
                self._live.append(json.dumps([path, name]))
        return paths

    @never_stops
    def log_artifact(
        self,
        artifact_or_path: Any,
        name: Optional[str] = None,
        type: Optional[str] = None,
        aliases: Optional[List[str]] = None,
        tags: Optional[List[str]] = None,
    ) -> Any:
        """Stores the files of an artifact, under its name."""
        artifact = artifact_or_path
        if not isinstance(artifact, Artifact):
            path = os.fspath(artifact_or_path)
            artifact = Artifact(name or f"run-{self._id}-{os.path.basename(path)}", type or "unspecified")
            artifact.add_dir(path) if os.path.isdir(path) else artifact.add_file(path)
        run = self._tracked
        for inside, content in artifact.files_.items():
            full = f"{artifact.name}/{inside}"
            if isinstance(content, _media.Medium):
                run.artifact(content.content or b"", full, content.media_type or "application/octet-stream")
            else:
                run.artifact(content, full, media_type_of(inside))
        for inside, uri in artifact.references.items():
            if run._may_keep():
                work = Work(
                    lambda store, _, inside=inside, uri=uri: store.insert_reference(  # type: ignore[misc]
                        run.id, f"{artifact.name}/{inside}", uri
                    )
                )
                run._put(work)
        if artifact.metadata or artifact.description:
            facts = {
                "type": artifact.type,
                "description": artifact.description,
                "metadata": artifact.metadata,
            }
            run.artifact(
                json.dumps(facts, default=str).encode(), f"{artifact.name}/.artifact.json", "application/json"
            )
        return artifact

    @never_stops
    def use_artifact(
        self,
        artifact_or_name: Any,
        type: Optional[str] = None,
        aliases: Optional[List[str]] = None,
        use_as: Optional[str] = None,
    ) -> Any:
        """An artifact that a run of this file has stored; of several, the last."""
        if isinstance(artifact_or_name, Artifact):
            return self.log_artifact(artifact_or_name)
        name = str(artifact_or_name).split("/")[-1].split(":")[0]
        artifact = Artifact(name, type or "unspecified")
        if self._tracked.is_open:
            self._tracked.flush()
        path = self._tracked.db

        def read() -> Dict[str, bytes]:
            store = Store.for_reading(path)
            try:
                return store.artifact_files(name)
            finally:
                store.close()

        artifact._read = read
        return artifact

    def upsert_artifact(
        self,
        artifact_or_path: Any,
        name: Optional[str] = None,
        type: Optional[str] = None,
        aliases: Optional[List[str]] = None,
        distributed_id: Optional[str] = None,
    ) -> Any:
        """Stores what this process has of an artifact to which several contribute."""
        return self.log_artifact(artifact_or_path, name, type, aliases)

    #: Stores the rest of such an artifact.
    finish_artifact = upsert_artifact

    def link_artifact(self, artifact: Any, target_path: str, aliases: Optional[List[str]] = None) -> Any:
        """Stores an artifact; there is no registry that it could be linked to."""
        say_once("link_artifact: there is no registry here; the artifact is stored with its run.")
        return self.log_artifact(artifact)

    def log_model(self, path: Any, name: Optional[str] = None, aliases: Optional[List[str]] = None) -> None:
        """Stores the file or folder of a model."""
        self.log_artifact(
            path, name or f"run-{self._id}-{os.path.basename(os.fspath(path))}", "model", aliases
        )

    def link_model(
        self,
        path: Any,
        registered_model_name: str,
        name: Optional[str] = None,
        aliases: Optional[List[str]] = None,
    ) -> Any:
        """Stores the file or folder of a model; there is no registry that it could be linked to."""
        say_once("link_model: there is no registry here; the model is stored with its run.")
        self.log_model(path, name or registered_model_name, aliases)

    @never_stops
    def use_model(self, name: str) -> Any:
        """The path of a model that a run of this file has stored: of its file, or of the folder of several."""
        folder = self.use_artifact(name).download()
        found = os.listdir(folder)
        return os.path.join(folder, found[0]) if len(found) == 1 else folder

    @never_stops
    def restore(
        self, name: str, run_path: Optional[str] = None, replace: bool = False, root: Optional[str] = None
    ) -> Any:
        """A file that this run, or the one of an id, has stored, open for reading in the folder of the run."""
        path = os.path.join(root or self.dir, name)
        if replace or not os.path.exists(path):
            if self._tracked.is_open:
                self._tracked.flush()
            store = Store.for_reading(self._tracked.db)
            try:
                id_ = store.find_fact("wandb.id", run_path.split("/")[-1]) if run_path else self._tracked.id
                content = None if id_ is None else store.artifact_content(id_, name)
            finally:
                store.close()
            if content is None:
                return say_once(f"restore: there is no file '{name}' of run {run_path or self.name}.")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
        return open(path, encoding="utf-8")

    @never_stops
    def log_code(
        self,
        root: Optional[str] = ".",
        name: Optional[str] = None,
        include_fn: Any = None,
        exclude_fn: Any = None,
    ) -> Any:
        """Stores the code below a folder under the name `code`, or another: Python's files, what they require,
        and files for Docker; not what is hidden, W&B's, or of a virtual environment."""
        if root is None:
            return None
        artifact = Artifact(name or "code", "code")
        for path in _code(os.path.abspath(root), include_fn or _is_code, exclude_fn):
            artifact.add_file(path, os.path.relpath(path, os.path.abspath(root)))
        if not artifact.files_:
            return say_once(f"log_code: there is no code below '{root}'.")
        return self.log_artifact(artifact)

    def _store_script(self) -> None:
        """Stores the script itself, as it is now, beside what `log_code` stores; a notebook has none."""
        path = getattr(sys.modules["__main__"], "__file__", None)
        if path is not None:
            self._guarded(self._tracked.artifact, path, f"code/{os.path.basename(path)}", media_type_of(path))

    def _store_files(self) -> None:
        """What was to be stored as it is at the end, and what lies in the folder of the run."""
        for entry in dict.fromkeys(self._live):
            path, name = json.loads(entry)
            if os.path.isfile(path):
                self._guarded(self._tracked.artifact, path, name, media_type_of(path))
        if self._folder is not None:
            for folder, _, names in os.walk(self._folder):
                for file in sorted(names):
                    full = os.path.join(folder, file)
                    inside = os.path.relpath(full, self._folder)
                    self._guarded(self._tracked.artifact, full, inside, media_type_of(full))


def _is_code(path: str) -> bool:
    name = os.path.basename(path)
    return name.endswith(".py") or name == "requirements.txt" or name.startswith("Dockerfile")


def _code(root: str, includes: Callable[..., Any], excludes: Optional[Callable[..., Any]]) -> Iterator[str]:
    """The files below a folder that one function takes and the other does not; each is asked with the path, or
    with the path and the folder."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(one for one in folders if excludes is not None or _may_hold_code(folder, one))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if _asked(includes, path, root) and not (excludes is not None and _asked(excludes, path, root)):
                yield path


def _may_hold_code(folder: str, name: str) -> bool:
    is_environment = os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
    return not (is_environment or name.startswith(".") or name in ("wandb", "__pycache__"))


def _asked(function: Callable[..., Any], path: str, root: str) -> bool:
    words = [path, root][: len(inspect.signature(function).parameters)]
    return bool(function(*words))
