"""The tracker file: all the SQL of this package.

Each part that writes says which file of `Sources/RunStore` writes the same rows. What a transaction needs of
the process, such as which run it owns, its caller passes in.
"""

from .content import KnownContent, LargeContent, StoredContent, is_large
from .file import LostRun, Result, StoreError, database_path, is_passing, next_step, now, patiently
from .metrics import Metrics, Point
from .opening import Row
from .records import Records
from .runs import Runs
from .weights import Weights


class Store(Runs, Metrics, Records, Weights):
    """A tracker file that is open.

    `File` opens it and has its transactions; `Runs` is what was set, `Metrics` and `Records` what was measured,
    `Weights` what was learned, and `Content` the bytes of all of them.
    """


__all__ = [
    "KnownContent", "LargeContent", "LostRun", "Point", "Result", "Row", "Store", "StoreError", "StoredContent",
    "database_path", "is_large", "is_passing", "next_step", "now", "patiently",
]  # fmt: skip
