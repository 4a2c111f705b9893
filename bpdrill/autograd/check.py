"""Holds a row against itself and against central differences; for authors of ops and for our tests.

No draws: the directions are cosines of whole numbers, so unlike one another that no slip cancels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpdrill.autograd.elementary import inner
from bpdrill.autograd.op import OPS, Fault, Op
from bpdrill.autograd.values import Given, Shape, Value, quiet, settled, shape_of, spread, sum_to
from bpdrill.model.tree import Apply, Number, Symbol, Tree

STEP = 1e-5
"""Of the central differences: their own error is then near 1e-10."""

TOLERANCE = 1e-7
"""Relative, absolute below 1; far under the 0.1 % that a wrong rule may be off by."""


def check_op(op: type[Op]) -> list[str]:
    """What is wrong with ``op``, one sentence each; empty if the row is sound.

    At every specimen and for every argument: JVP against central differences, VJP
    against JVP by <ct, J t> = <Jᵀ ct, t>, symbolic rule against VJP. Then each fault must
    differ from its rule at one specimen at least.
    """
    with quiet():
        try:
            sites = [_site(op, specimen, i) for specimen in op.specimens for i in range(len(op.vjp))]
        except (ArithmeticError, ValueError) as error:
            return [f"{op.name}: forward has no value at one of its specimens: {error}."]
        at_sites = [complaint for site in sites for complaint in _complaints(site)]
        return at_sites + [
            f"{op.name}: the fault {fault.name} of argument {fault.argument} never differs from the rule."
            for fault in op.faults
            if not any(_differs(fault, site) for site in sites)
        ]


@dataclass(frozen=True, slots=True)
class _Site:
    """One argument of one specimen, a cotangent ``ct`` to pull back and a tangent ``t`` to push."""

    op: type[Op]
    arguments: tuple[Value, ...]
    argument: int
    y: Value
    ct: Value
    t: Value

    def __str__(self) -> str:
        shapes = ", ".join(str(shape_of(value)) for value in self.arguments)
        return f"{self.op.name}, argument {self.argument} of shapes {shapes}"


def direction(shape: Shape, start: int) -> Value:
    """cos(start), cos(start + 1), ... in ``shape``."""
    if shape == ():
        return math.cos(start)
    import numpy as np

    return settled(np.cos(start + np.arange(math.prod(shape))).reshape(shape))


def _site(op: type[Op], specimen: tuple[Given, ...], argument: int) -> _Site:
    arguments = tuple(settled(given) for given in specimen)
    y = settled(op.forward(*arguments))
    ct = direction(shape_of(y), start=1)
    t = direction(shape_of(arguments[argument]), start=5)
    return _Site(op, arguments, argument, y, ct, t)


def _complaints(site: _Site) -> Iterator[str]:
    try:
        measured, pushed, pulled, written = (way(site) for way in (_measure, _push, _pull, _write))
    except (ArithmeticError, ValueError) as error:
        yield f"{site}: {error}."
        return
    for says, left, right in (
        ("jvp against central differences", pushed, measured),
        ("vjp against jvp", pulled, pushed),
        ("symbolic against vjp", written, pulled),
    ):
        if not _close(left, right):
            yield f"{site}: {says}: {left:.10g} against {right:.10g}."


def _measure(site: _Site) -> float:
    """<ct, J t> by a central difference along t."""
    return (inner(site.ct, _moved(site, STEP)) - inner(site.ct, _moved(site, -STEP))) / (2 * STEP)


def _moved(site: _Site, step: float) -> Value:
    """The output when the site's argument has moved ``step`` along t."""
    arguments = list(site.arguments)
    arguments[site.argument] = arguments[site.argument] + step * site.t
    return settled(site.op.forward(*arguments))


def _push(site: _Site) -> float:
    """<ct, J t> by the JVP rule."""
    tangent = site.op.jvp[site.argument](site.t, site.y, *site.arguments)
    return inner(site.ct, spread(tangent, shape_of(site.y)))


def _pull(site: _Site) -> float:
    """<Jᵀ ct, t> by the VJP rule."""
    return _along(site, site.op.vjp[site.argument](site.ct, site.y, *site.arguments))


def _write(site: _Site) -> float:
    """<Jᵀ ct, t> by the symbolic rule, evaluated."""
    values = {"ct": site.ct, "y": site.y} | {f"x{i}": value for i, value in enumerate(site.arguments)}
    tree = site.op.symbolic[site.argument](*map(Symbol, values))
    return _along(site, _evaluate(tree, values))


def _along(site: _Site, cotangent: Value) -> float:
    """<cotangent, t>, the cotangent first summed to the argument's shape."""
    return inner(sum_to(settled(cotangent), shape_of(site.t)), site.t)


def _evaluate(tree: Tree, values: Mapping[str, Value]) -> Value:
    match tree:
        case Number(value):
            return settled(value)
        case Symbol(name):
            return values[name]
        case Apply(op, args):
            return settled(OPS[op].forward(*(_evaluate(arg, values) for arg in args)))
    raise ValueError(f"a symbolic rule is built of numbers, symbols and ops, not of {type(tree).__name__}")


def _differs(fault: Fault, site: _Site) -> bool:
    """Whether ``fault`` has a value at ``site``, and another one than the rule."""
    if fault.argument != site.argument:
        return False
    try:
        wrong = _along(site, fault.rule(site.ct, site.y, *site.arguments))
        return not _close(wrong, _pull(site))
    except (ArithmeticError, ValueError):
        return False


def _close(left: float, right: float) -> bool:
    return math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
