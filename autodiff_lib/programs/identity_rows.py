"""The identities that programs are simplified by, as rows of text.

In a row, x, y, z ... stand for anything, a and b for numbers that the program knows, s for a single
number and X for an array; a letter twice for the same thing. Sums and products match in either
order. What `check_identity` (row_check.py) finds false of floats has no place here.

Limits: a row changes the order of roundings. Five things are accepted, and shown in chapter 14:

- digits: where numbers nearly cancel, x * z - y * z and (x - y) * z may differ in all but a few;
- overflow: x * z + y * z is 1e308 for x = y = 1e308 and z = 0.5, and (x + y) * z is infinite;
  a product that is taken together otherwise may overflow or become 0 on the way;
- a number for inf or nan, where products are regrouped: x * (w * z) + y * (v * z) is nan for
  w = z = 1e200 and zeros, as w * z overflows, and (x * w + y * v) * z is 0.0;
- nan: x * z + y * z is nan for x = 2, y = -1 and z = inf, and (x + y) * z is inf, so an inf - inf
  of the program may not show;
- the sign of a zero: -0.0 + 0 is 0.0, and x + 0 -> x leaves -0.0, by which 1 / x is -inf, not inf.

Such rows stay: how products are grouped is an accident of the trace, and in another order others
overflow. Where a letter itself is inf or nan, no row gives a number: `check_identity` tries that.
"""

SIGNS = """
x * 1 -> x
x / 1 -> x
x + 0 -> x
x - 0 -> x
x * -1 -> -x
-(-x) -> x
-(x - y) -> y - x
x + -y -> x - y
x - -y -> x + y
-x - y -> -(x + y)
a * -x -> -a * x
a / -x -> -a / x
-x / a -> x / -a
-x * y -> -(x * y)
-x / y -> -(x / y)
x / -y -> -(x / y)
-(a * x) -> -a * x
-(a / x) -> -a / x
-(x / a) -> x / -a
"""
FACTORS = """
a * (b * x) -> (a * b) * x
s * (a * X) -> (s * a) * X
a * x + b * x -> (a + b) * x
x * z + y * z -> (x + y) * z
x * z - y * z -> (x - y) * z
x * (w * z) + y * z -> (x * w + y) * z
x * (w * z) - y * z -> (x * w - y) * z
y * z - x * (w * z) -> (y - x * w) * z
x * (w * z) + y * (v * z) -> (x * w + y * v) * z
x * (w * z) - y * (v * z) -> (x * w - y * v) * z
"""
IDENTITY_ROWS = SIGNS + FACTORS.lstrip()
