"""How many passes the whole Jacobian of R^n → R^m takes, in every convention, and how dear they are.

    sweeps         forward mode one an input, reverse mode one an output, differences none
    evaluations    AD one, which all sweeps share; differences n + 1 (one-sided) or 2n (central)

Prices are in evaluations of the function. Evaluation and one forward sweep together cost at most
2.5, evaluation and one backward sweep at most 4: Griewank & Walther, Evaluating Derivatives
(2nd edition, 2008), chapter 3. A sweep visits each operation once, so about 1 is the least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from math import isfinite
from typing import Any

from bpdrill.autograd import Jacobian, Node, jacobian
from bpdrill.laboratory.passes.function import Function

MOST = 10**12
"""Inputs, or outputs: as many as the largest networks have parameters."""
MOST_RUN = 400
"""Entries of a Jacobian that is really computed, by both modes."""
TOLERANCE = 1e-9
"""By how much of its largest entry the two modes' Jacobians may differ: they round at other places."""

FORWARD_PRICE = (Fraction(1), Fraction(3, 2))
REVERSE_PRICE = (Fraction(1), Fraction(3))
FREE = (Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to all derivatives, counted."""

    name: str
    sweeps: int
    evaluations: int
    price: tuple[Fraction, Fraction] = FREE
    """Of one sweep, at the least and at the most."""

    @property
    def passes(self) -> int:
        """Sweeps and evaluations together."""
        return self.sweeps + self.evaluations

    @property
    def cost(self) -> tuple[Fraction, Fraction]:
        """Of all, at the least and at the most."""
        least, most = (self.evaluations + self.sweeps * price for price in self.price)
        return least, most


@dataclass(frozen=True, slots=True)
class Measured:
    """The same function run on the engine in both modes."""

    forward: Jacobian
    reverse: Jacobian

    @property
    def deviation(self) -> float:
        """The largest difference of two entries, as a part of the largest entry."""
        pairs = [*zip(entries(self.forward), entries(self.reverse), strict=True)]
        largest = max(abs(entry) for pair in pairs for entry in pair)
        return max(abs(a - b) for a, b in pairs) / largest if largest else 0.0

    @property
    def agree(self) -> bool:
        """Whether both modes found the same Jacobian; rounding is forgiven."""
        return self.deviation <= TOLERANCE


@dataclass(frozen=True, slots=True)
class Passes:
    """What the Jacobian (m, n) takes, and what it took where it was run."""

    inputs: int
    outputs: int
    measured: Measured | None = None

    @property
    def forward(self) -> Way:
        """A tangent for each input, carried along: J·v."""
        return Way("forward", self.inputs, 1, FORWARD_PRICE)

    @property
    def reverse(self) -> Way:
        """A cotangent for each output, carried back: vᵀ·J."""
        return Way("reverse", self.outputs, 1, REVERSE_PRICE)

    @property
    def one_sided(self) -> Way:
        """(f(x + εe) − f(x))/ε for each input: the same f(x) for all."""
        return Way("one-sided", 0, self.inputs + 1)

    @property
    def central(self) -> Way:
        """(f(x + εe) − f(x − εe))/2ε for each input."""
        return Way("central", 0, 2 * self.inputs)

    @property
    def ways(self) -> tuple[Way, ...]:
        """All of them."""
        return self.forward, self.reverse, self.one_sided, self.central

    @property
    def fewer_sweeps(self) -> Way | None:
        """The mode with fewer sweeps; None where both need as many."""
        if self.inputs == self.outputs:
            return None
        return min(self.forward, self.reverse, key=lambda way: way.sweeps)

    @property
    def cheaper(self) -> Way | None:
        """The mode that is cheaper whatever the function; None where that depends on the function."""
        first, second = sorted((self.forward, self.reverse), key=lambda way: way.cost)
        return first if first.cost[1] < second.cost[0] else None

    @property
    def is_small(self) -> bool:
        """Whether the Jacobian has few enough entries to be run."""
        return self.inputs * self.outputs <= MOST_RUN

    @property
    def as_counted(self) -> bool:
        """Whether the engine swept as often as counted, and found one Jacobian by both modes."""
        if self.measured is None:
            return True
        sweeps = self.measured.forward.sweeps, self.measured.reverse.sweeps
        return sweeps == (self.inputs, self.outputs) and self.measured.agree


def passes(inputs: int, outputs: int) -> Passes:
    """Count for a function of that size; run one of that size if it is small enough."""
    counted = Passes(inputs, outputs)
    return measure(stand_in(outputs), [1.0] * inputs, outputs) if counted.is_small else counted


def measure(
    function: Callable[[list[Node]], Sequence[Node | float]], point: Sequence[float], outputs: int
) -> Passes:
    """Count for ``function``, and run it in both modes if its Jacobian has few enough entries.

    Raises ValueError where a derivative has no finite value, and what ``function`` raises.
    """
    counted = Passes(len(point), outputs)
    if not counted.is_small:
        return counted
    found = Measured(jacobian(function, point, "forward"), jacobian(function, point, "reverse"))
    if not all(map(isfinite, (*entries(found.forward), *entries(found.reverse)))):
        raise ValueError("A derivative is too large for a number here: take another point.")
    return replace(counted, measured=found)


def stand_in(outputs: int) -> Callable[[list[Node]], list[Node]]:
    """A function of that many outputs, each a multiple of the sum of all squares."""

    def function(inputs: list[Node]) -> list[Node]:
        total = inputs[0] * inputs[0]
        for node in inputs[1:]:
            total = total + node * node
        return [total * float(factor) for factor in range(1, outputs + 1)]

    return function


def entries(found: Jacobian) -> Iterator[float]:
    """The entries of the matrix, row by row."""
    return (entry for row in found.matrix for entry in row)


def as_record(found: Passes, function: Function | None = None) -> dict[str, Any]:
    """All of it in plain types, with what follows from it, and the names of a ``function`` that was typed."""
    ways = {
        way.name: {
            "sweeps": way.sweeps,
            "evaluations": way.evaluations,
            "passes": way.passes,
            "cost": [*map(float, way.cost)],
        }
        for way in found.ways
    }
    verdicts = {
        "fewer_sweeps": found.fewer_sweeps and found.fewer_sweeps.name,
        "cheaper": found.cheaper and found.cheaper.name,
    }
    names = {"point": dict(function.point), "outputs": function.outputs} if function else None
    sizes = {"inputs": found.inputs, "outputs": found.outputs}
    return sizes | {"function": names, "ways": ways} | verdicts | _run(found)


def _run(found: Passes) -> dict[str, Any]:
    if found.measured is None:
        return {"measured": None}
    run = asdict(found.measured) | {"deviation": found.measured.deviation}
    return {"measured": run | {"as_counted": found.as_counted}}
