"""The rows of the engine. Importing this package fills ``OPS``: a new module of rows is named here."""

from bpdrill.autograd.op import OPS
from bpdrill.autograd.ops import elementwise, linear, loss

__all__ = ["OPS", "elementwise", "linear", "loss"]
