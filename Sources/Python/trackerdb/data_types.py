"""`wandb.data_types`: what a script hands to `log`, for those that name the module it comes from."""

from ._wandb.media import Histogram, Image, Table
from ._wandb.media import Value as Media
from ._wandb.media import Value as WBValue
from ._wandb.others import Classes, Plotly
from ._wandb.recordings import Audio, Html, Molecule, Object3D, Video

__all__ = [
    "Audio", "Classes", "Histogram", "Html", "Image", "Media", "Molecule", "Object3D", "Plotly", "Table", "Video",
    "WBValue",
]  # fmt: skip
