"""The exercises and predictions of chapter 13, gradient programs."""

from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction

ENGINE = "autodiff_lib.programs.trace"
SOLUTION = "13_gradient_programs.ipynb"

PREDICTIONS = [
    Prediction(
        key="13.a",
        question="How many operations does the trace of grad(loss) hold, forward and back?",
        answer=9,
        beliefs={
            4: "Those are the operations of loss. The rules of the way back run, too.",
            5: "Those are the ones of the way back. It runs loss first.",
            7: "So many are needed in the end. The trace notes all that is run.",
            8: "Not one for each: the square's rule has two products, the difference's none.",
        },
        because="Four forward; back a copy, two products, one product and a sum.",
    ),
    Prediction(
        key="13.b",
        question="What does the program say at -1?",
        answer=-2,
        beliefs={
            -3: "That is the right slope. Does the program know the left branch?",
            2: "The branch is that of 2, but x is -1 now.",
            4: "That is the slope at 2, where it was traced. The program computes with its x.",
            3: "The left branch was never traced.",
            1: "That is the value of x * x at -1. The slope is asked for.",
        },
        because="Only x * x was traced. Its slope is 2x.",
    ),
]

OUTSIDE = Outside(
    library="JAX",
    version="0.10.2",
    source="""\
import jax
jax.config.update("jax_enable_x64", True)

def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2

gradient = jax.grad(diamond, (0, 1, 2))
print(jax.make_jaxpr(gradient)(3., 2., 1.))
print(*gradient(3., 2., 1.))
""",
    printed="""\
{ lambda ; a:f64[] b:f64[] c:f64[]. let
    d:f64[] = mul a b
    e:f64[] = mul b c
    f:f64[] = mul d e
    _:f64[] = integer_pow[y=2] f
    g:f64[] = mul 2.0:f64[] f
    h:f64[] = mul 1.0:f64[] g
    i:f64[] = mul d h
    j:f64[] = mul h e
    k:f64[] = mul b i
    l:f64[] = mul i c
    m:f64[] = mul a j
    n:f64[] = add_any l m
    o:f64[] = mul j b
  in (o, n, k) }
96.0 288.0 288.0
""",
)

EXERCISES = []
