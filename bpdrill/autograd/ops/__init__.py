"""The rows of the engine. Importing this package fills ``OPS``: a new module of rows is named here."""

from bpdrill.autograd.op import OPS
from bpdrill.autograd.ops import (
    activation,
    affine,
    convolution,
    elementwise,
    gate,
    joining,
    linear,
    loss,
    norm,
    pooling,
    reduction,
    softmax,
    solve,
    structure,
)

__all__ = [
    "OPS",
    "activation",
    "affine",
    "convolution",
    "elementwise",
    "gate",
    "joining",
    "linear",
    "loss",
    "norm",
    "pooling",
    "reduction",
    "softmax",
    "solve",
    "structure",
]
