"""A film in a real browser: clicked and typed through, untrusted in JupyterLab, on paper."""

import os
import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is missing: run.py test brings it")

sys.path.insert(0, str(Path(__file__).parents[1]))
import browser  # noqa: E402
import nbformat  # noqa: E402
from toy_engine import diamond  # noqa: E402

from autodiff_lib.pictures import step_through  # noqa: E402


def film():
    return step_through(diamond())


SENTENCES = repr(film()).splitlines()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab with one notebook that holds a film."""
    folder = tmp_path_factory.mktemp("notebooks")
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=[cell()], metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "film.ipynb")
    try:
        with browser.opened_lab(folder) as lab:
            yield lab
    except browser.NoBrowser as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))  # nobody would see that nobody looked
        pytest.skip(str(error))


def cell():
    """A code cell whose recorded output is a film, and which shows it again when it is run."""
    picture = film()
    source = f"from IPython.display import HTML\nHTML({picture.html!r})"
    data = {"text/plain": picture.text, "text/html": picture.html}
    output = nbformat.v4.new_output("display_data", data)
    return nbformat.v4.new_code_cell(source, outputs=[output], execution_count=1)


@pytest.fixture(scope="module")
def chromium(lab):
    return lab.page.context.browser


@pytest.fixture
def page(chromium):
    """A page with two films, as trusted output, and something below them."""
    page = chromium.new_page(viewport={"width": 900, "height": 900})
    page.set_content(f"<body>{film().html}{film().html}<p id=below>below</p></body>")
    yield page
    page.close()


def shown(page, which=0):
    """The sentence that is to be seen in one of the films, and where its picture stands."""
    return page.evaluate(
        """which => {
            const film = document.querySelectorAll(".ad-film")[which];
            const seen = [...film.querySelectorAll("figure")].filter(
                f => getComputedStyle(f).visibility === "visible");
            const box = seen[0].querySelector("img").getBoundingClientRect();
            return [seen.map(f => f.textContent).join(), box.x, box.y,
                    document.querySelector("#below").getBoundingClientRect().y];
        }""",
        which,
    )


def test_next_and_back_show_each_frame_in_the_same_place(page):
    seen = [shown(page)]
    for _ in SENTENCES[1:]:
        page.locator("text=Next").first.click()
        seen.append(shown(page))
    assert [sentence for sentence, *_ in seen] == SENTENCES
    assert len({tuple(place) for _, *place in seen}) == 1  # nor does what stands below move
    assert page.locator("text=Next").first.is_disabled()
    page.locator("text=Back").first.click()
    assert shown(page)[0] == SENTENCES[-2]
    assert page.locator(".ad-bar span").first.inner_text() == f"{len(SENTENCES) - 1} of 11"
    assert shown(page, 1)[0] == SENTENCES[0]  # each film on its own


def test_the_arrow_keys_go_on_and_back(page):
    page.keyboard.press("Tab")
    for key, k in [
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", 10),
        ("ArrowRight", 10),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("Control+ArrowRight", 0),
    ]:
        page.keyboard.press(key)
        assert shown(page)[0] == SENTENCES[k], key


def test_a_film_that_is_shown_again_is_taken_once(page):
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.text = document.querySelector("script").text;
            document.body.append(script);
        }"""
    )
    assert page.locator(".ad-bar").count() == 2 and page.locator(".ad-film img").count() == 22


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_paper_shows_the_last_frame(chromium, scripts):
    context = chromium.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.set_content(f"<body>{film().html}</body>")
    page.emulate_media(media="print")
    last = page.locator("figure" if scripts else "details").last
    assert last.is_visible() and last.locator("img").is_visible()
    assert sum(img.is_visible() for img in page.locator("img").all()) == 1
    assert page.locator("text=Next").count() == 0 or not page.locator("text=Next").is_visible()
    assert words_of(page.pdf()) >= 1
    context.close()


def words_of(pdf):
    """How many pages a PDF has that hold something."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_what_jupyterlab_leaves_of_it_untrusted_and_run(lab):
    lab.open("film.ipynb")
    page = lab.page
    assert not lab.trusted()
    assert page.locator(".jp-OutputArea details").count() == len(SENTENCES)
    assert page.locator(".ad-bar, .ad-film style, .ad-film ~ script").count() == 0
    images = page.locator(".jp-OutputArea img")
    assert [image.is_visible() for image in images.all()] == [False] * 10 + [True]
    page.locator("summary").first.click()
    assert images.first.is_visible()
    lab.run_all()
    page.locator(".jp-InputPrompt").first.click()  # command mode, where the arrows are Lab's
    page.wait_for_selector(".jp-Notebook.jp-mod-commandMode")
    page.locator("text=Next").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".ad-bar span").inner_text() == "3 of 11"
    assert page.locator(".ad-now").inner_text() == SENTENCES[2]
    lab.close()
