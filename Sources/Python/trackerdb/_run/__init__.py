"""A run: how it starts, what it can be told, how it ends."""

from .params import Params
from .run import Run, selector_of
from .start import __version__, ended_run, start, start_child

__all__ = ["Params", "Run", "__version__", "ended_run", "selector_of", "start", "start_child"]
