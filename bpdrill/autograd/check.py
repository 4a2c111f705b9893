"""Holds a row against itself and against central differences; for authors of ops and for our tests.

No draws: the directions are cosines of whole numbers, so unlike one another that no slip cancels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bpdrill.autograd.arithmetic.elementary import inner
from bpdrill.autograd.op import OPS, Fault, Op, Rule
from bpdrill.autograd.second import constant, recorded_gradient
from bpdrill.autograd.tape import Tape
from bpdrill.autograd.values import (
    Shape,
    Value,
    aligned,
    ghost,
    quiet,
    settled,
    shape_of,
    spread,
    stacked_spread,
    stacked_sum_to,
    sum_to,
)
from bpdrill.model.tree import Symbol, interpret

STEP = 1e-5
"""Of the central differences: their own error is then near 1e-10."""

TOLERANCE = 1e-7
"""Relative, absolute below 1; far under the 0.1 % that a wrong rule may be off by."""


FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a rule that is being written raises where it has no value, or is not yet right."""


def check_op(op: type[Op]) -> list[str]:
    """What is wrong with ``op``, one sentence each; empty if the row is sound.

    At every specimen and for every argument: JVP against central differences (of the
    surrogate where a row has one), VJP against JVP by <ct, J t> = <Jᵀ ct, t>, symbolic rule
    against VJP, the symbolic rule's own derivative against central differences of the VJP,
    the VJP without what the row does not keep, and with what it remembered, and a stack of
    cotangents or tangents against one after the other. Then each fault must differ from its
    rule at one specimen at least.
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
        shapes = ", ".join(str(shape_of(value)) for value in self.arguments[: len(self.op.vjp)])
        return f"{self.op.name}, argument {self.argument} of shapes {shapes}"


def direction(shape: Shape, start: int) -> Any:
    """cos(start), cos(start + 1), ... in ``shape``."""
    if shape == ():
        return math.cos(start)
    import numpy as np

    return settled(np.cos(start + np.arange(math.prod(shape))).reshape(shape))


def _site(op: type[Op], specimen: tuple[Any, ...], argument: int) -> _Site:
    arguments = tuple(
        settled(given) if place < len(op.vjp) else given for place, given in enumerate(specimen)
    )
    y = settled(op.forward(*arguments))
    ct = direction(shape_of(y), start=1)
    t = direction(shape_of(arguments[argument]), start=5)
    return _Site(op, arguments, argument, y, ct, t)


def _complaints(site: _Site) -> Iterator[str]:
    try:
        measured, pushed, pulled, written = (way(site) for way in (_measure, _push, _pull, _write))
        lightly, bent, bending = _pull_lightly(site), _bend(site), _measure_bend(site)
        stacks_rightly, remembers_rightly = _stacks_rightly(site), _remembers_rightly(site)
    except FAILURES as error:
        yield f"{site}: {error}."
        return
    for says, left, right in (
        ("jvp against central differences", pushed, measured),
        ("vjp against jvp", pulled, pushed),
        ("symbolic against vjp", written, pulled),
        ("vjp without what is not kept", lightly, pulled),
        ("second order against central differences", bent, bending),
    ):
        if not _close(left, right):
            yield f"{site}: {says}: {left:.10g} against {right:.10g}."
    if not stacks_rightly:
        yield f"{site}: a stack of values is not handled as each of them."
    if not remembers_rightly:
        yield f"{site}: with what was remembered, the vjp gives something else."


def _measure(site: _Site) -> float:
    """<ct, J t> by a central difference along t."""
    return (inner(site.ct, _moved(site, STEP)) - inner(site.ct, _moved(site, -STEP))) / (2 * STEP)


def _moved(site: _Site, step: float) -> Value:
    """The output when the site's argument has moved ``step`` along t."""
    arguments = list(site.arguments)
    arguments[site.argument] = arguments[site.argument] + step * site.t
    return settled((site.op.surrogate or site.op.forward)(*arguments))


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
    return _along(site, interpret(tree, values, constant, lambda op, args: OPS[op].forward(*args)))


def _pull_lightly(site: _Site) -> float:
    """<Jᵀ ct, t> by the VJP rule, with NaN for all that the row says it does not read."""
    y, arguments = ghostly(site.op, site.y, site.arguments)
    return _along(site, site.op.vjp[site.argument](site.ct, y, *arguments))


