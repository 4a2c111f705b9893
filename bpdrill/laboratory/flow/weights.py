"""How the weights of a square layer are drawn, and how far they stretch a signal on average."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from bpdrill.laboratory.words import nearest
from bpdrill.model.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Matrix: TypeAlias = "npt.NDArray[np.float64]"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to draw weights: their standard deviation for a width and a size, and the draw by it."""

    deviation: Callable[[int, float], float]
    draw: Callable[[np.random.Generator, int, float], Matrix]
    sized: bool = False
    """Whether it is written with a size: ``normal:0.1``."""


@dataclass(frozen=True, slots=True)
class Init:
    """A scheme by its name, and its size where it has one."""

    name: str
    size: float = 0.0

    def __str__(self) -> str:
        return f"{self.name}:{self.size:g}" if SCHEMES[self.name].sized else self.name

    def gain(self, width: int) -> float:
        """√(n·Var(w)): by how much a layer of ``width`` units stretches a random vector on average."""
        return sqrt(width) * SCHEMES[self.name].deviation(width, self.size)

    def draw(self, generator: np.random.Generator, width: int) -> Matrix:
        """One matrix of ``width`` rows and columns."""
        scheme = SCHEMES[self.name]
        return scheme.draw(generator, width, scheme.deviation(width, self.size))


LARGEST_SIZE = 1000.0
"""Of a standard deviation or a limit; far beyond, every unit is saturated."""
XAVIER = Init("xavier")


def read_init(text: str) -> Init:
    """``xavier``, ``normal:0.1``; raises UsageError, naming what there is, for anything else."""
    name, colon, size = text.strip().lower().partition(":")
    if name not in SCHEMES:
        raise UsageError(nearest("way to draw weights", name, [*map(_spelled, SCHEMES)]))
    if bool(colon) != SCHEMES[name].sized:
        raise UsageError(f"Write --init {_spelled(name)}, not {text!r}.")
    return Init(name, _positive(name, size) if colon else 0.0)


def _spelled(name: str) -> str:
    return f"{name}:0.1" if SCHEMES[name].sized else name


def _positive(name: str, size: str) -> float:
    try:
        number = float(size)
    except ValueError:
        number = 0.0
    if not 0 < number <= LARGEST_SIZE:
        raise UsageError(
            f"The size in --init {name}:SIZE is a number such as 0.1, up to {LARGEST_SIZE:g}, not {size!r}."
        )
    return number


def _normal(generator: np.random.Generator, width: int, deviation: float) -> Matrix:
    return generator.normal(0.0, deviation, (width, width))


def _uniform(generator: np.random.Generator, width: int, deviation: float) -> Matrix:
    limit = sqrt(3) * deviation
    return generator.uniform(-limit, limit, (width, width))


def _orthogonal(generator: np.random.Generator, width: int, _deviation: float) -> Matrix:
    """Q of a normal matrix, its signs settled by R: every rotation is equally likely."""
    import numpy as np

    q, r = np.linalg.qr(generator.normal(size=(width, width)))
    rotation: Matrix = q * np.sign(np.diag(r))
    return rotation


def _zeros(_generator: np.random.Generator, width: int, _deviation: float) -> Matrix:
    import numpy as np

    return np.zeros((width, width))


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        "xavier": Scheme(lambda n, _: sqrt(2 / (n + n)), _normal),
        "he": Scheme(lambda n, _: sqrt(2 / n), _normal),
        "normal": Scheme(lambda _, size: size, _normal, sized=True),
        "uniform": Scheme(lambda _, size: size / sqrt(3), _uniform, sized=True),
        "orthogonal": Scheme(lambda n, _: sqrt(1 / n), _orthogonal),
        "zeros": Scheme(lambda _n, _size: 0.0, _zeros),
    }
)
"""Xavier 2/(n_in + n_out) (Glorot and Bengio 2010) and He 2/n_in (He et al. 2015) are variances."""
