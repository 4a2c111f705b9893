"""Forward mode, node by node: beside each value its tangent, summed over the operands that move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bpdrill.algebra.evaluate import Value
from bpdrill.autograd.values import Shape, is_finite, quiet, settled, shape_of, spread, zeros
from bpdrill.laboratory.given import value
from bpdrill.laboratory.operation import laid_out
from bpdrill.laboratory.trace.computation import Computation, node_record, plain
from bpdrill.laboratory.words import nearest
from bpdrill.model.errors import UsageError
from bpdrill.model.tree import Symbol
from bpdrill.notation import describe
from bpdrill.notation.spelling import Names


@dataclass(frozen=True, slots=True)
class Share:
    """What one operand adds to the tangent of a node: local derivative times its own tangent."""

    producer: str
    consumer: str
    argument: int
    local: float | None
    """The local derivative, between two numbers."""
    tangent: Value
    share: Value


@dataclass(frozen=True, slots=True)
class Sweep:
    """One forward sweep: the input that moves and its direction, every tangent, every share."""

    along: Mapping[str, Value]
    tangents: Mapping[str, Value]
    shares: Sequence[Share]


@dataclass(frozen=True, slots=True)
class Dual:
    """A computation with one sweep for each input that was asked for."""

    computation: Computation
    sweeps: Mapping[str, Sweep]


def dual(run: Computation, wrt: str = "", along: str = "") -> Dual:
    """Forward mode by the inputs named in ``wrt``: the one there is, if none is named.

    A number moves at speed 1; an array along ``along``, which UsageError asks for if it lacks.
    """
    named = [_input(run, name.strip()) for name in wrt.split(",")] if wrt else [*run.inputs]
    if not wrt and len(named) > 1:
        raise UsageError(f"Forward mode follows an input: say which, --wrt {named[0]} of {', '.join(named)}.")
    if along and len(named) > 1:
        raise UsageError("--along is the direction of one input: name only one in --wrt.")
    return Dual(run, {name: sweep(run, {name: _direction(run, name, along)}) for name in named})


def sweep(run: Computation, along: Mapping[str, Value]) -> Sweep:
    """Every tangent when the inputs in ``along`` move along theirs and the others stand still."""
    tangents = {name: along.get(name, zeros(run.shapes[name])) for name in run.inputs}
    shares: list[Share] = []
    with quiet():
        for name in run.lines:
            found = [*_shares(run, name, tangents)]
            tangents[name] = settled(sum((share.share for share in found), start=zeros(run.shapes[name])))
            if not is_finite(tangents[name]):
                raise UsageError(f"The tangent of {name} is too large for a number: take another point.")
            shares += found
    return Sweep(along, tangents, shares)


def _shares(run: Computation, name: str, tangents: Mapping[str, Value]) -> Iterator[Share]:
    """What each operand of a line adds to its tangent; constants add nothing."""
    for argument, operand in enumerate(run.lines[name].args):
        if isinstance(operand, Symbol):
            below, tangent = operand.name, tangents[operand.name]
            is_scalar = run.shapes[name] == run.shapes[below] == ()
            local = float(_pushed(run, name, argument, 1.0)) if is_scalar else None
            yield Share(below, name, argument, local, tangent, _pushed(run, name, argument, tangent))


def _pushed(run: Computation, name: str, argument: int, tangent: Value) -> Value:
    """The row's own JVP rule, in the shape of the line; raises UsageError where it has no value."""
    node, below = run.nodes[name], run.nodes[name].arguments[argument]
    try:
        on_tape = laid_out(tangent, shape_of(below))
        share = settled(node.row.jvp[argument](on_tape, node.value, *node.arguments))
    except (ArithmeticError, ValueError) as error:
        raise UsageError(run.no_derivative(name, argument)) from error
    if not is_finite(share):
        raise UsageError(run.no_derivative(name, argument))
    return spread(run.fit(share, name), run.shapes[name])


def _input(run: Computation, name: str) -> str:
    found = Names.of(run.inputs).find(name)
    if found is None:
        raise UsageError(nearest("input", name, run.inputs))
    return found


def _direction(run: Computation, name: str, along: str) -> Value:
    """What was asked for, in the shape of the input; 1 for a number."""
    shape = run.shapes[name]
    if not along:
        if shape != ():
            raise UsageError(
                f"{name} is {describe(shape)}: say in which direction it moves, {_example(name, shape)}."
            )
        return 1.0
    found = value("--along", along)
    if shape_of(found) != shape:
        raise UsageError(f"--along must have the shape of {name}, {describe(shape)}; {along!r} has not.")
    return settled(found)


def _example(name: str, shape: Shape) -> str:
    """``--wrt x --along [1,0]``."""
    row = f"[{','.join(['1', *'0' * (shape[-1] - 1)])}]"
    return f"--wrt {name} --along {row if len(shape) == 1 else f'[{row}{_rest(shape)}]'}"


def _rest(shape: Shape) -> str:
    """The rows of a matrix after its first, all zeros."""
    return f",[{','.join('0' * shape[1])}]" * (shape[0] - 1)


def as_record(found: Dual) -> dict[str, Any]:
    """All of it in plain types."""
    run = found.computation
    return {
        "mode": "forward",
        "root": run.root,
        "inputs": list(run.inputs),
        "nodes": [node_record(run, name) for name in run.nodes],
        "sweeps": [_sweep_record(name, sweep) for name, sweep in found.sweeps.items()],
    }


def _sweep_record(name: str, sweep: Sweep) -> dict[str, Any]:
    return {
        "wrt": name,
        "along": plain(sweep.along[name]),
        "tangents": {node: plain(tangent) for node, tangent in sweep.tangents.items()},
        "shares": [_share_record(share) for share in sweep.shares],
    }


def _share_record(share: Share) -> dict[str, Any]:
    return {
        "from": share.producer,
        "to": share.consumer,
        "argument": share.argument,
        "local": share.local,
        "tangent": plain(share.tangent),
        "share": plain(share.share),
    }
