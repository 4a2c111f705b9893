"""Both modes on one tape must tell the same: whoever grades by a gradient asks here first."""

from __future__ import annotations

import math

from bpdrill.autograd.arithmetic.elementary import inner
from bpdrill.autograd.check import direction
from bpdrill.autograd.dual import push_forward
from bpdrill.autograd.reverse import Gradients
from bpdrill.autograd.values import shape_of

TOLERANCE = 1e-9
"""Relative to the sum of the sizes that were added up: rounding leaves far less, a wrong rule far more."""


def modes_agree(gradients: Gradients) -> bool:
    """Whether <ct, J t> = <Jᵀ ct, t> for one tangent t of all leaves together.

    ``gradients`` must come from the rows' own rules: no clamps, no faults, nothing dropped.
    """
    root = gradients.root
    leaves = [node for node in root.tape.nodes[: root.index + 1] if not node.op]
    tangents = {leaf: direction(shape_of(leaf.value), start=leaf.index) for leaf in leaves}
    pulled = [inner(gradients.of(leaf), tangent) for leaf, tangent in tangents.items()]
    (pushed,) = push_forward((root,), tangents)
    gap = abs(inner(gradients.cotangents[root], pushed) - math.fsum(pulled))
    return gap <= TOLERANCE * max(1.0, math.fsum(map(abs, pulled)))
