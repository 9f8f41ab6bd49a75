"""Pictures of graphs, of any engine, and plots, all in one visual language."""

from autodiff_lib.pictures.arm import arm, reaching
from autodiff_lib.pictures.count import count
from autodiff_lib.pictures.draw import draw
from autodiff_lib.pictures.draw_layers import draw_layers
from autodiff_lib.pictures.draw_linear import draw_linear
from autodiff_lib.pictures.follow_batch import follow_batch
from autodiff_lib.pictures.learning import (
    boundary,
    contour_walks,
    descent,
    dots,
    loss_curve,
    newton_walk,
)
from autodiff_lib.pictures.line_by_line import line_by_line
from autodiff_lib.pictures.picture import Picture
from autodiff_lib.pictures.plots import cost_curve, error_curve
from autodiff_lib.pictures.ratios import ratios
from autodiff_lib.pictures.recorded import Step
from autodiff_lib.pictures.scatter import scatter
from autodiff_lib.pictures.shrinking import shrinking
from autodiff_lib.pictures.side_by_side import side_by_side
from autodiff_lib.pictures.step_through import step_through
from autodiff_lib.pictures.tables import cheaper, fill_in
from autodiff_lib.pictures.tangent import tangent
from autodiff_lib.pictures.walk_paths import walk_paths

__all__ = [
    "Picture",
    "Step",
    "arm",
    "boundary",
    "cheaper",
    "contour_walks",
    "cost_curve",
    "count",
    "descent",
    "dots",
    "draw",
    "draw_layers",
    "draw_linear",
    "error_curve",
    "fill_in",
    "follow_batch",
    "line_by_line",
    "loss_curve",
    "newton_walk",
    "ratios",
    "reaching",
    "scatter",
    "shrinking",
    "side_by_side",
    "step_through",
    "tangent",
    "walk_paths",
]
