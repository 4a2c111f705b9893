"""PyTorch as two judges: its own implementation of an op, and its checker of gradients run on our rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import torch
from judging import NEAR, STEP, Judge, Site, agree
from torch.nn import functional as F  # noqa: N812  its name everywhere

from bpdrill.autograd.check import direction

Function: TypeAlias = Callable[..., Any]

torch.set_num_threads(1)


def reduction(function: Function) -> Function:
    """``function`` of a tensor, axes, keep and what else there is, along our axis or along all."""

    def reduced(a: Any, axis: int | None = None, keep: float = 0, *more: float) -> Any:
        return function(a, tuple(range(a.ndim)) if axis is None else axis, bool(keep), *more)

    return reduced


def variance(a: Any, over: Any, keep: float, ddof: float = 0) -> Any:
    return torch.var(a, over, correction=ddof, keepdim=keep)


def spread_over(reduced: Any, a: Any, axis: int | None = None, keep: float = 0) -> Any:
    return (reduced if axis is None or keep else reduced.unsqueeze(axis)).expand_as(a)


def matmul(a: Any, b: Any) -> Any:
    """A vector ahead of a matrix is a column to us, and a row to torch."""
    return torch.matmul(a.unsqueeze(1) if (a.ndim, b.ndim) == (1, 2) else a, b)


def transpose(a: Any) -> Any:
    return torch.atleast_2d(a) if a.ndim == 1 else torch.t(a)


def affine(x: Any, W: Any, b: Any) -> Any:
    product = torch.addmm(b, torch.atleast_2d(x), W)
    return product if x.ndim == 2 else product[0]


def affine_weights(x: Any, upstream: Any) -> Any:
    return torch.einsum("bn,bm->nm", torch.atleast_2d(x), torch.atleast_2d(upstream))


def convolution(function: Function, axes: int) -> Function:
    """``function`` with axes for the channels of a plain line or plane and of its kernel."""

    def convolved(x: Any, kernel: Any, stride: int = 1, pad: int = 0, dilation: int = 1) -> Any:
        if kernel.ndim > axes:
            return function(x, kernel, None, stride, pad, dilation)
        return function(x[None], kernel[None, None], None, stride, pad, dilation)[0]

    return convolved


def pool(function: Function, axes: int) -> Function:
    """``function`` with an axis for the channels of a plain line or plane."""

    def pooled(x: Any, size: int, stride: int | None = None) -> Any:
        return function(x, size, stride) if x.ndim > axes else function(x[None], size, stride)[0]

    return pooled


def of_axes(pools: Mapping[int, Function]) -> Function:
    """The pool for as many axes as the first setting says."""
    return lambda x, axes, *settings: pools[axes](x, *settings)


def backwards(function: Function, argument: int) -> Function:
    """Torch's own pull-back to one argument, as a function of the upstream and of all arguments."""

    def pulled(upstream: Any, *arguments: Any) -> Any:
        own = arguments[argument].detach().requires_grad_()
        output = function(*arguments[:argument], own, *arguments[argument + 1 :])
        return torch.autograd.grad(output, own, upstream, create_graph=True)[0]

    return pulled


def of_input(conv: Function) -> Function:
    """What a convolution sends back to x: our row takes kernel and x the other way round."""
    pulled = backwards(conv, 0)
    return lambda upstream, kernel, x, *settings: pulled(upstream, x, kernel, *settings)


def picked(values: Any, x: Any, *settings: Any) -> Any:
    """What routing to the largest cells sends back: torch's second derivative of max pooling."""
    output = max_pool(x, *settings)
    route = backwards(max_pool, 0)
    upstream = torch.zeros_like(output).requires_grad_()
    return torch.autograd.grad(route(upstream, x, *settings), upstream, values, create_graph=True)[0]


def index(a: Any, i: Any) -> Any:
    return a[torch.tensor(i)]


def scatter_add(rows: Any, a: Any, i: Any) -> Any:
    return torch.index_put(torch.zeros_like(a), (torch.tensor(i),), rows, accumulate=True)


def cut(x: Any, a: Any, axis: int = 0) -> Any:
    return torch.tensor_split(x, [a.shape[axis]], dim=axis)


def softmax_ce(z: Any, target: Any, mean: float = 0) -> Any:
    return F.cross_entropy(z, target, reduction="mean" if mean else "sum")


def batched(norm: Function) -> Function:
    """``norm`` of examples by features, from our batch of one feature too."""
    return lambda x, *given: norm(x if x.ndim == 2 else x.reshape(-1, 1), *given).reshape(x.shape)


def to_features(x: Any, *given: Any) -> list[Any]:
    """A number for each feature of x.

    Numbers of their own: torch's batch norm goes wrong backwards if one stands in memory for all.
    """
    return [each.expand(x.shape[-1:]).contiguous() for each in given]


def batch_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    return F.batch_norm(x, None, None, *to_features(x, gamma, beta), training=True, eps=eps)


def batch_norm_eval(  # noqa: PLR0913, PLR0917  it has five arguments
    x: Any, gamma: Any, beta: Any, mean: Any, variance: Any, eps: float = 1e-5
) -> Any:
    return F.batch_norm(x, *to_features(x, mean, variance, gamma, beta), training=False, eps=eps)


def layer_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    return F.layer_norm(x, x.shape[-1:], *to_features(x, gamma, beta), eps)


def rms_norm(x: Any, gamma: Any, eps: float = 1e-6) -> Any:
    return F.rms_norm(x, x.shape[-1:], *to_features(x, gamma), eps)


