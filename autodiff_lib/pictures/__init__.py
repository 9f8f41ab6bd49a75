"""Pictures of graphs, of any engine, and plots, all in one visual language."""

from autodiff_lib.pictures.count import count
from autodiff_lib.pictures.draw import draw
from autodiff_lib.pictures.draw_layers import draw_layers
from autodiff_lib.pictures.learning import boundary, descent, dots, loss_curve, newton_walk
from autodiff_lib.pictures.line_by_line import line_by_line
from autodiff_lib.pictures.picture import Picture
from autodiff_lib.pictures.plots import cost_curve, error_curve
from autodiff_lib.pictures.recorded import Step
from autodiff_lib.pictures.side_by_side import side_by_side
from autodiff_lib.pictures.step_through import step_through
from autodiff_lib.pictures.tangent import tangent
from autodiff_lib.pictures.walk_paths import walk_paths

__all__ = [
    "Picture",
    "Step",
    "boundary",
    "cost_curve",
    "count",
    "descent",
    "dots",
    "draw",
    "draw_layers",
    "error_curve",
    "line_by_line",
    "loss_curve",
    "newton_walk",
    "side_by_side",
    "step_through",
    "tangent",
    "walk_paths",
]
