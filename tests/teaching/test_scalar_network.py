"""Chapter 08's network of single numbers, as chapter 10 compares it."""

from autodiff_lib.teaching.scalar_network import scalar_network
from autodiff_lib.tools.recording import NOTEBOOKS, read


def test_it_begins_with_the_loss_that_chapter_08_shows():
    (loss,), _ = scalar_network(50, 1)
    cells = {cell.id: cell for cell in read(NOTEBOOKS / "08_learning.ipynb").cells}
    assert cells["ours"].outputs[0].text.startswith(f"{loss:.12f}")


def test_it_counts_the_nodes_that_chapter_08_counts():
    losses, n_nodes = scalar_network(10, 2)
    assert n_nodes == 7120
    assert losses[1] < losses[0]
