"""Passes that only make programs faster: each can be left out, and the program is right.

`gradient_program(f, x, plain=True)` leaves out all of them: its text reads as one writes by hand.
"""

PASSES = {
    "products": "weighted sums over rows, and small operands first (products.py)",
    "reciprocals": "one division by an array instead of several (reciprocals.py)",
    "batches": "equal operations on small arrays at once, on their stack (batches.py)",
    "blocks": "large elementwise work in loops over blocks that fit the cache (blocks.py)",
    "memory": "results of large operations in the memory of operands that nobody needs any more",
    "dots": "sums of products along the last axis as np.vecdot",
    "short rows": "sums over short rows as products with ones",
    "scalars": "single numbers by Python's own operators and math, not NumPy's",
}
