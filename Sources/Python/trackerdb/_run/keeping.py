"""What a run keeps beside its measures: words, media, files."""

from __future__ import annotations

import os
from typing import Any, Optional

from .. import _media
from .._errors import TrackerError
from .._store import LargeContent, Store, is_large, now
from .._values import Row, checked_name, checked_text, whole_number
from .._work import Work
from .state import State


class Keeping(State):
    """A run, as far as it is described and keeps files."""

    def tag(self, name: str, value: str = "") -> None:
        """Hangs a tag on the run, or changes its value."""
        name, value = checked_name(name, "tag"), checked_text(value, "value of a tag")
        if self._may_keep():
            self._put(Work(lambda store, _: store.set_tag(self.id, name, value)))

    def note(self, text: Optional[str]) -> None:
        """Replaces the remarks on the run; None removes them."""
        text = None if text is None else checked_text(text, "note")
        if self._may_keep():
            self._put(Work(lambda store, _: store.set_note(self.id, text)))

    def media(
        self,
        name: str,
        value: Any,
        step: Optional[int] = None,
        *,
        epoch: Optional[int] = None,
        dataformats: Optional[str] = None,
        caption: Optional[str] = None,
        close: bool = False,
        at: Optional[int] = None,
    ) -> None:
        """Stores what is no number: text, an image, a figure, a table, or bytes with their media type.

        It is encoded now. `dataformats` says what the axes of an image are, such as CHW; `close` closes a
        figure of matplotlib afterwards; `at` is another time than now, in milliseconds since 1970.
        """
        name = checked_name(name, "medium")
        step = self._place(step)
        at = now() if at is None else whole_number(at, "time")
        epoch = None if epoch is None else whole_number(epoch, "epoch")
        medium = _media.encoded(value, dataformats, close)
        if caption is not None:
            medium = medium._replace(text=checked_text(caption, "caption"))
        if self._may_keep():
            row: Row = {
                "name": name,
                "step": step,
                "epoch": epoch,
                "at": at,
                "kind": medium.kind,
                "text": medium.text,
                "media_type": medium.media_type,
                "metadata": medium.metadata,
            }
            content = medium.content

            def prepare(store: Store) -> Any:
                return _prepared(store, content)

            self._put(
                Work(
                    lambda store, stored: store.insert_media(self.id, row, stored),
                    prepare,
                    len(content or b""),
                ),
                waits=True,
            )

    def artifact(
        self, content: Any, name: Optional[str] = None, media_type: str = "application/octet-stream"
    ) -> None:
        """Stores a file by its path, or bytes, under a name. The call returns when a file is read."""
        media_type = checked_text(media_type, "media type")
        if isinstance(content, (bytes, bytearray, memoryview)):
            name = checked_name(name, "artifact")
            if not self._may_keep():
                return
            data = bytes(content)
            self._put(self._artifact_work(name, media_type, LargeContent(data), len(data)), waits=True)
            return
        path = os.path.abspath(os.fspath(content))
        name = checked_name(os.path.basename(path) if name is None else name, "artifact")
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not self._may_keep():
                return
            number = self._put(self._artifact_work(name, media_type, LargeContent(file=file), size=size))
            writer = self._writer
            if writer is not None and not writer.wait(number, float("inf")):
                raise TrackerError(f"The artifact '{name}' could not be stored: {writer.waits_for}.")

    def _artifact_work(
        self, name: str, media_type: str, content: LargeContent, byte_count: int = 0, size: int = 0
    ) -> Work:
        def prepare(store: Store) -> Any:
            return store.store_chunks(content) if is_large(size or byte_count) else content.chunk(0)

        def apply(store: Store, stored: Any) -> None:
            store.insert_artifact(self.id, name, media_type, stored)

        return Work(apply, prepare, byte_count)


def _prepared(store: Store, content: Any) -> Any:
    """Large content as stored chunks, all else as it is."""
    if content is None or not is_large(len(content)):
        return content
    return store.store_chunks(LargeContent(content))
