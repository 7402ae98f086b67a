"""`wandb.data_types`: what a script hands to `log`, for those that name the module it comes from."""

from ._wandb.media import Audio, Histogram, Html, Image, Molecule, Object3D, Table, Video
from ._wandb.media import Value as Media
from ._wandb.media import Value as WBValue
from ._wandb.others import Classes, Plotly

__all__ = [
    "Audio", "Classes", "Histogram", "Html", "Image", "Media", "Molecule", "Object3D", "Plotly", "Table", "Video",
    "WBValue",
]  # fmt: skip