def ghostly(op: type[Op], y: Value, arguments: tuple[Value, ...]) -> tuple[Value, tuple[Value, ...]]:
    """Output and arguments with NaN in the place of what ``op`` does not keep."""
    frees = op.frees or (False,) * len(op.vjp)
    hidden = [_hidden(value) if free else value for value, free in zip(arguments, frees, strict=False)]
    return _hidden(y) if op.frees_output else y, (*hidden, *arguments[len(frees) :])


def _hidden(value: Value) -> Value:
    return math.nan if isinstance(value, float) else ghost(shape_of(value))


def _bend(site: _Site) -> float:
    """d/ds <Jᵀ ct, t> along t in all arguments at once, by pulling back the recorded backward pass."""
    tape = Tape()
    leaves = [tape.leaf(value) for value in site.arguments[: len(site.op.vjp)]]
    root = tape.record(site.op, (*leaves, *site.arguments[len(leaves) :]))
    (slope,) = recorded_gradient(root, leaves[site.argument : site.argument + 1], site.ct)
    along = tape.apply("sum", tape.apply("mul", slope, site.t))
    found = tape.pull_back(along)
    return sum(inner(found.of(leaf), _tangent(leaf.value, place)) for place, leaf in enumerate(leaves))


def _measure_bend(site: _Site) -> float:
    """The same by a central difference of the VJP rule."""
    ahead, behind = (_pull(_all_moved(site, step)) for step in (STEP, -STEP))
    return (ahead - behind) / (2 * STEP)


def _all_moved(site: _Site, step: float) -> _Site:
    moved = tuple(
        value + step * _tangent(value, place) if place < len(site.op.vjp) else value
        for place, value in enumerate(site.arguments)
    )
    return replace(site, arguments=moved, y=settled(site.op.forward(*moved)))


def _tangent(value: Value, place: int) -> Value:
    tangent: Value = direction(shape_of(value), start=9 + 4 * place)
    return tangent


def _stacks_rightly(site: _Site) -> bool:
    """Whether three cotangents, and three tangents, give at once what each gives alone."""
    if not site.op.stacks:
        return True
    own, shape = shape_of(site.t), shape_of(site.y)
    cotangents, tangents = direction((3, *shape), start=1), direction((3, *own), start=5)
    pulled: Any = stacked_sum_to(_ruled(site, site.op.vjp, cotangents), own)
    pushed: Any = stacked_spread(_ruled(site, site.op.jvp, aligned(tangents, shape)), shape)
    return all(
        _alike(pulled[i], sum_to(settled(_ruled(site, site.op.vjp, settled(cotangents[i]))), own))
        and _alike(pushed[i], spread(settled(_ruled(site, site.op.jvp, settled(tangents[i]))), shape))
        for i in range(3)
    )


def _remembers_rightly(site: _Site) -> bool:
    """Whether the rule gives the same with what forward remembered, and so do all rules together."""
    op, arguments = site.op, site.arguments
    if not op.remember:
        return True
    y, kept = op.remember(*arguments)
    found = [op.vjp[site.argument](site.ct, y, *arguments, kept=kept)]
    if op.together:
        found.append(op.together(site.ct, y, *arguments, kept=kept)[site.argument])
    pulled, own = _pull(site), shape_of(site.t)
    return _alike(y, site.y) and all(
        _close(inner(sum_to(settled(share), own), site.t), pulled) for share in found
    )


def _ruled(site: _Site, rules: tuple[Rule, ...], given: Value) -> Any:
    return rules[site.argument](given, site.y, *site.arguments)


def _alike(a: Value, b: Value) -> bool:
    import numpy as np

    return np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE)


def _along(site: _Site, cotangent: Value) -> float:
    """<cotangent, t>, the cotangent first summed to the argument's shape."""
    return inner(sum_to(settled(cotangent), shape_of(site.t)), site.t)


def _differs(fault: Fault, site: _Site) -> bool:
    """Whether ``fault`` has a value at ``site``, and another one than the rule."""
    if fault.argument != site.argument:
        return False
    try:
        wrong = _along(site, fault.rule(site.ct, site.y, *site.arguments))
        return not _close(wrong, _pull(site))
    except FAILURES:
        return False


def _close(left: float, right: float) -> bool:
    return math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
