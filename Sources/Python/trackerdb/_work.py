"""What a writer is handed beside points."""

from __future__ import annotations

from typing import Any, Callable, Optional

from ._store import Store


class Work:
    """Rows that are stored together, in one transaction."""

    def __init__(
        self,
        apply: Callable[[Store, Any], None],
        prepare: Optional[Callable[[Store], Any]] = None,
        byte_count: int = 0,
        point_count: int = 0,
    ) -> None:
        self.apply = apply  # inside the transaction, with what `prepare` returned
        self.prepare = prepare  # before it: computes, and stores large content
        self.byte_count = byte_count
        self.point_count = point_count  # of metrics, which are told of where they are lost
        self.prepared: Any = None
        self.is_prepared = prepare is None
