"""What one says when a rule is used."""

from __future__ import annotations

from collections.abc import Mapping

SQUARE, INNER, BIAS = "the square", "a row times a column", "a bias"

RULES: Mapping[str, str | tuple[str, ...]] = {
    "add": "sum: upstream itself",
    BIAS: "bias: upstream itself",
    "sub": ("difference: upstream itself", "difference: upstream with its sign turned"),
    "mul": "product rule: upstream times the other factor",
    "div": ("quotient: upstream over b", "quotient rule: −a/b²"),
    "neg": "sign: upstream with its sign turned",
    "power": ("chain rule through the power: n·xⁿ⁻¹", "chain rule through the exponent: xⁿ·log x"),
    SQUARE: "chain rule through the square: 2x",
    "exp": "exp: its own derivative",
    "log": "log: 1/x",
    "sqrt": "square root: 1/(2√x)",
    "sin": "sin: cos x",
    "cos": "cos: −sin x",
    "abs": "absolute value: the sign of x",
    "greater": "comparison: flat, so 0",
    "maximum": "maximum: to the larger one",
    "minimum": "minimum: to the smaller one",
    "tanh": "tanh: 1 − t²",
    "sigmoid": "sigmoid: s(1 − s)",
    "relu": "ReLU: through where x > 0",
    "leaky_relu": "leaky ReLU: through where x > 0, its slope elsewhere",
    "elu": "ELU: through where x > 0, its own slope elsewhere",
    "softplus": "softplus: the sigmoid",
    "silu": "SiLU: s(1 + x(1 − s))",
    "gelu": "GELU: Φ(x) + x·φ(x)",
    "erf": "erf: the bell curve",
    "matmul": ("matmul: upstream times transpose", "matmul: transpose times upstream"),
    INNER: "inner product: upstream times the other, transposed",
    "outer": (
        "outer product: upstream times the other",
        "outer product: upstream, transposed, times the other",
    ),
    "dot": "inner product: upstream times the other",
    "transpose": "transpose: upstream turned back",
    "affine": ("affine: upstream times Wᵀ", "affine: xᵀ times upstream", "bias: upstream itself"),
    "sum": "sum: each entry gets the upstream whole",
    "mean": "mean: each of n entries gets 1/n of the upstream",
    "max": "maximum: to the largest entry",
    "logsumexp": "log-sum-exp: the softmax",
    "softmax": "softmax: s(g − Σ g·s)",
    "log_softmax": "log-softmax: g − s·Σ g",
    "softmax_ce": ("softmax with cross-entropy: ŷ − y", "cross-entropy by its target: −log ŷ"),
    "mse": ("mean square: 2(p − y)/n", "mean square: 2(y − p)/n"),
    "bce_with_logits": ("sigmoid with cross-entropy: (s − y)/n", "cross-entropy by its target: −z/n"),
}
"""What one says when a rule is used, by op; where it is not the same for all arguments, for each."""
