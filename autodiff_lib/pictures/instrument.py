"""The HTML of a film: a picture in one place, with Next, Back and the arrow keys.

It is written as a list of <details>, one a frame, the last one open. What a page lets through
decides what becomes of it:

- Scripts run (a cell that was run, a trusted notebook, VS Code in a trusted folder, nbviewer, a
  static page): the script moves the frames into one place. They lie in one cell of a grid, so
  nothing on the page moves, whatever the length of a sentence.
- Scripts and styles are stripped, and `name` as well (a notebook that JupyterLab does not trust):
  the list remains, and works with the mouse and the keyboard.
- Paper: the last frame and its sentence where the style survives, else the sentences and the
  open frame, which is the last.

The script may stand on a page as often as there are films: it takes those that it has not taken
yet, and uses no id. Colours are the page's own, so every theme is the right one.
"""

import hashlib
from html import escape

from autodiff_lib.pictures.picture import image

STYLE = """\
.ad-film:focus-visible{outline:2px solid #1c7ed6;outline-offset:4px}
.ad-bar{display:flex;gap:.8em;align-items:center;margin-bottom:.4em}
.ad-bar button{font:inherit;color:inherit;background:none;border:1px solid #6b7a90;\
border-radius:4px;padding:.1em .8em;cursor:pointer}
.ad-bar button:disabled{opacity:.45;cursor:default}
.ad-stage{display:grid}
.ad-stage figure{grid-area:1/1;margin:0;visibility:hidden}
.ad-stage figure.ad-now{visibility:visible}
@media print{.ad-bar{display:none}.ad-stage figure,.ad-film>details{display:none}\
.ad-stage figure:last-child{display:block;visibility:visible}\
.ad-film>details:last-of-type{display:block}}"""

SCRIPT = """\
for (const film of document.querySelectorAll("div.ad-film:not(.ad-on)")) {
  const make = (tag, name, text) => {
    const e = document.createElement(tag);
    e.className = name;
    e.textContent = text;
    return e;
  };
  const stage = make("div", "ad-stage", ""), bar = make("div", "ad-bar", "");
  const back = make("button", "", "Back"), next = make("button", "", "Next");
  const place = make("span", "", "");
  let now = 0;
  for (const details of film.querySelectorAll("details")) {
    const figure = make("figure", "", "");
    const words = details.querySelector("summary").textContent;
    figure.append(details.querySelector("img"), make("figcaption", "", words));
    stage.append(figure);
    details.remove();
  }
  const frames = [...stage.children], last = frames.length - 1;
  const show = to => {
    now = Math.max(0, Math.min(last, to));
    frames.forEach((f, k) => f.classList.toggle("ad-now", k === now));
    place.textContent = now + 1 + " of " + frames.length;
    back.disabled = now === 0;
    next.disabled = now === last;
  };
  const turn = to => {
    show(to);
    film.focus({preventScroll: true});
  };
  back.type = next.type = "button";
  back.onclick = () => turn(now - 1);
  next.onclick = () => turn(now + 1);
  film.onkeydown = event => {
    const keys = {ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last};
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    show(keys[event.key]);
  };
  const more = {role: "group", tabindex: 0, "data-lm-suppress-shortcuts": true};
  more["aria-label"] = "Step-through: the arrow keys go on and back";
  for (const name in more) film.setAttribute(name, more[name]);
  stage.setAttribute("aria-live", "polite");
  bar.append(back, place, next);
  film.append(bar, stage);
  film.classList.add("ad-on");
  show(0);
}"""


def instrument(sentences, svgs):
    """The HTML of frames, each an SVG with its sentence."""
    name = "steps-" + hashlib.sha256("\n".join(sentences).encode()).hexdigest()[:12]
    frames = zip(sentences, svgs, [""] * (len(svgs) - 1) + [" open"], strict=True)
    rows = [
        f'<details name="{name}"{open_}><summary>{escape(sentence)}</summary>'
        f"{image(svg, sentence)}</details>"
        for sentence, svg, open_ in frames
    ]
    shrunk = "".join(line.strip() + "\n" for line in SCRIPT.splitlines())
    return "\n".join(
        [
            '<div class="ad-film">',
            f"<style>{STYLE}</style>",
            *rows,
            "</div>",
            f"<script>{{\n{shrunk}}}</script>",
        ]
    )
