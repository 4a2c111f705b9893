"""One deep network on the tape: its draws, and the gradient norms at each layer.

    z_l = h_(l-1) @ W_l          pre-activation, one row an example; no biases
    h_l = φ(z_l)                 or h_(l-1) + φ(z_l) with a skip connection,
                                 or with the z normalised first

h_0 is drawn from N(0, 1). The loss is a random direction at the last output, of norm 1 over
the whole batch: what arrives at a layer is what the layers between have made of 1. A recurrent
network is the same one with a single W at every step, and a little noise as input to each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import hypot

from bpdrill.autograd import Node, Tape, Value, sqrt
from bpdrill.autograd.values import shape_of
from bpdrill.laboratory.flow.activation import ACTIVATIONS
from bpdrill.laboratory.flow.settings import LARGEST, Settings
from bpdrill.laboratory.flow.weights import Matrix

EPSILON = 1e-5
"""Under the root of a normalisation, as in most libraries."""
INPUT_DEVIATION = 0.1
"""Of the noise that each step of a recurrent network receives."""


@dataclass(frozen=True, slots=True)
class Draws:
    """All that is random in one network."""

    weights: tuple[Matrix, ...]
    """One a layer, (n, n); of a recurrent network the same at every step."""
    inputs: tuple[Matrix, ...]
    """h_0, then the noise at each step of a recurrent network; (B, n) each."""
    cotangent: Matrix
    """∂L/∂h_L, (B, n), of norm 1."""


@dataclass(frozen=True, slots=True)
class Norms:
    """Gradient norms, layer 1 first, over the whole batch."""

    z: tuple[float, ...]
    """‖∂L/∂z‖."""
    W: tuple[float, ...]
    """‖∂L/∂W‖; of a recurrent network the share of each step, before they are summed."""
    update: float
    """Of all weight gradients together, the shares of one matrix summed: what clipping looks at."""


def draw(settings: Settings, trial: int) -> Draws:
    """Network number ``trial``; equal settings and numbers give equal draws."""
    import numpy as np

    generator = np.random.default_rng((settings.seed, trial))
    shape = (settings.batch, settings.width)
    count = 1 if settings.recurrent else settings.layers
    drawn = [settings.init.draw(generator, settings.width) for _ in range(count)]
    if settings.radius is not None:
        drawn = [weight * (settings.radius / spectral_radius(weight)) for weight in drawn]
    noise = settings.layers if settings.recurrent else 0
    cotangent = generator.normal(size=shape)
    return Draws(
        weights=tuple(drawn * (settings.layers // count)),
        inputs=(
            generator.normal(size=shape),
            *(generator.normal(0.0, INPUT_DEVIATION, shape) for _ in range(noise)),
        ),
        cotangent=cotangent / np.linalg.norm(cotangent),
    )


@dataclass(frozen=True, slots=True)
class Layer:
    """The nodes of one layer: its weights, its pre-activation, its output."""

    W: Node
    z: Node
    h: Node


def record(tape: Tape, settings: Settings, draws: Draws) -> list[Layer]:
    """The forward pass, layer by layer; raises ValueError where a number leaves the range of a float."""
    first, *noises = draws.inputs
    h = tape.leaf(first, "h0")
    layers: list[Layer] = []
    for number, weight in enumerate(draws.weights):
        W = tape.leaf(weight, f"W{number + 1}")
        z = h @ W + noises[number] if noises else h @ W
        bent = ACTIVATIONS[settings.activation](_NORMALISED[settings.norm](z))
        h = h + bent if settings.skip else bent
        layers.append(Layer(W, z, h))
    return layers


def gradient_norms(settings: Settings, draws: Draws) -> Norms | None:
    """What one backward pass brings to each layer; None where numbers grow beyond ``LARGEST``."""
    tape = Tape()
    try:
        layers = record(tape, settings, draws)
        found = tape.pull_back(layers[-1].h, draws.cotangent)
    except ValueError:  # the tape refuses what is not finite; nothing else can be wrong here
        return None
    W = [found.of(layer.W) for layer in layers]
    z_norms, W_norms = ([frobenius_norm(found.of(layer.z)) for layer in layers], [*map(frobenius_norm, W)])
    update = frobenius_norm(sum(W)) if settings.recurrent else hypot(*W_norms)
    norms = Norms(tuple(z_norms), tuple(W_norms), update)
    return norms if max(*norms.z, *norms.W) <= LARGEST else None


def frobenius_norm(array: Value) -> float:
    """The length of ``array`` as one long vector; infinite if its square leaves the range of a float."""
    import numpy as np

    with np.errstate(over="ignore"):
        return float(np.linalg.norm(array))


def spectral_radius(weight: Matrix) -> float:
    """The largest absolute value of an eigenvalue."""
    import numpy as np

    return float(abs(np.linalg.eigvals(weight)).max())


def spectral_norm(weight: Matrix) -> float:
    """The largest singular value: no vector is stretched by more."""
    import numpy as np

    return float(np.linalg.norm(weight, 2))


def _over_batch(z: Node) -> Node:
    """Each unit less its mean over the examples, over its deviation."""
    ones = _average(shape_of(z.value)[0])
    centred = z - ones @ z
    return centred / sqrt(ones @ (centred * centred) + EPSILON)


def _over_layer(z: Node) -> Node:
    """Each example less its mean over the units, over its deviation."""
    ones = _average(shape_of(z.value)[1])
    centred = z - z @ ones
    return centred / sqrt((centred * centred) @ ones + EPSILON)


def _average(count: int) -> Matrix:
    """The matrix that puts the mean of ``count`` numbers in the place of each."""
    import numpy as np

    return np.full((count, count), 1 / count)


_NORMALISED: Mapping[str, Callable[[Node], Node]] = {
    "": lambda z: z,
    "batch": _over_batch,
    "layer": _over_layer,
}
