"""Pictures of graphs, of any engine, and plots, all in one visual language."""

from autodiff_lib.pictures.counting import count
from autodiff_lib.pictures.drawing import draw
from autodiff_lib.pictures.picture import Picture

__all__ = ["Picture", "count", "draw"]
