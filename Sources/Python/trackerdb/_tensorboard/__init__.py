"""`from trackerdb import SummaryWriter`: TensorBoard's writer, into a tracker file.

A script changes one import. What a call asks for and the file cannot keep is said once; nothing stops the
training.
"""

from .writer import SummaryWriter

__all__ = ["SummaryWriter"]