conv1d, conv2d = convolution(F.conv1d, 1), convolution(F.conv2d, 2)
max_pools = {1: pool(F.max_pool1d, 1), 2: pool(F.max_pool2d, 2)}
avg_pools = {1: pool(F.avg_pool1d, 1), 2: pool(F.avg_pool2d, 2)}
max_pool, avg_pool = of_axes(max_pools), of_axes(avg_pools)

OWN: Mapping[str, Function] = MappingProxyType(
    {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "div": torch.div,
        "neg": torch.neg,
        "power": torch.pow,
        "exp": torch.exp,
        "log": torch.log,
        "sqrt": torch.sqrt,
        "sin": torch.sin,
        "cos": torch.cos,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "relu": F.relu,
        "abs": torch.abs,
        "greater": lambda a, b: torch.gt(a, b).double(),
        "leaky_relu": F.leaky_relu,
        "elu": F.elu,
        "softplus": F.softplus,
        "silu": F.silu,
        "erf": torch.erf,
        "gelu": F.gelu,
        "maximum": torch.maximum,
        "minimum": torch.minimum,
        "where": lambda condition, a, b: torch.where(condition != 0, a, b),
        "clip": torch.clamp,
        "sign": torch.sign,
        "round_ste": lambda a: torch.fake_quantize_per_tensor_affine(a, 1.0, 0, -128, 127),
        "stop_gradient": torch.detach,
        "matmul": matmul,
        "outer": torch.outer,
        "dot": torch.dot,
        "transpose": transpose,
        "affine": affine,
        "affine_weights": affine_weights,
        "sum": reduction(torch.sum),
        "mean": reduction(torch.mean),
        "max": reduction(torch.amax),
        "var": reduction(variance),
        "logsumexp": reduction(torch.logsumexp),
        "spread_over": spread_over,
        "softmax": lambda z, axis=-1: torch.softmax(z, axis),
        "log_softmax": lambda z, axis=-1: torch.log_softmax(z, axis),
        "softmax_ce": softmax_ce,
        "mse": F.mse_loss,
        "bce_with_logits": F.binary_cross_entropy_with_logits,
        "bce": F.binary_cross_entropy,
        "batch_norm": batched(batch_norm),
        "batch_norm_eval": batched(batch_norm_eval),
        "layer_norm": layer_norm,
        "rms_norm": rms_norm,
        "conv1d": conv1d,
        "conv1d_input": of_input(conv1d),
        "conv1d_kernel": backwards(conv1d, 1),
        "conv2d": conv2d,
        "conv2d_input": of_input(conv2d),
        "conv2d_kernel": backwards(conv2d, 1),
        "maxpool1d": max_pools[1],
        "maxpool2d": max_pools[2],
        "maxpool_pick": picked,
        "maxpool_route": backwards(max_pool, 0),
        "avgpool1d": avg_pools[1],
        "avgpool2d": avg_pools[2],
        "avgpool_average": avg_pool,
        "avgpool_share": backwards(avg_pool, 0),
        "reshape": lambda a, shape: torch.reshape(a, np.atleast_1d(shape).tolist()),
        "reshape_like": torch.Tensor.reshape_as,
        "index": index,
        "scatter_add": scatter_add,
        "concatenate": lambda a, b, axis=0: torch.cat((a, b), axis),
        "concatenate_head": lambda *given: cut(*given)[0],
        "concatenate_tail": lambda *given: cut(*given)[1],
        "diag": torch.diag,
        "trace": torch.trace,
        "solve": torch.linalg.solve,
        "inverse": torch.linalg.inv,
        "logdet": lambda A: torch.linalg.slogdet(A).logabsdet,
    }
)
"""Each row's op as torch has it; a row that torch has no op for is not here."""

CONSTANTS: Mapping[str, tuple[int, ...]] = MappingProxyType({"batch_norm_eval": (3, 4)})
"""Arguments that torch's op takes, but does not differentiate."""


def is_its_own(site: Site) -> bool:
    """Whether torch has the op, and differentiates it by this argument."""
    return site.op.name in OWN and site.argument not in CONSTANTS.get(site.op.name, ())


def held(site: Site) -> None:
    """Output and VJP rule against torch's own op."""
    count = len(site.op.vjp)
    tensors = [torch.tensor(np.array(value)) for value in site.given[:count]]
    own = tensors[site.argument].requires_grad_()
    output = OWN[site.op.name](*tensors, *site.given[count:])
    agree("output", site.output, output.detach().numpy())
    ct = np.array(direction(site.output.shape, start=1))
    # The 0 makes the output depend on the argument where torch would refuse to say that nothing flows.
    (gradient,) = torch.autograd.grad(output + 0 * own.sum(), own, torch.tensor(ct))
    agree("gradient", site.pulled(ct), gradient.numpy())


class Ruled(torch.autograd.Function):  # type: ignore[misc]  # torch is not read for its types
    """Any row as a function of one argument, to be differentiated by our VJP rule."""

    @staticmethod
    def forward(ctx: Any, site: Site, own: Any) -> Any:
        ctx.site = site.at(own.detach().numpy())
        return torch.tensor(ctx.site.differentiated)

    @staticmethod
    def backward(ctx: Any, ct: Any) -> tuple[None, Any]:
        return None, torch.tensor(ctx.site.pulled(ct.numpy()))


def checked(site: Site) -> None:
    """The whole Jacobian by the VJP rule against torch's central differences."""
    own = torch.tensor(site.own, requires_grad=True)
    torch.autograd.gradcheck(lambda x: Ruled.apply(site, x), own, eps=STEP, atol=NEAR, rtol=NEAR)


JUDGES = (Judge("torch", "vjp", held, knows=is_its_own), Judge("gradcheck", "vjp", checked))
