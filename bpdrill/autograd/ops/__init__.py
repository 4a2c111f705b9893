"""The rows of the engine. Importing this package fills ``OPS``: a new module of rows is named here."""

from bpdrill.autograd.op import OPS
from bpdrill.autograd.ops import (
    activation,
    convolution,
    elementwise,
    gate,
    linear,
    loss,
    pooling,
    reduction,
    softmax,
)

__all__ = [
    "OPS",
    "activation",
    "convolution",
    "elementwise",
    "gate",
    "linear",
    "loss",
    "pooling",
    "reduction",
    "softmax",
]
